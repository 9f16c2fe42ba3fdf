"""The figures of an evaluation: pure functions of plain values, no I/O.

Per question first, mean last. A question without results counts as zero; none is ever dropped.

A ranking is given as `found`: for each result, best first, whether it is relevant. A citation or a passage is right
when it overlaps a listed place of the same article by at least half of the shorter of the two.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from eval.cases import Groups, Place

SEED = 20140822
_ROUNDS = 2000
_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with a name: over `count` items, with a 95 % interval where it is a mean."""

    name: str
    value: float
    count: int
    low: float | None = None
    high: float | None = None


def hit_at_k(found: Sequence[bool], k: int) -> float:
    """1 if one of the first k results is relevant, else 0.

    Formula: max(found[:k]). Also called success@k. Range: 0 or 1.
    """
    return float(any(found[:k]))


def reciprocal_rank(found: Sequence[bool], cut: int | None = None) -> float:
    """1 / rank of the first relevant result, 0 if there is none (among the first `cut`). Its mean is MRR.

    Formula: 1 / min{i : found_i}, i from 1. Source: Voorhees, The TREC-8 Question Answering Track Report (1999).
    Range: 0 to 1.
    """
    return next((1 / rank for rank, hit in enumerate(found[:cut], 1) if hit), 0.0)


def ndcg_at_k(found: Sequence[bool], relevant: int, k: int) -> float:
    """Gain of the first k results, discounted by rank, over that of a perfect ranking. Gains are 0 or 1.

    Formula: sum(found_i / log2(i + 1), i <= k) / sum(1 / log2(i + 1), i <= min(k, relevant)).
    Source: Järvelin and Kekäläinen, Cumulated Gain-Based Evaluation of IR Techniques (2002), with the log2 discount
    of trec_eval and BEIR. Range: 0 to 1; 0 where nothing is relevant.
    """
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(k, relevant) + 1))
    gain = sum(1 / math.log2(rank + 1) for rank, hit in enumerate(found[:k], 1) if hit)
    return gain / ideal if ideal else 0.0


def recall_at_k(found: Sequence[bool], relevant: int, k: int) -> float:
    """Share of all relevant items that are among the first k results.

    Formula: sum(found[:k]) / relevant. Range: 0 to 1; 0 where nothing is relevant.
    """
    return sum(map(bool, found[:k])) / relevant if relevant else 0.0


def is_right(place: Place, gold: Place) -> bool:
    """Whether two places are of one article and share at least half of the shorter one's characters."""
    shared = place.span.overlap(gold.span)
    return place.article == gold.article and shared > 0 and 2 * shared >= min(len(place.span), len(gold.span))


def is_evidence(place: Place, groups: Groups) -> bool:
    """Whether a place is right for any alternative of any group."""
    return any(is_right(place, gold) for group in groups for gold in group)


def evidence_recall(groups: Groups, passages: Sequence[Place], k: int) -> float:
    """Share of the evidence groups of which at least one alternative is found among the first k passages.

    Formula: |{g : some p in passages[:k] is right for some alternative of g}| / |groups|.
    Range: 0 to 1; 0 where there is no group.
    """
    if not groups:
        return 0.0
    return sum(any(is_evidence(p, (group,)) for p in passages[:k]) for group in groups) / len(groups)


def citation_precision(citations: Sequence[Place], groups: Groups) -> float:
    """Share of the shown citations that are right. An answer that shows none counts as 0.

    Formula: |{c : c is right for some alternative}| / |citations|. After Gao et al., Enabling Large Language Models
    to Generate Text with Citations (2023), with spans in place of a judge. Range: 0 to 1.
    """
    return sum(is_evidence(c, groups) for c in citations) / len(citations) if citations else 0.0


def citation_recall(citations: Sequence[Place], groups: Groups) -> float:
    """Share of the evidence groups hit by some shown citation.

    Formula: evidence_recall over the citations, all of them. Range: 0 to 1.
    """
    return evidence_recall(groups, citations, len(citations))


