"""The walk: the files under the paths that were given, in sorted order, and why some cannot be looked at."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from index import manifest, storage
from index.errors import ReadError
from index.records import SCHEMES, Skipped

_ARCHIVE = {manifest.FILE, storage.FILE}
_AN_ARCHIVE = (
    "it is a Byline archive, not articles: name the folder of your articles; "
    "to bring one archive into another, use byline export and byline import"
)


def entries(paths: Iterable[str | Path], formats: str) -> Iterator[str | Skipped]:
    """The absolute path of each file, and addresses as they are; Skipped for what is not there, cannot be opened, or
    is an empty folder."""
    for given in paths:
        if str(given).startswith(SCHEMES):
            yield str(given)
            continue
        path = os.path.abspath(os.path.expanduser(given))
        try:
            mode = os.stat(path).st_mode
        except (OSError, ValueError) as error:
            yield Skipped(printable(path), reason_of(error))
            continue
        if not stat.S_ISDIR(mode):
            yield path
            continue
        if all(os.path.isfile(os.path.join(path, name)) for name in _ARCHIVE):
            yield Skipped(printable(path), _AN_ARCHIVE)
            continue
        empty = True
        for entry in _walk(path):
            empty = False
            yield entry
        if empty:
            yield Skipped(printable(path), f"the folder holds no files: put articles in it ({formats})")


def printable(path: str) -> str:
    """A path as it can be stored and printed, whatever bytes its name is made of."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def reason_of(error: Exception) -> str:
    """What happened and what to do, in plain words."""
    if isinstance(error, ReadError):
        return str(error)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "there is no such file or folder: check the path"
    if isinstance(error, PermissionError):
        return "reading it is not permitted: change its permissions, or leave it out"
    if isinstance(error, MemoryError):
        return "it needs more memory than a file may have: it is damaged or made to do harm, or too large to be read"
    if isinstance(error, RecursionError):
        return "it is nested too deeply or too large to be read"
    if isinstance(error, OSError | UnicodeError):
        return f"it cannot be read ({error.strerror if isinstance(error, OSError) else error})"
    return f"it is damaged, or of a kind that cannot be read ({type(error).__name__}): save its words as .txt"


def _walk(root: str) -> Iterator[str | Skipped]:
    """The files under a folder in sorted order, archives left out; Skipped for a folder that cannot be opened."""
    been: set[tuple[int, int]] = set()
    waiting = [root]
    while waiting:
        path = waiting.pop()
        if not os.path.isdir(path):
            yield path
            continue
        try:
            info = os.stat(path)
            if (info.st_dev, info.st_ino) in been:
                continue
            been.add((info.st_dev, info.st_ino))
            names = sorted(os.listdir(path), reverse=True)
        except OSError as error:
            yield Skipped(printable(path), reason_of(error))
            continue
        if set(names) >= _ARCHIVE:
            continue
        waiting += [os.path.join(path, name) for name in names if not name.startswith(".")]
