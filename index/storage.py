"""The truth: one SQLite file. Rows carry the generation they were born in and died in.

A write is one transaction that raises the generation by one. A read is one transaction too, so that whatever a
question looks at stays as it was. Nothing here knows FAISS, tantivy or an embedder: vectors are bytes.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.errors import ArchiveDamaged, ArchiveMissing, WriteFailed

Connection = sqlite3.Connection
ALIVE = (1 << 63) - 1  # the generation in which a living row dies
FORMAT = 4
FILE = "archive.db"

# state: `generation` is the last write's, `forgotten` the one up to which graves were dropped, `floor` the one before
# which nothing can be seen any more, `model` the row of `models` whose vectors are searched, `switching` is 1 until the
# manifest names it, `purge` is not 0 while removed text may still lie in a shadow.
# undo: the last command that changed something, and the generation before it. Rows that died since then are kept.
# shadows: which file or folder is the current one, and what vouches for it.
# bands: by which keys an article is found when a copy of it is added; articles hold their keys as `sketch`.
# articles_facts: all that a filter asks of an article (`index.origins`), so that none of its text is read for it;
# articles_ids: the same for those that are named, at any generation that can still be seen.
# pages: what the server of an address said of its version, to ask it only for news.
# staged: the passages of a re-embedding that is not finished.
SCHEMA = f"""
CREATE TABLE state(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO state VALUES ('generation', 0), ('model', 1), ('forgotten', 0), ('floor', 0), ('purge', 0);
CREATE TABLE models(
    model INTEGER PRIMARY KEY, embedder TEXT NOT NULL, sha256 TEXT NOT NULL,
    dimension INTEGER NOT NULL, tokens INTEGER NOT NULL);
CREATE TABLE undo(name TEXT NOT NULL, at TEXT NOT NULL, after INTEGER NOT NULL);
CREATE TABLE shadows(
    name TEXT PRIMARY KEY, file TEXT NOT NULL, generation INTEGER NOT NULL,
    digest TEXT NOT NULL, bytes INTEGER NOT NULL, rows INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE files(path TEXT PRIMARY KEY, digest BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE pages(address TEXT PRIMARY KEY, etag TEXT NOT NULL, modified TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles(
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL, text TEXT NOT NULL, title TEXT NOT NULL, url TEXT NOT NULL, outlet TEXT NOT NULL,
    author TEXT NOT NULL, published TEXT NOT NULL, modified TEXT NOT NULL, added TEXT NOT NULL,
    language TEXT NOT NULL, credits TEXT NOT NULL, places TEXT NOT NULL, found TEXT NOT NULL,
    outlet_key TEXT NOT NULL, first_day TEXT NOT NULL, last_day TEXT NOT NULL,
    source TEXT NOT NULL, given INTEGER NOT NULL, content BLOB NOT NULL, text_hash BLOB NOT NULL,
    born INTEGER NOT NULL, died INTEGER NOT NULL DEFAULT {ALIVE}, file TEXT NOT NULL DEFAULT '',
    sketch BLOB NOT NULL DEFAULT x'', story INTEGER NOT NULL DEFAULT 0, author_key TEXT NOT NULL DEFAULT '');
CREATE UNIQUE INDEX articles_id ON articles(id) WHERE died = {ALIVE};
CREATE INDEX articles_text ON articles(text_hash);
CREATE INDEX articles_dead ON articles(died) WHERE died < {ALIVE};
CREATE INDEX articles_file ON articles(file);
CREATE INDEX articles_ids ON articles(id, born, died, story);
CREATE INDEX articles_facts ON articles(outlet_key, first_day, last_day, language, author_key, born, died);
CREATE INDEX articles_story ON articles(story) WHERE story > 0;
CREATE TABLE bands(key INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY(key, article)) WITHOUT ROWID;
CREATE TABLE codes(
    code INTEGER PRIMARY KEY, hash BLOB NOT NULL, model INTEGER NOT NULL, crc INTEGER NOT NULL,
    vector BLOB NOT NULL, marks BLOB NOT NULL, sentences BLOB NOT NULL);
CREATE UNIQUE INDEX codes_hash ON codes(hash, model);
CREATE TABLE passages(
    pid INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles(row), start INTEGER NOT NULL, stop INTEGER NOT NULL,
    code INTEGER NOT NULL REFERENCES codes(code),
    born INTEGER NOT NULL, died INTEGER NOT NULL DEFAULT {ALIVE});
CREATE INDEX passages_article ON passages(article, born, died);
CREATE INDEX passages_code ON passages(code);
CREATE INDEX passages_born ON passages(born);
CREATE INDEX passages_dead ON passages(died) WHERE died < {ALIVE};
CREATE TABLE graves(pid INTEGER PRIMARY KEY, died INTEGER NOT NULL);
CREATE INDEX graves_died ON graves(died);
CREATE TABLE staged(
    article INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, code INTEGER NOT NULL,
    PRIMARY KEY(article, start)) WITHOUT ROWID;
PRAGMA user_version = {FORMAT};
"""

# A page holds four rows of `codes` of a usual passage, so that none spills. At 100,000 passages of 1,023 characters:
# 5,433 bytes a passage, 3.8 ms to load 200; pages of 32,768 take 5,036 and 6.0, and each write is twice as long.
_PAGE = 16_384
_SETTINGS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "secure_delete = ON",  # what is deleted is overwritten
    "cache_size = -16000",  # KiB: the upper levels of every tree, at a million passages
)


class Storage:
    """Connections to one archive.db. Safe to use from several threads: each transaction has its own connection."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise ArchiveMissing(f"There is no archive at '{path.parent}'. Make one with: byline add FOLDER")
        self.path = path
        self._idle: list[sqlite3.Connection] = []
        self._closed = False

    @classmethod
    def create(cls, path: Path, fill: Callable[[sqlite3.Connection], object] = lambda _: None) -> "Storage":
        """Make an empty database, whole or not at all; `fill` may put the first rows in."""
        aside = path.with_suffix(".new")
        aside.unlink(missing_ok=True)
        db = sqlite3.connect(aside)
        try:
            db.execute(f"PRAGMA page_size = {_PAGE}")
            db.executescript(SCHEMA)
            fill(db)
            db.commit()
        except sqlite3.DatabaseError as error:
            raise failure(error, path) from error
        finally:
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
                _end(db)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection inside a write transaction: committed when the block ends well, undone otherwise."""
        with self._borrowed() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            finally:
                _end(db)

    @contextmanager
    def outside(self) -> Iterator[sqlite3.Connection]:
        """A connection outside any transaction, for what SQLite does on its own (checks, checkpoints)."""
        with self._borrowed() as db:
            yield db

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
            db.close()  # whatever state it is in ends here
            raise failure(error, self.path) from error
        except BaseException:
            self._give_back(db)
            raise
        self._give_back(db)

    def _give_back(self, db: sqlite3.Connection) -> None:
        if self._closed or db.in_transaction:
            db.close()
        else:
            self._idle.append(db)

    def _connect(self) -> sqlite3.Connection:
        db = None
        try:
            db = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
            for setting in _SETTINGS:
                db.execute(f"PRAGMA {setting}")
        except sqlite3.DatabaseError as error:
            if db is not None:
                db.close()
            raise failure(error, self.path) from error
        return db


def failure(error: sqlite3.DatabaseError, path: Path) -> ArchiveDamaged | WriteFailed:
    """The error of our tree for one of SQLite's: a file that cannot be written is not a damaged one."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
        return WriteFailed(
            f"The database '{path}' could not be read or written: {error}. What was reported as added is safe. "
            "See that the disk has room and is in order, then repeat the command."
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return WriteFailed(f"The database '{path}' is in use by another program: {error}. Try again in a moment.")
    return ArchiveDamaged(f"The database '{path}' cannot be used: {error}. To see what is wrong: byline doctor")


def generation(db: sqlite3.Connection) -> int:
    """The number of the last committed write."""
    return state(db, "generation")


def state(db: sqlite3.Connection, key: str) -> int:
    """A number of the archive's state."""
    row = db.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
    return int(row[0]) if row else 0


def set_state(db: sqlite3.Connection, key: str, value: int) -> None:
    """Change a number of the archive's state."""
    db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (key, value))


def _end(db: sqlite3.Connection) -> None:
    """Leave the transaction, if it is still open; an error that is on its way is worth more than one from here."""
    if db.in_transaction:
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")