@dataclass(frozen=True, slots=True)
class Refusals:
    """Precision, recall and F1 with refusal as the positive class. Each is 0 where it would divide by 0."""

    precision: float
    recall: float
    f1: float


def refusals(refused: Sequence[bool], answerable: Sequence[bool]) -> Refusals:
    """How well refusals fall on the questions that cannot be answered.

    Formulas: precision = refused and unanswerable / refused; recall = refused and unanswerable / unanswerable;
    F1 = 2 p r / (p + r). Source: van Rijsbergen, Information Retrieval (1979). Range of each: 0 to 1.
    """
    right = sum(r and not a for r, a in zip(refused, answerable, strict=True))
    said, due = sum(map(bool, refused)), sum(not a for a in answerable)
    precision, recall = (right / said if said else 0.0), (right / due if due else 0.0)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return Refusals(precision, recall, f1)


def auc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """Chance that a positive scores above a negative, a tie counting one half: the area under the ROC curve.

    Formula: (sum of ranks of the positives - p (p + 1) / 2) / (p n), tied scores sharing their mean rank.
    Source: Hanley and McNeil (1982). Range: 0 to 1; .5 says nothing, and stands also where one side is empty.
    """
    if not positives or not negatives:
        return 0.5
    scores = np.asarray([*positives, *negatives], dtype=np.float64)
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    p, n = len(positives), len(negatives)
    return float((ranks[:p].sum() - p * (p + 1) / 2) / (p * n))


def quantile(values: Sequence[float], q: float) -> float:
    """The q-quantile, by straight lines between the sorted values (.5 is the median). 0 where there are none.

    Formula: x_j + (h - j) (x_(j+1) - x_j) with h = q (n - 1), j = floor(h), from 0. Source: Hyndman and Fan (1996),
    type 7. Range: that of the values.
    """
    return float(np.quantile(np.asarray(values, dtype=np.float64), q)) if len(values) else 0.0


def interval(values: Sequence[float], level: float = 0.95, seed: int = SEED) -> tuple[float, float]:
    """Percentile bootstrap interval of the mean: 2,000 resamples, always of the same seed.

    Formula: the (1 - level) / 2 and (1 + level) / 2 quantiles of the means of resamples with replacement.
    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13. Range: that of the values.
    """
    if not len(values):
        return 0.0, 0.0
    data = np.asarray(values, dtype=np.float64)
    random = np.random.default_rng(seed)
    some = max(1, _AT_ONCE // len(data))  # resamples at once: all of them would not fit into memory
    counts = [min(some, _ROUNDS - done) for done in range(0, _ROUNDS, some)]
    means = np.concatenate([data[random.integers(0, len(data), (n, len(data)))].mean(axis=1) for n in counts])
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def mean(name: str, values: Sequence[float]) -> Figure:
    """The mean of per-question values with its interval; 0 where there are none."""
    low, high = interval(values)
    return Figure(name, float(np.mean(values)) if len(values) else 0.0, len(values), low, high)


def plain(text: str) -> str:
    """Lower case, without punctuation, without a / an / the, words joined by single spaces.

    Source: the answer normalisation of Rajpurkar et al., SQuAD (2016), with Unicode's punctuation for ASCII's, since
    news is printed with curly quotation marks.
    """
    kept = "".join(c for c in text.lower() if not unicodedata.category(c).startswith("P"))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", kept).split())


def short_right(said: str, answers: Iterable[str]) -> bool:
    """Whether a short answer is right: it says what an answer says, or holds it in fewer than 60 characters."""
    return any(plain(said) == plain(one) != "" or (len(said) < 60 and holds(said, one)) for one in answers)


def holds(text: str, answer: str) -> bool:
    """Whether `text` contains `answer`, both plain. An answer that plain leaves empty is never held."""
    wanted = plain(answer)
    return bool(wanted) and wanted in plain(text)
