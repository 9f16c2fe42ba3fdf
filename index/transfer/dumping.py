"""An archive written as JSON lines, vectors included. What is damaged is not passed on as if it were sound."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TextIO

import numpy as np

from index.chunk import Chunk
from index.errors import WriteFailed
from index.manifest import Manifest
from index.records import Article, Span
from index.rows import living
from index.storage import ALIVE, Connection, state
from index.transfer.line import LONGEST, Header, Line, dump, dump_header
from index.view import FIELDS, article_of
from index.write import Blobs, content_hash, crc, piece_hash, piece_of

_LOG = logging.getLogger("byline")


def export(db: Connection, made: Manifest, out: TextIO, progress: Callable[[str, int, int], None]) -> int:
    """Write a header and the living articles in the order of adding; returns how many were written.

    `db` is inside one read transaction. An article that has changed since it was stored is left out, with a warning;
    one whose vectors have is written without them, and is encoded anew when it is restored.

    Raises:
        WriteFailed: an article is too long for a line.
    """
    total = living(db, "articles")
    out.write(dump_header(Header(made, total)) + "\n")
    written = 0
    sql = f"SELECT row, source, given, content, {FIELDS} FROM articles WHERE died = {ALIVE} ORDER BY row"
    for done, (row, source, given, content, *values) in enumerate(db.execute(sql)):
        progress("articles", done, total)
        article = _sound(values, content)
        if article is None:
            _LOG.warning("Article '%s' is damaged and was left out. To see more: byline doctor", values[0])
            continue
        line = Line(article, source, bool(given), *_passages(db, row, article, made.dimension))
        text = dump(line)
        if len(text) >= LONGEST:
            text = dump(replace(line, chunks=(), vectors=()))
        if len(text) >= LONGEST:
            raise WriteFailed(
                f"Article '{article.id}' is too long to be exported. Remove it, or keep the folder itself."
            )
        out.write(text + "\n")
        written += 1
    progress("articles", total, total)
    return written


def _sound(values: list[object], content: bytes) -> Article | None:
    """The article of a row, if it says what it said when it was stored."""
    try:
        article = article_of(values)
        return article if content_hash(article) == content else None
    except (TypeError, ValueError, AttributeError, RecursionError):
        return None


def _passages(
    db: Connection, row: int, article: Article, dimension: int
) -> tuple[tuple[Chunk, ...], tuple[Blobs, ...]]:
    """The passages of an article with their vectors; none where one of them is damaged."""
    chunks, vectors = [], []
    for start, stop, hash, stored, *found in db.execute(
        "SELECT p.start, p.stop, c.hash, c.crc, c.vector, c.marks, c.sentences FROM passages p "
        f"LEFT JOIN codes c ON c.code = p.code AND c.model = ? WHERE p.article = ? AND p.died = {ALIVE} ORDER BY p.pid",
        (state(db, "model"), row),
    ):
        try:
            blobs = Blobs(*found)
            marks = np.frombuffer(blobs.marks, np.int32).reshape(-1, 2) + start
            part = Chunk(Span(start, stop), tuple(Span(a, b) for a, b in marks.tolist()))
            sizes = len(blobs.vector) == 2 * dimension and len(blobs.sentences) == len(marks) * dimension
            sound = sizes and crc(*blobs) == stored and piece_hash(piece_of(article, part)) == hash
        except (TypeError, ValueError, OverflowError):
            sound = False
        if not sound:
            _LOG.warning("Vectors of article '%s' are damaged and were left out: byline doctor --repair", article.id)
            return (), ()
        chunks.append(part)
        vectors.append(blobs)
    return tuple(chunks), tuple(vectors)
