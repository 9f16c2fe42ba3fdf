"""What one write does inside its transaction: rows in, rows out. Knows SQL and the rows' shape, no other store."""

import hashlib
import json
import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np

from index import stories
from index.chunk import Chunk
from index.dates import interval
from index.embed import Embedder, Encoded, Piece
from index.lexical import Entry
from index.normalise import fold
from index.origins import author_key
from index.records import SCHEMES, Article, Span
from index.storage import ALIVE, state

# All that is stored of an article, except its row and the generations it lived in.
COLUMNS = (
    "id", "text", "title", "url", "outlet", "author", "published", "modified", "added", "language", "credits", "places",
    "found", "outlet_key", "first_day", "last_day", "source", "given", "content", "text_hash", "file", "sketch",
    "author_key",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What the database holds under an id: where it came from, and what it said."""

    row: int
    source: str
    given: bool
    content: bytes
    file: str


class Blobs(NamedTuple):
    """A piece's vectors as they are stored: float16, pairs of int32, int8."""

    vector: bytes
    marks: bytes
    sentences: bytes


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


def file_of(source: str) -> str:
    """The file of a source, without the number of its line or the name of a member; an address as it is."""
    if source.startswith(SCHEMES):
        return source
    member = source.find("//", 2)  # cannot stand in an absolute path
    return re.sub(r":\d+$", "", source if member < 0 else source[:member])


def known(db: sqlite3.Connection, id: str) -> Known | None:
    """The living article under an id, if any."""
    row = db.execute(
        f"SELECT row, source, given, content, file FROM articles WHERE id = ? AND died = {ALIVE}", (id,)
    ).fetchone()
    return Known(row[0], row[1], bool(row[2]), row[3], row[4]) if row else None


def unencoded(db: sqlite3.Connection, pieces: Iterable[Piece], model: int) -> dict[bytes, Piece]:
    """By hash, each once, the pieces that a model has not encoded before."""
    keyed = {piece_hash(piece): piece for piece in pieces}
    return {key: piece for key, piece in keyed.items() if _code(db, key, model) is None}


def encoded(embedder: Embedder, pieces: Mapping[bytes, Piece]) -> Iterator[tuple[bytes, Encoded]]:
    """(hash, vectors) of each piece, as they come."""
    keys = list(pieces)
    return ((keys[i], vectors) for i, vectors in embedder.encode(list(pieces.values())))


def insert(
    db: sqlite3.Connection,
    article: Article,
    source: str,
    given: bool,
    chunks: Sequence[Chunk],
    encoded: Mapping[bytes, Encoded | Blobs],
    generation: int,
) -> list[Entry]:
    """Add an article with its passages; returns what the word index must learn."""
    keys, told = stories.find(db, article.text, article.published)
    values = {**_columns(article, source, given), "sketch": keys, "story": told, "born": generation}
    names = ", ".join(values)
    marks = ", ".join("?" * len(values))
    row = db.execute(f"INSERT INTO articles({names}) VALUES ({marks})", list(values.values())).lastrowid
    stories.enter(db, int(row or 0), keys)
    model = state(db, "model")
    entries = []
    for chunk in chunks:
        piece = piece_of(article, chunk)
        code = code_for(db, piece, encoded, model)
        pid = db.execute(
            "INSERT INTO passages(article, start, stop, code, born) VALUES (?, ?, ?, ?, ?)",
            (row, chunk.span.start, chunk.span.end, code, generation),
        ).lastrowid
        entries.append(Entry(int(pid or 0), article.title, article.outlet, piece.text))
    return entries


def bury(db: sqlite3.Connection, row: int, generation: int) -> list[int]:
    """Mark an article and its passages as dead from a generation on; returns the passages' ids.

    Its file is to be read again the next time, even if its bytes are the same.
    """
    pids = bury_passages(db, row, generation)
    db.execute("UPDATE articles SET died = ? WHERE row = ?", (generation, row))
    for table, key in (("files", "path"), ("pages", "address")):
        db.execute(f"DELETE FROM {table} WHERE {key} = (SELECT file FROM articles WHERE row = ?)", (row,))
    return pids


def bury_passages(db: sqlite3.Connection, row: int, generation: int) -> list[int]:
    """Mark the passages of an article as dead from a generation on; returns their ids."""
    pids = [r[0] for r in db.execute(f"SELECT pid FROM passages WHERE article = ? AND died = {ALIVE}", (row,))]
    db.execute(f"UPDATE passages SET died = ? WHERE article = ? AND died = {ALIVE}", (generation, row))
    db.executemany("INSERT INTO graves VALUES (?, ?)", [(pid, generation) for pid in pids])
    return pids


def code_for(db: sqlite3.Connection, piece: Piece, encoded: Mapping[bytes, Encoded | Blobs], model: int) -> int:
    """The row of a piece's vectors, stored now unless a model has encoded it before. Blobs are stored as they are."""
    key = piece_hash(piece)
    known = _code(db, key, model)
    if known is not None:
        return known
    vectors = encoded[key]
    blobs = vectors if isinstance(vectors, Blobs) else _blobs(piece, vectors)
    inserted = db.execute(
        "INSERT INTO codes(hash, model, crc, vector, marks, sentences) VALUES (?, ?, ?, ?, ?, ?)",
        (key, model, crc(*blobs), *blobs),
    )
    return int(inserted.lastrowid or 0)


def _code(db: sqlite3.Connection, key: bytes, model: int) -> int | None:
    row = db.execute("SELECT code FROM codes WHERE hash = ? AND model = ?", (key, model)).fetchone()
    return int(row[0]) if row else None


def _blobs(piece: Piece, vectors: Encoded) -> Blobs:
    top = np.abs(vectors.sentences).max(axis=1, keepdims=True, initial=0)
    eighths = np.rint(vectors.sentences / np.where(top == 0, 1, top) * 127).astype(np.int8)
    marks = np.asarray([(s.start, s.end) for s in piece.sentences], dtype=np.int32)
    return Blobs(vectors.passage.astype(np.float16).tobytes(), marks.tobytes(), eighths.tobytes())


def crc(*blobs: bytes) -> int:
    """A checksum of a row of vectors, for doctor."""
    total = 0
    for blob in blobs:
        total = zlib.crc32(blob, total)
    return total


def derived(article: Article, source: str) -> dict[str, Any]:
    """The columns of an article that follow from the others."""
    first, last = interval(article.published) or ("", "")
    return {
        "outlet_key": fold(article.outlet),
        "author_key": author_key(article.author),
        "first_day": first,
        "last_day": last,
        "file": file_of(source),
        "text_hash": text_hash(article),
    }


def _columns(article: Article, source: str, given: bool) -> dict[str, Any]:
    return {
        **{name: value for name, value in asdict(article).items() if name not in ("places", "found")},
        "places": json.dumps(article.places),
        "found": json.dumps(dict(article.found)),
        "source": source,
        "given": int(given),
        "content": content_hash(article),
        **derived(article, source),
    }
