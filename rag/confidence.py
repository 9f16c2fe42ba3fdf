"""How sure Byline is of an answer: the probability that one of its first three sentences answers. Pure.

A logistic regression over a handful of quantities of the best sentence and its passage, none of which depends on what
else was found: cosines, shares of the question's rare words, names and numbers that are covered, and what the reader
says, where it has read. Fitted by `byline eval calibrate`; what it is worth stands in eval/CALIBRATION.md.
"""

from collections.abc import Mapping, Sequence

from rag.features import Candidate
from rag.weights import probability, weights

UNREAD = ("cos", "best_cos", "cov", "ccov", "pcov", "namecov", "pname", "numcov", "pnum", "unmet")
READ = ("cos", "pcov", "pname", "numcov", "unmet", "holds")
_FIRST = 3


def inputs(ranked: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The model's inputs, from the features of all candidates in order of their score (at least one).

    `best_cos` is the best cosine of the first three sentences; `unmet`: none of them has the figure or the day that is
    asked for.
    """
    best, first = ranked[0], ranked[:_FIRST]
    named = {name: best[name] for name in (*UNREAD, *READ) if name in best}
    named["best_cos"] = max(one["cos"] for one in first)
    named["unmet"] = min(one["unmet"] for one in first)
    return named


def confidence(ranked: Sequence[Candidate]) -> float:
    """The estimated probability that the answer answers, 0 to 1; 0 without candidates."""
    if not ranked:
        return 0.0
    model = weights("holds" in ranked[0].features).answerable
    return probability(model.score(inputs([one.features for one in ranked])))
