"""What a question asks the name of, and sentences that speak of it without naming it. Pure.

"Which band will tour?" is answered by "The band announced it on Tuesday." only together with the sentence before, which
names it. A definite description takes its meaning from what was said before it (Clark, "Bridging", 1975).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from index.words import FUNCTION_WORDS, words
from rag.offers import new_names
from rag.question import kind_of, plainly

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
_VAGUE = frozenset("kind type sort one ones name following first second third last next new best same other".split())
_AFTER_VERBS = frozenset("the a an this it its him her them".split())  # "what got the two to agree" asks for no "got"
_NAMELESS = ("number", "date", "reason", "manner")  # kinds of answers that are no names


@dataclass(frozen=True, slots=True)
class Sought:
    """The name that a question asks for.

    `things`: words that may be the kind of thing, as one and as many: "Which band left?" -> band, bands, left, lefts.
    `known`: the question's own words, none of which is the name.
    """

    things: frozenset[str]
    known: frozenset[str]

    def is_named_in(self, sentence: str) -> bool:
        """Whether a sentence may hold the name: it does not speak of "the band" with no name after it, and it has some
        name that the question has not. A word that begins a sentence may be a name, unless it is a function word."""
        return not speaks_of(sentence, self.things) and not self._nameless(sentence)

    def leads_to(self, before: str, sentence: str) -> bool:
        """Whether what a sentence does not name is likely to be named in the one before: where it speaks of "the band",
        or else where that one has a name."""
        if speaks_of(sentence, self.things):
            return True
        return self._nameless(sentence) and new_names(before, self.known) > 0

    def _nameless(self, sentence: str) -> bool:
        first = words(sentence)[:1]
        return new_names(sentence, self.known) == 0 and bool(first) and first[0] in FUNCTION_WORDS | self.known


def sought(question: str) -> Sought | None:
    """What a question asks the name of; None where it asks for no name."""
    asked = things(question)
    return Sought(asked, frozenset(words(question))) if asked else None


def things(question: str) -> frozenset[str]:
    """The words for the kind of thing whose name is asked for; empty where none is."""
    if kind_of(question) in _NAMELESS:
        return frozenset()
    plain = plainly(question).replace("'s", "")
    found: set[str] = set()
    for asked in (match for pattern in _ASKED for match in pattern.finditer(plain)):
        said = asked.group(1).split()
        size = next((i for i, word in enumerate(said) if word in _ENDS), len(said))
        if size == 1 and said[1:2] and said[1] in _AFTER_VERBS:
            continue
        nouns = (word for word in said[:size] if len(word) > 2 and word not in _VAGUE and not word.endswith("ly"))
        found = found.union(*map(_both, nouns))
    return frozenset(found)


def speaks_of(sentence: str, asked: frozenset[str]) -> bool:
    """Whether a sentence speaks of "the band", "this well-known band" or "Band members", and no name follows."""
    return bool(asked) and bool(_pattern(asked).search(sentence))


def _both(word: str) -> set[str]:
    """A noun as one and as many."""
    if word.endswith("s"):
        return {word, word[:-3] + "y" if word.endswith("ies") else word[:-1]}
    return {word, word[:-1] + "ies" if word.endswith("y") else word + "s"}


_NAMED = r" (?:of|in|called|named|known as|that is) (?:the )?[“\"]?[A-Z]"  # "the town of Holm"


@lru_cache(maxsize=64)
def _pattern(asked: frozenset[str]) -> re.Pattern[str]:
    thing = "|".join(sorted(map(re.escape, asked)))
    definite = r"\b(?:[Tt]he|[Tt]h(?:is|at|ese|ose)|[Ii]ts|[Tt]heir) (?:[\w’'-]+ ){0,3}?"
    return re.compile(rf"(?:{definite}|^[“\"]?)(?i:{thing})(?:[’']s?)?(?![\w-])(?!,? [“\"]?[A-Z0-9])(?!{_NAMED})")
