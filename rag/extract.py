"""The default answerer: it quotes. Which sentences, in which order, and how many. Pure.

It takes the sentence that answers before the one that is merely similar, never says the same twice, and stops when
the sentences shown probably hold the answer.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from index.lexical import analyse
from index.records import Article, Span
from index.words import FUNCTION_WORDS, words
from rag.features import Asked, Candidate, of_passage
from rag.offers import says
from rag.retrieve import Found
from rag.spans import SHORT, Place, Told
from rag.weights import weights

PASSAGES = 8  # the best passages, whose sentences are candidates
ENOUGH = 0.93  # shares of the probability that the answer is among the sentences shown at which no more are needed
SURE = 2.0  # log odds against no answer from which words are shown: on news two of three are right above, a third below
_LOWEST, _HIGHEST = -8.0, 12.0  # log odds beyond which the reader knows no better
_UNTOLD = {"echo": 0.5, "fits": 0.0}
_SAME = 0.7  # shared words at which one sentence repeats another
_LIKELY = 1.0  # log odds from which the reader's words count as what a sentence answers


def rank(asked: Asked, found: Sequence[Found], told: Mapping[Place, Told] | None = None) -> list[Candidate]:
    """The sentences of the best passages, the likeliest answer first. `told`: what the reader says, if it has read."""
    model = weights(bool(told)).sentence
    scored = [replace(one, score=model.score(one.features)) for one in candidates(asked, found, told)]
    return sorted(scored, key=lambda one: -one.score)


def candidates(asked: Asked, found: Sequence[Found], told: Mapping[Place, Told] | None = None) -> list[Candidate]:
    """The sentences of the best passages with what is known of them, in the order in which they were found."""
    known: list[Candidate] = []
    for i, one in enumerate(found[:PASSAGES]):
        passage = one.hit.passage
        known += of_passage(
            asked, passage.article, passage.span, one.sentences, one.cosines, one.terms,
            rank=i, gap=one.hit.score - found[0].hit.score,
        )  # fmt: skip
    known = [one for one in known if not is_heading(one)] or known
    if told:
        known = [_read(asked, one, told.get((one.article.id, one.span.start))) for one in known]
    return known


def is_heading(one: Candidate) -> bool:
    """Whether a sentence is the article's own title over again."""
    return words(one.text) == words(one.article.title)


def _read(asked: Asked, one: Candidate, told: Told | None) -> Candidate:
    """The candidate with what the reader says of it; one that it has not read is taken for an unlikely one."""
    if told is None:
        return replace(one, features={**one.features, "holds": _LOWEST, "best": _LOWEST, **_UNTOLD})
    said = {name: min(max(odds, _LOWEST), _HIGHEST) for name, odds in (("holds", told.holds), ("best", told.best))}
    text = told.span.of(one.article.text)
    terms = analyse(text)
    said["echo"] = sum(term in asked.weights for term in terms) / len(terms) if terms else 1.0
    said["fits"] = float(said["echo"] < 1.0 and says(asked.kind, text))
    return replace(one, features={**one.features, **said}, short=told.span)


def choose(ranked: Sequence[Candidate], limit: int, enough: float = ENOUGH) -> list[Candidate]:
    """The sentences to show: at most `limit`, fewer where the first ones suffice, none that repeats another.

    The scores become shares that add up to 1 (softmax); sentences are taken, best first, until the shares
    taken add up to `enough`. A sentence in which the reader finds an answer that was given already repeats it.
    """
    if not ranked:
        return []
    shares = [math.exp(candidate.score - ranked[0].score) for candidate in ranked]
    told = [(content(candidate.text), answer(candidate)) for candidate in ranked]
    chosen: list[int] = []
    said = [False] * len(ranked)
    taken = 0.0
    while len(chosen) < limit and taken < enough * sum(shares) and not all(said):
        best = said.index(False)
        chosen.append(best)
        for i in range(best, len(ranked)):  # copies of a story say the same: what is said once counts as said
            if not said[i] and (i == best or adds_nothing(*told[i], told[best][0])):
                said[i] = True
                taken += 0.0 if ranked[best].unmet else shares[i]
    return [ranked[i] for i in chosen or [0]]


def answer(one: Candidate) -> frozenset[str]:
    """The words that the reader takes for the answer in a sentence, where it thinks that likely."""
    if one.short is None or one.features["best"] < _LIKELY or one.features["echo"] == 1.0 or len(one.short) > SHORT:
        return frozenset()
    return content(one.short.of(one.article.text))


def adds_nothing(said: frozenset[str], answer: frozenset[str], told: frozenset[str]) -> bool:
    """Whether a sentence with these content words, and this answer in it, adds nothing to what was told."""
    return repeats(told, said) or (bool(answer) and answer <= told)


def is_short(one: Candidate, quote: Span, sure: float = SURE) -> bool:
    """Whether the reader is sure of a few words inside the quote, of the kind asked for, that do not just repeat the
    question."""
    short = one.short
    if short is None or not quote.start <= short.start < short.end <= quote.end or len(short) > SHORT:
        return False
    return not one.unmet and bool(one.features["fits"]) and one.features["best"] >= sure


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
