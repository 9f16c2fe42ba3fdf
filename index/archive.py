"""The archive: articles in, hits out. The one face of the ground floor; the rooms behind it do the work."""

import dataclasses
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Self, TextIO

import numpy as np

from index import history, opening, origins, stories
from index.access import Access
from index.command import Command
from index.embed import Embedder, open_embedder, same
from index.errors import ArticleMissing, NothingToUndo, SettingsError
from index.ingest import Ingest, from_article
from index.lexical import query_terms
from index.read import LIMIT, Web, read_paths
from index.records import EVERYWHERE, AddReport, Article, Hit, UndoReport, Where
from index.reembed import reembed
from index.rows import entries, living
from index.storage import generation, set_state
from index.sync import gone
from index.transfer import Restore, export
from index.view import View, article_by, articles_of
from index.write import known

Progress = Callable[[str, int, int], None]


class Archive(Access):
    """A folder of articles with its two indexes. A context manager; safe to use from several threads."""

    @classmethod
    def create(cls, path: str | Path, embedder: Embedder | None = None, tokens: int = opening.PASSAGE_TOKENS) -> Self:
        """Make an empty archive in a folder that is new or empty, and open it. A passage has at most `tokens` tokens.

        Raises:
            SettingsError: passages of so many tokens cannot be.
            ArchiveDamaged: the folder holds something else.
            WeightsMissing: no embedder is given and the bundled model is not installed.
            WriteFailed: the folder cannot be written to.
        """
        folder = Path(path).expanduser()
        return cls(folder, *opening.create(folder, embedder, tokens), embedder)

    @classmethod
    def open(cls, path: str | Path, embedder: Embedder | None = None) -> Self:
        """Open an archive; `embedder` stands in for the one its manifest names and must be the same.

        Raises:
            ArchiveMissing: there is no archive at this path.
            ArchiveDamaged: a file of it cannot be used.
            EmbedderMismatch: `embedder` is not the one that made its vectors.
        """
        folder = Path(path).expanduser()
        made, storage = opening.reopen(folder)
        if embedder is not None:
            same(embedder, made.sha256)
        return cls(folder, made, storage, embedder)

    def add(
        self,
        paths: Iterable[str | Path] | str | Path,
        *,
        replace: bool = False,
        progress: Progress | None = None,
        max_chars: int = LIMIT,
        columns: Mapping[str, str] | None = None,
        web: Web | None = None,
    ) -> AddReport:
        """Read files, folders and addresses and add what is new or changed. Each batch is stored whole or not at all.

        Args:
            replace: let an article take over an id that another file gave before.
            progress: called with (what, done, total) as the work goes on.
            max_chars: a longer article is skipped.
            columns: field to the name of its column, for tables whose names are not the usual ones. It is remembered
                for the files that were read with it.
            web: feeds and sitemaps to be read as well, and hosts of a private network that may be asked.

        Raises:
            ArchiveBusy: another process is writing.
            SettingsError: `columns` or `web` says something that cannot be done.
        """
        with self._write("add") as command:
            ingest = self._ingest(command, replace, progress)
            return ingest.run(read_paths(paths, max_chars, ingest.knows, columns, web, ingest.visited, ingest.columns))

    def add_articles(
        self, articles: Iterable[Article], *, replace: bool = False, progress: Progress | None = None
    ) -> AddReport:
        """Add articles made in code; an id that is there already is updated."""
        with self._write("add") as command:
            return self._ingest(command, replace, progress).run(from_article(article) for article in articles)

    def sync(
        self,
        paths: Iterable[str | Path] | str | Path,
        *,
        dry_run: bool = False,
        replace: bool = False,
        progress: Progress | None = None,
        max_chars: int = LIMIT,
        columns: Mapping[str, str] | None = None,
        web: Web | None = None,
    ) -> AddReport:
        """Mirror folders (or files): add what is new, update what changed, remove what is gone from them.

        All removals are one transaction, after everything else. Nothing is removed because of a file or folder that
        could not be read, or that is empty: such articles are in the report's `kept`. Articles that came from
        elsewhere are not touched. Pages of the web are asked whether they have changed, and never removed. With
        `dry_run` the report says what would be done, and nothing is done.

        Raises:
            ArchiveBusy: another process is writing.
            SettingsError: `columns` or `web` says something that cannot be done.
        """
        roots = [os.fspath(p) for p in ([paths] if isinstance(paths, str | os.PathLike) else paths)]
        ways = partial(read_paths, roots, max_chars, columns=columns, web=web)
        if dry_run:
            return self._mirror(None, roots, replace, progress, ways)
        with self._write("sync") as command:
            return self._mirror(command, roots, replace, progress, ways)

    def remove(self, ids: Iterable[str], *, forever: bool = False) -> tuple[str, ...]:
        """Remove articles, all in one transaction; returns their ids.

        Until the next change `undo` brings them back. With `forever` nothing of them is kept in any file, and what
        was removed before cannot be brought back either; that takes time in a large archive.

        Raises:
            ArticleMissing: an id is not in the archive; nothing is removed then.
            ArchiveBusy: another process is writing.
        """
        wanted = tuple(dict.fromkeys(ids))
        with self._write("remove") as command:
            with self._storage.reading() as db:
                rows = {id: known(db, id) for id in wanted}
                held = {id for id, row in rows.items() if row or (forever and history.remembers(db, id))}
            missing = [id for id in wanted if id not in held]
            if missing:
                raise ArticleMissing(
                    f"The archive holds no article with the id {', '.join(map(repr, missing))}. "
                    "Nothing was removed. See the ids with: byline list"
                )
            with command.change() as change:
                for id, row in rows.items():
                    if forever:
                        change.gone += history.erase(change.db, id, change.generation)
                    elif row:
                        change.bury(row.row)
                if forever:
                    history.forget(change.db)
                    set_state(change.db, "purge", 1)
                    set_state(change.db, "floor", change.generation)
            if forever:
                self._shadows.purge(self._storage)
                self._cache.clear()
        return wanted

    def undo(self) -> UndoReport:
        """Take back the last command that changed something: what it removed or replaced returns, what it added goes.

        A second undo takes back the first.

        Raises:
            NothingToUndo: nothing was changed yet, or the change cannot be undone.
            ArchiveBusy: another process is writing.
        """
        with self._write("undo") as command:
            with self._storage.reading() as db:
                last = history.last(db)
            if last is None:
                raise NothingToUndo(f"There is nothing to undo in the archive at '{self.path}'.")
            with command.change() as change:
                returning = history.gone_since(change.db, last.after)
                pids, removed = history.take_back(change.db, last.after, change.generation)
                change.gone += pids
                for row, _ in returning:
                    history.revive(change.db, row, change.generation)
                change.entries += entries(change.db, change.generation - 1, change.generation)
        restored = tuple(id for _, id in returning)
        return UndoReport(last.name, last.at, restored, tuple(id for id in removed if id not in set(restored)))

    def reembed(self, embedder: Embedder | None = None, *, progress: Progress | None = None) -> int:
        """Encode every article anew with another model (None: the bundled one); returns how many.

        Cut short at any time, the archive is as it was, and the same call goes on from there. Afterwards there is
        nothing to undo. With the model that the archive has already, nothing is done (0).

        Raises:
            WeightsMissing: the bundled model is not installed.
            ArchiveBusy: another process is writing.
        """
        fresh = embedder or open_embedder()
        made = dataclasses.replace(opening.manifest_for(fresh), normaliser=self.manifest.normaliser)
        with self._write("reembed") as command:
            if made == self.manifest:
                return 0
            count = reembed(self._storage, command, fresh, made, progress or (lambda *_: None))
            opening.settle(self.path, made, self._storage)
            with self._storage.reading() as db:
                self._follow(db)
            with self._loading:
                self._embedder = fresh
        return count

    def export(self, out: TextIO, *, progress: Progress | None = None) -> int:
        """Write the whole archive as JSON lines, vectors included, as it is at this moment; returns how many articles.

        Raises:
            WriteFailed: an article is too long for a line.
        """
        with self._storage.reading() as db:
            return export(db, self._follow(db), out, progress or (lambda *_: None))

    def restore(self, path: str | Path, *, replace: bool = True, progress: Progress | None = None) -> AddReport:
        """Add the articles of an exported archive. With the same model nothing is encoded again.

        Args:
            replace: let an article take over an id that another file gave before.

        Raises:
            ReadError: the file is not an exported archive; nothing is changed then.
            ArchiveBusy: another process is writing.
        """
        with self._write("import") as command:
            quiet = progress or (lambda *_: None)
            return Restore(self._storage, self.manifest, command, lambda: self.embedder, replace, quiet).run(path)

    def article(self, id: str) -> Article:
        """The article with this id.

        Raises:
            ArticleMissing: there is none.
        """
        with self._storage.reading() as db:
            return article_by(db, id)

    def articles(self) -> Iterator[Article]:
        """Every article, in the order of adding."""
        with self._storage.reading() as db:
            yield from articles_of(db)

    def copies(self, id: str) -> tuple[str, ...]:
        """The ids of the other articles that tell its story in the same words, edited or not, by time of adding."""
        with self._storage.reading() as db:
            return tuple(stories.copies(db, id))

    def ids_of(self, named: str) -> tuple[str, ...]:
        """The ids that a name stands for: itself if it is an id, else the articles read from the file of this path."""
        with self._storage.reading() as db:
            return tuple(origins.ids_of(db, named))

    def file_of(self, id: str) -> str:
        """The file or address that an article was read from; "" when there is none."""
        with self._storage.reading() as db:
            return origins.file_of(db, id)

    def outlets(self) -> dict[str, int]:
        """The outlets and how many articles each has, the largest first."""
        with self._storage.reading() as db:
            return origins.outlets(db)

    def authors(self) -> dict[str, int]:
        """The authors, each by themselves, and how many articles each has a hand in, the largest first."""
        with self._storage.reading() as db:
            return origins.authors(db)

    def languages(self) -> dict[str, int]:
        """The languages as ISO codes, and how many articles are in each, the largest first."""
        with self._storage.reading() as db:
            return origins.languages(db)

    def dated(self) -> tuple[int, int]:
        """How many of the articles carry a date, and how many there are."""
        with self._storage.reading() as db:
            return origins.dated(db, generation(db))

    def counts(self) -> dict[str, int]:
        """How many articles and passages there are."""
        with self._storage.reading() as db:
            return {table: living(db, table) for table in ("articles", "passages")}

    def search_by_vector(self, vector: np.ndarray, k: int = 10, where: Where = EVERYWHERE) -> list[Hit]:
        """The k passages nearest to a unit vector of shape (d,); scores are cosines.

        Raises:
            SettingsError: the vector has another length than those of the archive.
        """
        with self.view() as view:
            sought = np.asarray(vector, dtype=np.float32).reshape(-1)
            if len(sought) != self.manifest.dimension:
                raise SettingsError(
                    f"A vector of this archive has {self.manifest.dimension} numbers, not {len(sought)}."
                )
            ids, scores = view.dense(sought, k, view.allowed(where))
            return _hits(view, ids, scores, "dense")

    def search_by_words(self, question: str, k: int = 10, where: Where = EVERYWHERE) -> list[Hit]:
        """The k best passages for the words of a question; scores are BM25."""
        with self.view() as view:
            ids, scores = view.lexical(query_terms(question), k, view.allowed(where))
            return _hits(view, ids, scores, "lexical")

    def _ingest(self, command: Command | None, replace: bool, progress: Progress | None) -> Ingest:
        return Ingest(self._storage, self.manifest, command, lambda: self.embedder, replace, progress)

    def _mirror(
        self,
        command: Command | None,
        roots: list[str],
        replace: bool,
        progress: Progress | None,
        ways: Callable[..., Iterator[Any]],
    ) -> AddReport:
        ingest = self._ingest(command, replace, progress)
        report = ingest.run(ways(known=ingest.knows, visited=ingest.visited, remembered=ingest.columns))
        with self._storage.reading() as db:
            leaving, kept = gone(db, roots, ingest)
        if leaving and command is not None:
            with command.change() as change:
                for row in leaving:
                    change.bury(row)
        return dataclasses.replace(report, removed=tuple(leaving.values()), kept=tuple(kept))


def _hits(view: View, ids: np.ndarray, scores: np.ndarray, part: str) -> list[Hit]:
    rows = view.load(ids.tolist())
    at = {pid: i for i, pid in enumerate(rows.ids.tolist())}
    pairs = zip(ids.tolist(), scores.tolist(), strict=True)
    return [Hit(rows.passage(at[pid]), score, {part: score}) for pid, score in pairs if pid in at]
