"""Keeping the two shadows (words, vectors) in step with the database, and making them anew when they are lost."""

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from index import vectors as shadow
from index.errors import ArchiveDamaged
from index.lexical import Entry, Lexical, LexicalView
from index.storage import ALIVE, Storage, generation
from index.vectors import Vectors

_TAIL = 1_000  # vectors.faiss is cut again when more rows than this, and a tenth of it, have changed since


class Shadows:
    """Both indexes of one archive as this process sees them. Safe to use from several threads."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self._folder = folder
        self._dimension = dimension
        self._mutex = threading.Lock()
        self._lexical: Lexical | None = None
        self._words: LexicalView | None = None
        self._vectors: Vectors | None = None

    def words(self, wanted: int) -> LexicalView:
        """The word index, looked at anew unless it is already at the wanted generation."""
        with self._mutex:
            if self._words is None or self._words.generation != wanted:
                self._words = self._open_lexical().view()
            return self._words

    def vectors(self, db: sqlite3.Connection) -> Vectors:
        """The vectors as of this transaction's generation or later."""
        with self._mutex:
            now = generation(db)
            held = self._vectors or shadow.load(self._folder, self._dimension)
            if held is None or held.cut_at > now:
                held = shadow.build(np.zeros(0, np.int64), self._no_rows(), self._dimension, 0)
            if held.generation < now:
                held = held.with_rows(*self._born_after(db, held.generation), self._died_after(db, held), now)
            self._vectors = held
            return held

    def catch_up(self, db: sqlite3.Connection) -> None:
        """Bring the word index to this transaction's generation. The caller holds the write lock."""
        now, have = generation(db), self.words(-1).generation
        if have == now:
            return
        lexical = self._open_lexical()
        if have > now or have < self._forgotten(db):
            lexical.clear()
            have = 0
        self.commit(
            now, _entries(db, have), [r[0] for r in db.execute("SELECT pid FROM graves WHERE died > ?", (have,))]
        )

    def commit(self, now: int, added: Iterator[Entry], removed: list[int]) -> None:
        """Commit a generation to the word index. The caller holds the write lock."""
        with self._mutex:
            self._open_lexical().commit(now, added, removed)

    def recut(self, storage: Storage, notify: Callable[[str], None] = lambda _: None) -> None:
        """Cut vectors.faiss again when it has fallen far behind. The caller holds the write lock."""
        with storage.reading() as db:
            held = self.vectors(db)
            behind = len(held.tail_ids) + len(held.dead)
            if behind <= max(_TAIL, held.base.ntotal // 10):
                return
            notify("cutting the vector index")
            now = generation(db)
            fresh = shadow.build(*self._born_after(db, 0), self._dimension, now)
        shadow.save(fresh, self._folder)
        with self._mutex:
            self._vectors = fresh
        with storage.writing() as db:
            db.execute("DELETE FROM graves WHERE died <= ?", (now,))
            db.execute("INSERT OR REPLACE INTO state VALUES ('forgotten', ?)", (now,))

    def _open_lexical(self) -> Lexical:
        if self._lexical is None:
            path = self._folder / "lexical"
            try:
                self._lexical = Lexical(path)
                self._lexical.view()
            except (ArchiveDamaged, ValueError, OSError):
                shutil.rmtree(path, ignore_errors=True)  # a shadow: the database fills it again
                self._lexical = Lexical(path)
        return self._lexical

    def _forgotten(self, db: sqlite3.Connection) -> int:
        row = db.execute("SELECT value FROM state WHERE key = 'forgotten'").fetchone()
        return int(row[0]) if row else 0

    def _no_rows(self) -> shadow.Matrix:
        return np.zeros((0, self._dimension), np.float32)

    def _born_after(self, db: sqlite3.Connection, since: int) -> tuple[shadow.Ids, shadow.Matrix]:
        rows = db.execute(
            "SELECT p.pid, c.vector FROM passages p JOIN codes c USING (code) WHERE p.born > ? AND p.died = ? "
            "ORDER BY p.pid",
            (since, ALIVE),
        ).fetchall()
        if not rows:
            return np.zeros(0, np.int64), self._no_rows()
        stored = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.float16)
        return np.asarray([row[0] for row in rows], np.int64), stored.reshape(len(rows), -1).astype(np.float32)

    def _died_after(self, db: sqlite3.Connection, held: Vectors) -> shadow.Ids:
        rows = db.execute("SELECT pid FROM graves WHERE died > ?", (held.generation,)).fetchall()
        return np.intersect1d(np.asarray([row[0] for row in rows], np.int64), held.ids())


def _entries(db: sqlite3.Connection, since: int) -> Iterator[Entry]:
    rows = db.execute(
        "SELECT p.pid, a.title, substr(a.text, p.start + 1, p.stop - p.start) FROM passages p "
        "JOIN articles a ON a.row = p.article WHERE p.born > ? AND p.died = ?",
        (since, ALIVE),
    )
    return (Entry(*row) for row in rows)
