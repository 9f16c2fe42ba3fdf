"""What a question says about time, found out with the archive at hand: days, or an event that an article reports."""

from collections.abc import Mapping
from datetime import date

from index.dates import interval
from index.lexical import analyse, query_terms
from index.view import View
from rag.coverage import rarities, share
from rag.event import event
from rag.period import around, period_of
from rag.records import Period
from rag.retrieve import Found, retrieve

_HELD = 0.6  # the share of the event's words, by rarity, that a passage must hold to be its report
_NEAR = 0.45  # and the cosine of its best sentence
_LIKE = 0.5  # how much lower the passage of an earlier report may score
_LOOKED_AT = 8


def read(view: View, question: str, today: date) -> Period | None:
    """What the question says about time; None where it says nothing."""
    period = period_of(question, today, view.dated, view.published)
    return period if period and period.shown else _by_event(view, question, period)


def _by_event(view: View, question: str, period: Period | None) -> Period | None:
    """The period with the days before or after an event, where an article with a date reports it."""
    named = event(question)
    if named is None or not view.dated[0]:
        return period
    found = retrieve(view, named.searched, view.encode(named.searched), 50, k=_LOOKED_AT)
    rare = rarities(query_terms(named.words), view.frequency, view.size)
    reports = [one for one in found if _reports(one, rare) and one.hit.score >= found[0].hit.score - _LIKE]
    first = min(reports, key=_day, default=None)
    if first is None:
        return period
    title, order = first.hit.passage.article.title, period.order if period else ""
    return around(named, _day(first), title, view.dated, view.published, order)


def _reports(one: Found, rare: Mapping[str, float]) -> bool:
    article = one.hit.passage.article
    held = set(analyse(article.title)).union(*one.terms)
    return share(rare, held) >= _HELD and max(one.cosines) >= _NEAR and bool(_day(one))


def _day(one: Found) -> str:
    """The first day on which the article can have been published; "" where it has no full date."""
    days = interval(one.hit.passage.article.published)
    return days[0] if days and days[0] == days[1] else ""
