"""What a question says about time, made a filter or a preference. Pure; the phrases are read by rag.dates.

A range of days filters only where at least half of the archive's articles carry a date, and some article is of these
days: "this week" asked of an old archive leaves nothing out. Otherwise it moves those of its days up, and that is said.

Days of events are asked as days of print. What happens on a Monday is in Tuesday's paper, so that a day or a week is
asked with the day before it and two days after (eval/RETRIEVAL.md). When the days that were asked for do not answer,
those after them are asked too, since what happened in May may be told in June, and those of the week before: who says
"this week" on a Thursday may mean last Sunday.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from index.errors import SettingsError
from rag.dates import When, plain, shown, when
from rag.event import Event
from rag.records import Period

_YEARS, _DAY = re.compile(r"\d{4}(?:–\d{4})?"), re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}")
_MOST = 0.5  # the share of articles with a date from which on a range of days may leave others out
_ONE, _LATE, _SHORT = timedelta(days=1), timedelta(days=2), timedelta(days=7)
_TOLD_LATE = "The day before and two days after count too: news is told late."
_OF_PRINT = re.compile(r"\b(?:publish|print|dated|written|appeared)", re.IGNORECASE)  # then the days are those of print
_QUARTER = re.compile(r"\bquarters?\b|Q[1-4]|[1-4]Q", re.IGNORECASE)
_BEFORE = timedelta(days=7)  # how much earlier is asked too, when the days that were asked for do not answer


def period_of(question: str, today: date, dated: tuple[int, int], held: Callable[[str, str], bool]) -> Period | None:
    """What the question says about time; None where it says nothing.

    Args:
        dated: how many of the archive's articles carry a date, and how many there are.
        held: whether some article was published from one day to another.
    """
    told = when(question, today)
    if not (told.since or told.until or told.order):
        return None
    days = shown(replace(told, order=""))
    since, until = (told.since, told.until) if _OF_PRINT.search(question) else _as_told(told.since, told.until)
    note = _why_not(since, until, days, dated, held) if days else ""
    if not days or note:
        return Period(told.since, told.until, told.order, days, "preference", note)
    notes = [_TOLD_LATE if since != told.since else "", _left_out(dated[1] - dated[0])]
    return Period(since, until, told.order, days, "filter", " ".join(filter(None, notes)))


def _as_told(since: str, until: str) -> tuple[str, str]:
    """The days on which it is told what happened on a day or in a week; longer stretches are as they are."""
    if not since or not until:
        return since, until
    first, last = date.fromisoformat(since), date.fromisoformat(until)
    if last - first >= _SHORT or first == date.min or date.max - last < _LATE:
        return since, until
    return (first - _ONE).isoformat(), (last + _LATE).isoformat()


def _why_not(since: str, until: str, days: str, dated: tuple[int, int], held: Callable[[str, str], bool]) -> str:
    """Why a range of days leaves nothing out; "" where it may."""
    known, all_ = dated
    if not known:
        return "The articles carry no dates, so none was left out."
    if known < _MOST * all_:
        return (
            f"Only {known:,} of {all_:,} articles carry a date, so none was left out; those of these days come first."
        )
    return "" if held(since, until) else f"No article was published {_then(days)}, so none was left out."


def _then(days: str) -> str:
    """The days after a verb: "in 2014", "on 12 May 2014", "since 2013" and "1–31 May 2014" as they are."""
    if _YEARS.fullmatch(days):
        return f"in {days}"
    return f"on {days}" if _DAY.fullmatch(days) else days


def _left_out(undated: int) -> str:
    if not undated:
        return ""
    return f"{undated:,} article{'s' if undated > 1 else ''} without a date {'are' if undated > 1 else 'is'} left out."


def around(
    event: Event, day: str, title: str, dated: tuple[int, int], held: Callable[[str, str], bool], order: str = ""
) -> Period:
    """The days before or after the one on which an article reports an event; a filter, where days may be one and the
    event bounds what is asked."""
    on = date.fromisoformat(day)
    near = on + _ONE if event.side == "after" else on - _ONE
    since, until = (near.isoformat(), "") if event.side == "after" else ("", near.isoformat())
    days = shown(When(since, until))
    report = f"“{title}”, {shown(When(day, day))}," if title else f"An article of {shown(When(day, day))}"
    notes = [f"{report} is taken for: {event.words}.", why := _why_not(since, until, days, dated, held)]
    applied: Literal["filter", "preference"] = "preference" if why or not event.bounds else "filter"
    return Period(since, until, order, days, applied, " ".join(filter(None, notes)), event.words)


def without_days(question: str, today: date) -> str:
    """The question without its words of time: which days they mean is told to the filter, not to the search. Quarters
    stay: what a firm did in its third is told by that name, and mostly later."""
    told = when(question, today)
    return plain(
        question, replace(told, words=tuple(span for span in told.words if not _QUARTER.search(span.of(question))))
    )


def widened(period: Period | None) -> Period | None:
    """The period with the week before it and all days after it; None where there is none to widen."""
    if period is None or period.applied != "filter":
        return None
    since = period.since
    if since and (first := date.fromisoformat(since)) - date.min >= _BEFORE:
        since = (first - _BEFORE).isoformat()
    what = "other days" if since and period.until else "later days" if period.until else "earlier days"
    note = f"No article published {_then(period.shown)} answers this: {what} were asked too."
    return replace(period, applied="widened", since=since, until="", note=note)


def parse_today(today: date | str | None) -> date:
    """The day a question is asked on.

    Raises:
        SettingsError: it is no day.
    """
    if today is None:
        return date.today()
    try:
        return today if isinstance(today, date) else date.fromisoformat(today)
    except (TypeError, ValueError):
        raise SettingsError(f"today is {today!r:.60}, which is no day: write it as 2014-08-22.") from None
