"""The reader that ships: its weights are the ones measured, it says probabilities, it finds what is plain to see."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from index.archive import Archive
from index.embed import READER, HashEmbedder, SpanReader
from index.embed.reader import PASSAGE, READER_SHA256
from index.errors import SettingsError, WeightsMissing
from index.records import Article
from rag import Assistant, Settings
from rag.spans import likeliest

TEXT = (
    "Harrow Metals will close its Lund works in June, Owen Marsh said on Monday. "
    "The union called the plan a betrayal of the town. Some 240 people work there."
)


@pytest.fixture(scope="module")
def reader() -> SpanReader:
    return SpanReader()


def best(reader: SpanReader, question: str, text: str) -> tuple[str, float]:
    """The likeliest words of a text, and their log odds against no answer."""
    (odds,) = reader.read(question, [("Works to close", text)])
    start, end, score = likeliest(odds.starts, odds.ends)
    return text[odds.offsets[start, 0] : odds.offsets[end, 1]], score - odds.none


def test_the_weights_are_those_that_were_measured() -> None:
    assert hashlib.sha256(READER.read_bytes()).hexdigest() == READER_SHA256
    assert READER.stat().st_size < 50_000_000


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How many people work at the Lund works?", "Some 240"),
        ("When will the Lund works close?", "June"),
        ("Who called the plan a betrayal?", "The union"),
        ("Which company will close its Lund works?", "Harrow Metals"),
        ("What did the union call the plan?", "a betrayal of the town"),
        ("When did Owen Marsh say so?", "on Monday"),
        ("Who said that the Lund works will close?", "Owen Marsh"),
    ],
)
def test_it_finds_plain_answers(reader: SpanReader, question: str, answer: str) -> None:
    assert best(reader, question, TEXT)[0] == answer


@pytest.mark.slow
def test_it_is_surer_where_there_is_an_answer(reader: SpanReader) -> None:
    there = best(reader, "When will the Lund works close?", TEXT)[1]
    assert there > best(reader, "How much did the ferry to Ansay cost?", TEXT)[1]


@pytest.mark.slow
def test_each_side_is_a_distribution(reader: SpanReader) -> None:
    (odds,) = reader.read("When will it close?", [("", TEXT)])
    none = odds.none - (np.log(1 - np.exp(odds.starts).sum()) + np.log(1 - np.exp(odds.ends).sum()))
    assert abs(none) < 1e-2
    assert len(odds.offsets) == len(odds.starts) == len(odds.ends)


@pytest.mark.slow
def test_long_texts_are_read_from_their_start_and_empty_ones_not_at_all(reader: SpanReader) -> None:
    long, empty = reader.read("When? " * 100, [("A title " * 50, TEXT * 20), ("", "")])
    assert len(long.starts) == PASSAGE
    assert len(empty.starts) == 0


@pytest.mark.slow
def test_weights_that_are_missing_or_others_are_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match="reader=None"):
        SpanReader(tmp_path / "none.safetensors").read("When?", [("", TEXT)])
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"nothing")
    with pytest.raises(WeightsMissing, match=r"broken\.safetensors"):
        SpanReader(broken).read("When?", [("", TEXT)])


@pytest.mark.slow
def test_a_changed_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.embed.reader.READER_SHA256", "0" * 64)
    with pytest.raises(WeightsMissing, match="not those"):
        SpanReader().read("When?", [("", TEXT)])


@pytest.mark.slow
def test_the_short_answer_is_cut_from_the_first_quote_and_can_be_switched_off(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "a") as archive:
        archive.add_articles([Article("one", TEXT, "Works to close")])
        asked = "How many people work at the Lund works?"
        answer = Assistant(archive, Settings(refuse_below=0)).ask(asked)
        assert answer.short and answer.short.of(answer.text) == "Some 240"
        assert answer.citations[0].claim.start <= answer.short.start < answer.short.end <= answer.citations[0].claim.end
        assert "read" in answer.seconds
        without = Assistant(archive, Settings(refuse_below=0, reader=None)).ask(asked)
        assert without.short is None and without.answered and "read" not in without.seconds


def test_an_archive_made_without_a_model_is_read_without_one(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "a", HashEmbedder()) as archive:
        archive.add_articles([Article("one", TEXT, "Works to close")])
        answer = Assistant(archive, Settings(refuse_below=0)).ask("How many people work at the Lund works?")
        assert answer.answered and answer.short is None and "read" not in answer.seconds


@pytest.mark.parametrize("value", ["", "  ", 3])
def test_a_reader_is_a_path_or_none(value: object) -> None:
    with pytest.raises(SettingsError, match="reader"):
        Settings(reader=value)  # type: ignore[arg-type]
