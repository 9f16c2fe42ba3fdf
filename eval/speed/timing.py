"""Clocks: what a call takes by the wall and in CPU time, what an embedder takes of it, and the memory of a process."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from index.embed import Embedder, Encoded, Piece, Vectors

T = TypeVar("T")
Spread = dict[str, float]


class Times:
    """Milliseconds of the same kind of call, by three clocks: the wall's, the thread's and the process's."""

    def __init__(self) -> None:
        self._rows: list[tuple[float, float, float]] = []

    def of(self, call: Callable[[], T]) -> T:
        """Call it, and note what it took."""
        before = _clocks()
        made = call()
        self._rows.append(_since(before))
        return made

    def spread(self) -> Spread:
        """Median and 95th percentile of each clock, in milliseconds."""
        return spread_of(self._rows)


def spread_of(rows: Sequence[tuple[float, float, float]]) -> Spread:
    """Median and 95th percentile of each clock, from seconds to milliseconds."""
    out = {}
    for name, values in zip(("wall", "thread", "cpu"), zip(*rows, strict=True), strict=True):
        for share in (50, 95):
            out[f"{name}_p{share}"] = round(float(np.percentile(values, share)) * 1000, 3)
    return out


class Watched:
    """An embedder that notes in `seconds` how long passages take to encode, so that it can be set apart."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self.name, self.fingerprint = inner.name, inner.fingerprint
        self.dimension, self.limit = inner.dimension, inner.limit
        self.seconds = 0.0

    def offsets(self, text: str) -> NDArray[np.int64]:
        """See Embedder."""
        return self._noted(lambda: self._inner.offsets(text))

    def encode(self, pieces: Sequence[Piece]) -> Iterator[tuple[int, Encoded]]:
        """See Embedder."""
        yield from self._noted(lambda: list(self._inner.encode(pieces)))

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._inner.encode_texts(texts)

    def encode_question(self, question: str) -> Vectors:
        """See Embedder."""
        return self._inner.encode_question(question)

    def _noted(self, call: Callable[[], T]) -> T:
        begun = time.perf_counter()
        made = call()
        self.seconds += time.perf_counter() - begun
        return made


def resident() -> int:
    """Bytes of this process in memory, mapped pages included; 0 where the system has no /proc."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.is_file() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:")), 0)


def _clocks() -> tuple[float, float, float]:
    return time.perf_counter(), time.thread_time(), time.process_time()


def _since(before: tuple[float, float, float]) -> tuple[float, float, float]:
    a, b, c = (now - then for now, then in zip(_clocks(), before, strict=True))
    return a, b, c
