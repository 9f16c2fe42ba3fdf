"""From a ranking to what a person wants to see: copies of one story as one hit, several articles side by side. Pure.

A copy is told by the links that were made when it was added, and by its words: wire stories are printed with other
titles, cuts and credits. What stands in one copy only stays a hit of its own.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
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
    kept: list[tuple[Found, frozenset[str]]] = []
    copies: dict[int, list[str]] = {}
    for one in found[: DEEP * k]:
        said = frozenset(chain.from_iterable(one.terms))
        at = next((i for i, (other, held) in enumerate(kept) if _repeats(one, said, other, held, stories)), None)
        if at is None:
            kept.append((one, said))
        elif one.hit.passage.article.id not in copies.setdefault(at, []):
            copies[at].append(one.hit.passage.article.id)
    return [_with(one, copies.get(i)) for i, (one, _) in enumerate(kept)]


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


def _repeats(one: Found, said: frozenset[str], other: Found, held: frozenset[str], stories: Mapping[str, int]) -> bool:
    if _article(one) == _article(other):
        return False
    if min(len(said), len(held)) < _FEW:
        return said == held
    few, many = sorted((len(said), len(held)))
    story = stories.get(_article(one), 0)
    if story and story == stories.get(_article(other), 0):
        return len(said & held) >= SAME_STORY * few
    return few >= COPY * many and len(said & held) >= COPY * len(said | held)  # the first is quickly told


def _article(one: Found) -> str:
    return one.hit.passage.article.id


def _with(one: Found, copies: Sequence[str] | None) -> Found:
    if not copies:
        return one
    return replace(one, hit=replace(one.hit, why={**one.hit.why, "copies": list(copies)}))
