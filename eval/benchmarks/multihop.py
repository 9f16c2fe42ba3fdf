"""MultiHop-RAG, facts as articles: are the facts found that a question about several news articles rests on?

Under the path stand queries.json and ground_truth.json (plain or gzipped), the part of the set with gold evidence. How
they are read: each distinct fact of the evidence of any question is an article, whose text is the fact, with the title,
outlet, address, author and date of the article that it was taken from; facts of one article are articles of their own.
Every question with evidence is asked, that is all but the "null" ones, and every fact of its evidence is relevant. Of
the 250 questions of the public sample that is 216, with 292 facts. The set's own script scores chunks of whole
articles: its figures cannot be compared with these.
"""

from pathlib import Path
from typing import Any

from eval.benchmarks.bench import Corpus, one_of, read_json
from eval.benchmarks.ranking import pool
from index.dates import parse_published
from index.errors import EvalError
from index.records import Article

MEASURES = ("nDCG@10", "Success@4", "R@10", "RR")


def load(path: Path) -> Corpus:
    """Read facts and questions.

    Raises:
        EvalError: the files are missing or laid out otherwise.
    """
    queries, truth = one_of(path, "queries.json"), one_of(path, "ground_truth.json")
    facts: dict[tuple[str, str], Article] = {}
    qrels: dict[str, dict[str, int]] = {}
    try:
        questions = {row["id"]: row["question"] for row in read_json(queries)["queries"]}
        for name, row in read_json(truth).items():
            for item in row["evidence_list"]:
                article = facts.setdefault((item["url"], item["fact"]), _article(item, len(facts)))
                qrels.setdefault(name, {})[article.id] = 1
    except (KeyError, TypeError, AttributeError) as error:
        raise EvalError(f"The files in {path} are not laid out like MultiHop-RAG: {error!r}") from error
    return pool(list(facts.values()), questions, qrels, MEASURES)


def _article(item: Any, number: int) -> Article:
    return Article(
        id=f"{item['url']}#{number}",
        text=item["fact"],
        title=item["title"],
        url=item["url"],
        outlet=item["source"],
        author=item.get("author") or "",
        published=parse_published(item.get("published_at") or ""),
    )
