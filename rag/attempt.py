"""One way to understand a question, tried on one consistent look at the archive. The assistant tries them in turn."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from index.records import Article, Span, Where
from index.sentences import sentences
from index.view import View
from rag import extract
from rag.confidence import confidence
from rag.features import Candidate, take_apart
from rag.fold import fold, spread
from rag.prefer import prefer
from rag.question import Asking, subject
from rag.records import Period
from rag.retrieve import Found, retrieve
from rag.settings import Settings

Rerank = Callable[[str, list[Found]], list[Found]]
PER_ARTICLE = 2  # hits of one article before those of others


@dataclass(frozen=True, slots=True)
class Attempt:
    """A question as it is tried: what is searched for, among which articles, and what it says about time."""

    searched: str
    sought: str
    where: Where
    period: Period | None = None
    wants: Asking = "question"

    @property
    def words(self) -> str:
        """What is searched for, bare of "tell me about" and the like."""
        return subject(self.sought) if self.wants in ("summary", "topic") else self.sought


@dataclass(slots=True)
class Looked:
    """What an attempt came to: passages, sentences, how sure one may be, and the time that each step took."""

    found: Sequence[Found] = ()
    ranked: Sequence[Candidate] = ()
    sure: float = 0.0
    seconds: dict[str, float] = field(default_factory=dict)


def look(view: View, attempt: Attempt, settings: Settings, rerank: Rerank | None) -> Looked:
    """Search, fold and rank; nothing is chosen yet."""
    begun = time.perf_counter()
    vector = view.encode(attempt.words)
    encoded = time.perf_counter()
    found = prefer(retrieve(view, attempt.words, vector, settings.candidates, attempt.where), attempt.period)
    if rerank:
        found = rerank(attempt.words, found)
    found = shown(view, found, max(settings.nearest, extract.PASSAGES))
    ranked = extract.rank(take_apart(attempt.words, view.frequency, view.size), found)
    seconds = {"encode": encoded - begun, "retrieve": time.perf_counter() - encoded}
    return Looked(found, ranked, confidence(ranked), seconds)


def shown(
    view: View, found: Sequence[Found], k: int, folded: bool = True, per_article: int = PER_ARTICLE
) -> list[Found]:
    """The k hits to show of a ranking: copies as one, no article before all others."""
    kept = list(found)
    if folded:
        near = found[: 4 * k]
        kept = fold(found, view.stories(sorted({one.hit.passage.article.id for one in near})), k)
    return (spread(kept, per_article) if per_article else kept)[:k]


def chosen(looked: Looked, wants: Asking, settings: Settings) -> list[tuple[Article, Span]]:
    """What to quote; nothing is a refusal."""
    ranked, limit, threshold = looked.ranked, settings.sentences, settings.refuse_below
    if not ranked:
        return []
    if wants in ("summary", "topic") and threshold > 0:  # these have no answer to be sure of, only a subject
        covered = max(candidate.features["pcov"] for candidate in ranked)
        if covered < (1.0 if wants == "topic" else 0.5):
            return []
    elif looked.sure < threshold:
        return []
    if wants == "summary":
        article = looked.found[0].hit.passage.article
        return extract.lead(article, sentences(article.text), limit)
    if wants == "topic":
        ranked = sorted(ranked, key=lambda one: -one.features["cov"])
    return [(one.article, one.span) for one in extract.choose(ranked, limit)]
