"""RealTimeQA 2022: quiz questions about the week's news, and the articles that the quiz linked to.

Under the path stand *_qa.jsonl and *_gold.jsonl. How they are read:
- an article is kept when its text has at least 200 characters; one article a URL, the first met. Text, URL, date and
  authors go in; there are no titles. Of the 22 weeks from 17 June to 11 November 2022 that keeps 218 articles. 14 of
  them are nothing but the same feedback form of a video player, and 2 are one story at two addresses.
- a question is asked when at least one of its gold articles is kept: 206 of 639.
- `answer` is an index into `choices`, from 0. The answer string and an article are compared in lower case, without
  Unicode punctuation (taken out, not replaced by a space) and without a, an, the; the article holds the answer when
  it contains that string. 166 of the 206 questions have a gold article that holds it. (With ASCII's punctuation
  alone it would be 165: the quiz prints curly quotation marks.)
- all articles (`load_all`): the same questions, searched among the articles of *_gold.jsonl and of *_gcs.jsonl, the
  finds of a search engine that came with the first six weeks: 1,294 of at least 200 characters. One a URL, the first
  met, gold before found. Those of *_gcs.jsonl have titles, which go in.
- days: "this week" is counted from the day of the computer's clock, of which the archive has no article, and so leaves
  nothing out; in the last pass it is counted from the question's own day.
- left out: before a question is asked, its gold articles are removed from a copy of the archive, and put back after.
  A copy of the text at another address stays.
"""

import ast
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval.benchmarks.bench import OPEN, Bench, Corpus, article_rank, quotes, read_lines
from eval.benchmarks.ranking import pool
from eval.cases import Case, EvidenceItem, locate
from eval.metrics import Figure, hit_at_k, holds, mean, short_right
from eval.progress import watched
from eval.rows import Row, seconds
from eval.run import Asker, ask, finder
from index.dates import parse_published
from index.errors import EvalError
from index.records import Article

SHORTEST = 200
MEASURES = ("Success@1", "Success@10", "RR")
HELD, NOT_HELD = "answer in gold", "answer not in gold"


def load(path: Path) -> Corpus:
    """Read articles and questions.

    Raises:
        EvalError: the files are missing or laid out otherwise.
    """
    questions, golds = sorted(path.glob("*_qa.jsonl")), sorted(path.glob("*_gold.jsonl"))
    if not questions or not golds:
        raise EvalError(f"{path} holds no *_qa.jsonl with *_gold.jsonl. Point --data at the folder with these files.")
    try:
        gold = {row["question_id"]: _articles(row["search_result"]) for file in golds for row in read_lines(file)}
        kept: dict[str, Article] = {}
        for articles in gold.values():
            for article in articles:
                kept.setdefault(article.id, article)
        cases = [case for file in questions for row in read_lines(file) if (case := _case(row, gold, kept))]
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise EvalError(f"The files in {path} are not laid out like RealTimeQA: {error!r}") from error
    held = sum(case.kind == HELD for case in cases)
    note = f"{len(kept)} articles kept; {len(cases)} questions have one, {held} of them with the answer's words in it."
    return Corpus(tuple(kept.values()), tuple(cases), (note,))


def load_all(path: Path) -> Corpus:
    """Read the same questions, with all articles to search among.

    Raises:
        EvalError: the files are missing or laid out otherwise.
    """
    gold = load(path)
    articles = {article.id: article for article in gold.articles}
    try:
        for file in sorted(path.glob("*_gcs.jsonl*")):
            for row in read_lines(file):
                for article in _articles(row["search_result"]):
                    articles.setdefault(article.id, article)
    except (KeyError, TypeError, ValueError, SyntaxError) as error:
        raise EvalError(f"The files in {path} are not laid out like RealTimeQA: {error!r}") from error
    questions = {case.id: case.question for case in gold.cases}
    qrels = {case.id: dict.fromkeys(case.articles, 1) for case in gold.cases}
    return pool(list(articles.values()), questions, qrels, MEASURES)


def _articles(results: Any) -> list[Article]:
    found = ast.literal_eval(results) if isinstance(results, str) else results  # some files hold a printed list
    return [_article(result) for result in found if len(result.get("text") or "") >= SHORTEST]


def _article(result: Any) -> Article:
    return Article(
        id=result["url"],
        text=result["text"],
        title=result.get("title") or "",
        url=result["url"],
        author=", ".join(result.get("authors") or ()),
        published=parse_published(result.get("publish_date") or ""),
    )


