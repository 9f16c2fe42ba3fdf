"""Cutting an article into passages that the embedder can read whole. Text is cut, never copied.

langchain-text-splitters packs the sentences; its lengths are counted in the embedder's own tokens, which are
found once for the whole article. With overlap 0, and nothing stripped, its pieces re-join to the exact text, so a
running sum is the offset: the search that `add_start_index` makes is wrong when length is not characters
(langchain#29884).
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.records import Span
from index.sentences import sentences, trim

_LONGEST_WORD = 24  # characters a token may stand for: an endless "word" is one token to the tokenizer, not to a reader


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage's span in its article, and its sentences as spans in the article."""

    span: Span
    sentences: tuple[Span, ...]


class _Piece(str):
    """A stretch of text that knows its length in tokens."""

    tokens: int


def chunk(text: str, offsets: NDArray[np.int64], limit: int) -> list[Chunk]:
    """Cut `text` into passages of at most `limit` tokens, at sentence ends wherever a sentence fits.

    `offsets` holds the (start, end) code points of every token of `text`, in order, shape (tokens, 2).
    The passages cover every non-blank character, in order, without overlap.
    """
    starts = offsets[:, 0]
    units = [part for unit in sentences(text) for part in _fit(text, unit, starts, limit)]
    if not units:
        return []
    edges = [0, *[unit.start for unit in units[1:]], len(text)]
    pieces = [_measured(text, a, b, starts) for a, b in pairwise(edges)]
    chunks: list[Chunk] = []
    at = first = 0
    for joined in _splitter(limit).merge(pieces):
        span = trim(text, at, at + len(joined))
        at += len(joined)
        last = first
        while last < len(units) and units[last].end <= at:
            last += 1
        if span is None or last == first or text[span.start : span.end] != joined.strip():
            raise AssertionError("the splitter's pieces do not re-join to the article's text")
        chunks.append(Chunk(span, tuple(units[first:last])))
        first = last
    if at != len(text) or first != len(units):
        raise AssertionError("the splitter lost text")
    return chunks


def _weight(text: str, start: int, end: int, starts: NDArray[np.int64]) -> int:
    """Tokens in a range, or the characters they may stand for, whichever is more."""
    low, high = np.searchsorted(starts, (start, end))
    return max(int(high - low), -(-(end - start) // _LONGEST_WORD))


def _measured(text: str, start: int, end: int, starts: NDArray[np.int64]) -> _Piece:
    piece = _Piece(text[start:end])
    piece.tokens = _weight(text, start, end, starts)
    return piece


def _fit(text: str, unit: Span, starts: NDArray[np.int64], limit: int) -> list[Span]:
    """The sentence itself, or pieces of it that fit: cut at a blank where there is one, at a token otherwise."""
    parts: list[Span] = []
    start = unit.start
    while start < unit.end and _weight(text, start, unit.end, starts) > limit:
        token = int(np.searchsorted(starts, start)) + limit
        end = min(unit.end, start + limit * _LONGEST_WORD, int(starts[token]) if token < len(starts) else unit.end)
        blank = text.rfind(" ", start + 1, end)
        end = blank if blank > start + (end - start) // 2 else end
        part = trim(text, start, max(end, start + 1))
        if part:
            parts.append(part)
        start = max(end, start + 1)
    rest = trim(text, start, unit.end)
    return [*parts, rest] if rest else parts


def _splitter(limit: int) -> Any:
    from langchain_text_splitters import TextSplitter  # late: it brings pydantic and more

    class SentencePacker(TextSplitter):  # type: ignore[misc]
        """Packs measured pieces, the way langchain's own sentence splitters (NLTK, Konlpy) do."""

        def split_text(self, text: str) -> list[str]:
            raise NotImplementedError("pieces come measured: use merge()")

        def merge(self, pieces: list[_Piece]) -> list[str]:
            return list(self._merge_splits(pieces, ""))

    return SentencePacker(
        chunk_size=limit,
        chunk_overlap=0,
        length_function=lambda piece: getattr(piece, "tokens", 0),
        strip_whitespace=False,
    )
