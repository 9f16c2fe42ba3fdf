"""Made passages for sizes that no shipped text reaches: Zipf's words, and real vectors with noise.

A made passage has the vector of a real passage turned away from it until the cosine is .85 on average, and
sentences made from that passage's in the same way. Its words say nothing: they have the frequencies of real ones.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from index.chunk import Chunk
from index.embed import Encoded, unit
from index.records import Article, Span

COSINE = 0.85
PASSAGES = 5  # in an article
_WORDS = 22  # in a sentence, on average: about 140 characters
_SHIFT = 2.7  # Mandelbrot's: flattens the head of the curve, as in English
Matrix = NDArray[np.float32]
Made = tuple[Article, list[Chunk], list[Encoded]]


@dataclass(frozen=True, slots=True)
class Seeds:
    """What is made passages are made of: words by falling frequency; vectors of real passages and their sentences."""

    words: NDArray[np.object_]
    passages: Matrix
    sentences: Sequence[Matrix]


def vocabulary(texts: Iterable[Sequence[str]]) -> NDArray[np.object_]:
    """Every word of these texts, the most frequent first."""
    counted: Counter[str] = Counter()
    for words in texts:
        counted.update(words)
    return np.asarray([word for word, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))], object)


def noisy(vectors: Matrix, draw: np.random.Generator) -> Matrix:
    """Unit vectors whose cosine to the given ones is COSINE on average."""
    noise = unit(draw.standard_normal(vectors.shape, dtype=np.float32))
    along = (noise * vectors).sum(axis=1, keepdims=True)
    aside = unit(noise - along * vectors)  # at a right angle, so that few dimensions do not change the mean
    return unit(COSINE * vectors + np.sqrt(1 - COSINE**2) * aside)


def articles(seeds: Seeds, passages: int, seed: int) -> Iterator[Made]:
    """Articles of PASSAGES passages each (the last may have fewer) until there are `passages`."""
    draw = np.random.default_rng(seed)
    weights = 1 / (np.arange(len(seeds.words)) + 1 + _SHIFT)
    curve = np.cumsum(weights / weights.sum())
    left = passages
    while left > 0:
        count = min(PASSAGES, left)
        left -= count
        yield _article(seeds, curve, count, draw)


def _article(seeds: Seeds, curve: NDArray[np.float64], count: int, draw: np.random.Generator) -> Made:
    sentences = draw.integers(6, 9, count)
    lengths = draw.integers(_WORDS - 6, _WORDS + 7, int(sentences.sum()))
    ranks = np.minimum(np.searchsorted(curve, draw.random(int(lengths.sum()))), len(seeds.words) - 1)
    words = seeds.words[ranks].tolist()
    edges = [0, *accumulate(lengths.tolist())]
    written = [_sentence(words[a:b]) for a, b in pairwise(edges)]
    picks = draw.integers(0, len(seeds.passages), count)
    vectors = noisy(seeds.passages[picks], draw)
    chunks, encoded, at, start = [], [], 0, 0
    for vector, pick, number in zip(vectors, picks.tolist(), sentences.tolist(), strict=True):
        spans = []
        for text in written[at : at + number]:
            spans.append(Span(start, start + len(text)))
            start += len(text) + 1
        chunks.append(Chunk(Span(spans[0].start, spans[-1].end), tuple(spans)))
        inner = seeds.sentences[pick]
        encoded.append(Encoded(vector, noisy(inner[np.arange(number) % len(inner)], draw)))
        at += number
    return Article("", " ".join(written), title=" ".join(words[:6]).capitalize(), language="en"), chunks, encoded


def _sentence(words: list[str]) -> str:
    return " ".join(words).capitalize() + "."
