"""The phrases of English that name days, read one by one: "12 May", "Q3 2014", "last Friday", "two weeks ago". Pure.

What a phrase may be besides (a name, a count) is told in rag/dates/namesakes; what "since" and "between" make of it, in
rag/dates/ranges. A phrase without its year ("in May") keeps open which one: `at` gives its days in any year.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from rag.dates.days import At, Days, Read, months, over, quarter, season
from rag.dates.relative import RELATIVE, TIME_OF_DAY

MONTHS = "January February March April May June July August September October November December".split()
_NTH = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_NTH |= {"last": 4, "final": 4}
_DECADES = "twenties thirties forties fifties sixties seventies eighties nineties".split()
MONTH = rf"(?:{'|'.join(MONTHS)}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
YEAR = r"(?:1[7-9]|20)\d\d"  # there were no newspapers before
_END = r"(?![\w%°]|[.,:/]\d|-\w)"
_OF_YEAR = rf"(?:,?\s+|\s*/\s*|\s+of\s+|\s+in\s+)(?:(?P<y>{YEAR}){_END}|(?P<short>['’]\d\d)(?!\w))"
_FIGURE = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?!\w)"
_TO = r"\s*(?:-|–|—|\bto\b|\band\b|\bor\b|\buntil\b|\bthrough\b)\s*(?:the\s+)?"
_DAY_OR_DAYS = rf"(?P<d>{_FIGURE})(?:{_TO}(?P<e>{_FIGURE}))?"


@dataclass(frozen=True, slots=True)
class Moment:
    """A phrase of a text and the days it names; `at` where the year is open, `kind` for who tells it from a name."""

    start: int
    end: int
    kind: str
    days: Days
    at: At | None = None

    def within(self, limit: date) -> "Moment":
        """The same phrase in the latest year in which it does not begin after `limit`."""
        return self if self.at is None else replace(self, days=_latest(self.at, limit))


def moments(text: str, today: date) -> Iterator[Moment]:
    """Every phrase that could name days, from left to right, the longest at each place; none overlaps another.

    Where a phrase names no day that exists, or two of them, it is of kind "nothing": no part of it may name one.
    """
    found: list[Moment] = []
    for kind, pattern, read in _PHRASES:
        for match in pattern.finditer(text):
            try:
                days = read(match, today)
                known = _latest(days, today) if callable(days) else days
            except (ValueError, OverflowError):  # 31 June, 9999 decades ago
                days = known = None
            at = days if callable(days) else None
            if known is None:
                found.append(Moment(match.start(), match.end(), "nothing", (today, today)))
            elif known[0] <= known[1]:
                found.append(Moment(match.start(), match.end(), kind, known, at))
    end = 0
    for moment in sorted(found, key=lambda moment: (moment.start, -moment.end)):
        if moment.start >= end:
            yield moment
            end = moment.end


def month_of(name: str) -> int:
    """The number of a month written out or shortened."""
    return next(number for number, month in enumerate(MONTHS, 1) if month[:3].lower() == name[:3].lower())


def _latest(at: At, limit: date) -> Days:
    for year in range(limit.year, limit.year - 9, -1):  # 29 February may be eight years away
        try:
            days = at(year)
        except ValueError:
            continue
        if days[0] <= limit:
            return days
    raise ValueError("no such day")


def _open(match: re.Match[str], today: date, at: At) -> Read:
    """Days of the year that the match names, or of any."""
    groups = match.groupdict()
    if groups.get("short"):
        year = today.year // 100 * 100 + int(groups["short"][1:])
        return at(year - 100 if year > today.year + 1 else year)
    return at(int(groups["y"])) if groups.get("y") else at


def _numeric(match: re.Match[str], today: date) -> Read:
    """A date in figures, where only one order of day and month gives a day or both give the same."""
    one, two, year = int(match["a"]), int(match["b"]), int(match["y"])
    days = sorted({date(year, month, day) for month, day in ((one, two), (two, one)) if month <= 12})
    return (days[0], days[0]) if len(days) == 1 else None


def _iso(match: re.Match[str], today: date) -> Read:
    year, month, day = (int(match[part] or 0) for part in ("y", "mo", "d"))
    return (date(year, month, day), date(year, month, day)) if day else months(year, month)


def _day(match: re.Match[str], today: date) -> Read:
    first, last = (int(re.sub(r"\D", "", text)) for text in (match["d"], match["e"] or match["d"]))
    month = month_of(match["m"])
    return _open(match, today, lambda year: (date(year, month, first), date(year, month, last)))


def _month(match: re.Match[str], today: date) -> Read:
    month = month_of(match["m"])
    return _open(match, today, lambda year: months(year, month))


def _which(match: re.Match[str], today: date) -> Read:
    """ "last May" and "last summer" are over, "this May" is this year's."""
    name = match["of"].lower()

    def at(year: int) -> Days:
        return season(year, name) if match["season"] else months(year, month_of(name))

    if match["which"].lower() != "this":
        return over(at, today)
    started = _latest(at, today)
    return started if (today - started[1]).days < 120 else at(today.year)


def _quarter(match: re.Match[str], today: date) -> Read:
    name = match["n"] or match["m"]
    number = _NTH.get(name.lower()) or int(name)
    return _open(match, today, lambda year: quarter(year, number))


def _half(match: re.Match[str], today: date) -> Read:
    name = match["n"] or match["m"]
    first = 6 * (_NTH.get(name.lower()) or int(name)) - 5
    return _open(match, today, lambda year: months(year, first, 6))


def _season(match: re.Match[str], today: date) -> Read:
    name, year = match["season"].lower(), match["y"]
    if year and name == "winter" and not match["y2"] and season(int(year), name)[0] > today:
        return season(int(year) - 1, name)  # not yet begun: the winter that ended in that year is meant
    return season(int(year), name) if year else lambda year: season(year, name)


