"""Byline's own news stories as examples: a shipped set whose every answer stands word for word in a sentence.

Half of the questions are near misses: the story is about what is asked and does not say it. They are asked of the
passage that shares most words with them, and like the others of some of the rest.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.cases import QUESTIONS, Case, load_cases
from eval.folds import NEWS
from eval.metrics import holds
from eval.reader.data import Example, there
from eval.reader.encode import within
from index.chunk import chunk
from index.embed.reader import PASSAGE
from index.errors import EvalError
from index.lexical import analyse, query_terms
from index.read import LIMIT
from index.read.jsonl import read
from index.records import Article, Skipped, Span

LEARNT, HELD, BACKGROUND = (Path(__file__).parents[1] / "sets" / name for name in ("news-learnt", NEWS, "background"))
_ELSEWHERE = 0.25  # share of the story's other passages of which a question is asked, too
Offsets = Callable[[str], NDArray[np.int64]]


def stories(folder: Path) -> dict[str, Article]:
    """The articles of a set by id, as an archive reads them.

    Raises:
        EvalError: there are none, or one cannot be read.
    """
    path = str(there(folder / "articles.jsonl"))
    found: dict[str, Article] = {}
    for one in read(path, path, LIMIT):
        if isinstance(one, Skipped):
            raise EvalError(f"{one.source}: {one.reason}")
        found[one.article.id] = one.article
    return found


def asked(folder: Path) -> tuple[Case, ...]:
    """The questions of a set."""
    return load_cases(there(folder / QUESTIONS))


def story_of(case: Case, articles: Mapping[str, Article]) -> Article:
    """The story that a question is asked of, answered or not: its id is the story's, a dash and a number.

    Raises:
        EvalError: there is no such story.
    """
    article = articles.get(case.id.rpartition("-")[0])
    if article is None:
        raise EvalError(f"Question '{case.id}': its id must be that of its article, a dash and a number.")
    return article


def news(folder: Path, offsets: Offsets, draw: random.Random) -> list[Example]:
    """Each question with the passages of its story: the one that answers, and others as no answer.

    The story's text is cut as an archive cuts it. `offsets`: the (start, end) code points of a text's tokens.
    """
    articles = stories(folder)
    places = {id: place for place, id in enumerate(articles)}
    windows = {id: [one.span for one in chunk(a.text, offsets(a.text), PASSAGE)] for id, a in articles.items()}
    found: list[Example] = []
    for case in asked(folder):
        article = story_of(case, articles)
        found += _of(case, article, windows[article.id], places[article.id], draw)
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


def nearest(question: str, passages: Sequence[str]) -> int:
    """The first of the passages that hold the most of a question's terms: the likeliest to be taken for an answer."""
    wanted = frozenset(query_terms(question))
    return max(range(len(passages)), key=lambda i: len(wanted.intersection(analyse(passages[i]))))


def _of(case: Case, article: Article, windows: list[Span], place: int, draw: random.Random) -> Iterator[Example]:
    answer = answer_of(case, article)
    passages = [window.of(article.text) for window in windows]
    likeliest = -1 if answer else nearest(case.question, passages)
    for i, (window, passage) in enumerate(zip(windows, passages, strict=True)):
        inside = within(answer, window) if answer else None
        if not (inside or i == likeliest) and ((answer and holds(passage, case.answer)) or draw.random() >= _ELSEWHERE):
            continue
        yield Example(case.question, article.title, passage, (inside,) if inside else (), NEWS, article.id, place)
