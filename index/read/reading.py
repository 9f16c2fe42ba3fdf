"""The reading of files, folders and addresses: in the order of the walk, whoever reads them, with a File behind each.

Formats that need no parser worth the name are read here; the others are read by children (`index.read.sandbox`), some
files ahead. The error of one source becomes a Skipped, so that the rest is read. A packed file is taken like a folder:
each member is a job of its own.
"""

import hashlib
import os
import stat
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.errors import ReadError
from index.normalise import VERSION
from index.read.decode import EMPTY
from index.read.formats import FORMATS, MAPPED, PACKED, READING, RISKY, read_job, refusal, suffix_of
from index.read.found import File, Found
from index.read.jsonl import exported
from index.read.mapping import Said, layered, mark
from index.read.sandbox import AHEAD, Sandbox
from index.read.walk import entries, printable, reason_of
from index.read.web import Pages
from index.read.wire import LISTING, Job, Member
from index.records import SCHEMES, Skipped

Known = Callable[[str, bytes], bool]
Remembered = Callable[[str], Said]


def stamp(limit: int, columns: Said) -> "hashlib._Hash":
    """The beginning of a digest: what, beside the bytes, decides how they are read."""
    said = f" {sorted(columns.items())}" if columns else ""
    return hashlib.sha256(f"{READING} {VERSION} {limit}{said}\n".encode())


def read_one(sandbox: Sandbox, path: str, source: str, limit: int) -> Iterable[Any]:
    """What the column for its name reads in a file that came from elsewhere."""
    job = Job(path, source, limit)
    return sandbox.submit(job) if suffix_of(path) in RISKY else here(job)


def here(job: Job) -> Iterator[Found | Skipped]:
    """Read in this process: formats that need no parser worth the name."""
    try:
        yield from read_job(job, job.path)
    except (ReadError, OSError, UnicodeError, RecursionError, MemoryError) as error:
        yield Skipped(job.source, reason_of(error))


@dataclass(frozen=True, slots=True)
class Reading:
    """One walk, with what holds for all of it."""

    sandbox: Sandbox
    limit: int
    known: Known | None
    columns: Mapping[str, str]
    pages: Pages
    remembered: Remembered | None = None

    def all(self, paths: Iterable[str | Path]) -> Iterator[Any]:
        """The results of every file, while children read some files ahead. A packed file is read with none ahead: its
        members are found only then, and must not wait for a child that waits for its own answers to be taken."""
        ahead: deque[Iterable[Any]] = deque()
        for entry in entries(paths, FORMATS):
            alone = not isinstance(entry, Skipped) and (entry.startswith(SCHEMES) or suffix_of(entry) in PACKED)
            ahead.append([entry] if isinstance(entry, Skipped) else self._one(entry))
            while ahead and (alone or len(ahead) > AHEAD):
                yield from ahead.popleft()
        for results in ahead:
            yield from results
        yield from self.pages.feeds()

    def _one(self, entry: str) -> Iterable[Any]:
        return self.pages.page(entry) if entry.startswith(SCHEMES) else self._file(entry)

    def _file(self, path: str) -> Iterable[Any]:
        """The results of one file. A child may be at work on it when this returns."""
        source, suffix = printable(path), suffix_of(path)
        columns = self._columns(source, suffix)
        try:
            digest = self._digest(path, suffix, columns)
        except (ReadError, OSError, ValueError) as error:
            return [Skipped(source, reason_of(error))]
        if self.known and self.known(source, digest):
            return [File(source, digest, same=True)]
        job = Job(path, source, self.limit, columns=columns)
        if suffix in PACKED:
            return self._whole(job, digest, self._members(job))
        return self._whole(job, digest, self.sandbox.submit(job) if suffix in RISKY else here(job))

    def _columns(self, source: str, suffix: str) -> Said:
        """What is said of the columns of a file, now or when it was read before. Only rows have columns."""
        if suffix not in MAPPED and suffix not in PACKED:
            return {}
        return layered(self.columns, self.remembered(source) if self.remembered else {})

    def _digest(self, path: str, suffix: str, columns: Said) -> bytes:
        """A hash of the bytes, and of what else decides how they are read, where `known` wants it. Taken before
        reading: a file that changes meanwhile has another digest the next time.

        Raises:
            ReadError: for what is no file to be read.
        """
        info = os.stat(path)
        if not stat.S_ISREG(info.st_mode):
            raise ReadError("it is neither a file nor a folder: save what it holds as a file, and add that")
        if suffix not in PACKED and exported(path):
            raise ReadError(f"it is a Byline export, not an article: use byline import {printable(path)}")
        if suffix not in PACKED and (why := refusal(path)):
            raise ReadError(why)
        if not info.st_size:
            raise ReadError(EMPTY)
        if not self.known:
            return b""
        digest = stamp(self.limit, columns)
        with open(path, "rb") as handle:
            while block := handle.read(1 << 20):
                digest.update(block)
        return digest.digest()

    def _members(self, job: Job) -> Iterator[Any]:
        """The articles of a packed file's members."""
        ahead: deque[Iterable[Any]] = deque()
        for one in list(self.sandbox.submit(replace(job, member=LISTING))):
            if isinstance(one, Member):
                member = replace(job, source=f"{job.source}//{one.name}", member=one.number)
                why = refusal(one.name)
                ahead.append([Skipped(member.source, why)] if why else self.sandbox.submit(member))
            else:
                ahead.append([one])
            if len(ahead) > AHEAD:
                yield from ahead.popleft()
        for results in ahead:
            yield from results

    def _whole(self, job: Job, digest: bytes, results: Iterable[Any]) -> Iterator[Any]:
        """The results, and the File behind them where it could be opened."""
        opened = True
        for one in results:
            opened = opened and not (isinstance(one, Skipped) and one.source == job.source)
            yield _marked(one, job.columns) if isinstance(one, Found) and job.columns else one
        if self.known and opened:
            yield File(job.source, digest)


def _marked(one: Found, columns: Said) -> Found:
    return replace(one, article=replace(one.article, found={**one.article.found, **mark(columns)}))
