"""What `ask` and `search` print for people: an answer with its sources, or passages. Pure but for the terminal's width.

`explanation_lines` is what `explain` prints.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from index.records import Article, Hit, Span
from rag.records import Answer, Period
from ui.plain import byline, counted, fill
from ui.render import NEAREST, days_said, page_of, pieces, snippet
from ui.short import ALONE, alone, differing, in_short
from ui.why import SCORE, shown, why_lines

_ASKED = ("reasons", "question", "article_id")  # told above, or typed just now
_LEAVE_OUT = "from the question; --no-dates leaves it out"


def answer_lines(answer: Answer, explain: bool = False, refuse_below: float = 0.0) -> Iterator[str]:
    """What was understood, then the answer with its sources, or a refusal with the nearest passages."""
    yield from understood_lines(answer.period, answer.searched_for if answer.searched_for != answer.question else "")
    yield from _quoted_lines(answer) if answer.answered else _refusal_lines(answer, not explain)
    if explain and answer.hits:
        yield from _read_lines(answer, refuse_below)


def understood_lines(period: Period | None, searched_for: str = "") -> Iterator[str]:
    """What a question was taken to mean, where that is not just what it says; a blank line below."""
    lines = [fill(f"Searched for: {searched_for}", "  ", "")] if searched_for else []
    if period:
        days = f"Published: {period.shown}" if period.shown else "Order"
        after = " or later" if period.applied == "widened" else ""
        order = f"{', ' if period.shown else ': '}{period.order} first" if period.order else ""
        lines.append(fill(f"{days}{after}{order} ({_LEAVE_OUT})", "  ", ""))
        if period.note:
            lines.append(fill(period.note, "  "))
    yield from [*lines, ""] if lines else []


def _quoted_lines(answer: Answer) -> Iterator[str]:
    if short := in_short(answer):
        yield fill(f"In short: {short}")
        if apart := differing(answer):
            yield fill(f"Different figures in the articles: {'; '.join(apart)}.")
        yield ""
    yield fill(" ".join(text.strip() + "".join(f" [{n}]" for n in numbers) for text, numbers in pieces(answer)))
    above = None
    for number, citation in enumerate(answer.citations, 1):
        mark, article = f"[{number}] ", citation.article
        indent = " " * len(mark)
        if article.id != above:
            yield ""
            yield fill(byline(article), indent, mark)
            if article.url:
                yield indent + article.url
            mark = indent
        page = page_of(article, citation.quote)
        yield fill(f"\u201c{citation.text}\u201d" + (f" ({page})" if page else ""), indent, mark)
        yield from _days_lines(article, citation.quote, indent)
        above = article.id
    if len(answer.outlets) > 1:
        yield ""
        yield fill(f"Quoted from {len(answer.outlets)} independent outlets: {', '.join(answer.outlets)}.")
    elif alone(answer):
        yield ""
        yield ALONE


def _days_lines(article: Article, at: Span, indent: str) -> Iterator[str]:
    """Which day "last Friday" is, once for each of such words."""
    said = {span.of(article.text): means for span, means in days_said(article, at)}
    yield from (fill(f"\u201c{words}\u201d is {means}.", indent) for words, means in said.items())


def _refusal_lines(answer: Answer, nearest: bool) -> Iterator[str]:
    yield fill(answer.text)
    if answer.hits and nearest:
        yield "\nNot an answer, but the nearest passages:"
        for hit in answer.hits[:NEAREST]:
            yield ""
            yield fill(byline(hit.passage.article), "    ", "  - ")
            yield fill(snippet(hit.passage.text), "    ")


def _read_lines(answer: Answer, refuse_below: float) -> Iterator[str]:
    yield ""
    sure = f"Confidence {answer.confidence:.2f} that the articles answer this"
    yield fill(f"{sure}; below {refuse_below:.2f} Byline refuses." if refuse_below else f"{sure}; nothing is refused.")
    steps = ", ".join(f"{name} {seconds:.3f}" for name, seconds in answer.seconds.items())
    yield fill(f"Seconds: {steps}.")
    many = len(answer.hits) != 1
    yield f"\n{counted(len(answer.hits), 'passage')} {'were' if many else 'was'} read for it:\n"
    yield from hit_lines(answer.hits, explain=True, whole=False)


def hit_lines(hits: Iterable[Hit], explain: bool = False, whole: bool = True) -> Iterator[str]:
    """Passages found, best first, `whole` or their first words; with `explain` why each stands where it stands."""
    number = 0
    for number, hit in enumerate(hits, 1):
        if number > 1:
            yield ""
        article, span = hit.passage.article, hit.passage.span
        yield fill(byline(article), "    ", f"{number:>2}. ")
        yield fill(f"{article.id} [{span.start}:{span.end}], score {hit.score:.3f}", "    ")
        if explain:
            yield from why_lines(hit)
        elif copies := hit.why.get("copies"):
            yield fill(f"stands for {counted(len(copies), 'copy')}: {', '.join(copies)}", "    ")
        text = hit.passage.text
        yield fill(" ".join(text.split()) if whole else snippet(text), "    ")
        yield from _days_lines(article, span, "    ")
    if explain and number:
        yield ""
        yield fill(SCORE)


def explanation_lines(explanation: Any) -> Iterator[str]:
    """The reasons why an article is or is not in an answer, then each detail that there is by its name."""
    for reason in explanation.reasons:
        yield fill(reason, "  ", "- ")
    fields: Mapping[str, Any] = asdict(explanation)
    typed = fields.get("question")  # what was searched for need not be told where it is the same
    details = {name: value for name, value in fields.items() if name not in _ASKED and value != typed and _says(value)}
    if details:
        yield ""
    wide = max((len(name) for name in details), default=0) + 2
    for name, value in details.items():
        yield fill(shown(value), " " * wide, name.replace("_", " ").ljust(wide))


def _says(value: Any) -> bool:
    """Whether a detail is one: a place of 0 is none, and so is an empty text or list."""
    return isinstance(value, bool | float) or bool(value)
