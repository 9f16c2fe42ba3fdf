"""What an evaluation asks, and what an answer should rest on. Frozen values and the door that reads them.

A set is a folder: `questions.jsonl` beside the articles that the questions are about. Gold labels name an article
and a quote, never a chunk, so that cutting the articles differently leaves a set valid.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from index.errors import ArticleMissing, EvalError
from index.normalise import normalise
from index.records import Article, Span
from rag.records import Turn

QUESTIONS = "questions.jsonl"
_KEYS = {"id", "question", "history", "evidence", "answer", "answerable", "kind", "today"}


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """Words of an article that answer a question. An empty quote stands for the whole article."""

    article: str
    quote: str


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its gold evidence: groups that are all needed, each a tuple of alternatives.

    `today` is the day on which it is asked, as an ISO date; "" is the day of the computer's clock.
    """

    id: str
    question: str
    history: tuple[Turn, ...] = ()
    evidence: tuple[tuple[EvidenceItem, ...], ...] = ()
    answer: str = ""
    answerable: bool = True
    kind: str = ""
    today: str = ""

    @property
    def articles(self) -> frozenset[str]:
        """The ids of every article that the evidence names."""
        return frozenset(item.article for group in self.evidence for item in group)


@dataclass(frozen=True, slots=True)
class Place:
    """Exact characters of an article."""

    article: str
    span: Span


Groups = tuple[tuple[Place, ...], ...]


def load_cases(path: str | Path) -> tuple[Case, ...]:
    """Read a JSON Lines file of questions.

    Raises:
        EvalError: the file cannot be read, or a line is not a case; the message names file and line.
    """
    cases: list[Case] = []
    lines: dict[str, int] = {}
    for number, row in _rows(Path(path)):
        where = f"{path}, line {number}"
        case = parse_case(row, where)
        if case.id in lines:
            raise EvalError(f"{where}: the id '{case.id}' stands already on line {lines[case.id]}. Give each its own.")
        lines[case.id] = number
        cases.append(case)
    if not cases:
        raise EvalError(f"{path} holds no question. Write one JSON object a line.")
    return tuple(cases)


def parse_case(row: object, where: str) -> Case:
    """One parsed JSON value as a Case; `where` opens the message of every error.

    Raises:
        EvalError: a field is missing, unknown or of the wrong kind.
    """
    if not isinstance(row, dict):
        raise EvalError(f"{where}: expected a JSON object, found {_kind_of(row)}.")
    if unknown := sorted(set(row) - _KEYS):
        raise EvalError(f"{where}: unknown field '{unknown[0]}'. Known are: {', '.join(sorted(_KEYS))}.")
    answerable = row.get("answerable")
    if not isinstance(answerable, bool):
        raise EvalError(f"{where}: 'answerable' must be true or false, found {_kind_of(answerable)}.")
    evidence = _evidence(row.get("evidence", []), where)
    if answerable and not evidence:
        raise EvalError(f"{where}: an answerable question needs evidence.")
    if not answerable and evidence:
        raise EvalError(f"{where}: evidence is given, though 'answerable' is false.")
    return Case(
        id=_text(row, "id", where, needed=True),
        question=_text(row, "question", where, needed=True),
        history=_history(row.get("history", []), where),
        evidence=evidence,
        answer=_text(row, "answer", where),
        answerable=answerable,
        kind=_text(row, "kind", where),
        today=_day(row, where),
    )


def _day(row: dict[str, object], where: str) -> str:
    text = _text(row, "today", where)
    try:
        return text and date.fromisoformat(text).isoformat()
    except ValueError:
        raise EvalError(f"{where}: 'today' is '{text}', which is no day. Write it as 2014-08-22.") from None


def locate(case: Case, article_of: Callable[[str], Article]) -> Groups:
    """Where the case's evidence stands: every occurrence of every quote, by exact search in the stored text.

    Raises:
        EvalError: an article is not in the archive, or a quote is not in its article.
    """
    return tuple(tuple(p for item in group for p in _places(case, item, article_of)) for group in case.evidence)


def spread(cases: Sequence[Case], limit: int | None) -> tuple[Case, ...]:
    """At most `limit` cases, evenly spaced over the whole, so that a short run sees every part of a set."""
    if limit is None or limit >= len(cases):
        return tuple(cases)
    return tuple(cases[i * len(cases) // limit] for i in range(limit))


def _places(case: Case, item: EvidenceItem, article_of: Callable[[str], Article]) -> Iterator[Place]:
    try:
        article = article_of(item.article)
    except ArticleMissing as error:
        message = f"Question '{case.id}': its evidence names '{item.article}', which is not an article here."
        raise EvalError(message) from error
    if not item.quote:
        yield Place(article.id, Span(0, len(article.text)))
        return
    quote = normalise(item.quote)  # as the article was at the door; nothing that is printed changes
    start = article.text.find(quote)
    if start < 0:
        raise EvalError(f"Question '{case.id}': the article '{item.article}' does not hold the quote: {item.quote!r}")
    while start >= 0:
        yield Place(article.id, Span(start, start + len(quote)))
        start = article.text.find(quote, start + 1)


def _rows(path: Path) -> Iterator[tuple[int, object]]:
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        raise EvalError(f"{path} cannot be read: {error.strerror}.") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield number, json.loads(line.decode("utf-8"))
            except UnicodeDecodeError as error:
                raise EvalError(f"{path}, line {number}: not UTF-8 text (byte {error.start + 1}).") from error
            except json.JSONDecodeError as error:
                raise EvalError(f"{path}, line {number}: not JSON ({error.msg}, column {error.colno}).") from error


def _evidence(value: object, where: str) -> tuple[tuple[EvidenceItem, ...], ...]:
    groups = []
    for group in _list(value, "evidence", where):
        items = [_item(item, where) for item in _list(group, "a group of evidence", where)]
        if not items:
            raise EvalError(f"{where}: a group of evidence is empty.")
        groups.append(tuple(items))
    return tuple(groups)


def _item(value: object, where: str) -> EvidenceItem:
    if not isinstance(value, dict) or set(value) != {"article", "quote"}:
        raise EvalError(f'{where}: a piece of evidence must be {{"article": ..., "quote": ...}}.')
    return EvidenceItem(_text(value, "article", where, needed=True), _text(value, "quote", where, needed=True))


def _history(value: object, where: str) -> tuple[Turn, ...]:
    turns = []
    for turn in _list(value, "history", where):
        if not isinstance(turn, dict) or set(turn) != {"question", "answer"}:
            raise EvalError(f'{where}: a turn of the history must be {{"question": ..., "answer": ...}}.')
        turns.append(Turn(_text(turn, "question", where, needed=True), _text(turn, "answer", where)))
    return tuple(turns)


def _list(value: object, name: str, where: str) -> list[object]:
    if not isinstance(value, list):
        raise EvalError(f"{where}: {name} must be a list, found {_kind_of(value)}.")
    return value


def _text(row: Mapping[str, Any], key: str, where: str, *, needed: bool = False) -> str:
    value = row.get(key, "")
    if not isinstance(value, str):
        raise EvalError(f"{where}: '{key}' must be text, found {_kind_of(value)}.")
    if needed and not value.strip():
        raise EvalError(f"{where}: '{key}' is missing or empty.")
    return value


def _kind_of(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "nothing"}
    return names.get(type(value), "a number")
