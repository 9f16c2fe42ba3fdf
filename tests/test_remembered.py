"""Columns that the user named are remembered, and what is no article says what it is: archives, exports, devices."""

import json
import os
from pathlib import Path

import pytest
from fakes import files

from index.archive import Archive
from index.embed import HashEmbedder
from index.errors import SettingsError
from index.read import Found, read_paths
from index.read.mapping import MARK, chosen, layered, mark, parse, remembered
from index.records import AddReport, Skipped
from ui.cli import main

FERRY, BRIDGE, MILL = "The ferry sails again.", "The bridge is closed for good.", "The mill was sold to a bakery."
SAID = {"text": "Words", "title": "Head"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A table whose names nobody knows, one in a packed file, and lines with the usual names."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.csv").write_text(f"Words,Head,Day\n{FERRY},Ferry,2019-05-06\n{BRIDGE},Bridge,2019-05-07\n")
    (folder / "b.jsonl").write_text(json.dumps({"id": "mill", "text": MILL, "title": "Mill"}) + "\n")
    files.zipped(folder / "c.zip", [("c.csv", b"Words,Head\nA road is built.,Road\n")])
    return folder


def titles(archive: Archive) -> list[str]:
    return sorted(article.title for article in archive.articles())


def skipped_in(report: AddReport) -> list[str]:
    return [Path(one.source).name for one in (*report.skipped, *report.kept)]


def test_what_was_read_with_named_columns_is_read_so_again(archive: Archive, folder: Path) -> None:
    first = archive.add(folder, columns=SAID)
    assert titles(archive) == ["Bridge", "Ferry", "Mill", "Road"] and not first.skipped and not first.notes
    again = (archive.sync(folder), archive.add(folder), archive.sync(folder, columns=SAID), archive.sync(folder))
    for report in again:
        assert len(report.unchanged) == 4 and not report.skipped and not report.kept and not report.removed
    with (folder / "a.csv").open("a") as table:
        table.write("The road is icy.,Ice,2019-05-08\n")
    report = archive.sync(folder)
    assert len(report.added) == 1 and not report.skipped and not report.kept
    assert titles(archive) == ["Bridge", "Ferry", "Ice", "Mill", "Road"]


