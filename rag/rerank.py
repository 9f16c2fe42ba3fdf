"""The best candidates read again by something slower: a cross-encoder, or any object with its one method.

Its scores do not replace the fused ones but are averaged with them: the fused score holds what a cross-encoder cannot
see (exact words, a preference for days), and no cross-encoder is right about every archive. For that its scores are
moved to the mean and the spread that the fused scores of the same passages have. So a score still means what it meant
before, to all that compares scores: one that agrees with the order in all proportions changes nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import SettingsError
from rag.retrieve import Found, zscores

Floats = NDArray[np.float64]


class Reranker(Protocol):
    """Anything that tells how well texts answer a question. It may be called from several threads."""

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """A number for each text, in order of the texts; the higher, the better."""
        ...


def rerank(reranker: Reranker, question: str, found: Sequence[Found], first: int) -> list[Found]:
    """The candidates, the `first` of them in a new order; the others follow in theirs, and scores still fall.

    `why["rerank"]` is the reranker's own score, `why["rank_before"]` the place before, from 1.

    Raises:
        SettingsError: the reranker gave something else than a number for each text.
    """
    again, others = found[:first], found[first:]
    if not again:
        return []
    told = _checked(reranker.scores(question, [_read(one) for one in again]), len(again))
    scores = averaged(np.asarray([one.hit.score for one in again], np.float64), told)
    order = np.argsort(-scores, kind="stable").tolist()
    moved = [_moved(again[i], float(scores[i]), float(told[i]), i + 1) for i in order]
    lower = min(0.0, moved[-1].hit.score - others[0].hit.score) if others else 0.0
    return moved + [replace(one, hit=replace(one.hit, score=one.hit.score + lower)) for one in others]


def averaged(fused: Floats, told: Floats) -> Floats:
    """The mean of the fused scores and those of a reranker, brought to the same mean and spread."""
    spread = float(fused.std())
    alike = fused.mean() + (spread if spread > 1e-9 else 1.0) * zscores(told)
    return np.asarray((fused + alike) / 2, np.float64)


def _read(one: Found) -> str:
    """What the reranker reads of a passage: its title stands before it, as where it was encoded."""
    passage = one.hit.passage
    return f"{passage.article.title}\n{passage.text}" if passage.article.title else passage.text


def _checked(scores: Sequence[float], wanted: int) -> Floats:
    try:
        told = np.asarray(scores, np.float64)
    except (TypeError, ValueError):
        told = np.zeros(0)
    if told.shape != (wanted,) or not np.isfinite(told).all():
        raise SettingsError(f"The reranker must give one number for each of {wanted} texts, which it did not.")
    return told


def _moved(one: Found, score: float, told: float, place: int) -> Found:
    why = {**one.hit.why, "rerank": round(told, 4), "rank_before": place}
    return replace(one, hit=replace(one.hit, score=score, why=why))
