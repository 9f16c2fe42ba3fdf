"""The reranker's seam: scores worked by hand with a fake one, and a tiny cross-encoder made here for the real one."""

import shutil
import threading
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.archive import Archive
from index.embed import CrossEncoderReranker, bundled_path
from index.errors import SettingsError, WeightsMissing
from index.records import Article, Hit, Passage, Span
from rag import Assistant, Settings
from rag.rerank import averaged, rerank
from rag.retrieve import Found

NAMES = ["ash", "birch", "cedar", "elm", "fir", "hazel"]
ARTICLES = [
    Article(name, f"The {name} by the harbour of Velm was {what}. The council said so on Monday.", f"A {name}")
    for name, what in zip(NAMES, ["felled", "saved", "planted", "sold", "measured", "painted"], strict=True)
]


class Told:
    """A reranker that says what it is told: a number for each word that it looks for."""

    def __init__(self, **numbers: float) -> None:
        self.numbers = numbers
        self.asked: list[tuple[str, list[str]]] = []

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """See Reranker."""
        self.asked.append((question, list(texts)))
        return [sum(n for word, n in self.numbers.items() if word in text) for text in texts]


def made(*scores: float) -> list[Found]:
    return [Found(Hit(Passage(Article(str(i), "x"), Span(0, 1)), score), (), (), ()) for i, score in enumerate(scores)]


def ids(found: Sequence[Found]) -> list[str]:
    return [one.hit.passage.article.id for one in found]


class Fixed:
    def __init__(self, *told: Any) -> None:
        self.told = told

    def scores(self, question: str, texts: Sequence[str]) -> Any:
        """See Reranker."""
        return list(self.told)


def test_scores_are_averaged_by_hand() -> None:
    # mean 2, spread 1; the reranker's -10 and 10 become 1 and 3
    assert averaged(np.array([3.0, 1.0]), np.array([-10.0, 10.0])).tolist() == [2.0, 2.0]
    assert averaged(np.array([3.0, 1.0]), np.array([10.0, -10.0])).tolist() == [3.0, 1.0]
    assert averaged(np.array([2.0, 2.0]), np.array([0.0, 4.0])).tolist() == [1.5, 2.5]
    assert averaged(np.array([3.0, 1.0]), np.array([7.0, 7.0])).tolist() == [2.5, 1.5]


def test_only_the_first_move_and_the_rest_follow_below() -> None:
    found = rerank(Fixed(0.0, 0.0, 9.0), "?", made(1.0, 0.9, 0.8, 0.7, -1.0), 3)
    # in standard deviations: 1.22, 0, -1.22 and -.71, -.71, 1.41, which add up to .52, -.71, .19
    assert ids(found) == ["0", "2", "1", "3", "4"]
    scores = [one.hit.score for one in found]
    assert scores == sorted(scores, reverse=True) and scores[3] - scores[4] == pytest.approx(1.7)
    assert [one.hit.why.get("rank_before") for one in found] == [1, 3, 2, None, None]
    assert [one.hit.why.get("rerank") for one in found] == [0.0, 9.0, 0.0, None, None]


@given(st.lists(st.floats(-5, 5), max_size=12), st.integers(1, 14), st.data())
def test_nothing_is_lost_scores_fall_and_agreement_changes_nothing(fused, first, data) -> None:  # type: ignore[no-untyped-def]
    fused = sorted(fused, reverse=True)
    told = data.draw(st.lists(st.floats(-50, 50), min_size=min(first, len(fused)), max_size=min(first, len(fused))))
    found = rerank(Fixed(*told), "?", made(*fused), first)
    assert sorted(ids(found), key=int) == [str(i) for i in range(len(fused))]
    scores = [one.hit.score for one in found]
    assert all(a >= b - 1e-9 for a, b in pairwise(scores))
    assert ids(found)[first:] == [str(i) for i in range(first, len(fused))]
    same = rerank(Fixed(*(3 * score + 7 for score in fused[:first])), "?", made(*fused), first)
    assert [one.hit.score for one in same] == pytest.approx(fused, abs=1e-6)


