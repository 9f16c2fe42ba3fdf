"""What Byline finds for each question, as numbers: with its answer in the archive, and without.

Finding takes minutes, fitting seconds: the numbers are kept in a file and read again from there.
"""

import gzip
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.calibrate.sets import Question, clapnq, is_right, news, squad, swap, unlearnt
from eval.folds import set_of
from eval.progress import adding, watched
from index.archive import Archive
from index.errors import EvalError
from index.records import Article
from index.view import View
from rag import extract
from rag.attempt import shown
from rag.features import take_apart
from rag.retrieve import Found, retrieve
from rag.spans import Reader, read_over

KINDS = ("with", "without", "impossible", "swapped")


@dataclass(frozen=True, slots=True)
class Case:
    """The sentences found for a question: of each its features and whether it answers.

    `kind`: "with" its answer in the archive, "without" (its gold article left out), "impossible" (the set says so),
    "swapped" (a name or number of it exchanged for another's). Only the first can be answered.
    """

    kind: str
    group: str
    features: tuple[dict[str, float], ...]
    right: tuple[bool, ...]

    @property
    def set(self) -> str:
        """The set of the question: "squad", "clapnq" or "news"."""
        return set_of(self.group)


def cases(data: Path, reader: Reader, fold: str, most: int | None, kept: Path | None) -> list[Case]:
    """All cases that a reader of this fold has not learnt from; from the file where it is there.

    Raises:
        EvalError: a set is missing, or the file holds something else.
    """
    if kept and kept.is_file():
        return _read(kept)
    found = [case for load in (clapnq, squad) for case in _of(*load(data), reader, fold, most)]
    found += _of(*news(), reader, "", most)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(kept, "wt", encoding="utf-8") as handle:
            handle.writelines(json.dumps(asdict(case)) + "\n" for case in found)
    return found


def _read(path: Path) -> list[Case]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as handle:
            rows: list[dict[str, Any]] = [json.loads(line) for line in handle]
        return [Case(r["kind"], r["group"], tuple(r["features"]), tuple(r["right"])) for r in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvalError(f"'{path}' holds no cases: {error}. Delete it, and they are made anew.") from error


def _of(
    articles: Sequence[Article], questions: Sequence[Question], reader: Reader, fold: str, most: int | None
) -> Iterator[Case]:
    """The cases of one set. Every third answerable question is asked without its answer, every third one swapped."""
    draw = random.Random(1)
    mine = unlearnt(questions, fold, most)
    with tempfile.TemporaryDirectory() as folder, Archive.create(Path(folder) / "archive") as archive:
        with adding() as progress:
            archive.add_articles(articles, progress=progress)
        with archive.view() as view:
            for i, question in enumerate(watched(mine, "asking", len(mine))):
                found = _search(view, question.text)
                kind = "with" if question.answerable else "impossible"
                yield _case(view, kind, question, question.text, found, reader)
                if question.answerable and i % 3 == 0:
                    others = [one for one in found if one.hit.passage.article.id != question.gold]
                    yield _case(view, "without", question, question.text, others, reader)
                if question.answerable and i % 3 == 1 and (other := swap(question, questions, draw)):
                    yield _case(view, "swapped", question, other, _search(view, other), reader)


def _search(view: View, text: str) -> list[Found]:
    return retrieve(view, text, view.encode(text), 100)


def _case(view: View, kind: str, question: Question, text: str, ranking: Sequence[Found], reader: Reader) -> Case:
    found = shown(view, ranking, extract.PASSAGES)
    known = extract.candidates(take_apart(text, view.frequency, view.size), found, read_over(reader, text, found))
    right = tuple(kind == "with" and is_right(question, one) for one in known)
    features = tuple({name: round(value, 4) for name, value in one.features.items()} for one in known)
    return Case(kind, question.group, features, right)
