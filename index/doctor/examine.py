"""One examination from beginning to end: folder, database, rows, indexes. It only reads.

Everything is judged as of one generation. The write lock is held only while that look is taken, not for the hours that
a large archive may need.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

from index import lock
from index import manifest as manifests
from index.doctor import indexes, laws, rows
from index.doctor.finding import BACKUP, REPAIR, Finding, Progress
from index.doctor.folder import entries, manifest_faults, shadow_faults, shadow_names, weights_fault
from index.embed import Embedder
from index.errors import ArchiveDamaged, ArchiveMissing
from index.manifest import Manifest
from index.normalise import VERSION
from index.opening import stored_model
from index.storage import FILE, FORMAT, Connection, Storage, generation, state

_INDEX_ONLY = ("missing from index", "wrong # of entries in index", "non-unique entry in index")


def examine(
    folder: str | Path, embedder: Embedder | None = None, progress: Progress | None = None
) -> Iterator[Finding]:
    """All that is wrong with the archive in a folder; nothing when it is healthy.

    Args:
        embedder: stands in for the model that the archive names, as in Archive.open.
        progress: called with (what, done, total) as the work goes on.

    Raises:
        ArchiveMissing: there is no archive in this folder.
        ArchiveBusy: another process is writing.
    """
    return examined(Path(folder).expanduser(), embedder, progress or (lambda *_: None), locked=False)


def examined(folder: Path, embedder: Embedder | None, progress: Progress, locked: bool) -> Iterator[Finding]:
    """The same, where the caller may hold the write lock already."""
    if not (folder / FILE).is_file():
        if not (folder / manifests.FILE).is_file():
            raise ArchiveMissing(f"There is no archive at '{folder}'. Make one with: byline add FOLDER")
        yield Finding(str(folder / FILE), "it is missing", BACKUP, "database")
        return
    if not (folder / FILE).stat().st_size:  # SQLite would make a new database of it
        yield Finding(str(folder / FILE), "it is empty", BACKUP, "database")
        return
    storage = Storage(folder / FILE)
    try:
        with storage.reading() as db:
            # bytes that are no UTF-8 are a fault to be named, not an error
            db.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            yield from _all(folder, db, embedder, progress, locked)
    except ArchiveDamaged as error:
        yield Finding(str(folder / FILE), str(error.__cause__ or error), BACKUP, "database")
    finally:
        storage.close()


def _all(
    folder: Path, db: Connection, embedder: Embedder | None, progress: Progress, locked: bool
) -> Iterator[Finding]:
    with nullcontext() if locked else lock.write_lock(folder, "doctor"):
        early, usable = _schema(folder, db)  # the first thing that is read: the look of this transaction begins here
        if usable:
            now, stored = generation(db), stored_model(db, Manifest("", "", 0, 0, VERSION))
            found = indexes.opened(folder, db, now, stored.dimension)
            early += [*manifest_faults(folder, stored, bool(state(db, "switching"))), *shadow_faults(db)]
            early += [*found.faults, *entries(folder, shadow_names(db))]
    yield from early
    if not usable:
        return
    yield from weights_fault(stored, embedder)
    progress("database", 0, 0)
    torn = [row[0] for row in db.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
    for line in torn:
        only_index = any(part in line for part in _INDEX_ONLY)
        yield Finding(
            str(folder / FILE), line, REPAIR if only_index else BACKUP, "sorted" if only_index else "database"
        )
    if torn:
        return
    yield from rows.articles(db, state(db, "model"), progress)
    yield from rows.codes(db, progress)
    yield from laws.broken(db, now, found.cut)
    yield from indexes.compared(db, now, found, progress)


def _schema(folder: Path, db: Connection) -> tuple[list[Finding], bool]:
    """What is wrong with the database's form, and whether its rows can be judged all the same."""
    where = str(folder / FILE)
    version = db.execute("PRAGMA user_version").fetchone()[0]
    lacking = [(name, sql) for name, sql in laws.missing(db)]
    tables = [name for name, sql in lacking if sql.startswith("CREATE TABLE")]
    columns = {row[1] for row in db.execute("PRAGMA table_info(articles)")}
    if 0 < version < FORMAT and "author_key" not in columns:
        what = f"it is of format {version}; the next command that opens the archive brings it up to date"
        return [Finding(where, what, f"byline list, or {REPAIR}", "format")], False
    if version > FORMAT:
        what = f"it is of format {version}, this version of Byline reads {FORMAT}"
        return [Finding(where, what, "use the version of Byline that made it", "database")], False
    found = [Finding(where, f"its table {name} is missing", BACKUP, "database") for name in tables]
    found += [Finding(where, f"its index {n} is missing", REPAIR, "schema") for n, _ in lacking if n not in tables]
    found += [
        Finding(where, f"it holds {name}, which Byline did not make", BACKUP, "foreign") for name in laws.foreign(db)
    ]
    if version != FORMAT and not tables:
        found.append(Finding(where, f"it says that it is of format {version}", REPAIR, "schema"))
    return found, not tables
