"""The figure that a few words give, in digits or in words, and what it is of. Pure."""

import re

from index.lexical import analyse
from index.numerals import ONES, TENS
from index.records import Span

_AFTER = 3  # words after a number among which the thing counted stands
_SCALE = {"hundred": 2, "thousand": 3, "million": 6, "m": 6, "billion": 9, "bn": 9, "trillion": 12}
_VALUES = {**ONES, **TENS, "one": 1}
_DIGITS = ("one", *(word for word, value in ONES.items() if value < 10))
_WORD = rf"\b(?:(?:{'|'.join(TENS)})(?:-(?:{'|'.join(_DIGITS)}))?|{'|'.join(ONES)})\b"
_NUMBER = re.compile(  # "$4.2 million", "11 per cent", "two hundred and forty"
    rf"(?P<sign>[$£€¥])?(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?|{_WORD})"
    rf"(?:\s*(?P<scale>{'|'.join(_SCALE)})\b)?(?:(?<=hundred) and (?P<rest>{_WORD}))?"
    r"(?P<share>\s*%|\s+per\s?cent\b|\s+percent\b)?",
    re.IGNORECASE,
)
Number = tuple[frozenset[str], float]  # its units, any of which may be the right one; its value


def number(text: str, at: Span) -> Number | None:
    """The first number in a place of a text, with its units: a sign, "%", or the words that say what is counted."""
    found = _NUMBER.search(text, at.start, at.end)
    if not found:
        return None
    scaled = _NUMBER.match(text, found.start()) or found  # "40" of "40 million"
    value = _value(scaled["number"]) * 10 ** _SCALE.get((scaled["scale"] or "").lower(), 0)
    if scaled["rest"]:
        value += _value(scaled["rest"])
    if scaled["sign"]:
        return frozenset([scaled["sign"]]), value
    if scaled["share"]:
        return frozenset(["%"]), value
    line = re.split(r"[.;:!?]\s|\n", text[scaled.end() : scaled.end() + 80])[0]
    return frozenset(analyse(" ".join(line.split()[:_AFTER]))), value


def _value(figure: str) -> float:
    """What a figure is worth: "4,200" or "twenty-one"."""
    if figure[0].isdigit():
        return float(figure.replace(",", ""))
    return float(sum(_VALUES[part] for part in figure.lower().split("-")))
