"""What a question says about time, made a filter or a preference. Pure; the phrases are read by rag.dates.

A range of days filters only where at least half of the archive's articles carry a date. Otherwise it moves those of
its days up, and that is said. When the days that were asked for do not answer, those after them are asked too, since
what happened in May may be told in June.
"""

from dataclasses import replace
from datetime import date, timedelta

from index.errors import SettingsError
from rag.dates import plain, shown, when
from rag.records import Period

_MOST = 0.5  # the share of articles with a date from which on a range of days may leave others out
_OLD = timedelta(days=31)  # days that ended so long ago are asked for as what happened then, not as news of then


def period_of(question: str, today: date, dated: tuple[int, int]) -> Period | None:
    """What the question says about time; None where it says nothing.

    Args:
        dated: how many of the archive's articles carry a date, and how many there are.
    """
    told = when(question, today)
    if not (told.since or told.until or told.order):
        return None
    known, all_ = dated
    filters = bool(told.since or told.until) and known >= _MOST * all_
    days = shown(replace(told, order=""))
    note = ""
    if days and not filters:
        note = _undated(known, all_)
    elif filters and known < all_:
        count = all_ - known
        note = f"{count:,} article{'s' if count > 1 else ''} without a date {'are' if count > 1 else 'is'} left out."
    return Period(told.since, told.until, told.order, days, "filter" if filters else "preference", note)


def without_days(question: str, today: date) -> str:
    """The question without its words of time: which days they mean is told to the filter, not to the search."""
    return plain(question, when(question, today))


def widened(period: Period | None, today: date) -> Period | None:
    """The period with all days after it, where what happened then may be told later; None where that is senseless."""
    if period is None or period.applied != "filter" or not period.until:
        return None
    if date.fromisoformat(period.until) > today - _OLD:
        return None
    note = f"No article published {period.shown} answers this: later ones were asked too."
    return replace(period, applied="widened", until="", note=note)


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


def _undated(known: int, all_: int) -> str:
    if not known:
        return "The articles carry no dates, so none was left out."
    return f"Only {known:,} of {all_:,} articles carry a date, so none was left out; those of these days come first."
