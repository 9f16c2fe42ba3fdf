"""Asking: builds the archive, puts every question to the assistant, keeps what came back.

A set and a benchmark go through the same steps: an archive is filled, questions are asked, rows become figures.
The arithmetic stands in eval.metrics and eval.rows, the telling in eval.report.
"""

import platform
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

from eval.cases import QUESTIONS, Case, Groups, load_cases, locate, spread
from eval.metrics import Figure
from eval.progress import Progress, adding, watched
from eval.rows import DEPTH, Row, Topic, by_kind, figures
from index.archive import Archive
from index.errors import ArticleMissing, EvalError
from index.records import AddReport, Article, Hit
from rag import Settings
from rag.records import Answer, Turn

SETS = Path(__file__).parent / "sets"
_PACKAGES = ("byline", "sentence-transformers", "torch", "faiss-cpu", "tantivy", "langchain-text-splitters")


class Asker(Protocol):
    """What the evaluation needs of rag.Assistant."""

    @property
    def archive(self) -> Archive:
        """The articles."""
        ...

    def add(self, paths: Iterable[str | Path], *, progress: Progress | None = None) -> AddReport:
        """Add files."""
        ...

    def ask(self, question: str, history: Sequence[Turn] = (), *, today: str | None = None) -> Answer:
        """Answer a question that is asked on a day."""
        ...

    def search(self, question: str, *, k: int = 10) -> list[Hit]:
        """Rank passages."""
        ...


Opener = Callable[[Path, Settings], AbstractContextManager[Asker]]


@dataclass(frozen=True, slots=True)
class Job:
    """How to run: `archive` is kept and used again where it is given, else one is built and thrown away.

    `cache` is a folder in which benchmarks that are given no archive keep theirs; with `fresh` it is built anew.
    """

    opener: Opener
    settings: Settings
    limit: int | None = None
    archive: Path | None = None
    cache: Path | None = None
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A finished evaluation."""

    name: str
    started: str
    seconds: float
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    archive: Mapping[str, int]
    figures: tuple[Figure, ...]
    kinds: Mapping[str, tuple[Figure, ...]] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    topics: tuple[Topic, ...] = ()
    notes: tuple[str, ...] = ()


def run_set(folder: Path, job: Job) -> Run:
    """Build the set's archive, ask its questions.

    Raises:
        EvalError: the set cannot be used as it stands.
    """
    clock = Clock()
    cases = spread(load_cases(folder / QUESTIONS), job.limit)
    with archive_folder(job) as path, job.opener(path, job.settings) as assistant:
        with adding() as progress:
            report = assistant.add(sources(folder), progress=progress)
        gold = [locate(case, finder(assistant.archive, folder)) for case in cases]
        rows = tuple(ask_all(assistant, cases, gold))
        counts = assistant.archive.counts()
    return clock.run(
        folder.resolve().name,
        job,
        counts,
        figures=figures(rows),
        kinds=by_kind(rows),
        rows=rows,
        notes=remarks(report),
    )


def ask_all(
    assistant: Asker, cases: Sequence[Case], gold: Sequence[Groups], step: str = "", depth: int = DEPTH
) -> Iterator[Row]:
    """Ask every case, in order. The seconds are those of a warm ask(); the ranking is searched apart from it."""
    if cases:
        assistant.search(cases[0].question, k=1)  # loads the model, which belongs to no question
    for case, groups in watched(zip(cases, gold, strict=True), step or "asking", len(cases)):
        yield ask(assistant, case, groups, step, depth)


def ask(assistant: Asker, case: Case, groups: Groups, step: str = "", depth: int = DEPTH) -> Row:
    """Ask one case: what it was answered, and how the passages rank for what was searched."""
    begun = time.perf_counter()
    answer = assistant.ask(case.question, case.history, **({"today": case.today} if case.today else {}))
    took = time.perf_counter() - begun
    hits = assistant.search(answer.searched_for or case.question, k=depth)
    return Row(case, groups, answer, tuple(hits), took, step)


def find_set(name: str) -> Path:
    """The folder of a set: the name of a shipped one, or a path.

    Raises:
        EvalError: there is no such set.
    """
    for folder in (SETS / name, Path(name).expanduser()):
        if (folder / QUESTIONS).is_file():
            return folder
    shipped = sorted(path.parent.name for path in SETS.glob(f"*/{QUESTIONS}"))
    raise EvalError(
        f"There is no set '{name}'. Give a folder that holds {QUESTIONS} and articles"
        + (f", or one of: {', '.join(shipped)}." if shipped else ".")
    )


def sources(folder: Path) -> list[Path]:
    """The article files of a set: every file of the folder but the questions, a README and hidden ones.

    Raises:
        EvalError: there is none.
    """
    files = [p for p in sorted(folder.iterdir()) if p.is_file() and p.name != QUESTIONS]
    files = [p for p in files if p.name[0] != "." and p.stem.upper() != "README"]
    if not files:
        raise EvalError(f"{folder} holds no articles beside {QUESTIONS}. Put articles.jsonl there.")
    return files


def finder(archive: Archive, folder: Path | None = None) -> Callable[[str], Article]:
    """Looks up articles by id or, in a set, by the name of the file in its folder."""
    known: dict[str, Article] = {}

    def find(name: str) -> Article:
        if name not in known:
            try:
                known[name] = archive.article(name)
            except ArticleMissing:
                if folder is None:
                    raise
                known[name] = archive.article(str((folder / name).resolve()))
        return known[name]

    return find


def fill(archive: Archive, articles: Sequence[Article]) -> tuple[str, ...]:
    """Put a benchmark's articles into the archive; returns what it remarked. Unchanged ones cost little."""
    with adding() as progress:
        return remarks(archive.add_articles(articles, progress=progress))


def remarks(report: AddReport) -> tuple[str, ...]:
    """What was skipped while adding, and why."""
    return tuple(f"{skipped.source}: {skipped.reason}" for skipped in report.skipped)


@contextmanager
def archive_folder(job: Job) -> Iterator[Path]:
    """The folder for the archive: the job's own, or a temporary one that goes afterwards."""
    if job.archive is not None:
        yield job.archive
        return
    with tempfile.TemporaryDirectory(prefix="byline-eval-") as folder:
        yield Path(folder) / "archive"


class Clock:
    """Started with a run, it signs the run at its end with times, settings and versions."""

    def __init__(self) -> None:
        self._started = datetime.now(UTC)
        self._begun = time.perf_counter()

    def run(self, name: str, job: Job, counts: Mapping[str, int], **made: Any) -> Run:
        """The finished run."""
        return Run(
            name=name,
            started=self._started.isoformat(timespec="seconds"),
            seconds=round(time.perf_counter() - self._begun, 1),
            settings=asdict(job.settings),
            versions=versions(),
            archive=dict(counts),
            **made,
        )


def versions() -> dict[str, str]:
    """Python and the packages that the figures depend on."""
    out = {"python": platform.python_version(), "machine": platform.machine()}
    return out | {name: version_of(name) or "not installed" for name in _PACKAGES}


def version_of(package: str) -> str:
    """The version of an installed package; "" for one that is not."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
