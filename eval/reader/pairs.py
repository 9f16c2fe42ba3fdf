"""Pairs of a sentence and a question (nqg) as examples: the sentence among its neighbours of the file.

Neighbouring distinct sentences of the file are mostly neighbours of a paragraph.
"""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

from eval.benchmarks.bench import read_text
from eval.reader.data import Example, there
from eval.reader.plain import Texts, untokenised
from index.errors import EvalError
from index.records import Span

_AROUND = 3
_LONGEST = 120
_WEIGHT = 0.5
_GAP = 2  # so many sentences between two that leak are taken to be of the same paragraph


def nqg(folder: Path, kept_out: Texts, size: Callable[[str], int], draw: random.Random) -> list[Example]:
    """The pairs whose sentence stands in nothing kept out. `size` counts the tokens of a text."""
    examples = []
    for name in ("dev", "test"):
        lines, questions = (_lines(folder / f"{side}-{name}.txt.gz") for side in ("src", "tgt"))
        if len(lines) != len(questions):
            raise EvalError(f"The files of nqg ({name}) differ in length. Fetch both anew.")
        distinct = list(dict.fromkeys(lines))
        leaks = bridged([kept_out.hold(sentence) for sentence in distinct])
        kept = [sentence for sentence, leak in zip(distinct, leaks, strict=True) if not leak]
        places = {sentence: place for place, sentence in enumerate(kept)}
        sizes = [size(sentence) for sentence in kept]
        offset = 1_000_000 * (name == "test")  # far from the other file
        for sentence, question in zip(lines, questions, strict=True):
            if sentence in places and sentence and question:
                place = places[sentence]
                text, span = among(kept, sizes, place, draw)
                examples.append(Example(question, "", text, (span,), "nqg", "nqg", offset + place, True, _WEIGHT))
    return examples


def bridged(leaks: Sequence[bool]) -> list[bool]:
    """Short gaps between sentences that leak are closed: a tokenizer may have changed the letters of one of them."""
    out = list(leaks)
    last = -1
    for i, leak in enumerate(leaks):
        if leak:
            if last >= 0 and i - last <= _GAP + 1:
                out[last:i] = [True] * (i - last)
            last = i
    return out


def among(sentences: Sequence[str], sizes: Sequence[int], at: int, draw: random.Random) -> tuple[str, Span]:
    """A sentence with up to three neighbours on each side, as many as fit, and where it stands among them."""
    before, after = draw.randint(0, _AROUND), draw.randint(0, _AROUND)
    first, last, room = at, at, _LONGEST - sizes[at]
    for _ in range(_AROUND):
        if at - first < before and first > 0 and sizes[first - 1] <= room:
            first -= 1
            room -= sizes[first]
        if last - at < after and last + 1 < len(sentences) and sizes[last + 1] <= room:
            last += 1
            room -= sizes[last]
    start = sum(len(one) + 1 for one in sentences[first:at])
    return " ".join(sentences[first : last + 1]), Span(start, start + len(sentences[at]))


def _lines(path: Path) -> list[str]:
    return [untokenised(line) for line in read_text(there(path)).splitlines()]
