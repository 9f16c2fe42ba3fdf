"""Mirroring a folder: which stored articles are no longer in it, and which only seem to be gone.

An article is gone when its file is gone from a folder that was read well, or when its file was read well and no longer
holds it. After a failed or an empty read nothing is gone. Decides only; removes nothing.
"""

import os
from collections.abc import Iterable
from pathlib import PurePath

from index.ingest import Ingest
from index.read import printable
from index.records import SCHEMES, Skipped
from index.storage import ALIVE, Connection

_UNREAD = (
    "it came from '{file}'; {place} could not be read as a whole, so it is kept. Mend that and sync again, or remove "
    "all that came from there with: byline remove '{file}'"
)
_EMPTY = (
    "it came from '{file}', whose folder is empty now, so it is kept. If that is meant, remove it with: "
    "byline remove '{file}'"
)


def gone(db: Connection, roots: Iterable[str], ingest: Ingest) -> tuple[dict[int, str], list[Skipped]]:
    """(row -> id) of the articles to remove, and those kept with the reason, after `ingest` has read the roots."""
    leaving: dict[int, str] = {}
    kept: list[Skipped] = []
    folders = [root for root in roots if not root.startswith(SCHEMES)]  # what the web no longer shows is not gone
    for root in dict.fromkeys(printable(os.path.abspath(os.path.expanduser(root))) for root in folders):
        for row, id, file in _under(db, root):
            if id in ingest.seen or row in leaving:
                continue
            troubled = next((place for place in _places(file) if place in ingest.troubled), "")
            if troubled and not _emptied(file):
                place = "that" if troubled == file else f"the folder '{troubled}'"
                kept.append(Skipped(id, _UNREAD.format(file=file, place=place)))
            elif not ingest.read or _emptied(file):
                kept.append(Skipped(id, _EMPTY.format(file=file)))
            else:
                leaving[row] = id
    return leaving, kept


def _under(db: Connection, root: str) -> list[tuple[int, str, str]]:
    """The living articles that came from this file or from a file under this folder, in the order of adding."""
    inside = root.rstrip(os.sep) + os.sep
    return db.execute(
        f"SELECT row, id, file FROM articles WHERE died = {ALIVE} AND (file = ? OR file >= ? AND file < ?) "
        "ORDER BY row",
        (root, inside, inside[:-1] + chr(ord(inside[-1]) + 1)),
    ).fetchall()


def _places(file: str) -> Iterable[str]:
    """The file and every folder above it."""
    return (file, *map(str, PurePath(file).parents))


def _emptied(file: str) -> bool:
    """Whether its folder is there but holds nothing: more likely a drive that is not mounted than a tidy-up."""
    try:
        return not os.path.lexists(file) and not os.listdir(os.path.dirname(file))
    except OSError:
        return False
