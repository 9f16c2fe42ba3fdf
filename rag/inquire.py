"""What became of one article when a question was asked: the looking behind Assistant.explain. See `explain`."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from index.errors import ArticleMissing
from index.lexical import analyse, query_terms
from index.records import EVERYWHERE, Article, Span, Where
from index.view import Ids, View
from index.words import words
from rag import extract
from rag.attempt import Attempt, Looked, Models, Request, as_one, kept, look, ways
from rag.choice import chosen, ordered
from rag.explain import Explanation, Outcome
from rag.question import asking
from rag.reasons import reasons
from rag.retrieve import Found, retrieve
from rag.settings import Settings

COUNTED = (200, 2_000, 20_000)  # how far down an article is looked for, step by step
_PARTS = ("dense", "sentence", "lexical", "covered", "date", "rerank")


def inquire(
    view: View, question: str, request: Request | None, id: str, settings: Settings, models: Models
) -> Explanation:
    """The explanation for the article with this id; without a request the question asks nothing of the articles.

    Raises:
        ArticleMissing: there is none.
    """
    pids = view.allowed(Where(articles=(id,)))
    if pids is None or not len(pids):
        raise ArticleMissing(f"The archive holds no article with the id '{id}'. See the ids with: byline list")
    if request is None:
        facts = Explanation(question, question, id, asking(question), "not searched")
        return replace(facts, reasons=reasons(facts))
    tried = _tried(view, ways(view, request), settings, models)
    one, looked = tried.attempt, tried.looked
    period, out = one.period, _left_out(view, one.where, pids)
    facts = Explanation(
        question,
        one.searched,
        id,
        one.wants,
        "left out",
        answered=bool(tried.parts),
        confidence=round(looked.sure, 4),
        threshold=settings.refuse_below,
        filter={name: value for name, value in asdict(one.where).items() if value},
        days=period.shown if period and period.applied != "preference" else "",
        left_out_by=out,
        candidates=settings.candidates,
        quotes=len(tried.parts),
    )
    if out:  # what would be without that
        one = replace(one, where=replace(one.where, **{name: getattr(EVERYWHERE, name) for name in out}))
        looked = look(view, one, settings, models)
    facts = _counted(view, _placed(view, facts, one, looked, settings), one, pids)
    if not out:
        facts = _read(facts, looked, tried.parts)
    return replace(facts, reasons=reasons(facts))


@dataclass(frozen=True, slots=True)
class _Tried:
    attempt: Attempt
    looked: Looked
    parts: Sequence[tuple[Article, Span]]


def _tried(view: View, attempts: Sequence[Attempt], settings: Settings, models: Models) -> _Tried:
    """The attempt that answers, or the first."""
    first: _Tried | None = None
    for one in attempts:
        looked = look(view, one, settings, models)
        tried = _Tried(one, looked, chosen(looked, one.wants, settings).parts)
        if tried.parts:
            return tried
        first = first or tried
    assert first is not None
    return first


def _left_out(view: View, where: Where, pids: Ids) -> tuple[str, ...]:
    """The fields of a filter that let none of these passages through. All passages of an article share their fate."""
    names = [name for name, value in asdict(where).items() if value]
    alone = {name: view.allowed(Where(**{name: getattr(where, name)})) for name in names}
    return tuple(name for name, ids in alone.items() if ids is not None and not np.isin(pids, ids).any())


def _placed(view: View, facts: Explanation, one: Attempt, looked: Looked, settings: Settings) -> Explanation:
    """The facts with the article's best passage, its place among all and among those shown, and the parts of its score.

    The best is the first that is shown, else the first that was found, else the first among its own.
    """
    ranking, found, id, most = looked.ranking, looked.found, facts.article_id, kept(settings)
    best = next((other for other in (*found, *ranking) if _id(other) == id), None)
    if best is None:
        own = Where(articles=(id,))
        best = retrieve(view, one.words, view.encode(one.words), settings.candidates, own, 1)[0]
    told = as_one(view, ranking, most)
    place, at = _at(ranking, best), _at(found, best)
    copy_of = ""
    if place and not _at(told, best):
        copy_of = next((_id(other) for other in found if id in other.hit.why.get("copies", ())), "")
    reads = min(len(found), extract.PASSAGES)
    spelled = {term: word for word in reversed(words(one.words)) for term in analyse(word)}
    asked = [spelled[term] for term in query_terms(one.words)]  # "IBM's" has two terms, and is one word
    article, span = best.hit.passage.article, best.hit.passage.span
    return replace(
        facts,
        published=article.published,
        start=span.start,
        end=span.end,
        place=place,
        of=len(ranking),
        score=best.hit.score if place else 0.0,
        shown=at,
        reads=reads,
        parts=_parts(best),
        first=_parts(found[0]) if found else {},
        last=_parts(found[reads - 1]) if found else {},
        first_article=_id(found[0]) if found else "",
        last_article=_id(found[reads - 1]) if found else "",
        lacks=tuple(dict.fromkeys(word for word in asked if word not in best.hit.why["words"])),
        copy_of=copy_of,
        held_back=max(0, _count(told[:most], id) - _count(found, id)),
    )


def _counted(view: View, facts: Explanation, one: Attempt, pids: Ids) -> Explanation:
    """The facts with the passage's rank in each search, among all passages that the filter lets through."""
    rows = view.load(pids.tolist())
    span = Span(facts.start, facts.end)
    pid = next(int(rows.ids[i]) for i in range(len(rows)) if rows.passage(i).span == span)
    allowed, vector, terms = view.allowed(one.where), view.encode(one.words), query_terms(one.words)
    passages = view.size if allowed is None else len(allowed)
    return replace(
        facts,
        passages=passages,
        counted=min(passages, COUNTED[-1]),
        dense_rank=_rank(pid, lambda k: view.dense(vector, k, allowed)[0], passages),
        lexical_rank=_rank(pid, lambda k: view.lexical(terms, k, allowed)[0], passages),
    )


