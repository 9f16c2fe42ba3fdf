"""Dates of any precision: read at the door, kept no more precise than they were, compared as intervals of days.

A day is the day that is printed: an article of "2014-08-22T23:30-05:00" is of 22 August, whatever day that is here.
"""

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

from index.errors import SettingsError
from index.written import read

_YEARS = range(1000, 3000)
_TIME = r"(?P<h>\d\d)(?::?(?P<mi>\d\d)(?::?(?P<s>\d\d)(?:[.,](?P<f>\d+))?)?)?"
_ZONE = r"\s?(?P<zone>Z|[+-]\d\d(?::?\d\d)?)"
_DAY = (
    r"(?P<y>\d{4})(?:-(?P<m>\d\d)(?:-(?P<d>\d\d))?|/(?P<ms>\d\d?)(?:/(?P<ds>\d\d?))?|(?P<mb>\d\d)(?P<db>\d\d)"
    r"|-?W(?P<week>\d\d)(?:-?(?P<weekday>[1-7]))?|-?(?P<nth>\d{3}))?"
)
_DATE = re.compile(rf"{_DAY}(?:(?:T|\s)(?P<time>{_TIME})(?:{_ZONE})?)?", re.ASCII)
_LONGEST = 64


def parse_published(raw: object) -> str:
    """The date as ISO 8601 text, no more precise than `raw`; "" where it cannot be read or does not exist.

    Read are ISO 8601 of any precision (a week or the nth day of a year becomes calendar text), YYYY/MM/DD
    and, as a number, a bare year.
    """
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw) if raw in _YEARS else ""
    if not isinstance(raw, str) or len(raw) > _LONGEST:
        return ""
    match = _DATE.fullmatch(raw.strip().upper().replace("\u2212", "-"))
    if match is None:
        return ""
    day = _day(match)
    if not match["time"]:
        return day
    time = _time(match)
    return f"{day}T{time}" if len(day) == 10 and time else ""


def parse_written(raw: object) -> str:
    """The date of a text that is a date and nothing else, as a newspaper prints it; "" where it is none.

    Read are, besides what `parse_published` reads, "3 March 2024", "March 3, 2024", "3. März 2024", "3.3.2024",
    "2024年3月3日" and their like. The time of day is kept as printed, its zone only where that is sure (index.written).
    "03/04/2024" is read only where both orders mean the same day or one of them means none.
    """
    if published := parse_published(raw):
        return published
    if not isinstance(raw, str) or len(raw) > _LONGEST:
        return ""
    date = read(raw)
    written = parse_published(date.day) if date else ""
    return (parse_published(f"{written}T{date.time}") if date and written and date.time else "") or written


def interval(published: str) -> tuple[str, str] | None:
    """The first and the last day that `published` can mean, as ISO dates, or None where it is no date."""
    text = parse_published(published)[:10]
    if not text:
        return None
    if len(text) == 4:
        return f"{text}-01-01", f"{text}-12-31"
    if len(text) == 7:
        return f"{text}-01", f"{text}-{monthrange(int(text[:4]), int(text[5:]))[1]:02}"
    return text, text


def check_bound(raw: str | None, name: str) -> str:
    """A bound of a search (`name` is since or until) as ISO text; "" where it is open.

    Raises:
        SettingsError: when it is not a date.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return ""
    bound = parse_published(raw)
    if not bound:
        shown = repr(raw) if len(repr(raw)) <= _LONGEST else repr(raw)[:_LONGEST] + "..."
        raise SettingsError(f"{name} is {shown}, which is no date: write it as 2014, 2014-08 or 2014-08-22.")
    return bound


@lru_cache(maxsize=256)
def bounds(since: str | None, until: str | None) -> tuple[str, str]:
    """The first and the last day that both bounds let in, "" for an open end.

    Raises:
        SettingsError: when a bound is not a date, or since lies after until.
    """
    first = interval(check_bound(since, "since"))
    last = interval(check_bound(until, "until"))
    if first and last and first[0] > last[1]:
        raise SettingsError(f"since ({since}) lies after until ({until}), so nothing can match: swap them.")
    return first[0] if first else "", last[1] if last else ""


def overlaps(published: str, since: str | None = "", until: str | None = "") -> bool:
    """Whether an article of that date can be from the time since..until, both days included.

    An undated article passes no bound; where neither bound is set, everything passes.
    """
    first, last = bounds(since, until)
    if not first and not last:
        return True
    days = interval(published)
    return days is not None and (not last or days[0] <= last) and (not first or days[1] >= first)


def _day(match: re.Match[str]) -> str:
    """The date part as calendar text, or "" for a day that does not exist."""
    year = int(match["y"])
    month = match["m"] or match["ms"] or match["mb"]
    day = match["d"] or match["ds"] or match["db"]
    try:
        if year not in _YEARS:
            return ""
        if match["week"]:
            return _week(year, int(match["week"]), match["weekday"])
        if match["nth"]:
            counted = date(year, 1, 1) + timedelta(days=int(match["nth"]) - 1)
            return counted.isoformat() if counted.year == year else ""
        checked = date(year, int(month or 1), int(day or 1)).isoformat()
    except ValueError:
        return ""
    return checked[: 10 if day else 7 if month else 4]


def _week(year: int, week: int, weekday: str | None) -> str:
    """A day of a week; a week without its day as the month or the year that holds all of it, else ""."""
    if weekday:
        return date.fromisocalendar(year, week, int(weekday)).isoformat()
    first, last = (date.fromisocalendar(year, week, day).isoformat() for day in (1, 7))
    return next((first[:size] for size in (7, 4) if first[:size] == last[:size]), "")


def _time(match: re.Match[str]) -> str:
    """The time of day with its offset, as precise as it was, or "" for one that does not exist."""
    hour, minute, second = (match[part] for part in ("h", "mi", "s"))
    midnight = f"{hour}{minute or ''}{second or ''}".ljust(6, "0") == "240000" and not (match["f"] or "").strip("0")
    if (int(hour) > 23 and not midnight) or int(minute or 0) > 59 or int(second or 0) > 60:
        return ""
    time = ":".join(part for part in (hour, minute, second) if part) + (f".{match['f']}" if match["f"] else "")
    zone = (match["zone"] or "").replace(":", "")
    if zone in ("", "Z"):
        return time + zone
    if int(zone[1:3]) > 23 or int(zone[3:] or 0) > 59:
        return ""
    return time + zone[:3] + (f":{zone[3:]}" if zone[3:] else "")
