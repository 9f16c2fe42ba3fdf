"""Both indexes against the database: are they whole, are they current, and do they hold exactly what they should."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from index import vectors as shadow
from index.doctor.finding import REPAIR, Finding, Progress
from index.doctor.folder import shadow_names
from index.errors import ArchiveDamaged
from index.lexical import Lexical, LexicalView, analyse
from index.shadows import VECTORS, current
from index.storage import ALIVE, Connection
from index.vectors import Ids, Vectors

_STEP = 50_000  # ids compared at once
_SAMPLE = 200  # passages looked up by their own words
_TERMS = 8


@dataclass(slots=True)
class Indexes:
    """What could be opened of both, with what is wrong with the rest. `cut` is the vector file's generation."""

    words: LexicalView | None = None
    vectors: Vectors | None = None
    cut: int = 0
    faults: list[Finding] = field(default_factory=list)


def opened(folder: Path, db: Connection, now: int, dimension: int) -> Indexes:
    """Both indexes as they are. Checksums are compared before tantivy or FAISS sees a byte; nothing is written."""
    found, names = Indexes(), shadow_names(db)
    path = folder / names.get("lexical", "lexical")
    try:
        if path.is_dir() and any(path.iterdir()):
            found.words = Lexical(path).view()
        elif now:
            raise ArchiveDamaged("it is missing")
    except (ArchiveDamaged, ValueError, ArithmeticError, RecursionError) as error:
        found.faults.append(Finding(str(path), str(error), REPAIR, "words"))
    if VECTORS in names and (row := current(db, VECTORS)):
        file, found.cut, digest, size, _ = row
        path = folder / file
        found.vectors = shadow.load(path, dimension, found.cut, digest, size)
        if found.vectors is None:
            what = "it has changed since it was written" if path.is_file() else "it is missing"
            found.faults.append(Finding(str(path), what, REPAIR, "vectors"))
    return found


def compared(db: Connection, now: int, found: Indexes, progress: Progress) -> Iterator[Finding]:
    """What both hold, against what they should hold.

    Every id is compared. That a passage is found by its own words is tried on a sample spread over the archive.
    """
    if found.words is not None and found.words.generation != now:
        what = f"it is at write {found.words.generation}, the database at {now}"
        yield Finding("word index", what, f"the next command that writes, or {REPAIR}", "words-behind")
    elif found.words is not None:
        yield from _words(db, found.words, progress)
        yield from _sampled(db, found.words)
    if found.vectors is not None:
        yield from _vectors(db, found.vectors.ids(), found.cut)


def _words(db: Connection, words: LexicalView, progress: Progress) -> Iterator[Finding]:
    top = int(db.execute("SELECT coalesce(max(pid), 0) FROM passages").fetchone()[0])
    for low in range(0, top + 1, _STEP):
        progress("words", low, top)
        sql = f"SELECT pid FROM passages WHERE pid >= ? AND pid < ? AND +died = {ALIVE}"
        wanted = _ids(db, sql, low, low + _STEP)
        yield from _differences("word index", "words-held", wanted, words.pids(low, low + _STEP))
    beyond = words.pids((top // _STEP + 1) * _STEP, ALIVE)
    yield from _differences("word index", "words-held", np.zeros(0, np.int64), beyond)


def _sampled(db: Connection, words: LexicalView) -> Iterator[Finding]:
    top = db.execute("SELECT coalesce(max(pid), 0) FROM passages").fetchone()[0]
    sql = (
        "SELECT p.pid, a.title, a.outlet, substr(a.text, p.start + 1, p.stop - p.start) FROM passages p "
        f"JOIN articles a ON a.row = p.article WHERE p.pid >= ? AND +p.died = {ALIVE} ORDER BY p.pid LIMIT 1"
    )
    count = min(_SAMPLE, top)
    picks = [db.execute(sql, (1 + i * top // count,)).fetchone() for i in range(count)]
    for pid, *said in sorted({pick for pick in picks if pick}):
        terms = analyse("\n".join(said).encode("utf-8", "replace").decode())[:_TERMS]
        if terms and not words.scores(terms, np.asarray([pid]))[0] > 0:
            yield Finding("word index", f"passage {pid} is not found by its own words", REPAIR, "words-held")


def _vectors(db: Connection, held: Ids, cut: int) -> Iterator[Finding]:
    """The file holds the passages that lived when it was cut. Rows that died since may be gone, not their graves."""
    living = _ids(db, "SELECT pid FROM passages WHERE born <= ? AND died > ?", cut, cut)
    swept = np.intersect1d(held, _ids(db, "SELECT pid FROM graves WHERE died > ?", cut))
    yield from _differences("vector index", "vectors-held", np.union1d(living, swept), held)


def _differences(where: str, kind: str, wanted: Ids, held: Ids) -> Iterator[Finding]:
    once, counts = np.unique(held, return_counts=True)
    for ids, what in (
        (np.setdiff1d(wanted, once), "is not in it"),
        (np.setdiff1d(once, wanted), "is in it, but should not be"),
        (once[counts > 1], "is in it more than once"),
    ):
        if len(ids):
            more = f" (and {len(ids) - 1:,} more)" if len(ids) > 1 else ""
            yield Finding(where, f"passage {ids[0]}{more} {what}", REPAIR, kind)


def _ids(db: Connection, sql: str, *values: int) -> Ids:
    return np.fromiter((row[0] for row in db.execute(sql, values)), dtype=np.int64)
