"""From a ranking to what a person wants to see: copies of one story as one hit, several articles side by side. Pure.

A copy is told by the links that were made when it was added, and by its words: wire stories are printed with other
titles, cuts and credits. What stands in one copy only stays a hit of its own.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from rag.retrieve import Found

COPY, SAME_STORY = 0.85, 0.6  # shared terms at which a passage repeats another: of any article, of the same story
NEAR = 0.5  # how much lower a passage of another article may score and still go first
_FEW = 8  # terms below which a passage is too short to be told apart by its words
DEEP = 4  # times the hits wanted: how far down copies are looked for


def fold(found: Sequence[Found], stories: Mapping[str, int], k: int) -> list[Found]:
    """The hits without those that repeat a better one; `why["copies"]` of that one lists the ids they come from.

    Args:
        stories: the story of each article by its id, the same number for its copies, 0 for none (View.stories).
        k: how many hits will be shown: copies are looked for among four times as many.
    """
    kept: list[_Said] = []
    alike: dict[str | int, list[int]] = {}  # the kept that may repeat what has this mark, or tells this story
    copies: dict[int, list[str]] = {}
    for said in _said(found[: DEEP * k], stories):
        near = sorted({i for mark in said.marks for i in alike.get(mark, ())})
        at = next((i for i in near if _repeats(said, kept[i])), None)
        if at is None:
            for mark in said.marks:
                alike.setdefault(mark, []).append(len(kept))
            kept.append(said)
        elif said.article not in copies.setdefault(at, []):
            copies[at].append(said.article)
    return [_with(one.found, copies.get(i)) for i, one in enumerate(kept)]


def independent(cited: Sequence[str], folded: Sequence[Found], ranking: Sequence[Found]) -> tuple[str, ...]:
    """The outlets of cited articles, each once; not one whose article is a copy of another that is cited.

    Args:
        cited: ids of articles, in the order of citing.
        folded: the hits that were read, whose `why["copies"]` are ids of articles of the ranking.
    """
    outlets = {_article(one): one.hit.passage.article.outlet for one in ranking}
    told: list[str] = []
    known: set[str] = {""}
    for id in cited:
        if outlets[id] not in known:
            told.append(outlets[id])
        copies = (copy for one in folded if _article(one) == id for copy in one.hit.why.get("copies", ()))
        known |= {outlets[id], *(outlets.get(copy, "") for copy in copies)}
    return tuple(told)


def spread(found: Sequence[Found], per_article: int) -> list[Found]:
    """At most `per_article` hits of an article before those of others; it yields where no other one scores near.

    A hit too many waits for the hits of other articles that score at most NEAR less, and follows them.
    """
    waiting, order, seen = list(found), [], Counter[str]()
    while waiting:
        best = waiting[0]
        if seen[_article(best)] >= per_article:
            near = (one for one in waiting if one.hit.score >= best.hit.score - NEAR)
            best = next((one for one in near if seen[_article(one)] < per_article), best)
        waiting.remove(best)
        order.append(best)
        seen[_article(best)] += 1
    return order


@dataclass(frozen=True, slots=True)
class _Said:
    """A passage with its article's id and story, all its terms, and its marks.

    `marks` are its story, if any, and so many of its rarest terms that two passages which repeat each other (COPY)
    have one of them in common: only what shares a mark is compared (prefix filtering; Chaudhuri, Ganti, Kaushik 2006).
    """

    found: Found
    article: str
    terms: frozenset[str]
    story: int
    marks: tuple[str | int, ...]


def _said(found: Sequence[Found], stories: Mapping[str, int]) -> Iterator[_Said]:
    held = [frozenset(chain.from_iterable(one.terms)) for one in found]
    frequency = Counter(chain.from_iterable(held))
    rare = {term: i for i, term in enumerate(sorted(sorted(frequency), key=frequency.__getitem__))}
    for one, terms in zip(found, held, strict=True):
        article = _article(one)
        story = stories.get(article, 0)
        few = len(terms) - math.ceil(COPY * len(terms)) + 1
        marks = sorted(terms, key=rare.__getitem__)[:few]
        yield _Said(one, article, terms, story, (story, *marks) if story else tuple(marks))


def _repeats(one: _Said, other: _Said) -> bool:
    if one.article == other.article:
        return False
    few, many = sorted((len(one.terms), len(other.terms)))
    if few < _FEW:
        return one.terms == other.terms
    if one.story and one.story == other.story:
        return len(one.terms & other.terms) >= SAME_STORY * few
    return few >= COPY * many and len(one.terms & other.terms) >= COPY * len(one.terms | other.terms)


def _article(one: Found) -> str:
    return one.hit.passage.article.id


def _with(one: Found, copies: Sequence[str] | None) -> Found:
    if not copies:
        return one
    return replace(one, hit=replace(one.hit, why={**one.hit.why, "copies": list(copies)}))
