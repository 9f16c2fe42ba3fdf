"""A preference about time, put on a ranking: the newest first, the first reports first, or a stretch of days. Pure.

A filter decides what may be found; a preference only moves what was found. It comes after fusion and only when the
question asks for it. An article without a date gains nothing and is never left out.
"""

from collections.abc import Sequence
from dataclasses import replace

from index.dates import bounds, interval
from rag.records import Period
from rag.retrieve import Found

NEWEST = 1.0  # what the newest article among the candidates gains, in fused scores
INSIDE = 0.5  # what an article of the days that were asked for gains


def prefer(found: Sequence[Found], period: Period | None) -> list[Found]:
    """The candidates in the order that the period asks for; what each gained stands in `why["date"]`."""
    if period is None or not (period.order or period.applied == "preference"):
        return list(found)
    days = [interval(one.hit.passage.article.published) for one in found]
    newest = _places([day[0] for day in days if day], period.order)
    first, last = bounds(period.since, period.until) if period.applied == "preference" else ("", "")
    gains = [(newest.get(day[0], 0.0) + (INSIDE if _inside(day, first, last) else 0.0) if day else 0.0) for day in days]
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
