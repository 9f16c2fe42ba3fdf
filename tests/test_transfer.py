"""An archive written as a file and read back: nothing is lost, nothing is encoded twice, nothing is believed."""

import base64
import io
import json
import logging
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.archive import Archive
from index.doctor import examine
from index.embed import Encoded, HashEmbedder, Piece
from index.errors import ReadError, WriteFailed
from index.records import AddReport, Article
from index.transfer import header

FERRY = "The ferry to Holm was cancelled on Monday. Crews want higher pay.\n\nIce had bent its shaft 🚢."
BRIDGE = "The bridge at Holm reopened in May. It had been shut for a year."
FULL = Article(
    "ferry", FERRY, "Ferry — cancelled", "https://a.example/f", "The Holm Post", "Nell Tarrow", "2014-08", "2014-08-22",
    language="en", credits="By Nell Tarrow", places=((3, "page"),), found={"author": "byline"},
)  # fmt: skip


class Counting(HashEmbedder):
    """Counts what it encodes, questions left aside."""

    encoded = 0

    def encode(self, pieces: Sequence[Piece]) -> Iterator[tuple[int, Encoded]]:
        self.encoded += len(pieces)
        return super().encode(pieces)


def exported(archive: Archive) -> str:
    out = io.StringIO()
    count = archive.export(out)
    assert count == len(out.getvalue().splitlines()) - 1
    return out.getvalue()


def restored(
    text: str | bytes, folder: Path, embedder: HashEmbedder | None = None, **how: Any
) -> tuple[AddReport, str]:
    """The report of restoring into an archive, and what that archive exports then. The doctor has looked at it."""
    path = folder / "moved.jsonl"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    model = embedder or HashEmbedder()
    there = folder / "second"
    with Archive.open(there, model) if there.exists() else Archive.create(there, model) as second:
        report = second.restore(path, **how)
        again = exported(second)
    assert list(examine(there, model)) == []
    return report, again


def stored(folder: Path) -> list[tuple[Any, ...]]:
    db = sqlite3.connect(folder / "archive.db")
    rows = db.execute("SELECT hash, crc, vector, marks, sentences FROM codes ORDER BY hash").fetchall()
    db.close()
    return rows


@pytest.fixture
def full(archive: Archive) -> Archive:
    """Two copies under other titles and the same one, an updated article, a removed one."""
    archive.add_articles([FULL, Article("gone", "Nobody reads this."), Article("bridge", "Old words.", title="B")])
    archive.add_articles([Article("copy", FERRY, title="Ferry — cancelled"), Article("bridge", BRIDGE, title="B")])
    archive.remove(["gone"])
    return archive


def test_what_is_exported_and_restored_is_the_same_to_the_byte_and_not_encoded_again(
    full: Archive, tmp_path: Path
) -> None:
    text = exported(full)
    assert text.isascii() and "Nobody reads" not in text
    first, *lines = map(json.loads, text.splitlines())
    assert first == {
        "byline": 2, "embedder": "hash-64", "sha256": "hash-64", "dimension": 64,
        "tokens": full.manifest.tokens, "normaliser": 1, "articles": 3,
    }  # fmt: skip
    assert [line["id"] for line in lines] == ["ferry", "copy", "bridge"]
    model = Counting()
    report, again = restored(text, tmp_path, model)
    assert report == AddReport(added=("ferry", "copy", "bridge"))
    assert again == text and model.encoded == 0
    with Archive.open(tmp_path / "second", model) as second:
        assert list(second.articles()) == list(full.articles())  # with `added`
        question = model.encode_question("bent shaft")
        for search in (lambda a: a.search_by_vector(question, 5), lambda a: a.search_by_words("bent shaft", 5)):
            assert search(second) and [h.passage for h in search(second)] == [h.passage for h in search(full)]
    full.remove(["copy"], forever=True)  # deletes what only the replaced version of 'bridge' used
    assert stored(tmp_path / "second") == stored(full.path)


def test_long_articles_keep_every_passage_and_sentence(archive: Archive, tmp_path: Path) -> None:
    text = "\n\n".join(f"Sentence {i} of the long story was printed. It said {i * 7}." for i in range(400))
    archive.add_articles([Article("long", text)])
    whole = exported(archive)
    assert len(json.loads(whole.splitlines()[1])["passages"]) > 5
    assert restored(whole, tmp_path)[1] == whole
    assert stored(tmp_path / "second") == stored(archive.path)


WORDS = st.text(st.sampled_from('abé 漢.!?\n\t"\\🚢\u2028\u0301\x00\u200d'), max_size=60)
ARTICLES = st.lists(st.tuples(st.sampled_from("abc"), WORDS, WORDS, WORDS), max_size=6)


