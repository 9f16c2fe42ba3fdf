"""Changing the model of an archive: every article is cut and encoded anew beside the old vectors, then all of it
takes their place in one transaction. Killed at any time, the archive is as it was, and the same command goes on.

The passages to come wait in `staged`; each text is encoded once per model.
"""

from collections.abc import Callable
from itertools import islice

from index.chunk import Chunk, chunk
from index.command import Command
from index.embed import Embedder, Piece
from index.history import forget
from index.manifest import Manifest
from index.opening import store_model
from index.rows import living
from index.storage import ALIVE, Connection, Storage, set_state, state
from index.view import FIELDS, article_of
from index.write import bury_passages, code_for, encoded, piece_of, unencoded

_BATCH = 64  # articles encoded and staged in one transaction


def reembed(
    storage: Storage, command: Command, embedder: Embedder, made: Manifest, progress: Callable[[str, int, int], None]
) -> int:
    """Encode all articles with `embedder` and switch to its vectors; returns how many articles. `made` describes it.

    The caller holds the write lock, and afterwards writes the manifest.
    """
    with storage.writing() as db:
        model = store_model(db, made)
        _abandon(db, model)
        total = living(db, "articles")
        waiting = _waiting(db)
    done = total - len(waiting)
    rows = iter(waiting)
    while batch := list(islice(rows, _BATCH)):
        progress("articles", done, total)
        _stage(storage, embedder, made.tokens, model, batch)
        done += len(batch)
    progress("articles", total, total)
    with command.change(undoable=False) as change:
        change.anew = True
        _switch(change.db, change.generation)
        forget(change.db)  # what undo would bring back has no vectors of this model
        change.db.execute("DELETE FROM codes WHERE model != ?", (model,))
        change.db.execute("DELETE FROM models WHERE model != ?", (model,))
        change.db.execute("DELETE FROM shadows WHERE name = 'vectors'")
        set_state(change.db, "model", model)
        set_state(change.db, "switching", 1)
    return total


def _abandon(db: Connection, model: int) -> None:
    """Forget a re-embedding to another model that was never finished."""
    kept = (state(db, "model"), model)
    db.execute("DELETE FROM staged WHERE code IN (SELECT code FROM codes WHERE model NOT IN (?, ?))", kept)
    db.execute("DELETE FROM codes WHERE model NOT IN (?, ?)", kept)
    db.execute(f"DELETE FROM staged WHERE article NOT IN (SELECT row FROM articles WHERE died = {ALIVE})")


def _waiting(db: Connection) -> list[int]:
    sql = f"SELECT row FROM articles WHERE died = {ALIVE} AND row NOT IN (SELECT article FROM staged) ORDER BY row"
    return [row for (row,) in db.execute(sql)]


def _stage(storage: Storage, embedder: Embedder, tokens: int, model: int, batch: list[int]) -> None:
    pieces: list[tuple[int, Chunk, Piece]] = []
    with storage.reading() as db:
        for row in batch:
            found = db.execute(f"SELECT {FIELDS} FROM articles WHERE row = ?", (row,)).fetchone()
            article = article_of(found)
            parts = chunk(article.text, embedder.offsets(article.text), tokens)
            pieces += [(row, part, piece_of(article, part)) for part in parts]
        fresh = unencoded(db, (piece for _, _, piece in pieces), model)
    vectors = dict(encoded(embedder, fresh))
    with storage.writing() as db:
        for row, part, piece in pieces:
            code = code_for(db, piece, vectors, model)
            db.execute("INSERT INTO staged VALUES (?, ?, ?, ?)", (row, part.span.start, part.span.end, code))


def _switch(db: Connection, generation: int) -> None:
    """Let the staged passages take the place of the living ones."""
    for (row,) in db.execute(f"SELECT row FROM articles WHERE died = {ALIVE}").fetchall():
        bury_passages(db, row, generation)
    db.execute(
        "INSERT INTO passages(article, start, stop, code, born) "
        "SELECT article, start, stop, code, ? FROM staged ORDER BY article, start",
        (generation,),
    )
    db.execute("DELETE FROM staged")