@pytest.mark.parametrize("told", [(1.0,), (1.0, 2.0, 3.0), (1.0, float("nan")), ("a", "b"), ((1.0, 2.0), (3.0, 4.0))])
def test_a_reranker_that_gives_something_else_is_named(told: tuple[Any, ...]) -> None:
    with pytest.raises(SettingsError, match="one number for each of 2 texts"):
        rerank(Fixed(*told), "?", made(2.0, 1.0), 5)


def test_the_assistant_asks_it_about_titled_passages_and_tells_why(archive: Archive) -> None:
    archive.add_articles(ARTICLES)
    question = "What about the tree by the harbour?"
    before = [hit.passage.article.id for hit in Assistant(archive).search(question)]
    told = Told(**{before[0]: -100.0})
    assistant = Assistant(archive, Settings(refuse_below=0), reranker=told)
    hits = assistant.search(question)
    assert hits[0].passage.article.id == before[1]
    assert (hits[0].why["rank_before"], hits[0].why["rerank"]) == (2, 0.0)
    ((asked, texts),) = told.asked
    assert asked == question and texts[0].startswith(f"A {before[0]}\n") and texts[0].endswith("Monday.")
    answer = assistant.ask(question)
    assert answer.hits[0].passage.article.id == before[1] and answer.seconds["rerank"] >= 0
    assert "rerank" not in Assistant(archive).ask(question).seconds
    few = Assistant(archive, Settings(reranked=1), reranker=Told(**{before[0]: -100.0})).search(question)
    assert [hit.passage.article.id for hit in few] == before


@pytest.mark.parametrize("fields", [{"rerank": None}, {"rerank": 3}, {"rerank": " "}, {"reranked": 0}])
def test_settings_of_the_reranker_are_checked(fields: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=next(iter(fields))):
        Settings(**fields)


def cross_encoder(path: Path, labels: int = 1, head: bool = True) -> Path:
    """A cross-encoder that has learnt nothing, so that its scores have no pattern."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizer

    torch.manual_seed(7)
    texts = " ".join(f"{one.title} {one.text}".lower().replace(".", " ") for one in ARTICLES)
    words = dict.fromkeys(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "?", ".", *texts.split(), "what", "about"])
    BertTokenizer(vocab={word: i for i, word in enumerate(words)}).save_pretrained(path)
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=64, num_labels=labels, initializer_range=1.0,
    )  # fmt: skip
    (BertForSequenceClassification(config) if head else BertModel(config)).save_pretrained(path)
    return path


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cross_encoder(tmp_path_factory.mktemp("cross") / "model")


def alone(path: Path, question: str, texts: Sequence[str]) -> list[float]:
    """The logit of each pair, one at a time, without sentence-transformers."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer, plain = AutoTokenizer.from_pretrained(path), AutoModelForSequenceClassification.from_pretrained(path)
    plain.eval()
    with torch.inference_mode():
        pairs = [tokenizer(question, text, truncation=True, max_length=64, return_tensors="pt") for text in texts]
        return [float(plain(**pair).logits[0, 0]) for pair in pairs]


@pytest.mark.slow
def test_scores_are_the_models_own_in_the_order_of_the_texts(model: Path) -> None:
    texts = [f"{'the harbour ' * (i % 7)}{one.text}" for i, one in enumerate(ARTICLES * 6)]
    found = CrossEncoderReranker(str(model)).scores("what about the elm ?", texts)
    assert found == pytest.approx(alone(model, "what about the elm ?", texts), abs=1e-4)
    assert len(set(np.round(found, 3))) > 10 and max(map(abs, found)) > 1  # raw, told apart
    assert CrossEncoderReranker("/no/such/model").scores("?", []) == []


