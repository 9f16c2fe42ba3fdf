"""What the database holds for the shadows: living passages with their words and vectors, streamed in order of id."""

from collections.abc import Iterator

import numpy as np

from index.errors import ArchiveDamaged
from index.lexical import Entry
from index.storage import ALIVE, Connection
from index.vectors import Ids, Matrix

_BLOCK = 20_000  # rows of vectors read at once
_PROBES = 200


def dimension(db: Connection) -> int:
    """How many numbers a vector of the archive's model has."""
    sql = "SELECT dimension FROM models WHERE model = (SELECT value FROM state WHERE key = 'model')"
    return int(db.execute(sql).fetchone()[0])


def living(db: Connection, table: str = "passages") -> int:
    """How many passages (or articles) are alive; the dead are counted by their own index."""
    total = db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return int(total - db.execute(f"SELECT count(*) FROM {table} WHERE died < {ALIVE}").fetchone()[0])


def matrix(vectors: list[bytes], width: int) -> Matrix:
    """Stored vectors as a matrix, shape (n, width).

    Raises:
        ArchiveDamaged: one of them has another length.
    """
    if any(len(vector) != 2 * width for vector in vectors):
        raise ArchiveDamaged("A stored vector has a wrong length. To see which, and mend it: byline doctor --repair")
    return np.frombuffer(b"".join(vectors), np.float16).reshape(len(vectors), width).astype(np.float32)


def _first(db: Connection, since: int) -> int:
    """The first passage born after a generation: ids rise with generations."""
    row = db.execute("SELECT pid FROM passages WHERE born > ? ORDER BY born, pid LIMIT 1", (since,)).fetchone()
    return int(row[0]) if row else ALIVE


def blocks(db: Connection, since: int, until: int) -> Iterator[tuple[Ids, Matrix]]:
    """The vectors of the passages born after `since` and alive at `until`, in blocks of rising id."""
    rows = db.execute(
        "SELECT p.pid, c.vector FROM passages p JOIN codes c USING (code) "
        "WHERE p.pid >= ? AND +p.born <= ? AND +p.died > ? ORDER BY p.pid",
        (_first(db, since), until, until),
    )
    while block := rows.fetchmany(_BLOCK):
        yield np.asarray([row[0] for row in block], np.int64), matrix([row[1] for row in block], dimension(db))


def joined(blocks: Iterator[tuple[Ids, Matrix]], dimension: int) -> tuple[Ids, Matrix]:
    parts = [(np.zeros(0, np.int64), np.zeros((0, dimension), np.float32)), *blocks]
    return np.concatenate([ids for ids, _ in parts]), np.concatenate([rows for _, rows in parts])


def probes(db: Connection) -> Matrix | None:
    """Some sentence vectors, spread over the archive: of all that is stored they are most like questions."""
    top = db.execute("SELECT max(code) FROM codes").fetchone()[0] or 0
    picks = [1 + i * top // _PROBES for i in range(_PROBES)] if top >= _PROBES else []
    rows = []
    for code in picks:
        row = db.execute("SELECT sentences, length(vector) / 2 FROM codes WHERE code >= ? LIMIT 1", (code,)).fetchone()
        if row and len(row[0]) >= row[1]:
            rows.append(np.frombuffer(row[0], np.int8, row[1]).astype(np.float32))
    if not rows:
        return None
    probes = np.asarray(rows)
    return np.asarray(probes / np.linalg.norm(probes, axis=1, keepdims=True), np.float32)


def entries(db: Connection, since: int, until: int) -> Iterator[Entry]:
    rows = db.execute(
        "SELECT p.pid, a.title, a.outlet, substr(a.text, p.start + 1, p.stop - p.start) FROM passages p "
        "JOIN articles a ON a.row = p.article WHERE p.pid >= ? AND +p.born <= ? AND +p.died > ? ORDER BY p.pid",
        (_first(db, since), until, until),
    )
    return (Entry(*row) for row in rows)
