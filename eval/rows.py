"""What came back for one question, and the figures of many. Pure: nothing is asked or printed here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from eval.cases import Case, Groups, Place
from eval.metrics import (
    Figure,
    citation_precision,
    citation_recall,
    evidence_recall,
    hit_at_k,
    is_evidence,
    mean,
    ndcg_at_k,
    quantile,
    recall_at_k,
    reciprocal_rank,
    refusals,
)
from index.records import Hit
from rag.records import Answer

DEPTH = 10  # how many passages of a ranking the figures look at
WORST = 10


@dataclass(frozen=True, slots=True)
class Row:
    """A question, its gold places, and what the assistant said and found. `step` names the pass of a benchmark."""

    case: Case
    groups: Groups
    answer: Answer
    hits: tuple[Hit, ...] = field(repr=False)
    seconds: float
    step: str = ""

    @property
    def passages(self) -> tuple[Place, ...]:
        """The ranking, as places."""
        return tuple(Place(hit.passage.article.id, hit.passage.span) for hit in self.hits)

    @property
    def citations(self) -> tuple[Place, ...]:
        """What the answer shows, as places."""
        return tuple(Place(c.article.id, c.quote) for c in self.answer.citations)

    @property
    def found(self) -> tuple[bool, ...]:
        """For each passage of the ranking, whether it holds evidence."""
        return tuple(is_evidence(place, self.groups) for place in self.passages)

    @property
    def gold(self) -> frozenset[str]:
        """The ids of the articles that hold evidence."""
        return frozenset(place.article for group in self.groups for place in group)

    @property
    def found_articles(self) -> tuple[bool, ...]:
        """For each article, ranked by its best passage, whether it is one that holds evidence."""
        return tuple(article in self.gold for article in dict.fromkeys(p.article for p in self.passages))

    @property
    def precision(self) -> float:
        """Citation precision of this question."""
        return citation_precision(self.citations, self.groups)

    @property
    def recall(self) -> float:
        """Citation recall of this question."""
        return citation_recall(self.citations, self.groups)


@dataclass(frozen=True, slots=True)
class Topic:
    """A question that was only searched: the value of each measure, and the best articles found of so many relevant."""

    id: str
    question: str
    values: Mapping[str, float]
    found: tuple[str, ...]
    relevant: int
    kind: str = ""


def figures(rows: Sequence[Row]) -> tuple[Figure, ...]:
    """The figures of a set, in the order in which they are told. Retrieval and citations: over answerable questions."""
    asked = [row for row in rows if row.case.answerable]
    out: list[Figure] = []
    if asked:
        out += _retrieval(asked)
        out.append(mean("citation precision", [row.precision for row in asked]))
        out.append(mean("citation recall", [row.recall for row in asked]))
        out.append(mean("answerable answered", [float(row.answer.answered) for row in asked]))
    shown = [is_evidence(place, row.groups) for row in rows for place in row.citations]
    if shown:
        out.append(mean("right among shown citations", [float(right) for right in shown]))
    answered = [row for row in rows if row.answer.answered]
    if answered:
        out.append(mean("citations per answer", [float(len(row.citations)) for row in answered]))
    if len(asked) < len(rows):
        out += refusal_figures(rows)
    return (*out, *seconds(rows))


def _retrieval(rows: Sequence[Row]) -> list[Figure]:
    hits = [mean(f"hit@{k}", [hit_at_k(row.found, k) for row in rows]) for k in (1, 3, DEPTH)]
    return [
        *hits,
        mean(f"MRR@{DEPTH}", [reciprocal_rank(row.found, DEPTH) for row in rows]),
        mean(f"evidence recall@{DEPTH}", [evidence_recall(row.groups, row.passages, DEPTH) for row in rows]),
        mean(f"article nDCG@{DEPTH}", [ndcg_at_k(row.found_articles, len(row.gold), DEPTH) for row in rows]),
        mean(f"article recall@{DEPTH}", [recall_at_k(row.found_articles, len(row.gold), DEPTH) for row in rows]),
    ]


def refusal_figures(rows: Sequence[Row]) -> list[Figure]:
    """Refusal precision, recall and F1: over the refused, the unanswerable, and all questions."""
    refused = [not row.answer.answered for row in rows]
    answerable = [row.case.answerable for row in rows]
    figure = refusals(refused, answerable)
    return [
        Figure("refusal precision", figure.precision, sum(refused)),
        Figure("refusal recall", figure.recall, sum(not a for a in answerable)),
        Figure("refusal F1", figure.f1, len(rows)),
    ]


def seconds(rows: Sequence[Row]) -> list[Figure]:
    """Wall seconds of one question: median and 95th percentile."""
    values = [row.seconds for row in rows]
    return [
        Figure("seconds, median", quantile(values, 0.5), len(values)),
        Figure("seconds, 95th percentile", quantile(values, 0.95), len(values)),
    ]


def by_kind(rows: Sequence[Row]) -> dict[str, tuple[Figure, ...]]:
    """The same figures for each kind of question, kinds in the order met."""
    kinds = dict.fromkeys(row.case.kind for row in rows)
    return {kind or "(no kind)": figures([row for row in rows if row.case.kind == kind]) for kind in kinds}


def worst(rows: Sequence[Row], most: int = WORST) -> dict[str, tuple[Row, ...]]:
    """What to mend first: up to `most` questions of each fault, the surest mistakes first."""
    answered = [row for row in rows if row.answer.answered]
    faults = {
        "wrong citation": [row for row in answered if row.case.answerable and row.precision < 1],
        "answered though unanswerable": [row for row in answered if not row.case.answerable],
        "refused though answerable": [row for row in rows if row.case.answerable and not row.answer.answered],
    }

    def order(row: Row) -> tuple[float, float]:
        return row.precision, -row.answer.confidence if row.answer.answered else row.answer.confidence

    return {fault: tuple(sorted(found, key=order)[:most]) for fault, found in faults.items()}
