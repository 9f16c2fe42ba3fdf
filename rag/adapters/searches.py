"""What the columns share: a search with its choices made, and a hit as text with metadata. Knows no framework."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.archive import Archive
from index.errors import BylineError
from index.records import Hit
from rag.assistant import Assistant


@dataclass(frozen=True, slots=True)
class Search:
    """`Assistant.search` with all but the question given: k, fold, per_article, dates, today, and filters.

    Raises:
        SettingsError: there is no such choice, or a value is none that it takes.
    """

    assistant: Assistant
    choices: Mapping[str, Any]

    def __post_init__(self) -> None:
        k = self.choices.get("k", 0)
        self.assistant.search("any", **{**self.choices, "k": min(0, k) if isinstance(k, int) else k})  # only checks

    def __call__(self, question: str) -> list[Hit]:
        return self.assistant.search(question, **self.choices)


def opened(archive: Assistant | str | Path) -> Assistant:
    """The assistant itself, or one for the archive at a path.

    Raises:
        ArchiveMissing: there is no archive at that path.
    """
    return archive if isinstance(archive, Assistant) else Assistant(Archive.open(archive))


def name_of(hit: Hit) -> str:
    """An id for a passage, the same as long as its article stays as it is."""
    span = hit.passage.span
    return f"{hit.passage.article.id}:{span.start}-{span.end}"


def metadata(hit: Hit) -> dict[str, Any]:
    """Where a passage stands, whose it is, and how it was found: text[start:end] of the article is the passage."""
    article, span = hit.passage.article, hit.passage.span
    return {
        "article_id": article.id,
        "title": article.title,
        "url": article.url,
        "outlet": article.outlet,
        "author": article.author,
        "published": article.published,
        "start": span.start,
        "end": span.end,
        "score": hit.score,
        "why": dict(hit.why),
    }


def missing(package: str, extra: str) -> BylineError:
    """What is said where a framework is not installed."""
    return BylineError(f"This needs {package}, which is not installed. Install it with: pip install 'byline[{extra}]'")
