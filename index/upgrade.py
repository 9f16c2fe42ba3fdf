"""Opening an archive of an older format: it is brought to today's, in one transaction.

Format 1 (the first): no undo, no record of files, one model for all vectors, shadows known by fixed names.
Format 2: copies of a story were not linked, addresses were not read.
Format 3: articles could not be filtered by author, language or id without reading their texts.
"""

import sqlite3
from dataclasses import replace
from pathlib import Path

from index import manifest, stories
from index.errors import ArchiveDamaged
from index.lock import write_lock
from index.manifest import Manifest
from index.origins import author_key
from index.storage import ALIVE, FILE, FORMAT, SCHEMA, failure
from index.write import crc, file_of

_SINCE_1 = ("TABLE models(", "TABLE undo(", "TABLE shadows(", "TABLE files(", "TABLE staged(")
_SINCE_2 = ("TABLE bands(", "TABLE pages(", "INDEX articles_story ")
_SINCE_3 = ("INDEX articles_ids ", "INDEX articles_facts ")


def upgrade(folder: Path, made: Manifest) -> Manifest:
    """Bring an archive to today's format; killed at any time, it can be done again.

    Raises:
        ArchiveBusy: another process is writing to it.
        ArchiveDamaged: its database is not what its manifest says.
        WriteFailed: the disk is full or failing; the archive is as it was.
    """
    current = replace(made, format=manifest.FORMAT)
    with write_lock(folder, "upgrade"):
        path = folder / FILE
        db = sqlite3.connect(path, isolation_level=None)
        try:
            _bring(db, made)
        except sqlite3.DatabaseError as error:
            raise failure(error, path) from error
        finally:
            db.close()
        current.write(folder)
        for name in ("vectors.faiss", "vectors.json"):  # the database names the file from now on
            (folder / name).unlink(missing_ok=True)
    return current


def _bring(db: sqlite3.Connection, made: Manifest) -> None:
    found = db.execute("PRAGMA user_version").fetchone()[0]
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("BEGIN IMMEDIATE")
    if found < 2:
        _from_1(db, made)
    if found < 3:
        _from_2(db)
    if found < 4:
        _from_3(db)
    db.execute(f"PRAGMA user_version = {FORMAT}")
    db.execute("COMMIT")


def _from_1(db: sqlite3.Connection, made: Manifest) -> None:
    db.create_function("file_of", 1, file_of, deterministic=True)
    db.create_function("crc", 3, crc, deterministic=True)
    (codes,) = _statements("TABLE codes(")
    for statement in _statements(*_SINCE_1):
        db.execute(statement)
    values = (made.embedder, made.sha256, made.dimension, made.tokens)
    db.execute("INSERT INTO models(embedder, sha256, dimension, tokens) VALUES (?, ?, ?, ?)", values)
    db.execute("ALTER TABLE articles ADD COLUMN file TEXT NOT NULL DEFAULT ''")
    db.execute("UPDATE articles SET file = file_of(source)")
    db.execute(codes.replace("CREATE TABLE codes(", "CREATE TABLE fresh("))
    db.execute(
        "INSERT INTO fresh SELECT code, hash, 1, crc(vector, marks, sentences), vector, marks, sentences FROM codes"
    )
    db.execute("DROP TABLE codes")
    db.execute("ALTER TABLE fresh RENAME TO codes")
    db.execute("CREATE UNIQUE INDEX codes_hash ON codes(hash, model)")
    db.execute("DROP INDEX passages_article")
    db.execute("CREATE INDEX passages_article ON passages(article, born, died)")
    db.execute("CREATE INDEX articles_file ON articles(file)")
    db.execute("INSERT OR REPLACE INTO state VALUES ('model', 1)")
    db.execute("INSERT OR IGNORE INTO state VALUES ('forgotten', 0)")
    db.execute("INSERT OR REPLACE INTO state VALUES ('purge', 0)")


def _from_2(db: sqlite3.Connection) -> None:
    db.execute("ALTER TABLE articles ADD COLUMN sketch BLOB NOT NULL DEFAULT x''")
    db.execute("ALTER TABLE articles ADD COLUMN story INTEGER NOT NULL DEFAULT 0")
    for statement in _statements(*_SINCE_2):
        db.execute(statement)
    rows = db.execute(f"SELECT row FROM articles WHERE died = {ALIVE} ORDER BY row").fetchall()
    for (row,) in rows:
        stories.again(db, row)


def _from_3(db: sqlite3.Connection) -> None:
    db.create_function("author_key", 1, author_key, deterministic=True)
    db.execute("ALTER TABLE articles ADD COLUMN author_key TEXT NOT NULL DEFAULT ''")
    db.execute("UPDATE articles SET author_key = author_key(author) WHERE author != ''")
    db.execute("DROP INDEX IF EXISTS articles_facts")  # it was narrower
    for statement in _statements(*_SINCE_3):
        db.execute(statement)


def _statements(*begun: str) -> list[str]:
    """The statements of today's schema that make these tables and indexes."""
    found = [s for s in map(str.strip, SCHEMA.split(";")) if s.startswith(tuple(f"CREATE {one}" for one in begun))]
    if len(found) != len(begun):
        raise ArchiveDamaged("Byline's own description of the database is incomplete: reinstall Byline.")
    return found
