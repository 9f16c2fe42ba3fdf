"""One conversation: what was asked and answered, and the messages that show it. No gradio here, no state of its own."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol, Unpack

from index.errors import BylineError
from rag.filters import Filters
from rag.records import Answer, Turn
from ui.markdown import answer_markdown
from ui.render import escape, panel, snippet
from ui.terms import AS_ASKED, Narrowed, Terms, revised
from ui.understood import above, editing

_SHOWN = 2_000  # of a question; what may be asked is the assistant's to say


class Answers(Protocol):
    """What the chat needs of an assistant."""

    @property
    def archive(self) -> Any:
        """The archive it answers from."""

    def stream(
        self,
        question: str,
        history: tuple[Turn, ...] = (),
        *,
        searched_for: str | None = None,
        **filters: Unpack[Filters],
    ) -> Iterator[Answer]:
        """Growing answers to a question."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer, or with a note where there can be none; `terms` are those it was asked on.

    An answer has a note beside it where it could not be given anew on other terms. `done` says that it grows no more.
    """

    question: str
    answer: Answer | None = None
    note: str = ""
    terms: Terms = AS_ASKED
    done: bool = False


Past = tuple[Exchange, ...]


def reply(assistant: Answers, question: str, past: Past, narrowed: Narrowed | None = None) -> Iterator[Past]:
    """The conversation with the question in it, again and again as its answer grows."""
    for now in _told(assistant, Exchange(question.strip(), terms=Terms(narrowed or Narrowed())), turns(past)):
        yield (*past, now)


def again(assistant: Answers, past: Past, data: Mapping[str, Any]) -> Iterator[Past]:
    """The conversation as its newest question is answered anew with the change that the page sends.

    Where that cannot be, the answer stays and a note says why; what is no such change changes nothing.
    """
    last = past[-1] if past else None
    if last is None or last.answer is None or not last.done or data.get("turn") != len(past):
        return
    before = past[:-1]
    try:
        terms = revised(last.terms, data)
    except BylineError as error:
        yield (*before, replace(last, note=str(error)))
        return
    if terms is not None:
        for now in _told(assistant, Exchange(last.question, terms=terms), turns(before)):
            yield (*before, replace(last, note=now.note) if now.note else now)


def _told(assistant: Answers, asked: Exchange, history: tuple[Turn, ...]) -> Iterator[Exchange]:
    """One exchange as it grows."""
    yield asked
    if not assistant.archive.counts()["articles"]:
        yield replace(asked, note="There is nothing to ask yet. " + how_to_add(assistant))
        return
    terms, now = asked.terms, asked
    try:
        for answer in assistant.stream(asked.question, history, searched_for=terms.words or None, **terms.filters()):
            now = replace(asked, answer=answer)
            yield now
    except BylineError as error:
        yield replace(asked, note=str(error))
        return
    yield replace(now, done=True)


def turns(past: Past) -> tuple[Turn, ...]:
    """The answered part of a conversation, as the assistant reads it."""
    return tuple(Turn(exchange.question, exchange.answer.text) for exchange in past if exchange.answer)


def messages(past: Past) -> list[dict[str, str]]:
    """The conversation as chat messages, in markdown that no article or question can act through."""
    said: list[dict[str, str]] = []
    for turn, exchange in enumerate(past, 1):
        question = exchange.question if len(exchange.question) <= _SHOWN else snippet(exchange.question)
        said.append({"role": "user", "content": escape(question)})
        said.append({"role": "assistant", "content": _said(exchange, turn, turn == len(past))})
    return said


def _said(exchange: Exchange, turn: int, newest: bool) -> str:
    note = f"> {escape(exchange.note)}" if exchange.note else ""
    answer = exchange.answer
    if not answer or not answer.text:
        return note or "*Reading the articles\u2026*"
    understood = above(answer, exchange.terms, turn, newest and exchange.done)
    return understood + (f"{note}\n\n" if note else "") + answer_markdown(answer, turn)


def editable(past: Past) -> dict[str, Any] | None:
    """What of the newest answer can be set right, for the page's fields; None while it grows, or where it is none."""
    last = past[-1] if past else None
    return editing(last.answer, last.terms, len(past)) if last and last.answer and last.done else None


def opened(past: Past, kind: str, turn: int, number: int) -> dict[str, Any] | None:
    """What a link of the conversation opens in the panel, or None where there is no such thing."""
    if not 1 <= turn <= len(past):
        return None
    answer = past[turn - 1].answer
    return panel(answer, turn, kind, number) if answer else None


def how_to_add(assistant: Answers) -> str:
    """How an empty archive gets its articles, as a command."""
    return f"Add articles in a terminal with: byline add FOLDER --archive {shlex.quote(str(assistant.archive.path))}"


def welcome(assistant: Answers) -> str:
    """What an empty conversation says, in markdown."""
    articles = assistant.archive.counts()["articles"]
    if not articles:
        return f"### This archive is empty\n\n{escape(how_to_add(assistant))}"
    count = "one article" if articles == 1 else f"{articles:,} articles"
    return (
        f"### Ask {count}\n\nAn answer is whole sentences, quoted, each with its place in its article. "
        "Where the articles do not answer, you are told so."
    )
