"""The doctor: every law is broken once, found under its name, and mended or left with what the user can do."""

import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.archive import Archive
from index.doctor import examine, repair
from index.embed import HashEmbedder
from index.errors import ArchiveBusy, ArchiveDamaged, ArchiveMissing
from index.lexical import Entry, Lexical
from index.lock import write_lock
from index.records import Article
from index.storage import ALIVE, SCHEMA
from index.write import crc

ARTICLES = (
    Article("ferry", "The Orsk ferry sails again. Ice had bent its propeller shaft. " * 40, title="Ferry"),
    Article("mill", "The Torvale mill reopened. It hired forty weavers.", outlet="Vale Post", published="2014-08"),
    Article("bridge", "The bridge at Selm was shut. A pillar had moved.\n\nIt opens in May.", title="Bridge"),
    Article("copy", "The Torvale mill reopened. It hired forty weavers.", outlet="Selm Echo"),
)
LATER = Article("late", "The harbour of Orsk froze on Sunday.", title="Late")
Plant = Callable[[Path], None]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A healthy archive with everything: copies, a file of vectors, a passage younger than it, an undo, a file read."""
    root = tmp_path_factory.mktemp("healthy")
    (root / "news.txt").write_text("News\n\nThe market in Torvale moved to the square.\n")
    folder = root / "archive"
    with Archive.create(folder, HashEmbedder()) as made:
        made.add(root / "news.txt")
        made.add_articles([*ARTICLES, Article("secret", "Nothing of this stays.")])
        made.remove(["secret"], forever=True)  # makes both indexes anew
        made.add_articles([LATER, Article("gone", "A show of lamps was held in Selm.")])
        made.remove(["gone"])
    return folder


@pytest.fixture
def folder(model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(model, tmp_path / "archive"))


def kinds(folder: Path) -> set[str]:
    return {finding.kind for finding in examine(folder)}


def run(folder: Path, sql: str) -> None:
    db = sqlite3.connect(folder / "archive.db")
    try:
        assert db.execute(sql).rowcount != 0, "the plant changed nothing"
        db.commit()
    finally:
        db.close()


def ask(folder: Path, sql: str) -> object:
    db = sqlite3.connect(folder / "archive.db")
    try:
        return db.execute(sql).fetchone()[0]
    finally:
        db.close()


def sql(*statements: str) -> Plant:
    def plant(folder: Path) -> None:
        for statement in statements:
            run(folder, statement)

    return plant


def one(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x5A
    path.write_bytes(data)


def flipped(pattern: str) -> Plant:
    def plant(folder: Path) -> None:
        flip(max(folder.glob(pattern), key=lambda path: path.stat().st_size))

    return plant


def cut(pattern: str) -> Plant:
    def plant(folder: Path) -> None:
        path = one(folder, pattern)
        path.write_bytes(path.read_bytes()[:-40])

    return plant


def without(pattern: str) -> Plant:
    def plant(folder: Path) -> None:
        path = one(folder, pattern)
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return plant


def words_without_a_passage(folder: Path) -> None:
    _words(folder, [], [_pid(folder)])


def words_with_a_stranger(folder: Path) -> None:
    _words(folder, [Entry(990_000, "", "", "a stranger")], [])


def words_with_a_passage_twice(folder: Path) -> None:
    _words(folder, [Entry(_pid(folder), "Ferry", "", "The Orsk ferry sails again.")], [])


def words_with_other_text(folder: Path) -> None:
    _words(folder, [Entry(_pid(folder), "", "", "zzz")], [_pid(folder)])


def dead_passage_without_vectors(folder: Path) -> None:
    """A passage that died before its article."""
    values = "SELECT article, 0, 4, 999, born, born FROM passages WHERE article = "
    run(folder, f"INSERT INTO passages(article, start, stop, code, born, died) {values}{_BRIDGE}")


def words_behind(folder: Path) -> None:
    run(folder, "UPDATE state SET value = value + 1 WHERE key = 'generation'")


def _words(folder: Path, added: list[Entry], removed: list[int]) -> None:
    Lexical(one(folder, "lexical-*")).commit(int(str(ask(folder, _GENERATION))), added, removed)


def _pid(folder: Path) -> int:
    return int(str(ask(folder, f"SELECT pid FROM passages WHERE article = {_FERRY} AND died = {ALIVE}")))


def a_vector_that_should_not_be_there(folder: Path) -> None:
    """The passage is no more, and no grave tells."""
    run(folder, f"DELETE FROM passages WHERE article = {_FERRY} AND start = 0")


def code_with(**blobs: bytes) -> Plant:
    """Other vectors under a checksum that is right."""

    def plant(folder: Path) -> None:
        db = sqlite3.connect(folder / "archive.db")
        code = db.execute(f"SELECT code FROM passages WHERE article = {_FERRY} AND died = {ALIVE}").fetchone()[0]
        held = db.execute("SELECT vector, marks, sentences FROM codes WHERE code = ?", (code,)).fetchone()
        new = {**dict(zip(("vector", "marks", "sentences"), held, strict=True)), **blobs}
        values = (*new.values(), crc(*new.values()), code)
        db.execute("UPDATE codes SET vector = ?, marks = ?, sentences = ?, crc = ? WHERE code = ?", values)
        db.commit()
        db.close()

    return plant


def manifest_with(**fields: object) -> Plant:
    def plant(folder: Path) -> None:
        path = folder / "manifest.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))

    return plant


def text(name: str, data: str) -> Plant:
    def plant(folder: Path) -> None:
        (folder / name).write_text(data)

    return plant


def left_over(folder: Path) -> None:
    (folder / "vectors-1.faiss").write_bytes(b"old")
    (folder / "manifest.json.new").write_text("{")
    (folder / "lexical-77").mkdir()
    (folder / "lexical-77" / "x.term").write_bytes(b"old")


def half_numbers(*values: float) -> bytes:
    return np.asarray(values, np.float16).tobytes()


_GENERATION = "SELECT value FROM state WHERE key = 'generation'"
_FERRY = f"(SELECT row FROM articles WHERE id = 'ferry' AND died = {ALIVE})"
_BRIDGE = f"(SELECT row FROM articles WHERE id = 'bridge' AND died = {ALIVE})"
_CODE = f"(SELECT code FROM passages WHERE article = {_FERRY} AND start = 0)"
_STRANGE_FILE = "../../etc/passwd"

# name: (what is planted, the kind it is found under)
MENDED: dict[str, tuple[Plant, str]] = {
    "vectors cut short": (cut("vectors-*.faiss"), "vectors"),
    "vectors flipped": (flipped("vectors-*.faiss"), "vectors"),
    "vectors gone": (without("vectors-*.faiss"), "vectors"),
    "vectors' digest wrong": (sql("UPDATE shadows SET digest = 'no' WHERE name = 'vectors'"), "vectors"),
    "vectors hold another": (a_vector_that_should_not_be_there, "vectors-held"),
    "words .term flipped": (flipped("lexical-*/*.term"), "words"),
    "words .idx flipped": (flipped("lexical-*/*.idx"), "words"),
    "words .store flipped": (flipped("lexical-*/*.store"), "words"),
    "words .fast cut": (lambda folder: cut("lexical-*/*.fast")(_single(folder)), "words"),
    "meta.json cut": (cut("lexical-*/meta.json"), "words"),
    "meta.json gone": (without("lexical-*/meta.json"), "words"),
    "words gone": (without("lexical-*"), "words"),
    "words lack one": (words_without_a_passage, "words-held"),
    "words hold a stranger": (words_with_a_stranger, "words-held"),
    "words hold one twice": (words_with_a_passage_twice, "words-held"),
    "words hold other text": (words_with_other_text, "words-held"),
    "words behind": (words_behind, "words-behind"),
    "index file elsewhere": (sql(f"UPDATE shadows SET file = '{_STRANGE_FILE}' WHERE name = 'vectors'"), "shadows"),
    "span beyond the text": (sql(f"UPDATE passages SET stop = 99999 WHERE article = {_BRIDGE}"), "span"),
    "span no number": (sql(f"UPDATE passages SET stop = 'x' WHERE article = {_BRIDGE}"), "span"),
    "span turned round": (sql(f"UPDATE passages SET start = stop, stop = start WHERE article = {_BRIDGE}"), "span"),
    "span with a blank": (sql(f"UPDATE passages SET start = 3 WHERE article = {_BRIDGE}"), "span"),
    "gap": (sql(f"DELETE FROM passages WHERE article = {_FERRY} AND start > 0"), "gap"),
    "gap at the end": (sql(f"UPDATE passages SET stop = 10 WHERE article = {_BRIDGE}"), "gap"),
    "overlap": (sql(f"UPDATE passages SET start = start - 4 WHERE article = {_FERRY} AND start > 0"), "overlap"),
    "no passages": (sql(f"DELETE FROM passages WHERE article = {_BRIDGE}"), "no-passages"),
    "passage of nobody": (sql("UPDATE passages SET article = 9999 WHERE article = " + _BRIDGE), "orphan-passage"),
    "passage beside its article": (sql(f"UPDATE passages SET born = 1 WHERE article = {_BRIDGE}"), "life"),
    "passage died before it": (sql(f"UPDATE passages SET died = born WHERE article = {_BRIDGE}"), "no-passages"),
    "vectors of nobody": (sql("INSERT INTO codes VALUES (900, x'01', 1, 0, x'', x'', x'')"), "orphan-code"),
    "vectors missing": (sql(f"DELETE FROM codes WHERE code = {_CODE}"), "no-code"),
    "vectors of a dead passage missing": (dead_passage_without_vectors, "no-code"),
    "vectors of another text": (sql(f"UPDATE codes SET hash = x'00' WHERE code = {_CODE}"), "code-hash"),
    "vectors of another model": (sql(f"UPDATE codes SET model = 7 WHERE code = {_CODE}"), "code-model"),
    "vector changed": (sql(f"UPDATE codes SET vector = zeroblob(128) WHERE code = {_CODE}"), "code"),
    "vector too short": (code_with(vector=half_numbers(1.0, 0.0)), "code"),
    "vector too long": (code_with(vector=half_numbers(*[0.5] * 64)), "code"),
    "vector not finite": (code_with(vector=half_numbers(float("nan"), *[0.0] * 63)), "code"),
    "vector zero": (code_with(vector=bytes(128)), "code"),
    "vector text": (sql(f"UPDATE codes SET vector = 'text' WHERE code = {_CODE}"), "code"),
    "marks outside": (code_with(marks=np.int32([0, 9999]).tobytes(), sentences=bytes(64)), "marks"),
    "marks turned round": (code_with(marks=np.int32([9, 2]).tobytes(), sentences=bytes(64)), "marks"),
    "sentences too few": (code_with(sentences=bytes(64)), "code"),
    "grave missing": (sql("DELETE FROM graves"), "grave"),
    "grave wrong": (sql("UPDATE graves SET died = died - 1"), "grave"),
    "staged of nobody": (sql("INSERT INTO staged VALUES (9999, 0, 4, 1)"), "staged"),
    "file of nobody": (sql("INSERT INTO files VALUES ('/gone.txt', x'00')"), "files"),
    "born in the future": (sql(f"UPDATE passages SET born = 500 WHERE article = {_BRIDGE}"), "future"),
    "generation set back": (sql("UPDATE state SET value = 2 WHERE key = 'generation'"), "future"),
    "days": (sql(f"UPDATE articles SET first_day = '1999-01-01' WHERE row = {_FERRY}"), "derived"),
    "author key": (sql(f"UPDATE articles SET author_key = ' x ' WHERE row = {_FERRY}"), "derived"),
    "names index": (sql("DROP INDEX articles_ids"), "schema"),
    "outlet key": (sql(f"UPDATE articles SET outlet_key = 'x' WHERE row = {_FERRY}"), "derived"),
    "file of an article": (sql(f"UPDATE articles SET file = 'x' WHERE row = {_FERRY}"), "derived"),
    "index of SQL gone": (sql("DROP INDEX passages_code"), "schema"),
    "version": (sql("PRAGMA user_version = 0"), "schema"),
    "manifest gone": (without("manifest.json"), "manifest"),
    "manifest torn": (text("manifest.json", '{"embedder": "ha'), "manifest"),
    "manifest no object": (text("manifest.json", "[" * 100_000), "manifest"),
    "manifest of another model": (manifest_with(embedder="hash-32", sha256="hash-32", dimension=32), "manifest"),
    "manifest of wrong types": (manifest_with(sha256=5, tokens=None), "manifest"),
    "manifest of another normaliser": (manifest_with(normaliser=77), "manifest"),
    "left over": (left_over, "left-over"),
}


def _single(folder: Path) -> Path:
    """The archive with a word index of one file of each sort."""
    for path in sorted(folder.glob("lexical-*/*.fast"), key=lambda path: path.stat().st_size)[:-1]:
        path.unlink()
    return folder


@pytest.mark.parametrize("name", MENDED)
def test_what_is_planted_is_found_under_its_kind_and_mended(folder: Path, name: str) -> None:
    plant, kind = MENDED[name]
    plant(folder)
    found = list(examine(folder))
    assert kind in {finding.kind for finding in found}, found
    assert all(finding.where and finding.what and finding.remedy for finding in found)
    mended, left = repair(folder)
    assert not left and kind in {finding.kind for finding in mended}
    assert list(examine(folder)) == []
    everything_is_found(folder)


def everything_is_found(folder: Path) -> None:
    with Archive.open(folder) as archive:
        held = {article.id: article for article in archive.articles()}
        assert {"ferry", "mill", "bridge", "copy", "late"} < held.keys() and len(held) == 6
        for article in (*ARTICLES, LATER):
            assert held[article.id].text == article.text and held[article.id].title == article.title
            query = HashEmbedder().encode_question(f"{article.title} {article.text}")
            same = {article.id, *archive.copies(article.id)}
            assert {hit.passage.article.id for hit in archive.search_by_words(article.text, 1)} <= same
            assert same & {hit.passage.article.id for hit in archive.search_by_vector(query, 2)}


def test_a_healthy_archive_gives_no_finding(folder: Path) -> None:
    assert (folder / "archive.db").is_file() and list(folder.glob("vectors-*.faiss"))
    seen = []
    assert list(examine(folder, progress=lambda *what: seen.append(what))) == []
    assert {what for what, _, _ in seen} >= {"articles", "vectors", "words"}
    assert repair(folder) == ([], [])


def test_no_step_of_an_archives_life_gives_a_finding(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    with Archive.create(folder, HashEmbedder()) as archive:
        assert list(examine(folder)) == []
        steps: list[Callable[[], object]] = [
            lambda: archive.add_articles(ARTICLES[:1]),
            lambda: archive.add_articles([*ARTICLES, Article("dots", "... !!!")]),
            lambda: archive.remove(["mill", "dots"]),
            archive.undo,
            archive.undo,
            lambda: archive.add_articles([Article("ferry", "It is another text now.")]),
            archive.undo,
            lambda: archive.reembed(HashEmbedder(32)),
            lambda: archive.remove(["copy"], forever=True),
            lambda: archive.remove(["ferry", "bridge"]),
        ]
        for number, step in enumerate(steps):
            step()
            assert list(examine(folder)) == [], number


def test_an_archive_that_no_longer_opens_is_mended(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    without("lexical-*")(folder)
    without("vectors-*.faiss")(folder)
    with pytest.raises((ArchiveDamaged, ArchiveMissing)):
        Archive.open(folder)
    assert kinds(folder) == {"manifest", "words", "vectors"}
    assert repair(folder)[1] == []
    everything_is_found(folder)


def test_many_faults_at_once_are_mended(folder: Path) -> None:
    rng = random.Random(3)
    for name in rng.sample(["gap", "vector not finite", "days", "manifest torn", "words gone", "vectors flipped"], 6):
        MENDED[name][0](folder)
    assert kinds(folder) >= {"gap", "code", "derived", "manifest", "words", "vectors"}
    assert repair(folder)[1] == []
    everything_is_found(folder)


def test_a_text_that_changed_is_named_and_comes_back_from_its_file(folder: Path, model: Path) -> None:
    source = model.parent / "news.txt"
    run(folder, "UPDATE articles SET text = 'Something else.' WHERE source LIKE '%news.txt'")
    (found,) = examine(folder)
    assert found.kind == "text" and str(source) in found.remedy
    mended, left = repair(folder)
    assert not mended and [one.kind for one in left] == ["text"] and f"byline add {source}" in left[0].remedy
    with Archive.open(folder) as archive:
        report = archive.add(source)
        assert report.updated and "square" in archive.article(report.updated[0]).text
        assert list(examine(folder)) == []
        archive.undo()  # brings the changed text back
        assert kinds(folder) == {"text"}


def test_what_is_wrong_with_a_removed_article_goes_with_the_next_change(folder: Path) -> None:
    run(folder, "UPDATE articles SET text = 'Something else.' WHERE id = 'gone'")
    (found,) = examine(folder)
    assert found.kind == "text" and "removed" in found.where and "next change" in found.remedy
    with Archive.open(folder) as archive:
        archive.add_articles([Article("next", "A change.")])
    assert list(examine(folder)) == []


def test_another_model_leaves_nothing_behind(folder: Path) -> None:
    with Archive.open(folder) as archive:
        archive.reembed(HashEmbedder(32))
    assert list(examine(folder)) == []


@pytest.mark.parametrize("column", ["title", "outlet", "author", "id", "language"])
def test_a_field_that_changed_is_named(folder: Path, column: str) -> None:
    run(folder, f"UPDATE articles SET {column} = 'Someone else' WHERE id = 'bridge'")
    found = [finding for finding in examine(folder) if finding.kind == "text"]
    assert len(found) == 1 and "changed" in found[0].what


def test_bytes_that_are_no_text_are_named(folder: Path) -> None:
    run(folder, "UPDATE articles SET text = CAST(x'ff00fe' AS TEXT) WHERE id = 'bridge'")
    assert "text" in kinds(folder)
    without("lexical-*")(folder)
    mended, left = repair(folder)
    assert not mended and {finding.kind for finding in left} == {"text", "words"}


@pytest.mark.parametrize("name", ["articles", "passages", "codes", "state", "passages_code", "codes_hash"])
def test_random_bytes_over_a_page_of_the_database_are_told_and_nothing_is_made_worse(folder: Path, name: str) -> None:
    path, rng = folder / "archive.db", random.Random(1)
    page = int(str(ask(folder, f"SELECT rootpage FROM sqlite_master WHERE name = '{name}'"))) - 1
    data = bytearray(path.read_bytes())
    size = int.from_bytes(data[16:18], "big")
    data[page * size : (page + 1) * size] = rng.randbytes(size)
    path.write_bytes(data)
    found = list(examine(folder))
    assert found
    mended, left = repair(folder)
    assert [one for one in left if one.kind == "database" and "backup" in one.remedy] or not left
    if left:  # such a database is not written to
        assert not mended and path.read_bytes() == data


@pytest.mark.parametrize("data", [b"", b"not a database at all" * 1000, b"SQLite format 3\0" + b"\0" * 4000])
def test_a_database_that_is_none_is_told(folder: Path, data: bytes) -> None:
    (folder / "archive.db").write_bytes(data)
    assert "database" in kinds(folder)
    mended, left = repair(folder)
    assert not mended and "database" in {one.kind for one in left}
    assert (folder / "archive.db").read_bytes() == data


def test_a_database_that_is_gone_is_told(folder: Path) -> None:
    (folder / "archive.db").unlink()
    (found,) = examine(folder)
    assert found.kind == "database" and "backup" in found.remedy
    assert repair(folder) == ([], [found])


def test_two_articles_with_one_id_are_told(folder: Path) -> None:
    run(folder, "DROP INDEX articles_id")
    run(folder, "UPDATE articles SET id = 'mill' WHERE id = 'copy'")
    assert {"id", "text", "schema"} <= kinds(folder)
    assert "id" in {one.kind for one in repair(folder)[1]}


def test_files_that_byline_does_not_know_are_named_and_kept(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine")
    (folder / "mine").mkdir()
    (one(folder, "lexical-*") / "mine.txt").write_text("mine")
    found = list(examine(folder))
    assert [finding.kind for finding in found] == ["unknown"] * 3
    assert repair(folder) == ([], found)
    assert (folder / "notes.txt").read_text() == "mine" and (folder / "mine").is_dir()


def test_what_a_link_points_to_is_never_deleted(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text("kept")
    (folder / "lexical-99").symlink_to(outside)
    assert repair(folder)[1] == []
    assert not (folder / "lexical-99").exists() and (outside / "kept.txt").read_text() == "kept"


def test_triggers_are_named_and_such_a_database_is_not_written_to(folder: Path) -> None:
    run(folder, "CREATE TRIGGER t AFTER UPDATE ON state BEGIN DELETE FROM articles; END")
    run(folder, f"UPDATE articles SET outlet_key = 'x' WHERE row = {_FERRY}")
    assert {"foreign", "derived"} <= kinds(folder)
    before = (folder / "archive.db").read_bytes()
    mended, left = repair(folder)
    assert not mended and {"foreign", "derived"} <= {one.kind for one in left}
    assert (folder / "archive.db").read_bytes() == before


def test_without_the_model_what_needs_it_is_left_and_the_rest_is_mended(folder: Path) -> None:
    run(folder, "UPDATE models SET embedder = '/no/such/model', sha256 = 'abc'")
    MENDED["gap"][0](folder)
    MENDED["days"][0](folder)
    without("vectors-*.faiss")(folder)
    assert {"weights", "manifest", "gap", "derived", "vectors"} <= kinds(folder)
    mended, left = repair(folder)
    assert {one.kind for one in left} == {"weights", "gap"}
    assert {one.kind for one in mended} >= {"manifest", "derived", "vectors"}


def test_nothing_is_repaired_while_someone_writes(folder: Path) -> None:
    flip(one(folder, "vectors-*.faiss"))
    with write_lock(folder, "add"), pytest.raises(ArchiveBusy):
        repair(folder)
    assert kinds(folder) == {"vectors"}


def test_there_is_nothing_to_examine_where_no_archive_is(tmp_path: Path) -> None:
    with pytest.raises(ArchiveMissing):
        list(examine(tmp_path))
    with pytest.raises(ArchiveMissing):
        repair(tmp_path)


def test_only_what_changed_is_encoded_again(folder: Path) -> None:
    class Counting(HashEmbedder):
        count = 0

        def encode(self, pieces):  # type: ignore[no-untyped-def]
            self.count += len(pieces)
            return super().encode(pieces)

    embedder = Counting()
    MENDED["vector not finite"][0](folder)
    assert repair(folder, embedder)[1] == []
    assert embedder.count == 1
    flip(one(folder, "vectors-*.faiss"))
    assert repair(folder, embedder)[1] == []
    assert embedder.count == 1


def test_readers_see_the_old_state_or_the_mended_one(folder: Path) -> None:
    with Archive.open(folder) as archive:
        before = [hit.passage.article.id for hit in archive.search_by_words("ferry propeller", 3)]
        for name in ("words lack one", "vectors flipped", "gap"):
            MENDED[name][0](folder)
            assert repair(folder)[1] == []
        assert [hit.passage.article.id for hit in archive.search_by_words("ferry propeller", 3)] == before


def test_every_table_is_in_the_schema_that_the_doctor_reads() -> None:
    from index.doctor.laws import missing

    db = sqlite3.connect(":memory:")
    names = {name for name, _ in missing(db)}
    db.executescript(SCHEMA)
    there = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")}
    assert names == there and not list(missing(db))
