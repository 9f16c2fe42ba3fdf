"""Public benchmarks, a column each: files under a path become articles and cases, answers become figures.

A column has `load(path)` and `measure(bench)`. The texts stay where they are: Byline ships none of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.benchmarks import realtimeqa, scifact, squad2
from eval.benchmarks.bench import Bench, Corpus
from eval.cases import spread
from eval.metrics import Figure
from eval.rows import Row
from eval.run import Clock, Job, Run, archive_folder, fill
from index.errors import EvalError


@dataclass(frozen=True, slots=True)
class Column:
    """A benchmark: how it is read and how it is measured."""

    load: Callable[[Path], Corpus]
    measure: Callable[[Bench], tuple[Sequence[Figure], Sequence[Row]]]


BENCHMARKS = {
    "realtimeqa": Column(realtimeqa.load, realtimeqa.measure),
    "scifact": Column(scifact.load, scifact.measure),
    "squad2": Column(squad2.load, squad2.measure),
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
    with archive_folder(job) as path:
        with job.opener(path, job.settings) as assistant:
            notes = (*corpus.notes, *fill(assistant.archive, corpus.articles))
            counts = assistant.archive.counts()
        bench = Bench(path, corpus, spread(corpus.cases, job.limit), job)
        figures, rows = BENCHMARKS[name].measure(bench)
    return clock.run(name, job, counts, figures=tuple(figures), rows=tuple(rows), notes=notes)
