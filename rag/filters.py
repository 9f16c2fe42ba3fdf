"""Which articles a question may look at, as keywords: one set of names for Python, the command line and HTTP. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import TypedDict

from index.dates import check_bound
from index.errors import SettingsError
from index.records import Where


class Filters(TypedDict, total=False):
    """What may be given to `search` and `ask`; None and "" do not filter.

    `outlet` by its name (case does not matter); `author` by words of the name; `language` by its ISO code; `since` and
    `until` as ISO dates of any precision, both inclusive; `story` by the id of one of its articles; `articles` by ids.
    Where `since` or `until` is given, be it "", no dates are read from the question.
    """

    outlet: str | None
    author: str | None
    language: str | None
    since: str | None
    until: str | None
    story: str | None
    articles: Iterable[str] | None


class Choices(Filters, total=False):
    """What may be given to `search`; `Assistant.find` tells what each does."""

    k: int
    fold: bool
    per_article: int
    dates: bool
    today: date | str | None


def where_of(filters: Filters) -> Where:
    """The filter that these keywords say.

    Raises:
        SettingsError: there is no such filter, or a value is none that it takes.
    """
    unknown = set(filters) - set(Filters.__annotations__)
    if unknown:
        known = ", ".join(Filters.__annotations__)
        raise SettingsError(f"There is no filter '{min(unknown)}'. There are: {known}.")
    ids = filters.get("articles")
    if isinstance(ids, str):
        raise SettingsError(f"articles is {ids!r:.60}: give a list of ids.")
    return Where(
        outlet=filters.get("outlet") or "",
        since=check_bound(filters.get("since"), "since"),
        until=check_bound(filters.get("until"), "until"),
        author=filters.get("author") or "",
        language=filters.get("language") or "",
        story=filters.get("story") or "",
        articles=tuple(ids or ()),
    )


def names_days(filters: Filters) -> bool:
    """Whether somebody has said from which days: then the question's own words about time are left alone."""
    return filters.get("since") is not None or filters.get("until") is not None
