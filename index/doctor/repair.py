"""Putting right what the doctor found. Each step is a transaction, and none is begun that could make things worse.

The rows come first, since both indexes are made from them; then the indexes; then the passages that must be cut and
encoded anew from their articles' text. What cannot be mended is left as it is and named.
"""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from sqlite3 import IntegrityError

from index import stories
from index.command import Command
from index.doctor import laws
from index.doctor.encode import at_hand, encode, recode, take_passages
from index.doctor.examine import examined
from index.doctor.finding import Finding, Progress
from index.doctor.folder import shadow_names, sweep
from index.embed import Embedder
from index.errors import ArchiveDamaged, ArchiveError
from index.lock import write_lock
from index.manifest import Manifest, read
from index.normalise import VERSION
from index.opening import settle, stored_model
from index.shadows import VECTORS, Shadows, current
from index.storage import ALIVE, FILE, FORMAT, Connection, Storage, generation, set_state
from index.upgrade import upgrade
from index.view import FIELDS, article_of
from index.write import derived

_RECUT = {"life", "span", "overlap", "gap", "no-passages", "no-code", "code-model", "code-hash"}
_RECODE = {"code", "marks"}
_FROM_ANEW = {*_RECODE, "words-held", "vectors-held", "future"}  # after these both indexes are made anew
_HOPELESS = {"database", "format", "foreign"}  # nothing is written to such a database
_NOT_OURS = {"unknown", "weights"}  # only the user can mend it


def repair(
    folder: str | Path, embedder: Embedder | None = None, progress: Progress | None = None
) -> tuple[list[Finding], list[Finding]]:
    """Mend what can be mended; returns what was, and what is left with what the user can do about it.

    Raises:
        ArchiveMissing: there is no archive in this folder.
        ArchiveBusy: another process is writing.
        WriteFailed: the disk is full or failing. What was not mended yet is as it was.
    """
    folder, notify = Path(folder).expanduser(), progress or (lambda *_: None)
    with suppress(ArchiveError, RecursionError):
        if (made := read(folder)).format < FORMAT:
            upgrade(folder, made)
    with write_lock(folder, "repair"):
        found, torn = list(examined(folder, embedder, notify, locked=True)), False
        if not _hopeless(found) and any(finding.kind == "sorted" for finding in found):
            _sort_again(folder)  # the rows could not be judged until now
            again = list(examined(folder, embedder, notify, locked=True))
            torn, found = any(finding.kind == "sorted" for finding in again), [*found, *again]
        if not torn and not _hopeless(found) and any(finding.kind not in _NOT_OURS for finding in found):
            _mend(folder, found, embedder, notify)
        left = list(examined(folder, embedder, notify, locked=True)) if found else []
    still = {(finding.kind, finding.where) for finding in left}
    seen = {(finding.kind, finding.where): finding for finding in found}
    return [finding for key, finding in seen.items() if key not in still], left


def _hopeless(found: Iterable[Finding]) -> bool:
    return any(finding.kind in _HOPELESS for finding in found)


def _sort_again(folder: Path) -> None:
    storage = Storage(folder / FILE)
    try:
        with suppress(ArchiveDamaged), storage.outside() as db:  # said again by the next examination
            db.execute("REINDEX")
    finally:
        storage.close()


def _mend(folder: Path, found: list[Finding], embedder: Embedder | None, progress: Progress) -> None:
    storage = Storage(folder / FILE)
    try:
        with storage.reading() as db:
            made = stored_model(db, Manifest("", "", 0, 0, VERSION))
        kinds = {finding.kind for finding in found}
        if "manifest" in kinds:
            settle(folder, made, storage)
        lost = {finding.row for finding in found if finding.kind == "text"}
        recut = {finding.row for finding in found if finding.kind in _RECUT and finding.row} - lost
        codes = {finding.row for finding in found if finding.kind in _RECODE}
        able = at_hand(made, embedder) if recut or codes else None
        readable = bool(able) or not codes  # vectors that cannot be read make no index
        with storage.writing() as db:
            rows = _mend_rows(db, found, recut if able else set())
            if readable and kinds & _FROM_ANEW:
                set_state(db, "floor", ALIVE)  # nobody looks until both are made
        if able and codes:
            rows += recode(storage, made, able, codes, lost, progress)
        if readable:
            if "words" in kinds:
                _close(folder, storage)
            shadows = Shadows(folder)
            with suppress(ArchiveDamaged):  # a row that cannot be read: the next examination says which
                shadows.catch_up(storage, vectors=True)
                if able:
                    encode(storage, Command("repair", storage, shadows), made, able, rows, progress)
        with storage.writing() as db:
            laws.mend(db, generation(db), _cut(db))
            names = shadow_names(db)
        sweep(folder, names)
    finally:
        storage.close()


def _close(folder: Path, storage: Storage) -> None:
    """Take away the description of a damaged word index, so that whoever looks at it makes it anew."""
    with storage.reading() as db:
        (folder / shadow_names(db).get("lexical", "lexical") / "meta.json").unlink(missing_ok=True)


def _mend_rows(db: Connection, found: list[Finding], recut: set[int]) -> list[int]:
    """Put rows right, and take away the passages that are to be made anew; returns their articles, the living ones."""
    for _, statement in laws.missing(db):
        with suppress(IntegrityError):  # an index over rows that are given twice: the examination says which
            db.execute(statement)
    db.execute(f"PRAGMA user_version = {FORMAT}")
    good = shadow_names(db)
    for (name,) in db.execute("SELECT name FROM shadows").fetchall():
        if name not in good:
            db.execute("DELETE FROM shadows WHERE name = ?", (name,))
    for finding in found:
        if finding.kind == "derived":
            _derive(db, finding.row)
        elif finding.kind == "sketch":
            db.execute("DELETE FROM bands WHERE article = ?", (finding.row,))
            stories.again(db, finding.row)
        elif finding.kind == "text":  # so that its file is read again, and what it says is an update
            db.execute("DELETE FROM files WHERE path = (SELECT file FROM articles WHERE row = ?)", (finding.row,))
            db.execute("UPDATE articles SET content = x'' WHERE row = ?", (finding.row,))
    last, top = generation(db), laws.newest(db)
    now = 1 + (max(last, top) if top < laws.HIGHEST else last)
    set_state(db, "generation", now)
    laws.mend(db, now, _cut(db))
    return [row for row in sorted(recut) if take_passages(db, row, now)]


def _derive(db: Connection, row: int) -> None:
    found = db.execute(f"SELECT source, {FIELDS} FROM articles WHERE row = ?", (row,)).fetchone()
    values = derived(article_of(found[1:]), found[0])
    names = ", ".join(f"{name} = ?" for name in values)
    db.execute(f"UPDATE articles SET {names} WHERE row = ?", [*values.values(), row])


def _cut(db: Connection) -> int:
    row = current(db, VECTORS)
    return int(row[1]) if row else 0