def _rank(pid: int, search: Callable[[int], Ids], passages: int) -> int:
    """The place of a passage in the order of a search, from 1; 0 where it is further down than is counted."""
    for k in COUNTED:
        at = np.flatnonzero(search(min(k, passages)) == pid)
        if len(at):
            return int(at[0]) + 1
        if k >= passages:
            break
    return 0


def _read(facts: Explanation, looked: Looked, parts: Sequence[tuple[Article, Span]]) -> Explanation:
    """The facts with what became of the passage's sentences, and of the article as a whole."""
    ranked = ordered(looked, facts.asks)
    facts = replace(facts, outcome=_outcome(facts, parts), sentences=len(ranked))
    at = next((i for i, other in enumerate(ranked) if other.article.id == facts.article_id), None)
    if at is None:
        return facts
    best = ranked[at]
    said, answer = extract.content(best.text), extract.answer(best)
    told = [(article.id, extract.content(span.of(article.text))) for article, span in parts]
    same = [id for id, words_of_it in told if extract.adds_nothing(said, answer, words_of_it)]
    return replace(
        facts,
        sentence=best.text,
        sentence_start=best.span.start,
        sentence_end=best.span.end,
        sentence_place=at + 1,
        words_found=best.short.of(best.article.text) if best.short else "",
        words_odds=round(best.features["best"], 2) if best.short else 0.0,
        repeats=same[0] if same and facts.outcome != "quoted" else "",
    )


def _outcome(facts: Explanation, parts: Sequence[tuple[Article, Span]]) -> Outcome:
    if any(article.id == facts.article_id for article, _ in parts):
        return "quoted"
    if facts.shown:
        return "read" if facts.shown <= facts.reads else "shown"
    if facts.copy_of:
        return "folded"
    return "found" if facts.place else "not found"


def _parts(one: Found) -> dict[str, float]:
    return {"score": one.hit.score} | {name: float(one.hit.why[name]) for name in _PARTS if name in one.hit.why}


def _at(found: Sequence[Found], one: Found) -> int:
    """The place of a passage, from 1; 0 where it is not."""
    wanted = _id(one), one.hit.passage.span
    return next((i for i, other in enumerate(found, 1) if (_id(other), other.hit.passage.span) == wanted), 0)


def _count(found: Sequence[Found], id: str) -> int:
    return sum(_id(other) == id for other in found)


def _id(one: Found) -> str:
    return one.hit.passage.article.id
