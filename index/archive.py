"""The archive: articles in, hits out. The one face of the ground floor; the rooms behind it do the work."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Self

import numpy as np

from index import manifest as manifests
from index.embed import BUNDLED, BUNDLED_SHA256, TITLE_TOKENS, Embedder, bundled_path, open_embedder, same
from index.errors import ArchiveDamaged, ArchiveMissing, ArticleMissing
from index.ingest import Ingest, from_article
from index.lexical import LexicalView, query_terms
from index.lock import write_lock
from index.manifest import Manifest
from index.normalise import VERSION
from index.read import LIMIT, Found, read_paths
from index.records import EVERYWHERE, AddReport, Article, Hit, Skipped, Where
from index.shadows import Shadows
from index.storage import ALIVE, Storage, generation
from index.view import View, articles_of
from index.write import bury, known, set_generation, sweep

Progress = Callable[[str, int, int], None]
_PASSAGE_TOKENS = 222  # MiniLM reads 256: two marks and a title of up to 32 take the rest


class Archive:
    """A folder of articles with its two indexes. A context manager; safe to use from several threads.

    The embedder is loaded at the first need of a vector, so that listing and removing stay quick.
    """

    def __init__(self, path: Path, manifest: Manifest, storage: Storage, embedder: Embedder | None) -> None:
        self.path = path
        self.manifest = manifest
        self._storage = storage
        self._embedder = embedder
        self._loading = threading.Lock()
        self._writing = threading.Lock()
        self._shadows = Shadows(path, manifest.dimension)
        self._cache: dict[int, Article] = {}

    @classmethod
    def create(cls, path: str | Path, embedder: Embedder | None = None) -> Self:
        """Make an empty archive in a folder that is new or empty, and open it.

        Raises:
            ArchiveDamaged: the folder holds something else.
            WeightsMissing: no embedder is given and the bundled model is not installed.
        """
        folder = Path(path).expanduser()
        if (folder / manifests.FILE).exists():
            raise ArchiveDamaged(f"There is an archive at '{folder}' already: open it, or choose another folder.")
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ArchiveDamaged(f"'{folder}' is not an empty folder and not an archive: choose another one.")
        if embedder is None:
            bundled_path()  # better to miss it now than after the articles were read
            made = Manifest(BUNDLED, BUNDLED_SHA256, 384, _PASSAGE_TOKENS, VERSION)
        else:
            tokens = min(_PASSAGE_TOKENS, embedder.limit - TITLE_TOKENS)
            made = Manifest(embedder.name, embedder.fingerprint, embedder.dimension, tokens, VERSION)
        folder.mkdir(parents=True, exist_ok=True)
        storage = Storage.create(folder / "archive.db")
        made.write(folder)
        return cls(folder, made, storage, embedder)

    @classmethod
    def open(cls, path: str | Path, embedder: Embedder | None = None) -> Self:
        """Open an archive; `embedder` stands in for the one its manifest names and must be the same.

        Raises:
            ArchiveMissing: there is no archive at this path.
            ArchiveDamaged: a file of it cannot be used.
            EmbedderMismatch: `embedder` is not the one that made its vectors.
        """
        folder = Path(path).expanduser()
        made = manifests.read(folder)
        if embedder is not None:
            same(embedder, made.sha256)
        return cls(folder, made, Storage(folder / "archive.db"), embedder)

    def close(self) -> None:
        """Let go of every file."""
        self._storage.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def embedder(self) -> Embedder:
        """The embedder that made the vectors, loaded now if it was not yet.

        Raises:
            WeightsMissing: its weights are not on this machine.
            EmbedderMismatch: they differ from those that made the archive.
        """
        with self._loading:
            if self._embedder is None:
                self._embedder = open_embedder(self.manifest.embedder, self.manifest.sha256)
            return self._embedder

    def add(
        self,
        paths: Iterable[str | Path] | str | Path,
        *,
        replace: bool = False,
        progress: Progress | None = None,
        max_chars: int = LIMIT,
    ) -> AddReport:
        """Read files and folders and add what is new or changed. Each batch is stored whole or not at all.

        Args:
            replace: let an article take over an id that another file gave before.
            progress: called with (what, done, total) as the work goes on.
            max_chars: a longer article is skipped.

        Raises:
            ArchiveBusy: another process is writing.
        """
        return self._add(read_paths(paths, max_chars), replace, progress)

    def add_articles(
        self, articles: Iterable[Article], *, replace: bool = False, progress: Progress | None = None
    ) -> AddReport:
        """Add articles made in code; an id that is there already is updated."""
        return self._add((from_article(article) for article in articles), replace, progress)

    def remove(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Remove articles, all in one transaction; returns their ids.

        Raises:
            ArticleMissing: an id is not in the archive; nothing is removed then.
            ArchiveBusy: another process is writing.
        """
        wanted = tuple(dict.fromkeys(ids))
        with self._write():
            with self._storage.writing() as db:
                rows = [known(db, id) for id in wanted]
                missing = [id for id, row in zip(wanted, rows, strict=True) if row is None]
                if missing:
                    raise ArticleMissing(
                        f"The archive holds no article with the id {', '.join(map(repr, missing))}. "
                        "Nothing was removed. See the ids with: byline list"
                    )
                now = generation(db) + 1
                gone = [pid for row in rows if row for pid in bury(db, row.row, now)]
                set_generation(db, now)
            self._shadows.commit(now, iter(()), gone)
            self._shadows.recut(self._storage)
        return wanted

    def article(self, id: str) -> Article:
        """The article with this id.

        Raises:
            ArticleMissing: there is none.
        """
        with self.view() as view:
            return view.article(id)

    def articles(self) -> Iterator[Article]:
        """Every article, in the order of adding."""
        with self._storage.reading() as db:
            yield from articles_of(db, generation(db))

    def copies(self, id: str) -> tuple[str, ...]:
        """The ids of the other articles with exactly the same text."""
        with self._storage.reading() as db:
            rows = db.execute(
                "SELECT b.id FROM articles a JOIN articles b ON b.text_hash = a.text_hash AND b.id != a.id "
                "WHERE a.id = ? AND a.died = ? AND b.died = ? ORDER BY b.row",
                (id, ALIVE, ALIVE),
            )
            return tuple(row[0] for row in rows)

    def counts(self) -> dict[str, int]:
        """How many articles and passages there are."""
        with self._storage.reading() as db:
            tables = ("articles", "passages")
            return {t: db.execute(f"SELECT count(*) FROM {t} WHERE died = ?", (ALIVE,)).fetchone()[0] for t in tables}

    def search_by_vector(self, vector: np.ndarray, k: int = 10, where: Where = EVERYWHERE) -> list[Hit]:
        """The k passages nearest to a unit vector of shape (d,); scores are cosines."""
        with self.view() as view:
            ids, scores = view.dense(np.asarray(vector, dtype=np.float32), k, view.allowed(where))
            return _hits(view, ids, scores, "dense")

    def search_by_words(self, question: str, k: int = 10, where: Where = EVERYWHERE) -> list[Hit]:
        """The k best passages for the words of a question; scores are BM25."""
        with self.view() as view:
            ids, scores = view.lexical(query_terms(question), k, view.allowed(where))
            return _hits(view, ids, scores, "lexical")

    @contextmanager
    def view(self) -> Iterator[View]:
        """A consistent look at everything, for the length of the block."""
        while True:
            with self._storage.reading() as db:
                now = generation(db)
                words = self._words(now)
                if words.generation > now:
                    continue  # a write came in between: look again
                yield View(db, words, self._shadows.vectors(db), self._cache)
                return

    def _words(self, now: int) -> LexicalView:
        """The word index; brought up to date first when a write was cut short and nobody is writing now."""
        words = self._shadows.words(now)
        if words.generation < now:
            try:
                with self._write(patience=0):
                    pass
            except (ArchiveMissing, ArchiveDamaged):
                raise
            except Exception:  # somebody is writing: they will bring it up to date
                return words
            words = self._shadows.words(now)
        return words

    @contextmanager
    def _write(self, patience: float | None = None) -> Iterator[None]:
        """Hold the write lock, with the word index up to date; dead rows go when the block ends well."""
        lock = write_lock(self.path) if patience is None else write_lock(self.path, patience)
        mine = self._writing if patience is None else nullcontext()
        with mine, lock:
            with self._storage.reading() as db:
                self._shadows.catch_up(db)
            yield
            with self._storage.writing() as db:
                sweep(db, generation(db))

    def _add(self, found: Iterable[Found | Skipped], replace: bool, progress: Progress | None) -> AddReport:
        with self._write():
            ingest = Ingest(self._storage, self._shadows, self.manifest, lambda: self.embedder, replace, progress)
            try:
                return ingest.run(found)
            finally:
                self._shadows.recut(self._storage)


def _hits(view: View, ids: np.ndarray, scores: np.ndarray, part: str) -> list[Hit]:
    rows = view.load(ids.tolist())
    at = {pid: i for i, pid in enumerate(rows.ids.tolist())}
    pairs = zip(ids.tolist(), scores.tolist(), strict=True)
    return [Hit(rows.passage(at[pid]), score, {part: score}) for pid, score in pairs if pid in at]
