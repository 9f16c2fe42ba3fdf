"""TREC CAsT 2019 and 2020: does the searched form of a follow-up carry what a person would have written out?

Under the path stand evaluation_topics_v1.0.json with evaluation_topics_annotated_resolved_v1.0.tsv (2019),
2020_manual_evaluation_topics_v1.0.json, or all three. There is no corpus and nothing is searched. The earlier
questions are the history; the files hold no answers. Words are compared as the index holds them, function words left
out: `carried` is the share of the words added by the manual rewrites that the searched forms add too, `added` how
many words they add for each word that the rewrites add. Both are of all questions together, since many add nothing.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from eval.benchmarks.bench import Bench, Corpus, read_json
from eval.cases import Case
from eval.metrics import Figure
from eval.rows import Row
from index.errors import EvalError
from index.lexical import analyse
from index.words import FUNCTION_WORDS, words
from rag.followup import searched_for
from rag.records import Turn

TOPICS_2019, REWRITES_2019 = "evaluation_topics_v1.0.json", "evaluation_topics_annotated_resolved_v1.0.tsv"
TOPICS_2020 = "2020_manual_evaluation_topics_v1.0.json"


def load(path: Path) -> Corpus:
    """Read the conversations; the manual rewrite of a question stands as its answer, the year as its kind.

    Raises:
        EvalError: the files are missing or laid out otherwise.
    """
    cases: list[Case] = []
    try:
        if (path / TOPICS_2019).is_file():
            rewrites = _rewrites(path / REWRITES_2019)
            cases += _cases(read_json(path / TOPICS_2019), "2019", rewrites)
        if (path / TOPICS_2020).is_file():
            cases += _cases(read_json(path / TOPICS_2020), "2020", {})
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise EvalError(f"The files in {path} are not laid out like TREC CAsT: {error!r}") from error
    if not cases:
        raise EvalError(f"{path} holds neither {TOPICS_2019} nor {TOPICS_2020}. Point --data at the folder with them.")
    return Corpus((), tuple(cases))


def _rewrites(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise EvalError(f"{path} cannot be read: {error.strerror}. It holds the rewrites of {TOPICS_2019}.") from error
    return {name: text.strip() for name, text in (line.split("\t", 1) for line in lines if line.strip())}


def _cases(topics: Any, year: str, rewrites: dict[str, str]) -> Iterator[Case]:
    for topic in topics:
        history: list[Turn] = []
        for turn in topic["turn"]:
            name = f"{topic['number']}_{turn['number']}"
            question = turn["raw_utterance"].strip()
            rewrite = rewrites[name] if rewrites else turn["manual_rewritten_utterance"].strip()
            yield Case(name, question, tuple(history), answer=rewrite, kind=year)
            history.append(Turn(question, ""))


def measure(bench: Bench) -> tuple[Sequence[Figure], Sequence[Row]]:
    """What the searched form of each question adds, against what its rewrite adds."""
    out: list[Figure] = []
    for year in ("2019", "2020", ""):
        cases = [case for case in bench.cases if year in ("", case.kind)]
        if cases:
            out += _figures(cases, year or "2019 and 2020")
    return out, ()


def _figures(cases: Sequence[Case], name: str) -> list[Figure]:
    wanted = carried = added = 0
    for case in cases:
        held = content(case.question)
        due = content(case.answer) - held
        ours = content(searched_for(case.question, case.history)) - held
        wanted, carried, added = wanted + len(due), carried + len(due & ours), added + len(ours)
    return [
        Figure(f"added words carried, {name}", carried / wanted if wanted else 0.0, wanted),
        Figure(f"words added for each due, {name}", added / wanted if wanted else 0.0, wanted),
    ]


def content(text: str) -> set[str]:
    """The words of a text that carry meaning, as the index holds them."""
    return set(analyse(" ".join(word for word in words(text) if word not in FUNCTION_WORDS)))
