"""How sure Byline is of an answer: the probability that one of its first three sentences answers. Pure.

A logistic regression over a handful of named quantities: the cosine, the shares of the question's rare words, names and
numbers that the best sentence and its passage cover, and what the reader says of all passages, where it has read.
Fitted by `byline eval calibrate`; what it is worth stands in eval/CALIBRATION.md.
"""

import math
from collections.abc import Mapping, Sequence

from rag.features import Candidate
from rag.weights import probability, weights

UNREAD = ("cos", "best_cos", "cov", "ccov", "pcov", "namecov", "pname", "numcov", "pnum", "unmet")
READ = ("cos", "pcov", "pname", "numcov", "unmet", "told", "reason")
_FIRST = 3
_SHARP = 2.0  # how much more a passage counts for each point of its score
_LEAST = 1e-3  # of a share: log odds are taken of it


def inputs(ranked: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The model's inputs, from the features of all candidates in order of their score (at least one).

    `best_cos` is the best cosine of the first three sentences; `unmet`: none of them has the figure or the day that is
    asked for; `told`: what the reader says of all that it has read; `reason`: a reason is asked for, of which
    the reader is never as sure. The others are those of the first sentence.
    """
    best, first = ranked[0], ranked[:_FIRST]
    named = {name: best[name] for name in (*UNREAD, *READ) if name in best}
    named["best_cos"] = max(one["cos"] for one in first)
    named["unmet"] = min(one["unmet"] for one in first)
    named["reason"] = float(best.get("o_why", 0.0) != 0)
    if "holds" in best:
        named["told"] = told(ranked)
    return named


def told(sentences: Sequence[Mapping[str, float]]) -> float:
    """The log odds that an answer is told: the mean of what the reader says of each passage (its best sentence), in
    which a passage counts by its score. The one found first is the likeliest to be about what is asked; of five, one
    that is not may look like an answer by chance."""
    passages: dict[float, tuple[float, float]] = {}
    for one in sentences:
        _, held = passages.get(one["rank"], (0.0, -math.inf))
        passages[one["rank"]] = one["gap"], max(held, one["holds"])
    counts = [math.exp(_SHARP * gap) for gap, _ in passages.values()]
    mean = sum(count * probability(held) for count, (_, held) in zip(counts, passages.values(), strict=True))
    share = min(max(mean / sum(counts), _LEAST), 1 - _LEAST)
    return math.log(share / (1 - share))


def confidence(ranked: Sequence[Candidate]) -> float:
    """The estimated probability that the answer answers, 0 to 1; 0 without candidates."""
    if not ranked:
        return 0.0
    model = weights("holds" in ranked[0].features).answerable
    return probability(model.score(inputs([one.features for one in ranked])))
