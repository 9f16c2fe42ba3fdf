"""Public question sets as examples for the reader, and which of them a fold may learn from.

`data` reads the sets that hold whole paragraphs; `pairs` the one that holds sentences only. No news set is among them.
"""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.benchmarks.bench import read_json, read_lines
from eval.folds import CLAPNQ, learnt
from eval.reader.plain import Texts, letters, untokenised
from index.errors import EvalError
from index.records import Span

_WATCHED = 0.03  # share of the paragraphs held back where no half is


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a passage. `spans` of the passage answer; none: it does not answer.

    With `whole`, the answer is known to be somewhere in the spans, not where it starts and ends. `group` is the
    article; `place` counts the paragraphs (of nqg: the sentences) of a set, so that neighbours have neighbouring ones.
    """

    question: str
    title: str
    passage: str
    spans: tuple[Span, ...]
    source: str
    group: str
    place: int
    whole: bool = False
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Fold:
    """What is learnt from, what is held back for watching, and the texts that nothing learnt from may hold."""

    learnt: list[Example]
    watched: list[Example]
    kept_out: Texts


def squad(path: Path, source: str) -> list[Example]:
    """The questions of a file in SQuAD's format, 1.1 or 2.0."""
    groups = read_json(there(path))["data"]
    paragraphs = [(group["title"], one) for group in groups for one in group["paragraphs"]]
    return [
        Example(
            qa["question"].strip(), title.replace("_", " "), one["context"], _answers(one["context"], qa),
            source, title, place,
        )
        for place, (title, one) in enumerate(paragraphs)
        for qa in one["qas"]
    ]  # fmt: skip


def clapnq(folder: Path) -> list[Example]:
    """CLAPNQ: the gold sentences are known, not the words in them."""
    examples: list[Example] = []
    for name in ("answerable", "unanswerable"):
        for row in read_lines(there(folder / f"{name}.jsonl.gz")):
            passage = row["passages"][0]
            gold = {s.strip() for output in row["output"] for s in output.get("selected_sentences") or ()}
            text, spans = joined([s.strip() for s in passage["sentences"]], gold)
            place = len(examples)
            examples.append(Example(row["input"], passage["title"], text, spans, "clapnq", CLAPNQ, place, whole=True))
    return examples


def joined(sentences: Sequence[str], gold: Iterable[str]) -> tuple[str, tuple[Span, ...]]:
    """Tokenised sentences as one readable text, and where those of `gold` stand in it."""
    wanted, spans, parts, at = set(gold), [], [], 0
    for sentence in sentences:
        part = untokenised(sentence)
        if sentence in wanted:
            spans.append(Span(at, at + len(part)))
        parts.append(part)
        at += len(part) + 1
    return " ".join(parts), tuple(spans)


def split(examples: Sequence[Example], fold: str, seed: int) -> Fold:
    """What a fold of SQuAD and CLAPNQ learns from; what leaks from what is kept out is left out.

    Held back for watching: of all, some of the paragraphs; else the smallest article of the half that a fold has whole.
    """
    groups = [one.group for one in examples]
    learns = learnt(groups, fold)
    mine = [one for one, yes in zip(examples, learns, strict=True) if yes]
    others = [one for one, yes in zip(examples, learns, strict=True) if not yes]
    halved = learnt(groups, "A" if fold == "C" else fold)
    whole = [one for one, yes in zip(examples, halved, strict=True) if yes and one.source == "squad2"]
    if fold == "all":
        draw = random.Random(seed)
        chosen = {place for place in sorted({one.place for one in whole}) if draw.random() < _WATCHED}
        watched = [one for one in whole if one.place in chosen]
    else:
        sizes = Counter(one.group for one in whole)
        smallest = min(sizes, key=lambda group: (sizes[group], group), default="")
        watched = [one for one in whole if one.group == smallest]
    kept_out = Texts(one.passage for one in [*others, *watched])
    unseen = set(map(id, watched))
    return Fold([one for one in mine if id(one) not in unseen and not kept_out.share(one.passage)], watched, kept_out)


def added(fold: Fold, examples: Iterable[Example]) -> list[Example]:
    """Those of another set that stand in nothing kept out and are not yet among what is learnt."""
    known = {(letters(one.question), letters(one.passage)) for one in fold.learnt}
    return [
        one
        for one in examples
        if (letters(one.question), letters(one.passage)) not in known and not fold.kept_out.share(one.passage)
    ]


def there(path: Path) -> Path:
    """The path of a file.

    Raises:
        EvalError: it is not there.
    """
    if not path.is_file():
        raise EvalError(f"There is no file '{path}'. Give with --data the folder that holds the public sets.")
    return path


def _answers(text: str, qa: dict[str, Any]) -> tuple[Span, ...]:
    if qa.get("is_impossible"):
        return ()
    spans = {Span(one["answer_start"], one["answer_start"] + len(one["text"])): one["text"] for one in qa["answers"]}
    if any(span.of(text) != answer for span, answer in spans.items()) or not spans:
        raise EvalError(f"The answers of question '{qa['id']}' do not stand where the file says. Fetch the file anew.")
    return tuple(sorted(spans))
