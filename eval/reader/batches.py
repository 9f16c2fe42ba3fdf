"""Encoded examples as batches of like length, in an order that seed and epoch settle."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.reader.encode import Encoded

SIZE = 16
_SORTED = 50  # so many batches are sorted by length together
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Batch:
    """Arrays of shape (examples, tokens): what the model reads, and where an answer may be, start and end."""

    ids: NDArray[np.int64]
    types: NDArray[np.int64]
    real: NDArray[np.int64]
    allowed: Bools
    starts: Bools
    ends: Bools
    weights: NDArray[np.float32]


def order(sizes: Sequence[int], seed: int, epoch: int) -> list[list[int]]:
    """The batches of an epoch, as positions."""
    draw = random.Random(f"{seed} {epoch}")
    places = list(range(len(sizes)))
    draw.shuffle(places)
    out = []
    for i in range(0, len(places), SIZE * _SORTED):
        like = sorted(places[i : i + SIZE * _SORTED], key=lambda place: sizes[place])
        out += [like[j : j + SIZE] for j in range(0, len(like), SIZE)]
    draw.shuffle(out)
    return out


def padded(examples: Sequence[Encoded]) -> Batch:
    """The examples side by side, filled up to the longest. An answer is at [CLS] or in the passage, nowhere else."""
    shape = len(examples), max(len(one.ids) for one in examples)
    ids, types, real = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    allowed, starts, ends = (np.zeros(shape, dtype=np.bool_) for _ in range(3))
    for row, one in enumerate(examples):
        size = len(one.ids)
        ids[row, :size] = one.ids
        types[row, one.second : size] = 1
        real[row, :size] = 1
        allowed[row, 0] = True
        allowed[row, one.passage : size - 1] = True
        starts[row, list(one.starts)] = True
        ends[row, list(one.ends)] = True
    weights = np.asarray([one.weight for one in examples], dtype=np.float32)
    return Batch(ids, types, real, allowed, starts, ends, weights)
