"""Benchmarks that rank articles: a pool of articles, questions, and the relevant articles of each question.

How a pool is measured, whatever it is: its archive is searched plainly, an article stands where its best passage
stands, and the measures are those of trec_eval, computed by ir-measures for each question. The articles of the first
100 passages count, which is what an answer is chosen from, and of more where fewer than 10 are among them; for average
precision the first 1,000 articles. A question that finds nothing counts as 0; one that is blank or has no relevant
article is left out and counted in a note.
"""

import time
from collections.abc import Mapping, Sequence
from functools import partial
from importlib.util import find_spec

from eval.benchmarks.bench import Bench, Corpus, rank_articles
from eval.cases import Case, EvidenceItem
from eval.metrics import Figure, mean, quantile
from eval.progress import watched
from eval.rows import Row, Topic
from eval.run import Asker
from index.errors import EvalError
from index.records import Article, Hit

Qrels = Mapping[str, Mapping[str, int]]

# What each measure is called in ir-measures, and here.
NAMES = {
    "AP": "MAP",
    "RR": "MRR",
    "nDCG@10": "nDCG@10",
    "R@10": "recall@10",
    "Success@1": "hit@1",
    "Success@4": "hit@4",
    "Success@10": "hit@10",
}
_PASSAGES, _ARTICLES, _DEEP, _SHOWN = 100, 10, 1000, 10
_LONGEST = 100_000  # characters of a question: some benchmarks ask with whole documents


def pool(
    articles: Sequence[Article],
    questions: Mapping[str, str],
    qrels: Qrels,
    measures: Sequence[str],
    notes: Sequence[str] = (),
) -> Corpus:
    """A benchmark that ranks articles: questions by id, and the grade of each relevant article (1 or more) by question.

    Raises:
        EvalError: there is nothing to ask, or the package that computes the measures is missing.
    """
    if find_spec("ir_measures") is None:
        raise EvalError("The package ir-measures is missing. Install it with: pip install ir-measures")
    relevant = {name: {article: grade for article, grade in row.items() if grade > 0} for name, row in qrels.items()}
    asked = {name: text for name, text in questions.items() if text.strip()}
    cases = tuple(_case(name, text, relevant[name]) for name, text in asked.items() if relevant.get(name))
    if not cases:
        raise EvalError("None of the questions has a relevant article. Point --data at a whole copy of the benchmark.")
    held = {article.id for article in articles}
    missing = {article for case in cases for article in case.articles} - held
    told = [f"{len(held):,} articles, {len(cases):,} questions.", *notes]
    if left := len(questions) - len(cases):
        told.append(f"{left:,} questions are blank or have no relevant article, and are left out.")
    if missing:
        told.append(f"{len(missing):,} relevant articles are not in the pool and count as not found.")
    return Corpus(tuple(articles), cases, tuple(told), {case.id: relevant[case.id] for case in cases}, tuple(measures))


def _case(name: str, question: str, relevant: Mapping[str, int]) -> Case:
    return Case(name, question, evidence=(tuple(EvidenceItem(article, "") for article in relevant),))


def measure(bench: Bench) -> tuple[Sequence[Figure], Sequence[Row | Topic]]:
    """Search every question; the measures of the corpus as means, with what each question came to."""
    corpus = bench.corpus
    runs, seconds = _searched(bench)
    qrels = {case.id: corpus.qrels[case.id] for case in bench.cases}
    values = measured(qrels, runs, corpus.measures)
    topics = [
        Topic(case.id, case.question, values[case.id], tuple(runs[case.id][:_SHOWN]), len(qrels[case.id]))
        for case in bench.cases
    ]
    figures = [mean(NAMES[name], [topic.values[NAMES[name]] for topic in topics]) for name in corpus.measures]
    return [*figures, Figure("seconds a search, median", quantile(seconds, 0.5), len(seconds))], topics


def _searched(bench: Bench) -> tuple[dict[str, list[str]], list[float]]:
    """The articles found for each question, best first, and the seconds that each search took."""
    deep = "AP" in bench.corpus.measures
    want, first = (_DEEP, 4 * _DEEP) if deep else (_ARTICLES, _PASSAGES)
    runs: dict[str, list[str]] = {}
    seconds: list[float] = []
    with bench.assistant(max_question=_LONGEST) as assistant:
        for case in watched(bench.cases, "searching", len(bench.cases)):
            begun = time.perf_counter()
            runs[case.id] = rank_articles(partial(_search, assistant, case.question), want, first, cut=deep)
            seconds.append(time.perf_counter() - begun)
    return runs, seconds


def _search(assistant: Asker, question: str, k: int) -> list[Hit]:
    return assistant.search(question, k=k)


def measured(qrels: Qrels, runs: Mapping[str, Sequence[str]], measures: Sequence[str]) -> dict[str, dict[str, float]]:
    """The value of each measure, under the name it has here, for each question of the qrels."""
    import ir_measures

    parsed = {ir_measures.parse_measure(name): NAMES[name] for name in measures}
    values = {name: dict.fromkeys(parsed.values(), 0.0) for name in qrels}
    scored = {
        # trec_eval sorts by score and looks at no order: falling whole numbers keep ours
        name: {article: float(len(runs[name]) - rank) for rank, article in enumerate(runs[name])}
        for name in qrels
        if runs.get(name)
    }
    graded = {name: dict(row) for name, row in qrels.items()}
    for found in ir_measures.iter_calc(list(parsed), graded, scored):
        values[found.query_id][parsed[found.measure]] = float(found.value)
    return values
