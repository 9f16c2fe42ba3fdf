"""SQuAD 2.0: does the right paragraph come first, and does the first quoted sentence hold the answer?

Under the path stands dev-v2.0.json or dev-v2.0.json.gz in the published layout. Every paragraph is an article whose
title is that of its page, underscores printed as spaces. Its questions were written by people who saw the paragraph,
and the bundled embedder was trained on their siblings: retrieval looks better here than on news.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from eval.benchmarks.bench import OPEN, Bench, Corpus, article_rank, quotes, read_json
from eval.cases import Case, EvidenceItem
from eval.metrics import Figure, auc, hit_at_k, holds, mean
from eval.rows import Row, refusal_figures, seconds
from index.errors import EvalError
from index.records import Article

FILES = ("dev-v2.0.json", "dev-v2.0.json.gz")
_DEPTH = 50  # passages looked at for the rank of the gold paragraph: deep enough to leave MRR as if uncut


def load(path: Path) -> Corpus:
    """Read the paragraphs and questions.

    Raises:
        EvalError: the file is missing or laid out otherwise.
    """
    file = next((path / name for name in FILES if (path / name).is_file()), path)
    if not file.is_file():
        raise EvalError(f"{path} holds neither {FILES[0]} nor {FILES[1]}. Point --data at the folder with one of them.")
    try:
        read = list(_paragraphs(read_json(file)))
    except (KeyError, TypeError, AttributeError) as error:
        raise EvalError(f"{file} is not laid out like SQuAD 2.0: {error!r}") from error
    return Corpus(tuple(article for article, _ in read), tuple(case for _, cases in read for case in cases))


def _paragraphs(value: Any) -> Iterator[tuple[Article, list[Case]]]:
    for page in value["data"]:
        title = page["title"].replace("_", " ")
        for number, paragraph in enumerate(page["paragraphs"]):
            article = Article(id=f"{page['title']}#{number}", text=paragraph["context"], title=title)
            yield article, [_case(question, article.id) for question in paragraph["qas"]]


def _case(question: Any, article: str) -> Case:
    answers = tuple(dict.fromkeys(answer["text"] for answer in question["answers"]))
    answerable = not question["is_impossible"]
    evidence = (tuple(EvidenceItem(article, text) for text in answers),) if answerable else ()
    kind = "answerable" if answerable else "unanswerable"
    return Case(question["id"], question["question"], (), evidence, answers[0] if answers else "", answerable, kind)


def measure(bench: Bench) -> tuple[Sequence[Figure], Sequence[Row]]:
    """Answerable questions asked without refusing, then all of them with the job's settings."""
    answerable = [case for case in bench.cases if case.answerable]
    unrefused = bench.ask(answerable, "never refusing", _DEPTH, **OPEN)
    default = bench.ask(bench.cases, "default settings", 1)
    return [*_answers(unrefused), *_refusals(default), *seconds(default)], [*unrefused, *default]


def _answers(rows: Sequence[Row]) -> list[Figure]:
    return [
        mean("gold paragraph hit@1", [hit_at_k(row.found_articles, 1) for row in rows]),
        mean("gold paragraph MRR", [article_rank(row) for row in rows]),
        mean("first citation holds a gold answer", [float(_first_holds(row)) for row in rows]),
        mean("... and is of the gold paragraph", [float(_first_holds(row) and _first_gold(row)) for row in rows]),
        mean("any citation holds a gold answer", [float(any(_holds(row, q) for q in quotes(row))) for row in rows]),
        mean("citations, never refusing", [float(len(row.citations)) for row in rows]),
    ]


def _refusals(rows: Sequence[Row]) -> list[Figure]:
    sure = [row.answer.confidence for row in rows if row.case.answerable]
    unsure = [row.answer.confidence for row in rows if not row.case.answerable]
    said = [float(row.answer.answered) for row in rows if row.case.answerable]
    return [
        Figure("AUC of the confidence", auc(sure, unsure), len(rows)),
        mean("answerable answered, default settings", said),
        *refusal_figures(rows),
    ]


def _holds(row: Row, quote: str) -> bool:
    return any(holds(quote, item.quote) for group in row.case.evidence for item in group)


def _first_holds(row: Row) -> bool:
    return any(_holds(row, quote) for quote in quotes(row)[:1])


def _first_gold(row: Row) -> bool:
    return any(place.article in row.gold for place in row.citations[:1])
