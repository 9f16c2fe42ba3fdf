"""What every benchmark column works with: its articles and cases, and a way to ask under changed settings."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from eval.cases import Case, locate
from eval.metrics import reciprocal_rank
from eval.rows import DEPTH, Row
from eval.run import Asker, Job, ask_all, finder
from index.errors import EvalError
from index.records import Article, Hit

OPEN = {"refuse_below": 0, "sentences": 3}  # never refuse: what is measured then is the choice of the sentences


@dataclass(frozen=True, slots=True)
class Corpus:
    """A benchmark as read: its articles and cases, and what a person should know about the reading.

    Where articles are ranked (see eval.benchmarks.ranking), `qrels` holds the grade of each relevant article of each
    case, and `measures` names what is told.
    """

    articles: tuple[Article, ...]
    cases: tuple[Case, ...]
    notes: tuple[str, ...] = ()
    qrels: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    measures: tuple[str, ...] = ()


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


def rank_articles(
    search: Callable[[int], Sequence[Hit]], want: int, first: int | None = None, cut: bool = True
) -> list[str]:
    """The first `want` articles, each ranked by its best passage: asks for more passages until there are enough.

    `first` is how many passages are asked for to begin with; without `cut`, all articles of these are told.
    """
    k = first or 4 * want
    while True:
        hits = search(k)
        ranked = list(dict.fromkeys(hit.passage.article.id for hit in hits))
        if len(ranked) >= want or len(hits) < k:
            return ranked[:want] if cut else ranked
        k *= 4


def one_of(folder: Path, *names: str) -> Path:
    """The first of these files that the folder holds, plain or gzipped.

    Raises:
        EvalError: it holds none of them.
    """
    for name in names:
        for file in (folder / name, folder / f"{name}.gz"):
            if file.is_file():
                return file
    raise EvalError(f"{folder} does not hold {' or '.join(names)}. Point --data at the folder with it.")


def read_bytes(path: Path) -> bytes:
    """What a file holds, gzipped or not.

    Raises:
        EvalError: it cannot be read.
    """
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.suffix == ".gz" else data
    except (OSError, EOFError, zlib.error) as error:
        raise EvalError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error


def read_text(path: Path) -> str:
    """The text of a file, gzipped or not: UTF-8, or Latin-1 where it is not UTF-8.

    Raises:
        EvalError: it cannot be read.
    """
    data = read_bytes(path).removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def read_json(path: Path) -> Any:
    """The JSON value of a file, gzipped or not.

    Raises:
        EvalError: it cannot be read.
    """
    try:
        return json.loads(read_bytes(path))
    except ValueError as error:
        raise EvalError(f"{path} cannot be read as JSON: {error}") from error


def read_lines(path: Path) -> Iterator[Any]:
    """The JSON values of a JSON Lines file, gzipped or not.

    Raises:
        EvalError: it cannot be read; the message names the line.
    """
    for number, line in enumerate(read_bytes(path).split(b"\n"), 1):
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError as error:
                raise EvalError(f"{path}, line {number}: not JSON ({error}).") from error
