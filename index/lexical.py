"""BM25 over passages, with their titles and outlets: a shadow of the database, kept by tantivy. The only room with it.

A query is built from terms, never parsed: what a person types ("foo AND") is no query language. The generation
of the last commit stands in a marker document, since tantivy's commit carries no payload here.
"""

import math
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from numpy.typing import NDArray

from index.checksums import check_words
from index.errors import ArchiveDamaged, ArchiveError, WriteFailed
from index.words import FUNCTION_WORDS, words

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]

_TOKENIZER = "byline"
_FIELD = "words"
_LOCAL = threading.local()
_HEAP = 30_000_000
_SIEVED = 50_000  # a filter that leaves what is wanted in so many results is put on them; another, in the query


@dataclass(frozen=True, slots=True)
class Entry:
    """What is indexed of a passage: one text, since a word counts the same wherever it stands (eval/RETRIEVAL.md)."""

    pid: int
    title: str
    outlet: str
    body: str


def analyse(text: str) -> list[str]:
    """The stemmed, folded terms of a text, in order, as the index holds them."""
    analyzer = getattr(_LOCAL, "analyzer", None)  # one a thread: it may not be shared
    if analyzer is None:
        analyzer = _LOCAL.analyzer = _analyzer()
    return list(analyzer.analyze(text))


def query_terms(question: str) -> list[str]:
    """The terms of a question without its function words; all of them where it has no others. Each once, in order."""
    kept = analyse(" ".join(word for word in words(question) if word not in FUNCTION_WORDS))
    return list(dict.fromkeys(kept or analyse(question)))


class Lexical:
    """The index in its folder. Opening makes an empty one (generation 0) where there is none.

    Raises:
        ArchiveDamaged: the folder holds something that tantivy cannot read, or that has changed since it was written.
        WriteFailed: there is none, and none can be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._checked: set[str] = set()
        there = path.is_dir() and any(path.iterdir())
        if there:
            check_words(path, self._checked)
        with _said(ArchiveDamaged if there else WriteFailed, path):
            path.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(_SCHEMA, path=str(path), reuse=True)
            self._index.register_tokenizer(_TOKENIZER, _analyzer())
            self._index.config_reader("manual")  # nobody but view() reloads: not tantivy, behind our check

    def commit(self, generation: int, added: Iterable[Entry], removed: Sequence[int], anew: bool = False) -> None:
        """Add and remove passages and mark the generation, in one commit; `anew` drops all that was there before.

        Raises:
            WriteFailed: the disk is full or failing. The index is as it was before, or as it should be now.
        """
        with _said(WriteFailed, self.path):
            writer = self._index.writer(_HEAP, 1)
            try:
                # What a killed writer left has the very names that this one is about to use.
                writer.garbage_collect_files()
                if anew:
                    writer.delete_all_documents()
                else:
                    _forget(writer, removed)
                for entry in added:
                    document = tantivy.Document()
                    document.add_unsigned("pid", entry.pid)
                    document.add_text(_FIELD, "\n".join((entry.title, entry.outlet, entry.body)))
                    writer.add_document(document)
                marker = tantivy.Document()
                marker.add_text("marker", "generation")
                marker.add_unsigned("generation", generation)
                writer.add_document(marker)
                writer.commit()
            except BaseException:
                with _quietly():
                    writer.rollback()
                raise
            finally:
                with _quietly():
                    writer.wait_merging_threads()  # lets go of tantivy's own lock

    def view(self) -> "LexicalView":
        """What the index holds now; later commits do not change a view.

        Raises:
            ArchiveDamaged: a file of it has changed since it was written.
        """
        check_words(self.path, self._checked)
        with _said(ArchiveDamaged, self.path):
            self._index.reload()
            return LexicalView(self._index.searcher())


class LexicalView:
    """One committed state of the index. Scores are tantivy's BM25 (k1 1.2, b .75)."""

    def __init__(self, searcher: Any) -> None:
        self._searcher = searcher
        found = searcher.search(_MARKER, 1).hits
        self.generation = int(searcher.doc(found[0][1])["generation"][0]) if found else 0
        self.count = searcher.num_docs - len(found)

    def search(self, terms: Sequence[str], k: int, allowed: Ids | None = None) -> tuple[Ids, Scores]:
        """The k best passages for any of the terms, best first; `allowed` (sorted ids) narrows the search."""
        query = _any_of(terms)
        if query is None or k < 1 or not self.count or (allowed is not None and not len(allowed)):
            return _NONE
        if allowed is None:
            return self._run(query, k)
        wanted = math.ceil(1.5 * k * self.count / len(allowed))
        if wanted <= _SIEVED:
            ids, scores = self._run(query, wanted)
            keep = _among(ids, allowed)
            if keep.sum() >= k or len(ids) < wanted:
                return ids[keep][:k], scores[keep][:k]
        return self._run(_within(query, allowed), k)

    def scores(self, terms: Sequence[str], ids: Ids) -> Scores:
        """The BM25 score of each of `ids`; 0 where none of the terms occurs. Shape (len(ids),)."""
        out = np.zeros(len(ids), dtype=np.float32)
        query = _any_of(terms)
        if query is None or not len(ids):
            return out
        found, scores = self._run(_within(query, ids), len(ids))
        score_of = dict(zip(found.tolist(), scores.tolist(), strict=True))
        for i, pid in enumerate(ids.tolist()):
            out[i] = score_of.get(pid, 0.0)
        return out

    def frequency(self, term: str) -> int:
        """In how many passages a term occurs."""
        return int(self._searcher.doc_freq(_FIELD, term))

    def pids(self, low: int, high: int) -> Ids:
        """The ids from `low` to below `high` that the index holds, one that is held twice given twice (for doctor)."""
        wanted = tantivy.Query.range_query(_SCHEMA, "pid", tantivy.FieldType.Unsigned, low, high, include_upper=False)
        return self._run(wanted, max(1, min(2 * (high - low), self.count)))[0]

    def _run(self, query: Any, k: int) -> tuple[Ids, Scores]:
        hits = self._searcher.search(query, k, count=False).hits
        ids = self._searcher.fast_field_values("pid", [address for _, address in hits])
        return np.asarray(ids, dtype=np.int64), np.asarray([score for score, _ in hits], dtype=np.float32)


