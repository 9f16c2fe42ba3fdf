"""The seam: what goes into an embedder and what comes out. Knows no model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.records import Span

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Piece:
    """What is encoded as one: a passage, the title it may carry, and its sentences as spans of `text`."""

    text: str
    sentences: tuple[Span, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Encoded:
    """The vectors of a Piece: `passage` has shape (d,), `sentences` (number of sentences, d)."""

    passage: Vectors
    sentences: Vectors


class Embedder(Protocol):
    """Anything that turns texts into unit vectors. `limit` is how many tokens of text it reads."""

    name: str
    fingerprint: str
    dimension: int
    limit: int

    def offsets(self, text: str) -> NDArray[np.int64]:
        """The (start, end) code points of every token of `text`: shape (tokens, 2)."""
        ...

    def encode(self, pieces: Sequence[Piece]) -> Iterator[tuple[int, Encoded]]:
        """Yield (position, vectors) for every piece, in any order."""
        ...

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """One vector for each text, cut at `limit`: shape (n, d)."""
        ...

    def encode_question(self, question: str) -> Vectors:
        """The vector of a question: shape (d,)."""
        ...


def unit(vectors: NDArray[Any]) -> Vectors:
    """Vectors scaled to length 1 (a zero vector stays zero): the one place where length is decided."""
    rows = np.asarray(vectors, dtype=np.float32)
    norms = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.where(norms == 0, 1, norms), dtype=np.float32)
