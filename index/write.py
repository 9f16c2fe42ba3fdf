"""What one write does inside its transaction: rows in, rows out. Knows SQL and the rows' shape, no other store."""

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from index.chunk import Chunk
from index.dates import interval
from index.embed import Encoded, Piece
from index.lexical import Entry
from index.normalise import fold
from index.records import Article, Span
from index.storage import ALIVE


@dataclass(frozen=True, slots=True)
class Known:
    """What the database holds under an id: where it came from, and what it said."""

    row: int
    source: str
    given: bool
    content: bytes


def content_hash(article: Article) -> bytes:
    """A hash of all that an article says; the day it was added and the finds of the reader do not count."""
    fields = asdict(article)
    for name in ("added", "found"):
        fields.pop(name)
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode("utf-8", "surrogatepass")).digest()


def text_hash(article: Article) -> bytes:
    """A hash of the text alone: articles that share it are copies."""
    return hashlib.sha256(article.text.encode("utf-8", "surrogatepass")).digest()


def piece_hash(piece: Piece) -> bytes:
    """A hash of what is encoded: the same passage under the same title is encoded once."""
    return hashlib.sha256(f"{piece.title}\x00{piece.text}".encode("utf-8", "surrogatepass")).digest()


def piece_of(article: Article, chunk: Chunk) -> Piece:
    """A passage as it is encoded: with its title, and its sentences counted from its own start."""
    at = chunk.span.start
    inner = tuple(Span(span.start - at, span.end - at) for span in chunk.sentences)
    return Piece(chunk.span.of(article.text), inner, article.title)


def known(db: sqlite3.Connection, id: str) -> Known | None:
    """The living article under an id, if any."""
    row = db.execute(
        "SELECT row, source, given, content FROM articles WHERE id = ? AND died = ?", (id, ALIVE)
    ).fetchone()
    return Known(row[0], row[1], bool(row[2]), row[3]) if row else None


def has_code(db: sqlite3.Connection, key: bytes) -> bool:
    """Whether a piece was encoded before."""
    return db.execute("SELECT 1 FROM codes WHERE hash = ?", (key,)).fetchone() is not None


def insert(
    db: sqlite3.Connection,
    article: Article,
    source: str,
    given: bool,
    chunks: Sequence[Chunk],
    encoded: dict[bytes, Encoded],
    generation: int,
) -> list[Entry]:
    """Add an article with its passages; returns what the word index must learn."""
    days = interval(article.published) or ("", "")
    values: dict[str, Any] = {
        **{name: value for name, value in asdict(article).items() if name not in ("places", "found")},
        "places": json.dumps(article.places),
        "found": json.dumps(dict(article.found)),
        "outlet_key": fold(article.outlet),
        "first_day": days[0],
        "last_day": days[1],
        "source": source,
        "given": int(given),
        "content": content_hash(article),
        "text_hash": text_hash(article),
        "born": generation,
    }
    names = ", ".join(values)
    marks = ", ".join("?" * len(values))
    row = db.execute(f"INSERT INTO articles({names}) VALUES ({marks})", list(values.values())).lastrowid
    entries = []
    for chunk in chunks:
        piece = piece_of(article, chunk)
        code = _code(db, piece, encoded)
        pid = db.execute(
            "INSERT INTO passages(article, start, stop, code, born) VALUES (?, ?, ?, ?, ?)",
            (row, chunk.span.start, chunk.span.end, code, generation),
        ).lastrowid
        entries.append(Entry(int(pid or 0), article.title, piece.text))
    return entries


def bury(db: sqlite3.Connection, row: int, generation: int) -> list[int]:
    """Mark an article and its passages as dead from a generation on; returns the passages' ids."""
    pids = [r[0] for r in db.execute("SELECT pid FROM passages WHERE article = ? AND died = ?", (row, ALIVE))]
    db.execute("UPDATE articles SET died = ? WHERE row = ?", (generation, row))
    db.execute("UPDATE passages SET died = ? WHERE article = ? AND died = ?", (generation, row, ALIVE))
    db.executemany("INSERT INTO graves VALUES (?, ?)", [(pid, generation) for pid in pids])
    return pids


def sweep(db: sqlite3.Connection, generation: int) -> None:
    """Delete the rows that were dead by a generation, and vectors that nothing uses. Their graves stay."""
    dead = (generation,)
    codes = db.execute("SELECT DISTINCT code FROM passages WHERE died <= ?", dead).fetchall()
    db.execute("DELETE FROM passages WHERE died <= ?", dead)
    db.execute("DELETE FROM articles WHERE died <= ?", dead)
    db.executemany("DELETE FROM codes WHERE code = ? AND NOT EXISTS (SELECT 1 FROM passages p WHERE p.code = ?)",
                   [(code, code) for (code,) in codes])  # fmt: skip


def set_generation(db: sqlite3.Connection, generation: int) -> None:
    """Number the write that is about to commit."""
    db.execute("UPDATE state SET value = ? WHERE key = 'generation'", (generation,))


def _code(db: sqlite3.Connection, piece: Piece, encoded: dict[bytes, Encoded]) -> int:
    key = piece_hash(piece)
    row = db.execute("SELECT code FROM codes WHERE hash = ?", (key,)).fetchone()
    if row:
        return int(row[0])
    vectors = encoded[key]
    top = np.abs(vectors.sentences).max(axis=1, keepdims=True, initial=0)
    eighths = np.rint(vectors.sentences / np.where(top == 0, 1, top) * 127).astype(np.int8)
    marks = np.asarray([(s.start, s.end) for s in piece.sentences], dtype=np.int32)
    inserted = db.execute(
        "INSERT INTO codes(hash, vector, marks, sentences) VALUES (?, ?, ?, ?)",
        (key, vectors.passage.astype(np.float16).tobytes(), marks.tobytes(), eighths.tobytes()),
    )
    return int(inserted.lastrowid or 0)
