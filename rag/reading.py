"""What reading a passage tells, once both searches have proposed it: which of a question's terms stand where. Pure."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.lexical import analyse
from index.records import Passage, Span
from rag.coverage import share

_KEPT = 8_192  # passages whose terms are kept: what one question reads, the next often reads again; some 20 MB
Terms = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a passage told.

    Attributes:
        best: the highest of its sentences' cosines, each with what the question's terms in it add.
        covered: the share of the question's terms, by weight, that the passage, its title and its outlet hold.
        terms: of each sentence, in order, as the word index holds them.
        words: which of the question's terms are held.
    """

    best: float
    covered: float
    terms: Terms
    words: tuple[str, ...]


def read(
    passage: Passage, sentences: Sequence[Span], cosines: Sequence[float], rare: Mapping[str, float], together: float
) -> Reading:
    """Read a passage for a question.

    Args:
        cosines: of each sentence with the question, shape (sentences,).
        rare: the question's terms with their weight (rag.coverage.rarities).
        together: what a sentence that holds all of the terms gains, in cosines.
    """
    article = passage.article
    edges = tuple((span.start - passage.span.start, span.end - passage.span.start) for span in sentences)
    terms = _terms(passage.text, edges)
    held = [rare.keys() & said for said in terms]
    best = max(
        cosine + (together * share(rare, known) if known else 0.0) for cosine, known in zip(cosines, held, strict=True)
    )
    known = set(_analysed(f"{article.title} {article.outlet}")).union(*held)
    return Reading(best, share(rare, known), terms, tuple(term for term in rare if term in known))


@lru_cache(_KEPT)
def _terms(text: str, edges: tuple[tuple[int, int], ...]) -> Terms:
    return tuple(tuple(map(sys.intern, analyse(text[start:end]))) for start, end in edges)


@lru_cache(_KEPT)
def _analysed(text: str) -> tuple[str, ...]:
    return tuple(analyse(text))
