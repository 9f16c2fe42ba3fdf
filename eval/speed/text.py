"""Real articles and real questions, and which articles each of the measured filters lets through."""

import dataclasses
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from pathlib import Path

from eval.benchmarks import BENCHMARKS
from eval.cases import QUESTIONS, load_cases, spread
from eval.run import SETS
from index.errors import EvalError
from index.read import Found, read_paths
from index.records import Article, Where

QUESTIONS_ASKED = 200
_FIRST_DAY = date(2001, 1, 1)
_OUTLETS = {7: "Rare Gazette"}  # by the number of the article, modulo 1,000
FILTERS = {
    "0.1 %": Where(outlet=_OUTLETS[7]),
    "1 %": Where(since="2001-01-04", until="2001-01-04"),
    "10 %": Where(outlet="Tenth Post"),
    "nothing": Where(outlet="No Such Paper"),
}


@dataclass(frozen=True, slots=True)
class Texts:
    """What was read: articles in a fixed random order, questions, and where they come from. `real` without --data is
    False: the sample is too small, and is repeated."""

    articles: tuple[Article, ...]
    questions: tuple[str, ...]
    source: str
    real: bool


def read(data: Path | None) -> Texts:
    """The articles and questions under `data`: folders named like the benchmarks, or articles that Byline reads.

    Raises:
        EvalError: there are none.
    """
    sample = SETS / "sample"
    asked = tuple(case.question for case in load_cases(sample / QUESTIONS) if not case.history)
    if data is None:
        return Texts(_shuffled(_files(sample / "articles.jsonl")), asked, "the shipped sample", False)
    if not data.is_dir():
        raise EvalError(f"{data} is not a folder. Point --data at a folder of articles or of public sets.")
    corpora = [BENCHMARKS[name].load(path) for name, path in _sets(data)]
    if not corpora:
        return Texts(_shuffled(_files(data)), asked, str(data), True)
    articles = [article for corpus in corpora for article in corpus.articles]
    share = QUESTIONS_ASKED // len(corpora)
    questions = [case.question for corpus in corpora for case in spread(corpus.cases, share)]
    return Texts(_shuffled(articles), tuple(questions), ", ".join(path.name for _, path in _sets(data)), True)


def stream(articles: Sequence[Article]) -> Iterator[tuple[Article, bool]]:
    """The articles over and over, with whether it is the first time; each later copy is numbered, to be another one."""
    for turn in count():
        for article in articles:
            if turn:
                text = f"Edition {turn}. {article.text}"
                article = dataclasses.replace(article, id=f"{article.id}-{turn}", text=text)
            yield article, turn == 0


def filed(article: Article, number: int) -> Article:
    """The article under an outlet and a day by which the filters let known shares through."""
    outlet = _OUTLETS.get(number % 1000) or ("Tenth Post" if number % 10 == 1 else "Daily")
    day = _FIRST_DAY + timedelta(days=number % 100)
    return dataclasses.replace(article, id=f"speed-{number}", outlet=outlet, published=day.isoformat())


def _sets(data: Path) -> list[tuple[str, Path]]:
    """The folders in `data` that are named after a benchmark ("squad2", "realtimeqa-2022")."""
    found = [(path.name.split("-")[0], path) for path in sorted(data.iterdir()) if path.is_dir()]
    return [(name, path) for name, path in found if name in BENCHMARKS]


def _files(path: Path) -> list[Article]:
    articles = [one.article for one in read_paths(path) if isinstance(one, Found)]
    if not articles:
        raise EvalError(f"{path} holds no article that Byline reads. Point --data at a folder of articles.")
    return articles


def _shuffled(articles: Sequence[Article]) -> tuple[Article, ...]:
    unique = list({article.id: article for article in articles}.values())
    random.Random(1).shuffle(unique)
    return tuple(unique)
