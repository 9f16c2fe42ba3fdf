"""Where articles came from: their files, outlets, authors and languages, and the filters by these."""

import json
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from index.dates import bounds
from index.normalise import fold, single_line
from index.records import SCHEMES, Where
from index.storage import ALIVE, Connection

_NOTHING = "0"
_CO_AUTHORS = re.compile(r",\s*(?:and\s+|&\s*)?|\s+and\s+|\s*&\s*", re.IGNORECASE)
# however many: a chain of ANDs may only be so long. Asked of the few that have the longest name.
_OTHER_NAMES = "NOT EXISTS (SELECT 1 FROM json_each(:names) WHERE NOT instr(a.author_key, value))"


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
    return _counted(db, "outlet")


def authors(db: Connection) -> dict[str, int]:
    """Every author as written first, and how many articles each has a hand in; the largest first."""
    counts: Counter[str] = Counter()
    written: dict[str, str] = {}
    for names, count in _counted(db, "author", "first").items():
        for key, name in {author_key(one): one for one in each_author(names)}.items():
            written.setdefault(key, name)
            counts[key] += count
    return {written[key]: count for key, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))}


def each_author(names: str) -> list[str]:
    """The people of an author's field, apart where each has a first and a last name: "Trade and Industry" stays one."""
    parts = _CO_AUTHORS.split(names)
    return parts if all(len(part.split()) > 1 for part in parts) else [names]


def languages(db: Connection) -> dict[str, int]:
    """Every language as an ISO code in small letters, and how many articles are in it; the largest first."""
    rows = db.execute(
        f"SELECT lower(language) AS code, count(*) FROM articles WHERE died = {ALIVE} AND language != '' "
        "GROUP BY code ORDER BY count(*) DESC, code"
    )
    return dict(rows.fetchall())


def _counted(db: Connection, name: str, order: str = "n DESC, key") -> dict[str, int]:
    key = f"{name}_key"
    rows = db.execute(
        # counted in an index; the table is asked for the first of each only
        f"SELECT (SELECT {name} FROM articles WHERE row = first), n FROM "
        f"(SELECT {key} AS key, count(*) AS n, min(row) AS first "
        f"FROM articles WHERE died = {ALIVE} AND {key} != '' GROUP BY {key}) ORDER BY {order}"
    )
    return dict(rows.fetchall())


def dated(db: Connection, generation: int) -> tuple[int, int]:
    """How many of the articles that lived at a generation carry a date, and how many lived."""
    sql = "SELECT coalesce(sum(first_day != ''), 0), count(*) FROM articles WHERE born <= ? AND died > ?"
    dated, living = db.execute(sql, (generation, generation)).fetchone()
    return dated, living


def author_key(author: str) -> str:
    """The words of an author's field, folded, with a blank before and after each; "" where there is none.

    A letter keeps its marks: words of Indic scripts would fall apart without them.
    """
    parted = "".join(char if char == "'" or _in_word(char) else " " for char in fold(author))
    names = [word for part in parted.split() if (word := part.strip("'"))]
    return f" {' '.join(names)} " if names else ""


def _in_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char).startswith("M")


def passages(db: Connection, where: Where, generation: int) -> Iterator[int]:
    """The passages of the articles that a filter lets through at a generation, in no order.

    Raises:
        SettingsError: a bound is not a date.
    """
    tests, values = _tests(db, where, generation)
    tests += ["p.born <= :now", "p.died > :now"]
    rows = db.execute(
        # CROSS: articles first, by an index that holds all that is asked of them; then their passages, by another
        f"SELECT p.pid FROM articles a CROSS JOIN passages p ON p.article = a.row WHERE {' AND '.join(tests)}",
        {**values, "now": generation},
    )
    return (row[0] for row in rows)


def _tests(db: Connection, where: Where, generation: int) -> tuple[list[str], dict[str, Any]]:
    """What SQL must ask of an article `a`, and the values that its names stand for."""
    first, last = bounds(where.since, where.until)
    outlet, language = fold(single_line(where.outlet)), single_line(where.language)
    free = "+" if where.story or where.articles else ""  # those are few: SQLite must not begin with an outlet's many
    names = sorted(author_key(single_line(where.author)).split(), key=len)
    conditions: list[tuple[object, str, dict[str, Any]]] = [
        (where.outlet, f"{free}a.outlet_key = :outlet" if outlet else _NOTHING, {"outlet": outlet}),
        (first, "a.last_day >= :first", {"first": first}),
        (last, "a.first_day != '' AND a.first_day <= :last", {"last": last}),
        (where.language, "a.language = :code COLLATE NOCASE" if language else _NOTHING, {"code": language}),
        (where.articles, "a.id IN (SELECT value FROM json_each(:ids))", {"ids": listed(where.articles)}),
        (
            where.author,
            "instr(a.author_key, :name)" if names else _NOTHING,
            {"name": f" {names[-1]} " if names else ""},
        ),
        (names[1:], _OTHER_NAMES, {"names": json.dumps([f" {name} " for name in names[:-1]])}),
    ]
    if where.story:
        conditions.append((True, *_story(db, where.story, generation)))
    tests, values = ["a.born <= :now", "a.died > :now"], {}
    for wanted, test, named in conditions:
        if wanted:
            tests.append(test)
            values.update(named)
    return tests, values


def _story(db: Connection, id: str, generation: int) -> tuple[str, dict[str, Any]]:
    """The test for being an article or a copy of its story; `index.stories.copies` asks the same of the living."""
    sql = (
        "SELECT row, story, text_hash FROM articles WHERE id IN (SELECT value FROM json_each(?)) "
        "AND born <= ? AND died > ?"
    )
    found = db.execute(sql, (listed((id,)), generation, generation)).fetchone()
    if found is None:
        return _NOTHING, {}
    row, told, text = found
    test = (
        "a.row IN (SELECT :one UNION SELECT :told UNION SELECT row FROM articles WHERE story = :told AND story > 0 "
        "UNION SELECT row FROM articles WHERE text_hash = :text)"
    )
    return test, {"one": row, "told": told or row, "text": text}


def listed(ids: Sequence[str]) -> str:
    """Ids for SQL, however many and whatever is in them. SQLite would read one with a NUL only up to there."""
    return json.dumps([id for id in ids if "\0" not in id])
