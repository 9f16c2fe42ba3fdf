"""CLAPNQ: questions that people typed into a search engine, and the Wikipedia passages that answer them.

Under the path stand answerable.jsonl and unanswerable.jsonl (or with clapnq_dev_ before the names, or gzipped). How
they are read: every distinct passage of both files is an article, titled as its page; the questions of the answerable
file are asked, and their own passage is what should be found. The texts are tokenised ("state 's"), and go in as they
stand. The bundled embedder was trained on questions of the same source.
"""

from pathlib import Path

from eval.benchmarks.bench import Corpus, one_of, read_lines
from eval.benchmarks.ranking import pool
from index.errors import EvalError
from index.records import Article

MEASURES = ("Success@1", "RR", "nDCG@10")


def load(path: Path) -> Corpus:
    """Read passages and questions.

    Raises:
        EvalError: the files are missing or laid out otherwise.
    """
    answerable = one_of(path, "answerable.jsonl", "clapnq_dev_answerable.jsonl")
    unanswerable = one_of(path, "unanswerable.jsonl", "clapnq_dev_unanswerable.jsonl")
    articles: dict[tuple[str, str], Article] = {}
    questions: dict[str, str] = {}
    qrels: dict[str, dict[str, int]] = {}
    try:
        for file in (answerable, unanswerable):
            for row in read_lines(file):
                for passage in row["passages"]:
                    key = (passage["title"], passage["text"])
                    article = articles.setdefault(key, Article(f"{key[0]}#{len(articles)}", key[1], key[0]))
                    if file == answerable:
                        questions[row["id"]] = row["input"]
                        qrels.setdefault(row["id"], {})[article.id] = 1
    except (KeyError, TypeError) as error:
        raise EvalError(f"The files in {path} are not laid out like CLAPNQ: {error!r}") from error
    return pool(list(articles.values()), questions, qrels, MEASURES)
