"""The archive: what goes in comes out, what is removed is gone, and nothing that was reported is lost."""

import json
import sqlite3
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.archive import Archive
from index.embed import Embedder, HashEmbedder, Piece
from index.errors import ArchiveBusy, ArchiveDamaged, ArchiveMissing, ArticleMissing, EmbedderMismatch, SettingsError
from index.ingest import file_of
from index.lock import write_lock
from index.normalise import normalise
from index.records import Article, Where

FERRY = "The ferry to Holm was cancelled on Monday. Crews want higher pay."
BRIDGE = "The bridge at Holm reopened in May. It had been shut for a year."


def ids(archive: Archive) -> list[str]:
    return [article.id for article in archive.articles()]


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.text(min_size=1, max_size=300), max_size=6))
def test_every_passage_is_a_slice_and_add_then_remove_leaves_nothing(tmp_path_factory, texts) -> None:  # type: ignore[no-untyped-def]
    texts = {id: text for id, text in texts.items() if normalise(text).strip()}
    with Archive.create(tmp_path_factory.mktemp("law") / "a", HashEmbedder()) as archive:
        report = archive.add_articles([Article(id, text) for id, text in texts.items()])
        assert list(report.added) == list(texts) == ids(archive)
        vector = HashEmbedder().encode_question("a b c")
        for hit in archive.search_by_vector(vector, 1000):
            article = hit.passage.article
            assert article == archive.article(article.id) and article.text == normalise(texts[article.id])
            assert hit.passage.text == article.text[hit.passage.span.start : hit.passage.span.end] != ""
        archive.remove(texts)
        assert ids(archive) == [] and archive.counts() == {"articles": 0, "passages": 0}
        assert archive.search_by_vector(vector, 1000) == []
        assert all(archive.search_by_words(text, 10) == [] for text in texts.values())


def test_unchanged_updated_and_added_are_told_apart(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_text(FERRY)
    (id,) = archive.add([file]).added
    assert id == str(file)
    assert archive.add([file]).unchanged == (id,)
    file.write_text(BRIDGE)
    assert archive.add([file]).updated == (id,)
    assert archive.search_by_words("ferry") == [] and len(archive.search_by_words("bridge")) == 1
    assert archive.counts() == {"articles": 1, "passages": 1}


def test_a_given_id_from_another_file_is_not_overwritten(archive: Archive, tmp_path: Path) -> None:
    for name, text in (("a", FERRY), ("b", BRIDGE)):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"id": "x1", "text": text}) + "\n")
    archive.add([tmp_path / "a.jsonl"])
    report = archive.add([tmp_path / "b.jsonl"])
    (skipped,) = report.skipped
    assert "a.jsonl" in skipped.reason and "b.jsonl" in skipped.source and "--replace" in skipped.reason
    assert archive.article("x1").text == FERRY
    assert archive.add([tmp_path / "b.jsonl"], replace=True).updated == ("x1",)
    assert archive.article("x1").text == BRIDGE


