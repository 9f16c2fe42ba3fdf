"""What an archive remembers of its past: enough to undo the last command, and no more.

A row that died stays until the next command that changes something. Nothing here knows the shadows.
"""

import sqlite3
from datetime import UTC, datetime
from typing import NamedTuple

from index import stories
from index.storage import ALIVE
from index.write import COLUMNS, bury

_NO_LONGER = f"died <= ? AND died < {ALIVE}"  # the second test lets SQLite use the index of dead rows
_IF_UNUSED = "DELETE FROM codes WHERE code = ? AND NOT EXISTS (SELECT 1 FROM passages p WHERE p.code = codes.code)"


class Last(NamedTuple):
    """The last command that changed something: its name, when it began (ISO 8601, UTC), the generation before it."""

    name: str
    at: str
    after: int


def begin(db: sqlite3.Connection, name: str, after: int) -> None:
    """Note that a command begins after this generation: what died before it cannot be undone any more."""
    db.execute("DELETE FROM undo")
    db.execute("INSERT INTO undo VALUES (?, ?, ?)", (name, datetime.now(UTC).isoformat(timespec="seconds"), after))


def last(db: sqlite3.Connection) -> Last | None:
    """The command that undo would undo."""
    row = db.execute("SELECT name, at, after FROM undo").fetchone()
    return Last(*row) if row else None


def sweep(db: sqlite3.Connection, everything: bool = False) -> None:
    """Delete the rows that no undo needs, and vectors that nothing uses. Graves stay until vectors are cut again."""
    found = None if everything else last(db)
    bound = (found.after if found else ALIVE - 1,)
    # not DISTINCT: for that SQLite would walk through all passages in the order of their codes
    codes = set(db.execute(f"SELECT code FROM passages WHERE {_NO_LONGER}", bound))
    if codes:
        db.execute(f"DELETE FROM passages WHERE {_NO_LONGER}", bound)
    for row, keys in db.execute(f"SELECT row, sketch FROM articles WHERE {_NO_LONGER}", bound).fetchall():
        stories.leave(db, row, keys)
    db.execute(f"DELETE FROM articles WHERE {_NO_LONGER}", bound)
    db.executemany(_IF_UNUSED, codes)


def remembers(db: sqlite3.Connection, id: str) -> bool:
    """Whether any version of an article is still stored, living or dead."""
    return db.execute("SELECT 1 FROM articles WHERE id = ?", (id,)).fetchone() is not None


def forget(db: sqlite3.Connection) -> None:
    """Give up all that undo could bring back."""
    db.execute("DELETE FROM undo")
    sweep(db, everything=True)


def gone_since(db: sqlite3.Connection, after: int) -> list[tuple[int, str]]:
    """(row, id) of the articles that were alive at a generation and died since, in the order of adding."""
    sql = f"SELECT row, id FROM articles WHERE died > ? AND died < {ALIVE} AND born <= ? ORDER BY row"
    return [(row, id) for row, id in db.execute(sql, (after, after))]


def born_since(db: sqlite3.Connection, after: int) -> list[tuple[int, str]]:
    """(row, id) of the living articles that were born after a generation.

    Rows rise with generations, so that those before the first such passage's article need not be looked at.
    """
    sql = (
        f"SELECT row, id FROM articles WHERE died = {ALIVE} AND born > ?1 AND row >= "
        "(SELECT article FROM passages WHERE born > ?1 ORDER BY born, pid LIMIT 1) ORDER BY row"
    )
    return [(row, id) for row, id in db.execute(sql, (after,))]


def revive(db: sqlite3.Connection, row: int, generation: int) -> None:
    """Bring a dead article back as a new row with new passages that use the old vectors.

    Rows are never woken: a row is seen in one stretch of generations.
    """
    names = ", ".join(COLUMNS)
    new = db.execute(
        f"INSERT INTO articles({names}, story, born) SELECT {names}, iif(story > 0, story, row), ? FROM articles "
        "WHERE row = ?",
        (generation, row),
    ).lastrowid
    stories.enter(db, int(new or 0), db.execute("SELECT sketch FROM articles WHERE row = ?", (row,)).fetchone()[0])
    db.execute(
        "INSERT INTO passages(article, start, stop, code, born) SELECT ?, start, stop, code, ? FROM passages "
        "WHERE article = ? AND died = (SELECT died FROM articles WHERE row = ?) ORDER BY pid",
        (new, generation, row, row),
    )


def take_back(db: sqlite3.Connection, after: int, generation: int) -> tuple[list[int], list[str]]:
    """Bury what was born after a generation; returns the passages' ids and the articles' ids."""
    pids, ids = [], []
    for row, id in born_since(db, after):
        pids += bury(db, row, generation)
        ids.append(id)
    return pids, ids


def erase(db: sqlite3.Connection, id: str, generation: int) -> list[int]:
    """Delete every version of an article now; returns its passages' ids. Nobody can look at it as it was before."""
    rows = db.execute("SELECT row, file, sketch FROM articles WHERE id = ?", (id,)).fetchall()
    pids: list[int] = []
    for row, file, keys in rows:
        stories.leave(db, row, keys)
        found = db.execute("SELECT pid, code FROM passages WHERE article = ?", (row,)).fetchall()
        pids += [pid for pid, _ in found]
        db.execute("DELETE FROM passages WHERE article = ?", (row,))
        db.execute("DELETE FROM articles WHERE row = ?", (row,))
        db.execute("DELETE FROM files WHERE path = ?", (file,))
        db.execute("DELETE FROM pages WHERE address = ?", (file,))
        db.executemany(_IF_UNUSED, {(code,) for _, code in found})
        db.execute("DELETE FROM staged WHERE article = ?", (row,))
    db.executemany("INSERT OR REPLACE INTO graves VALUES (?, ?)", [(pid, generation) for pid in pids])
    return pids
