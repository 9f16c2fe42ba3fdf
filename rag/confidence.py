"""How sure Byline is that the archive answers a question: P(answerable). Pure.

A logistic regression over a handful of quantities of the best sentence and its passage, none of which depends on
what else was found: cosines, shares of the question's rare words, names and numbers that are covered. Fitted on
CLAPNQ and SQuAD 2.0, with and without the gold article in the archive; the figures stand in weights.json.
"""

from collections.abc import Sequence

from rag.features import Candidate
from rag.weights import probability, weights

INPUTS = ("cos", "pcos", "best_cos", "cov", "ccov", "pcov", "pname", "pnum", "fit")


def inputs(ranked: Sequence[Candidate]) -> dict[str, float]:
    """The model's inputs, from the candidates in order of their score (at least one)."""
    best = ranked[0].features
    named = {name: best[name] for name in INPUTS if name in best}
    offered = sum(best[name] for name in ("o_num", "o_date", "o_person", "o_place", "o_why"))
    return {**named, "best_cos": max(c.features["cos"] for c in ranked[:3]), "fit": offered}


def confidence(ranked: Sequence[Candidate]) -> float:
    """The estimated probability that the archive answers the question, 0 to 1; 0 without candidates."""
    if not ranked:
        return 0.0
    return probability(weights().answerable.score(inputs(ranked)))