def _short_season(match: re.Match[str], today: date) -> Read:
    return _open(match, today, lambda year: season(year, match["season"].lower()))


def _years(match: re.Match[str], today: date) -> Read:
    first = match["y"]
    last = match["y2"] or first
    return months(int(first), 1)[0], months(int(first[: 4 - len(last)] + last), 12)[1]


def _decade(match: re.Match[str], today: date) -> Read:
    if match["word"]:
        year = today.year // 100 * 100 + 20 + 10 * _DECADES.index(match["word"].lower())
    elif match["short"]:
        year = today.year // 100 * 100 + int(match["short"])
    else:
        return months(int(match["y"]), 1, 1200 if match["y"].endswith("00") and match["y"] != "2000" else 120)
    return months(year if year + 9 < today.year else year - 100, 1, 120)


_SEASON = r"(?P<season>spring|summer|autumn|fall|winter)"
_DECADE_AFTER = r"(?:(?<=the\s)|(?<=early\s)|(?<=late\s)|(?<=mid\s)|(?<=mid-))"
_DATED: tuple[tuple[str, str, Callable[[re.Match[str], date], Read]], ...] = (
    ("date", rf"(?<![\w.-])(?P<y>{YEAR})-(?P<mo>\d\d)(?:-(?P<d>\d\d))?(?:T[\d:.]+Z?)?(?![\w-])", _iso),
    ("date", rf"(?<![\w./-])(?P<mo>\d\d?)/(?P<d>)(?P<y>{YEAR})(?![\w/-])", _iso),
    ("date", rf"(?<![\w./-])(?P<y>{YEAR})/(?P<mo>\d\d)/(?P<d>\d\d)(?![\w/-])", _iso),
    ("date", rf"(?<![\w./-])(?P<a>\d\d?)([/.-])(?P<b>\d\d?)\2(?P<y>{YEAR})(?![\w/-])", _numeric),
    ("date", rf"(?<![\w.,/:-]){_DAY_OR_DAYS}\s*(?:of\s+)?(?P<m>{MONTH})(?:{_OF_YEAR})", _day),
    ("date", rf"(?P<m>{MONTH})\s+(?:the\s+)?{_DAY_OR_DAYS}(?:{_OF_YEAR})", _day),
    ("date", rf"(?P<m>{MONTH}),?{_OF_YEAR}", _month),
    ("day", rf"(?<![\w.,/:-]){_DAY_OR_DAYS}\s*(?:of\s+)?(?P<m>{MONTH})(?!\w){TIME_OF_DAY}", _day),
    ("day", rf"(?P<m>{MONTH})\s+(?:the\s+)?{_DAY_OR_DAYS}(?![.,:/]\d|-\w|%|\s*[$€£]){TIME_OF_DAY}", _day),
    ("which", rf"(?P<which>last|past|this)\s+(?P<of>{_SEASON}|{'|'.join(MONTHS)})(?![\w-])", _which),
    ("month", rf"(?P<m>{'|'.join(MONTHS)}|(?:Feb|Aug|Sept?|Oct|Nov|Dec)\b\.?|{MONTH}(?={_TO}{MONTH}))(?!\w)", _month),
    ("quarter", rf"(?:Q(?P<n>[1-4])|(?P<m>[1-4])Q)(?!\w)(?:{_OF_YEAR})?", _quarter),
    ("quarter", rf"(?<![\w.-])(?P<y>{YEAR})\s*-?Q(?P<n>[1-4])(?P<m>)(?!\w)", _quarter),
    ("quarter", rf"(?P<n>{'|'.join(_NTH)})(?P<m>)[\s-]+quarter(?:{_OF_YEAR}|(?<!last\squarter))(?![\w-])", _quarter),
    ("half", rf"(?:H(?P<n>[12])|(?P<m>[12])H)(?!\w)(?:{_OF_YEAR})?", _half),
    ("half", rf"(?P<n>first|1st|second|2nd)(?P<m>)[\s-]+half{_OF_YEAR}", _half),
    (
        "season",
        rf"{_SEASON}(?:\s+(?:of\s+|(?<!fall\s)in\s+)?|,\s*)(?P<y>{YEAR})(?:[-–/](?P<y2>\d\d|{YEAR}))?{_END}",
        _season,
    ),
    ("season", rf"{_SEASON}\s+(?:of\s+)?(?P<y>)(?P<y2>)(?P<short>['’]\d\d)(?!\w)", _short_season),
    ("season", rf"{_SEASON}(?P<y>)(?P<y2>)(?![\w-])", _season),
    ("years", rf"(?<![\w.,/:$€£#'’\"“-])(?P<y>{YEAR})\s?[-–—/]\s?(?P<y2>{YEAR}|\d\d){_END}", _years),
    ("year", rf"(?:(?<![\w.,/:$€£#@'’\"“‘-])|(?<=\bmid-)|(?<=early-)|(?<=late-))(?P<y>{YEAR})(?P<y2>){_END}", _years),
    ("decade", rf"(?<![\w.,/$€£-])(?P<y>{YEAR[:-2]}0)['’]?s(?P<short>)(?P<word>)(?![\w-])", _decade),
    ("decade", rf"{_DECADE_AFTER}(?P<y>)['’]?(?P<short>[2-9]0)s(?P<word>)(?![\w-])", _decade),
    ("decade", rf"{_DECADE_AFTER}(?P<y>)(?P<short>)(?P<word>{'|'.join(_DECADES)})(?![\w-])", _decade),
)
_PHRASES = [
    (kind, re.compile(rf"(?<!\w)(?:{pattern})(?:['’]s\b)?", re.I), read) for kind, pattern, read in (*_DATED, *RELATIVE)
]
