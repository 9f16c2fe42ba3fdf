"""Hard negatives: for some questions, the passage that looks most like an answer and is none; for some, their own
passage without the sentence that answers: the right subject, and what is asked is not told."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from eval.metrics import holds
from eval.reader.data import Example
from index.lexical import analyse, query_terms
from index.sentences import sentences

SHARE = 0.2
_LOOKED_AT = 30
_LITTLE = 150  # characters of a passage that say too little to mislead
_NEAR = {"nqg": 8}  # sentences so near may be of the same paragraph, and answer as well
_K, _B = 1.2, 0.75


class Ranking:
    """BM25 over a list of texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [Counter(analyse(text)) for text in texts]
        lengths = np.asarray([sum(count.values()) for count in counts], dtype=np.float64)
        norms = _K * (1 - _B + _B * lengths / max(1.0, float(lengths.mean())))
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for i, count in enumerate(counts):
            for term, often in count.items():
                found[term].append((i, often))
        self._size = len(texts)
        self._postings: dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]] = {}
        for term, entries in found.items():
            ids, times = (np.asarray(column) for column in zip(*entries, strict=True))
            rarity = np.log(1 + (len(texts) - len(ids) + 0.5) / (len(ids) + 0.5))
            self._postings[term] = ids, rarity * times * (_K + 1) / (times + norms[ids])

    def best(self, question: str, count: int) -> list[int]:
        """The texts with the highest scores, best first."""
        scores = np.zeros(self._size)
        for term in query_terms(question):
            if term in self._postings:
                ids, parts = self._postings[term]
                scores[ids] += parts
        order = np.argsort(-scores, kind="stable")[:count]
        return [int(i) for i in order if scores[i] > 0]


def hard(examples: Sequence[Example], draw: random.Random, share: float = SHARE) -> list[Example]:
    """For a share of the answerable questions, the best wrong passage of the same set."""
    out = []
    for source in dict.fromkeys(one.source for one in examples):
        mine = [one for one in examples if one.source == source]
        pool = list({one.passage: one for one in mine}.values())
        ranking = Ranking([f"{one.title}\n{one.passage}" for one in pool])
        for one in mine:
            if one.spans and draw.random() < share:
                found = (pool[i] for i in ranking.best(one.question, _LOOKED_AT))
                wrong = next((other for other in found if is_wrong(one, other)), None)
                if wrong:
                    out.append(replace(wrong, question=one.question, spans=(), weight=one.weight))
    return out


def cut(examples: Sequence[Example], draw: random.Random, share: float) -> list[Example]:
    """For a share of the answerable questions, their own passage without its sentences that answer."""
    found = (without_answer(one) for one in examples if one.spans and draw.random() < share)
    return [one for one in found if one]


def without_answer(one: Example) -> Example | None:
    """The example with its passage cut; None where little is left, or the answer stands in the rest, too."""
    answers = [span.of(one.passage) for span in one.spans]
    gone = one.spans if one.whole else [s for s in sentences(one.passage) if any(s.overlap(a) for a in one.spans)]
    left, at = [], 0
    for span in sorted(gone):
        left.append(one.passage[at : span.start].strip())
        at = max(at, span.end)
    rest = " ".join(part for part in [*left, one.passage[at:].strip()] if part)
    if len(rest) < _LITTLE or any(holds(rest, answer) for answer in answers):
        return None
    return replace(one, passage=rest, spans=())


def is_wrong(one: Example, other: Example) -> bool:
    """Whether the other example's passage is another paragraph, without a string that answers."""
    if abs(one.place - other.place) <= _NEAR.get(one.source, 0) or other.passage == one.passage:
        return False
    return not any(holds(other.passage, span.of(one.passage)) for span in one.spans)
