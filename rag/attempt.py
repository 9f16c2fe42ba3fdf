"""One way to understand a question, tried on one consistent look at the archive. The assistant tries them in turn."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from index.records import Where
from index.view import View
from rag import extract
from rag.confidence import confidence
from rag.dating import read
from rag.event import without
from rag.features import Candidate, take_apart
from rag.fold import DEEP, fold, spread
from rag.named import Sought, sought
from rag.period import widened, without_days
from rag.prefer import prefer
from rag.question import Asking, Kind, asking, subject
from rag.records import Period
from rag.reports import asks_of_reports, behind
from rag.retrieve import READ, Found, retrieve
from rag.settings import Settings
from rag.spans import Reader, read_over

Rerank = Callable[[str, list[Found]], list[Found]]
PER_ARTICLE = 2  # hits of one article before those of others


@dataclass(frozen=True, slots=True)
class Models:
    """What a search may use beside the embedder: a reranker, the reader. None: it does without."""

    rerank: Rerank | None = None
    reader: Reader | None = None


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
        return subject(self.sought) if self.wants in ("summary", "topic") else behind(self.sought)


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks, checked: the question, what is searched for it, the filter, the day on which it is asked.

    `days`: whether the question's own words about time are read; `alone`: whether it may be no follow-up after all.
    """

    question: str
    searched: str
    where: Where
    today: date
    days: bool = True
    alone: bool = False


@dataclass(slots=True)
class Looked:
    """What an attempt came to: passages, sentences, how sure one may be, and the time that each step took."""

    found: Sequence[Found] = ()  # copies as one, as many as are read or shown
    ranked: Sequence[Candidate] = ()
    sure: float = 0.0
    seconds: dict[str, float] = field(default_factory=dict)
    ranking: Sequence[Found] = ()  # all that was found, before that
    order: str = ""  # "latest" or "earliest", where that is asked for
    kind: Kind = "other"
    sought: Sought | None = None  # what the question asks the name of
    compared: bool = False  # whether it asks how several articles tell it


def ways(view: View, request: Request) -> list[Attempt]:
    """The attempts at a question, in the order in which they are made: the first that answers counts."""
    question, today = request.question, request.today
    attempt = Attempt(request.searched, request.searched, request.where, wants=asking(question))
    if request.days:
        attempt = dated(view, attempt, question, today)
    attempts = [attempt]
    if request.alone:  # the subject has changed
        bare = _bare(question, attempt.period, today) if attempt.period else question
        attempts.append(replace(attempt, searched=question, sought=bare))
    if wider := widened(attempt.period):
        where = replace(attempt.where, since=wider.since, until=wider.until)
        attempts.append(replace(attempt, sought=attempt.searched, where=where, period=wider))
    return attempts


def dated(view: View, attempt: Attempt, question: str, today: date) -> Attempt:
    """The attempt with what the question says about time; as a filter, its words leave what is searched for."""
    period = read(view, question, today)
    if period is None:
        return attempt
    if period.applied != "filter" and period.shown:  # the days may still be named in the texts
        return replace(attempt, period=period)
    where = replace(attempt.where, since=period.since, until=period.until)
    return replace(attempt, sought=_bare(attempt.searched, period, today), where=where, period=period)


def _bare(question: str, period: Period, today: date) -> str:
    """The question without its words about time, which the filter knows."""
    return without(question, period.event) if period.event else without_days(question, today)


def look(view: View, attempt: Attempt, settings: Settings, models: Models) -> Looked:
    """Search, fold, read and rank; nothing is chosen yet. Where no answer is asked for, none is read for."""
    seconds: dict[str, float] = {}
    ranking = search(view, attempt, settings, models.rerank, seconds)
    begun = time.perf_counter()
    found = shown(view, ranking, kept(settings), folded=not attempt.where.story)  # whose copies are asked for
    asked = take_apart(attempt.words, view.frequency, view.size)
    seconds["retrieve"] += time.perf_counter() - begun
    told = None
    if models.reader and attempt.wants == "question":
        begun = time.perf_counter()
        told = read_over(models.reader, attempt.words, found)
        seconds["read"] = time.perf_counter() - begun
    begun = time.perf_counter()
    ranked = extract.rank(asked, found, told)
    seconds["retrieve"] += time.perf_counter() - begun
    order = attempt.period.order if attempt.period else ""
    compared = asks_of_reports(attempt.sought)
    return Looked(
        found, ranked, confidence(ranked), seconds, ranking, order, asked.kind, sought(attempt.words), compared
    )


def search(
    view: View, attempt: Attempt, settings: Settings, rerank: Rerank | None, seconds: dict[str, float], k: int = 0
) -> list[Found]:
    """All that was found and read, best first, before anything is folded; the k best where that is more.

    `seconds` takes the time of each step.
    """
    times = [time.perf_counter()]
    vector = view.encode(attempt.words)
    times.append(time.perf_counter())
    width = max(k, settings.candidates)
    found = retrieve(view, attempt.words, vector, width, attempt.where, k if k > READ else None)
    found = prefer(found, attempt.period)
    times.append(time.perf_counter())
    if rerank:
        found = rerank(attempt.words, found)
        times.append(time.perf_counter())
    seconds.update(zip(("encode", "retrieve", "rerank"), (b - a for a, b in pairwise(times)), strict=False))
    return found


def kept(settings: Settings) -> int:
    """How many passages are left when copies are folded: those that are read, or more where more are shown."""
    return max(settings.nearest, extract.PASSAGES)


def shown(
    view: View, found: Sequence[Found], k: int, folded: bool = True, per_article: int = PER_ARTICLE
) -> list[Found]:
    """The k hits to show of a ranking: copies as one, no article before all others."""
    kept = as_one(view, found, k) if folded else list(found)
    return (spread(kept, per_article) if per_article else kept)[:k]


def as_one(view: View, found: Sequence[Found], k: int) -> list[Found]:
    """The ranking with copies as one hit, as far down as matters where k are shown."""
    near = found[: DEEP * k]
    return fold(found, view.stories(sorted({one.hit.passage.article.id for one in near})), k)
