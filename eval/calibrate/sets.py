"""The questions that are fitted on: SQuAD 2.0, CLAPNQ and Byline's own invented news. No other news is among them."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.benchmarks.bench import read_lines
from eval.folds import CLAPNQ, SQUAD, learnt, set_of
from eval.reader import data
from eval.reader.news import HELD, LEARNT, asked, stories, story_of
from index.normalise import normalise
from index.records import Article
from rag.features import Candidate

_NUMBERS = re.compile(r"\b\d+\b")
_NAMES = re.compile(r"(?<=\s)[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)*")


@dataclass(frozen=True, slots=True)
class Question:
    """`right` are strings (SQuAD: answers, the others: sentences) of which a right sentence holds one."""

    text: str
    gold: str
    right: tuple[str, ...]
    answerable: bool
    group: str


def squad(folder: Path) -> tuple[list[Article], list[Question]]:
    """One article a paragraph."""
    articles: dict[str, Article] = {}
    questions = []
    for one in data.squad(folder / "squad2" / "dev-v2.0.json.gz", "squad2"):
        id = f"squad2-{one.place}"
        articles.setdefault(id, Article(id, one.passage, one.title))
        right = tuple(sorted({span.of(one.passage) for span in one.spans}))
        questions.append(Question(one.question, id, right, bool(right), one.group))
    return list(articles.values()), questions


def clapnq(folder: Path) -> tuple[list[Article], list[Question]]:
    """One article a passage; the same passage once."""
    ids: dict[tuple[str, str], str] = {}
    questions = []
    for name, answerable in (("answerable", True), ("unanswerable", False)):
        for row in read_lines(data.there(folder / "clapnq" / f"{name}.jsonl.gz")):
            passage = row["passages"][0]
            id = ids.setdefault((passage["title"], normalise(passage["text"])), f"clapnq-{len(ids)}")
            right = tuple(s for output in row["output"] for s in output.get("selected_sentences") or ())
            questions.append(Question(row["input"], id, right, answerable, CLAPNQ))
    return [Article(id, text, title) for (title, text), id in ids.items()], questions


def news() -> tuple[list[Article], list[Question]]:
    """The stories that the reader has not learnt from, with questions; those that it has stand among them."""
    articles, questions = stories(HELD), []
    for case in asked(HELD):
        id = story_of(case, articles).id
        right = tuple(item.quote for group in case.evidence for item in group)
        questions.append(Question(case.question, id, right, case.answerable, id))
    return [*articles.values(), *stories(LEARNT).values()], questions


def unlearnt(questions: Sequence[Question], fold: str, most: int | None) -> list[Question]:
    """The questions that a reader trained on `fold` has not seen; of these `most`, drawn by chance."""
    seen = learnt([one.group for one in questions], fold)
    kept = [one for one, known in zip(questions, seen, strict=True) if not known]
    return kept if most is None or len(kept) <= most else random.Random(5).sample(kept, most)


def swap(question: Question, others: Sequence[Question], draw: random.Random) -> str:
    """The question with its last number, or else its last name, taken from another one; "" where it has neither."""
    numbers = _NUMBERS.findall(question.text)
    if numbers:
        old = numbers[-1]
        new = str(int(old) + draw.choice((-7, -3, -2, -1, 1, 2, 3, 7))) if len(old) < 9 else ""
        return question.text.replace(old, new) if new else ""
    names = _NAMES.findall(question.text)
    pool = [name for name in _NAMES.findall(draw.choice(others).text) if name not in question.text]
    return question.text.replace(names[-1], draw.choice(pool)) if names and pool else ""


def is_right(question: Question, candidate: Candidate) -> bool:
    """Whether a sentence answers: it stands in the gold article and holds a right string."""
    if candidate.article.id != question.gold or not question.answerable:
        return False
    text = "".join(candidate.text.split())
    bare = ["".join(right.split()) for right in question.right]
    if set_of(question.group) != SQUAD:
        return any(len(text) > 10 and (text in right or right in text) for right in bare)
    return any(right and right in text for right in bare)
