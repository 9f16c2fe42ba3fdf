"""The laws of articles, passages and vectors: hashes, slices, coverage, sizes. Reads rows one article at a time."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from index.doctor.finding import GIVEN_UP, REPAIR, Finding, Progress, add_again
from index.embed import Piece
from index.normalise import normalise
from index.records import Article
from index.storage import ALIVE, Connection
from index.view import article_of
from index.words import words
from index.write import COLUMNS, content_hash, crc, derived, file_of, piece_hash, text_hash

_BLOCK = 1_000
_FIELDS = 13  # the columns that make an Article come first
_CONTENT = COLUMNS.index("content")
LENGTH = 2e-3  # how far float16 may bring a vector off length 1
_BAD = (TypeError, ValueError, AttributeError, KeyError, OverflowError, RecursionError)


class Held(NamedTuple):
    """A passage as it is stored, with what is stored of its vectors."""

    pid: int
    start: int
    stop: int
    code: int
    hash: bytes | None
    model: int
    marks: bytes


def articles(db: Connection, model: int, progress: Progress) -> Iterator[Finding]:
    """Every article with its passages against their laws."""
    total = db.execute("SELECT count(*) FROM articles").fetchone()[0]
    rows = db.execute(f"SELECT row, died, {', '.join(COLUMNS)} FROM articles ORDER BY row")
    for done, (row, died, *values) in enumerate(rows):
        progress("articles", done, total)
        if died < ALIVE and values[_CONTENT] == b"":
            continue  # a text known to be lost, that was replaced or removed since
        where = f"article '{values[0]}'" if died == ALIVE else f"removed article '{values[0]}'"
        try:
            article, found = _article(where, row, died, values)
        except _BAD as error:
            yield Finding(where, f"its row cannot be read: {error}", add_again("", "", False), "text", row)
            continue
        yield from found
        if any(one.kind == "text" for one in found):
            continue  # its passages cannot be judged by a text that is not theirs
        try:
            held = _held(db, row, died)
            for i, kind, what in passage_faults(article, held, model if died == ALIVE else None):
                place = where if i is None else f"passage {held[i].pid} of {where}"
                number = held[i].code if i is not None and kind == "marks" else row
                yield Finding(place, what, REPAIR if died == ALIVE else GIVEN_UP, kind, number)
        except _BAD as error:
            yield Finding(where, f"the row of a passage cannot be read: {error}", REPAIR, "span", row)
    progress("articles", total, total)


def _article(where: str, row: int, died: int, values: Sequence[Any]) -> tuple[Article, list[Finding]]:
    """The article of a row, and which of its own columns are wrong."""
    article = article_of(values[:_FIELDS])
    stored = dict(zip(COLUMNS, values, strict=True))
    again = add_again(stored["source"], file_of(stored["source"]), stored["content"] == b"")
    remedy = again if died == ALIVE else GIVEN_UP
    same_text = text_hash(article) == stored["text_hash"]
    if content_hash(article) != stored["content"]:
        what = "a field of it has" if same_text else "its text has"
        return article, [Finding(where, f"{what} changed since it was stored", remedy, "text", row)]
    if normalise(article.text) != article.text or not article.text.strip():
        return article, [Finding(where, "its text is blank or not normalised", remedy, "text", row)]
    wrong = [name for name, value in derived(article, stored["source"]).items() if stored[name] != value]
    what = f"{', '.join(wrong)}: not what follows from the article"
    return article, [Finding(where, what, REPAIR, "derived", row)] if wrong else []


def _held(db: Connection, row: int, died: int) -> list[Held]:
    """The passages that an article has, or had when it died."""
    return [
        Held(*found)
        for found in db.execute(
            "SELECT p.pid, p.start, p.stop, p.code, c.hash, c.model, c.marks FROM passages p "
            "LEFT JOIN codes c ON c.code = p.code WHERE p.article = ? AND p.died = ? ORDER BY p.pid",
            (row, died),
        )
    ]


def passage_faults(article: Article, held: Sequence[Held], model: int | None) -> Iterator[tuple[int | None, str, str]]:
    """(which passage, kind, what) of all that is wrong with the passages of an article, given by rising id.

    Each must be a trimmed slice; together, in order and without overlap, they cover every non-blank character.
    """
    at, text = 0, article.text
    for i, one in enumerate(held):
        if not 0 <= one.start < one.stop <= len(text):
            yield i, "span", f"characters {one.start} to {one.stop} of a text of {len(text)}"
            continue
        piece = text[one.start : one.stop]
        if piece != piece.strip():
            yield i, "span", "it is blank, or begins or ends with a blank"
        if one.start < at:
            yield i, "overlap", "it overlaps the passage before it, or stands before it"
        elif text[at : one.start].strip():
            yield i, "gap", f"no passage holds the text before it (characters {at} to {one.start})"
        at = max(at, one.stop)
        if fault := _code_fault(one, Piece(piece, (), article.title), model):
            yield i, *fault
    if not held:
        yield None, "no-passages", "it has no passages, so it cannot be found"
    elif text[at:].strip():
        yield None, "gap", f"no passage holds the text at its end (from character {at})"


def _code_fault(one: Held, piece: Piece, model: int | None) -> tuple[str, str] | None:
    if one.hash is None:
        return "no-code", "its vectors are missing"
    if model not in (None, one.model):
        return "code-model", "its vectors are of another model"
    if one.hash != piece_hash(piece):
        return "code-hash", "its vectors belong to another text"
    if not isinstance(one.marks, bytes):
        return "marks", "its sentences are not stored as bytes"
    marks = np.frombuffer(one.marks[: len(one.marks) // 8 * 8], np.int32).reshape(-1, 2)
    inside = np.concatenate([[0], marks.reshape(-1), [len(piece.text)]])
    if (np.diff(inside) < 0).any() or (marks[:, 0] == marks[:, 1]).any():
        return "marks", "its sentences lie outside of it, or out of order"
    return None


def codes(db: Connection, progress: Progress) -> Iterator[Finding]:
    """Every stored vector: of a known model, the right size, the right checksum, finite, of length 1."""
    dimensions = dict(db.execute("SELECT model, dimension FROM models"))
    total = db.execute("SELECT count(*) FROM codes").fetchone()[0]
    rows = db.execute("SELECT code, model, crc, vector, marks, sentences FROM codes ORDER BY code")
    done = 0
    while block := rows.fetchmany(_BLOCK):
        progress("vectors", done, total)
        sound: dict[int, list[tuple[int, bytes]]] = {}
        for code, model, stored, *blobs in block:
            what = _blob_fault(dimensions.get(model), stored, blobs)
            if what:
                yield Finding(f"vectors {code}", what, REPAIR, "code", code)
            else:
                sound.setdefault(model, []).append((code, blobs[0]))
        for held in sound.values():
            yield from _lengths(db, held)
        done += len(block)
    progress("vectors", total, total)


def _blob_fault(dimension: int | None, stored: int, blobs: Sequence[Any]) -> str:
    if dimension is None:
        return "they are of a model that the archive does not know"
    if not all(isinstance(blob, bytes) for blob in blobs):
        return "they are not stored as bytes"
    vector, marks, sentences = blobs
    if len(vector) != 2 * dimension:
        return f"the vector has {len(vector)} bytes, not {2 * dimension}"
    if len(marks) % 8 or len(sentences) != len(marks) // 8 * dimension:
        return "there are not as many sentence vectors as sentences"
    return "" if crc(*blobs) == stored else "they have changed since they were stored"


def _lengths(db: Connection, held: Sequence[tuple[int, bytes]]) -> Iterator[Finding]:
    """Vectors that are not of length 1. Only a text without a word may have the zero vector."""
    matrix = np.frombuffer(b"".join(vector for _, vector in held), np.float16).reshape(len(held), -1)
    lengths = np.linalg.norm(matrix.astype(np.float32), axis=1)
    for i in np.flatnonzero(~(np.abs(lengths - 1) <= LENGTH)).tolist():  # NaN is not near anything
        code = held[i][0]
        if lengths[i] or _has_words(db, code):
            yield Finding(f"vectors {code}", f"the vector has length {lengths[i]:.4g}, not 1", REPAIR, "code", code)


def _has_words(db: Connection, code: int) -> bool:
    row = db.execute(
        "SELECT a.title || ' ' || substr(a.text, p.start + 1, p.stop - p.start) FROM passages p "
        "JOIN articles a ON a.row = p.article WHERE p.code = ?",
        (code,),
    ).fetchone()
    return row is not None and any(words(str(row[0])))
