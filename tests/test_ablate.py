"""What the tables of eval/RETRIEVAL.md are made by: parts left out, passages of other lengths."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval import __main__ as door
from eval import ablate
from eval.benchmarks import run_benchmark
from index.archive import Archive
from index.embed import Embedder, HashEmbedder, Piece
from index.errors import EvalError, SettingsError
from index.records import Span
from rag import Assistant
from tests.test_benchmarks import figure, job

DOCUMENTS = [
    ("Ferries", "The ferry to Holm was cancelled. Crews want higher pay. " * 12),
    ("Bridges", "The bridge at Holm reopened in May. It had been shut for a year. " * 12),
    ("Mills", "The mill at Velm burned down. The harbour at Holm was not hurt. " * 12),
]
ASKED = {"1": ("Why was the ferry cancelled?", "1"), "2": ("When did the bridge reopen?", "2")}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """One set in the layout of SMART, as the public ones lie under --data."""
    folder = tmp_path / "data" / "med"
    folder.mkdir(parents=True)
    all_ = "".join(f".I {i}\n.T\n{title}\n.W\n{text}\n" for i, (title, text) in enumerate(DOCUMENTS, 1))
    (folder / "MED.ALL").write_text(all_)
    (folder / "MED.QRY").write_text("".join(f".I {i}\n.W\n{text}\n" for i, (text, _) in ASKED.items()))
    (folder / "MED.REL").write_text("".join(f"{i} 0 {gold} 1\n" for i, (_, gold) in ASKED.items()))
    return tmp_path / "data"


def test_a_row_a_part_and_all_parts_are_what_search_ranks(data: Path, tmp_path: Path) -> None:
    table = ablate.parts(data, ["med"], job(cache=tmp_path / "cache"))
    assert list(table) == list(ablate.PARTS) and all(list(row) == ["med nDCG@10"] for row in table.values())
    plain = run_benchmark("med", data / "med", job(cache=tmp_path / "cache"))
    assert figure(plain, "MAP") == 1.0 and table["all parts"]["med nDCG@10"] == 1.0


def test_a_part_that_is_left_out_no_longer_counts(archive: Archive) -> None:
    from index.records import Article

    archive.add_articles(Article(str(i), text, title) for i, (title, text) in enumerate(DOCUMENTS))
    assistant = Assistant(archive)
    question = "Was the harbour at Holm hurt?"
    by_words = [hit.passage for hit in archive.search_by_words(question, 50)]
    alone = ablate.Weighed(assistant, ablate.PARTS["BM25 only"]).search(question, k=50)
    assert [hit.passage for hit in alone][: len(by_words)] == by_words
    whole = ablate.Weighed(assistant, ablate.PARTS["all parts"]).search(question, k=50)
    assert [(hit.passage, hit.score) for hit in whole] == [
        (hit.passage, hit.score) for hit in assistant.search(question, k=50)
    ]


def test_archives_of_other_lengths_and_without_titles(data: Path, tmp_path: Path) -> None:
    titles: list[str] = []

    class Reading(HashEmbedder):
        def encode(self, pieces: Any) -> Any:
            titles.extend(piece.title for piece in pieces)
            return super().encode(pieces)

    table = ablate.lengths(data, ["med"], [16, 60], job(cache=tmp_path / "cache"), Reading)
    assert list(table) == ["16 tokens", "60 tokens", "180 tokens, no title"]
    sizes = {}
    for folder in (tmp_path / "cache").iterdir():
        with Archive.open(folder / "archive", HashEmbedder()) as archive:
            sizes[folder.name.rsplit("-", 1)[0]] = archive.counts()["passages"]
            assert archive.manifest.tokens == int(folder.name.split("-")[1])
    assert sizes["med-16"] > sizes["med-60"] > sizes["med-180-untitled"]
    assert set(titles) == {"", *(title for title, _ in DOCUMENTS)}


def test_an_untitled_embedder_hides_titles_only() -> None:
    inner: Embedder = HashEmbedder()
    piece = Piece("The ferry sailed.", (Span(0, 17),), "Ferries")
    ((_, bare),) = ablate.Untitled(inner).encode([piece])
    ((_, same),) = inner.encode([Piece(piece.text, piece.sentences)])
    assert (bare.passage == same.passage).all() and (bare.sentences == same.sentences).all()


def test_the_best_of_a_column_is_bold() -> None:
    table = {"a": {"x": 0.5, "y": 0.25}, "b": {"x": 0.25, "y": 0.2504}}
    assert ablate.as_text(table).splitlines() == [
        "| | x | y |",
        "|---|---|---|",
        "| a | **.500** | **.250** |",
        "| b | .250 | **.250** |",
    ]


def test_the_door(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(door, "cache_folder", lambda: tmp_path / "cache")
    opener = job().opener
    assert door.main(["ablate", "--data", str(data), "--sets", "med", "--json"], opener) == 0
    assert set(json.loads(capsys.readouterr().out)) == set(ablate.PARTS)
    assert door.main(["ablate", "--data", str(data), "--sets", "moon"], opener) == 2
    assert "There is no set 'moon'" in capsys.readouterr().err
    with pytest.raises(EvalError, match="squad2"):
        ablate.read("squad2", data)


def test_a_passage_can_not_be_too_short(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="at least 16"):
        Archive.create(tmp_path / "a", HashEmbedder(), tokens=3)
    with Archive.create(tmp_path / "a", HashEmbedder(), tokens=9_999) as archive:
        assert archive.manifest.tokens == HashEmbedder().limit - 32
