"""Encoding anew what is broken: vectors in their place, or an article's passages as a whole.

The caller holds the write lock. Nothing is taken away before the model that can make it again is at hand.
"""

from collections.abc import Iterable
from itertools import islice

from index.chunk import chunk
from index.command import Command
from index.doctor.finding import Progress
from index.embed import Embedder, Encoded, Piece, open_embedder, same
from index.errors import BylineError
from index.lexical import Entry
from index.manifest import Manifest
from index.storage import ALIVE, Connection, Storage, generation, state
from index.view import FIELDS, article_of
from index.write import code_for, encoded, piece_of, unencoded

_BATCH = 64  # articles encoded and stored in one transaction


def at_hand(made: Manifest, embedder: Embedder | None) -> Embedder | None:
    """The model that made the vectors; None when it is not on this machine, which the examination says already."""
    try:
        return same(embedder, made.sha256) if embedder else open_embedder(made.embedder, made.sha256)
    except BylineError:
        return None


def take_passages(db: Connection, row: int, now: int) -> bool:
    """Take the passages of a living article away."""
    if not db.execute(f"SELECT 1 FROM articles WHERE row = ? AND died = {ALIVE}", (row,)).fetchone():
        return False
    db.execute("INSERT OR REPLACE INTO graves SELECT pid, ? FROM passages WHERE article = ?", (now, row))
    db.execute("DELETE FROM passages WHERE article = ?", (row,))
    return True


def recode(
    storage: Storage, made: Manifest, embedder: Embedder, codes: set[int], lost: set[int], progress: Progress
) -> list[int]:
    """Encode the texts of broken vectors anew, in their place; returns the articles that must be cut anew instead."""
    recut: set[int] = set()
    for done, code in enumerate(sorted(codes)):
        progress("encoding", done, len(codes))
        with storage.writing() as db:
            sql = "SELECT article, start, stop FROM passages WHERE code = ? AND article IN (SELECT row FROM articles)"
            users = [user for user in db.execute(sql, (code,)) if user[0] not in lost]
            piece = next((piece for user in users if (piece := _piece(db, made, embedder, *user))), None)
            if piece is not None:
                db.execute("DELETE FROM codes WHERE code = ?", (code,))
                fresh = code_for(db, piece, _encoded(db, embedder, [piece]), state(db, "model"))
                db.execute("UPDATE passages SET code = ? WHERE code = ?", (fresh, code))
                continue
            recut |= {row for row, _, _ in users if take_passages(db, row, generation(db))}
            # nothing that is cut anew may find them by their text; they go when nothing uses them
            db.execute("UPDATE codes SET hash = randomblob(32) WHERE code = ?", (code,))
    return sorted(recut)


def encode(
    storage: Storage, command: Command, made: Manifest, embedder: Embedder, rows: list[int], progress: Progress
) -> None:
    """Cut and encode these articles anew."""
    waiting, done = iter(rows), 0
    while batch := list(islice(waiting, _BATCH)):
        progress("encoding", done, len(rows))
        with command.change(undoable=False) as change:
            for row in batch:
                change.entries += _recut(change.db, made, embedder, row, change.generation)
        done += len(batch)


def _recut(db: Connection, made: Manifest, embedder: Embedder, row: int, now: int) -> list[Entry]:
    pieces = _pieces(db, made, embedder, row)
    vectors, model = _encoded(db, embedder, [piece for _, piece in pieces]), state(db, "model")
    title, outlet = db.execute("SELECT title, outlet FROM articles WHERE row = ?", (row,)).fetchone()
    entries = []
    for (start, stop), piece in pieces:
        pid = db.execute(
            "INSERT INTO passages(article, start, stop, code, born) VALUES (?, ?, ?, ?, ?)",
            (row, start, stop, code_for(db, piece, vectors, model), now),
        ).lastrowid
        entries.append(Entry(int(pid or 0), title, outlet, piece.text))
    return entries


def _pieces(db: Connection, made: Manifest, embedder: Embedder, row: int) -> list[tuple[tuple[int, int], Piece]]:
    """The passages that an article should have: where each lies, and what is encoded of it."""
    article = article_of(db.execute(f"SELECT {FIELDS} FROM articles WHERE row = ?", (row,)).fetchone())
    parts = chunk(article.text, embedder.offsets(article.text), made.tokens)
    return [((part.span.start, part.span.end), piece_of(article, part)) for part in parts]


def _piece(db: Connection, made: Manifest, embedder: Embedder, row: int, start: int, stop: int) -> Piece | None:
    """What is encoded of a passage, if it is one that its article should have."""
    return dict(_pieces(db, made, embedder, row)).get((start, stop))


def _encoded(db: Connection, embedder: Embedder, pieces: Iterable[Piece]) -> dict[bytes, Encoded]:
    """The vectors of the pieces that are not stored yet."""
    return dict(encoded(embedder, unencoded(db, pieces, state(db, "model"))))
