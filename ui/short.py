"""The few words that answer, for people: with the day that "Friday" means, and beside what another article says."""

from index.records import Span
from rag.cite import within
from rag.dates import meant
from rag.records import Answer
from rag.reports import asks_of_reports
from ui.render import facts, plain_days

ALONE = "Quoted from one report; other articles may say otherwise."


def in_short(answer: Answer) -> str:
    """The short answer, "" where there is none: "Friday (22 August 2014)"."""
    return _said(answer, answer.short) if answer.short else ""


def differing(answer: Answer) -> list[str]:
    """What the articles say that cannot all be right, each with outlet, author and day; empty where nothing is."""
    if not answer.short or not answer.other:
        return []
    return [f"{_said(answer, span)} ({_by(answer, span)})" for span in (answer.short, answer.other)]


def alone(answer: Answer) -> bool:
    """Whether it was asked how several articles tell something, and one only is quoted. Others that tell it may not
    have been found: nothing is said of those."""
    return answer.answered and len({c.article.id for c in answer.citations}) == 1 and asks_of_reports(answer.question)


def _said(answer: Answer, words: Span) -> str:
    """Words of the answer in one line; one day that they mean stands behind them."""
    text = " ".join(words.of(answer.text).split())
    found = within(words, answer.citations)
    if not found:
        return text
    place, at = found
    article = answer.citations[place].article
    days = {plain_days(iso) for iso in meant(article.text, article.published, at)}
    return f"{text} ({days.pop()})" if len(days) == 1 else text


def _by(answer: Answer, words: Span) -> str:
    found = within(words, answer.citations)
    return ", ".join(facts(answer.citations[found[0]].article)) if found else ""
