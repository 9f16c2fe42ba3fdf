"""What the reader says of each sentence: how likely it answers, and the few words in it that do. Pure but for reading.

The reader is slower than all else a question needs, so it reads the best passages only.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.embed import Odds, Vectors
from index.records import Span
from index.words import FUNCTION_WORDS, words
from rag.offers import DAYS
from rag.retrieve import Found

PASSAGES = 5  # the best, which are read
LONGEST, SHORT = 14, 60  # tokens and characters of a short answer, at most
_FURTHER = 0.1  # what each further token of a span costs, in log p
_WORD = re.compile(  # "Stoke-on-Trent" and "Covid-19" are one word, "Lund-based" and "Lund-Holm" two
    r"[$£€¥]?\d+(?:[.,]\d+)*%?|[^\W\d_]+(?:(?:-[a-z]+)+-[A-Z][^\W\d_]*|-\d+)?"
)
_WORD_LENGTH = 40
_NAME = r"[A-Z][\w’'&-]*\.?"
_NAME_GOES_ON = re.compile(rf"(?: {_NAME})+(?<!\.)")
_NAME_BEFORE = re.compile(rf"(?:{_NAME} )+$")
Place = tuple[str, int]  # an article's id, and where a sentence of it starts


class Reader(Protocol):
    """Anything that tells where a passage may answer. It may be called from several threads."""

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Odds]:
        """What it says of each (title, passage)."""
        ...


@dataclass(frozen=True, slots=True)
class Told:
    """Of a sentence, in log odds against its passage holding no answer.

    Attributes:
        holds: that an answer starts and ends somewhere in it.
        best: that `span` is the answer, the likeliest one of at most 14 tokens.
        span: of the text that was read; of the article once `read_over` has put it there.
    """

    holds: float
    best: float
    span: Span


def read_over(reader: Reader, question: str, found: Sequence[Found]) -> dict[Place, Told]:
    """What the reader says of the sentences of the best passages."""
    first = found[:PASSAGES]
    passages = [one.hit.passage for one in first]
    read = reader.read(question, [(passage.article.title, passage.text) for passage in passages])
    out: dict[Place, Told] = {}
    for one, passage, odds in zip(first, passages, read, strict=True):
        start = passage.span.start
        spans = [Span(span.start - start, span.end - start) for span in one.sentences]
        for sentence, said in zip(one.sentences, told(odds, spans), strict=True):
            if said:
                span = Span(said.span.start + start, said.span.end + start)
                span = whole_name(passage.article.text, whole(passage.article.text, span))
                out[passage.article.id, sentence.start] = Told(said.holds, said.best, span)
    return out


def whole(text: str, span: Span) -> Span:
    """The span with all of the words at its edges: the reader's tokens cut "1,400" in three and "Chick-fil-A"
    in five."""
    first = max(0, span.start - _WORD_LENGTH)
    found = [
        (first + word.start(), first + word.end()) for word in _WORD.finditer(text[first : span.end + _WORD_LENGTH])
    ]
    touched = [word for word in found if word[0] < span.end and word[1] > span.start]
    return Span(min([span.start, *(word[0] for word in touched)]), max([span.end, *(word[1] for word in touched)]))


def whole_name(text: str, span: Span) -> Span:
    """The span with the rest of a name at its edges: "Dartmouth" becomes "Dartmouth College", "Joe Biden" gets his
    office. The same where that makes more than 60 characters."""
    first, last = span.of(text)[:1], span.of(text).rsplit(" ", 1)[-1][:1]
    start, end = span.start, span.end
    if last.isupper() and (after := _NAME_GOES_ON.match(text, end)):
        end = after.end()
    if first.isupper() and (before := _NAME_BEFORE.search(text[max(0, start - SHORT) : start])):
        start -= len(_without_first_words(before.group()))
    return Span(start, end) if end - start <= SHORT else span


def _without_first_words(names: str) -> str:
    """What is left of words in capitals without those at its start that begin sentences or name days."""
    while names and (words(names)[:1] or [""])[0] in FUNCTION_WORDS | DAYS:
        names = names.partition(" ")[2]
    return names


def told(odds: Odds, sentences: Sequence[Span]) -> list[Told | None]:
    """What is said of each sentence (spans of the passage that was read); None where none of its tokens was read."""
    return [_of(odds, np.flatnonzero(_inside(odds.offsets, sentence))) for sentence in sentences]


def _inside(offsets: NDArray[np.int64], sentence: Span) -> NDArray[np.bool_]:
    return (offsets[:, 0] >= sentence.start) & (offsets[:, 1] <= sentence.end)


def _of(odds: Odds, places: NDArray[np.int64]) -> Told | None:
    if not len(places):
        return None
    starts, ends = odds.starts[places], odds.ends[places]
    start, end, best = likeliest(starts, ends)
    span = Span(int(odds.offsets[places[start], 0]), int(odds.offsets[places[end], 1]))
    holds = float(np.logaddexp.reduce(starts) + np.logaddexp.reduce(ends)) - odds.none
    return Told(holds, best - odds.none, span)


def likeliest(starts: Vectors, ends: Vectors) -> tuple[int, int, float]:
    """The first and the last token of the likeliest span of at most 14, and its log p, from log p of each token as its
    start and as its end, shape (tokens,) each. Of spans that are nearly as likely the shorter: "The union" before "The
    union called the plan a betrayal"."""
    both = starts[:, None] + ends[None, :]
    size = len(starts)
    apart = np.arange(size)[None, :] - np.arange(size)[:, None]
    both[(apart < 0) | (apart >= LONGEST)] = -np.inf
    start, end = divmod(int((both - _FURTHER * apart).argmax()), size)
    return start, end, float(both[start, end])
