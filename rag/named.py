"""What a question asks the name of, and sentences that speak of it without naming it. Pure.

"Which band will tour?" is answered by "The band announced it on Tuesday." only together with the sentence before, which
names it. A definite description takes its meaning from what was said before it (Clark, "Bridging", 1975).
"""

import re
from functools import lru_cache

from index.words import words
from rag.question import asked_in, kind_of

_ASKED = (
    re.compile(r"\b(?:which|what)(?: of the(?: following)?)?((?: [\w'&-]+){1,5})"),
    re.compile(r"\b(?:where|who) (?:is|was|are|were) the((?: [\w'-]+){1,3})"),
    re.compile(r"\bname of (?:the|a|an|this|that)((?: [\w'-]+){1,3})"),
)
_ENDS = frozenset(
    """
    is are was were be been being does did do has have had will would can could should that who whom to of in on at for
    from by with and or it its this the a an most
    """.split()
)
_VAGUE = frozenset("kind type sort one name following".split())
_NAMELESS = ("number", "date", "reason", "manner")  # kinds of answers that are no names


def things(question: str) -> frozenset[str]:
    """The words that may be the kind of thing that is asked for, as one and as many: "Which band left?" -> band, bands,
    left, lefts. Empty where no name is asked for."""
    if kind_of(question) in _NAMELESS:
        return frozenset()
    plain = " ".join(words(asked_in(question))).replace("'s", "")
    found: set[str] = set()
    for asked in (match for pattern in _ASKED for match in pattern.finditer(plain)):
        for word in asked.group(1).split():
            if word in _ENDS:
                break
            if len(word) > 2 and word not in _VAGUE and not word.endswith("ly"):
                found |= _both(word)
    return frozenset(found)


def points_back(sentence: str, asked: frozenset[str]) -> bool:
    """Whether a sentence speaks of "the band", "this well-known band" or "Band members", and no name follows."""
    return bool(asked) and bool(_pattern(asked).search(sentence))


def _both(word: str) -> set[str]:
    """A noun as one and as many."""
    if word.endswith("s"):
        return {word, word[:-3] + "y" if word.endswith("ies") else word[:-1]}
    return {word, word[:-1] + "ies" if word.endswith("y") else word + "s"}


@lru_cache(maxsize=64)
def _pattern(asked: frozenset[str]) -> re.Pattern[str]:
    thing = "|".join(sorted(map(re.escape, asked)))
    definite = r"\b(?:[Tt]he|[Tt]h(?:is|at|ese|ose)|[Ii]ts|[Tt]heir) (?:[\w’'-]+ ){0,3}?"
    return re.compile(rf"(?:{definite}|^[“\"]?)(?i:{thing})(?:[’']s?)?(?![\w-])(?!,? [“\"]?[A-Z0-9])")
