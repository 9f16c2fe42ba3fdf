"""Any benchmark in the layout of BEIR: corpus.jsonl, queries.jsonl and qrels/, as a folder under the path.

How it is read: the judgements are those of qrels/test.tsv, else dev.tsv, else the first file there; the questions that
they name are asked. The grade is the third column, and 0 is not relevant. A document without a text has its title for
a text.
"""

import csv
from pathlib import Path
from typing import Any

from eval.benchmarks.bench import Corpus, one_of, read_lines, read_text
from eval.benchmarks.ranking import pool
from index.errors import EvalError
from index.records import Article

MEASURES = ("nDCG@10", "R@10")
_JUDGED = ("test.tsv", "dev.tsv")


def load(path: Path) -> Corpus:
    """Read documents, questions and judgements.

    Raises:
        EvalError: the files are missing or laid out otherwise.
    """
    corpus, queries = one_of(path, "corpus.jsonl"), one_of(path, "queries.jsonl")
    others = sorted(file.name.removesuffix(".gz") for file in (path / "qrels").glob("*.tsv*"))
    judged = one_of(path / "qrels", *_JUDGED, *others)
    try:
        qrels = _qrels(judged)
        articles = [_article(row) for row in read_lines(corpus)]
        questions = {row["_id"]: row["text"] for row in read_lines(queries) if row["_id"] in qrels}
    except (KeyError, TypeError, ValueError, AttributeError, csv.Error) as error:
        raise EvalError(f"The files in {path} are not laid out like BEIR: {error!r}") from error
    return pool(articles, questions, qrels, MEASURES, [f"The judgements are those of qrels/{judged.name}."])


def _article(row: Any) -> Article:
    title, text = row.get("title") or "", row["text"]
    return Article(id=row["_id"], text=text, title=title) if text.strip() else Article(id=row["_id"], text=title)


def _qrels(file: Path) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    for number, row in enumerate(csv.reader(read_text(file).splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)):
        if row and not (number == 0 and not row[-1].lstrip("-").isdigit()):  # the first line names the columns
            question, document, grade = row
            qrels.setdefault(question, {})[document] = int(grade)
    return qrels
