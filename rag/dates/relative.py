"""The phrases of English that name days as seen from a day: "yesterday", "last week", "two months ago". Pure.

| phrase | days, where today is Friday 22 August 2014 |
|---|---|
| today, tonight, this morning; yesterday, last night | 22; 21 August |
| this week, last week; this/last month, quarter, year, decade | the calendar's own, weeks from Monday: 18-24; 11-17 |
| the last 7 days, the past week; two weeks | so many days, today among them: 16-22; 9-22 August |
| the last three months, the past year, the last month | from the same day of the month then until today: from 22 May |
| the past 24 hours | a day for every 24 hours begun, and today: 21-22 August |
| three days ago; two weeks, months, years ago | 19 August; the calendar's week, month, year in which that was |
| Monday, on Monday | the latest Monday, today if it is one: 18 August |
| last Friday | the latest one before today, also if that was yesterday: 15 August |
| this Monday; Monday last week | the one of this week; of the week before |
| the weekend, last weekend | the latest Saturday and Sunday begun; those before this week: 16-17 August |
| earlier this year, so far this year | from its first day until today |
| the week, month, year before last | the calendar's, two back |
| next ..., tomorrow, in two weeks | nothing: what lies ahead has not been published |
"""

import re
from collections.abc import Callable
from datetime import date

from rag.dates.days import ONE, Days, Read, ago, rolling, unit

WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_COUNTS = "a one two three four five six seven eight nine ten eleven twelve".split()
_MORE = {"an": 1, "fifteen": 15, "twenty": 20, "thirty": 30, "couple": 2}
WEEKDAY = rf"(?P<weekday>{'|'.join(WEEKDAYS)})"
NUMBER = rf"(?:a\s+)?(?P<n>\d{{1,4}}|couple|{'|'.join((*_COUNTS, *_MORE))})(?:\s+of)?"
UNITS = r"(?P<unit>hour|day|week|fortnight|month|quarter|year|decade)s?"
TIME_OF_DAY = r"(?:\s+(?:morning|afternoon|evening|night|lunchtime))?(?!\w)"


def count_of(word: str) -> int:
    """What a figure or number word counts."""
    word = word.lower()
    if word.isascii() and word.isdigit():
        return int(word)
    return _MORE.get(word) or max(1, _COUNTS.index(word))


def _that_day(match: re.Match[str], today: date) -> Read:
    text = match.group().lower()
    back = 2 if "before" in text else 1 if text.startswith(("yesterday", "last")) else 0
    return unit(today, "day", back)


def _calendar(match: re.Match[str], today: date) -> Read:
    """ "last week", and "the last week", which is no week of the calendar."""
    name, which = match["unit"].lower(), match["which"].lower()
    if match["the"].strip().lower() not in ("", "the", "this"):
        return None  # the last year of somebody's term
    if name == "weekend":
        return unit(today, name, int(which != "this" or today.weekday() < 5))
    if which == "past" or (which == "last" and match["the"]):
        return rolling(today, 1, name)
    days = unit(today, name, int(which in ("last", "previous")))
    return (days[0], min(days[1], today)) if match["part"] else days


def _before_last(match: re.Match[str], today: date) -> Read:
    return unit(today, match["unit"].lower(), 2)


def _to_date(match: re.Match[str], today: date) -> Read:
    return unit(today, (match["unit"] or "year").lower())[0], today


def _weekend(match: re.Match[str], today: date) -> Read:
    return unit(today, "weekend", int(today.weekday() < 5))


def _rolling(match: re.Match[str], today: date) -> Read:
    return rolling(today, count_of(match["n"]), match["unit"].lower())


def _ago(match: re.Match[str], today: date) -> Read:
    return ago(today, count_of(match["n"]), match["unit"].lower())


def _weekday(match: re.Match[str], today: date) -> Read:
    return latest_weekday(
        match["weekday"], today - ONE if (match["which"] or "").lower() in ("last", "past") else today
    )


def _of_week(match: re.Match[str], today: date) -> Read:
    """ "Monday last week", "this Monday": a day of a calendar's week."""
    back = int(match["which"].lower() == "last")
    day = unit(today, "week", back)[0] + WEEKDAYS.index(match["weekday"].lower()) * ONE
    return day, day


def latest_weekday(name: str, limit: date) -> Days:
    """The latest such day not after `limit`."""
    day = limit - (limit.weekday() - WEEKDAYS.index(name.lower())) % 7 * ONE
    return day, day


RELATIVE: tuple[tuple[str, str, Callable[[re.Match[str], date], Read]], ...] = (
    ("today", r"(?:the\s+)?day\s+before\s+yesterday(?!\w)", _that_day),
    ("today", rf"(?:today|yesterday|tonight)(?![\w-]){TIME_OF_DAY}", _that_day),
    ("today", r"(?:this\s+(?:morning|afternoon|evening)|last\s+(?:night|evening))(?!\w)", _that_day),
    (
        "calendar",
        r"(?P<part>earlier\s+|so\s+far\s+)?(?P<the>(?:(?:the|this(?=\s+(?:past|last))|his|her|its|their|our|my|your)\s+|))(?P<which>this|last|past|previous|current)\s+"
        r"(?P<unit>week|weekend|fortnight|month|quarter|year|decade|century)(?![\w-])",
        _calendar,
    ),
    ("calendar", r"the\s+(?P<unit>week|weekend|month|quarter|year)\s+before\s+last(?![\w-])", _before_last),
    ("calendar", r"(?:(?:the\s+)?(?P<unit>year|month|quarter)[\s-]+to[\s-]+date|YTD)(?![\w-])", _to_date),
    ("calendar", r"earlier\s+in\s+the\s+(?P<unit>week|month|quarter|year|decade)(?![\w-])", _to_date),
    ("calendar", rf"(?:the\s+)?(?P<which>last|past|previous)\s+{NUMBER}[\s-]+{UNITS}(?![\w-])", _rolling),
    (
        "ago",
        rf"(?:about\s+|around\s+|some\s+|almost\s+|nearly\s+|roughly\s+|exactly\s+)?{NUMBER}\s+{UNITS}\s+(?:ago|back)(?!\w)",
        _ago,
    ),
    ("weekday", rf"(?:(?:this\s+)?(?P<which>last|past)\s+)?{WEEKDAY}(?![\w-]){TIME_OF_DAY}", _weekday),
    ("day", rf"{WEEKDAY}{TIME_OF_DAY},?\s+(?:of\s+)?(?P<which>last|this)\s+week(?![\w-])", _of_week),
    ("day", rf"(?P<which>last|this)\s+week,?\s+(?:on\s+)?{WEEKDAY}(?![\w-]){TIME_OF_DAY}", _of_week),
    ("day", rf"(?P<which>this)\s+{WEEKDAY}(?![\w-]){TIME_OF_DAY}", _of_week),
    ("weekend", r"the\s+weekend(?![\w-])", _weekend),
    ("whole", r"the\s+(?P<which>this|)(?P<the>)(?P<part>)(?P<unit>week|month|quarter|year|decade)(?![\w-])", _calendar),
)
