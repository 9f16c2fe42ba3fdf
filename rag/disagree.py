"""Where two articles give different numbers or days for what is asked, the answer shows both. Pure.

Only figures that can be compared count: numbers of one unit (a currency, a share, the same thing counted) and days
that cannot be the same. A name in two spellings, or two causes, is left to the reader of the articles.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from index.months import MONTHS
from index.records import Article, Span
from rag.dates import meant
from rag.extract import answer
from rag.features import Candidate
from rag.figures import number
from rag.question import Kind

SURE = 3.0  # log odds from which the reader is believed on what another article says
_BEHIND = 1.5  # in score: a sentence further behind is about something else
_BEHIND_ASKED = 4.0  # where it is asked whether the articles agree: then a doubtful figure is better than none
_COVERS = 0.5  # of the question, at least
_DAYS = 400  # between two articles: what is further apart is mostly another event
_ABOUT = 0.9  # the share of what the first sentence covers of the question that the other one covers as well
_MONTHS = {
    name: MONTHS[name]
    for name in (
        "january jan february feb march mar april apr may june jun july jul august aug september sep sept october oct "
        "november nov december dec"
    ).split()
}
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
_DAY = re.compile(r"\b(\d{1,2})\b(?!\d)")
Day = tuple[int, int, int]  # year, month, day; 0 is not said


def dissent(ranked: Sequence[Candidate], kind: Kind, asked: bool = False) -> Candidate | None:
    """The best sentence of another article that answers with another number or day than the first one does. With
    `asked`, one is asked for: then it need not be as sure to speak of the same."""
    if asked and kind == "other":
        kind = "number"  # "the damage", "the price"
    if kind not in ("number", "date") or not ranked:
        return None
    first = ranked[0]
    if first.short is None or first.unmet or not (asked or first.features["best"] >= SURE):
        return None
    for one in _others(ranked, _BEHIND_ASKED if asked else _BEHIND):
        if one.short is None or one.unmet or not (asked or _of_the_same(first, one)):
            continue
        if differ(kind, (first.article, first.short), (one.article, one.short)):
            return one
    return None


def concord(ranked: Sequence[Candidate], kind: Kind) -> Candidate | None:
    """The best sentence of another article that answers with the words, or the number, of the first one: shown where it
    is asked whether the articles agree."""
    return next((one for one in _others(ranked, _BEHIND_ASKED) if _alike(ranked[0], one, kind)), None)


def _others(ranked: Sequence[Candidate], behind: float) -> Iterator[Candidate]:
    """The sentences of other articles than that of the first one, as far as they are no further behind it in score."""
    for one in ranked[1:]:
        if one.score < ranked[0].score - behind:
            return
        if one.article.id != ranked[0].article.id:
            yield one


def _alike(one: Candidate, other: Candidate, kind: Kind) -> bool:
    """Whether the reader takes the same words of two sentences for the answer, or the same number of the same thing."""
    said, told = answer(one), answer(other)
    if not one.short or not other.short or not said or not told:
        return False
    first, second = number(one.article.text, one.short), number(other.article.text, other.short)
    if kind == "number" and first and second:
        return bool(first[0] & second[0]) and first[1] == second[1]
    return said == told


def _of_the_same(first: Candidate, one: Candidate) -> bool:
    """Whether another sentence surely speaks of what the first one does, at about the same time."""
    if one.features["best"] < SURE or one.features["cov"] < _COVERS:
        return False
    if any(one.features[name] < _ABOUT * first.features[name] for name in ("cov", "namecov", "numcov")):
        return False
    return not _far(first.article.published, one.article.published)


def differ(kind: Kind, one: tuple[Article, Span], other: tuple[Article, Span]) -> bool:
    """Whether two short answers cannot both be right."""
    if kind == "date":
        a, b = day(*one), day(*other)
        return _apart(a, b)
    first, second = number(one[0].text, one[1]), number(other[0].text, other[1])
    return bool(first and second and first[0] & second[0] and first[1] != second[1])


def day(article: Article, at: Span) -> Day:
    """The day in a place of an article, as far as it is said; "on Friday" counts from the article's own date."""
    said = [iso for iso in meant(article.text, article.published, at) if "/" not in iso]
    if said:
        parts = [int(part) for part in said[0].split("-")]
        return parts[0], (*parts, 0)[1], (*parts, 0, 0)[2]
    words = at.of(article.text)
    year = _YEAR.search(words)
    month = next((_MONTHS[word] for word in re.findall(r"[a-z]+", words.lower()) if word in _MONTHS), 0)
    numbered = _DAY.search(words) if month else None
    return int(year.group()) if year else 0, month, int(numbered[1]) if numbered else 0


def _far(one: str, other: str) -> bool:
    """Whether two days of publication, as far as both are known, are further apart than reports of one thing."""
    try:
        return abs((date.fromisoformat(one[:10]) - date.fromisoformat(other[:10])).days) > _DAYS
    except ValueError:
        return False


def _apart(one: Day, other: Day) -> bool:
    """Whether two days differ in a year, month or day that both say."""
    return any(a and b and a != b for a, b in zip(one, other, strict=True))
