"""Which passages may hold the answer: two searches, and one order from what is known of each passage.

Each candidate of either search gets all three true scores: the cosine of its vector, the best cosine among its
sentences, and BM25. Each score is turned into z (its distance from the candidates' mean in standard deviations) and
added up. The best of that order are read: which of the question's terms they hold, and how many of them stand together
in one sentence that is near to the question too. Two things more are known of a passage: how good the best of its
article's other passages is, and how near the article's opening it stands, where news tells what matters most. What each
part brings is measured in eval/RETRIEVAL.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.dot import dots
from index.lexical import analyse, query_terms
from index.records import EVERYWHERE, Hit, Span, Where
from index.view import Ids, View
from index.words import words
from rag.coverage import rarities
from rag.reading import Terms, read

Floats = NDArray[np.float32]

READ = 100  # candidates whose words are looked at: all that a person will ever see of them, and more
_OPENING = 2_000  # characters after which little is left of an opening


@dataclass(frozen=True, slots=True)
class Weights:
    """What each part counts.

    Attributes:
        dense, sentence, lexical, covered: of the z of the passage's cosine, its best sentence, its BM25, and the share
            of the question's terms that it holds.
        together: what a sentence that holds all of the question's terms gains, in cosines.
        rest: of the score that the best other candidate of the same article had before reading; 0 where it has none.
        opening: what the first words of an article gain; e^-1 of it after 2,000 characters.
    """

    dense: float = 0.2
    sentence: float = 0.4
    lexical: float = 0.2
    covered: float = 0.2
    together: float = 0.45
    rest: float = 0.14
    opening: float = 0.4


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate: its hit, its sentences as spans of the article, their cosines with the question and their terms.

    `hit.score` is the fused score; a list of Found is ordered by it.
    """

    hit: Hit
    sentences: tuple[Span, ...]
    cosines: tuple[float, ...]
    terms: Terms


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
    before = _added(parts, _before_reading(weights))
    first = _best(before, max(READ, k or 0))
    rare = rarities(terms, view.frequency, view.size)
    spelled = {term: word for word in reversed(words(question)) for term in analyse(word)}
    passages = [rows.passage(i) for i in first.tolist()]
    sentences = [rows.spans(i) for i in first.tolist()]
    cosines = [inner[rows.edges[i] : rows.edges[i + 1]].tolist() for i in first.tolist()]
    readings = [read(*one, rare, weights.together) for one in zip(passages, sentences, cosines, strict=True)]
    parts = {name: part[first] for name, part in parts.items()}
    parts["sentence"] = np.asarray([one.best for one in readings], np.float32)
    parts["covered"] = np.asarray([one.covered for one in readings], np.float32)
    fused = _added(parts, weights)
    parts["rest"] = rest([article for article, *_ in rows.places], before)[first]
    parts["opening"] = np.exp([-one.span.start / _OPENING for one in passages])
    fused += weights.rest * parts["rest"] + weights.opening * parts["opening"]
    told = {name: np.round(part.astype(np.float64), 4).tolist() for name, part in parts.items()}
    told |= {f"{name}_rank": rank[first].tolist() for name, rank in ranks.items()}
    passed = {"filter": {name: value for name, value in asdict(where).items() if value}} if where else {}
    found = []
    for j in _best(fused, k).tolist():
        why = {name: values[j] for name, values in told.items()}
        why |= {"words": [spelled[term] for term in readings[j].words], **passed}
        hit = Hit(passages[j], float(fused[j]), why)
        found.append(Found(hit, sentences[j], tuple(cosines[j]), readings[j].terms))
    return found


def rest(articles: Sequence[int], scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each passage the best score among the other passages of its article; 0, an average one, where it is alone."""
    best: dict[int, list[tuple[float, int]]] = {}
    for i, article in enumerate(articles):
        best.setdefault(article, []).append((float(scores[i]), i))
    found = np.zeros(len(scores))
    for group in best.values():
        if len(group) > 1:
            (highest, first), (second, _) = sorted(group, reverse=True)[:2]
            for _, i in group:
                found[i] = second if i == first else highest
    return found


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
