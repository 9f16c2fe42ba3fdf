"""Which column reads a file: by the end of its name. One entry a format, and nothing else of the reading.

A column is imported when its first file is read: most of them only ever are in the children.
"""

import os
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from index.errors import ReadError
from index.read.found import Found
from index.read.wire import Job
from index.records import Skipped

READING = 3  # to be raised when a column reads the same bytes differently: files are then read again
Reader = Callable[..., Iterator[Found | Skipped]]


def _late(column: str) -> Reader:
    def read(*args: Any, **named: Any) -> Iterator[Found | Skipped]:
        yield from _column(column).read(*args, **named)

    return read


def _column(name: str) -> Any:
    return import_module(f"index.read.{name}")


_OF_ROWS = {"jsonl": (".jsonl", ".ndjson"), "table": (".csv", ".tsv")}
_OF_WORDS = {"txt": (".txt",)}
_OF_PARSERS = {
    "md": (".md", ".markdown"),
    "html": (".html", ".htm"),
    "pdf": (".pdf",),
    "docx": (".docx",),
    "mail": (".eml", ".mbox"),
}
PLAIN = {end: _late(name) for name, ends in {**_OF_WORDS, **_OF_ROWS}.items() for end in ends}
RISKY = {end: _late(name) for name, ends in _OF_PARSERS.items() for end in ends}
PACKED = (".zip",)
MAPPED = {end for ends in _OF_ROWS.values() for end in ends}
_REFUSED = {".docm": "it is a document with macros: save it as .docx", ".doc": "it is of an old Word: save it as .docx"}
FORMATS = " ".join([*PLAIN, *RISKY, *PACKED])


def load_all() -> None:
    """Import every column now, for one who may not write later: compiled, they are kept for the next time."""
    for name in (*_OF_WORDS, *_OF_ROWS, *_OF_PARSERS):
        _column(name)


def read_job(job: Job, path: str) -> Iterator[Found | Skipped]:
    """What the column for that name reads in the file. Only rows have columns."""
    reader = _reader_of(path)
    if reader is None:
        raise ReadError(refusal(path))
    named = {"columns": job.columns} if job.columns and suffix_of(path) in MAPPED else {}
    yield from reader(path, job.source, job.limit, **named)


def refusal(path: str) -> str:
    """Why no column reads a file of that name, "" where one does."""
    if _reader_of(path) is not None:
        return ""
    return _REFUSED.get(suffix_of(path), f"not a format Byline reads ({FORMATS})")


def suffix_of(path: str) -> str:
    """The end of its name, in lower case: ".html"."""
    return os.path.splitext(path)[1].lower()


def _reader_of(path: str) -> Reader | None:
    suffix = suffix_of(path)
    return PLAIN.get(suffix) or RISKY.get(suffix)
