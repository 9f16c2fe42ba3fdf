"""A preference about time, put on a ranking: the newest first, the first reports first, or a stretch of days. Pure.

A filter decides what may be found; a preference only moves what was found. It comes after fusion and only when the
question asks for it. An article without a date gains nothing and is never left out; nor does the newest article gain
where it is about something else.
"""

from collections.abc import Sequence
from dataclasses import replace

from index.dates import bounds, interval
from rag.records import Period
from rag.retrieve import Found

NEWEST = 1.0  # what the newest article on the subject gains, in fused scores
SUBJECT = 0.75  # of the question's words that the best passage holds, what another must hold to be on the subject
INSIDE = 0.5  # what an article of the days that were asked for gains


def prefer(found: Sequence[Found], period: Period | None) -> list[Found]:
    """The candidates in the order that the period asks for; what each gained stands in `why["date"]`."""
    if period is None or not (period.order or period.applied == "preference"):
        return list(found)
    days = [interval(one.hit.passage.article.published) for one in found]
    least = SUBJECT * max((one.hit.why["covered"] for one in found), default=0.0)
    near = [one.hit.why["covered"] >= least for one in found]
    newest = _places([day[0] for day, is_near in zip(days, near, strict=True) if day and is_near], period.order)
    first, last = bounds(period.since, period.until) if period.applied == "preference" else ("", "")
    gains = [
        (newest.get(day[0], 0.0) * is_near + INSIDE * _inside(day, first, last) if day else 0.0)
        for day, is_near in zip(days, near, strict=True)
    ]
    moved = [_moved(one, gain) for one, gain in zip(found, gains, strict=True)]
    return sorted(moved, key=lambda one: -one.hit.score)


def _places(days: Sequence[str], order: str) -> dict[str, float]:
    """What each day gains: NEWEST for the one asked for first, falling evenly to the other end."""
    if not order:
        return {}
    known = sorted(set(days), reverse=order == "earliest")
    return {day: NEWEST * (i + 1) / len(known) for i, day in enumerate(known)}


def _inside(day: tuple[str, str], first: str, last: str) -> bool:
    return bool(first or last) and (not first or day[1] >= first) and (not last or day[0] <= last)


def _moved(one: Found, gain: float) -> Found:
    if not gain:
        return one
    hit = one.hit
    return replace(one, hit=replace(hit, score=hit.score + gain, why={**hit.why, "date": round(gain, 4)}))
