"""What is quoted of what was read: which sentences, how they are shown, and the few words of them that answer. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.records import Article, Span
from index.sentences import sentences
from rag import extract
from rag.attempt import Looked
from rag.cite import placed
from rag.disagree import concord, dissent
from rag.features import Candidate
from rag.named import Sought
from rag.question import Asking
from rag.quote import quotable, without_dateline
from rag.records import Answer
from rag.settings import Settings

Part = tuple[Article, Span]
MOST = 3  # sentences of an answer, where nobody says how many


@dataclass(frozen=True, slots=True)
class Choice:
    """What is quoted, nothing for a refusal; the words of the first part that answer, where the reader is sure of them;
    and those of the second part, where it gives another figure."""

    parts: tuple[Part, ...] = ()
    short: Span | None = None
    other: Span | None = None


def chosen(looked: Looked, wants: Asking, settings: Settings) -> Choice:
    """What to quote."""
    ranked, limit, threshold = looked.ranked, settings.sentences or MOST, settings.refuse_below
    if not ranked:
        return Choice()
    if wants != "question" and threshold > 0:  # these have no answer to be sure of, only a subject
        covered = max(candidate.features["pcov"] for candidate in ranked)
        if covered < (0.5 if wants == "summary" else 1.0):
            return Choice()
    elif looked.sure < threshold:
        return Choice()
    if wants == "summary":
        article = looked.found[0].hit.passage.article
        return Choice(tuple(extract.lead(article, sentences(article.text), limit)))
    ranked = ordered(looked, wants)
    best = extract.choose(ranked, limit, 1.0 if settings.sentences else extract.ENOUGH)
    other = dissent(ranked, looked.kind, looked.compared) if wants == "question" else None
    second = concord(ranked, looked.kind) if looked.compared and not other else other
    if second and limit > 1:
        best = [best[0], second, *(one for one in best[1:] if one != second)][:limit]
    parts = quotes(best, looked.sought)
    if wants != "question" or looked.kind in ("reason", "manner"):
        return Choice(parts)
    # Who wants an answer at any price gets a short one, too; who compares, the two figures.
    sure = extract.SURE if threshold > 0 and not (looked.compared and other) else -math.inf
    named = _naming(ranked, parts[0], looked.sought)
    short = named.short if named and extract.is_short(named, parts[0][1], sure) else None
    if short and other and len(parts) > 1 and extract.is_short(other, parts[1][1], sure):
        return Choice(parts, short, other.short)
    return Choice(parts, short)


def _naming(ranked: Sequence[Candidate], part: Part, sought: Sought | None) -> Candidate | None:
    """The candidate whose few words may be the short answer: of a first one that speaks of "the band", the one in the
    same quote that names it; None where there is none."""
    first = ranked[0]
    article, span = part
    if not sought or span.start >= first.span.start or sought.is_named_in(first.text):
        return first
    before = [one for one in ranked if one.article.id == article.id and span.start <= one.span.start < first.span.start]
    return min(before, key=lambda one: one.span.start, default=None)


def quotes(candidates: Sequence[Candidate], sought: Sought | None = None) -> tuple[Part, ...]:
    """What is quoted to show these sentences. One that stands in a quote already is not quoted again, and a quote grows
    into no other."""
    parts: list[Part] = []
    for one in candidates:
        taken = [span for article, span in parts if article.id == one.article.id]
        if any(span.overlap(one.span) for span in taken):
            continue
        grown = quotable(one.article.text, one.span, sought)
        if any(span.overlap(grown) for span in taken):
            grown = without_dateline(one.article.text, one.span)
        parts.append((one.article, grown))
    return tuple(parts)


def pointed(answer: Answer, choice: Choice) -> Answer:
    """The answer with where its few words stand in it, as far as they are quoted yet."""
    cited = answer.citations
    return replace(
        answer,
        short=placed(choice.short, cited[0]) if choice.short and cited else None,
        other=placed(choice.other, cited[1]) if choice.other and len(cited) > 1 else None,
    )


def ordered(looked: Looked, wants: str) -> Sequence[Candidate]:
    """The sentences in the order in which they are quoted: those that say who somebody is before others; those on a
    topic by how much of it they name, and of those that name as much the newest or the earliest first, where that is
    asked for."""
    if wants == "identity":
        return sorted(looked.ranked, key=lambda one: (-one.features["presents"], -one.features["pname"]))
    if wants != "topic":
        return looked.ranked
    none = "" if looked.order == "latest" else "~"  # an article without a date comes last
    ranked = list(looked.ranked)
    if looked.order:
        ranked.sort(key=lambda one: one.article.published or none, reverse=looked.order == "latest")
    return sorted(ranked, key=lambda one: -one.features["cov"])
