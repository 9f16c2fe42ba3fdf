"""Taking articles in: decide what is new, cut, encode, and store batch by batch. The caller holds the write lock."""

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from index.chunk import Chunk, chunk
from index.command import Command
from index.embed import BUNDLED, Embedder, Encoded
from index.language import LANGUAGES, language_of
from index.manifest import Manifest
from index.normalise import normalise, single_line
from index.read import File, Found
from index.read.mapping import MARK, Said, remembered
from index.records import SCHEMES, AddReport, Article, Skipped
from index.storage import ALIVE, Storage, state
from index.write import Known, content_hash, encoded, file_of, known, piece_of, unencoded

_READ_AHEAD = 2_000  # articles read before the first is stored, so that progress can say of how many
_SECONDS = 10.0  # but no longer than this: what is stored survives
_BATCH = 128  # articles in one transaction

Read = Found | Skipped | File


@dataclass(slots=True)
class _Work:
    """An article on its way in; `old` is the version it takes the place of."""

    article: Article
    source: str
    given: bool
    old: Known | None
    chunks: list[Chunk] = field(default_factory=list)


class Ingest:
    """One add. `run` may be called once. Without a command it is a rehearsal: it says what it would do."""

    def __init__(
        self,
        storage: Storage,
        manifest: Manifest,
        command: Command | None,
        embedder: Callable[[], Embedder],
        replace: bool = False,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> None:
        self.seen: dict[str, tuple[str, bytes]] = {}  # ids met: where, and a hash of what was said there
        self.troubled: set[str] = set()  # sources of which something was skipped
        self.read = 0  # files and articles that could be read
        self._storage = storage
        self._manifest = manifest
        self._command = command
        self._embedder = embedder
        self._replace = replace
        self._progress = progress or (lambda *_: None)
        self._lists: dict[str, list[str]] = {"added": [], "updated": [], "unchanged": []}
        self._skipped: list[Skipped] = []
        self._notes: list[Skipped] = []
        self._moved: list[tuple[str, str, int]] = []  # (source, file, row) of articles whose file has moved
        self._marked: list[tuple[str, int]] = []  # (found, row) of articles whose columns are named otherwise now
        self._done = self._total = 0

    def knows(self, path: str, digest: bytes) -> bool:
        """Whether a file's bytes are those that were read before."""
        with self._storage.reading() as db:
            row = db.execute("SELECT digest FROM files WHERE path = ?", (path,)).fetchone()
            return row is not None and row[0] == digest

    def columns(self, path: str) -> Said:
        """What was said of the columns of a file when it was read the last time."""
        sql = f"SELECT found FROM articles WHERE file = ? AND died = {ALIVE} ORDER BY row DESC LIMIT 1"
        with self._storage.reading() as db:
            row = db.execute(sql, (path,)).fetchone()
            return remembered(row[0]) if row else {}

    def visited(self, address: str, stamp: bytes) -> tuple[str, str] | None:
        """What the server said of the version of a page that is stored, if it was read as pages are now."""
        with self._storage.reading() as db:
            row = db.execute(
                "SELECT etag, modified FROM pages JOIN files ON path = address WHERE address = ? AND digest = ?",
                (address, stamp),
            ).fetchone()
            return (row[0], row[1]) if row else None

    def run(self, found: Iterable[Read]) -> AddReport:
        """Store everything that can be stored and report on all of it."""
        stream = iter(found)
        while ahead := list(self._ahead(stream)):
            self._total += sum(isinstance(one, Found) for one in ahead)
            while ahead:
                batch, ahead = ahead[:_BATCH], ahead[_BATCH:]
                articles = [one for one in batch if isinstance(one, Found)]
                self._store([work for one in articles if (work := self._plan(one))])
                self._remember([one for one in batch if isinstance(one, File)])
                self._done += len(articles)
                self._progress("articles", self._done, self._total)
        lists = {name: tuple(ids) for name, ids in self._lists.items()}
        return AddReport(lists["added"], lists["updated"], lists["unchanged"], tuple(self._skipped), tuple(self._notes))

    def _ahead(self, stream: Iterator[Read]) -> Iterator[Found | File]:
        """The next articles and files; what was skipped, and what is the same as before, is written down on the way."""
        count, until = 0, time.monotonic() + _SECONDS
        for one in stream:
            if isinstance(one, Skipped):
                self._skip(one)
                continue
            self.read += 1
            if isinstance(one, File) and one.same:
                self._same(one.path)
                continue
            yield one
            count += isinstance(one, Found)
            self._progress("reading", self._total + count, 0)
            if count >= _READ_AHEAD or (count and time.monotonic() > until):
                return

    def _skip(self, one: Skipped) -> None:
        self._skipped.append(one)
        self.troubled.add(file_of(one.source))

    def _same(self, file: str) -> None:
        with self._storage.reading() as db:
            rows = db.execute(f"SELECT id, content FROM articles WHERE file = ? AND died = {ALIVE}", (file,))
            for id, content in rows:
                if id not in self.seen:
                    self._lists["unchanged"].append(id)
                    self.seen[id] = (file, content)

    def _remember(self, files: list[File]) -> None:
        """Note the bytes of files, and the versions of pages, that are in the archive as a whole, so that they need
        not be read again."""
        whole = [one for one in files if one.path not in self.troubled]
        moved, self._moved = self._moved, []
        marked, self._marked = self._marked, []
        if self._command is None or not (whole or moved or marked):
            return
        with self._storage.writing() as db:
            db.executemany("UPDATE articles SET source = ?, file = ? WHERE row = ?", moved)
            db.executemany("UPDATE articles SET found = ? WHERE row = ?", marked)
            # A file whose articles all belong to another one is not noted: without that one it must be read. Nor is one
            # that held more articles before: a sync must see that they are gone from it.
            sql = f"SELECT id FROM articles WHERE file = ? AND died = {ALIVE}"
            held = {one.path: {id for (id,) in db.execute(sql, (one.path,))} for one in whole}
            noted = [one for one in whole if held[one.path] and held[one.path] <= self.seen.keys()]
            db.executemany("INSERT OR REPLACE INTO files VALUES (?, ?)", [(one.path, one.digest) for one in noted])
            versions = [(one.path, *one.version) for one in noted if one.version]
            db.executemany("INSERT OR REPLACE INTO pages VALUES (?, ?, ?)", versions)

    def _plan(self, one: Found) -> _Work | None:
        """What is to be done with an article; None when there is nothing to do."""
        article, content = one.article, content_hash(one.article)
        first = self.seen.get(article.id)
        if first and first[1] != content:
            reason = f"its id '{article.id}' was given by {first[0]} just before: give each article its own id"
            self._skip(Skipped(one.source, reason))
            return None
        with self._storage.reading() as db:
            old = known(db, article.id)
        if first or (old and old.content == content):
            self._lists["unchanged"].append(article.id)
            self.seen[article.id] = (one.source, content)
            if old:
                self._same_again(one, old)
            return None
        if old and one.given and old.given and file_of(old.source) != file_of(one.source) and not self._replace:
            reason = (
                f"its id '{article.id}' belongs to an article from {old.source}: give it another id, "
                "or let it take that article's place with --replace"
            )
            self._skip(Skipped(one.source, reason))
            self.seen[article.id] = (one.source, content)
            return None
        self.seen[article.id] = (one.source, content)
        self._note(one)
        return _Work(replace(article, added=_now()), one.source, one.given, old)

    def _same_again(self, one: Found, old: Known) -> None:
        """An article that says what it said before may have moved with its file, or have its columns named otherwise:
        then the next one of the file is to be read so."""
        file, found = file_of(one.source), json.dumps(dict(one.article.found))
        moved = old.file != file and _gone(old.file)
        if moved:
            self._moved.append((one.source, file, old.row))
        if MARK in one.article.found and (moved or old.file == file):
            with self._storage.reading() as db:
                (before,) = db.execute("SELECT found FROM articles WHERE row = ?", (old.row,)).fetchone()
            if remembered(before) != remembered(found):
                self._marked.append((found, old.row))

    def _store(self, batch: list[_Work]) -> None:
        if batch and self._command is not None:
            embedder = self._embedder()
            for work in batch:
                text = work.article.text
                work.chunks = chunk(text, embedder.offsets(text), self._manifest.tokens)
            vectors = self._encode(embedder, batch)
            with self._command.change() as change:
                for work in batch:
                    change.put(work.article, work.source, work.given, work.old, work.chunks, vectors)
        for work in batch:  # only now are they reported
            self._lists["updated" if work.old else "added"].append(work.article.id)

    def _encode(self, embedder: Embedder, batch: list[_Work]) -> dict[bytes, Encoded]:
        """The vectors of every piece of the batch that was not encoded before."""
        pieces = (piece_of(work.article, part) for work in batch for part in work.chunks)
        with self._storage.reading() as db:
            fresh = unencoded(db, pieces, state(db, "model"))
        vectors: dict[bytes, Encoded] = {}
        for key, found in encoded(embedder, fresh):
            vectors[key] = found
            share = len(vectors) * len(batch) // len(fresh)
            self._progress("articles", self._done + share, self._total)
        return vectors

    def _note(self, one: Found) -> None:
        if one.note:
            self._notes.append(Skipped(one.source, one.note))
        language = one.article.language
        if language not in ("", "en") and self._manifest.embedder == BUNDLED:
            name = LANGUAGES.get(language, f"language '{language}'")
            self._notes.append(
                Skipped(
                    one.source, f"it seems to be in {name}; the bundled model reads English, so it may not be found"
                )
            )


def from_article(article: Article) -> Found | Skipped:
    """An article made in code, with its texts normalised like those that were read."""
    text = normalise(article.text)
    if not article.id.strip() or not text.strip():
        return Skipped(article.id or "an article", "it has no text" if article.id.strip() else "it has no id")
    clean = replace(
        article,
        id=single_line(article.id),
        text=text,
        title=single_line(article.title),
        outlet=single_line(article.outlet),
        author=single_line(article.author),
        language=article.language or language_of(text),
    )
    return Found(clean, "", given=False)


def _gone(file: str) -> bool:
    """Whether there is no such file any more. Of a page that is not known."""
    return bool(file) and not file.startswith(SCHEMES) and not os.path.exists(file)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
