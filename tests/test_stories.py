"""Copies in an archive: linked when they are added, whatever happens to the others, and forgotten when they must be."""

from pathlib import Path

import pytest

from index.archive import Archive
from index.doctor import examine, repair
from index.embed import HashEmbedder
from index.records import Article
from index.story import SHORT

STORY = (
    "The ferry to Holm was cancelled on Monday because the crews want higher pay, the harbour office said. Three boats "
    "stayed in port and about 400 passengers had to wait for the evening train. Talks between the union and the line "
    "are to go on in Linde on Thursday. The town council asked both sides to agree before the summer season begins, "
    "since half of the hotels on the island had already lost guests. A spokeswoman of the line said that the offer of "
    "last week still stands. The union calls it an insult and has asked its members to vote again by the end of May."
)
EDITED = STORY.replace("because the crews want higher pay, the harbour office said", "in a row over pay").replace(
    "A spokeswoman of the line said that the offer of last week still stands. ", ""
)
OTHER = (
    "Snow closed the pass above Tarn for the third time this winter. Ploughs worked all night, but drifts of two "
    "metres kept coming back, the road office in Velm said. A bus with nineteen pupils had to turn round near the "
    "quarry. The mayor wants a tunnel, which would cost 40 million crowns, and hopes for money from the county."
)


def made(place: Path, **texts: str) -> Archive:
    archive = Archive.create(place / "a", HashEmbedder())
    for id, text in texts.items():
        archive.add_articles([Article(id, text)])
    return archive


def test_copies_are_linked_in_one_add_and_in_many(tmp_path: Path) -> None:
    with made(tmp_path, first=STORY, other=OTHER) as archive:
        archive.add_articles([Article("second", EDITED), Article("third", STORY.replace("Monday", "Tuesday"))])
        assert archive.copies("first") == ("second", "third")
        assert archive.copies("second") == ("first", "third")
        assert archive.copies("other") == archive.copies("unknown") == ()
    assert list(examine(tmp_path / "a")) == []


def test_the_others_stay_linked_when_the_first_goes_and_comes_back(tmp_path: Path) -> None:
    with made(tmp_path, first=STORY, second=EDITED, third=STORY) as archive:
        archive.remove(["first"])
        assert archive.copies("second") == ("third",) and archive.copies("first") == ()
        archive.undo()
        assert archive.copies("second") == ("third", "first")
        archive.add_articles([Article("fourth", EDITED + " Nobody was hurt.")])
        assert set(archive.copies("fourth")) == {"first", "second", "third"}
    assert list(examine(tmp_path / "a")) == []


def test_an_update_is_judged_by_its_new_text(tmp_path: Path) -> None:
    with made(tmp_path, first=STORY, second=EDITED) as archive:
        archive.add_articles([Article("second", OTHER)])
        assert archive.copies("first") == ()
        archive.add_articles([Article("second", EDITED)])
        assert archive.copies("first") == ("second",)
        archive.undo()
        assert archive.copies("first") == ()
    assert list(examine(tmp_path / "a")) == []


def test_what_is_removed_forever_leaves_no_keys(tmp_path: Path) -> None:
    with made(tmp_path, first=STORY, other=OTHER) as archive:
        with archive._storage.reading() as db:
            kept = {row[0] for row in db.execute("SELECT key FROM bands WHERE article = 2")}
        archive.remove(["first"], forever=True)
        with archive._storage.reading() as db:
            assert {row[0] for row in db.execute("SELECT key FROM bands")} == kept
        archive.add_articles([Article("second", EDITED)])
        assert archive.copies("second") == ()


@pytest.mark.parametrize(
    ("published", "linked"),
    [("2024-05-12", True), ("2024-06-02", False), ("2024-05", True), ("2023", False), ("", True)],
)
def test_edited_words_of_another_month_are_another_story(tmp_path: Path, published: str, linked: bool) -> None:
    with made(tmp_path) as archive:
        archive.add_articles(
            [Article("first", STORY, published="2024-05-03"), Article("b", EDITED, published=published)]
        )
        assert archive.copies("first") == (("b",) if linked else ())
        archive.add_articles([Article("reprint", STORY, published="2025-01-01")])  # not a word is changed
        assert "first" in archive.copies("reprint")


def test_short_texts_are_copies_only_when_they_are_the_same(tmp_path: Path) -> None:
    short = "The ferry was late again on Monday, and nobody knew why."
    assert len(short.split()) < SHORT
    with made(tmp_path, a=short, b=short, c=short.replace("Monday", "Tuesday")) as archive:
        assert archive.copies("a") == ("b",) and archive.copies("c") == ()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("DELETE FROM bands WHERE article = 1 AND key = (SELECT min(key) FROM bands WHERE article = 1)", "sketch"),
        ("UPDATE articles SET sketch = x'00' WHERE row = 1", "sketch"),
        ("INSERT INTO bands VALUES (5, 99)", "orphan-band"),
    ],
)
def test_the_doctor_finds_wrong_keys_and_makes_them_anew(tmp_path: Path, fault: str, kind: str) -> None:
    with made(tmp_path, first=STORY, other=OTHER) as archive, archive._storage.writing() as db:
        db.execute(fault)
    assert {one.kind for one in examine(tmp_path / "a")} == {kind}
    _, left = repair(tmp_path / "a")
    assert left == []
    with Archive.open(tmp_path / "a") as archive:
        archive.add_articles([Article("second", EDITED)])
        assert archive.copies("second") == ("first",)