def test_a_file_that_is_remembered_and_has_not_changed_is_not_read_again(
    archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.add(folder, columns=SAID)
    monkeypatch.setattr("index.read.reading.here", lambda _: pytest.fail("it was read again"))
    assert len(archive.sync(folder).unchanged) == len(archive.add(folder, columns=SAID).unchanged) == 4


def test_columns_named_anew_go_before_those_that_are_remembered(archive: Archive, folder: Path) -> None:
    (folder / "a.csv").write_text(f"Words,Head,Line\n{FERRY},Ferry,It sails\n{BRIDGE},Bridge,It is closed\n")
    archive.add(folder, columns=SAID)
    report = archive.sync(folder, columns={"title": "Line"})
    assert len(report.added) == len(report.removed) == 2  # ids are made of titles
    assert titles(archive) == ["It is closed", "It sails", "Mill", "Road"]
    (folder / "d.csv").write_text("Tale,Name\nThe inn is full.,Inn\n")
    report = archive.add(folder, columns={"text": "Tale", "title": "Name"})  # which the other files do not have
    assert not report.skipped and titles(archive) == ["Inn", "It is closed", "It sails", "Mill", "Road"]
    assert len(archive.sync(folder).unchanged) == 5


def test_columns_are_remembered_though_no_article_changed(archive: Archive, folder: Path) -> None:
    (folder / "a.csv").write_text(f"text,Kopf\n{FERRY},\n")
    archive.add(folder / "a.csv")
    assert len(archive.add(folder / "a.csv", columns={"title": "Kopf"}).unchanged) == 1
    with (folder / "a.csv").open("a") as table:
        table.write(f"{BRIDGE},Bridge\n")
    archive.sync(folder / "a.csv")
    assert titles(archive) == ["", "Bridge"]


def test_columns_move_with_the_archive(archive: Archive, folder: Path, tmp_path: Path) -> None:
    archive.add(folder, columns=SAID)
    with (tmp_path / "moved.export").open("w") as out:
        archive.export(out)
    with Archive.create(tmp_path / "other", HashEmbedder()) as other:
        other.restore(tmp_path / "moved.export")
        report = other.sync(folder)
        assert len(report.unchanged) == 4 and not report.skipped and not report.kept


def test_a_bad_row_does_not_make_the_archive_forget(archive: Archive, folder: Path) -> None:
    with (folder / "a.csv").open("a") as table:
        table.write(" ,Empty\n")
    archive.add(folder, columns=SAID)
    report = archive.sync(folder)
    assert skipped_in(report) == ["a.csv:4"] and len(report.unchanged) == 4


def test_a_file_that_has_neither_is_skipped_with_the_names_that_it_has(folder: Path) -> None:
    for name in ("a.csv", "b.jsonl"):
        path = folder / name
        path.write_text("Tale,Name\nx,y\n" if name == "a.csv" else '{"Tale": "x", "Name": "y"}\n{"Tale": "z"}\n')
        (skipped,) = read_paths(path, columns=SAID)
        assert isinstance(skipped, Skipped) and skipped.source == str(path)
        assert "to hold the text: name one of Tale, Name with --columns text=NAME" in skipped.reason


def test_lines_are_read_by_the_keys_of_their_whole_file(folder: Path) -> None:
    path = folder / "b.jsonl"
    rows = [{"text": "A summary."}, {"Words": FERRY, "text": "no"}, {"Words": BRIDGE}]
    path.write_text("\n".join(map(json.dumps, rows)))
    first, *found = read_paths(path, columns={"text": "Words"})
    assert isinstance(first, Skipped) and first.reason == 'the line has no "Words"'
    assert [one.article.text for one in found if isinstance(one, Found)] == [FERRY, BRIDGE]


def test_a_mark_that_is_no_mark_says_nothing() -> None:
    said = layered({"text": "A"}, {"text": ["B", "A"], "title": ["C"]})
    assert said == {"text": ["A", "B"], "title": ["C"]}
    assert remembered(json.dumps(mark(said))) == said and mark({}) == {}
    for stored in ("", "[]", "{}", '{"columns": 1}', '{"columns": "[]"}', '{"columns": "{"}', "[" * 100_000):
        assert remembered(stored) == {}
    odd = {"text": "A", "title": [], "url": [1], "words": ["A"], "author": ["By"]}
    assert remembered(json.dumps({MARK: json.dumps(odd)})) == {"author": ["By"]}
    assert chosen(["A", "B", "text"], {"text": ["Z", "b"]}) == {"text": "B"}
    assert chosen(["A", "text"], {"text": ["Z"], "title": ["text"]}) == {"title": "text"}


def test_what_was_kept_names_its_file_and_what_to_do(archive: Archive, folder: Path) -> None:
    archive.add(folder, columns=SAID)
    (folder / "a.csv").write_text("Tale\nx\n")
    kept = archive.sync(folder).kept
    assert len(kept) == 2 and len(archive.ids_of(str(folder / "a.csv"))) == 2
    for one in kept:
        assert f"it came from '{folder}/a.csv'; that could not be read as a whole" in one.reason
        assert one.reason.endswith(f"byline remove '{folder}/a.csv'")


@pytest.mark.parametrize("typed", ["text", "text=", "words=Body", "=Body"])
def test_a_mapping_is_quoted_as_it_was_typed(typed: str) -> None:
    with pytest.raises(SettingsError, match=f"^columns says '{typed}': write it as text=Body,title=Head"):
        parse(f"title=Head, {typed} ")


# What is no article


def test_an_archive_in_a_folder_is_left_out(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(FERRY)
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "manifest.json").write_text("{}")  # of another program
    report = archive.add(tmp_path)
    assert len(report.added) == 1 and skipped_in(report) == ["manifest.json"]
    assert skipped_in(archive.add(tmp_path / "app")) == ["manifest.json"]
    (skipped,) = archive.add(archive.path).skipped
    assert skipped.source == str(archive.path) and "it is a Byline archive" in skipped.reason


@pytest.mark.parametrize("name", ["all.jsonl", "all.txt", "all.csv", "all", "all.json"])
def test_an_export_is_no_article(archive: Archive, tmp_path: Path, name: str) -> None:
    place = tmp_path / name
    archive.add_articles(found.article for found in read_paths(_put(tmp_path / "a.txt", FERRY)))  # type: ignore[union-attr]
    with place.open("w") as out:
        archive.export(out)
    (skipped,) = archive.add(place).skipped
    assert skipped.reason == f"it is a Byline export, not an article: use byline import {place}"
    files.zipped(tmp_path / "all.zip", [("all.jsonl", place.read_bytes())])
    (skipped,) = archive.add(tmp_path / "all.zip").skipped
    assert "it is a Byline export: unpack it" in skipped.reason


def test_an_article_may_speak_of_a_byline(tmp_path: Path) -> None:
    (found,) = read_paths(_put(tmp_path / "a.jsonl", '{"byline": "By Ada Lind", "text": "The inn is full."}'))
    assert isinstance(found, Found)


def test_what_holds_no_article_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BYLINE_ARCHIVE", str(tmp_path / "none"))
    os.mkfifo(tmp_path / "pipe.txt")
    for name in ("pipe.txt", "/dev/null"):
        assert main(["add", str(tmp_path / name)]) == 2
        assert "neither a file nor a folder: save what it holds as a file, and add that" in capsys.readouterr().err
    for name, data in (("a.txt", ""), ("b.jsonl", "\n"), ("c.csv", " ")):
        assert main(["add", str(_put(tmp_path / name, data))]) == 2
        assert "it is empty: add the article's words, or leave it out" in capsys.readouterr().err
    assert main(["add", str(tmp_path), "--columns", "text"]) == 2
    assert "columns says 'text': write it as text=Body,title=Head" in capsys.readouterr().err


def _put(path: Path, text: str) -> Path:
    path.write_text(text)
    return path
