"""What an answer looks like to a program: the JSON of the command line and of the HTTP doors. Pure functions."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from index.records import AddReport, Article, Hit, Skipped, Span
from rag.records import Answer, Citation, Results
from ui.render import days_said

# Legal in JSON, but a terminal obeys some of them, and a lone surrogate (of a file's name) cannot be encoded.
_TOLD_BY_NUMBER = re.compile(r"[\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def to_text(value: Any) -> str:
    """JSON for people and pipes: readable, Unicode kept; a NumPy number is a number."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=float)
    return _TOLD_BY_NUMBER.sub(lambda mark: f"\\u{ord(mark[0]):04x}", text)


def answer_json(answer: Answer, notes: Sequence[str] = ()) -> dict[str, Any]:
    """The shape of `byline ask --json` and of POST /api/ask; `notes` say which filter let nothing through."""
    return {
        "question": answer.question,
        "searched_for": answer.searched_for,
        "answered": answer.answered,
        "text": answer.text,
        "short": _span_json(answer.short, answer.short.of(answer.text)) if answer.short else None,
        "other": _span_json(answer.other, answer.other.of(answer.text)) if answer.other else None,
        "confidence": answer.confidence,
        "citations": [_citation_json(citation) for citation in answer.citations],
        "hits": [hit_json(hit) for hit in answer.hits],
        "seconds": dict(answer.seconds),
        "period": asdict(answer.period) if answer.period else None,
        "outlets": list(answer.outlets),
        "notes": list(notes),
    }


def _citation_json(citation: Citation) -> dict[str, Any]:
    article = citation.article
    return {
        "claim": [citation.claim.start, citation.claim.end],
        "article_id": article.id,
        "title": article.title,
        "url": article.url,
        "outlet": article.outlet,
        "author": article.author,
        "published": article.published,
        "page": article.page(citation.quote.start),
        "quote": _span_json(citation.quote, citation.text),
        "verdict": citation.verdict,
        "days": _days_json(article, citation.quote),
    }


def _span_json(span: Span, text: str) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "text": text}


def _days_json(article: Article, at: Span) -> list[dict[str, Any]]:
    """The words in a place that lean on the article's date ("last Friday"), each with the day that they mean."""
    return [{**_span_json(span, span.of(article.text)), "means": means} for span, means in days_said(article, at)]


def hit_json(hit: Hit) -> dict[str, Any]:
    """A passage found, with its place in its article and the parts of its score."""
    article = hit.passage.article
    return {
        "article_id": article.id,
        "title": article.title,
        **_span_json(hit.passage.span, hit.passage.text),
        "score": hit.score,
        "why": dict(hit.why),
        "days": _days_json(article, hit.passage.span),
    }


def results_json(results: Results) -> dict[str, Any]:
    """What a search found, and the days that were read from the question; null where none were."""
    period = asdict(results.period) if results.period else None
    return {"hits": [hit_json(hit) for hit in results.hits], "period": period}


def explanation_json(explanation: Any) -> dict[str, Any]:
    """Every field of an explanation, its reasons first."""
    fields = asdict(explanation)
    return {"reasons": list(fields.pop("reasons")), **fields}


def facets_json(counts: Mapping[str, Mapping[str, int]], dated: int, total: int) -> dict[str, Any]:
    """What there is to filter by: each outlet, author and language with its number of articles, the largest first."""
    named = {what: [{"name": name, "articles": count} for name, count in each.items()] for what, each in counts.items()}
    return {**named, "dated": dated, "total": total}


def article_json(article: Article) -> dict[str, Any]:
    """Every field of an article, its full text among them."""
    fields = {name: getattr(article, name) for name in Article.__dataclass_fields__}
    return {**fields, "places": [list(place) for place in article.places], "found": dict(article.found)}


def row_json(article: Article) -> dict[str, Any]:
    """An article in a list: its number of words in place of its text."""
    fields = article_json(article)
    return {**{k: v for k, v in fields.items() if k != "text"}, "words": len(fields["text"].split())}


def report_json(report: AddReport) -> dict[str, Any]:
    """What an add did."""
    return {
        "added": list(report.added),
        "updated": list(report.updated),
        "unchanged": list(report.unchanged),
        "removed": list(report.removed),
        "kept": [_skipped_json(kept) for kept in report.kept],
        "skipped": [_skipped_json(skipped) for skipped in report.skipped],
        "notes": [_skipped_json(note) for note in report.notes],
    }


def _skipped_json(skipped: Skipped) -> dict[str, str]:
    return {"source": skipped.source, "reason": skipped.reason}