@settings(max_examples=40, deadline=None)
@given(ARTICLES)
def test_whatever_is_added_survives(rows: list[tuple[str, str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Archive.create(folder / "first", HashEmbedder()) as first:
            for id, text, title, outlet in rows:
                first.add_articles([Article(id, text, title=title, outlet=outlet, published=title, credits=outlet)])
            whole = exported(first)
            model = Counting()
            report, again = restored(whole, folder, model)
            assert (again, model.encoded) == (whole, 0)
            assert report == AddReport(added=tuple(article.id for article in first.articles()))


def test_another_model_encodes_anew_and_says_so(full: Archive, tmp_path: Path) -> None:
    report, again = restored(exported(full), tmp_path, HashEmbedder(32))
    assert len(report.added) == 3 and not report.skipped
    (note,) = report.notes
    assert "encoded anew: 3" in note.reason and "'hash-64'" in note.reason
    assert json.loads(again.splitlines()[0])["dimension"] == 32
    with Archive.open(tmp_path / "second") as second:
        assert list(second.articles()) == list(full.articles())


def test_another_normaliser_normalises_and_encodes_anew(full: Archive, tmp_path: Path) -> None:
    text = exported(full).replace('"normaliser":1', '"normaliser":7').replace("cancelled on", "cancelled\\u00a0on")
    report, again = restored(text, tmp_path)
    assert len(report.added) == 3 and "encoded anew: 3" in report.notes[0].reason
    assert again == exported(full)


def test_an_article_without_vectors_is_encoded(full: Archive, tmp_path: Path) -> None:
    text = changed(exported(full), lambda row: row.update(passages=[]))
    model = Counting()
    report, again = restored(text, tmp_path, model)
    assert "encoded anew: 1" in report.notes[0].reason and "without vectors" in report.notes[0].reason
    assert model.encoded == 0  # its copy stands in the same batch
    assert again == exported(full)


def test_known_ids_are_unchanged_or_updated_and_undo_takes_an_import_back(full: Archive, tmp_path: Path) -> None:
    text = exported(full)
    with Archive.create(tmp_path / "second", HashEmbedder()) as second:
        second.add_articles([Article("bridge", "Other words."), Article("own", "My words.")])
        before = list(second.articles())
    report, again = restored(text, tmp_path)
    assert (report.added, report.updated) == (("ferry", "copy"), ("bridge",))
    report, same = restored(text, tmp_path)
    assert report == AddReport(unchanged=("ferry", "copy", "bridge")) and same == again
    with Archive.open(tmp_path / "second", HashEmbedder()) as second:
        assert second.undo().name == "import"
        assert sorted(a.id for a in second.articles()) == ["bridge", "own"] == sorted(a.id for a in before)
        assert second.article("bridge").text == "Other words."


def test_an_id_of_another_file_is_kept_where_that_is_asked_for(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"id": "x", "text": f"Words of {name}."}))
        with Archive.create(tmp_path / f"archive-{name}", HashEmbedder()) as made:
            made.add(tmp_path / f"{name}.jsonl")
            text = exported(made)
    (tmp_path / "archive-one").rename(tmp_path / "second")
    report, _ = restored(text, tmp_path, replace=False)
    assert "belongs to an article from" in report.skipped[0].reason and not report.updated
    report, again = restored(text, tmp_path)
    assert report.updated == ("x",) and "Words of two." in again


def test_an_export_is_one_moment_of_the_archive(full: Archive) -> None:
    before = exported(full)

    class Meanwhile(io.StringIO):
        def write(self, text: str) -> int:
            if not self.getvalue():
                full.remove(["bridge"])
                full.add_articles([Article("new", "New words.")])
            return super().write(text)

    out = Meanwhile()
    assert full.export(out) == 3 and out.getvalue() == before
    assert exported(full) != before


def test_progress_is_told(full: Archive, tmp_path: Path) -> None:
    said: list[tuple[str, int, int]] = []
    full.export(io.StringIO(), progress=lambda *step: said.append(step))
    assert said[-1] == ("articles", 3, 3)
    said.clear()
    restored(exported(full), tmp_path, progress=lambda *step: said.append(step))
    assert said == [("articles", 3, 3)]


def test_damaged_vectors_are_left_out_and_a_damaged_text_is_not_passed_on(
    full: Archive, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = exported(full)
    db = sqlite3.connect(full.path / "archive.db")
    db.execute("UPDATE codes SET sentences = zeroblob(length(sentences)) WHERE code = 1")
    db.execute("UPDATE articles SET text = 'Lies.' WHERE id = 'bridge'")
    db.commit()
    db.close()
    with caplog.at_level(logging.WARNING, "byline"):
        text = exported(full)
    assert "'bridge' is damaged" in caplog.text and "Vectors of article 'ferry'" in caplog.text
    report, again = restored(text, tmp_path)
    assert report.added == ("ferry", "copy") and again.splitlines()[1:] == whole.splitlines()[1:3]
    assert "2 of the 3 articles" in report.skipped[0].reason


HEADERS = [
    ("", "not an exported archive"),
    ("[1]\n", "not a JSON object"),
    ('{"id": "a", "text": "b"}\n', "not an exported archive"),
    ('{"byline":3}\n', "another version"),
    ('{"byline":true}\n', "another version"),
    ('{"byline":2,"embedder":5}\n', '"embedder" is not a string'),
    ("[" * 60_000, "nested too deeply"),
    ('{"byline":2,' + " " * 70_000 + "}\n", "not JSON"),
    ('{"byline":2,"embedder":"m","sha256":"s","dimension":%s}\n' % ("9" * 5_000), "not JSON"),
    ('{"byline":2,"embedder":"m","sha256":"s","dimension":1e9}\n', '"dimension" is not a whole number'),
    ('{"byline":2,"embedder":"m","sha256":"s","dimension":NaN}\n', "NaN is no number"),
    ('{"byline":2,"embedder":"hash-x","sha256":"s","dimension":8,"tokens":9,"normaliser":1}\n', "no vectors of 8"),
    ('{"byline":2,"embedder":"m","sha256":"","dimension":8,"tokens":9,"normaliser":1}\n', "does not name the model"),
    ('{"byline":2,"embedder":"m","sha256":"s","dimension":8,"tokens":9,"normaliser":1,"articles":-1}\n', '"articles"'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), HEADERS, ids=range(len(HEADERS)))
def test_a_file_that_is_no_export_is_refused_whole(text: str, reason: str, full: Archive, tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(text + exported(full).partition("\n")[2])
    before = exported(full)
    for read in (header, full.restore):
        with pytest.raises(ReadError, match=reason) as caught:
            read(path)
        assert str(path) in str(caught.value) and len(str(caught.value)) < 500
    assert exported(full) == before


def test_a_file_that_is_not_there_is_an_error_of_our_tree(archive: Archive, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path, "nul\0byte"):
        with pytest.raises(ReadError, match="cannot be read"):
            header(path)
        with pytest.raises(ReadError, match="cannot be read"):
            archive.restore(path)


def changed(text: str, change: Callable[[dict[str, Any]], object]) -> str:
    """An export whose first article is another one."""
    first, line, *others = text.splitlines()
    row = json.loads(line)
    change(row)
    return "\n".join([first, json.dumps(row), *others]) + "\n"


def passage(**values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda row: row["passages"][0].update(values)


def vector(*numbers: float, count: int = 64) -> str:
    filled = np.zeros(count, np.float16)
    filled[: len(numbers)] = numbers
    return base64.b64encode(filled.tobytes()).decode()


LINES: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda row: row.pop("text"), '"text" is missing'),
    (lambda row: row.update(text=5), '"text" is not a string'),
    (lambda row: row.update(text=" \n"), '"text" is blank'),
    (lambda row: row.update(id=""), '"id" is blank'),
    (lambda row: row.update(id="a\nb"), '"id" is not written as'),
    (lambda row: row.update(text=FERRY + "\u00ad", passages=[]), "not written as"),
    (lambda row: row.update(text=FERRY + " More."), "no passage holds the text at its end"),
    (lambda row: row.update(url="\ud800"), "lone surrogate"),
    (lambda row: row.update(added=None), '"added" is missing'),
    (lambda row: row.pop("given"), '"given"'),
    (lambda row: row.update(given=1), '"given"'),
    (lambda row: row.update(source=[]), '"source" is not a string'),
    (lambda row: row.update(places=[[1, 2]]), '"places" is not a string'),
    (lambda row: row.update(places={"a": 1}), '"places" is not a list'),
    (lambda row: row.update(found={"author": 1}), '"found" is not a string'),
    (lambda row: row.update(found=[]), '"found" is not an object'),
    (lambda row: row.pop("passages"), '"passages" is not a list'),
    (lambda row: row.update(passages=[3]), '"passages" is not an object'),
    (lambda row: row.update(passages=row["passages"] * 2), "overlaps"),
    (passage(stop=10**30), '"stop" is not a whole number'),
    (passage(stop=True), '"stop" is not a whole number'),
    (passage(start=-1), '"start" is not a whole number'),
    (passage(start=2), '"sentences" is not a whole number'),
    (passage(start=2, sentences=[[2, 5]]), '"vectors" of it has 192 bytes, not 64'),
    (passage(sentences=[]), "no sentences"),
    (passage(sentences=[[5, 4]]), '"sentences" is not a whole number'),
    (passage(sentences=[[0, 9], [8, 12]]), '"sentences" is not a whole number'),
    (passage(sentences=[[0, 1.5]]), '"sentences" is not a whole number'),
    (passage(sentences=[7]), '"sentences" are not pairs'),
    (passage(vector="!!!!"), '"vector" of it is not base64'),
    (passage(vector="é"), '"vector" of it is not base64'),
    (passage(vector=vector(1, count=32)), "64 bytes, not 128"),
    (passage(vector=vector(1, 1)), "length 1.414, not 1"),
    (passage(vector=vector(0)), "length 0, not 1"),
    (passage(vector=vector(float("nan"))), "length nan"),
    (passage(vector=vector(float("inf"))), "length inf"),
    (passage(vector=None), '"vector" is missing'),
    (passage(vectors=""), "0 bytes, not 192"),
]


@pytest.mark.parametrize(("change", "reason"), LINES, ids=range(len(LINES)))
def test_a_wrong_value_skips_its_line_and_no_other(
    change: Callable[[dict[str, Any]], object], reason: str, full: Archive, tmp_path: Path
) -> None:
    report, _ = restored(changed(exported(full), change), tmp_path)
    (skipped,) = report.skipped
    assert skipped.source == f"{tmp_path / 'moved.jsonl'}:2"
    assert re.search(reason, skipped.reason)
    assert report.added == ("copy", "bridge") and len(skipped.reason) < 300


RAW = [
    (b"\xff\xfe", "not JSON in UTF-8"),
    (b"[" * 200_000, "nested too deeply"),
    (b'{"id":' + b'{"a":' * 100_000, "nested too deeply"),
    (b'{"id": ' + b"1" * 10_000 + b"}", "not JSON"),
    (b"cos\nsystem\n(S'touch x'\ntR.", "not JSON"),
    (b'{"id":"a","text":"b","n":Infinity}', "Infinity is no number"),
]


@pytest.mark.parametrize(("raw", "reason"), RAW, ids=range(len(RAW)))
def test_a_line_of_anything_is_skipped(raw: bytes, reason: str, full: Archive, tmp_path: Path) -> None:
    first, rest = exported(full).encode().split(b"\n", 1)
    report, _ = restored(b"\n".join([first, raw, b"  ", rest]), tmp_path)
    assert len(report.added) == 3 and len(report.skipped) == raw.count(b"\n") + 1
    assert all(reason in one.reason for one in report.skipped)


def test_lines_are_bounded_on_both_ways(full: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = exported(full)
    sizes = [len(line) for line in text.splitlines()[1:]]
    bound = max(sizes)
    monkeypatch.setattr("index.transfer.restore.LONGEST", bound)
    report, _ = restored(text, tmp_path)  # with its end, the longest line is one byte too long
    assert len(report.skipped) == sizes.count(bound) and len(report.added) == 3 - sizes.count(bound)
    assert all(f"longer than {bound:,} bytes" in one.reason for one in report.skipped)
    monkeypatch.setattr("index.transfer.dumping.LONGEST", bound)
    assert '"passages":[]' in exported(full)
    report, _ = restored(exported(full), tmp_path)
    assert not report.skipped and report.notes
    monkeypatch.setattr("index.transfer.dumping.LONGEST", 300)
    with pytest.raises(WriteFailed, match="too long"):
        exported(full)


def test_a_file_cut_short_is_said_to_be(full: Archive, tmp_path: Path) -> None:
    text = exported(full)
    report, _ = restored(text[: text.rindex('"vector"')], tmp_path)
    assert report.added == ("ferry", "copy") and "not JSON" in report.skipped[0].reason
    report, _ = restored(text[: text.rindex('{"id"')], tmp_path)
    assert "2 of the 3 articles" in report.skipped[0].reason


def test_an_id_that_is_given_twice_is_taken_once(full: Archive, tmp_path: Path) -> None:
    text = exported(full)
    line = text.splitlines()[1]
    text += line + "\n" + line.replace('"The Holm Post"', '"Another"') + "\n"
    report, again = restored(text, tmp_path)
    assert report.unchanged == ("ferry",) and "was given by" in report.skipped[0].reason
    assert again == exported(full)


def test_many_batches_are_one_command(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.transfer.restore._BATCH_BYTES", 1)
    archive.add_articles([Article(f"a{i}", f"Words of story {i}. They end.") for i in range(5)])
    model = Counting()
    report, again = restored(exported(archive), tmp_path, model)
    assert len(report.added) == 5 and again == exported(archive) and model.encoded == 0
    with Archive.open(tmp_path / "second", model) as second:
        assert len(second.undo().removed) == 5
