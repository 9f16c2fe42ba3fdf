"""The readers: one column a format, equal in shape, behind `read_path`.

A column has SUFFIXES and `read(path, source, limit)`, which yields Found (JSONL: Skipped too) and raises ReadError
for a source it cannot use. Only here are the errors of one source turned into a Skipped, so that the rest is read.

A folder is walked in sorted order. Names in it that start with a dot (.git, .DS_Store) are not articles and are
passed over; any other file that no column reads is named as skipped. A link to a folder that the walk has already
been in is not followed again.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.errors import ReadError
from index.normalise import VERSION
from index.read import html, jsonl, md, txt
from index.read.found import Found
from index.records import Skipped

__all__ = ["FORMATS", "LIMIT", "File", "Found", "Known", "read_path", "read_paths"]

LIMIT = 2_000_000
READING = 1  # to be raised when a column reads the same bytes differently: files are then read again
Known = Callable[[str, bytes], bool]
_READERS = {suffix: column.read for column in (txt, md, html, jsonl) for suffix in column.SUFFIXES}
FORMATS = " ".join(_READERS)


@dataclass(frozen=True, slots=True)
class File:
    """A file that was read to its end. `same`: its bytes were known, so its articles were not read again."""

    path: str
    digest: bytes
    same: bool = False


def read_paths(
    paths: Iterable[str | Path] | str | Path, limit: int = LIMIT, known: Known | None = None
) -> Iterator[Found | Skipped | File]:
    """All articles of these files and folders, in the order given."""
    for path in [paths] if isinstance(paths, str | Path) else paths:
        yield from read_path(path, limit, known)


def read_path(path: str | Path, limit: int = LIMIT, known: Known | None = None) -> Iterator[Found | Skipped | File]:
    """The articles of one file or folder. What cannot be read is yielded as Skipped; nothing is raised for it.

    Args:
        limit: how many characters an article's text may have.
        known: asked (path, digest of the bytes) for each file; where it says yes, the file is not read again. With it,
            a File follows the articles of each file that could be opened.
    """
    path = os.path.abspath(os.path.expanduser(path))
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as error:
        yield Skipped(printable(path), _reason(error))
        return
    if not stat.S_ISDIR(mode):
        yield from _read_file(path, limit, known)
        return
    empty = True
    for entry in _walk(path):
        empty = False
        if isinstance(entry, Skipped):
            yield entry
        else:
            yield from _read_file(entry, limit, known)
    if empty:
        yield Skipped(printable(path), f"the folder holds no files: put articles in it ({FORMATS})")


def printable(path: str) -> str:
    """A path as it can be stored and printed, whatever bytes its name is made of."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _read_file(path: str, limit: int, known: Known | None) -> Iterator[Found | Skipped | File]:
    source = printable(path)
    reader = _READERS.get(os.path.splitext(path)[1].lower())
    try:
        info = os.stat(path)
        if not stat.S_ISREG(info.st_mode):
            raise ReadError("it is neither a file nor a folder")
        if reader is None:
            raise ReadError(f"not a format Byline reads ({FORMATS})")
        if not info.st_size:
            raise ReadError("it is empty")
        digest = _digest(path, limit) if known else b""
        if known and known(source, digest):
            yield File(source, digest, same=True)
            return
        yield from reader(path, source, limit)
        if known:
            yield File(source, digest)
    except (ReadError, OSError, UnicodeError, RecursionError, MemoryError) as error:
        yield Skipped(source, _reason(error))


def _digest(path: str, limit: int) -> bytes:
    """A hash of the bytes, and of what else decides how they are read. Taken before reading: a file that changes
    meanwhile has another digest the next time."""
    digest = hashlib.sha256(f"{READING} {VERSION} {limit}\n".encode())
    with open(path, "rb") as handle:
        while block := handle.read(1 << 20):
            digest.update(block)
    return digest.digest()


def _walk(root: str) -> Iterator[str | Skipped]:
    """The files under a folder in sorted order; Skipped for a folder that cannot be opened."""
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
            yield Skipped(printable(path), _reason(error))
            continue
        waiting += [os.path.join(path, name) for name in names if not name.startswith(".")]


def _reason(error: Exception) -> str:
    """What happened and what to do, in plain words."""
    if isinstance(error, ReadError):
        return str(error)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "there is no such file or folder: check the path"
    if isinstance(error, PermissionError):
        return "reading it is not permitted: change its permissions, or leave it out"
    if isinstance(error, RecursionError | MemoryError):
        return "it is nested too deeply or too large to be read"
    detail = error.strerror if isinstance(error, OSError) else str(error)
    return f"it cannot be read ({detail})"
