"""Laws between rows that SQL can check alone: each with what finds the rows that break it and what puts them right."""

from collections.abc import Iterator
from dataclasses import dataclass

from index.doctor.finding import BACKUP, GIVEN_UP, REPAIR, Finding
from index.storage import ALIVE, SCHEMA, Connection

HIGHEST = 1 << 53  # no generation that is true comes near it


@dataclass(frozen=True, slots=True)
class Law:
    """`find` selects (number, name) of the rows that break it; `mend` does nothing where there are none.

    `numbered`: the number is that of an article of which something is to be made anew.
    """

    kind: str
    where: str
    what: str
    find: str
    mend: tuple[str, ...] = ()
    numbered: bool = False
    remedy: str = REPAIR


_NO_ARTICLE = "article NOT IN (SELECT row FROM articles)"
_UNUSED = "NOT EXISTS (SELECT 1 FROM passages p WHERE p.code = codes.code) AND code NOT IN (SELECT code FROM staged)"
_HOLLOW = (  # those that died with their article are judged with it
    "died != coalesce((SELECT a.died FROM articles a WHERE a.row = article), died) "
    "AND code NOT IN (SELECT code FROM codes)"
)
_TORN = f"SELECT article FROM staged WHERE {_NO_ARTICLE} OR code NOT IN (SELECT code FROM codes)"
_STRAY = (
    "passages p JOIN articles a ON a.row = p.article "
    "WHERE NOT (a.born <= p.born AND p.born <= p.died AND p.died <= a.died)"
)
_UNBURIED = f"died < {ALIVE} AND died > :cut AND pid NOT IN (SELECT pid FROM graves)"
_WRONG_GRAVES = "SELECT g.pid FROM graves g JOIN passages p USING (pid) WHERE p.died != g.died"
_NO_SUCH_FILE = f"path NOT IN (SELECT file FROM articles WHERE died = {ALIVE})"
_FUTURE = f"(born > :now OR (died > :now AND died < {ALIVE}))"

