"""Byline's own news stories as examples: a shipped set whose every answer stands word for word in a sentence.

Half of the questions are near misses: the story is about what is asked and does not say it.
"""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.benchmarks.bench import read_lines
from eval.cases import QUESTIONS, Case, load_cases
from eval.metrics import holds
from eval.reader.data import Example, there
from index.chunk import chunk
from index.embed.reader import PASSAGE
from index.errors import EvalError
from index.records import Article, Span

NEWS = "news"
LEARNT, HELD = (Path(__file__).parents[1] / "sets" / name for name in ("news-learnt", NEWS))
_ELSEWHERE = 0.5  # share of the other passages of the story that an answered question is asked of, too
Offsets = Callable[[str], NDArray[np.int64]]


def stories(folder: Path) -> tuple[dict[str, Article], tuple[Case, ...]]:
    """The articles of a set by id, and its questions."""
    articles = {}
    for row in read_lines(there(folder / "articles.jsonl")):
        fields = (row[name] for name in ("id", "text", "title", "url", "outlet", "author", "published"))
        articles[row["id"]] = Article(*fields)
    return articles, load_cases(there(folder / QUESTIONS))


def news(folder: Path, offsets: Offsets, draw: random.Random) -> list[Example]:
    """Each question with the passages of its story: the one that answers, and others as no answer.

    The story's text is cut as an archive cuts it. `offsets`: the (start, end) code points of a text's tokens.
    """
    articles, cases = stories(folder)
    places = {id: place for place, id in enumerate(articles)}
    windows = {id: [one.span for one in chunk(a.text, offsets(a.text), PASSAGE)] for id, a in articles.items()}
    found: list[Example] = []
    for case in cases:
        id = case.id.rsplit("-", 1)[0]
        found += _of(case, articles[id], windows[id], places[id], draw)
    return found


def answer_of(case: Case, article: Article) -> Span | None:
    """Where the article's text answers; None for a question that it does not answer.

    Raises:
        EvalError: the answer does not stand word for word in the sentence that is given for it.
    """
    if not case.answerable:
        return None
    quote = case.evidence[0][0].quote
    at, inside = article.text.find(quote), quote.find(case.answer)
    if at < 0 or inside < 0 or not case.answer:
        raise EvalError(f"Question '{case.id}': its answer does not stand in its article. Mend the set.")
    return Span(at + inside, at + inside + len(case.answer))


def _of(case: Case, article: Article, windows: list[Span], place: int, draw: random.Random) -> Iterator[Example]:
    answer = answer_of(case, article)
    for window in windows:
        passage = window.of(article.text)
        spans: tuple[Span, ...] = ()
        if answer and window.start <= answer.start and answer.end <= window.end:
            spans = (Span(answer.start - window.start, answer.end - window.start),)
        elif answer and (holds(passage, case.answer) or draw.random() >= _ELSEWHERE):
            continue
        yield Example(case.question, article.title, passage, spans, NEWS, article.id, place)
