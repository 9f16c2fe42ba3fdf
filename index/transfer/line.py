"""What stands in an export: a header, then an article with its vectors a line. Written here, read in `parse`."""

import base64
import json
from dataclasses import dataclass, fields
from typing import Any

from index.chunk import Chunk
from index.manifest import Manifest
from index.records import Article
from index.write import Blobs

VERSION = 2
LONGEST = 64 << 20  # bytes of a line: more than an article of the usual limit needs
PLAIN = tuple(f.name for f in fields(Article) if f.name not in ("places", "found"))


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of an export: the archive that it was made from, and how many articles it held."""

    made: Manifest
    articles: int

    @property
    def embedder(self) -> str:
        """The name of the model that made the vectors."""
        return self.made.embedder


@dataclass(frozen=True, slots=True)
class Line:
    """An article of an export. Without chunks, it is to be cut and encoded; else each has its vectors."""

    article: Article
    source: str
    given: bool
    chunks: tuple[Chunk, ...] = ()
    vectors: tuple[Blobs, ...] = ()


def dump_header(header: Header) -> str:
    """The first line, without its end."""
    made = header.made
    return _json(
        {
            "byline": VERSION,
            "embedder": made.embedder,
            "sha256": made.sha256,
            "dimension": made.dimension,
            "tokens": made.tokens,
            "normaliser": made.normaliser,
            "articles": header.articles,
        }
    )


def dump(line: Line) -> str:
    """An article's line, without its end. ASCII, so that no terminal or editor changes it."""
    article = line.article
    return _json(
        {
            **{name: getattr(article, name) for name in PLAIN},
            "places": article.places,
            "found": dict(article.found),
            "source": line.source,
            "given": line.given,
            "passages": [_dumped(*pair) for pair in zip(line.chunks, line.vectors, strict=True)],
        }
    )


def _dumped(chunk: Chunk, blobs: Blobs) -> dict[str, Any]:
    return {
        "start": chunk.span.start,
        "stop": chunk.span.end,
        "sentences": [(span.start, span.end) for span in chunk.sentences],
        "vector": base64.b64encode(blobs.vector).decode(),
        "vectors": base64.b64encode(blobs.sentences).decode(),
    }


def _json(row: dict[str, Any]) -> str:
    return json.dumps(row, separators=(",", ":"), allow_nan=False)
