"""What somebody hands in with a question, checked before anything is looked at. Pure."""

from collections.abc import Sequence
from datetime import date

from index.errors import QuestionError, SettingsError
from index.normalise import single_line
from index.words import words
from rag.attempt import Request
from rag.filters import Filters, names_days, where_of
from rag.followup import searched_for as carried
from rag.needs import may_stand_alone
from rag.period import parse_today
from rag.question import asking
from rag.records import Turn


def checked_question(question: str, longest: int) -> str:
    """The question, normalised once.

    Raises:
        QuestionError: it is empty, too long, or has no words.
    """
    text = single_line(question) if isinstance(question, str) else ""
    if not text:
        raise QuestionError("The question is empty. Type what you want to know.")
    if len(text) > longest:
        raise QuestionError(
            f"The question has {len(text):,} characters, more than the {longest:,} allowed. Ask a shorter one."
        )
    if not words(text):
        raise QuestionError("The question holds no words. Type what you want to know.")
    return text


def check_counts(**counts: object) -> None:
    """Raises SettingsError where one is no whole number."""
    for name, number in counts.items():
        if not isinstance(number, int) or isinstance(number, bool):
            raise SettingsError(f"{name} is a whole number of passages, not {number!r}.")


def request_of(
    question: str,
    history: Sequence[Turn],
    today: date | str | None,
    searched_for: str | None,
    filters: Filters,
    longest: int,
) -> Request | None:
    """What is asked, checked; None for a greeting, which asks nothing of the articles.

    Raises:
        QuestionError: the question is empty, too long or without words.
        SettingsError: a filter, a day or a turn is none.
    """
    question = checked_question(question, longest)
    where, day = where_of(filters), parse_today(today)
    for turn in history:
        if not isinstance(turn, Turn):
            raise SettingsError(f"history is a list of Turn(question, answer), which {turn!r:.60} is not.")
    if asking(question) in ("greeting", "nothing"):
        return None
    searched = checked_question(searched_for, longest) if searched_for else carried(question, history)
    alone = not searched_for and searched != question and may_stand_alone(question)
    return Request(question, searched, where, day, not names_days(filters), alone)
