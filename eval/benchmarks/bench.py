"""What every benchmark column works with: its articles and cases, and a way to ask under changed settings."""

import gzip
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.cases import Case, locate
from eval.metrics import reciprocal_rank
from eval.rows import DEPTH, Row
from eval.run import Asker, Job, ask_all, finder
from index.errors import EvalError
from index.records import Article

OPEN = {"refuse_below": 0, "sentences": 3}  # never refuse: what is measured then is the choice of the sentences


@dataclass(frozen=True, slots=True)
class Corpus:
    """A benchmark as read: its articles and cases, and what a person should know about the reading."""

    articles: tuple[Article, ...]
    cases: tuple[Case, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bench:
    """A benchmark whose archive stands at `path`; `cases` are those to ask."""

    path: Path
    corpus: Corpus
    cases: tuple[Case, ...]
    job: Job

    @contextmanager
    def assistant(self, path: Path | None = None, **changes: Any) -> Iterator[Asker]:
        """The archive (or another one) opened with the job's settings, some of them changed."""
        with self.job.opener(path or self.path, replace(self.job.settings, **changes)) as assistant:
            yield assistant

    def ask(self, cases: Sequence[Case], step: str, depth: int = DEPTH, **changes: Any) -> list[Row]:
        """Ask the cases under changed settings."""
        with self.assistant(**changes) as assistant:
            find = finder(assistant.archive)
            return list(ask_all(assistant, cases, [locate(case, find) for case in cases], step, depth))


def article_rank(row: Row) -> float:
    """Reciprocal rank of the first gold article, articles ranked by their best passage."""
    return reciprocal_rank(row.found_articles)


def quotes(row: Row) -> list[str]:
    """The quoted text of each citation shown."""
    return [citation.text for citation in row.answer.citations]


def read_json(path: Path) -> Any:
    """The JSON value of a file, gzipped or not.

    Raises:
        EvalError: it cannot be read.
    """
    try:
        data = path.read_bytes()
        return json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
    except (OSError, EOFError, ValueError) as error:
        raise EvalError(f"{path} cannot be read as JSON: {error}") from error


def read_lines(path: Path) -> Iterator[Any]:
    """The JSON values of a JSON Lines file.

    Raises:
        EvalError: it cannot be read; the message names the line.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise EvalError(f"{path} cannot be read: {error.strerror}.") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError as error:
                raise EvalError(f"{path}, line {number}: not JSON ({error}).") from error
