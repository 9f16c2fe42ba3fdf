"""How an answer was understood, for the line above it, with links by which the newest answer can be set right. Pure.

A link is `#edit-TURN-WHAT`; the page opens what it names (static/edit.js), `terms.revised` reads what comes back.
"""

from typing import Any

from index.dates import bounds
from rag.records import Answer, Period
from ui.render import escape
from ui.terms import Terms, days

_ORDERS = {"latest": "the newest", "earliest": "the earliest"}


def above(answer: Answer, terms: Terms, turn: int, editable: bool) -> str:
    """Markdown: what was searched for, the days, the filter, each in a line of its own; "" where all is as asked."""
    lines = []
    if terms.words or answer.searched_for != answer.question:
        undo = [("carried", "Undo")] if terms.words else []
        lines.append(_line(f"Searched for: {answer.searched_for}", "", turn, editable, [("words", ""), *undo]))
    if terms.days is not None:
        said = f"Published {_in(days(*terms.days))}" if any(terms.days) else "Published at any time"
        lines.append(_line(said, "", turn, editable, [("days", ""), ("asked", "Undo")]))
    elif answer.period:
        links = [("days", ""), ("anytime", "Ask without dates")]
        lines.append(_line(_period(answer.period), answer.period.note, turn, editable, links))
    if kept := terms.kept.shown:
        links = [("everywhere", "Ask without the filter")]
        lines.append(_line(f"Only {kept}", "", turn, editable, links))
    return "  \n".join(lines) + "\n\n" if lines else ""


def editing(answer: Answer, terms: Terms, turn: int) -> dict[str, Any]:
    """What the page's fields hold when an answer is to be set right."""
    period = answer.period
    since, until = terms.days or ((period.since, period.until) if period else ("", ""))
    first, last = bounds(since, until)
    return {"turn": turn, "since": first, "until": last, "words": answer.searched_for}


def _line(said: str, note: str, turn: int, editable: bool, links: list[tuple[str, str]]) -> str:
    """One line; a link without words of its own is what is said itself."""
    if not editable:
        return f"*{escape(f'{said}. {note}'.strip() if note else said)}*"
    parts = [f"[{escape(words or said)}](#edit-{turn}-{what})" for what, words in links]
    if all(words for _, words in links):
        parts.insert(0, f"*{escape(said)}*")
    return " ".join(parts) + (f"  \n*{escape(note)}*" if note else "")


def _period(period: Period) -> str:
    """The days of a question for people; where the end was given up, those that were asked in fact."""
    shown = days(period.since, period.until) if period.applied == "widened" else period.shown
    order = _ORDERS.get(period.order, "")
    if not shown:
        return f"Preferring {order}"
    said = f"{'Preferring' if period.applied == 'preference' else 'Published'} {_in(shown)}"
    return f"{said}, {order} first" if order else said


def _in(shown: str) -> str:
    return f"in {shown}" if shown.isdigit() else shown  # a year alone
