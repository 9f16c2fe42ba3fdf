"""Vectors without a model: for tests of everything that is not about meaning."""

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from index.embed.seam import Encoded, Piece, Vectors, unit
from index.words import WORD, words


class HashEmbedder:
    """Words hashed into a vector: no weights, no meaning. For tests of everything that is not about meaning."""

    def __init__(self, dimension: int = 64) -> None:
        self.name = f"hash-{dimension}"
        self.fingerprint = self.name
        self.dimension = dimension
        self.limit = 254

    def offsets(self, text: str) -> NDArray[np.int64]:
        """See Embedder."""
        return np.asarray([m.span() for m in WORD.finditer(text)], dtype=np.int64).reshape(-1, 2)

    def encode(self, pieces: Sequence[Piece]) -> Iterator[tuple[int, Encoded]]:
        """See Embedder."""
        for i, piece in enumerate(pieces):
            parts = [self.encode_question(span.of(piece.text)) for span in piece.sentences]
            rows = np.asarray(parts, dtype=np.float32).reshape(-1, self.dimension)
            yield i, Encoded(self.encode_question(f"{piece.title} {piece.text}"), rows)

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return np.asarray([self.encode_question(text) for text in texts], dtype=np.float32).reshape(-1, self.dimension)

    def encode_question(self, question: str) -> Vectors:
        """See Embedder."""
        out = np.zeros(self.dimension, dtype=np.float32)
        for word in words(question):
            out[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4]) % self.dimension] += 1
        return unit(out)
