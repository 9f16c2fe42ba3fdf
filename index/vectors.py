"""Nearest passages by vector: a shadow of the database, kept by FAISS. The only room that knows it.

The file vectors.faiss holds the passages up to the generation that vectors.json names, with a checksum that is
compared before FAISS's parser sees a byte. Younger passages are the tail: a plain matrix, searched exactly.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Matrix = NDArray[np.float32]

_SPARSE = 0.1  # a filter that lets fewer than this share through is answered by scoring just those


@dataclass(frozen=True, slots=True)
class Vectors:
    """An immutable set of (id, unit vector) pairs as of `generation`. All of it may be searched from many threads."""

    base: Any  # faiss.IndexIDMap2 over a flat inner-product index: cosine, since every vector has length 1
    cut_at: int  # the generation the base was cut at
    tail_ids: Ids
    tail: Matrix
    dead: Ids  # sorted ids of the base or tail that are no longer there
    generation: int

    def __len__(self) -> int:
        return int(self.base.ntotal) + len(self.tail_ids) - len(self.dead)

    def ids(self) -> Ids:
        """Every id that the base or the tail holds, dead or not."""
        return np.concatenate([faiss.vector_to_array(self.base.id_map), self.tail_ids])

    def search(self, vector: Matrix, k: int, allowed: Ids | None = None) -> tuple[Ids, Matrix]:
        """The k nearest ids and their cosines, best first; `allowed` (sorted ids) narrows the search exactly."""
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        if allowed is not None:
            allowed = np.setdiff1d(allowed, self.dead, assume_unique=True)
        ids, scores = self._search_base(query, k, allowed)
        keep = ~np.isin(self.tail_ids, self.dead) if allowed is None else np.isin(self.tail_ids, allowed)
        ids = np.concatenate([ids, self.tail_ids[keep]])
        scores = np.concatenate([scores, self.tail[keep] @ query[0]])
        order = np.argsort(-scores, kind="stable")[:k]
        return ids[order], scores[order]

    def with_rows(self, ids: Ids, rows: Matrix, dead: Ids, generation: int) -> "Vectors":
        """The next snapshot: the same base, a longer tail."""
        return Vectors(
            self.base,
            self.cut_at,
            np.concatenate([self.tail_ids, ids]),
            np.concatenate([self.tail, rows]),
            np.union1d(self.dead, dead),
            generation,
        )

    def _search_base(self, query: Matrix, k: int, allowed: Ids | None) -> tuple[Ids, Matrix]:
        total = int(self.base.ntotal)
        if not total or k < 1 or (allowed is not None and not len(allowed)):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        if allowed is not None and len(allowed) <= _SPARSE * total:
            held = allowed[np.isin(allowed, faiss.vector_to_array(self.base.id_map))]
            if not len(held):
                return np.zeros(0, np.int64), np.zeros(0, np.float32)
            return held, self.base.reconstruct_batch(held) @ query[0]
        parameters = None
        if allowed is not None:
            parameters = _only(faiss.IDSelectorBatch(allowed))
        elif len(self.dead):
            parameters = _only(faiss.IDSelectorNot(faiss.IDSelectorBatch(self.dead)))
        scores, ids = self.base.search(query, min(k, total), params=parameters)
        real = ids[0] >= 0  # FAISS pads with -1
        return ids[0][real], scores[0][real]


def build(ids: Ids, rows: Matrix, dimension: int, generation: int) -> Vectors:
    """A snapshot whose base holds all the given rows, shape (n, dimension)."""
    base = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
    if len(ids):
        base.add_with_ids(np.ascontiguousarray(rows, dtype=np.float32), np.ascontiguousarray(ids, dtype=np.int64))
    return Vectors(base, generation, *_empty(dimension), generation)


def save(vectors: Vectors, folder: Path) -> None:
    """Write the base aside, sync it, and put it in place; then the note that vouches for it."""
    payload = faiss.serialize_index(vectors.base).tobytes()
    note = {"generation": vectors.cut_at, "sha256": hashlib.sha256(payload).hexdigest(), "bytes": len(payload)}
    _replace(folder / "vectors.faiss", payload)
    _replace(folder / "vectors.json", json.dumps(note).encode())


def load(folder: Path, dimension: int) -> Vectors | None:
    """The saved base, or None when it is missing, torn, or not what its note vouches for."""
    try:
        note = json.loads((folder / "vectors.json").read_text("utf-8"))
        payload = (folder / "vectors.faiss").read_bytes()
        if len(payload) != note["bytes"] or hashlib.sha256(payload).hexdigest() != note["sha256"]:
            return None
        base = faiss.deserialize_index(np.frombuffer(payload, dtype=np.uint8))
        cut_at = int(note["generation"])
    except (OSError, ValueError, KeyError, TypeError, RuntimeError):
        return None
    if base.d != dimension:
        return None
    return Vectors(base, cut_at, *_empty(dimension), cut_at)


def _only(selector: Any) -> Any:
    parameters: Any = faiss.SearchParameters
    return parameters(sel=selector)


def _empty(dimension: int) -> tuple[Ids, Matrix, Ids]:
    return np.zeros(0, np.int64), np.zeros((0, dimension), np.float32), np.zeros(0, np.int64)


def _replace(path: Path, payload: bytes) -> None:
    aside = path.with_name(path.name + ".new")
    with open(aside, "wb") as handle:
        handle.write(payload)
        handle.flush()
        os.fsync(handle.fileno())
    aside.replace(path)