def test_one_id_twice_in_one_command_keeps_the_first_and_names_the_second(archive: Archive, tmp_path: Path) -> None:
    rows = [{"id": "x", "text": FERRY}, {"id": "x", "text": BRIDGE}, {"id": "y", "text": BRIDGE}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    report = archive.add([tmp_path / "a.jsonl"])
    assert report.added == ("x", "y") and report.skipped[0].source.endswith("a.jsonl:2")
    assert archive.article("x").text == FERRY


class Counting(HashEmbedder):
    """A HashEmbedder that counts what it encodes."""

    encoded = 0

    def encode(self, pieces):  # type: ignore[no-untyped-def]
        self.encoded += len(pieces)
        return super().encode(pieces)


def test_copies_stay_two_articles_and_are_encoded_once(tmp_path: Path) -> None:
    embedder = Counting()
    with Archive.create(tmp_path / "a", embedder) as archive:
        archive.add_articles([Article("one", FERRY, outlet="Holm Post"), Article("two", FERRY, outlet="Coast Daily")])
        assert embedder.encoded == 1
        assert archive.copies("one") == ("two",) and archive.copies("two") == ("one",)
        assert {hit.passage.article.outlet for hit in archive.search_by_words("ferry")} == {"Holm Post", "Coast Daily"}
        archive.add_articles([Article("one", FERRY, outlet="The Holm Post")])  # only its outlet changed
        assert embedder.encoded == 1
        archive.remove(["one"])
        assert len(archive.search_by_words("ferry")) == 1


def test_removing_what_is_not_there_removes_nothing(archive: Archive) -> None:
    archive.add_articles([Article("one", FERRY)])
    with pytest.raises(ArticleMissing, match="'two'"):
        archive.remove(["one", "two"])
    assert ids(archive) == ["one"]
    with pytest.raises(ArticleMissing):
        archive.article("two")


def test_filters(archive: Archive) -> None:
    dated = {"day": "2014-08-22", "month": "2014-08", "year": "2014", "late": "2015-01-01T23:59:00+08:00", "never": ""}
    archive.add_articles([Article(id, FERRY, outlet="Holm Post", published=day) for id, day in dated.items()])

    def found(**where: str) -> set[str]:
        return {hit.passage.article.id for hit in archive.search_by_words("ferry", 10, Where(**where))}

    assert found() == set(dated)
    assert found(outlet="holm POST") == set(dated) and found(outlet="Other") == set()
    assert found(since="2014-08-23") == {"month", "year", "late"}
    assert found(until="2014-08-22") == {"day", "month", "year"}
    assert found(since="2014-09", until="2014-12") == {"year"}
    assert found(since="2015", until="2015") == {"late"}
    assert found(since="2016") == set()
    with pytest.raises(SettingsError, match="no date"):
        found(since="soon")


def test_reopening_finds_everything_and_another_embedder_is_refused(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "a", HashEmbedder()) as archive:
        archive.add_articles([Article("one", FERRY)])
    with Archive.open(tmp_path / "a") as archive:
        assert archive.embedder.name == "hash-64"
        assert len(archive.search_by_vector(archive.embedder.encode_question("ferry"))) == 1
    with pytest.raises(EmbedderMismatch):
        Archive.open(tmp_path / "a", HashEmbedder(32))
    with pytest.raises(ArchiveMissing, match="byline add"):
        Archive.open(tmp_path / "b")
    with pytest.raises(ArchiveDamaged, match="already"):
        Archive.create(tmp_path / "a")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    with pytest.raises(ArchiveDamaged, match="not an empty folder"):
        Archive.create(tmp_path / "full")


def test_a_lost_or_torn_word_index_is_made_anew(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "a", HashEmbedder()) as archive:
        archive.add_articles([Article("one", FERRY), Article("two", BRIDGE)])
        archive.remove(["two"])
    (tmp_path / "a" / "lexical" / "meta.json").write_text("{torn")
    with Archive.open(tmp_path / "a") as archive:
        assert len(archive.search_by_words("ferry")) == 1 and archive.search_by_words("bridge") == []


def test_a_write_cut_short_after_the_database_is_finished_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive.create(tmp_path / "a", HashEmbedder()) as archive:
        archive.add_articles([Article("one", FERRY), Article("two", BRIDGE)])

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(archive._shadows, "commit", killed)
        with pytest.raises(KeyboardInterrupt):
            archive.add_articles([Article("one", "A third thing happened. Nobody saw it."), Article("new", FERRY)])
    with Archive.open(tmp_path / "a") as archive:
        assert ids(archive) == ["two", "one", "new"]
        assert [hit.passage.article.id for hit in archive.search_by_words("ferry")] == ["new"]
        assert [hit.passage.article.id for hit in archive.search_by_words("third thing")] == ["one"]


def test_a_reader_that_is_open_sees_another_ones_write(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "a", HashEmbedder()) as writer, Archive.open(tmp_path / "a") as reader:
        assert reader.search_by_words("ferry") == []
        writer.add_articles([Article("one", FERRY)])
        assert len(reader.search_by_words("ferry")) == 1
        assert len(reader.search_by_vector(HashEmbedder().encode_question("ferry"))) == 1
        writer.remove(["one"])
        assert reader.search_by_words("ferry") == []
        assert reader.search_by_vector(HashEmbedder().encode_question("ferry")) == []


def test_a_look_does_not_change_while_others_write(archive: Archive) -> None:
    archive.add_articles([Article("one", FERRY)])
    with archive.view() as view:
        other = threading.Thread(target=archive.remove, args=(["one"],))
        other.start()
        other.join()
        (pid,) = view.lexical(["ferri"], 5)[0].tolist()
        rows = view.load([pid, pid + 100])
        assert len(rows) == 1 and rows.passage(0).article.id == "one"
        assert " ".join(span.of(FERRY) for span in rows.spans(0)) == FERRY
    assert archive.search_by_words("ferry") == []


def test_a_second_writer_is_told_who_writes(archive: Archive) -> None:
    with write_lock(archive.path), pytest.raises(ArchiveBusy, match="process"), write_lock(archive.path, 0.1):
        pass
    archive.add_articles([Article("one", FERRY)])


def test_threads_may_search_and_add_at_once(archive: Archive) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for i in range(5):
                archive.add_articles([Article(f"{number}-{i}", f"{FERRY} Number {number} {i}.")])
                assert archive.search_by_words("ferry", 100)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures and archive.counts()["articles"] == 20
    assert len(archive.search_by_words("ferry", 100)) == 20


def stored(archive: Archive, table: str, column: str) -> list[object]:
    db = sqlite3.connect(archive.path / "archive.db")
    rows = [row[0] for row in db.execute(f"SELECT {column} FROM {table}")]
    db.close()
    return rows


def test_replaced_and_removed_text_leaves_the_database_with_the_next_change(archive: Archive) -> None:
    archive.add_articles([Article("one", "A secret was told. Nobody listened.")])
    archive.add_articles([Article("one", FERRY)])
    archive.add_articles([Article("one", FERRY)])  # no change: the secret could still be brought back
    assert len(stored(archive, "articles", "text")) == 2
    archive.add_articles([Article("two", BRIDGE)])
    assert stored(archive, "articles", "text") == [FERRY, BRIDGE]
    assert len(stored(archive, "codes", "code")) == len(stored(archive, "passages", "pid")) == 2
    archive.remove(["one"])
    archive.add_articles([Article("three", "A third thing happened. Nobody saw it.")])
    assert sorted(stored(archive, "articles", "id")) == ["three", "two"]
    assert len(stored(archive, "codes", "code")) == 2


def test_vectors_are_cut_into_faiss_when_the_tail_is_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.vectors._TAIL", (3, 3))
    with Archive.create(tmp_path / "a", HashEmbedder()) as archive:
        archive.add_articles([Article(str(i), f"{FERRY} Number {i}.") for i in range(9)])
        archive.remove(["3"])
        archive.add_articles([Article("3", BRIDGE)])
    (cut,) = (tmp_path / "a").glob("vectors-*.faiss")
    for _ in range(2):
        with Archive.open(tmp_path / "a") as archive:
            hits = archive.search_by_vector(HashEmbedder().encode_question("bridge at Holm"), 20)
            assert hits[0].passage.article.id == "3" and len(hits) == 9
        cut.write_bytes(b"torn")  # the second round: made anew from the database


def test_progress_and_notes(archive: Archive) -> None:
    seen: list[tuple[str, int, int]] = []
    archive.add_articles([Article("one", FERRY)], progress=lambda *step: seen.append(step))
    assert seen[-1] == ("articles", 1, 1)


def test_files_of_sources() -> None:
    assert file_of("/a/b.jsonl:12") == "/a/b.jsonl" and file_of("/a/b.txt") == "/a/b.txt"


def test_hash_embedder_is_an_embedder() -> None:
    embedder: Embedder = HashEmbedder()
    assert dict(embedder.encode([Piece("a b", ())]))[0].sentences.shape == (0, 64)
