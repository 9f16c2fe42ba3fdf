"""What travels through the hall: a question in, an answer out. Frozen values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from index.records import Article, Hit, Span

Verdict = Literal["quoted", "supported", "partly", "unsupported", "contradicted"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A claim of the answer tied to exact characters of an article.

    `claim` is a span of the answer's text, `quote` a span of `article.text`.
    """

    claim: Span
    article: Article
    quote: Span
    verdict: Verdict = "quoted"

    @property
    def text(self) -> str:
        """The quoted words, cut from the article."""
        return self.quote.of(self.article.text)


@dataclass(frozen=True, slots=True)
class Period:
    """What a question was understood to say about when its articles were published.

    `since` and `until` are ISO days, both inclusive, "" where that end is open. `order` is "latest" or "earliest" where
    the newest or the first reports are asked for, else "". `shown` is the days for people: "1–31 May 2014".
    `applied`: a "filter" leaves other days out, a "preference" only moves articles up, "widened" is a filter whose days
    did not answer: `since` and `until` are those that were asked instead, `shown` is what was meant. `note` says what a
    reader should know about that, or is "". `event` is what the days were taken from, where none were said: "the strike
    was announced".
    """

    since: str
    until: str
    order: str
    shown: str
    applied: Literal["filter", "preference", "widened"]
    note: str = ""
    event: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found, best first. `period` is what the question says about time, None where none was read."""

    hits: tuple[Hit, ...] = ()
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of a conversation."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to a question; a refusal is an Answer too: answered False, no citations, hits kept.

    `searched_for` is the question as it was searched (a follow-up carries its subject along).
    `confidence` is the estimated probability that one of the sentences shown answers the question.
    `period` is what the question says about time, None where it says nothing or other days were given.
    `outlets` tell it independently: those of the cited articles, the copies of a story counted once.
    `short` is a span of `text`, inside the first quote: the few words that answer, where the reader is sure of them.
    `other` is another one, inside the second quote: another article's words for the same, which cannot both be right.
    `seconds` names the time of each step, "total" among them.
    """

    question: str
    searched_for: str
    answered: bool
    text: str
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    confidence: float = 0.0
    period: Period | None = None
    outlets: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict, hash=False)
    short: Span | None = None
    other: Span | None = None
