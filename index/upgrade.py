"""Opening an archive of an older format: it is brought to today's, in one transaction.

Format 1 (the first): no undo, no record of files, one model for all vectors, shadows known by fixed names.
"""

import sqlite3
from dataclasses import replace
from pathlib import Path

from index.errors import ArchiveDamaged
from index.lock import write_lock
from index.manifest import FORMAT, Manifest
from index.storage import FILE, SCHEMA, failure
from index.write import crc, file_of

_NEW_TABLES = ("models", "undo", "shadows", "files", "staged")
_NEW_INDEXES = ("articles_file", "articles_facts")


def upgrade(folder: Path, made: Manifest) -> Manifest:
    """Bring an archive to today's format; killed at any time, it can be done again.

    Raises:
        ArchiveBusy: another process is writing to it.
        ArchiveDamaged: its database is not what its manifest says.
        WriteFailed: the disk is full or failing; the archive is as it was.
    """
    current = replace(made, format=FORMAT)
    with write_lock(folder, "upgrade"):
        path = folder / FILE
        db = sqlite3.connect(path, isolation_level=None)
        try:
            if db.execute("PRAGMA user_version").fetchone()[0] < FORMAT:
                _from_1(db, made)
        except sqlite3.DatabaseError as error:
            raise failure(error, path) from error
        finally:
            db.close()
        current.write(folder)
        for name in ("vectors.faiss", "vectors.json"):  # the database names the file from now on
            (folder / name).unlink(missing_ok=True)
    return current


def _from_1(db: sqlite3.Connection, made: Manifest) -> None:
    db.create_function("file_of", 1, file_of, deterministic=True)
    db.create_function("crc", 3, crc, deterministic=True)
    statements = [s.strip() for s in SCHEMA.split(";")]
    tables = [s for s in statements if s.startswith(tuple(f"CREATE TABLE {name}(" for name in _NEW_TABLES))]
    indexes = [s for s in statements if s.startswith(tuple(f"CREATE INDEX {name} " for name in _NEW_INDEXES))]
    codes = next(s for s in statements if s.startswith("CREATE TABLE codes("))
    if len(tables) != len(_NEW_TABLES) or len(indexes) != len(_NEW_INDEXES):
        raise ArchiveDamaged("Byline's own description of the database is incomplete: reinstall Byline.")
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("BEGIN IMMEDIATE")
    for statement in tables:
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
    for statement in indexes:
        db.execute(statement)
    db.execute("INSERT OR REPLACE INTO state VALUES ('model', 1)")
    db.execute("INSERT OR IGNORE INTO state VALUES ('forgotten', 0)")
    db.execute("INSERT OR REPLACE INTO state VALUES ('purge', 0)")
    db.execute(f"PRAGMA user_version = {FORMAT}")
    db.execute("COMMIT")
