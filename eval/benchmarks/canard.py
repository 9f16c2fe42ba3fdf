"""CANARD: questions of conversations and their rewrites by people. How much does the searched form recover?

Under the path stands dev.json or dev.json.gz in the published layout. Each answer in the file's histories is an
article, equal texts once. The target of a question is its own answer, which the history of the next question holds;
a question without a next one, or whose answer was given before, has no target and is left out. Answers that the
conversation has given already are taken out of the ranking. Every question is searched as asked, as Byline makes it
and as a person rewrote it; `recovered` is (searched form - asked) / (rewrite - asked) in recall@10.

A history opens with the page's title and section. They are shown to the annotators before the first question, and
are given here as a first turn without an answer; the figures marked "no title" leave that turn out.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from eval.benchmarks.bench import Bench, Corpus, rank_articles, read_json
from eval.cases import Case, EvidenceItem
from eval.metrics import Figure, mean
from eval.progress import watched
from eval.rows import Row
from eval.run import Asker
from index.errors import EvalError
from index.records import Article, Hit
from rag.followup import searched_for
from rag.records import Turn

FILES = ("dev.json", "dev.json.gz")
_K = 10


def load(path: Path) -> Corpus:
    """Read answers and questions; the rewrite of a question stands as its answer.

    Raises:
        EvalError: the file is missing or laid out otherwise.
    """
    file = next((path / name for name in FILES if (path / name).is_file()), path)
    if not file.is_file():
        raise EvalError(f"{path} holds neither {FILES[0]} nor {FILES[1]}. Point --data at the folder with one of them.")
    try:
        rows = list(read_json(file))
        pool: dict[str, str] = {}
        for row in rows:
            for answer in row["History"][3::2]:
                pool.setdefault(answer, f"answer-{len(pool)}")
        cases = tuple(_cases(rows, pool))
    except (KeyError, TypeError, IndexError) as error:
        raise EvalError(f"{file} is not laid out like CANARD: {error!r}") from error
    left = len(rows) - len(cases)
    notes = (f"{left} of {len(rows)} questions have no answer of their own in a later history: left out.",)
    return Corpus(tuple(Article(id=name, text=text) for text, name in pool.items()), cases, notes)


def _cases(rows: Sequence[Any], pool: dict[str, str]) -> Iterator[Case]:
    places = {(row["QuAC_dialog_id"], row["Question_no"]): row for row in rows}
    for (dialog, number), row in places.items():
        history, after = row["History"], places.get((dialog, number + 1))
        if after is None or after["History"][len(history) + 1] in history[3::2]:
            continue
        turns = [Turn(f"{history[0]}, {history[1]}", "")]
        turns += [Turn(*pair) for pair in zip(history[2::2], history[3::2], strict=True)]
        gold = EvidenceItem(pool[after["History"][len(history) + 1]], "")
        yield Case(f"{dialog}#{number}", row["Question"], tuple(turns), ((gold,),), row["Rewrite"])


def measure(bench: Bench) -> tuple[Sequence[Figure], Sequence[Row]]:
    """Recall@10 of the question as asked, of its searched forms and of its rewrite, and what the forms recover."""
    ids = {article.text: article.id for article in bench.corpus.articles}
    forms = {
        "as asked": [case.question for case in bench.cases],
        "rewrite": [case.answer for case in bench.cases],
        "searched form": [searched_for(case.question, case.history) for case in bench.cases],
        "searched form, no title": [searched_for(case.question, case.history[1:]) for case in bench.cases],
    }
    with bench.assistant() as assistant:
        known: dict[tuple[str, str], float] = {}
        figures = {
            name: mean(f"recall@{_K}, {name}", _recalls(assistant, bench.cases, texts, ids, known, name))
            for name, texts in forms.items()
        }
    out = list(figures.values())
    low, high = figures["as asked"].value, figures["rewrite"].value
    for name in ("searched form", "searched form, no title"):
        share = (figures[name].value - low) / (high - low) if high != low else 0.0
        out.append(Figure(f"of the gap recovered, {name}", share, len(bench.cases)))
    return out, ()


def _recalls(
    assistant: Asker,
    cases: Sequence[Case],
    texts: Sequence[str],
    ids: dict[str, str],
    known: dict[tuple[str, str], float],
    step: str,
) -> list[float]:
    out = []
    for case, text in watched(zip(cases, texts, strict=True), step, len(cases)):
        if (case.id, text) not in known:  # a form is often the question itself
            given = {ids[turn.answer] for turn in case.history if turn.answer}
            ranked = rank_articles(partial(_search, assistant, text), _K + len(given))
            left = [article for article in ranked if article not in given][:_K]
            known[case.id, text] = float(any(article in case.articles for article in left))
        out.append(known[case.id, text])
    return out


def _search(assistant: Asker, text: str, k: int) -> list[Hit]:
    return assistant.search(text, k=k)
