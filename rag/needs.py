"""Whether a question says what it is about, or leans on what was said before. Pure."""

import re
from functools import lru_cache

from index.words import words
from rag.dates.days import SEASONS
from rag.dates.moments import MONTHS
from rag.mentions import LIGHT, names
from rag.subjects import AUXILIARY, GENERIC, is_side, subjects

OWNING = frozenset("his her hers its their theirs".split())
PRONOUN = re.compile(r"\b(it|its|they|them|their|theirs|he|him|his|she|her|hers)\b", re.IGNORECASE)
_BACK = frozenset("it its they them their theirs he him his she her hers".split())
_BARE_SUPERLATIVE = (  # "What is the largest in the world?": the largest of what was spoken of
    r"(what|which|who)('s| is| are| was| were) the (most \w+|(?!(forest|protest|arrest|interest|request|harvest|contest"
    r"|guest|priest|chest|test|rest|west|quest|conquest|manifest)\b)\w+est)(?= (and|ever|in|of all|to|so far)\b|$)"
)
_JOINS = re.compile(  # "the talks that ended the strike", "Who said that the port is too shallow?"
    r"\b(the|an?|\d+) ([\w-]+ ){1,3}that (?=(\w+ed|\w+[^su]s|is|are|was|were|has|have|had|will|would|can|could|did|may"
    r"|made|led|won|lost|took|gave|hit|brought|bought|sold|left|came|went|ran|fell|rose|broke|began|got|kept|held|paid"
    r"|set|shut|let|sank|stood|drove|built|found)\b)"
    r"|\b(the|an?) [\w-]+ that (?!(night|day|year|time|way|one|same)\b)"
    r"|\bthat (?=(the|an?|all|no|every|some|something|nothing|there)\b)"
)
_POINTS = re.compile(
    rf"\b((what|which) (kind|type|sort|part)s? ({'|'.join(sorted(AUXILIARY))})"  # "what kind", but not of what
    rf"|(this|these)(?! (year|month|week|days|{'|'.join([*SEASONS, *MONTHS]).lower()})\b)"
    r"|that|those(?! (who|whose|that|which|in|on|of|from|at|against|behind|\w+ing)\b)"
    r"|(the|this|that|which|what|an?( \w+)?|another|other|last|first|next|new|old|\w+est) one(?! of the\b)"
    r"|one(?= of (them|these|those)\b)|ones|one$"
    r"|same|both|former(?! [a-z]+)|latter|there(?! (now )?(in|at|on)\b)"
    r"|(?<!than any )(other|others)|(?<!than anyone )(?<!than anything )else|another|such"
    rf"|{_BARE_SUPERLATIVE}"
    r"|the (company|firm|deal|group|two|man|woman|city|team|club|story|band|song|album|book|film|movie|show|area)"
    r"(?! (between|with|called|named|who|whose|that|which|of|from|in|at|behind|about \w+)\b))\b"
)
_GOES_ON = re.compile(r"(and|but|or|so|also|what about|how about)\b")
_CUT = re.compile(  # "And Lund?", "What about the crews?": the rest is as in the question before
    r"(\w+ )?((and|or|but) )?(what|how) about\b"
    r"|(and|or|but|also) (?!(what|who|how|when|where|why|which|is|are|was|were|did|do|does)\b)"
)
_ROLE = re.compile(r"\b(role|contribution) of\b(?!.* (in|on|to|for)\b)|\ba member\b(?! of)")  # in what? of what?
_HALF = re.compile(  # with what is left out
    r"\b(compare|differ|similar|related|different)$|\bdifferences? (with|to|from)\b"
)
_COMPARES = re.compile(
    r"\b(both|in common|differ|different$|differences?|compare|similar|similarities|two|which (one )?(is|are|was|were)"
    r"|older|younger|better|between them)\b"
)
_COMPARED = re.compile(  # with its other half: "compare to Lund"
    r"\b(differ|different|differences?|compare|similar|similarities|older|younger|better) "
    r"(to|with|from|than|between it)\b(?! each)"
)
_DEFINES = re.compile(
    r"((what|who) (is|are|was|were|s)|(tell me|describe|explain)( more)?( about)?) "
    r"(?!(the|some|when|what|how|your|my) )((a|an) )?"
)
_JOINED = re.compile(r"\b(and|but),? (what|how|why|when|where|who|which|did|does|do|is|are|was|were)\b", re.IGNORECASE)
_FRONTED = re.compile(  # "And the museum, when is it closed?"
    r"((and|but|so),? )?the (?:[\w-]+ ){0,3}[\w-]+, "
    r"(?=(what|how|why|when|where|who|which|did|does|do|is|are|was|were)\b)",
    re.IGNORECASE,
)
_SIDE = re.compile(
    rf"\b[Tt]he (?:[\w-]+ ){{0,3}}(?:{'|'.join(sorted(GENERIC))})\b(?! (?:of|in|on|for|to|between|at)\b)"
)


