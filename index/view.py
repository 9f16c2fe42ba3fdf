"""One consistent look at an archive: what a question sees. Later writes do not change it."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.dot import dots
from index.embed import Embedder
from index.errors import ArchiveDamaged, ArticleMissing
from index.lexical import LexicalView
from index.origins import dated, listed, passages
from index.records import EVERYWHERE, Article, Passage, Span, Where
from index.rows import dimension, matrix
from index.storage import ALIVE
from index.vectors import OVERSAMPLE, Vectors

Ids = NDArray[np.int64]
Floats = NDArray[np.float32]

_FILTERS = 8  # kept at hand: the questions of one chat tend to share theirs
FIELDS = "id, text, title, url, outlet, author, published, modified, added, language, credits, places, found"
_THEN = "born <= :now AND died > :now"
# What `Archive.copies` calls copies: the same story, or the same text. The story of the first of the same text counts.
_STORIES = f"""
    WITH asked AS (SELECT id, row, iif(story > 0, story, row) AS told, text_hash FROM articles
        WHERE id IN (SELECT value FROM json_each(:ids)) AND {_THEN})
    SELECT id, iif(EXISTS (SELECT 1 FROM articles WHERE row != asked.row AND row = told AND {_THEN})
        OR EXISTS (SELECT 1 FROM articles WHERE row != asked.row AND story = told AND story > 0 AND {_THEN})
        OR EXISTS (SELECT 1 FROM articles WHERE row != asked.row AND text_hash = asked.text_hash AND {_THEN}),
        (SELECT min(iif(story > 0, story, row)) FROM articles WHERE text_hash = asked.text_hash AND {_THEN}), 0)
    FROM asked"""


@dataclass(frozen=True, slots=True)
class Rows:
    """Passages with what is stored beside them, as matrices, so that a question costs a few products.

    `vectors` has shape (n, d), `sentences` (all sentences of all passages, d), both of unit length; the sentences of
    passage i are rows edges[i] to edges[i + 1], and `marks` holds their (start, end) in the article.
    """

    ids: Ids
    vectors: Floats
    sentences: Floats
    edges: Ids
    marks: Ids
    places: tuple[tuple[int, int, int], ...]
    article_of: Callable[[int], Article]

    def __len__(self) -> int:
        return len(self.ids)

    def passage(self, i: int) -> Passage:
        """The i-th passage."""
        article, start, stop = self.places[i]
        return Passage(self.article_of(article), Span(start, stop))

    def spans(self, i: int) -> tuple[Span, ...]:
        """The sentences of the i-th passage as spans of its article."""
        return tuple(Span(a, b) for a, b in self.marks[self.edges[i] : self.edges[i + 1]].tolist())


class View:
    """Both searches and the rows themselves, all at one generation. Not to be used after its block has ended."""

    def __init__(
        self,
        db: sqlite3.Connection,
        words: LexicalView,
        vectors: Vectors,
        cache: dict[int, Article],
        passed: dict[tuple[int, Where], Ids],
        embedder: Callable[[], Embedder],
    ) -> None:
        self._db = db
        self._words = words
        self._vectors = vectors
        self._cache = cache
        self._passed = passed
        self._embedder = embedder
        self.generation = words.generation
        self.size = words.count

    def encode(self, question: str) -> Floats:
        """The vector of a question, shape (d,), by the model that made the vectors of this look.

        Raises:
            WeightsMissing: its weights are not on this machine.
            EmbedderMismatch: they differ from those that made the archive.
        """
        return self._embedder().encode_question(question)

    def dense(self, vector: Floats, k: int, allowed: Ids | None = None) -> tuple[Ids, Floats]:
        """The k passages nearest to a unit vector: (ids, cosines), best first.

        What a compressed index finds is scored again with the stored vectors.
        """
        if self._vectors.exact:
            return self._vectors.search(vector, k, allowed)
        near, _ = self._vectors.search(vector, k * OVERSAMPLE, allowed)
        ids, stored = self._stored(near)
        scores = dots(stored, np.asarray(vector, np.float32).reshape(-1))
        order = np.argsort(-scores, kind="stable")[:k]
        return ids[order], scores[order]

    def near(self, vector: Floats, k: int, allowed: Ids | None = None) -> Ids:
        """About the k passages nearest to a unit vector, for one who scores them itself: the order is approximate."""
        return self._vectors.search(vector, k, allowed)[0]

    def _stored(self, ids: Ids) -> tuple[Ids, Floats]:
        """The living passages among these ids, and their vectors as stored."""
        found = self._db.execute(
            "SELECT p.pid, c.vector FROM passages p JOIN codes c USING (code) "
            "WHERE p.pid IN (SELECT value FROM json_each(?)) AND +p.born <= ? AND +p.died > ?",
            (json.dumps(ids.tolist()), self.generation, self.generation),
        ).fetchall()
        rows = matrix([row[1] for row in found], dimension(self._db))
        return np.asarray([row[0] for row in found], np.int64), rows

    def lexical(self, terms: Sequence[str], k: int, allowed: Ids | None = None) -> tuple[Ids, Floats]:
        """The k best passages for any of the terms: (ids, BM25 scores), best first."""
        return self._words.search(terms, k, allowed)

    def bm25(self, terms: Sequence[str], ids: Ids) -> Floats:
        """The BM25 score of each of the given passages, 0 where no term occurs."""
        return self._words.scores(terms, ids)

    def frequency(self, term: str) -> int:
        """In how many passages a term occurs."""
        return self._words.frequency(term)

    def allowed(self, where: Where) -> Ids | None:
        """The sorted ids of the passages a filter lets through; None when there is no filter.

        Raises:
            SettingsError: a bound is not a date.
        """
        if not where:
            return None
        return self._kept(where, self._pass)

    def _pass(self, where: Where) -> Ids:
        return np.sort(np.fromiter(passages(self._db, where, self.generation), dtype=np.int64))

    @property
    def dated(self) -> tuple[int, int]:
        """How many of the articles carry a date, and how many there are."""
        # kept beside what the filters let through, in the place that none of them takes
        counts = self._kept(EVERYWHERE, lambda _: np.asarray(dated(self._db, self.generation), np.int64))
        return int(counts[0]), int(counts[1])

    def published(self, since: str, until: str) -> bool:
        """Whether some article was published between two days; "" is an open end."""
        allowed = self.allowed(Where(since=since, until=until))
        return allowed is None or len(allowed) > 0

    def _kept(self, where: Where, make: Callable[[Where], Ids]) -> Ids:
        key = (self.generation, where)
        found = self._passed.get(key)
        if found is None:
            found = make(where)
            if len(self._passed) >= _FILTERS:
                self._passed.clear()
            self._passed[key] = found
        return found

    def stories(self, ids: Sequence[str]) -> dict[str, int]:
        """The story that each of these articles tells, as a number that its copies share; 0 where it has no copy.

        Ids that are not held at this generation are left out.
        """
        rows = self._db.execute(_STORIES, {"ids": listed(ids), "now": self.generation})
        return dict(rows.fetchall())

    def load(self, ids: Sequence[int]) -> Rows:
        """The living rows of these passages, by rising id; ids that are dead at this generation are left out."""
        found = self._db.execute(
            "SELECT p.pid, p.article, p.start, p.stop, c.vector, c.marks, c.sentences FROM passages p "
            "JOIN codes c USING (code) WHERE p.pid IN (SELECT value FROM json_each(?)) AND +p.born <= ? "
            "AND +p.died > ? ORDER BY p.pid",
            (json.dumps([int(pid) for pid in ids]), self.generation, self.generation),
        ).fetchall()
        if not found:
            none = np.zeros(0, np.int64)
            empty = np.zeros((0, 0), np.float32)
            return Rows(none, empty, empty, np.zeros(1, np.int64), none.reshape(0, 2), (), self._article)
        pids, articles, starts, stops, vectors, marks, inner = zip(*found, strict=True)
        whole = matrix(list(vectors), dimension(self._db))
        if any(len(part) % whole.shape[1] for part in inner) or any(len(mark) % 8 for mark in marks):
            raise ArchiveDamaged("Stored sentences have a wrong length. To see which: byline doctor")
        parts = np.frombuffer(b"".join(inner), np.int8).reshape(-1, whole.shape[1]).astype(np.float32)
        lengths = np.linalg.norm(parts, axis=1, keepdims=True)
        counts = np.asarray([len(mark) // 8 for mark in marks])  # two int32 a sentence
        spans = np.frombuffer(b"".join(marks), np.int32).reshape(-1, 2).astype(np.int64)
        return Rows(
            np.asarray(pids, np.int64),
            whole,
            np.asarray(parts / np.where(lengths == 0, 1, lengths), np.float32),
            np.concatenate([[0], np.cumsum(counts)]),
            spans + np.repeat(np.asarray(starts), counts)[:, None],
            tuple(zip(articles, starts, stops, strict=True)),
            self._article,
        )

    def _article(self, row: int) -> Article:
        """An article by its row; rows never change, so they are kept at hand."""
        if row not in self._cache:
            if len(self._cache) >= 512:
                self._cache.clear()
            found = self._db.execute(f"SELECT {FIELDS} FROM articles WHERE row = ?", (row,)).fetchone()
            self._cache[row] = article_of(found)
        return self._cache[row]


def article_of(row: Sequence[Any]) -> Article:
    """The Article of a row of these fields, in the order of FIELDS."""
    *plain, places, found = row
    values: list[Any] = [*plain, tuple((a, b) for a, b in json.loads(places)), json.loads(found)]
    return Article(*values)


def articles_of(db: sqlite3.Connection) -> Iterator[Article]:
    """Every living article, in the order of adding."""
    return map(article_of, db.execute(f"SELECT {FIELDS} FROM articles WHERE died = {ALIVE} ORDER BY row"))


def article_by(db: sqlite3.Connection, id: str) -> Article:
    """The living article with this id.

    Raises:
        ArticleMissing: there is none.
    """
    row = db.execute(f"SELECT {FIELDS} FROM articles WHERE id = ? AND died = {ALIVE}", (id,)).fetchone()
    if row is None:
        raise ArticleMissing(f"The archive holds no article with the id '{id}'. See the ids with: byline list")
    return article_of(row)
