"""How well a reader does on questions that are held back."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from eval.metrics import auc, plain
from eval.reader.batches import padded
from eval.reader.data import Example
from eval.reader.encode import Encoded, Tokens
from eval.reader.model import log_odds
from index.records import Span
from index.sentences import sentences
from rag.spans import likeliest

_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Watched:
    """A held-back question: as an example, as tokens, and where the tokens of its passage stand in it."""

    example: Example
    encoded: Encoded
    offsets: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Read:
    """The best span of a passage, and by how much it is better than no answer."""

    span: Span
    score: float


def watched(examples: Sequence[Example], encoded: Sequence[Encoded], tokens: Tokens) -> list[Watched]:
    """Examples made ready for watching."""
    return [
        Watched(one, its, tokens.offsets(one.passage)) for one, its in zip(examples, encoded, strict=True)
    ]  # fmt: skip


def figures(model: Any, held: Sequence[Watched]) -> dict[str, float]:
    """Span F1, exact match and the share of right sentences over the answerable ones; AUC of whether one answers."""
    order = sorted(range(len(held)), key=lambda i: len(held[i].encoded.ids))
    reads: list[tuple[Watched, Read]] = []
    model.eval()
    with torch.inference_mode():
        for at in range(0, len(order), _AT_ONCE):
            some = [held[i] for i in order[at : at + _AT_ONCE]]
            found = log_odds(model, padded([one.encoded for one in some])).numpy()
            reads += [(one, best(odds, one)) for one, odds in zip(some, found, strict=True)]
    model.train()
    yes = [(one.example, read) for one, read in reads if one.example.spans]
    no = [read.score for one, read in reads if not one.example.spans]
    count = max(1, len(yes))
    return {
        "f1": sum(f1_of(one, read.span) for one, read in yes) / count,
        "exact": sum(exact(one, read.span) for one, read in yes) / count,
        "sentence": sum(right_sentence(one, read.span) for one, read in yes) / count,
        "auc": auc([read.score for _, read in yes], no),
        "answerable": len(yes),
        "unanswerable": len(no),
    }


def best(odds: NDArray[np.float32], one: Watched) -> Read:
    """The best span of a short answer's length. `odds`: log p of start and end, shape (tokens, 2)."""
    first, size = one.encoded.passage, len(one.offsets)
    start, end, both = likeliest(odds[first : first + size, 0], odds[first : first + size, 1])
    span = Span(int(one.offsets[start, 0]), int(one.offsets[end, 1]))
    return Read(span, both - float(odds[0].sum()))


def f1(said: str, gold: str) -> float:
    """F1 of the words that two answers share, as SQuAD counts it (Rajpurkar et al., 2016). Range: 0 to 1."""
    mine, theirs = plain(said).split(), plain(gold).split()
    shared = sum((Counter(mine) & Counter(theirs)).values())
    return 2 * shared / (len(mine) + len(theirs)) if shared else 0.0


def f1_of(one: Example, span: Span) -> float:
    """F1 against the gold answer that is nearest."""
    return max(f1(span.of(one.passage), gold.of(one.passage)) for gold in one.spans)


def exact(one: Example, span: Span) -> bool:
    """Whether the span says the same words as a gold answer."""
    return any(plain(span.of(one.passage)) == plain(gold.of(one.passage)) for gold in one.spans)


def right_sentence(one: Example, span: Span) -> bool:
    """Whether the sentence in which the span starts holds some of a gold answer."""
    holding = [s for s in sentences(one.passage) if s.start <= span.start < s.end]
    return any(s.overlap(gold) for s in holding for gold in one.spans)