@lru_cache(1024)
def needs_subject(question: str) -> bool:
    """Whether a question points back ("it", "the company") or does not say what it is about ("And why?")."""
    plain = " ".join(words(question))
    if points_back(question) or _points(plain):
        return True
    if _FRONTED.match(question):
        return False
    if _GOES_ON.match(plain):
        return len(_said(plain)) <= 3
    if _HALF.search(plain) or _ROLE.search(plain):
        return True
    if _defines(question):
        return False
    return _asks_a_side(question) or (not names(question) and len(_said(plain)) <= 3)


def may_stand_alone(question: str) -> bool:
    """Whether a question that was given a subject may also mean what it says alone: it has a name, or says enough
    ("Why did the recall cost more than the company expected?"), or points at nothing ("When was the strike settled?").
    """
    return bool(names(question)) or len(_said(" ".join(words(question)))) > (2 if leans(question) else 0)


@lru_cache(1024)
def leans(question: str) -> bool:
    """Whether a word of a question shows that it goes on from the one before."""
    plain = " ".join(words(question))
    marks = _points(plain) or _GOES_ON.match(plain) or _HALF.search(plain)
    return marks is not None or points_back(question)


@lru_cache(1024)
def points_back(question: str) -> bool:
    """Whether a pronoun of a question means what was said before it. In "What is skyr and how is it made?" and in
    "Where does Holm Sound keep its boats?" none does."""
    if _defines(question):
        return False
    return any(not _inside(question, match) for match in PRONOUN.finditer(question))


def sets_beside(question: str) -> bool:
    """Whether a question sets a new name beside what was spoken of: "How does Lund compare?"."""
    half = _HALF.search(" ".join(words(question)))
    return half is not None and bool(names(question)) and not points_back(question)


def demonstrates(question: str) -> bool:
    """Whether a question points with another word than a pronoun: "this", "the one", "the company"."""
    return _points(" ".join(words(question))) is not None


@lru_cache(1024)
def is_cut(question: str) -> bool:
    """Whether a question gives only what is new in it: "And Lund?", "What about the crews?"."""
    return _CUT.match(" ".join(words(question))) is not None


def compares(question: str) -> bool:
    """Whether a question sets things side by side: "How do they differ?"."""
    plain = " ".join(words(question))
    return _COMPARES.search(plain) is not None and not _COMPARED.search(plain)


def says_nothing(question: str) -> bool:
    """Whether no word of a question carries a meaning of its own: "Why?"."""
    return not _said(" ".join(words(question)))


def _points(plain: str) -> re.Match[str] | None:
    """The word with which a question points, in plain words; a "that" which joins its clauses does not: "whose" stands
    in for it, a word that joins and never points."""
    return _POINTS.search(_JOINS.sub(lambda match: f"{match.group().removesuffix('that ')}whose ", plain))


def _said(plain: str) -> set[str]:
    return set(plain.split()) - LIGHT - GENERIC - _BACK


def _inside(question: str, pronoun: re.Match[str]) -> bool:
    """Whether a pronoun means what the question has named: set before it ("The museum, when is it closed?"), as owner
    ("Where does Holm Sound keep its boats?"), or in a second question joined to the first ("Which fund bought Holm
    Sound, and what did it pay?")."""
    before = question[: pronoun.start()]
    if (fronted := _FRONTED.match(question)) and fronted.end() <= pronoun.start():
        return True
    return bool(names(before)) and (pronoun.group().lower() in OWNING or _JOINED.search(before) is not None)


def _defines(question: str) -> bool:
    """Whether a question begins by asking what something is: "What is a trope?" needs nothing before it."""
    question = question.partition(" and ")[0]
    plain = " ".join(words(question))
    opening = _DEFINES.match(plain)
    return opening is not None and plain[opening.end() :] in (
        " ".join(words(one)) for one in subjects(question) if not is_side(one)
    )


def _asks_a_side(question: str) -> bool:
    """Whether a question names a side with "the" but not of what, and nothing else: "the EU rules", not "the rules
    of the EU" and not "what Ann Lee said about the rules"."""
    side = _SIDE.search(question)
    return side is not None and not names(question[: side.start()]) and not names(question[side.end() :])
