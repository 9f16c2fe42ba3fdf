"""Stretches of the calendar: years, seasons, weeks and their parts, each as its first and last day. Pure arithmetic.

Every function may raise ValueError or OverflowError for what the calendar does not hold; who reads phrases catches it.
"""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

Days = tuple[date, date]
At = Callable[[int], Days]  # the days of a year that is still open
Read = Days | At | None  # what a phrase was found to name
ONE = timedelta(days=1)
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_MONTHS_OF = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}
_DAYS_OF = {"day": 1, "week": 7, "fortnight": 14}


def months(year: int, first: int, count: int = 1) -> Days:
    """So many whole months from the first of one of them."""
    start = date(year, first, 1)
    return start, shifted(start, count) - ONE


def quarter(year: int, number: int) -> Days:
    return months(year, 3 * number - 2, 3)


def season(year: int, name: str) -> Days:
    """A season of the northern meteorological year; a winter is named by the year in which it begins."""
    return months(year, SEASONS[name], 3)


def shifted(day: date, count: int) -> date:
    """The same day of the month `count` months later (earlier when negative), or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def unit(day: date, name: str, back: int = 0) -> Days:
    """The calendar's day, week (from Monday), weekend, month, quarter, year, decade or century that holds `day`,
    or the one `back` before it."""
    if name in ("week", "fortnight", "weekend"):
        monday = day - timedelta(days=day.weekday() + 7 * back * (2 if name == "fortnight" else 1))
        return (monday + 5 * ONE, monday + 6 * ONE) if name == "weekend" else (monday, monday + 6 * ONE)
    if name == "day":
        return day - back * ONE, day - back * ONE
    size = _MONTHS_OF[name]
    start = (day.year * 12 + day.month - 1) // size - back
    return months(*_month(start * size), size)


def rolling(today: date, count: int, name: str) -> Days:
    """The last so many days or weeks, today the last of them; of months and years, from the same day back then."""
    if name == "hour":
        return today - -(-count // 24) * ONE, today
    if name in _DAYS_OF:
        return today - timedelta(days=count * _DAYS_OF[name] - 1), today
    return shifted(today, -count * _MONTHS_OF[name]), today


def ago(today: date, count: int, name: str) -> Days:
    """What lies so long back, no more precise than its unit: a day, a week, a month, a year."""
    if name == "hour":
        return unit(today, "day", count // 24)
    if name in ("fortnight", "decade"):
        return unit(today, "week", 2 * count) if name == "fortnight" else unit(today, "year", 10 * count)
    return unit(today, name, count)


def third(days: Days, which: int) -> Days:
    """The first, middle or last third: of a year four months, of a decade 4, 3, 3 years, of a month 10, 10, rest."""
    first, last = days
    span = _whole_months(days)
    if span == 120:
        return months(first.year + (0, 4, 7)[which], 1, (48, 36, 36)[which])
    if span and span % 3 == 0:
        start = shifted(first, which * span // 3)
        return start, shifted(start, span // 3) - ONE
    size = 10 if span == 1 else ((last - first).days + 1) // 3
    end = first + 2 * size * ONE if span == 1 else last - (size - 1) * ONE
    return ((first, first + (size - 1) * ONE), (first + size * ONE, end - ONE), (end, last))[which]


def part(days: Days, nth: int, count: int, name: str) -> Days:
    """The nth (-1: the last) run of `count` days, weeks, months, quarters or halves; no longer than the whole."""
    first, last = days
    if name == "half":
        span = _whole_months(days)
        middle = shifted(first, span // 2) if span % 2 == 0 else first + 15 * ONE
        return (first, middle - ONE) if nth == 1 else (middle, last)
    if name in _DAYS_OF:
        size = count * _DAYS_OF[name] * ONE
        start = last - size + ONE if nth < 0 else first + size * (nth - 1)
        found = start, start + size - ONE
    elif name == "weekend":
        saturday = first + (5 - first.weekday()) % 7 * ONE + 7 * (nth - 1) * ONE
        found = (saturday, saturday + ONE) if nth > 0 else unit(last - ((last.weekday() + 1) % 7) * ONE, "weekend")
    else:
        size_in_months = count * _MONTHS_OF[name]
        start = shifted(last + ONE, -size_in_months) if nth < 0 else shifted(first, size_in_months * (nth - 1))
        found = start, shifted(start, size_in_months) - ONE
    if not first <= found[0] <= found[1] <= last:
        raise ValueError(f"{first} to {last} has no such part")
    return found


def over(at: At, today: date) -> Days:
    """The latest of the yearly days that are past."""
    return next(days for days in (at(today.year - back) for back in range(3)) if days[1] < today)


def _month(count: int) -> tuple[int, int]:
    return count // 12, count % 12 + 1


def _whole_months(days: Days) -> int:
    """How many months these days are, 0 where they are not whole ones."""
    first, after = days[0], days[1] + ONE
    whole = first.day == after.day == 1
    return (after.year - first.year) * 12 + after.month - first.month if whole else 0
