"""The default answerer: it quotes. Which sentences, in which order, and how many. Pure.

It takes the sentence that answers before the one that is merely similar, never says the same twice, and stops when
the sentences shown probably hold the answer.
"""

import math
from collections.abc import Sequence

from index.records import Article, Span
from index.words import FUNCTION_WORDS, words
from rag.features import Asked, Candidate, of_passage
from rag.retrieve import Found
from rag.weights import weights

PASSAGES = 8  # the best passages, whose sentences are candidates
ENOUGH = 0.65  # shares of the answer's probability at which one more sentence is not worth reading
_SAME = 0.7  # shared words at which one sentence repeats another


def rank(asked: Asked, found: Sequence[Found]) -> list[Candidate]:
    """The sentences of the best passages, the likeliest answer first."""
    candidates: list[Candidate] = []
    for i, one in enumerate(found[:PASSAGES]):
        passage = one.hit.passage
        candidates += of_passage(
            asked, passage.article, passage.span, one.sentences, one.cosines, one.terms,
            rank=i, gap=one.hit.score - found[0].hit.score,
        )  # fmt: skip
    model = weights().sentence
    return sorted(candidates, key=lambda candidate: -model.score(candidate.features))


def choose(ranked: Sequence[Candidate], limit: int, enough: float = ENOUGH) -> list[Candidate]:
    """The sentences to show: at most `limit`, fewer where the first ones suffice, none that repeats another.

    The scores of `ranked` become shares that add up to 1 (softmax); sentences are taken, best first, until the shares
    taken add up to `enough`.
    """
    if not ranked:
        return []
    model = weights().sentence
    scores = [model.score(candidate.features) for candidate in ranked]
    shares = [math.exp(score - scores[0]) for score in scores]
    told = [content(candidate.text) for candidate in ranked]
    chosen: list[int] = []
    said = [False] * len(ranked)
    taken = 0.0
    while len(chosen) < limit and taken < enough * sum(shares) and not all(said):
        best = said.index(False)
        chosen.append(best)
        for i in range(best, len(ranked)):  # copies of a story say the same: what is said once counts as said
            if not said[i] and (i == best or repeats(told[best], told[i])):
                said[i] = True
                taken += 0.0 if ranked[best].unmet else shares[i]
    return [ranked[i] for i in chosen or [0]]


def lead(article: Article, sentences: Sequence[Span], limit: int) -> list[tuple[Article, Span]]:
    """The opening sentences of an article: what a news story tells first is its summary."""
    whole = [span for span in sentences if span.of(article.text).rstrip("\"”’')").endswith((".", "!", "?"))]
    return [(article, span) for span in (whole or list(sentences))[:limit]]


def content(text: str) -> frozenset[str]:
    """The words of a sentence that carry its meaning."""
    return frozenset(word for word in words(text) if word not in FUNCTION_WORDS)


def repeats(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sentences say the same: most of the content words of the shorter stand in the longer."""
    return bool(one and other) and len(one & other) / min(len(one), len(other)) >= _SAME