def _case(row: Any, gold: dict[str, list[Article]], kept: dict[str, Article]) -> Case | None:
    urls = dict.fromkeys(article.id for article in gold.get(row["question_id"], ()))
    if not urls:
        return None
    answer = row["choices"][int(row["answer"][0])]
    kind = HELD if any(holds(kept[url].text, answer) for url in urls) else NOT_HELD
    evidence = (tuple(EvidenceItem(url, "") for url in urls),)
    today = row.get("question_date", "").replace("/", "-")
    return Case(row["question_id"], row["question_sentence"], (), evidence, answer, True, kind, today)


def measure(bench: Bench) -> tuple[Sequence[Figure], Sequence[Row]]:
    """All questions: without refusing, with the job's settings, and with their gold articles left out; then once more
    with the job's settings, as if asked on their own day."""
    own = bench.cases
    bench = replace(bench, cases=tuple(replace(case, today="") for case in own))
    unrefused = bench.ask(bench.cases, "never refusing", 50, **OPEN)
    default = bench.ask(bench.cases, "default settings", 1)
    without = list(_left_out(bench))
    on_day = bench.ask(own, "asked on their day", 1)
    told = [*_retrieval(unrefused), *_quoted(unrefused), *_default(default), *_refused(without), *_on_day(on_day)]
    return [*told, *seconds(default)], [*unrefused, *default, *without, *on_day]


def _left_out(bench: Bench) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="byline-eval-") as folder:
        copy = Path(folder) / "archive"
        shutil.copytree(bench.path, copy)
        with bench.assistant(copy) as assistant:
            find = finder(assistant.archive)
            gold = [locate(case, find) for case in bench.cases]
            for case, groups in watched(zip(bench.cases, gold, strict=True), "gold left out", len(gold)):
                with _without(assistant, sorted(case.articles)):
                    yield ask(assistant, case, groups, "gold left out", 1)


@contextmanager
def _without(assistant: Asker, ids: Sequence[str]) -> Iterator[None]:
    removed = [assistant.archive.article(name) for name in ids]
    assistant.archive.remove(ids)
    try:
        yield
    finally:
        assistant.archive.add_articles(removed)


def _retrieval(rows: Sequence[Row]) -> list[Figure]:
    return [
        mean("article hit@1", [hit_at_k(row.found_articles, 1) for row in rows]),
        mean("article MRR", [article_rank(row) for row in rows]),
    ]


def _quoted(rows: Sequence[Row]) -> list[Figure]:
    held = [row for row in rows if row.case.kind == HELD]
    return [
        mean("any citation holds the answer", [float(_holds(row, quotes(row))) for row in held]),
        mean("first citation holds the answer", [float(_holds(row, quotes(row)[:1])) for row in held]),
        mean("short answer right", [float(_short_right(row)) for row in held]),
        mean("short answer shown", [float(row.answer.short is not None) for row in held]),
        mean("citations, never refusing", [float(len(row.citations)) for row in held]),
    ]


def _default(rows: Sequence[Row]) -> list[Figure]:
    held = [row for row in rows if row.case.kind == HELD]
    answered = [row for row in held if row.answer.answered]
    return [
        mean("answered, answer in gold", [float(row.answer.answered) for row in held]),
        mean("answered, of all", [float(row.answer.answered) for row in rows]),
        mean("citations per answer, answer in gold", [float(len(row.citations)) for row in answered]),
    ]


def _on_day(rows: Sequence[Row]) -> list[Figure]:
    held = [row for row in rows if row.case.kind == HELD]
    read = [row.answer.period for row in rows]
    return [
        mean(
            "on their day: days filter, of all",
            [float(period is not None and period.applied == "filter") for period in read],
        ),
        mean("on their day: answered, answer in gold", [float(row.answer.answered) for row in held]),
        mean("on their day: first citation holds the answer", [float(_holds(row, quotes(row)[:1])) for row in held]),
        mean("on their day: any citation holds the answer", [float(_holds(row, quotes(row))) for row in held]),
    ]


def _refused(rows: Sequence[Row]) -> list[Figure]:
    held = [row for row in rows if row.case.kind == HELD]
    return [
        mean("gold left out: refused, of all", [float(not row.answer.answered) for row in rows]),
        mean("gold left out: refused, answer in gold", [float(not row.answer.answered) for row in held]),
    ]


def _short_right(row: Row) -> bool:
    short = row.answer.short
    return short is not None and short_right(short.of(row.answer.text), [row.case.answer])


def _holds(row: Row, quoted: Sequence[str]) -> bool:
    return any(holds(quote, row.case.answer) for quote in quoted)
