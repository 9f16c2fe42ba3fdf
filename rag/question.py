"""What a question asks for, told from its words alone. Pure.

Here stand the kinds of answers (a number, a date, a person ...) and the things people type that are no question.
"""

import re
from functools import lru_cache
from typing import Literal

from index.lexical import query_terms
from index.sentences import sentences
from index.words import words
from rag.presents import asked_of

Kind = Literal["number", "date", "person", "place", "reason", "manner", "other"]
Asking = Literal["question", "identity", "topic", "summary", "greeting", "nothing"]

WH = re.compile(r"\b(who|whose|whom|what|which|when|where|why|how)\b")
_RELATIVE = ("who", "whose", "whom", "which", "when", "where")
SHARED = r"percent|percentage|share|fraction|proportion"
PRICED = (
    r"how expensive\b|(?:what|which) (?:price|cost|fee|fine|salary|budget|sum)\b"
    r"|what (?:does|did|do|would|will|is|was|has|have)\b.*\b(?:cost|costs|pay)(?: for\b.*)?$"
)
_KINDS: tuple[tuple[Kind, str], ...] = (  # of what begins with the word that asks
    (
        "number",
        r"how (many|much|long|far|old|big|large|fast|often|tall|high|deep|wide|heavy)\b"
        rf"|(what|which) ({SHARED}|number|amount)\b|{PRICED}"
        r"|how .{0,20}(percent|percentage|number|amount)\b",
    ),
    ("date", r"when\b|how (soon|recently)\b|(what|which) (year|date|day|month|week|century|decade|time)\b"),
    (
        "person",
        r"(who|whose|whom)\b|(what|which) (person|man|woman|president|minister|actor|actress|singer|politician|author"
        r"|player|leader|reporter|official)\b|what (is|was) the name of the (person|man|woman)\b",
    ),
    (
        "place",
        r"where\b|(what|which) (country|city|state|place|continent|town|region|nation|location|county|village)\b",
    ),
    (
        "reason",
        r"why\b|what (caused|causes|reasons?|led|prompted)\b|what (is|was|were|are) the reasons?\b|how come\b"
        r"|what made (?!in |of |from )|what (got|drove|pushed|persuaded|convinced|moved|forced) .+ to\b",
    ),
    ("manner", r"how\b"),
)
_GREETING = re.compile(
    r"(hi|hello|hey|hallo|good (morning|afternoon|evening|day)|greetings|thanks?|thank you|ok(ay)?|bye|goodbye|test"
    r"|help|how are you|who are you|what can you do|what is this)"
    r"( (there|all|again|byline|very much|a lot|please|you))*"
)
_SUMMARY = re.compile(
    r"^(please |can you |could you |give me |write )*(an? |the )?(short |brief |quick )?"
    r"(summari[sz]e|summary|sum up|overview|recap|tl ?dr|outline|brief me on|tell me (everything|all))\b"
    r"( (of|on|about|what happened (in|with|to)))?( the| this| that| my)?( (whole|main))?"
)
_ABOUT = re.compile(r"\b(stor(y|ies)|articles?|news|reports?|coverage|affair|saga|please|for me|to me)\b")
_TOPIC = re.compile(
    r"^(please )?((tell me|what do you know|anything|news|info(rmation)?|more) (about|on)"
    r"|what ((was|is|has been) (reported|written|published|said)|do the (articles?|papers?) (report|say)) about) "
)
_REPORTS = r"(stor(y|ies)|articles?|news|reports?|reporting|coverage|pieces?|mentions?)"
_SHOW = r"^(please )?((what|which) (is|are|was|were|s) |((show|give|find) (me )?|list ))?(the |our |your )?(very )?"
_OF = r"(about|on|of|regarding|covering) "
_IN_ORDER = re.compile(  # "the earliest article about ...": articles are asked for, by their day
    rf"{_SHOW}(latest|newest|most recent|earliest|oldest|first) ((news|press) )?({_REPORTS} )?{_OF}"
)
_REPORT_ON = re.compile(  # what is left of it without its word of order
    rf"{_SHOW}((news|press) )?{_REPORTS} {_OF}|^(the )?(about|on|regarding|covering) "
)
_ASKS = re.compile(
    r"\b(who|whom|whose|what|when|where|which|why|how|is|are|was|were|do|does|did|has|have|had|can|could|will|would|should"
    r"|name|list|explain|describe|compare|give|show|find)\b"
)


def kind_of(question: str) -> Kind:
    """What a question asks for, told from the word that asks and what follows it."""
    asks = " ".join(words(_from_its_word(asked_in(question).lower())))
    return next((kind for kind, pattern in _KINDS if re.match(pattern, asks)), "other")


def _from_its_word(sentence: str) -> str:
    """The sentence from the word that asks: the first such word, or a later one where that begins a clause of its own,
    as in "When it sank, how many drowned?" and "The man, who fled, is from which town?"."""
    found = list(WH.finditer(sentence))
    if not found:
        return sentence
    first, at_start = found[0], not sentence[: found[0].start()].strip("\"“”‘’' ")
    for later in found[1:]:
        after_comma = sentence[: later.start()].rstrip().endswith(",")
        if first.group() in _RELATIVE and (after_comma if at_start else later.group() in ("which", "what", "how")):
            return sentence[later.start() :]
    return sentence[first.start() :]


def plainly(question: str) -> str:
    """The words of the sentence that asks, in small letters, with a blank between two."""
    return " ".join(words(asked_in(question)))


@lru_cache(1024)
def asked_in(question: str) -> str:
    """The sentence that asks: what is told before it ("A volcano erupted. Where is it?") asks nothing."""
    told = [span.of(question) for span in sentences(question)]
    return next((one for one in reversed(told) if one.rstrip("\"”’')").endswith("?")), told[-1] if told else question)


def asking(question: str) -> Asking:
    """What somebody wants who typed this: an answer, who or what something named is, a topic's sentences, a summary, or
    nothing of the archive."""
    plain = " ".join(words(question))
    if not plain:
        return "nothing"
    if _GREETING.fullmatch(plain):
        return "greeting"
    if _SUMMARY.match(plain):
        return "summary"
    if (
        _IN_ORDER.match(plain)
        or _TOPIC.match(plain)
        or ("?" not in question and not _ASKS.search(plain) and len(query_terms(question)) <= 4)
    ):
        return "topic"
    return "identity" if asked_of(question) else "question"


def subject(question: str) -> str:
    """The words that name what a summary or topic is about: "summarise the IBM story" -> "ibm"."""
    plain = " ".join(words(question))
    asked = _SUMMARY.sub(" ", plain)
    for opening in (_TOPIC, _IN_ORDER, _REPORT_ON):
        asked = opening.sub(" ", asked.strip() + " ")
    bare = _ABOUT.sub(" ", asked)
    return " ".join(bare.split()) or plain
