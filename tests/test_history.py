"""Changing an archive's mind: undo, removal for good, mirrored folders, another model, an older format."""

import json
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from index.archive import Archive
from index.doctor import examine, repair
from index.embed import HashEmbedder
from index.errors import ArticleMissing, EmbedderMismatch, NothingToUndo
from index.manifest import FORMAT, Manifest
from index.records import Article, Where

FERRY = "The ferry to Holm was cancelled on Monday. Crews want higher pay."
BRIDGE = "The bridge at Holm reopened in May. It had been shut for a year."
SECRET = "A zanzibarian secret was told. Nobody listened."


def texts(archive: Archive) -> dict[str, str]:
    return {article.id: article.text for article in archive.articles()}


def found(archive: Archive, words: str) -> set[str]:
    """The ids found by these words; by vector, every living article is found, and no other."""
    vector = archive.embedder.encode_question(words)
    assert {hit.passage.article.id for hit in archive.search_by_vector(vector, 50)} == set(texts(archive))
    return {hit.passage.article.id for hit in archive.search_by_words(words, 50)}


def test_undo_brings_back_what_was_removed_and_a_second_one_removes_it_again(archive: Archive) -> None:
    archive.add_articles([Article("one", FERRY, title="Ferry"), Article("two", BRIDGE)])
    before = list(archive.articles())
    archive.remove(["one", "two"])
    report = archive.undo()
    assert (report.name, report.restored, report.removed) == ("remove", ("one", "two"), ())
    assert list(archive.articles()) == before and found(archive, "ferry") == {"one"}
    assert archive.undo().removed == ("one", "two")
    assert texts(archive) == {} and found(archive, "ferry bridge") == set()
    assert archive.undo().restored == ("one", "two")
    assert list(archive.articles()) == before


def test_undo_of_an_add_takes_back_new_and_replaced_articles(archive: Archive) -> None:
    archive.add_articles([Article("one", FERRY)])
    archive.add_articles([Article("one", BRIDGE), Article("two", BRIDGE)])
    report = archive.undo()
    assert report.restored == ("one",) and report.removed == ("two",)
    assert texts(archive) == {"one": FERRY}
    assert found(archive, "ferry") == {"one"} and found(archive, "bridge") == set()


def test_undo_reaches_over_all_batches_of_one_command(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.ingest._BATCH", 2)
    archive.add_articles([Article("kept", BRIDGE)])
    archive.add_articles([Article(str(i), f"{FERRY} Number {i}.") for i in range(7)])
    assert len(archive.undo().removed) == 7 and texts(archive) == {"kept": BRIDGE}


def test_a_command_that_changes_nothing_leaves_the_one_before_undoable(archive: Archive) -> None:
    archive.add_articles([Article("one", FERRY), Article("two", BRIDGE)])
    archive.remove(["one"])
    archive.add_articles([Article("two", BRIDGE)])
    with pytest.raises(ArticleMissing):
        archive.remove(["nine"])
    assert archive.undo().restored == ("one",)


def test_there_is_nothing_to_undo_at_first(archive: Archive) -> None:
    with pytest.raises(NothingToUndo):
        archive.undo()


def test_undo_still_works_after_the_vectors_were_cut_and_reopening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.vectors._TAIL", (2, 2))
    with Archive.create(tmp_path / "a", HashEmbedder()) as archive:
        archive.add_articles([Article(str(i), f"{FERRY} Number {i}.") for i in range(9)])
        archive.remove([str(i) for i in range(8)])
    with Archive.open(tmp_path / "a") as archive:
        archive.undo()
        assert found(archive, "ferry Monday crews") == {str(i) for i in range(9)}


def files_with(folder: Path, word: str) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and word.encode() in path.read_bytes()]


def test_removed_forever_means_from_every_file(archive: Archive) -> None:
    archive.add_articles([Article("one", FERRY), Article("secret", SECRET)])
    archive.add_articles([Article("secret", SECRET + " More of it.")])
    assert found(archive, "zanzibarian") == {"secret"} and files_with(archive.path, "zanzibarian")
    archive.remove(["secret"], forever=True)
    assert files_with(archive.path, "zanzibarian") == []
    assert texts(archive) == {"one": FERRY} and found(archive, "ferry") == {"one"}
    with pytest.raises(NothingToUndo):
        archive.undo()


def test_what_was_removed_can_still_be_removed_forever(archive: Archive) -> None:
    archive.add_articles([Article("one", FERRY), Article("secret", SECRET)])
    archive.remove(["secret"])
    assert archive.remove(["secret"], forever=True) == ("secret",)
    assert files_with(archive.path, "zanzibarian") == []
    with pytest.raises(ArticleMissing):
        archive.remove(["secret"], forever=True)


