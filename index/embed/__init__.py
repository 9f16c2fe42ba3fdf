"""Texts to vectors: one column an embedder, equal in shape. All vectors are float32 and of unit length.

Beside them stands what scores a question and a text together: the cross-encoder.
"""

import re

from index.embed.cross import CrossEncoderReranker
from index.embed.hashed import HashEmbedder
from index.embed.reader import READER, Odds, SpanReader
from index.embed.seam import Embedder, Encoded, Piece, Vectors, unit
from index.embed.transformer import BUNDLED, BUNDLED_SHA256, TITLE_TOKENS, SentenceTransformerEmbedder, bundled_path
from index.errors import EmbedderMismatch

__all__ = [
    "BUNDLED",
    "BUNDLED_SHA256",
    "READER",
    "TITLE_TOKENS",
    "CrossEncoderReranker",
    "Embedder",
    "Encoded",
    "HashEmbedder",
    "Odds",
    "Piece",
    "SentenceTransformerEmbedder",
    "SpanReader",
    "Vectors",
    "bundled_path",
    "open_embedder",
    "same",
    "unit",
]


def open_embedder(name: str = BUNDLED, fingerprint: str = "") -> Embedder:
    """The embedder that a manifest names; its weights are checked against `fingerprint` where one is given.

    Raises:
        WeightsMissing: the weights are not on this machine.
        EmbedderMismatch: they are there, but are not those that made the archive.
    """
    embedder: Embedder
    if hashed := re.fullmatch(r"hash-([1-9]\d{0,4})", name):
        embedder = HashEmbedder(int(hashed[1]))
    else:
        embedder = SentenceTransformerEmbedder(name)
    return same(embedder, fingerprint) if fingerprint else embedder


def same(embedder: Embedder, fingerprint: str) -> Embedder:
    """The embedder itself, when its weights are those that `fingerprint` names.

    Raises:
        EmbedderMismatch: they are not; vectors of two models cannot be compared.
    """
    if embedder.fingerprint != fingerprint:
        raise EmbedderMismatch(
            f"The archive was made with other weights (sha256 {fingerprint[:12]}...) than those of '{embedder.name}' "
            f"({embedder.fingerprint[:12]}...). Put those weights back, or encode the articles anew with: "
            f"byline reembed --model {embedder.name}"
        )
    return embedder
