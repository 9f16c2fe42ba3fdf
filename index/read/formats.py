"""Which column reads a file: by the end of its name. One entry a format, and nothing else of the reading."""

import os
from collections.abc import Callable, Iterator

from index.errors import ReadError
from index.read import docx, html, jsonl, mail, md, packed, pdf, table, txt
from index.read.found import Found
from index.read.wire import Job
from index.records import Skipped

READING = 2  # to be raised when a column reads the same bytes differently: files are then read again
Reader = Callable[..., Iterator[Found | Skipped]]
PLAIN: dict[str, Reader] = {suffix: one.read for one in (txt, md, jsonl, table) for suffix in one.SUFFIXES}
RISKY: dict[str, Reader] = {suffix: one.read for one in (html, pdf, docx, mail) for suffix in one.SUFFIXES}
PACKED = packed.SUFFIXES
_MAPPED = (*jsonl.SUFFIXES, *table.SUFFIXES)
_REFUSED = {".docm": "it is a document with macros: save it as .docx", ".doc": "it is of an old Word: save it as .docx"}
FORMATS = " ".join([*PLAIN, *RISKY, *PACKED])


def read_job(job: Job, path: str) -> Iterator[Found | Skipped]:
    """What the column for that name reads in the file. Only rows have columns."""
    reader = _reader_of(path)
    if reader is None:
        raise ReadError(refusal(path))
    named = {"columns": job.columns} if job.columns and suffix_of(path) in _MAPPED else {}
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
