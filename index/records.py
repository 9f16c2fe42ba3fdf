"""What travels through the ground floor: frozen values, no I/O, no vendor.

Here stand the shapes. How they are stored is storage's business, how they are found is the archive's.
"""

import reprlib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from index.errors import SettingsError

SCHEMES = ("http://", "https://")  # how a source begins that is an address and no file


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of a text, counted in Unicode code points.

    Raises:
        ValueError: when start is negative or end lies before start.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The characters of `text` that this span names."""
        return text[self.start : self.end]

    def overlap(self, other: "Span") -> int:
        """How many code points both spans share."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it is stored: its text is normalised once and never changes under a citation.

    `published` is ISO 8601 text no more precise than its source ("2014", "2014-08", "2014-08-22", ...) or empty.
    `credits` holds the lines (byline, photo credit) that left the text at the door.
    `found` says where a field came from, for example {"author": "byline"}.
    """

    id: str
    text: str
    title: str = ""
    url: str = ""
    outlet: str = ""
    author: str = ""
    published: str = ""
    modified: str = ""
    added: str = ""
    language: str = ""
    credits: str = ""
    places: tuple[tuple[int, str], ...] = ()
    found: Mapping[str, str] = field(default_factory=dict, hash=False)

    def page(self, offset: int) -> str:
        """The label of the page on which a character stands, "" where the source has no pages."""
        place = bisect_right(self.places, offset, key=itemgetter(0))
        return self.places[place - 1][1] if place else ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of an article that is indexed as one unit."""

    article: Article
    span: Span

    @property
    def text(self) -> str:
        """The passage's words: computed from the article, never stored."""
        return self.span.of(self.article.text)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its score. `why` keeps the parts of the score: dense, lexical, words, sentence, ..."""

    passage: Passage
    score: float
    why: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Where:
    """Which articles a search may look at: those for which all of this holds. Empty fields do not filter.

    `since` and `until` are ISO dates of any precision, both inclusive: until="2014" reaches to the end of 2014.
    An article dated only "2014-08" is let in when August 2014 overlaps the range; an undated one never is.
    `author` holds words, of which each must be one of the author's: "holm" lets "Anna Holm and Bo Berg" in, "hol" does
    not. `language` is an ISO code. `story` is the id of an article: it and the copies of its story are let in.
    `articles` are ids. What the archive does not hold lets nothing in.

    Raises:
        SettingsError: a field is of another type.
    """

    outlet: str = ""
    since: str = ""
    until: str = ""
    author: str = ""
    language: str = ""
    story: str = ""
    articles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("outlet", "since", "until", "author", "language", "story"):
            if not isinstance(value := getattr(self, name), str):
                raise SettingsError(f'{name} is {reprlib.repr(value)}, which is no text: give a text, or "" for any.')
        ids = self.articles
        if not isinstance(ids, tuple) or not all(isinstance(id, str) for id in ids):  # a list has no hash
            raise SettingsError(f"articles is {reprlib.repr(ids)}: give a tuple of ids, as in ('a1', 'a2').")

    def __bool__(self) -> bool:
        return self != EVERYWHERE


EVERYWHERE = Where()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A source that was not added, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class AddReport:
    """What one add or sync did: article ids, in the order met; `notes` are warnings about articles that were added.

    `removed` and `kept` are a sync's: articles whose files are gone, and articles that were not met but are kept all
    the same, each with the reason.
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[Skipped, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class UndoReport:
    """What an undo did: the command it undid, when that was (ISO 8601, UTC), and the ids it gave back and took away."""

    name: str
    at: str
    restored: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
