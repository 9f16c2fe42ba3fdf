"""Chunking Evaluation (Chroma, 2024): of what is quoted as evidence, how much do the first five passages hold?

Under the path stand corpora/*.md (plain or gzipped) and questions_df.csv. How they are read: each of the five corpora
is an article, and all stand in one archive; a passage of another corpus than the question's only adds to what was
retrieved. A reference is looked for in the normalised text of its article, where it occurs nearest to its stated place.

How they are measured, after the code published with the set: by characters (that the report speaks of tokens is about
the sizes of its chunks). With R the characters of a question's references and P those of the first five passages:
recall = |R and P| / |R|, precision = |R and P| / |P|, IoU = |R and P| / |R or P|. Passages do not overlap here, so that
none counts twice.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from eval.benchmarks.bench import Bench, Corpus, one_of, read_text
from eval.cases import Case, EvidenceItem, Place
from eval.metrics import Figure, mean
from eval.progress import watched
from eval.rows import Row, Topic
from index.errors import EvalError
from index.normalise import normalise
from index.records import Article, Span

NAMES = ("recall@5", "precision@5", "IoU@5")
_K = 5


@dataclass(frozen=True, slots=True)
class Excerpts(Corpus):
    """The benchmark as read, with the places of each question's references."""

    places: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)


def load(path: Path) -> Excerpts:
    """Read corpora and questions.

    Raises:
        EvalError: the files are missing or laid out otherwise.
    """
    table = one_of(path, "questions_df.csv")
    files = sorted(file for pattern in ("*.md", "*.md.gz") for file in (path / "corpora").glob(pattern))
    raw = {file.name.removesuffix(".gz").removesuffix(".md"): read_text(file) for file in files}
    texts = {name: normalise(text) for name, text in raw.items()}
    cases, places, lost = [], {}, []
    csv.field_size_limit(1 << 24)
    try:
        for number, row in enumerate(csv.DictReader(io.StringIO(read_text(table), newline=""))):
            name, corpus = f"{row['corpus_id']}-{number}", row["corpus_id"]
            quotes = [(item["content"], int(item["start_index"])) for item in json.loads(row["references"])]
            found = [place_of(raw[corpus], texts[corpus], quote, start) for quote, start in quotes]
            lost += [f"{name}: {quote[:60]!r}" for (quote, _), span in zip(quotes, found, strict=True) if span is None]
            places[name] = tuple(Place(corpus, span) for span in found if span)
            if places[name]:
                evidence = tuple((EvidenceItem(corpus, quote),) for quote, _ in quotes)
                cases.append(Case(name, row["question"], evidence=evidence, kind=corpus))
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise EvalError(f"The files in {path} are not laid out like Chunking Evaluation: {error!r}") from error
    if not cases:
        raise EvalError(f"{path} holds no question whose reference is in corpora/. Point --data at a whole copy.")
    notes = (f"{len(lost)} references are not in their texts: {'; '.join(lost)}",) if lost else ()
    return Excerpts(tuple(Article(name, text) for name, text in texts.items()), tuple(cases), notes, places=places)


def place_of(raw: str, text: str, quote: str, start: int) -> Span | None:
    """Where `quote` of the raw text stands in the normalised text: of several places the one nearest to `start`."""
    wanted = normalise(quote)
    hint = start if raw == text else len(normalise(raw[:start]))
    found = min(_occurrences(text, wanted), key=lambda at: abs(at - hint), default=None)
    return None if found is None else Span(found, found + len(wanted))


def _occurrences(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


def measure(bench: Bench) -> tuple[Sequence[Figure], Sequence[Row | Topic]]:
    """Search every question; recall, precision and IoU of the first five passages."""
    corpus = bench.corpus
    assert isinstance(corpus, Excerpts)
    topics = []
    with bench.assistant() as assistant:
        for case in watched(bench.cases, "searching", len(bench.cases)):
            hits = assistant.search(case.question, k=_K)
            passages = [Place(hit.passage.article.id, hit.passage.span) for hit in hits]
            values = dict(zip(NAMES, overlap(corpus.places[case.id], passages), strict=True))
            shown = tuple(f"{place.article}[{place.span.start}:{place.span.end}]" for place in passages)
            topics.append(Topic(case.id, case.question, values, shown, len(corpus.places[case.id]), case.kind))
    return [mean(name, [topic.values[name] for topic in topics]) for name in NAMES], topics


def overlap(references: Sequence[Place], passages: Sequence[Place]) -> tuple[float, float, float]:
    """Recall, precision and IoU, in characters; each 0 where nothing was retrieved. See the top of this module."""
    wanted, shown = _characters(references), _characters(passages)
    both = len(wanted & shown)
    return both / len(wanted), both / len(shown) if shown else 0.0, both / len(wanted | shown)


def _characters(places: Sequence[Place]) -> set[tuple[str, int]]:
    return {(place.article, at) for place in places for at in range(place.span.start, place.span.end)}
