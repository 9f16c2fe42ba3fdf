"""Where articles came from: the file of an article, the articles of a file, the outlets of all."""

import os

from index.records import SCHEMES
from index.storage import ALIVE, Connection


def file_of(db: Connection, id: str) -> str:
    """The file or address that a living article was read from; "" when it was made in code, or is not there."""
    row = db.execute(f"SELECT file FROM articles WHERE id = ? AND died = {ALIVE}", (id,)).fetchone()
    return row[0] if row else ""


def ids_of(db: Connection, named: str) -> list[str]:
    """What somebody means who types this: the article with this id, or else those that were read from this file."""
    living = f"FROM articles WHERE died = {ALIVE} AND"
    if db.execute(f"SELECT 1 {living} id = ?", (named,)).fetchone():
        return [named]
    file = named if named.startswith(SCHEMES) else os.path.abspath(os.path.expanduser(named))
    return [id for (id,) in db.execute(f"SELECT id {living} file = ? ORDER BY row", (file,))]


def outlets(db: Connection) -> dict[str, int]:
    """Every outlet as it is written first, and how many articles it has; the largest first."""
    rows = db.execute(
        f"SELECT outlet, count(*), min(row) FROM articles WHERE died = {ALIVE} AND outlet != '' "
        "GROUP BY outlet_key ORDER BY count(*) DESC, outlet_key"
    )
    return {outlet: count for outlet, count, _ in rows}
