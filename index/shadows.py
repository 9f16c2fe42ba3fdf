"""Keeping the two shadows (words, vectors) in step with the database, and making them anew when they are lost.

Which folder and which file are the current ones stands in the database, with what vouches for them; a shadow that is
made anew gets a new name, so that those who still read the old one are not disturbed.
"""

import logging
import re
import shutil
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np

from index import vectors as shadow
from index.errors import ArchiveDamaged, WriteFailed
from index.lexical import Entry, Lexical, LexicalView
from index.rows import blocks, dimension, entries, joined, living, probes
from index.storage import Connection, Storage, generation, set_state, state
from index.vectors import Vectors

_LOG = logging.getLogger("byline")
WORDS, VECTORS = "lexical", "vectors"
_NAMES = {WORDS: re.compile(r"lexical(-\d+)?"), VECTORS: re.compile(r"vectors(-\d+)?\.faiss")}
_SHADOWS, _LOG_FILE = 1, 2  # what is left of a purge: everything, or SQLite's own log


class Shadows:
    """Both indexes of one archive as this process sees them. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mutex = threading.Lock()
        self._lexical: Lexical | None = None
        self._words: LexicalView | None = None
        self._vectors: Vectors | None = None
        self._cut = ("", 0)  # the file that self._vectors came from, and the model

    def words(self, db: Connection) -> LexicalView:
        """The word index, looked at anew unless it is already at this transaction's generation.

        Raises:
            ArchiveDamaged: it is lost, torn, or not what the database says.
        """
        now, path = generation(db), self._words_path(db)
        with self._mutex:
            if self._lexical is None or self._lexical.path != path:
                self._lexical, self._words = None, None
                if now and not path.is_dir():
                    raise ArchiveDamaged(f"'{path}' is missing.")
                opened = Lexical(path)
                self._words = opened.view()
                if self._words.generation == now and self._words.count != living(db):
                    raise ArchiveDamaged(f"'{path}' does not hold the passages that the database holds.")
                self._lexical = opened
            if self._words is None or self._words.generation != now:
                self._words = self._lexical.view()
            return self._words

    def vectors(self, db: Connection, at: int) -> Vectors | None:
        """The vectors as of generation `at`; None when those at hand are already younger (look again).

        Raises:
            ArchiveDamaged: the file is lost, torn, or not the one that was written.
        """
        with self._mutex:
            held = self._held(db)
            if held.generation > at:
                return None
            if held.generation < at:
                rows = joined(blocks(db, held.generation, at), dimension(db))
                dead = db.execute("SELECT pid FROM graves WHERE died > ? AND died <= ?", (held.generation, at))
                gone = np.fromiter(sorted(row[0] for row in dead), dtype=np.int64)
                held = self._vectors = held.with_rows(*rows, gone, at)
            return held

    def catch_up(self, storage: Storage, vectors: bool = False) -> None:
        """Bring the words to the database's generation, made anew where they are lost; the vectors too, if asked.

        The caller holds the write lock.
        """
        self._tidy()
        with storage.reading() as db:
            now, floor, purge = generation(db), state(db, "floor"), state(db, "purge")
            try:
                have = self.words(db).generation
            except ArchiveDamaged as error:
                _LOG.warning("%s The word index is being made anew.", error)
                self._fresh_words(storage, db)
                have = now
            if have > now or have < state(db, "forgotten"):
                self.commit(now, entries(db, 0, now), [], anew=True)
            elif have < now:
                gone = [r[0] for r in db.execute("SELECT pid FROM graves WHERE died > ?", (have,))]
                self.commit(now, entries(db, have, now), gone)
            damaged = vectors and self._damaged(db, now)
        if damaged:
            self.recut(storage, always=True)
        if floor > now:
            self.refill(storage)
        if purge:
            self.purge(storage)

    def _tidy(self) -> None:
        """Delete what killed writers left half-written: no other writer is at work now."""
        for path in [*self._folder.glob("vectors-*.faiss.new"), *self._folder.glob(f"{WORDS}*/.tmp*")]:
            with suppress(OSError):
                path.unlink()

    def refill(self, storage: Storage) -> None:
        """Make both indexes anew, then let people look again. The caller holds the write lock."""
        with storage.reading() as db:
            now = generation(db)
            self.commit(now, entries(db, 0, now), [], anew=True)
        self.recut(storage, always=True)
        with storage.writing() as db:
            set_state(db, "floor", now)

    def _damaged(self, db: Connection, now: int) -> bool:
        try:
            self.vectors(db, now)
        except ArchiveDamaged as error:
            _LOG.warning("%s The vector index is being made anew.", error)
            return True
        return False

    def purge(self, storage: Storage) -> None:
        """Leave nothing of removed articles in any file. The caller holds the write lock.

        A step that was cut short is taken again by the next command that writes.
        """
        with storage.reading() as db:
            step = state(db, "purge")
            if step == _SHADOWS:
                self._fresh_words(storage, db)
        if step == _SHADOWS:
            self.recut(storage, always=True)
            _step(storage, _LOG_FILE)
        with storage.outside() as db:  # the write-ahead log may still hold what was deleted
            busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if not busy:
            _step(storage, 0)

    def commit(self, now: int, added: Iterable[Entry], removed: list[int], anew: bool = False) -> None:
        """Commit a generation to the word index. The caller holds the write lock."""
        with self._mutex:
            if self._lexical is None:
                raise AssertionError("catch_up comes first")
            self._lexical.commit(now, added, removed, anew)

    def recut(self, storage: Storage, always: bool = False) -> None:
        """Cut the vector file again when it has fallen far behind, or `always`. The caller holds the write lock."""
        with storage.reading() as db:
            if not always and not _stale(db):
                return
            now = generation(db)
            fresh = self._cut_anew(db, None if always else self.vectors(db, now), now)
            count = living(db)
        name = f"vectors-{now}.faiss"
        path = self._folder / name
        try:
            digest, size = shadow.save(fresh, path)
        except OSError as error:
            raise WriteFailed(
                f"The vector index could not be written to '{path}': {error.strerror or error}. The articles are safe. "
                "See that the disk has room and is in order, then repeat the command."
            ) from error
        with storage.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO shadows VALUES (?, ?, ?, ?, ?, ?)", (VECTORS, name, now, digest, size, count)
            )
            db.execute("DELETE FROM graves WHERE died <= ?", (now,))
            set_state(db, "forgotten", now)
        with self._mutex:
            self._vectors = None  # it is opened from its file, mapped, at the next need
        for other in self._folder.glob("vectors-*.faiss"):
            if other.name != name:
                self._drop(other.name)

    def _cut_anew(self, db: Connection, held: Vectors | None, now: int) -> Vectors:
        longer = shadow.extend(held) if held is not None else None
        if longer is not None:
            return longer
        return shadow.build(lambda: blocks(db, 0, now), living(db), dimension(db), now, probes(db))

    def _held(self, db: Connection) -> Vectors:
        row = current(db, VECTORS)
        cut = (row[0] if row else "", state(db, "model"))
        if self._vectors is None or self._cut != cut:
            if row is None:
                self._vectors = shadow.empty(dimension(db), 0)
            else:
                file, cut_at, digest, size, _ = row
                opened = shadow.load(self._folder / _checked(VECTORS, file), dimension(db), cut_at, digest, size)
                if opened is None:
                    raise ArchiveDamaged(f"'{self._folder / file}' is lost or has changed since it was written.")
                self._vectors = opened
            self._cut = cut
        return self._vectors

    def _fresh_words(self, storage: Storage, db: Connection) -> None:
        """A new word index in a new folder; it becomes the current one when it is complete."""
        now, row = generation(db), current(db, WORDS)
        old = row[0] if row else WORDS
        taken = [old, *(path.name for path in self._folder.glob(f"{WORDS}-*"))]
        number = 1 + max(map(_number, taken))
        name = f"{WORDS}-{number}"
        fresh = Lexical(self._folder / name)
        fresh.commit(now, entries(db, 0, now), [])
        with storage.writing() as other:
            other.execute("INSERT OR REPLACE INTO shadows VALUES (?, ?, ?, '', 0, 0)", (WORDS, name, now))
        with self._mutex:
            self._lexical, self._words = fresh, fresh.view()
        if named_by_us(WORDS, old):
            self._drop(old)

    def _words_path(self, db: Connection) -> Path:
        row = current(db, WORDS)
        return self._folder / (_checked(WORDS, row[0]) if row else WORDS)

    def _drop(self, name: str) -> None:
        path = self._folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)  # some systems keep a file that is still read; all others go
        else:
            with suppress(OSError):  # doctor names what is left over
                path.unlink()


def named_by_us(index: str, file: object) -> bool:
    """Whether an index can lie under this name: an archive from somebody else must not lead out of its folder."""
    return index in _NAMES and _NAMES[index].fullmatch(str(file)) is not None


def _checked(index: str, file: str) -> str:
    if not named_by_us(index, file):
        raise ArchiveDamaged(f"The database names {file!r} as an index.")
    return file


def _number(name: str) -> int:
    tail = str(name).rpartition("-")[2]
    return int(tail) if tail.isdigit() else 0


def _step(storage: Storage, value: int) -> None:
    with storage.writing() as db:
        set_state(db, "purge", value)


def current(db: Connection, name: str) -> tuple[str, int, str, int, int] | None:
    """The file that is an index now, the generation it was cut at, its sha256, its bytes, its rows."""
    sql = "SELECT file, generation, digest, bytes, rows FROM shadows WHERE name = ?"
    row: tuple[str, int, str, int, int] | None = db.execute(sql, (name,)).fetchone()
    return row


def _stale(db: Connection) -> bool:
    """Whether so much has changed since the vector file was cut that it should be cut again."""
    row = current(db, VECTORS)
    cut_at, rows = (row[1], row[4]) if row else (0, 0)
    born = db.execute("SELECT count(*) FROM passages WHERE born > ?", (cut_at,)).fetchone()[0]
    died = db.execute("SELECT count(*) FROM graves WHERE died > ?", (cut_at,)).fetchone()[0]
    return shadow.due(born + died, rows)
