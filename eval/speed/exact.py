"""Exact search by multiplying everything, and how much of it another search finds. Arithmetic only."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Matrix = NDArray[np.float32]
_DEPTH = 50  # neighbours kept of each question: more than ten, since scores may be equal
_EQUAL = 1e-6


class Truth:
    """The nearest rows of each question, among all rows or among the `allowed` (sorted ids), block by block."""

    def __init__(self, questions: Matrix, allowed: Ids | None = None) -> None:
        self._questions = questions
        self._allowed = allowed
        self._scores = np.zeros((len(questions), 0), np.float32)
        self._ids = np.zeros((len(questions), 0), np.int64)

    def take(self, ids: Ids, scores: Matrix) -> None:
        """Take in a block: `scores` has shape (questions, rows)."""
        if self._allowed is not None:
            keep = np.isin(ids, self._allowed)
            ids, scores = ids[keep], scores[:, keep]
        all_scores = np.concatenate([self._scores, scores], axis=1)
        all_ids = np.concatenate([self._ids, np.broadcast_to(ids, (len(scores), len(ids)))], axis=1)
        depth = min(_DEPTH, all_scores.shape[1])
        if depth:
            top = np.argpartition(-all_scores, depth - 1, axis=1)[:, :depth]
            all_scores, all_ids = np.take_along_axis(all_scores, top, 1), np.take_along_axis(all_ids, top, 1)
        self._scores, self._ids = all_scores, all_ids

    def recall(self, found: Sequence[Ids], k: int = 10) -> float:
        """Mean share of the k nearest that were found; rows as near as the k-th count as it. 1.0 where none exist."""
        shares = []
        for scores, ids, got in zip(self._scores, self._ids, found, strict=True):
            wanted = min(k, len(scores))
            last = np.sort(scores)[-wanted:][0] if wanted else 0.0
            hits = np.isin(got[:k], ids[scores >= last - _EQUAL]).sum()
            shares.append(min(wanted, int(hits)) / wanted if wanted else 1.0)
        return float(np.mean(shares))


def survey(questions: Matrix, blocks: Iterable[tuple[Ids, Matrix]], truths: Sequence[Truth]) -> None:
    """Show every row to every truth, multiplied once."""
    for ids, rows in blocks:
        scores = questions @ rows.T
        for truth in truths:
            truth.take(ids, scores)
