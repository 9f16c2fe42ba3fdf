"""What each part of the ranking brings, and how long a passage should be: the tables of eval/RETRIEVAL.md.

`byline eval ablate --data DIR` ranks the questions of every set by all parts, and by all but one at a time. With
`--tokens 120,180,222` the archives are built anew with passages of these lengths instead, and with the default length
but no title before what is encoded. The weights are the default ones, without the part that is left out; nothing is
fitted anew. DIR holds a folder for each set, under the set's public name.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from eval.benchmarks import BENCHMARKS, chunking, ranking
from eval.benchmarks.bench import Bench, Corpus
from eval.benchmarks.kept import kept_archive
from eval.cases import spread
from eval.run import Job
from index.archive import Archive
from index.embed import Embedder, Encoded, Piece, SentenceTransformerEmbedder
from index.errors import ArchiveMissing, EvalError
from index.opening import PASSAGE_TOKENS
from index.records import Hit
from rag import Assistant, Settings
from rag.retrieve import WEIGHTS, Weights, retrieve

Table = dict[str, dict[str, float]]
Sets = Mapping[str, tuple[str, tuple[str, ...]]]

# The sets, the folder of each under --data, and the measures shown for it.
SETS: Sets = {
    "squad2": ("squad2", ("Success@1", "RR")),
    "realtimeqa-all": ("realtimeqa-2022", ("Success@1", "RR")),
    "multihop-rag": ("multihop-rag", ("nDCG@10",)),
    "scifact": ("scifact", ("nDCG@10",)),
    "cranfield": ("cranfield", ("nDCG@10",)),
    "med": ("med", ("nDCG@10",)),
    "clapnq": ("clapnq", ("RR",)),
    "chunking-evaluation": ("chunking-evaluation", ()),
}
PARTS: Mapping[str, Weights] = {
    "all parts": WEIGHTS,
    "no passage vector": replace(WEIGHTS, dense=0.0),
    "no sentence vectors": replace(WEIGHTS, sentence=0.0),
    "no words together": replace(WEIGHTS, together=0.0),
    "no BM25": replace(WEIGHTS, lexical=0.0),
    "no share of words": replace(WEIGHTS, covered=0.0),
    "no rest of the article": replace(WEIGHTS, rest=0.0),
    "no opening": replace(WEIGHTS, opening=0.0),
    "vectors only": replace(WEIGHTS, together=0.0, lexical=0.0, covered=0.0, rest=0.0, opening=0.0),
    "BM25 only": Weights(0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0),
}


class Weighed:
    """An assistant that ranks plainly, by other weights."""

    def __init__(self, assistant: Assistant, weights: Weights) -> None:
        self.archive = assistant.archive
        self._candidates = assistant.settings.candidates
        self._weights = weights

    def search(self, question: str, *, k: int = 10) -> list[Hit]:
        """See Assistant.search."""
        with self.archive.view() as view:
            width, vector = max(k, self._candidates), view.encode(question)
            return [one.hit for one in retrieve(view, question, vector, width, k=k, weights=self._weights)]


class Untitled:
    """An embedder that reads passages without their titles."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self.name, self.fingerprint, self.dimension = inner.name, inner.fingerprint, inner.dimension
        self.limit, self.offsets = inner.limit, inner.offsets
        self.encode_texts, self.encode_question = inner.encode_texts, inner.encode_question

    def encode(self, pieces: Sequence[Piece]) -> Iterator[tuple[int, Encoded]]:
        return self._inner.encode([replace(piece, title="") for piece in pieces])


@dataclass(frozen=True, slots=True)
class Way:
    """How an archive is built: by which model, the most tokens of a passage, and whether its title is read with it."""

    embedder: Callable[[], Embedder]
    tokens: int = PASSAGE_TOKENS
    titled: bool = True

    @contextmanager
    def open(self, path: Path, settings: Settings) -> Iterator[Assistant]:
        """The archive at `path`, made this way where there is none."""
        inner = self.embedder()
        embedder = inner if self.titled else Untitled(inner)
        try:
            archive = Archive.open(path, embedder)
        except ArchiveMissing:
            archive = Archive.create(path, embedder, self.tokens)
        with archive:
            yield Assistant(archive, settings)


def parts(data: Path, names: Sequence[str], job: Job) -> Table:
    """The figures of each set by all parts of the ranking and without each."""
    table: Table = {row: {} for row in PARTS}
    for name in names:
        corpus = read(name, data)
        with kept_archive(name, corpus.articles, job) as kept:
            for row, weights in PARTS.items():
                opener = partial(_weighed, kept.job, weights)
                bench = Bench(kept.path, corpus, spread(corpus.cases, job.limit), replace(kept.job, opener=opener))
                table[row] |= measured(name, bench)
    return table


def lengths(
    data: Path,
    names: Sequence[str],
    tokens: Sequence[int],
    job: Job,
    embedder: Callable[[], Embedder] = SentenceTransformerEmbedder,
) -> Table:
    """The figures of each set with passages of each length, and with titles that the model does not read."""
    ways = {f"{count} tokens": Way(embedder, count) for count in tokens}
    ways[f"{PASSAGE_TOKENS} tokens, no title"] = Way(embedder, titled=False)
    table: Table = {row: {} for row in ways}
    for name in names:
        corpus = read(name, data)
        for row, way in ways.items():
            kind = f"{name}-{way.tokens}{'' if way.titled else '-untitled'}"
            with kept_archive(kind, corpus.articles, replace(job, opener=way.open)) as kept:
                table[row] |= measured(name, Bench(kept.path, corpus, spread(corpus.cases, job.limit), kept.job))
    return table


def read(name: str, data: Path, sets: Sets = SETS) -> Corpus:
    """A set as a pool of articles to be ranked.

    Raises:
        EvalError: there is no such set, or its files are not there.
    """
    if name not in sets:
        raise EvalError(f"There is no set '{name}'. There are: {', '.join(sets)}.")
    folder, measures = sets[name]
    corpus = BENCHMARKS[name].load(data / folder)
    if not measures:
        return corpus
    questions = {case.id: case.question for case in corpus.cases if case.answerable}
    qrels = corpus.qrels or {case.id: dict.fromkeys(case.articles, 1) for case in corpus.cases}
    return ranking.pool(corpus.articles, questions, qrels, measures)


def measured(name: str, bench: Bench) -> dict[str, float]:
    """The means of a set, under "set measure"."""
    figures, _ = (ranking if SETS[name][1] else chunking).measure(bench)
    shown = [one for one in figures if one.low is not None and not one.name.startswith("precision")]
    return {f"{name} {one.name}": one.value for one in shown}


def as_text(table: Table) -> str:
    """The table in Markdown: a row a way, a column a figure; a column's best in bold."""
    columns = list(next(iter(table.values())))
    best = {column: max(round(row[column], 3) for row in table.values()) for column in columns}
    lines = ["| | " + " | ".join(columns) + " |", "|---|" + "---|" * len(columns)]
    for name, row in table.items():
        cells = [f"{row[column]:.3f}".lstrip("0") for column in columns]
        cells = [
            f"**{cell}**" if round(row[column], 3) == best[column] else cell
            for cell, column in zip(cells, columns, strict=True)
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


@contextmanager
def _weighed(job: Job, weights: Weights, path: Path, settings: Settings) -> Iterator[Any]:
    with job.opener(path, settings) as assistant:
        assert isinstance(assistant, Assistant)
        yield Weighed(assistant, weights)
