"""Which filter lets nothing through, and what there is instead. Asks the archive; doors print it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from index.archive import Archive
from index.dates import bounds
from index.records import Where
from index.view import View
from rag.dates import When, shown
from rag.filters import Filters, where_of
from rag.records import Period

_MOST = 12  # names that are listed where one is not known
_LONGEST = 80  # characters of a name that is said back
_IDS = "See the ids with: byline list"


def missed(archive: Archive, filters: Filters, period: Period | None = None) -> list[str]:
    """What to say of filters that let nothing through, and of ids that no article has; [] where all is well.

    Args:
        period: the days that were read from the question: as a filter they count like those that were given.
    """
    where = where_of(filters)
    read = period is not None and period.applied != "preference"
    if period is not None and read:
        where = replace(where, since=period.since, until=period.until)
    if not where:
        return []
    with archive.view() as view:
        if not view.size:
            return []
        told = list(_unknown_ids(view, where))
        if _passes(view, where):
            return told
        alone = [name for name, part in _parts(where) if not _passes(view, part)]
    said = {
        "outlet": lambda: _unknown("is of the outlet", where.outlet, archive.outlets(), "states its outlet"),
        "author": lambda: _unknown("is by", where.author, archive.authors(), "names its author"),
        "language": lambda: _unknown("is in the language", where.language, archive.languages(), "has a language"),
        "days": lambda: _no_day(where, archive.dated()[0]),
    }
    told += [said[name]() for name in alone]
    return told or [f"Each of these filters lets articles through, but none passes all: {', '.join(_named(where))}."]


def _parts(where: Where) -> Iterator[tuple[str, Where]]:
    """Each filter that can let nothing through by itself, alone. Ids are told one by one."""
    for name in ("outlet", "author", "language"):
        if value := getattr(where, name):
            yield name, Where(**{name: value})
    if where.since or where.until:
        yield "days", Where(since=where.since, until=where.until)


def _passes(view: View, where: Where) -> bool:
    allowed = view.allowed(where)
    return allowed is None or len(allowed) > 0


def _unknown_ids(view: View, where: Where) -> Iterator[str]:
    named = (*where.articles, where.story) if where.story else where.articles
    known = view.stories(named)
    lost = [f"'{id:.{_LONGEST}}'" for id in dict.fromkeys(named) if id not in known]
    if lost:
        yield f"No article has the id{'s' if len(lost) > 1 else ''} {_listed(lost)}. {_IDS}"


def _unknown(what: str, wanted: str, known: Iterable[str], states: str) -> str:
    said = f"No article {what} '{wanted:.{_LONGEST}}'"
    names = list(known)
    return f"{said}. There are: {_listed(names)}." if names else f"{said}: none in this archive {states}."


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    more = f" and {len(every) - _MOST:,} more" if len(every) > _MOST else ""
    return ", ".join(every[:_MOST]) + more


def _no_day(where: Where, dated: int) -> str:
    days = shown(When(*bounds(where.since, where.until)))
    return f"No article has a date of these days: {days}." + ("" if dated else " None in this archive carries a date.")


def _named(where: Where) -> Iterator[str]:
    for name in ("outlet", "author", "language", "story", "since", "until"):
        if value := getattr(where, name):
            yield f"{name} '{value:.{_LONGEST}}'"
    if where.articles:
        yield f"articles {_listed(where.articles)}"
