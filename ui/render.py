"""What articles and answers look like to a person: their words, made safe, and one value for the panel. Pure functions.

The text of an article is a stranger's. In markdown every mark of punctuation becomes a character reference, so that
nothing of it can act as markdown or HTML; the panel gets it as data and shows it as text.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from index.records import Article, Span
from rag.dates import spoken_in
from rag.records import Answer, Citation

NEAREST = 3
_SNIPPET = 240
_SAID = 4  # relative words explained beside an article
# Marks that mean something in markdown or HTML anywhere, at the start of a block, or in a bare address.
_ACTIVE = re.compile(r"[\\`*_{}\[\]<>#|&~$=^@]|^[-+]|:(?=/)|(?<=[Ww][Ww][Ww])\.")
_NUMBERED = re.compile(r"(?<=\d)[.)]")
_BLANKS = re.compile(r"\s+")


def plain_date(published: str) -> str:
    """An ISO date as people write it: "22 August 2014", "August 2014", "2014"; anything else as it stands."""
    day = published[:10]
    try:
        if len(day) == 10:
            full = date.fromisoformat(day)
            return f"{full.day} {full:%B} {full.year}"
        if len(day) == 7:
            return f"{date.fromisoformat(day + '-01'):%B} {day[:4]}"
    except ValueError:
        pass
    return published


def plain_days(iso: str) -> str:
    """A day, month, year or interval ("2014-08-18/2014-08-24") as people write it."""
    first, _, last = iso.partition("/")
    return f"{plain_date(first)} \u2013 {plain_date(last)}" if last else plain_date(first)


def days_said(article: Article, at: Span) -> list[tuple[Span, str]]:
    """The words in a place of an article that lean on its date ("last Friday"), each with the day that they mean."""
    return [(span, plain_days(iso)) for span, iso in spoken_in(article.text, article.published, at)]


def spoken_lines(article: Article, at: Span) -> list[str]:
    """The same in words: "“last Friday” = 22 August 2014", each once."""
    said = (f"\u201c{snippet(span.of(article.text))}\u201d = {day}" for span, day in days_said(article, at))
    return list(dict.fromkeys(said))


def safe_url(url: str) -> str:
    """The address when it is a plain http(s) one, else ""."""
    try:
        parts = urlsplit(url)
        good = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return url if good and url.isprintable() and " " not in url else ""


def host(url: str) -> str:
    """The host an http(s) address leads to, without "www."."""
    return (urlsplit(url).hostname or "").removeprefix("www.") if safe_url(url) else ""


def heading(article: Article) -> str:
    """The title, or the first words of an article that has none."""
    return article.title or snippet(article.text, 60) or article.id


def facts(article: Article, at: Span | None = None) -> list[str]:
    """Outlet, author and date, those that are known; and the page of a place in the article, if it has pages."""
    page = page_of(article, at) if at else ""
    return [fact for fact in (article.outlet, article.author, plain_date(article.published), page) if fact]


def page_of(article: Article, at: Span) -> str:
    """The page or pages on which a place stands, as people write it."""
    first, last = article.page(at.start), article.page(max(at.start, at.end - 1))
    if not first:
        return ""
    return f"page {first}" if first == last else f"pages {first}\u2013{last}"


def snippet(text: str, limit: int = _SNIPPET) -> str:
    """The first words of a text in one line, cut between words."""
    line = _BLANKS.sub(" ", text[: limit * 4]).strip()
    if len(line) <= limit:
        return line
    cut = line[:limit].rsplit(" ", 1)[0].rstrip(" .,;:")
    return f"{cut}\u2026"


def escape(text: str) -> str:
    """Text that is safe in markdown: shown as it is, in one line."""
    line = _ACTIVE.sub(_by_number, _BLANKS.sub(" ", text).strip())
    begins = re.match(r"\d{1,9}[.)]", line)  # "2014. It was" would begin a list
    return _NUMBERED.sub(_by_number, line, count=1) if begins else line


def _by_number(mark: re.Match[str]) -> str:
    return f"&#{ord(mark[0])};"


def pieces(answer: Answer) -> list[tuple[str, list[int]]]:
    """The answer's text in stretches, each with the numbers (from 1) of the citations that end it."""
    ends: dict[int, list[int]] = {}
    for number, citation in enumerate(answer.citations, 1):
        ends.setdefault(citation.claim.end, []).append(number)
    found, start = [], 0
    for end in sorted(ends):
        found.append((answer.text[start:end], ends[end]))
        start = end
    if answer.text[start:].strip():
        found.append((answer.text[start:], []))
    return found


def sources(citations: Iterable[Citation]) -> list[tuple[Article, list[int]]]:
    """Each cited article once, in the order of citing, with the numbers of its citations."""
    found: dict[str, tuple[Article, list[int]]] = {}
    for number, citation in enumerate(citations, 1):
        found.setdefault(citation.article.id, (citation.article, []))[1].append(number)
    return list(found.values())


def panel(answer: Answer, turn: int, kind: str, number: int) -> dict[str, Any] | None:
    """What the panel shows for a link of the chat, or None where the link leads nowhere.

    `kind` is "cite" for a citation or "near" for one of the nearest passages of a refusal.
    """
    if kind == "cite" and 1 <= number <= len(answer.citations):
        citation = answer.citations[number - 1]
        article, span, label = citation.article, citation.quote, f"Source {number}"
    elif kind == "near" and 1 <= number <= min(NEAREST, len(answer.hits)):
        hit = answer.hits[number - 1].passage
        article, span, label = hit.article, hit.span, "A near passage, not an answer"
    else:
        return None
    return {
        "key": f"{kind}-{turn}-{number}",
        "label": label,
        "id": article.id,
        "title": heading(article),
        "facts": facts(article, span),
        "said": spoken_lines(article, span)[:_SAID],
        "url": safe_url(article.url),
        "host": host(article.url),
        "before": article.text[: span.start],
        "hit": span.of(article.text),
        "after": article.text[span.end :],
    }