def test_a_removal_for_good_that_was_cut_short_is_finished_by_the_next_command(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.add_articles([Article("one", FERRY), Article("secret", SECRET)])
    with monkeypatch.context() as patch:
        patch.setattr(archive._shadows, "commit", _killed)
        with pytest.raises(KeyboardInterrupt):
            archive.remove(["secret"], forever=True)
    archive.add_articles([Article("two", BRIDGE)])
    assert files_with(archive.path, "zanzibarian") == [] and set(texts(archive)) == {"one", "two"}


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    (folder / "old").mkdir(parents=True)
    (folder / "ferry.txt").write_text(FERRY)
    (folder / "old" / "bridge.txt").write_text(BRIDGE)
    rows = [{"id": f"row{i}", "text": f"{FERRY} Row {i}."} for i in range(3)]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return folder


def names(ids: object) -> list[str]:
    assert isinstance(ids, tuple)
    return sorted(Path(str(id)).name for id in ids)


def test_sync_mirrors_a_folder(archive: Archive, folder: Path) -> None:
    archive.add_articles([Article("mine", BRIDGE)])  # not from a file: no sync touches it
    report = archive.sync(folder)
    assert names(report.added) == ["bridge.txt", "ferry.txt", "row0", "row1", "row2"]
    assert len(archive.sync(folder).unchanged) == 5
    (folder / "ferry.txt").unlink()
    (folder / "old" / "bridge.txt").write_text(BRIDGE + " It rained.")
    (folder / "rows.jsonl").write_text(json.dumps({"id": "row1", "text": f"{FERRY} Row 1."}))
    plan = archive.sync(folder, dry_run=True)
    assert names(plan.updated) == ["bridge.txt"] and names(plan.removed) == ["ferry.txt", "row0", "row2"]
    assert len(texts(archive)) == 6  # nothing was done yet
    assert archive.sync(folder) == plan
    assert sorted(Path(id).name for id in texts(archive)) == ["bridge.txt", "mine", "row1"]
    assert names(archive.undo().restored) == ["bridge.txt", "ferry.txt", "row0", "row2"]


def test_sync_removes_nothing_for_what_it_cannot_read(archive: Archive, folder: Path, tmp_path: Path) -> None:
    archive.sync(folder)
    (folder / "ferry.txt").write_bytes(b"")
    (folder / "rows.jsonl").write_text('{"id": "row0", "text": "' + FERRY + ' Row 0."}\n{torn')
    (folder / "old" / "bridge.txt").unlink()  # leaves an empty folder: a drive that is not mounted?
    report = archive.sync(folder)
    assert report.removed == () and names(tuple(s.source for s in report.kept)) == [
        "bridge.txt", "ferry.txt", "row1", "row2",
    ]  # fmt: skip
    folder.rename(tmp_path / "away")
    report = archive.sync(folder)
    assert report.removed == () and len(report.kept) == 5 and len(report.skipped) == 1
    folder.mkdir()
    report = archive.sync(folder)
    assert report.removed == () and len(report.kept) == 5
    assert len(texts(archive)) == 5


def test_a_row_that_is_gone_is_missed_by_the_sync_after_an_add(archive: Archive, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    one, two = (json.dumps({"id": id, "text": text}) for id, text in (("one", FERRY), ("two", BRIDGE)))
    rows.write_text(f"{one}\n{two}\n")
    archive.add(rows)
    rows.write_text(f"{one}\n")
    assert archive.add(rows).removed == () and set(texts(archive)) == {"one", "two"}  # adding removes nothing
    assert archive.sync(rows).removed == ("two",) and set(texts(archive)) == {"one"}
    assert archive.sync(rows).unchanged == ("one",)


def test_sync_of_one_folder_leaves_its_neighbours_alone(archive: Archive, folder: Path) -> None:
    neighbour = folder.parent / "articles-2"
    neighbour.mkdir()
    (neighbour / "a.txt").write_text(SECRET)
    archive.add([neighbour])
    (folder / "old" / "bridge.txt").unlink()
    (folder / "old").rmdir()
    archive.add([folder])
    assert archive.sync(folder).removed == () and "a.txt" in names(tuple(texts(archive)))


def test_unchanged_files_are_not_read_again(archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.add([folder])
    monkeypatch.setattr("index.read.formats.PLAIN", {".txt": _killed, ".jsonl": _killed})
    assert len(archive.add([folder]).unchanged) == 5
    with pytest.raises(KeyboardInterrupt):
        (folder / "ferry.txt").write_text(BRIDGE)
        archive.add([folder])


def test_what_was_removed_is_added_again_though_its_file_is_the_same(archive: Archive, folder: Path) -> None:
    archive.add([folder])
    archive.remove(["row1"])
    assert archive.add([folder]).added == ("row1",)


def test_a_file_with_a_bad_line_is_read_again_and_named_again(archive: Archive, folder: Path) -> None:
    (folder / "rows.jsonl").write_text('{"id": "row0", "text": "' + FERRY + '"}\n{torn')
    assert len(archive.add([folder]).skipped) == 1
    assert len(archive.add([folder]).skipped) == 1


def test_an_article_whose_file_moved_belongs_to_its_new_place(archive: Archive, tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for place in (old, new):
        place.mkdir()
    (old / "a.md").write_text(f"---\nurl: https://holm.example/a\n---\n{FERRY}")
    (old / "b.txt").write_text(BRIDGE)
    archive.add([old])
    (old / "a.md").rename(new / "a.md")
    assert archive.add([new]).unchanged == ("https://holm.example/a",)
    assert archive.sync(old).removed == () and archive.sync(new).removed == ()


class Other(HashEmbedder):
    """Another model: other vectors, another size."""

    def __init__(self) -> None:
        super().__init__(32)
        self.encoded = 0

    def encode(self, pieces):  # type: ignore[no-untyped-def]
        self.encoded += len(pieces)
        return super().encode(pieces)


def test_reembedding_switches_models_at_once_and_readers_follow(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "a", HashEmbedder()) as archive, Archive.open(tmp_path / "a") as reader:
        archive.add_articles([Article("one", FERRY), Article("two", BRIDGE), Article("copy", FERRY)])
        assert found(reader, "ferry") == {"one", "copy"}
        assert archive.reembed(Other()) == 3
        assert reader.search_by_words("ferry") and reader.embedder.name == "hash-32"
        assert reader.search_by_vector(reader.embedder.encode_question("ferry"))[0].passage.article.text == FERRY
        assert archive.reembed(Other()) == 0
    with Archive.open(tmp_path / "a") as archive:
        assert archive.manifest.embedder == "hash-32" and found(archive, "ferry bridge") == {"one", "two", "copy"}
        archive.add_articles([Article("three", SECRET)])
        assert found(archive, "zanzibarian") == {"three"}
    with pytest.raises(EmbedderMismatch, match="byline reembed"):
        Archive.open(tmp_path / "a", HashEmbedder())


def test_a_reembedding_that_was_cut_short_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.reembed._BATCH", 2)
    embedder = Other()
    with Archive.create(tmp_path / "a", HashEmbedder()) as archive:
        archive.add_articles([Article(str(i), f"{FERRY} Number {i}.") for i in range(7)])
        seen: list[int] = []

        def stop(_: str, done: int, __: int) -> None:
            seen.append(done)
            if done >= 4:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            archive.reembed(embedder, progress=stop)
        assert seen == [0, 2, 4] and embedder.encoded == 4
        assert found(archive, "ferry Monday crews") == {str(i) for i in range(7)}  # with the old model, as before
        archive.remove(["0"])
        archive.add_articles([Article("new", BRIDGE)])
    with Archive.open(tmp_path / "a") as archive:
        assert archive.reembed(embedder) == 7 and embedder.encoded == 8
        assert set(texts(archive)) == {"1", "2", "3", "4", "5", "6", "new"} == found(archive, "ferry crews bridge Holm")


def test_a_switch_of_models_that_was_cut_short_is_finished_at_the_next_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive.create(tmp_path / "a", HashEmbedder()) as archive:
        archive.add_articles([Article("one", FERRY)])
        monkeypatch.setattr(archive._shadows, "refill", _killed)
        with pytest.raises(KeyboardInterrupt):
            archive.reembed(Other())
    assert json.loads((tmp_path / "a" / "manifest.json").read_text())["embedder"] == "hash-64"
    with Archive.open(tmp_path / "a") as archive:
        assert found(archive, "ferry") == {"one"} and archive.manifest.embedder == "hash-32"
    assert json.loads((tmp_path / "a" / "manifest.json").read_text())["embedder"] == "hash-32"


def test_a_manifest_that_names_other_weights_is_refused_with_the_command_that_mends_it(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "a", HashEmbedder()) as archive:
        archive.add_articles([Article("one", FERRY)])
    path = tmp_path / "a" / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "sha256": "0" * 64}))
    with pytest.raises(EmbedderMismatch, match="byline doctor --repair"):
        Archive.open(tmp_path / "a")


def old_archive(folder: Path, format: int = 1) -> None:
    """An archive as an earlier version made it: its database as SQL, its shadows not at all."""
    folder.mkdir()
    db = sqlite3.connect(folder / "archive.db")
    db.executescript((Path(__file__).parent / f"format-{format}.sql").read_text("utf-8"))
    db.close()
    made = {"embedder": "hash-8", "sha256": "hash-8", "dimension": 8, "tokens": 222, "normaliser": 1, "format": format}
    (folder / "manifest.json").write_text(json.dumps(made))


def test_an_archive_of_the_first_format_is_upgraded_when_it_is_opened(tmp_path: Path) -> None:
    old_archive(tmp_path / "a")
    with Archive.open(tmp_path / "a") as archive:
        assert list(texts(archive)) == ["/news/ferry.txt", "x1"]
        assert archive.search_by_words("ferry")[0].passage.article.id == "/news/ferry.txt"
        hits = archive.search_by_vector(archive.embedder.encode_question("the bridge at Holm"), 9)
        assert len(hits) == 2 and np.isclose(hits[0].score, max(hit.score for hit in hits))
        archive.remove(["x1"])
        assert archive.undo().restored == ("x1",)
    assert json.loads((tmp_path / "a" / "manifest.json").read_text())["format"] == FORMAT
    with Archive.open(tmp_path / "a") as archive:
        assert len(texts(archive)) == 2
    assert list(examine(tmp_path / "a")) == []


def test_an_archive_of_the_second_format_learns_which_articles_are_copies(tmp_path: Path) -> None:
    old_archive(tmp_path / "a", 2)
    with Archive.open(tmp_path / "a") as archive:
        assert list(texts(archive)) == ["/news/ferry.txt", "x2"]
        assert archive.copies("x2") == ("/news/ferry.txt",) and archive.copies("/news/ferry.txt") == ("x2",)
        assert archive.undo().restored == ("x1",)  # the last command of that version
        assert archive.copies("x1") == ()
    assert list(examine(tmp_path / "a")) == []


def filtered(archive: Archive, where: Where) -> set[str]:
    with archive.view() as view:
        allowed = view.allowed(where)
        rows = view.load([] if allowed is None else allowed.tolist())
        return {rows.passage(i).article.id for i in range(len(rows))}


def check_that_the_third_format_is_upgraded(folder: Path) -> None:
    with Archive.open(folder) as archive:
        assert filtered(archive, Where(author="holm")) == {"a1"} and filtered(archive, Where(language="de")) == {"a3"}
        assert filtered(archive, Where(story="a2")) == {"a1", "a2"} and filtered(archive, Where(author="berg")) == {
            "a1"
        }
        assert archive.undo().restored == ("a4",)  # the last command of that version
        assert filtered(archive, Where(author="berg")) == {"a1", "a4"}
        assert filtered(archive, Where(articles=("a4", "a2", "a9"))) == {"a4", "a2"}
    assert json.loads((folder / "manifest.json").read_text())["format"] == FORMAT == 4
    assert list(examine(folder)) == []


def test_an_archive_of_the_third_format_can_be_filtered_by_author(tmp_path: Path) -> None:
    old_archive(tmp_path / "a", 3)
    check_that_the_third_format_is_upgraded(tmp_path / "a")


@pytest.mark.parametrize("format", [2, 3])
def test_an_older_format_is_named_and_mended_by_the_doctor(tmp_path: Path, format: int) -> None:
    old_archive(tmp_path / "a", format)
    (finding,) = [one for one in examine(tmp_path / "a") if "archive.db" in one.where]
    assert finding.kind == "format" and f"format {format};" in finding.what and "byline list" in finding.remedy
    assert repair(tmp_path / "a")[1] == [] and list(examine(tmp_path / "a")) == []


def test_an_upgrade_that_is_killed_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After each of its statements, and between the database and the manifest."""
    from index import upgrade

    real = sqlite3.connect

    class Dying(sqlite3.Connection):
        left = 0

        def execute(self, *args: object) -> sqlite3.Cursor:  # type: ignore[override]
            Dying.left -= 1
            if Dying.left == 0:
                raise KeyboardInterrupt
            return super().execute(*args)  # type: ignore[arg-type]

    old_archive(tmp_path / "a", 3)
    made = Manifest("hash-8", "hash-8", 8, 222, 1, 3)
    monkeypatch.setattr(upgrade.sqlite3, "connect", lambda *args, **named: real(*args, factory=Dying, **named))
    for last in range(1, 50):
        Dying.left = last
        try:
            upgrade.upgrade(tmp_path / "a", made)
        except KeyboardInterrupt:
            continue
        break
    assert 8 < last < 49
    monkeypatch.undo()
    made.write(tmp_path / "a")  # the manifest was not written any more
    check_that_the_third_format_is_upgraded(tmp_path / "a")
