"""An export read into an archive, through the same writes as what is added."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from index.chunk import Chunk, chunk
from index.command import Command
from index.embed import Embedder, Encoded, Piece
from index.errors import ReadError
from index.ingest import from_article
from index.manifest import Manifest
from index.records import AddReport, Skipped
from index.storage import Storage, state
from index.transfer.line import LONGEST, Header, Line
from index.transfer.parse import check_normal, parse, parse_header
from index.write import Blobs, Known, content_hash, encoded, file_of, known, piece_hash, piece_of, unencoded

_HEADER = 1 << 16  # the most bytes of a header
_BATCH = 128  # articles in one transaction
_BATCH_BYTES = 32 << 20  # and as many bytes of lines, but for the last


@dataclass(slots=True)
class _Work:
    """An article on its way in; `old` is the version it takes the place of."""

    line: Line
    old: Known | None
    chunks: tuple[Chunk, ...]


def header(path: str | Path) -> Header:
    """What the first line of an exported archive says.

    Raises:
        ReadError: there is no such file, or it is not an exported archive.
    """
    with _opened(path) as file:
        return _header(file, path)


class Restore:
    """One import. `run` may be called once; the caller holds the write lock."""

    def __init__(
        self,
        storage: Storage,
        manifest: Manifest,
        command: Command,
        embedder: Callable[[], Embedder],
        replace: bool,
        progress: Callable[[str, int, int], None],
    ) -> None:
        self._storage = storage
        self._manifest = manifest
        self._command = command
        self._embedder = embedder
        self._replace = replace
        self._progress = progress
        self._seen: dict[str, tuple[str, bytes]] = {}  # ids met: where, and a hash of what was said there
        self._lists: dict[str, list[str]] = {"added": [], "updated": [], "unchanged": []}
        self._skipped: list[Skipped] = []
        self._anew = 0  # articles that were cut and encoded here

    def run(self, path: str | Path) -> AddReport:
        """Store every article of the file that can be stored, and report on all of it.

        Raises:
            ReadError: the file is not an exported archive.
        """
        with _opened(path) as file:
            head = _header(file, path)
            done = 0
            for batch in _batches(_lines(file)):
                works = [work for number, raw in batch if (work := self._read(f"{path}:{number}", raw, head))]
                self._store(works)
                done += len(batch)
                self._progress("articles", done, max(done, head.articles))
        if done < head.articles:
            reason = f"it holds {done:,} of the {head.articles:,} articles that its first line names: export it again"
            self._skipped.append(Skipped(str(path), reason))
        notes = self._notes(path, head)
        lists = {name: tuple(ids) for name, ids in self._lists.items()}
        return AddReport(lists["added"], lists["updated"], lists["unchanged"], tuple(self._skipped), notes)

    def _notes(self, path: str | Path, head: Header) -> tuple[Skipped, ...]:
        if not self._anew:
            return ()
        why = "they came without vectors"
        if not self._fits(head.made):
            why = f"its vectors, of '{head.embedder}', do not fit this archive"
        return (Skipped(str(path), f"articles encoded anew: {self._anew:,}, since {why}"),)

    def _fits(self, made: Manifest) -> bool:
        """Whether vectors of an archive with this manifest are as if they had been made here."""
        here = self._manifest
        same = (made.sha256, made.dimension, made.normaliser) == (here.sha256, here.dimension, here.normaliser)
        return same and made.tokens <= here.tokens

    def _read(self, place: str, raw: bytes | None, head: Header) -> _Work | None:
        """What is to be done with a line; None when there is nothing to do."""
        try:
            if raw is None:
                raise ReadError(f"the line is longer than {LONGEST:,} bytes")
            line = parse(raw, head)
            if head.made.normaliser == self._manifest.normaliser:
                check_normal(line.article)
            else:
                clean = from_article(line.article)
                if isinstance(clean, Skipped):
                    raise ReadError(clean.reason)
                line = replace(line, article=clean.article)
            return self._plan(place, line, line.chunks if self._fits(head.made) else ())
        except ReadError as error:
            self._skipped.append(Skipped(place, str(error)))
            return None

    def _plan(self, place: str, line: Line, chunks: tuple[Chunk, ...]) -> _Work | None:
        """See _read.

        Raises:
            ReadError: the article's id is taken.
        """
        id, content = line.article.id, content_hash(line.article)
        first = self._seen.setdefault(id, (place, content))
        if first[1] != content:
            raise ReadError(f"its id '{id}' was given by {first[0]} before: give each article its own id")
        with self._storage.reading() as db:
            old = known(db, id)
        taken = old and old.given and line.given and file_of(old.source) != file_of(line.source)
        if old and taken and old.content != content and not self._replace:
            raise ReadError(f"its id '{id}' belongs to an article from {old.source}: remove that one first")
        if first[0] != place or (old and old.content == content):
            self._lists["unchanged"].append(id)
            return None
        return _Work(line, old, chunks)

    def _store(self, batch: list[_Work]) -> None:
        if not batch:
            return
        vectors = self._vectors(batch)
        with self._command.change() as change:
            for work in batch:
                change.put(work.line.article, work.line.source, work.line.given, work.old, work.chunks, vectors)
        for work in batch:  # only now are they reported
            self._lists["updated" if work.old else "added"].append(work.line.article.id)

    def _vectors(self, batch: list[_Work]) -> dict[bytes, Encoded | Blobs]:
        """The vectors of every piece of the batch; the first that come for a text are kept. Cuts what has no chunks."""
        vectors: dict[bytes, Encoded | Blobs] = {}
        for work in batch:
            for part, blobs in zip(work.chunks, work.line.vectors if work.chunks else (), strict=True):
                vectors.setdefault(piece_hash(piece_of(work.line.article, part)), blobs)
        bare = [work for work in batch if not work.chunks]
        if not bare:
            return vectors
        self._anew += len(bare)
        embedder = self._embedder()
        pieces: list[Piece] = []
        for work in bare:
            text = work.line.article.text
            work.chunks = tuple(chunk(text, embedder.offsets(text), self._manifest.tokens))
            pieces += [piece_of(work.line.article, part) for part in work.chunks]
        with self._storage.reading() as db:
            fresh = unencoded(db, pieces, state(db, "model"))
        return vectors | dict(encoded(embedder, {key: piece for key, piece in fresh.items() if key not in vectors}))


def _opened(path: str | Path) -> BinaryIO:
    try:
        return open(path, "rb")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ReadError(f"'{path}' cannot be read: {reason}. Give the path of an exported archive.") from error


def _header(file: BinaryIO, path: str | Path) -> Header:
    try:
        return parse_header(_line(file, _HEADER))
    except ReadError as error:
        raise ReadError(f"'{path}' cannot be imported: {error}. Give the path of an exported archive.") from None


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """The numbered lines after the first that are not blank; None for one that is too long."""
    number = 1
    while line := _line(file, LONGEST):
        number += 1
        if len(line) < LONGEST or line.endswith(b"\n"):
            if line.strip():
                yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = _line(file, 1 << 20)
        yield number, None


def _line(file: BinaryIO, longest: int) -> bytes:
    try:
        return file.readline(longest)
    except OSError as error:
        reason = error.strerror or error
        raise ReadError(f"'{file.name}' cannot be read: {reason}. Articles of it that came before stay.") from error


def _batches(lines: Iterable[tuple[int, bytes | None]]) -> Iterator[list[tuple[int, bytes | None]]]:
    """Lines that are stored together: neither too many nor too long."""
    batch: list[tuple[int, bytes | None]] = []
    size = 0
    for number, line in lines:
        batch.append((number, line))
        size += len(line or b"")
        if len(batch) == _BATCH or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
