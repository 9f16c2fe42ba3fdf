"""Which story an article tells: edited copies are found when they are added, and linked. All of them stay stored.

`index.story` says what a copy is; here its keys are kept in the database and looked up. An article's story is the row
of the first that told it: 0 in that article's own row.
"""

from collections import Counter
from datetime import date

import numpy as np

from index import story
from index.dates import interval
from index.storage import ALIVE, Connection

_NEWEST = 64  # articles looked at under one key: copies come close together, a template comes for ever
_SHARED = 6  # of 64 keys that two articles must share to be compared; copies share 13 and more, others hardly any
_COMPARED = 16  # articles whose text is compared, those that share most keys first: a copy is among them
_DAYS = 14  # copies come within days; the same words a month later are the next of a series, or an update


def find(db: Connection, text: str, published: str = "") -> tuple[bytes, int]:
    """The keys of a text as they are stored, and the story that it is a copy of, 0 for none."""
    keys = sorted(set(story.sketch(text)))
    met: Counter[int] = Counter()
    for key in keys:
        sql = f"SELECT article FROM bands WHERE key = ? ORDER BY article DESC LIMIT {_NEWEST}"
        met.update(row for (row,) in db.execute(sql, (key,)))
    best, told = story.COPY, 0
    sql = f"SELECT text, story, published FROM articles WHERE row = ? AND died = {ALIVE}"
    for row, shared in met.most_common(_COMPARED):
        other = db.execute(sql, (row,)).fetchone() if shared >= min(_SHARED, len(keys)) else None
        if other is None or not (text == other[0] or _near(published, other[2])):
            continue
        if told and told == (other[1] or row):
            continue  # its story is known by one that shares more keys
        if (alike := story.alike(text, other[0])) >= best:
            best, told = alike, other[1] or row
        if text == other[0]:
            break
    return np.asarray(keys, np.int32).tobytes(), told


def _near(published: str, other: str) -> bool:
    """Whether two articles can have appeared within _DAYS of each other; so it is where a date is not known."""
    a, b = interval(published), interval(other)
    if a is None or b is None:
        return True
    gap = date.fromisoformat(max(a[0], b[0])) - date.fromisoformat(min(a[1], b[1]))
    return gap.days <= _DAYS


def enter(db: Connection, row: int, keys: bytes) -> None:
    """Let an article be found by its keys."""
    db.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(key, row) for key in _keys(keys)])


def leave(db: Connection, row: int, keys: bytes) -> None:
    """Let an article, which is about to be deleted, be found no more."""
    db.executemany("DELETE FROM bands WHERE key = ? AND article = ?", [(key, row) for key in _keys(keys)])


def again(db: Connection, row: int) -> None:
    """Find out anew what an article is a copy of, and by which keys it is found. It must have none in `bands`."""
    text, published = db.execute("SELECT text, published FROM articles WHERE row = ?", (row,)).fetchone()
    keys, told = find(db, text, published)
    db.execute("UPDATE articles SET sketch = ?, story = ? WHERE row = ?", (keys, told, row))
    enter(db, row, keys)


def copies(db: Connection, id: str) -> list[str]:
    """The ids of the other living articles that tell the same story in the same words, in the order of adding."""
    found = db.execute(f"SELECT row, story, text_hash FROM articles WHERE id = ? AND died = {ALIVE}", (id,)).fetchone()
    if found is None:
        return []
    row, told, hash = found
    rows = db.execute(
        f"SELECT id FROM articles WHERE died = {ALIVE} AND row != ?1 AND row IN (SELECT ?2 UNION "
        "SELECT row FROM articles WHERE story = ?2 AND story > 0 UNION SELECT row FROM articles WHERE text_hash = ?3) "
        "ORDER BY row",
        (row, told or row, hash),
    )
    return [other for (other,) in rows]


def _keys(keys: bytes) -> list[int]:
    return np.frombuffer(keys, np.int32).tolist()  # type: ignore[no-any-return]
