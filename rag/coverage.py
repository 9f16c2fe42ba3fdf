"""How much of a question stands in a text: its terms, each weighed by how rare it is in the archive. Pure."""

import math
from collections.abc import Callable, Mapping, Sequence, Set


def rarities(terms: Sequence[str], frequency: Callable[[str], int], passages: int) -> dict[str, float]:
    """BM25's idf of each term: log(1 + (N - n + .5) / (n + .5)).

    Args:
        frequency: in how many passages a term occurs.
        passages: how many there are in all.
    """
    found = {}
    for term in terms:
        n = min(frequency(term), passages)
        found[term] = math.log(1 + (passages - n + 0.5) / (n + 0.5))
    return found


def share(weights: Mapping[str, float], held: Set[str]) -> float:
    """The share of the terms' weight that a text holds, 0 to 1."""
    total = sum(weights.values())
    return sum([weight for term, weight in weights.items() if term in held]) / total if total else 0.0
