"""Taking articles in: decide what is new, cut, encode, and store batch by batch. The caller holds the write lock."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from index.chunk import Chunk, chunk
from index.embed import BUNDLED, Embedder, Encoded, Piece
from index.language import LANGUAGES, language_of
from index.manifest import Manifest
from index.normalise import normalise, single_line
from index.read import Found
from index.records import AddReport, Article, Skipped
from index.shadows import Shadows
from index.storage import Storage, generation
from index.write import Known, bury, content_hash, has_code, insert, known, piece_hash, piece_of, set_generation

_READ_AHEAD = 2_000  # articles read before the first is stored, so that progress can say of how many
_BATCH = 128  # articles in one transaction


@dataclass(slots=True)
class _Work:
    """An article on its way in; `old` is the version it takes the place of."""

    article: Article
    source: str
    given: bool
    old: Known | None
    chunks: list[Chunk] = field(default_factory=list)


class Ingest:
    """One add. `run` may be called once."""

    def __init__(
        self,
        storage: Storage,
        shadows: Shadows,
        manifest: Manifest,
        embedder: Callable[[], Embedder],
        replace: bool,
        progress: Callable[[str, int, int], None] | None,
    ) -> None:
        self._storage = storage
        self._shadows = shadows
        self._manifest = manifest
        self._embedder = embedder
        self._replace = replace
        self._progress = progress or (lambda *_: None)
        self._seen: dict[str, tuple[str, bytes]] = {}
        self._lists: dict[str, list[str]] = {"added": [], "updated": [], "unchanged": []}
        self._skipped: list[Skipped] = []
        self._notes: list[Skipped] = []
        self._done = self._total = 0

    def run(self, found: Iterable[Found | Skipped]) -> AddReport:
        """Store everything that can be stored and report on all of it."""
        stream = iter(found)
        while ahead := list(self._articles(stream)):
            self._total += len(ahead)
            while ahead:
                batch, ahead = ahead[:_BATCH], ahead[_BATCH:]
                self._store([work for one in batch if (work := self._plan(one))])
                self._done += len(batch)
                self._progress("articles", self._done, self._total)
        lists = {name: tuple(ids) for name, ids in self._lists.items()}
        return AddReport(**lists, skipped=tuple(self._skipped), notes=tuple(self._notes))

    def _articles(self, stream: Iterator[Found | Skipped]) -> Iterator[Found]:
        """The next articles to store; what was skipped is written down on the way."""
        read = 0
        for one in stream:
            if isinstance(one, Skipped):
                self._skipped.append(one)
                continue
            yield one
            read += 1
            self._progress("reading", self._total + read, 0)
            if read >= _READ_AHEAD:
                return

    def _plan(self, one: Found) -> _Work | None:
        """What is to be done with an article; None when there is nothing to do."""
        article, content = one.article, content_hash(one.article)
        first = self._seen.get(article.id)
        if first and first[1] != content:
            reason = f"its id '{article.id}' was given by {first[0]} just before: give each article its own id"
            self._skipped.append(Skipped(one.source, reason))
            return None
        with self._storage.reading() as db:
            old = known(db, article.id)
        if first or (old and old.content == content):
            self._lists["unchanged"].append(article.id)
            self._seen[article.id] = (one.source, content)
            return None
        if old and one.given and old.given and file_of(old.source) != file_of(one.source) and not self._replace:
            reason = (
                f"its id '{article.id}' belongs to an article from {old.source}: give it another id, "
                "or let it take that article's place with --replace"
            )
            self._skipped.append(Skipped(one.source, reason))
            return None
        self._seen[article.id] = (one.source, content)
        self._note(one)
        return _Work(replace(article, added=_now()), one.source, one.given, old)

    def _store(self, batch: list[_Work]) -> None:
        if not batch:
            return
        embedder = self._embedder()
        for work in batch:
            text = work.article.text
            work.chunks = chunk(text, embedder.offsets(text), self._manifest.tokens)
        encoded = self._encode(embedder, batch)
        with self._storage.writing() as db:
            now = generation(db) + 1
            gone = [pid for work in batch if work.old for pid in bury(db, work.old.row, now)]
            entries = [
                entry
                for work in batch
                for entry in insert(db, work.article, work.source, work.given, work.chunks, encoded, now)
            ]
            set_generation(db, now)
        self._shadows.commit(now, iter(entries), gone)
        for work in batch:  # only now are they reported
            self._lists["updated" if work.old else "added"].append(work.article.id)

    def _encode(self, embedder: Embedder, batch: list[_Work]) -> dict[bytes, Encoded]:
        """The vectors of every piece of the batch that was not encoded before."""
        pieces: dict[bytes, Piece] = {}
        with self._storage.reading() as db:
            for work in batch:
                for part in work.chunks:
                    piece = piece_of(work.article, part)
                    key = piece_hash(piece)
                    if key not in pieces and not has_code(db, key):
                        pieces[key] = piece
        keys = list(pieces)
        encoded: dict[bytes, Encoded] = {}
        for i, vectors in embedder.encode(list(pieces.values())):
            encoded[keys[i]] = vectors
            share = len(encoded) * len(batch) // max(1, len(keys))
            self._progress("articles", self._done + share, self._total)
        return encoded

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


def file_of(source: str) -> str:
    """The file of a source, without the number of its line."""
    return re.sub(r":\d+$", "", source)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
