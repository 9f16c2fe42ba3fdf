"""Examples as tokens: `[CLS] question [SEP] title passage [SEP]`, with the tokens at which an answer starts and ends.

The tokens are those of the bundled model. Its tokenizer cuts at blanks first, so that the parts can be encoded apart.
"""

import hashlib
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from eval.reader.data import Example
from index.chunk import chunk
from index.embed import bundled_path
from index.embed.bert import tokenizer
from index.embed.reader import PASSAGE, laid_out
from index.records import Span


@dataclass(frozen=True, slots=True)
class Encoded:
    """Token ids; where the second part and the passage begin; where an answer may start and end (0: no answer)."""

    ids: tuple[int, ...]
    second: int
    passage: int
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    weight: float


class Tokens:
    """The bundled model's tokenizer."""

    def __init__(self) -> None:
        encode = tokenizer(bundled_path()).encode
        # Paragraphs come with their questions one after another, and each is asked for its ids and its offsets.
        self._encode = lru_cache(256)(lambda text: encode(text, add_special_tokens=False))

    def ids(self, text: str) -> list[int]:
        """The tokens of a text, without marks around it."""
        found: list[int] = self._encode(text).ids
        return found

    def offsets(self, text: str) -> NDArray[np.int64]:
        """The (start, end) code points of each token, shape (tokens, 2)."""
        found = self._encode(text).offsets
        return np.asarray(found, dtype=np.int64).reshape(-1, 2)

    def size(self, text: str) -> int:
        """How many tokens a text has."""
        return len(self.ids(text))


def windowed(example: Example, offsets: NDArray[np.int64], draw: random.Random) -> Example | None:
    """The example with one window of its passage: that with most of the answer; by chance where there is none.

    None where an answer lies across windows, so that none holds it.
    """
    if len(offsets) <= PASSAGE:
        return example
    windows = [one.span for one in chunk(example.passage, offsets, PASSAGE)]
    if not example.spans:
        window = draw.choice(windows)
        return replace(example, passage=window.of(example.passage))
    held = [[within(span, window, example.whole) for span in example.spans] for window in windows]
    best = max(range(len(windows)), key=lambda i: sum(len(span) for span in held[i] if span))
    spans = tuple(span for span in held[best] if span)
    return replace(example, passage=windows[best].of(example.passage), spans=spans) if spans else None


def within(span: Span, window: Span, clip: bool = False) -> Span | None:
    """The span counted from the window's start: what lies in it with `clip`, else all of it or None."""
    shared = span.overlap(window)
    if not shared or (shared < len(span) and not clip):
        return None
    start = max(span.start, window.start) - window.start
    return Span(start, start + shared)


def encoded(example: Example, tokens: Tokens) -> Encoded:
    """The example as tokens."""
    text = laid_out(tokens.ids(example.question), tokens.ids(example.title), tokens.ids(example.passage))
    starts, ends = marks(example, tokens.offsets(example.passage))
    return Encoded(
        text.ids,
        text.second,
        text.passage,
        tuple(text.passage + i for i in starts) or (0,),
        tuple(text.passage + i for i in ends) or (0,),
        example.weight,
    )


def marks(example: Example, offsets: NDArray[np.int64]) -> tuple[list[int], list[int]]:
    """The tokens of the passage at which an answer may start, and end."""
    starts: set[int] = set()
    ends: set[int] = set()
    for span in example.spans:
        inside = np.flatnonzero((offsets[:, 1] > span.start) & (offsets[:, 0] < span.end)).tolist()
        starts.update(inside if example.whole else inside[:1])
        ends.update(inside if example.whole else inside[-1:])
    return sorted(starts), sorted(ends)


def all_windowed(examples: Iterable[Example], tokens: Tokens, draw: random.Random) -> list[Example]:
    """The examples with passages short enough; those that no window holds are left out."""
    found = (windowed(one, tokens.offsets(one.passage), draw) for one in examples)
    return [one for one in found if one]


def digest(*groups: Sequence[Encoded]) -> str:
    """sha256 of encoded examples: the same where training would see the same."""
    told = hashlib.sha256()
    for group in groups:
        for one in group:
            told.update(repr((one.ids, one.passage, one.starts, one.ends, one.weight)).encode())
        told.update(b"|")
    return told.hexdigest()
