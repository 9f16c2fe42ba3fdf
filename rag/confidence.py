"""How sure Byline is that the archive answers a question: P(answerable). Pure.

A logistic regression over a handful of quantities of the best sentence and its passage, none of which depends on
what else was found: cosines, shares of the question's rare words, names and numbers that are covered. Fitted on
CLAPNQ and SQuAD 2.0, with and without the gold article in the archive; the figures stand in weights.json.
"""

from collections.abc import Sequence

from rag.features import Candidate
from rag.weights import probability, weights

INPUTS = ("cos", "best_cos", "cov", "ccov", "pcov", "namecov", "pname", "numcov", "pnum", "unmet")


def inputs(ranked: Sequence[Candidate]) -> dict[str, float]:
    """The model's inputs, from the candidates in order of their score (at least one)."""
    best = ranked[0].features
    named = {name: best[name] for name in INPUTS if name in best}
    best_cos = max(candidate.features["cos"] for candidate in ranked[:3])
    return {**named, "best_cos": best_cos, "unmet": float(ranked[0].unmet)}


def confidence(ranked: Sequence[Candidate]) -> float:
    """The estimated probability that the archive answers the question, 0 to 1; 0 without candidates."""
    if not ranked:
        return 0.0
    return probability(weights().answerable.score(inputs(ranked)))