def _among(ids: Ids, allowed: Ids) -> NDArray[np.bool_]:
    """Which ids are among the allowed, which are sorted."""
    places = np.minimum(np.searchsorted(allowed, ids), len(allowed) - 1)
    found: NDArray[np.bool_] = allowed[places] == ids
    return found


def _forget(writer: Any, removed: Sequence[int]) -> None:
    if removed:
        writer.delete_documents_by_query(tantivy.Query.term_set_query(_SCHEMA, "pid", list(removed)))
    writer.delete_documents_by_query(_MARKER)


@contextmanager
def _said(kind: type[ArchiveError], path: Path) -> Iterator[None]:
    """Troubles of tantivy (a panic of it is no Exception) as errors of our tree."""
    try:
        yield
    except ArchiveError:
        raise
    except BaseException as error:
        if not isinstance(error, ValueError | OSError) and type(error).__name__ != "PanicException":
            raise
        what = "be written" if kind is WriteFailed else "be read"
        raise kind(
            f"The word index at '{path}' could not {what}: {error}. What was reported as added is safe. "
            "See that the disk has room and is in order, then repeat the command."
        ) from error


@contextmanager
def _quietly() -> Iterator[None]:
    """For what follows an error: that one is told, not what comes of it."""
    try:
        with suppress(ValueError, OSError):
            yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise


def _analyzer() -> Any:
    steps = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (
        tantivy.Filter.remove_long(60),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stemmer("english"),
    ):
        steps = steps.filter(step)
    return steps.build()


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("pid", stored=True, indexed=True, fast=True)
    builder.add_text_field(_FIELD, stored=False, tokenizer_name=_TOKENIZER, index_option="freq")
    builder.add_text_field("marker", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("generation", stored=True)
    return builder.build()


def _any_of(terms: Sequence[str]) -> Any:
    """A query for any of the terms; None without terms."""
    parts = [
        (tantivy.Occur.Should, tantivy.Query.term_query(_SCHEMA, _FIELD, term, "freq")) for term in dict.fromkeys(terms)
    ]
    return tantivy.Query.boolean_query(parts) if parts else None


def _within(query: Any, ids: Ids) -> Any:
    """The same query and scores, only among `ids`."""
    allowed = tantivy.Query.term_set_query(_SCHEMA, "pid", ids.tolist())
    silent = tantivy.Query.const_score_query(allowed, 0.0)
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, silent)])


_SCHEMA = _schema()
_MARKER = tantivy.Query.term_query(_SCHEMA, "marker", "generation", "basic")
_NONE = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))
