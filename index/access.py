"""How an archive is entered: readers through a look at one generation, writers one at a time.

Knows the database, the two indexes, the lock and the embedder; not what is asked or changed.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from index import history, opening
from index.command import Command
from index.embed import Embedder, open_embedder
from index.errors import ArchiveBusy, ArchiveDamaged, WriteFailed
from index.lock import PATIENCE, write_lock
from index.manifest import Manifest
from index.records import Article, Where
from index.shadows import Shadows
from index.storage import Connection, Storage, generation, state
from index.view import Ids, View


class Access:
    """An open archive. A context manager; safe to use from several threads.

    The embedder is loaded at the first need of a vector, so that listing and removing stay quick.
    """

    def __init__(self, path: Path, manifest: Manifest, storage: Storage, embedder: Embedder | None) -> None:
        self.path = path
        self.manifest = manifest
        self._storage = storage
        self._embedder = embedder
        self._loading = threading.Lock()
        self._writing = threading.Lock()
        self._following = threading.Lock()
        self._shadows = Shadows(path)
        self._model = 0
        self._cache: dict[int, Article] = {}
        self._passed: dict[tuple[int, Where], Ids] = {}

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
        with self._storage.reading() as db:
            manifest = self._follow(db)
        return self._embedder_of(manifest)

    def _embedder_of(self, manifest: Manifest) -> Embedder:
        with self._loading:
            if self._embedder is None or self._embedder.fingerprint != manifest.sha256:
                self._embedder = open_embedder(manifest.embedder, manifest.sha256)
            return self._embedder

    @contextmanager
    def view(self) -> Iterator[View]:
        """A consistent look at everything, for the length of the block."""
        begun, healed = time.monotonic(), False
        while True:
            with self._storage.reading() as db:
                looked = self._look(db)
                if looked is not None and (healed or looked.generation == generation(db)):
                    yield looked
                    return
            self._heal(begun, looked is not None)
            healed = True

    def _look(self, db: Connection) -> View | None:
        """Both indexes at one generation; None when that cannot be had now.

        While someone writes, the words may be one generation behind the database: then this is a look at the one
        before. Further behind they are of no use.
        """
        now = generation(db)
        manifest = self._follow(db)
        try:
            words = self._shadows.words(db)
            if not max(now - 1, state(db, "floor")) <= words.generation <= now:
                return None
            vectors = self._shadows.vectors(db, words.generation)
        except ArchiveDamaged:
            return None
        if vectors is None:
            return None
        return View(db, words, vectors, self._cache, self._passed, lambda: self._embedder_of(manifest))

    def _follow(self, db: Connection) -> Manifest:
        """The manifest; a new one when the archive was re-embedded since we looked last."""
        model = state(db, "model")
        with self._following:
            if self._model != model:
                self.manifest = opening.stored_model(db, self.manifest)
                self._model = model
            return self.manifest

    def _heal(self, begun: float, usable: bool) -> None:
        """Bring the indexes up to date, unless someone is writing: that one will, and a usable look may be used.

        Raises:
            ArchiveError: the indexes cannot be used, and neither this nor waiting has helped.
        """
        late = time.monotonic() - begun > PATIENCE
        try:
            with self._write("repair", patience=0, repair=True):
                pass
        except (ArchiveBusy, WriteFailed):
            if not usable and late:
                raise
            time.sleep(0 if usable else 0.02)
            return
        if late and not usable:
            raise ArchiveDamaged(f"The indexes of '{self.path}' cannot be made anew. To see why: byline doctor")

    @contextmanager
    def _write(self, what: str, patience: float = PATIENCE, repair: bool = False) -> Iterator[Command]:
        """Hold the write lock, both indexes up to date; what no undo needs goes when the block ends well."""
        if not self._writing.acquire(timeout=patience):
            raise ArchiveBusy(f"Another thread is writing to the archive at '{self.path}'. Try again when it is done.")
        try:
            with write_lock(self.path, what, patience):
                with self._storage.reading() as db:
                    self._follow(db)
                self._shadows.catch_up(self._storage, vectors=repair)
                yield Command(what, self._storage, self._shadows)
                with self._storage.writing() as db:
                    history.sweep(db)
        finally:
            self._writing.release()
