"""Which passages may hold the answer: two searches, and one order from what is known of each passage.

Each candidate of either search gets all three true scores: the cosine of its vector, the best cosine among its
sentences, and BM25. Each score is turned into z (its distance from the candidates' mean in standard deviations) and
added up. The best of that order are read: which of the question's terms they hold, and how many of them stand together
in one sentence that is near to the question too. What each part brings is measured in eval/RETRIEVAL.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.dot import dots
from index.lexical import analyse, query_terms
from index.records import EVERYWHERE, Hit, Span, Where
from index.view import Ids, Rows, View
from index.words import words
from rag.coverage import rarities, share

Floats = NDArray[np.float32]

READ = 50  # candidates whose words are looked at: all that a person will ever see of them, and more
TOGETHER = 0.45  # what a sentence that holds all of the question's terms gains, in cosines


@dataclass(frozen=True, slots=True)
class Weights:
    """What each part counts: passage cosine, best sentence, BM25, share of the question's terms in the passage."""

    dense: float = 0.15
    sentence: float = 0.45
    lexical: float = 0.15
    covered: float = 0.25
    together: float = TOGETHER


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate: its hit, its sentences as spans of the article, their cosines with the question and their terms.

    `hit.score` is the fused score; a list of Found is ordered by it.
    """

    hit: Hit
    sentences: tuple[Span, ...]
    cosines: tuple[float, ...]
    terms: tuple[tuple[str, ...], ...]


def retrieve(
    view: View,
    question: str,
    vector: Floats,
    candidates: int,
    where: Where = EVERYWHERE,
    k: int | None = None,
    weights: Weights = WEIGHTS,
) -> list[Found]:
    """The k best candidates for a question (all that were read without k), best first.

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
    inner = dots(rows.sentences, vector)
    parts = {
        "dense": dots(rows.vectors, vector),
        "sentence": np.maximum.reduceat(inner, rows.edges[:-1]),
        "lexical": _bm25(view, terms, rows.ids, dict(zip(worded.tolist(), scores.tolist(), strict=True))),
    }
    ranks = {name: _ranks(parts[name]) for name in ("dense", "lexical")}
    first = _best(_added(parts, _before_reading(weights)), max(READ, k or 0))
    rare = rarities(terms, view.frequency, view.size)
    spelled = {term: word for word in reversed(words(question)) for term in analyse(word)}
    read = [_read(rows, i, inner, rare, weights.together) for i in first.tolist()]
    parts = {name: part[first] for name, part in parts.items()}
    parts["sentence"] = np.asarray([one.best for one in read], np.float32)
    parts["covered"] = np.asarray([one.covered for one in read], np.float32)
    fused = _added(parts, weights)
    told = {name: np.round(part.astype(np.float64), 4).tolist() for name, part in parts.items()}
    told |= {f"{name}_rank": rank[first].tolist() for name, rank in ranks.items()}
    passed = {"filter": {name: value for name, value in asdict(where).items() if value}} if where else {}
    found = []
    for j in _best(fused, k).tolist():
        i, one = int(first[j]), read[j]
        why = {name: values[j] for name, values in told.items()}
        why |= {"words": [spelled[term] for term in one.words], **passed}
        cosines = tuple(inner[rows.edges[i] : rows.edges[i + 1]].tolist())
        found.append(Found(Hit(rows.passage(i), float(fused[j]), why), one.sentences, cosines, one.terms))
    return found


@dataclass(frozen=True, slots=True)
class _Reading:
    """What reading a passage told: its best sentence, the terms of all, and which of the question's are among them."""

    best: float
    covered: float
    sentences: tuple[Span, ...]
    terms: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]


def _read(rows: Rows, i: int, cosines: Floats, rare: Mapping[str, float], together: float) -> _Reading:
    article, sentences = rows.passage(i).article, rows.spans(i)
    terms = tuple(tuple(analyse(span.of(article.text))) for span in sentences)
    held = set(analyse(f"{article.title} {article.outlet}")).union(*terms)
    near = cosines[rows.edges[i] : rows.edges[i + 1]].tolist()
    best = max(cosine + together * share(rare, set(said)) for cosine, said in zip(near, terms, strict=True))
    return _Reading(best, share(rare, held), sentences, terms, tuple(term for term in rare if term in held))


def _before_reading(weights: Weights) -> Weights:
    """The same weights where the words are not known yet: BM25 stands for what they hold."""
    return Weights(weights.dense, weights.sentence, weights.lexical + weights.covered, 0.0)


def _added(parts: Mapping[str, Floats], weights: Weights) -> NDArray[np.float64]:
    total = np.zeros(len(parts["dense"]), np.float64)
    for name, part in parts.items():
        total += getattr(weights, name) * zscores(part)
    return total


def _best(scores: NDArray[Any], k: int | None) -> Ids:
    return np.argsort(-scores, kind="stable")[:k]


def _ranks(scores: Floats) -> Ids:
    """The place of each score among them, from 1."""
    ranks = np.empty(len(scores), np.int64)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return ranks


def _bm25(view: View, terms: Sequence[str], ids: Ids, known: Mapping[int, float]) -> Floats:
    """The BM25 score of each passage; those that the word index has proposed are known."""
    others = np.asarray([pid for pid in ids.tolist() if pid not in known], np.int64)
    found = dict(zip(others.tolist(), view.bm25(terms, others).tolist(), strict=True)) | dict(known)
    return np.asarray([found[pid] for pid in ids.tolist()], np.float32)


def zscores(scores: NDArray[Any]) -> NDArray[np.float64]:
    """Scores in standard deviations from their mean; all 0 where they do not differ."""
    values = np.asarray(scores, dtype=np.float64)
    spread = values.std()
    return np.zeros_like(values) if spread < 1e-9 else (values - values.mean()) / spread
