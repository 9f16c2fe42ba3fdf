"""Whether words hold something of the kind that a question asks for: a figure, a day, a name, a place, a reason. Pure.

A question about money is not answered by a count of people, nor one about a share by a sum.
"""

import re
from dataclasses import dataclass

from index.lexical import analyse
from index.numerals import ONES, TENS
from index.words import FUNCTION_WORDS, words
from rag.dates.moments import MONTHS
from rag.dates.relative import WEEKDAYS
from rag.marks import closes
from rag.question import PRICED, SHARED, Kind, plainly

_NUMBER_WORDS = frozenset(
    [*ONES, *TENS, *"dozen hundred thousand million billion trillion half third quarter twice double percent".split()]
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = re.compile(
    rf"\b(?:1\d|20)\d\d\b|\b{_MONTH}\.? \d|\b\d{{1,2}} {_MONTH}\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    r"|\bcentury\b|\byesterday\b|\btomorrow\b|\b\d0s\b|\b(?:last|next) (?:week|month|year)\b"
    r"|\b(?:in|this|last|next) (?:spring|summer|autumn|fall|winter)\b"
    rf"|\b(?:in|this|last|next|late|early|mid-?) ?{_MONTH}\b|\bin (?:a few|[a-z]+|\d+) (?:days|weeks|months|years)\b",
    re.IGNORECASE,
)
DAYS = frozenset(name.lower() for name in (*WEEKDAYS, *MONTHS)) - {"may"}  # which is mostly no month
_REASON = re.compile(
    r"\b(?:because|due to|as a result|in order to|so that|in hopes?|hop(?:es?|ed|ing)|aim(?:s|ed|ing)?|reasons?|wants?"
    r"|wanted|needs?|needed|to (?:help|avoid|prevent|bolster|protect|attract|win|gain|stop|save|cut)|prompted|led to"
    r"|thanks to|owing to|motivated|seek(?:s|ing)?|sought|citing|blam(?:e|ed|ing)|the idea was)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\b(?:in|at|from|near|across|on|to) (?:the )?[A-Z]")
CAPITAL = re.compile(r"\b[A-Z][\w’'-]*")
_NUMBER = re.compile(r"(?<![^\W_])(?:\d[\d,.]*|[a-z]+)")  # "Power8" is a name, not a number
_AUX = r"(?:did|does|do|was|is|are|were|will|would|has|have|had|can|could|should)"
_SUMS = r"(?:money|profits?|revenues?|cash|funding|compensation|debt|pounds?|dollars?|euros?)"
_PAYING = (
    r"(?:cost|costs|pays?|paid|paying|spends?|spent|worth|priced?|raised?|invest\w*|earn\w*|sells?|sold|buys?|bought"
    rf"|charged?|owed?|owes?|donat\w*|lends?|lent|borrow\w*|fined?|fees?|salary|wages|budget|loans?|{_SUMS})"
)
_MOVED = (
    r"(?:increas\w*|ris(?:e|es|en|ing)|rose|f[ae]ll(?:en)?|drop\w*|gr[oe]w[ns]?|declin\w*|chang\w*|up|down|climb\w*)"
)
_MONEY = re.compile(  # but not how much a price rose, which may be a share
    rf"\bhow much (?:(?:more|less) )?(?:{_SUMS}\b|(?!.*\b{_MOVED}\b){_AUX}\b.*\b{_PAYING}\b)"
    rf"|\b(?:{PRICED})"
)
_SUM = re.compile(
    r"[$£€¥₹]\s?\d|\b(?:dollars?|pounds?|euros?|yen|yuan|cents?|pence|rupees?|pesos?|francs?|kron\w+|crowns?|roubles?"
    r"|rubles?|usd|eur|gbp|free of charge|for nothing|for free)\b",
    re.IGNORECASE,
)
_PART_ASKED = re.compile(rf"\b(?:what|which) (?:{SHARED})\b|\bhow .{{0,30}}\bpercent(?:age)?\b")
_PART = re.compile(
    r"%|\bper\s?cent\b|\b(?:half|halves|thirds?|quarters?|fifths?|tenths?|majority|most|all|none|one in)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(rf"\bhow many((?: [\w'-]+){{1,4}}?)(?= {_AUX}\b| that\b| who\b| of\b| in\b|$| [\w'-]+ed\b)")
_NEAR = 5  # words between a figure and what it counts


@dataclass(frozen=True, slots=True)
class Unit:
    """What a figure that is asked for is of: a pattern that it must meet, if any, and the terms for what is counted."""

    needs: re.Pattern[str] | None = None
    counts: frozenset[str] = frozenset()


ONE = Unit()


def unit_of(question: str) -> Unit:
    """The unit that a question asks for."""
    plain = plainly(question)
    if _MONEY.search(plain):
        return Unit(_SUM)
    if _PART_ASKED.search(plain):
        return Unit(_PART)
    counted = _COUNTED.search(plain)
    return Unit(None, frozenset(analyse(counted.group(1).split()[-1])) if counted else frozenset())


def offers(kind: Kind, text: str, asked: frozenset[str], unit: Unit = ONE) -> bool:
    """Whether a sentence holds something of the kind that is asked for and was not in the question already."""
    if kind == "number":
        if unit.needs and not unit.needs.search(text):
            return False
        found = _NUMBER.findall(text.lower())
        return any(is_figure(word.strip(".,"), asked) for word in found)
    if kind == "date":
        return bool(_DATE.search(text))
    if kind == "person":
        return new_names(text, asked) > 0
    if kind == "place":
        return bool(_PLACE.search(text))
    if kind == "reason":
        return bool(_REASON.search(text))
    return True


def says(kind: Kind, words_of_it: str) -> bool:
    """Whether a few words can be an answer of a kind: "until" is no number, "He" nobody. A quotation is whole."""
    if not closes(words_of_it) or not set(words(words_of_it)) - FUNCTION_WORDS:
        return False
    if kind == "number":
        return offers(kind, words_of_it, frozenset())
    if kind == "date":
        return bool(_DATE.search(words_of_it))
    return kind not in ("person", "place") or bool(CAPITAL.search(words_of_it))


def counts(text: str, asked: frozenset[str], unit: Unit) -> bool:
    """Whether a new figure stands near a word for what is counted."""
    found = text.lower().split()
    figures = [i for i, word in enumerate(found) if is_figure(word.strip(".,;:()\"“”’'$£€"), asked)]
    near = [found[max(0, i - _NEAR) : i + _NEAR + 1] for i in figures]
    return any(unit.counts & set(analyse(" ".join(around))) for around in near)


def is_figure(word: str, asked: frozenset[str]) -> bool:
    """Whether a word in small letters is a number that the question does not hold."""
    return bool(word) and (word[0].isdigit() or word in _NUMBER_WORDS) and word not in asked


def new_names(text: str, asked: frozenset[str]) -> int:
    """How many names a text holds, but for its first word, that were not in the question already."""
    names = {m.group().lower() for m in CAPITAL.finditer(text) if m.start() > 0}
    return len(names - asked - DAYS)
