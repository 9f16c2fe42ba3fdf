"""The reader's training: sets become examples, folds do not leak, a training that was stopped goes on as it was."""

import gzip
import json
import random
from pathlib import Path

import numpy as np
import pytest

from eval.reader import batches, data, encode, negatives, pairs, plain
from eval.reader.data import Example
from index.records import Span

TOWNS = ("Arle", "Bree", "Corvo", "Dunmar")


def paragraphs(town: str) -> list[str]:
    return [
        f"The old bridge of {town} was built by Mara {town}son in the summer of 1881. It fell in a storm.",
        f"Bakers of {town} sell a dark bread with caraway. Their guild meets on the first Monday of {town} month.",
    ]


def squad_file(towns: tuple[str, ...]) -> str:
    def qas(town: str) -> list[dict[str, object]]:
        text = paragraphs(town)[0]
        name = f"Mara {town}son"
        right = {"text": name, "answer_start": text.index(name)}
        return [
            {"id": f"{town}1", "question": f"Who built the bridge of {town}?", "answers": [right, right]},
            {"id": f"{town}2", "question": f"Who sold {town} ?", "answers": [], "is_impossible": True},
        ]

    def second(town: str) -> list[dict[str, object]]:
        text = paragraphs(town)[1]
        right = {"text": "caraway", "answer_start": text.index("caraway")}
        return [{"id": f"{town}3", "question": f"What is in the bread of {town}?", "answers": [right]}]

    groups = [
        {
            "title": f"{town}_town",
            "paragraphs": [
                {"context": paragraphs(town)[0], "qas": qas(town)},
                {"context": paragraphs(town)[1], "qas": second(town)},
            ],
        }
        for town in towns
    ]
    return json.dumps({"data": groups})


def clapnq_row(number: int, answers: bool) -> dict[str, object]:
    sentences = [f"The `` ferry '' number {number} leaves at noon .", f"It carries {number} cars ( at most ) ."]
    output = {"answer": "", "selected_sentences": sentences[1:] if answers else []}
    passage = {"title": "Ferry", "text": " ".join(sentences), "sentences": sentences}
    return {"input": f"how many cars on ferry {number}", "passages": [passage], "output": [output]}


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    folder = tmp_path / "data"

    def write(name: str, text: str) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(path, "wt", encoding="utf-8") as handle:
            handle.write(text)

    write("squad2/dev-v2.0.json.gz", squad_file(TOWNS))
    write("xquad/xquad.en.json.gz", squad_file(("Dunmar", "Eskel")))
    for name, answers in (("answerable", True), ("unanswerable", False)):
        rows = [clapnq_row(number + 10 * answers, answers) for number in range(6)]
        write(f"clapnq/{name}.jsonl.gz", "".join(json.dumps(row) + "\n" for row in rows))
    own = [f"the mill of hamlet {i} grinds -lrb- it is said -rrb- for {i + 2} farms ." for i in range(12)]
    leaked = [paragraphs("Bree")[0].split(". ")[0].lower() + " ."]
    for name, lines in (("dev", own[:6] + leaked), ("test", own[6:])):
        write(f"nqg/src-{name}.txt.gz", "".join(line + "\n" for line in lines))
        write(f"nqg/tgt-{name}.txt.gz", "".join(f"what stands in line {line[:22]} ?\n" for line in lines))
    return folder


def own(sets: Path) -> list[Example]:
    return [*data.squad(sets / "squad2" / "dev-v2.0.json.gz", "squad2"), *data.clapnq(sets / "clapnq")]


@pytest.mark.slow
def test_a_training_that_was_stopped_goes_on_to_the_same_weights(sets: Path, tmp_path: Path) -> None:
    import torch

    from eval.reader import kept, loop, model
    from eval.reader.watch import watched
    from eval.train_reader import examples, ready

    fold, tokens = examples(sets, "A", 13)
    learnt, held = ready(fold.learnt, tokens), ready(fold.watched, tokens)
    plan = loop.Plan("A", 13, 4, encode.digest(learnt, held))
    every = loop.Every(told=1, saved=2, watched=4)
    looked_at = watched(fold.watched, held, tokens)
    ends = []
    for name, stop in (("through", 99), ("stopped", 3)):
        out = tmp_path / name
        kept.prepare(out)

        def stepped(step: int, stop: int = stop) -> None:
            if step == stop:
                raise KeyboardInterrupt

        try:
            ends.append(loop.train(learnt, looked_at, plan, out, every=every, stepped=stepped))
        except KeyboardInterrupt:
            torch.manual_seed(99)  # another process would not have our generator
            ends.append(loop.train(learnt, looked_at, plan, out, every=every))
        lines = [json.loads(line) for line in (out / kept.LOG).read_text("utf-8").splitlines()]
        assert [line["step"] for line in lines] == [1, 2, 3, 4, 4]
    through, stopped = ends
    assert through.keys() == stopped.keys() and all(torch.equal(through[name], stopped[name]) for name in through)
    fresh = model.trained(model.build())
    assert not torch.equal(through["head.weight"], fresh["head.weight"])
