"""The commands that keep an archive in order, as a person at a terminal meets them."""

import json
from pathlib import Path

import pytest

from index.archive import Archive
from index.embed import HashEmbedder
from ui.cli import main

FERRY = "Orsk ferry back in service\n\nBy Nell Tarrow\n\nThe ferry sails again. Ice had bent its propeller shaft.\n"
MILL = "Mill reopens\n\nThe Torvale mill reopened. It hired 40 weavers.\n"

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test touches a real archive."""
    monkeypatch.setenv("BYLINE_ARCHIVE", str(tmp_path / "archive"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two articles, mirrored in an archive made without weights."""
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "ferry.txt").write_text(FERRY)
    (folder / "mill.txt").write_text(MILL)
    with Archive.create(tmp_path / "archive", embedder=HashEmbedder()) as made:
        made.sync(folder)
    return folder


def told(capsys: Captured, *argv: str, code: int = 0) -> tuple[str, str]:
    capsys.readouterr()
    assert main(argv) == code
    captured = capsys.readouterr()
    return captured.out, captured.err


def listed(capsys: Captured) -> list[str]:
    return [Path(row["id"]).name for row in json.loads(told(capsys, "list", "--json")[0])]


def test_sync_says_what_it_would_do_then_does_it_and_undo_takes_it_back(folder: Path, capsys: Captured) -> None:
    (folder / "ferry.txt").unlink()
    (folder / "mill.txt").write_text(MILL + "\nIt closed again.\n")
    out, err = told(capsys, "sync", "news", "--dry-run")
    ferry = folder / "ferry.txt"
    assert out == f"Would remove {ferry}\nNothing was done yet. It would be: 1 updated, 1 removed.\n" and err == ""
    assert listed(capsys) == ["ferry.txt", "mill.txt"]
    out, err = told(capsys, "sync", "news")
    assert out.endswith(f"\n\nRemoved {ferry}\n1 updated, 1 removed.\n") and "byline undo" in err
    assert listed(capsys) == ["mill.txt"]
    out, err = told(capsys, "undo")
    assert f"Back again: {ferry}\n" in out and "Undid 'sync' of " in out
    assert sorted(listed(capsys)) == ["ferry.txt", "mill.txt"]
    assert "closed again" not in told(capsys, "show", str(folder / "mill.txt"))[0]


def test_sync_keeps_what_it_could_not_read_and_says_so(folder: Path, capsys: Captured, tmp_path: Path) -> None:
    folder.rename(tmp_path / "away")
    out, err = told(capsys, "sync", "news", code=2)
    assert err.count("Kept ") == 2 and "there is no such file or folder" in err and "2 kept though not found" in out
    report = json.loads(told(capsys, "sync", "news", "--json", code=2)[0])
    assert report["removed"] == [] and len(report["kept"]) == 2 and report["dry_run"] is False
    assert len(listed(capsys)) == 2


def test_a_first_sync_makes_the_archive_and_a_rehearsal_does_not(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "empty").mkdir()
    out, err = told(capsys, "sync", "empty", "--dry-run", code=2)
    assert out.startswith("Nothing was done yet.") and "the folder holds no files" in err
    out, _ = told(capsys, "sync", "empty", code=2)
    assert out.startswith("Nothing added") and not (tmp_path / "archive").exists()
    (tmp_path / "empty" / "mill.txt").write_text("The mill burnt on Monday.", "utf-8")
    assert told(capsys, "sync", "empty", "--dry-run")[0] == "Nothing was done yet. It would be: 1 added.\n"
    assert not (tmp_path / "archive").exists()
    assert told(capsys, "sync", "empty")[0].endswith("\n1 added.\n") and (tmp_path / "archive").exists()


def test_remove_says_how_to_get_it_back_and_forever_that_there_is_no_way(folder: Path, capsys: Captured) -> None:
    ferry = str(folder / "ferry.txt")
    assert "byline undo" in told(capsys, "remove", ferry)[1]
    assert json.loads(told(capsys, "undo", "--json")[0])["restored"] == [ferry]
    assert "Nothing of that is kept" in told(capsys, "remove", "--forever", ferry)[1]
    assert "nothing to undo" in told(capsys, "undo", code=2)[1]
    assert listed(capsys) == ["mill.txt"]


