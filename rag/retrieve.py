"""Which passages may hold the answer: two searches, three scores, one order.

Each candidate of either search gets all three true scores: the cosine of its vector, the best cosine among its
sentences, and BM25. Each score is turned into z (its distance from the candidates' mean in standard deviations)
and the three are added with the weights below. Measured against reciprocal rank fusion in eval/RETRIEVAL.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.dot import dots
from index.lexical import analyse, query_terms
from index.records import EVERYWHERE, Hit, Span, Where
from index.view import Ids, View

Floats = NDArray[np.float32]

DENSE, SENTENCE, LEXICAL = 0.25, 0.35, 0.4


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate: its hit, its sentences as spans of the article, and their cosines with the question.

    `hit.score` is the fused score; a list of Found is ordered by it.
    """

    hit: Hit
    sentences: tuple[Span, ...]
    cosines: tuple[float, ...]


def retrieve(
    view: View,
    question: str,
    vector: Floats,
    candidates: int,
    where: Where = EVERYWHERE,
    k: int | None = None,
) -> list[Found]:
    """The k best candidates for a question (all of them without k), best first.

    Args:
        vector: the question's, shape (d,), unit length.
        candidates: how many passages each search proposes.
        where: only passages of articles that pass are considered; an empty result stays empty.
    """
    terms = query_terms(question)
    allowed = view.allowed(where)
    near = view.near(vector, candidates, allowed)
    worded, scores = view.lexical(terms, candidates, allowed)
    rows = view.load(np.union1d(near, worded).tolist())
    if not len(rows):
        return []
    dense = dots(rows.vectors, vector)
    inner = dots(rows.sentences, vector)
    best = np.maximum.reduceat(inner, rows.edges[:-1])
    lexical = _bm25(view, terms, rows.ids, dict(zip(worded.tolist(), scores.tolist(), strict=True)))
    fused = DENSE * zscores(dense) + SENTENCE * zscores(best) + LEXICAL * zscores(lexical)
    passed = {name: getattr(where, name) for name in ("outlet", "since", "until") if getattr(where, name)}
    found = []
    for i in np.argsort(-fused, kind="stable")[:k].tolist():
        why: dict[str, Any] = {
            "dense": round(float(dense[i]), 4),
            "sentence": round(float(best[i]), 4),
            "lexical": round(float(lexical[i]), 4),
        }
        if passed:
            why["filter"] = passed
        cosines = tuple(inner[rows.edges[i] : rows.edges[i + 1]].tolist())
        found.append(Found(Hit(rows.passage(i), float(fused[i]), why), rows.spans(i), cosines))
    return found


def _bm25(view: View, terms: Sequence[str], ids: Ids, known: Mapping[int, float]) -> Floats:
    """The BM25 score of each passage; those that the word index has proposed are known."""
    others = np.asarray([pid for pid in ids.tolist() if pid not in known], np.int64)
    found = dict(zip(others.tolist(), view.bm25(terms, others).tolist(), strict=True)) | dict(known)
    return np.asarray([found[pid] for pid in ids.tolist()], np.float32)


def with_words(hit: Hit, question: str) -> Hit:
    """The hit, its `why` naming the words of the question that its passage or title holds."""
    held = set(analyse(hit.passage.text)) | set(analyse(hit.passage.article.title))
    words = [term for term in query_terms(question) if term in held]
    return Hit(hit.passage, hit.score, {**hit.why, "words": words})


def zscores(scores: NDArray[Any]) -> NDArray[np.float64]:
    """Scores in standard deviations from their mean; all 0 where they do not differ."""
    values = np.asarray(scores, dtype=np.float64)
    spread = values.std()
    return np.zeros_like(values) if spread < 1e-9 else (values - values.mean()) / spread
