"""The reader's training: sets become examples, folds do not leak, a training that was stopped goes on as it was."""

import gzip
import json
import math
import random
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eval.reader import batches, data, encode, negatives, news, pairs, plain
from eval.reader.data import Example
from index.embed import reader
from index.embed.bert import CLS, SEP
from index.errors import EvalError
from index.normalise import normalise
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
    name = "".join(TOWNS[int(digit) % 4] for digit in f"{number:02}") + "abcdef"[number % 10]
    sentences = [f"The `` ferry '' {name} leaves at noon .", f"Ferry {name} carries {number} cars ( at most ) ."]
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
    write_story(folder / "news")
    return folder


FIRST = "The tram of Orle was sold to Mara Feld on Monday, the council said. " + "It had lost money for years. " * 30
LAST = "The new owner paid nine crowns."


def write_story(folder: Path) -> None:
    folder.mkdir()
    story = {"id": "news-a01", "title": "Tram sold", "text": f"{FIRST.strip()}\n\n{LAST}", "published": "2020-01-02"}
    story |= {"url": "", "outlet": "Orle Post", "author": "Ida Moor"}
    asked = [
        ("Who bought the tram?", "Mara Feld", FIRST.split(". ")[0] + "."),
        ("What did the tram cost?", "nine crowns", LAST),
        ("How many people rode it?", "", ""),
    ]
    rows = [
        {
            "id": f"news-a01-{i}", "question": question, "answer": answer, "answerable": bool(answer),
            "evidence": [[{"article": "news-a01", "quote": quote}]] if answer else [],
        }
        for i, (question, answer, quote) in enumerate(asked)
    ]  # fmt: skip
    (folder / "articles.jsonl").write_text(json.dumps(story) + "\n", "utf-8")
    (folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def own(sets: Path) -> list[Example]:
    return [*data.squad(sets / "squad2" / "dev-v2.0.json.gz", "squad2"), *data.clapnq(sets / "clapnq")]


@pytest.mark.slow
def test_a_training_that_was_stopped_goes_on_to_the_same_weights(
    sets: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    import torch

    from eval.reader import kept, loop
    from eval.reader.watch import watched
    from eval.train_reader import Mix, examples, ready

    threads = torch.get_num_threads()
    request.addfinalizer(lambda: torch.set_num_threads(threads))
    torch.set_num_threads(1)  # on a busy machine, two would wait for each other
    fold, tokens = examples(sets, [sets / "news"], "A", 13, Mix(3_000, None, 0.2, 0.2))
    learnt, held = ready(fold.learnt[:20], tokens), ready(fold.watched, tokens)  # two batches an epoch
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
    with pytest.raises(EvalError, match="other settings"):
        loop.train(learnt, looked_at, replace(plan, seed=14), tmp_path / "through", every=every)
    (tmp_path / "torn.pt").write_bytes(b"no state")
    with pytest.raises(EvalError, match="no state of a training"):
        kept.load_weights(tmp_path / "torn.pt")


def test_spans_are_slices_of_their_passage(sets: Path) -> None:
    found = own(sets)
    built = next(one for one in found if one.question == "Who built the bridge of Bree?")
    assert [span.of(built.passage) for span in built.spans] == ["Mara Breeson"] and built.title == "Bree town"
    assert not built.whole
    ferry = next(one for one in found if one.question == "how many cars on ferry 12")
    name = "BreeCorvoc"
    second = f"Ferry {name} carries 12 cars (at most)."
    assert ferry.passage == f'The "ferry" {name} leaves at noon. {second}'
    assert [span.of(ferry.passage) for span in ferry.spans] == [second] and ferry.whole
    mill = pairs.nqg(sets / "nqg", plain.Texts(()), len, random.Random(1))
    assert len(mill) == 13 and all(one.weight == 0.5 and one.whole for one in mill)
    for one in mill:
        (span,) = one.spans
        assert span.of(one.passage).startswith(one.question[len("what stands in line ") :].split(" -")[0][:20])
        assert "(it is said)" in one.passage or "bree" in one.passage


def test_an_answer_that_does_not_stand_where_the_file_says_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "moved.json.gz"
    with gzip.open(path, "wt", encoding="utf-8") as handle:
        handle.write(squad_file(TOWNS).replace('"answer_start": ', '"answer_start": 1'))
    with pytest.raises(EvalError, match="do not stand where"):
        data.squad(path, "squad2")
    with pytest.raises(EvalError, match="There is no file"):
        data.squad(tmp_path / "none.json.gz", "squad2")


@pytest.mark.parametrize("fold", ["A", "B", "C"])
def test_nothing_learnt_stands_in_the_other_half_or_in_what_is_held_back(sets: Path, fold: str) -> None:
    found = data.split(own(sets), fold, 13)
    # every other article, in order of title; C: not every fourth
    mine = {"A": ("Arle", "Corvo"), "B": ("Bree", "Dunmar"), "C": ("Arle", "Corvo", "Dunmar")}[fold]
    learnt, held = ({one.group for one in some if one.source == "squad2"} for some in (found.learnt, found.watched))
    assert len(held) == 1 and learnt | held == {f"{town}_town" for town in mine} and not learnt & held
    more = data.added(found, data.squad(sets / "xquad" / "xquad.en.json.gz", "xquad"))
    assert {one.group for one in more} == {"Eskel_town"}  # Dunmar is kept out, held back, or there already
    mills = pairs.nqg(sets / "nqg", found.kept_out, len, random.Random(1))
    leaks = "Bree_town" not in learnt
    assert len(mills) == 13 - leaks and any("bree" in one.passage for one in mills) != leaks
    kept_out = [one for one in own(sets) if one.group not in learnt and one.source == "squad2"]
    assert not any(plain.letters(one.passage) in plain.letters(other.passage) for other in kept_out for one in more)


def test_the_halves_of_clapnq_share_no_question(sets: Path) -> None:
    both = [data.split(own(sets), fold, 13).learnt for fold in "AB"]
    first, second = ({one.question for one in some if one.source == "clapnq"} for some in both)
    assert first and second and not first & second


def test_all_holds_back_paragraphs_and_learns_from_none_of_them(sets: Path) -> None:
    seed = next(seed for seed in range(1000) if data.split(own(sets), "all", seed).watched)
    found = data.split(own(sets), "all", seed)
    held = {one.passage for one in found.watched}
    assert held and not held & {one.passage for one in found.learnt}
    assert len(found.watched) + len(found.learnt) == len(own(sets))


def test_texts_are_compared_by_their_letters_alone() -> None:
    assert plain.letters("The Café -- no. 5!") == plain.letters("the cafe , NO . 7") == "thecafeno"
    texts = plain.Texts(["A ferry of 1881 (it is said) crossed the river Orle every hour.", "No."])
    assert texts.hold("a ferry of 1881 ( it is said ) crossed") and not texts.hold("a ferry crossed")
    assert not texts.hold("1881")  # no letters
    assert texts.share("Rain fell. A ferry of 1881, it is said, crossed the river Orle every hour.")
    assert not texts.share("Rain fell for days upon days. No.")  # too short to tell anything


def test_tokenised_text_is_made_readable() -> None:
    text = "`` it is n't mine , '' she said -lrb- in 1905 -- 06 -rrb- of dunmar 's mill ; $ 5 ."
    assert plain.untokenised(text) == "\"it isn't mine,\" she said (in 1905–06) of dunmar's mill; $5."


def test_short_gaps_between_leaks_are_closed() -> None:
    assert pairs.bridged([False, True, False, False, True, False]) == [False, True, True, True, True, False]
    assert pairs.bridged([True, False, False, False, True]) == [True, False, False, False, True]


def test_neighbours_fit_and_the_sentence_is_found_among_them() -> None:
    sentences = [f"sentence {i}" for i in range(9)]
    for seed in range(40):
        text, span = pairs.among(sentences, [50] * 9, seed % 9, random.Random(seed))
        assert span.of(text) == f"sentence {seed % 9}" and text.count("sentence") <= 2
        text, span = pairs.among(sentences, [1] * 9, seed % 9, random.Random(seed))
        assert span.of(text) == f"sentence {seed % 9}" and text.count("sentence") <= 7


def test_a_hard_negative_is_another_paragraph_without_the_answer(sets: Path) -> None:
    found = own(sets) * 5
    wrong = negatives.hard(found, random.Random(3))
    assert wrong and len(wrong) < 0.4 * len(found)
    assert negatives.hard(found, random.Random(3), 0.0) == []
    assert len(negatives.hard(found, random.Random(3), 1.0)) > len(wrong)
    answers = {one.question: [span.of(one.passage) for span in one.spans] for one in found if one.spans}
    for one in wrong:
        assert not one.spans and not any(answer in one.passage for answer in answers[one.question])
    ranking = negatives.Ranking(["bread and salt", "a bridge of stone", "bread, bread and a bridge"])
    assert ranking.best("Where is the bridge of bread?", 3) == [2, 0, 1] and ranking.best("zebra", 3) == []


def test_a_passage_without_its_answer_has_the_same_subject_and_not_the_fact() -> None:
    text = "The mill of Orle was built in 1790. " + "It ground rye for the town and the villages around it. " * 3
    one = Example("When?", "Orle", text, (Span(30, 34),), "s", "g", 0)
    left = negatives.without_answer(one)
    assert left and left.passage.startswith("It ground rye") and not left.spans and "1790" not in left.passage
    marked = negatives.without_answer(replace(one, spans=(Span(0, 35),), whole=True))
    assert marked and marked.passage == left.passage
    assert negatives.without_answer(replace(one, passage=text + "In 1790 it burnt.")) is None
    assert negatives.without_answer(replace(one, passage=text[:80])) is None
    unanswerable = replace(one, spans=())
    assert negatives.cut([one, unanswerable] * 9, random.Random(3), 1.0) == [left] * 9
    assert negatives.cut([one] * 9, random.Random(3), 0.0) == []


def test_a_story_is_asked_of_its_passages_and_answered_in_one(sets: Path) -> None:
    rounds = [news.news(sets / "news", encode.Tokens().offsets, random.Random(seed)) for seed in range(20)]
    found = rounds[0]
    asked = {question: [one for one in found if one.question == question] for question in {o.question for o in found}}
    for question, answer in (("Who bought the tram?", "Mara Feld"), ("What did the tram cost?", "nine crowns")):
        texts = [span.of(one.passage) for one in asked[question] for span in one.spans]
        assert texts == [answer]
        assert not any(answer in one.passage for one in asked[question] if not one.spans)
    nearly = [[one for one in found if one.question == "How many people rode it?"] for found in rounds]
    for some in nearly:
        assert len({one.passage for one in some}) == len(some) and not any(one.spans for one in some)
    always = frozenset.intersection(*(frozenset(one.passage for one in some) for some in nearly))
    passages = list(dict.fromkeys(one.passage for some in nearly for one in some))
    assert len(passages) > 1 and always == {passages[news.nearest("How many people rode it?", passages)]}
    assert all(one.source == "news" and one.title == "Tram sold" for one in found)


def test_nearest_is_the_first_passage_that_holds_most_of_a_question() -> None:
    passages = ["A tram ran.", "The old tram was sold in May.", "In May a tram was sold."]
    assert news.nearest("When was the tram sold?", passages) == 1
    assert news.nearest("Who sang?", passages) == 0


def test_an_answer_that_does_not_stand_in_its_sentence_is_an_error(sets: Path) -> None:
    path = sets / "news" / "questions.jsonl"
    path.write_text(path.read_text("utf-8").replace('Mara Feld"', 'Mara Field"'), "utf-8")
    with pytest.raises(EvalError, match=r"'news-a01-0': its answer does not stand"):
        news.news(sets / "news", encode.Tokens().offsets, random.Random(2))


def test_a_set_of_ones_own_that_cannot_be_used_is_an_error(sets: Path) -> None:
    def told() -> str:
        with pytest.raises(EvalError) as error:
            news.news(sets / "news", encode.Tokens().offsets, random.Random(2))
        return str(error.value)

    asked, articles = sets / "news" / "questions.jsonl", sets / "news" / "articles.jsonl"
    asked.write_text(asked.read_text("utf-8").replace("news-a01-2", "other-2"), "utf-8")
    assert told() == "Question 'other-2': its id must be that of its article, a dash and a number."
    articles.write_text(articles.read_text("utf-8") + "no story\n", "utf-8")
    assert "articles.jsonl:2: the line is not JSON" in told()
    articles.unlink()
    assert "There is no file" in told()


@pytest.mark.parametrize(
    ("folder", "sizes"),
    [(news.LEARNT, {10, 12}), (news.HELD, {10, 12}), (news.BACKGROUND, {12})],
    ids=["learnt", "held", "background"],
)
def test_every_answer_of_our_news_stands_once_in_its_story_and_near_misses_have_none(
    folder: Path, sizes: set[int]
) -> None:
    articles, cases = news.stories(folder), news.asked(folder)
    answered: Counter[str] = Counter()
    for case in cases:
        article = news.story_of(case, articles)
        assert article.text == normalise(article.text)
        if (span := news.answer_of(case, article)) is not None:
            answered[article.id] += 1
            assert span.of(article.text) == case.answer and article.text.count(case.evidence[0][0].quote) == 1
        else:
            assert case.kind in {"absent", "swap", "twist"}
    asked = Counter(case.id.rpartition("-")[0] for case in cases)
    assert asked.keys() == articles.keys() and set(asked.values()) == sizes
    assert all(answered[id] * 2 == count for id, count in asked.items())  # half of each story's


def test_no_story_is_learnt_from_and_asked() -> None:
    learnt = [*news.stories(news.LEARNT).values(), *news.stories(news.BACKGROUND).values()]
    held = news.stories(news.HELD).values()
    assert not {one.id for one in learnt} & {one.id for one in held}
    known = plain.Texts(one.text for one in held)
    assert not any(known.share(one.text) for one in learnt)


def test_a_long_passage_is_cut_to_the_window_that_holds_the_answer() -> None:
    sentences = [f"In year {i} the mill of Orle ground {i} sacks of grain for the town." for i in range(40)]
    text = " ".join(sentences)
    offsets = np.asarray([m.span() for m in re.finditer(r"\S+", text)], dtype=np.int64)
    at = text.index("ground 33 sacks")
    one = Example("How much?", "", text, (Span(at, at + 15),), "squad2", "g", 0)
    found = encode.windowed(one, offsets, random.Random(1))
    assert found and found.spans[0].of(found.passage) == "ground 33 sacks"
    assert len(found.passage.split()) <= reader.PASSAGE and found.passage.startswith("In year")
    across = Example("How?", "", text, (Span(0, len(text)),), "squad2", "g", 0)
    assert encode.windowed(across, offsets, random.Random(1)) is None
    none = Example("How?", "", text, (), "squad2", "g", 0)
    assert (cut := encode.windowed(none, offsets, random.Random(1))) and cut.passage in text and cut.passage != text


def test_marks_are_first_and_last_tokens_or_all_of_a_sentence() -> None:
    offsets = np.asarray([(0, 3), (4, 7), (8, 11), (11, 12)], dtype=np.int64)
    one = Example("q", "", "one two six.", (Span(4, 11),), "squad2", "g", 0)
    assert encode.marks(one, offsets) == ([1], [2])
    whole = Example("q", "", "one two six.", (Span(4, 12),), "nqg", "g", 0, whole=True)
    assert encode.marks(whole, offsets) == ([1, 2, 3], [1, 2, 3])


def test_an_example_as_tokens_allows_answers_in_the_passage_and_none_elsewhere() -> None:
    tokens = encode.Tokens()
    passage = "The bridge was built in 1881."
    one = Example("When was it built?", "Orle bridge", passage, (Span(24, 28),), "squad2", "g", 0)
    found = encode.encoded(one, tokens)
    assert found.ids[0] == CLS and found.ids[found.second - 1] == found.ids[-1] == SEP
    assert found.ids[found.passage : -1] == tuple(tokens.ids(passage))
    assert [found.ids[i] for i in found.starts] == tokens.ids("1881")[:1]
    none = encode.encoded(Example("When was it sold?", "", passage, (), "squad2", "g", 0), tokens)
    assert none.starts == none.ends == (0,) and none.passage == none.second
    batch = batches.padded([found, none])
    assert batch.allowed.sum(axis=1).tolist() == [1 + tokens.size(passage)] * 2 and batch.allowed[:, 0].all()
    assert batch.types[0, : found.second].sum() == 0 and batch.types[0, found.second :].all()
    assert (batch.starts & ~batch.allowed).sum() == 0 and batch.real[1].sum() == len(none.ids)
    long = encode.encoded(Example("why " * 99, "mill " * 99, passage, (), "squad2", "g", 0), tokens)
    assert long.second == 2 + reader.QUESTION and long.passage - long.second == reader.TITLE


def test_every_epoch_holds_each_example_once_in_another_order() -> None:
    sizes = [random.Random(i).randint(10, 200) for i in range(1000)]
    first, again, second = batches.order(sizes, 13, 0), batches.order(sizes, 13, 0), batches.order(sizes, 13, 1)
    assert first == again != second
    for found in (first, second):
        assert sorted(place for batch in found for place in batch) == list(range(1000))
    waste = sum(max(sizes[i] for i in b) * len(b) - sum(sizes[i] for i in b) for b in first)
    assert waste < 0.05 * sum(sizes)  # like lengths share a batch


@pytest.mark.slow
def test_the_command_writes_weights_that_another_training_begins_with(
    sets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from safetensors import safe_open

    from eval.reader.model import base_sha256
    from eval.train_reader import main

    command = ["--data", str(sets), "--news", str(sets / "news"), "--fold", "B", "--steps", "1"]
    first, second = tmp_path / "first", tmp_path / "second"
    assert main([*command, "--out", str(first)]) == 0
    with safe_open(first / "reader.safetensors", "pt") as file:
        names, about = set(file.keys()), file.metadata()
        assert file.get_tensor("encoder.layer.5.output.dense.weight").dtype.itemsize == 2
        assert file.get_tensor("head.weight").shape == (2, 384) and file.get_tensor("head.bias").shape == (2,)
    assert len(names) == 6 * 16 + 2 and not any(name.startswith("embeddings") for name in names)
    assert about["base"] == base_sha256() and (about["fold"], about["steps"], about["seed"]) == ("B", "1", "13")
    assert main([*command, "--out", str(second), "--from", str(first / "reader.safetensors")]) == 0
    assert main([*command, "--out", str(first), "--from", str(first / "state.safetensors")]) == 2
    with safe_open(second / "reader.safetensors", "np") as file:
        said = file.metadata()["command"]
    assert str(tmp_path) not in said
    assert said.endswith(
        "--fold B --from first/reader.safetensors --steps 1 --pairs 3000 --wrong 0.2 --cut 0.0 --seed 13 --news news"
    )
    assert "begun with other settings (start)" in capsys.readouterr().err


@pytest.mark.slow
def test_the_learning_rate_rises_for_a_twentieth_and_falls_to_nothing() -> None:
    from eval.reader.loop import rate_at

    rates = [rate_at(step, 100, 1.0) for step in range(101)]
    assert rates[:5] == [0.2, 0.4, 0.6, 0.8, 1.0] and rates[5] == 1.0 and rates[100] == 0.0
    assert rates[5:] == sorted(rates[5:], reverse=True)


@pytest.mark.slow
def test_the_loss_is_worked_by_hand() -> None:
    """Four tokens may hold an answer, each as likely: two right starts and one right end cost (log 2 + log 4) / 2."""
    import torch

    from eval.reader import model

    class Level(torch.nn.Module):
        head = staticmethod(lambda out: out[:, :, :2] * 0)

        def forward(self, **given: torch.Tensor) -> object:
            return type("Out", (), {"last_hidden_state": torch.zeros(*given["input_ids"].shape, 3)})

    one = encode.Encoded((101, 7, 102, 8, 9, 10, 102), 3, 3, (3, 4), (5,), 1.0)
    light = encode.Encoded((101, 7, 102, 8, 9, 10, 102), 3, 3, (0,), (0,), 0.5)
    cost = model.loss(Level(), batches.padded([one])).item()
    assert cost == pytest.approx((math.log(2) + math.log(4)) / 2)
    both = model.loss(Level(), batches.padded([one, light])).item()
    assert both == pytest.approx((cost + 0.5 * math.log(4)) / 2)


@pytest.mark.slow
def test_the_best_span_is_in_order_and_scored_against_no_answer() -> None:
    from eval.reader import watch

    example = Example("where?", "", "rain fell on Orle", (Span(13, 17),), "squad2", "g", 0)
    offsets = np.asarray([(0, 4), (5, 9), (10, 12), (13, 17)], dtype=np.int64)
    one = watch.Watched(example, encode.Encoded((101, 5, 102, 1, 2, 3, 4, 102), 3, 3, (6,), (6,), 1.0), offsets)
    odds = np.full((8, 2), -9.0, dtype=np.float32)
    odds[0] = -2.0, -3.0
    odds[6, 0], odds[4, 1], odds[6, 1] = -0.5, -0.25, -1.0  # the best end comes before the best start
    read = watch.best(odds, one)
    assert read.span == Span(13, 17) and read.score == pytest.approx(-1.5 + 5.0)
    assert watch.exact(example, read.span) and watch.f1_of(example, Span(10, 17)) == pytest.approx(2 / 3)
    assert watch.right_sentence(example, read.span)