def test_remove_forever_says_which_file_would_bring_it_back(folder: Path, capsys: Captured) -> None:
    ferry, mill = folder / "ferry.txt", folder / "mill.txt"
    assert f"Still on disk: {ferry}. " in told(capsys, "remove", "--forever", str(ferry))[1]
    mill.unlink()
    assert "Still on disk" not in told(capsys, "remove", "--forever", str(mill))[1]


def test_articles_are_known_by_the_path_of_their_file(folder: Path, capsys: Captured, tmp_path: Path) -> None:
    (folder / "two.jsonl").write_text('{"id": "a", "text": "Rain fell."}\n{"id": "b", "text": "Snow fell."}\n')
    told(capsys, "add", "news")
    assert "Torvale" in told(capsys, "show", "news/mill.txt")[0]
    assert "holds 2 articles. Name one: a, b\n" in told(capsys, "show", "news/two.jsonl", code=2)[1]
    assert told(capsys, "remove", "news/two.jsonl", "news/mill.txt")[0].count("Removed ") == 3
    assert "no article with the id 'news/none.txt'" in told(capsys, "show", "news/none.txt", code=2)[1]


def test_doctor_finds_and_mends(folder: Path, capsys: Captured, tmp_path: Path) -> None:
    assert told(capsys, "doctor")[0] == "The archive is in order.\n"
    for path in (tmp_path / "archive" / "lexical").glob("*.term"):
        path.write_bytes(path.read_bytes()[:-9] + b"x" + path.read_bytes()[-8:])
    out, _ = told(capsys, "doctor", code=1)
    assert "Wrong" in out and "byline doctor --repair" in out
    assert json.loads(told(capsys, "doctor", "--json", code=1)[0])["wrong"]
    assert "The archive is in order." in told(capsys, "doctor", "--repair")[0]
    assert "Torvale" in told(capsys, "show", str(folder / "mill.txt"))[0]
    assert "no archive" in told(capsys, "doctor", "--archive", "nowhere", code=2)[1]


def test_export_and_import_move_an_archive(folder: Path, capsys: Captured, tmp_path: Path) -> None:
    assert told(capsys, "export", "news.jsonl")[0].startswith("2 articles written to ")
    assert told(capsys, "export", "-")[0] == (tmp_path / "news.jsonl").read_text("utf-8")
    out, _ = told(capsys, "import", "news.jsonl", "--archive", "second")
    assert out == "2 added.\n"
    assert told(capsys, "import", "news.jsonl", "--archive", "second")[0] == "2 unchanged.\n"
    assert told(capsys, "doctor", "--archive", "second")[0] == "The archive is in order.\n"
    before = (tmp_path / "news.jsonl").read_bytes()
    told(capsys, "remove", str(folder / "mill.txt"))
    assert "--overwrite" in told(capsys, "export", "news.jsonl", code=2)[1]
    assert (tmp_path / "news.jsonl").read_bytes() == before
    assert told(capsys, "export", "--overwrite", "news.jsonl")[0].startswith("1 article written to ")
    assert "no file" in told(capsys, "import", "nowhere.jsonl", "--archive", "third", code=2)[1]
    assert not (tmp_path / "third").exists()


def test_an_empty_export_is_said_to_be_one(folder: Path, capsys: Captured) -> None:
    with Archive.create("empty", HashEmbedder()):
        pass
    told(capsys, "export", "empty.jsonl", "--archive", "empty")
    said = told(capsys, "import", "empty.jsonl", "--archive", "second", code=2)[1]
    assert "export of an empty archive" in said


def test_an_export_that_cannot_be_written_leaves_nothing(folder: Path, capsys: Captured, tmp_path: Path) -> None:
    assert "cannot be written" in told(capsys, "export", "nowhere/news.jsonl", code=2)[1]
    assert not list(tmp_path.glob("**/*.part"))


def test_reembed_with_the_same_model_does_nothing_and_a_wrong_one_is_named(folder: Path, capsys: Captured) -> None:
    assert told(capsys, "reembed", "--model", "hash-64")[0] == "Nothing to do: same model.\n"
    assert told(capsys, "reembed", "--model", "hash-32")[0] == "2 articles encoded with hash-32.\n"
    for name in ("nowhere", "hash-abc"):
        assert "no model folder" in told(capsys, "reembed", "--model", name, code=2)[1]
    assert told(capsys, "doctor")[0] == "The archive is in order.\n"
