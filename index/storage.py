"""The truth: one SQLite file. Rows carry the generation they were born in and died in.

A write is one transaction that raises the generation by one. A read is one transaction too, so that whatever a
question looks at stays as it was. Nothing here knows FAISS, tantivy or an embedder: vectors are bytes.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import ArchiveDamaged, ArchiveMissing

ALIVE = (1 << 63) - 1  # the generation in which a living row dies

_SCHEMA = f"""
CREATE TABLE state(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO state VALUES ('generation', 0);
CREATE TABLE articles(
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL, text TEXT NOT NULL, title TEXT NOT NULL, url TEXT NOT NULL, outlet TEXT NOT NULL,
    author TEXT NOT NULL, published TEXT NOT NULL, modified TEXT NOT NULL, added TEXT NOT NULL,
    language TEXT NOT NULL, credits TEXT NOT NULL, places TEXT NOT NULL, found TEXT NOT NULL,
    outlet_key TEXT NOT NULL, first_day TEXT NOT NULL, last_day TEXT NOT NULL,
    source TEXT NOT NULL, given INTEGER NOT NULL, content BLOB NOT NULL, text_hash BLOB NOT NULL,
    born INTEGER NOT NULL, died INTEGER NOT NULL DEFAULT {ALIVE});
CREATE UNIQUE INDEX articles_id ON articles(id) WHERE died = {ALIVE};
CREATE INDEX articles_text ON articles(text_hash);
CREATE INDEX articles_dead ON articles(died) WHERE died < {ALIVE};
CREATE TABLE codes(
    code INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE,
    vector BLOB NOT NULL, marks BLOB NOT NULL, sentences BLOB NOT NULL);
CREATE TABLE passages(
    pid INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles(row), start INTEGER NOT NULL, stop INTEGER NOT NULL,
    code INTEGER NOT NULL REFERENCES codes(code),
    born INTEGER NOT NULL, died INTEGER NOT NULL DEFAULT {ALIVE});
CREATE INDEX passages_article ON passages(article);
CREATE INDEX passages_code ON passages(code);
CREATE INDEX passages_born ON passages(born);
CREATE INDEX passages_dead ON passages(died) WHERE died < {ALIVE};
CREATE TABLE graves(pid INTEGER PRIMARY KEY, died INTEGER NOT NULL);
CREATE INDEX graves_died ON graves(died);
"""


class Storage:
    """Connections to one archive.db. Safe to use from several threads: each transaction has its own connection."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise ArchiveMissing(f"There is no archive at '{path.parent}'. Make one with: byline add FOLDER")
        self.path = path
        self._idle: list[sqlite3.Connection] = []
        self._closed = False

    @classmethod
    def create(cls, path: Path) -> "Storage":
        """Make an empty database, whole or not at all."""
        aside = path.with_suffix(".new")
        aside.unlink(missing_ok=True)
        db = sqlite3.connect(aside)
        db.execute("PRAGMA page_size = 16384")
        db.executescript(_SCHEMA)
        db.close()
        aside.replace(path)
        return cls(path)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection inside a read transaction: it sees one generation until the block ends."""
        with self._borrowed() as db:
            db.execute("BEGIN")
            try:
                yield db
            finally:
                db.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection inside a write transaction: committed when the block ends well, undone otherwise."""
        with self._borrowed() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def close(self) -> None:
        """Close every idle connection; those in use close when they come back."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _borrowed(self) -> Iterator[sqlite3.Connection]:
        try:
            db = self._idle.pop()
        except IndexError:
            db = self._connect()
        try:
            yield db
        except sqlite3.DatabaseError as error:
            raise ArchiveDamaged(f"The database '{self.path}' cannot be used: {error}") from error
        finally:
            if self._closed:
                db.close()
            else:
                self._idle.append(db)

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
        except sqlite3.DatabaseError as error:
            db.close()
            raise ArchiveDamaged(f"The database '{self.path}' cannot be used: {error}") from error
        return db


def generation(db: sqlite3.Connection) -> int:
    """The number of the last committed write."""
    return int(db.execute("SELECT value FROM state WHERE key = 'generation'").fetchone()[0])
