"""What is known of a sentence as an answer to a question: cheap, named quantities. Pure.

They are inputs of two small linear models (weights.json): which sentence answers, and whether any does. None of
those that confidence uses depends on which other passages happened to be found.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.lexical import analyse, query_terms
from index.numerals import ONES, ORDINALS, TENS
from index.records import Article, Span
from index.words import FUNCTION_WORDS, words
from rag.coverage import rarities, share
from rag.offers import CAPITAL, ONE, Unit, counts, new_names, offers, unit_of
from rag.presents import asked_of, presents
from rag.question import Kind, kind_of

_STEM = 5  # the shortest beginning that makes two words akin
_STOPS = re.compile(r"[.!?:;…][\"”’')\]]*$")
_VALUES = {word: str(value) for word, value in (*ONES.items(), *TENS.items(), *ORDINALS.items())}
_NUMBER = re.compile(rf"\d+|\b(?:{'|'.join(_VALUES)})\b")
_ASKS = re.compile(r"\?[\"”’')\]]*$")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question taken apart once: its terms with their weight (rarity in this archive), names, numbers, kind."""

    kind: Kind
    weights: dict[str, float]
    words: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]
    unit: Unit = ONE
    name: str = ""  # of whom or what it asks who or what that is

    def met(self, held: frozenset[str]) -> frozenset[str]:
        """The question's terms that these terms cover."""
        begun = {term[:_STEM] for term in held}  # akin words begin alike: most terms need no second look
        return frozenset(
            term for term in self.weights if term in held or (term[:_STEM] in begun and covers(held, term))
        )

    def share(self, met: frozenset[str]) -> float:
        """The share of the question's weight that its terms which are met make up, 0 to 1."""
        return share(self.weights, met)

    def numbers_in(self, *texts: str) -> float:
        """The share of the question's numbers that these texts hold, 0 to 1; 1 where it has none."""
        return _part(self.numbers, numbers(" ".join(texts))) if self.numbers else 1.0

    def pairs_in(self, terms: Sequence[str]) -> float:
        """The share of the question's neighbouring terms that a sentence holds at most two terms apart, 0 to 1."""
        wanted = set(pairwise(self.weights))
        ours = [(i, term) for i, term in enumerate(terms) if term in self.weights]
        near = {(a, b) for n, (i, a) in enumerate(ours) for j, b in ours[n + 1 : n + 4] if j <= i + 3}
        return sum(pair in near or pair[::-1] in near for pair in wanted) / len(wanted) if wanted else 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer, with the features that say so."""

    article: Article
    span: Span
    features: dict[str, float]
    short: Span | None = None  # the words of it that the reader takes for the answer
    score: float = 0.0

    @property
    def text(self) -> str:
        """The sentence as printed."""
        return self.span.of(self.article.text)

    @property
    def unmet(self) -> bool:
        """Whether a number or a date is asked for and the sentence has none: then it cannot be all of the answer."""
        return bool(self.features["unmet"])


def take_apart(question: str, frequency: Callable[[str], int], passages: int) -> Asked:
    """A question's kind, names, numbers, and its terms with their rarity (see rag.coverage for the arguments)."""
    names = [m.group() for m in CAPITAL.finditer(question) if m.start() > 0]
    names = [name for name in names if name.lower() not in FUNCTION_WORDS]
    return Asked(
        kind_of(question),
        rarities(query_terms(question), frequency, passages),
        frozenset(words(question)),
        frozenset(analyse(" ".join(names))),
        numbers(question),
        unit_of(question),
        asked_of(question),
    )


def of_passage(
    asked: Asked, article: Article, span: Span, sentences: Sequence[Span], cosines: Sequence[float],
    terms: Sequence[Sequence[str]], *, rank: int, gap: float,
) -> list[Candidate]:  # fmt: skip
    """The sentences of a passage as candidates.

    Args:
        cosines: of each sentence with the question.
        terms: of each sentence, in order, as the word index holds them.
        gap: the passage's fused score less that of the best passage (0 for the best).
    """
    title = frozenset(analyse(article.title))
    sets = [frozenset(t) for t in terms]
    whole = title.union(*sets)
    met = [asked.met(one) for one in sets]
    passage = {
        "gap": max(-1.5, gap),
        "rank": math.log(1 + rank),
        "pcov": asked.share(asked.met(title).union(*met)),
        "pname": _part(asked.names, whole),
        "pnum": asked.numbers_in(span.of(article.text), article.title, article.published),
    }
    out = []
    for i, sentence in enumerate(sentences):
        text = sentence.of(article.text)
        features = {
            **passage,
            **_of_sentence(asked, text, terms[i]),
            "numcov": asked.numbers_in(text, article.published[:4]),  # the year goes without saying
            "cos": float(cosines[i]),
            "cov": asked.share(met[i]),
            "ccov": asked.share(met[i] | met[i - 1] if i else met[i]),
            "namecov": _part(asked.names, sets[i]),
            "pairs": asked.pairs_in(terms[i]),
            "lead": float(sentence.start < 400),
        }
        out.append(Candidate(article, sentence, features))
    return out


def numbers(text: str) -> frozenset[str]:
    """The numbers of a text, each run of digits by itself; those in words, too: "the second of twelve" has 2 and 12."""
    return frozenset(_VALUES.get(found, found) for found in _NUMBER.findall(text.lower()))


def covers(held: frozenset[str], term: str) -> bool:
    """Whether a term is among those held, or one of the two begins with the other: chair and chairman are akin."""
    if term in held:
        return True
    if len(term) < _STEM:
        return False
    return any(other.startswith(term) or (len(other) >= _STEM and term.startswith(other)) for other in held)


def _of_sentence(asked: Asked, text: str, terms: Sequence[str]) -> dict[str, float]:
    offered = offers(asked.kind, text, asked.words, asked.unit)
    wanted = {"number": "o_num", "date": "o_date", "person": "o_person", "place": "o_place",
              "reason": "o_why"}.get(asked.kind)  # fmt: skip
    named = asked.kind in ("other", "person", "place")
    features = dict.fromkeys(("o_num", "o_date", "o_person", "o_place", "o_why"), 0.0)
    if wanted:
        features[wanted] = offered - 0.5
    return {
        **features,
        "unmet": float(features["o_num"] < 0 or features["o_date"] < 0),
        "o_count": counts(text, asked.words, asked.unit) - 0.5 if asked.unit.counts else 0.0,
        "o_cap": min(new_names(text, asked.words), 3) / 3 if named else 0.0,
        "llen": math.log(1 + len(terms)),
        "short": float(len(terms) < 6),
        "asks": float(bool(_ASKS.search(text))),
        "presents": float(bool(asked.name) and presents(asked.name, text)),
        "head": float(not _STOPS.search(text)),
    }


def _part(wanted: frozenset[str], held: frozenset[str]) -> float:
    return len(wanted & held) / len(wanted) if wanted else 1.0