@pytest.mark.slow
def test_search_follows_the_cross_encoder_of_the_settings(archive: Archive, model: Path) -> None:
    archive.add_articles(ARTICLES)
    question = "What about the harbour?"
    plain = Assistant(archive).search(question)
    hits = Assistant(archive, Settings(rerank=str(model))).search(question)
    told = dict(zip(NAMES, alone(model, question, [f"{one.title}\n{one.text}" for one in ARTICLES]), strict=True))
    fused = {hit.passage.article.id: hit.score for hit in plain}
    wanted = averaged(np.array(list(fused.values())), np.array([told[id] for id in fused]))
    assert [hit.score for hit in hits] == pytest.approx(sorted(wanted, reverse=True), abs=1e-3)
    for hit in hits:
        id = hit.passage.article.id
        assert hit.why["rerank"] == pytest.approx(told[id], abs=1e-3)
        assert plain[hit.why["rank_before"] - 1].passage.article.id == id


@pytest.mark.slow
def test_threads_share_one_model(model: Path) -> None:
    reranker = CrossEncoderReranker(str(model))
    texts = [one.text for one in ARTICLES]
    out: list[list[float]] = []
    threads = [threading.Thread(target=lambda: out.append(reranker.scores("the elm", texts))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(out) == 4 and all(scores == pytest.approx(out[0]) for scores in out)


def without_words(path: Path) -> None:
    for file in path.iterdir():
        if "token" in file.name or "vocab" in file.name:
            file.unlink()


def half(path: Path) -> None:
    data = (path / "model.safetensors").read_bytes()
    (path / "model.safetensors").write_bytes(data[: len(data) // 2])


def pickled(path: Path) -> None:
    (path / "model.safetensors").rename(path / "pytorch_model.bin")


def pickled_beside(path: Path) -> None:
    (path / "1_Dense").mkdir()
    (path / "1_Dense" / "pytorch_model.bin").write_bytes(b"")


def headless(path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    held = load_file(path / "model.safetensors")
    del held["classifier.weight"]
    save_file(held, path / "model.safetensors", metadata={"format": "pt"})


def no_json(path: Path) -> None:
    (path / "config.json").write_text("{")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (without_words, "tokenizer knows no words"),
        (half, "cannot be loaded"),
        (pickled, "no .safetensors"),
        (pickled_beside, "1_Dense' holds no .safetensors"),
        (headless, "lack classifier.weight"),
        (no_json, "cannot be loaded"),
    ],
)
def test_a_damaged_model_is_refused(model: Path, tmp_path: Path, damage: Any, said: str) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(model, folder)
    damage(folder)
    with pytest.raises(WeightsMissing, match=said):
        CrossEncoderReranker(str(folder)).scores("?", ["x"])


@pytest.mark.slow
def test_what_is_no_cross_encoder_is_said(archive: Archive, tmp_path: Path) -> None:
    two = cross_encoder(tmp_path / "two", labels=2)
    bare = cross_encoder(tmp_path / "bare", head=False)
    for path, said in ((two, "2 classes"), (bare, "no head"), (bundled_path(), "no head")):
        with pytest.raises(WeightsMissing, match=said):
            CrossEncoderReranker(str(path)).scores("?", ["x"])
    for name, said in (
        ("nobody/no-such-model", "hf download n"),
        ("/no/such/folder", "the path"),
        ("a b//c", "the path"),
    ):
        with pytest.raises(WeightsMissing, match=said):
            CrossEncoderReranker(name).scores("?", ["x"])
    archive.add_articles(ARTICLES)
    with pytest.raises(WeightsMissing, match="no cross-encoder"):
        Assistant(archive, Settings(rerank="nobody/no-such-model")).ask("Who felled the ash?")


@pytest.mark.slow
def test_a_name_is_looked_for_in_the_cache(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "hub"
    kept = home / "models--velm--trees"
    shutil.copytree(model, kept / "snapshots" / "abc")
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text("abc")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(home))
    found = CrossEncoderReranker("velm/trees").scores("the elm", ["the harbour"])
    assert found == pytest.approx(alone(model, "the elm", ["the harbour"]), abs=1e-4)
