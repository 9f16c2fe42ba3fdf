"""Public benchmarks, a column each: files under a path become articles and cases, answers become figures.

A column has `load(path)` and `measure(bench)`; those that rank articles share the one of eval.benchmarks.ranking. The
texts stay where they are: Byline ships none of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.benchmarks import (
    beir,
    canard,
    chunking,
    clapnq,
    multihop,
    ranking,
    realtimeqa,
    scifact,
    smart,
    squad2,
    treccast,
)
from eval.benchmarks.bench import Bench, Corpus
from eval.benchmarks.kept import kept_archive
from eval.cases import spread
from eval.metrics import Figure
from eval.rows import Row, Topic
from eval.run import Clock, Job, Run
from index.errors import EvalError


@dataclass(frozen=True, slots=True)
class Column:
    """A benchmark: how it is read and how it is measured, into figures and what came back for each question."""

    load: Callable[[Path], Corpus]
    measure: Callable[[Bench], tuple[Sequence[Figure], Sequence[Row | Topic]]]


BENCHMARKS = {
    "beir": Column(beir.load, ranking.measure),
    "canard": Column(canard.load, canard.measure),
    "chunking-evaluation": Column(chunking.load, chunking.measure),
    "clapnq": Column(clapnq.load, ranking.measure),
    "cranfield": Column(smart.load, ranking.measure),
    "med": Column(smart.load, ranking.measure),
    "multihop-rag": Column(multihop.load, ranking.measure),
    "realtimeqa": Column(realtimeqa.load, realtimeqa.measure),
    "realtimeqa-all": Column(realtimeqa.load_all, ranking.measure),
    "scifact": Column(scifact.load, scifact.measure),
    "smart": Column(smart.load, ranking.measure),
    "squad2": Column(squad2.load, squad2.measure),
    "treccast": Column(treccast.load, treccast.measure),
}


def run_benchmark(name: str, data: Path, job: Job) -> Run:
    """Read the benchmark's files, build its archive, measure.

    Raises:
        EvalError: there is no such benchmark, or its files are not under `data`.
    """
    if name not in BENCHMARKS:
        raise EvalError(f"There is no benchmark '{name}'. There are: {', '.join(BENCHMARKS)}.")
    clock = Clock()
    corpus = BENCHMARKS[name].load(data)
    with kept_archive(name, corpus.articles, job) as kept:
        bench = Bench(kept.path, corpus, spread(corpus.cases, job.limit), kept.job)
        with bench.assistant() as assistant:
            counts = assistant.archive.counts()
        figures, rows = BENCHMARKS[name].measure(bench)
        notes = (*corpus.notes, *kept.notes())
    return clock.run(
        name,
        job,
        counts,
        figures=tuple(figures),
        rows=tuple(row for row in rows if isinstance(row, Row)),
        topics=tuple(row for row in rows if isinstance(row, Topic)),
        notes=notes,
    )
