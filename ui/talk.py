"""One conversation: what was asked and answered, and the messages that show it. No gradio here, no state of its own."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from index.errors import BylineError
from rag.records import Answer, Turn
from ui.render import answer_markdown, escape, panel, snippet

_SHOWN = 2_000  # of a question; what may be asked is the assistant's to say


class Answers(Protocol):
    """What the chat needs of an assistant."""

    @property
    def archive(self) -> Any:
        """The archive it answers from."""

    def stream(self, question: str, history: tuple[Turn, ...] = ()) -> Iterator[Answer]:
        """Growing answers to a question."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer, or with a note where there can be none."""

    question: str
    answer: Answer | None = None
    note: str = ""


Past = tuple[Exchange, ...]


def reply(assistant: Answers, question: str, past: Past) -> Iterator[Past]:
    """The conversation with the question in it, again and again as its answer grows."""
    question = question.strip()
    yield (*past, Exchange(question))
    if not assistant.archive.counts()["articles"]:
        yield (*past, Exchange(question, note="There is nothing to ask yet. " + how_to_add(assistant)))
        return
    try:
        for answer in assistant.stream(question, turns(past)):
            yield (*past, Exchange(question, answer))
    except BylineError as error:
        yield (*past, Exchange(question, note=str(error)))


def turns(past: Past) -> tuple[Turn, ...]:
    """The answered part of a conversation, as the assistant reads it."""
    return tuple(Turn(exchange.question, exchange.answer.text) for exchange in past if exchange.answer)


def messages(past: Past) -> list[dict[str, str]]:
    """The conversation as chat messages, in markdown that no article or question can act through."""
    said: list[dict[str, str]] = []
    for turn, exchange in enumerate(past, 1):
        question = exchange.question if len(exchange.question) <= _SHOWN else snippet(exchange.question)
        said.append({"role": "user", "content": escape(question)})
        if exchange.note:
            said.append({"role": "assistant", "content": f"> {escape(exchange.note)}"})
        elif exchange.answer and exchange.answer.text:
            said.append({"role": "assistant", "content": answer_markdown(exchange.answer, turn)})
        else:
            said.append({"role": "assistant", "content": "*Reading the articles\u2026*"})
    return said


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
