"""Progress bars on stderr: lively on a terminal, sparing in a log. The only place that knows tqdm."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from tqdm import tqdm

T = TypeVar("T")
Progress = Callable[[str, int, int], None]


@contextmanager
def adding() -> Iterator[Progress]:
    """A progress bar on stderr for an add."""
    with tqdm(desc="adding", **_bar()) as bar:

        def progress(what: str, done: int, total: int) -> None:
            bar.set_description(what, refresh=False)
            bar.total = total or None
            bar.update(done - bar.n)

        yield progress


def watched(items: Iterable[T], what: str, total: int) -> Iterator[T]:
    """The items, with a progress bar on stderr."""
    yield from tqdm(items, desc=what, total=total, **_bar())


def _bar() -> dict[str, Any]:
    pace = {"mininterval": 0.2} if sys.stderr.isatty() else {"mininterval": 30.0, "maxinterval": 60.0}
    return {"file": sys.stderr, "leave": False, **pace}
