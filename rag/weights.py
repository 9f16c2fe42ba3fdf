"""The fitted linear models, read from weights.json: numbers with names, and the figures they were fitted with.

There are two of each: one for what is known without the reader, one for what is known with it.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Linear:
    """bias + the sum of weight x feature, over named features."""

    bias: float
    weights: Mapping[str, float]

    def score(self, features: Mapping[str, float]) -> float:
        """The value for these features; one that is missing counts as 0."""
        return self.bias + sum(weight * features.get(name, 0.0) for name, weight in self.weights.items())


@dataclass(frozen=True, slots=True)
class Weights:
    """`sentence` ranks sentences (only differences mean anything); `answerable` gives log odds."""

    sentence: Linear
    answerable: Linear


@cache
def weights(read: bool = False) -> Weights:
    """The weights that ship with Byline, for what is known with the reader (`read`) or without it.

    `byline eval calibrate --data DIR` makes the file anew.
    """
    raw = json.loads(files("rag").joinpath("weights.json").read_text("utf-8"))["read" if read else "unread"]
    models = (raw["sentence"], raw["answerable"])
    return Weights(*(Linear(float(model["bias"]), model["weights"]) for model in models))


def probability(log_odds: float) -> float:
    """The logistic function, safe for any size."""
    if log_odds >= 0:
        return 1.0 / (1.0 + math.exp(-log_odds))
    return math.exp(log_odds) / (1.0 + math.exp(log_odds))
