"""Which passages may hold the answer: two searches, three scores, one order.

Each candidate of either search gets all three true scores: the cosine of its vector, the best cosine among its
sentences, and BM25. Each score is turned into z (its distance from the candidates' mean in standard deviations)
and the three are added with the weights below. Measured against reciprocal rank fusion in eval/RETRIEVAL.md.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.lexical import analyse, query_terms
from index.records import Hit, Where
from index.view import Row, View

Floats = NDArray[np.float32]

DENSE, SENTENCE, LEXICAL = 0.25, 0.35, 0.4


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate with its stored row. `hit.score` is the fused score; a list of Found is ordered by it."""

    hit: Hit
    row: Row
    sentence_scores: Floats


def retrieve(view: View, question: str, vector: Floats, candidates: int, where: Where = Where()) -> list[Found]:  # noqa: B008
    """Every candidate for a question, best first. `vector` is the question's, shape (d,), unit length.

    Args:
        candidates: how many passages each search proposes.
        where: only passages of articles that pass are considered; an empty result stays empty.
    """
    terms = query_terms(question)
    allowed = view.allowed(where)
    near, _ = view.dense(vector, candidates, allowed)
    worded, _ = view.lexical(terms, candidates, allowed)
    rows = view.load(np.union1d(near, worded).tolist())
    if not rows:
        return []
    ids = np.fromiter(rows, dtype=np.int64)
    dense = np.asarray([row.vector @ vector for row in rows.values()])
    inner = [row.sentence_vectors @ vector for row in rows.values()]
    best = np.asarray([scores.max(initial=-1.0) for scores in inner])
    lexical = view.bm25(terms, ids)
    fused = DENSE * zscores(dense) + SENTENCE * zscores(best) + LEXICAL * zscores(lexical)
    found = []
    for i in np.argsort(-fused, kind="stable"):
        row = rows[int(ids[i])]
        why: dict[str, Any] = {
            "dense": round(float(dense[i]), 4),
            "sentence": round(float(best[i]), 4),
            "lexical": round(float(lexical[i]), 4),
        }
        if where:
            why["filter"] = {
                name: getattr(where, name) for name in ("outlet", "since", "until") if getattr(where, name)
            }
        found.append(Found(Hit(row.passage, float(fused[i]), why), row, inner[i]))
    return found


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
