"""Tying words of an answer to words of articles. Pure: values in, values out."""

from collections.abc import Sequence

from index.records import Article, Span
from rag.records import Citation


def quoted(parts: Sequence[tuple[Article, Span]]) -> tuple[str, tuple[Citation, ...]]:
    """The answer that consists of these quotes, joined by one space, and its citations.

    For each citation `text[claim] == article.text[quote]`.
    """
    text, citations = "", []
    for article, quote in parts:
        start = len(text) + 1 if text else 0
        text = f"{text} {quote.of(article.text)}" if text else quote.of(article.text)
        citations.append(Citation(Span(start, len(text)), article, quote, "quoted"))
    return text, tuple(citations)


def placed(words: Span, citation: Citation) -> Span:
    """Where words of an article stand in the answer that quotes them; they lie within the citation's quote."""
    shift = citation.claim.start - citation.quote.start
    return Span(words.start + shift, words.end + shift)


def within(words: Span, citations: Sequence[Citation]) -> tuple[int, Span] | None:
    """Which citation words of the answer stand in, by its place from 0, and where they stand in its article."""
    for place, one in enumerate(citations):
        if one.claim.start <= words.start and words.end <= one.claim.end:
            shift = one.quote.start - one.claim.start
            return place, Span(words.start + shift, words.end + shift)
    return None


def holds(text: str, citation: Citation) -> bool:
    """Whether a citation that claims to quote does so: its claim and its quote are the same characters."""
    return citation.claim.of(text) == citation.quote.of(citation.article.text) != ""