LAWS = (
    Law("id", "article '{}'", "its id is given twice", f"SELECT max(row), id FROM articles NOT INDEXED WHERE "
        f"died = {ALIVE} GROUP BY id HAVING count(*) > 1", remedy=BACKUP),
    Law("life", "article '{}'", "it was born after it died, or before the first write",
        "SELECT row, id FROM articles WHERE NOT (0 < born AND born <= died)", remedy=BACKUP),
    Law("life", "article '{}'", "a passage of it lived before, after or beside it",
        f"SELECT DISTINCT a.row, a.id FROM {_STRAY} AND a.died = {ALIVE}", numbered=True),
    Law("life", "removed article '{}'", "a passage of it lived before, after or beside it",
        f"SELECT DISTINCT a.row, a.id FROM {_STRAY} AND a.died < {ALIVE}", remedy=GIVEN_UP),
    Law("orphan-passage", "passage {}", "it belongs to no article",
        f"SELECT pid, pid FROM passages WHERE {_NO_ARTICLE}",
        (f"INSERT OR REPLACE INTO graves SELECT pid, :now FROM passages WHERE {_NO_ARTICLE}",
         f"DELETE FROM passages WHERE {_NO_ARTICLE}")),
    Law("no-code", "passage {}", "it died before its article, and its vectors are missing",
        f"SELECT pid, pid FROM passages WHERE {_HOLLOW}",
        (f"DELETE FROM passages WHERE {_HOLLOW}",)),
    Law("orphan-code", "vectors {}", "they belong to no passage",
        f"SELECT code, code FROM codes WHERE {_UNUSED}", (f"DELETE FROM codes WHERE {_UNUSED}",)),
    Law("staged", "staged passages of article {}", "their article or their vectors are gone",
        f"SELECT DISTINCT article, article FROM staged WHERE article IN ({_TORN})",
        (f"DELETE FROM staged WHERE article IN ({_TORN})",)),
    Law("grave", "passage {}", "it died after the vector file was cut, but no grave says so",
        f"SELECT pid, pid FROM passages WHERE {_UNBURIED}",
        (f"INSERT INTO graves SELECT pid, died FROM passages WHERE {_UNBURIED}",)),
    Law("grave", "passage {}", "its grave names another death than the passage itself",
        f"SELECT pid, pid FROM graves WHERE pid IN ({_WRONG_GRAVES})",
        (f"DELETE FROM graves WHERE pid IN ({_WRONG_GRAVES})",)),
    Law("orphan-band", "keys of article {}", "their article is gone",
        f"SELECT DISTINCT article, article FROM bands WHERE {_NO_ARTICLE}",
        (f"DELETE FROM bands WHERE {_NO_ARTICLE}",)),
    Law("sketch", "article '{}'", "the keys by which copies of it are found are not those it has",
        "SELECT row, id FROM articles LEFT JOIN (SELECT article, count(*) AS n FROM bands GROUP BY article) "
        "ON article = row WHERE length(sketch) % 4 OR length(sketch) / 4 != coalesce(n, 0)", numbered=True),
    Law("files", "file '{}'", "it is marked as read, but no living article is from it",
        f"SELECT 0, path FROM files WHERE {_NO_SUCH_FILE}", (f"DELETE FROM files WHERE {_NO_SUCH_FILE}",)),
    Law("future", "article '{}'", "it was born or died after the last write",
        f"SELECT row, id FROM articles WHERE {_FUTURE}"),
    Law("future", "passage {}", "it was born or died after the last write",
        f"SELECT pid, pid FROM passages WHERE {_FUTURE}"),
    Law("future", "passage {}", "its grave is from after the last write",
        "SELECT pid, pid FROM graves WHERE died > :now"),
    Law("future", "index '{}'", "it was cut after the last write",
        "SELECT 0, name FROM shadows WHERE name = 'vectors' AND generation > :now"),
    Law("future", "undo of '{}'", "that command began after the last write",
        "SELECT 0, name FROM undo WHERE after > :now", ("DELETE FROM undo WHERE after > :now",)),
)  # fmt: skip

_NEWEST = f"""SELECT max(coalesce(n, 0)) FROM (
    SELECT max(born) AS n FROM articles UNION ALL SELECT max(died) FROM articles WHERE died < {ALIVE}
    UNION ALL SELECT max(born) FROM passages UNION ALL SELECT max(died) FROM passages WHERE died < {ALIVE}
    UNION ALL SELECT max(died) FROM graves UNION ALL SELECT max(generation) FROM shadows WHERE name = 'vectors')"""


def broken(db: Connection, now: int, cut: int) -> Iterator[Finding]:
    """Every row that breaks one of the laws."""
    for law in LAWS:
        for row, name in db.execute(law.find, _named(law.find, now, cut)):
            yield Finding(law.where.format(name), law.what, law.remedy, law.kind, row if law.numbered else 0)


def mend(db: Connection, now: int, cut: int) -> None:
    """Put right what breaks a law that says how."""
    for law in LAWS:
        for statement in law.mend:
            db.execute(statement, _named(statement, now, cut))


def newest(db: Connection) -> int:
    """The highest generation that any row knows."""
    return int(db.execute(_NEWEST).fetchone()[0] or 0)


def missing(db: Connection) -> Iterator[tuple[str, str]]:
    """(name, statement) of each table and index that the database should have and has not."""
    there = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
    for statement in map(str.strip, SCHEMA.split(";")):
        words = statement.replace("(", " ").replace("UNIQUE ", "").split()
        if words[:2] in (["CREATE", "TABLE"], ["CREATE", "INDEX"]) and words[2] not in there:
            yield words[2], statement


def foreign(db: Connection) -> list[str]:
    """Names of triggers and views: Byline makes none, so somebody else did."""
    return [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')")]


def _named(sql: str, now: int, cut: int) -> dict[str, int]:
    return {name: value for name, value in (("now", now), ("cut", cut)) if f":{name}" in sql}
