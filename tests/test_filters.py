"""Filters: what each lets through, told by plain Python; that no text is read for it; that empty stays empty."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.archive import Archive
from index.dates import overlaps
from index.doctor import examine
from index.embed import HashEmbedder
from index.errors import SettingsError
from index.origins import author_key
from index.records import EVERYWHERE, Article, Where
from index.view import View

FERRY = (
    "The ferry to Holm was cancelled on Monday because the crews want higher pay, the harbour office said. Three boats "
    "stayed in port and about 400 passengers had to wait for the evening train. Talks between the union and the line "
    "are to go on in Linde on Thursday. The town council asked both sides to agree before the summer season begins."
)
EDITED = FERRY.replace("because the crews want higher pay, the harbour office said", "in a row over pay")
SHORT = "The mill at Velm burned down."
ARTICLES = [
    Article("ferry", FERRY, outlet="Holm Post", author="Anna Hölm and Bo Berg", published="2014-08-22", language="en"),
    Article("edited", EDITED, outlet="Linde Herald", author="BO BERG", published="2014-08", language="en"),
    Article("mill", SHORT, outlet="Holm Post", author="J.R. O’Brien, Cleo Vik-Dahl", language="en"),
    Article("reprint", SHORT, author="'Cleo' Dahl", published="2015", language="en"),
    Article("muehle", "Die Mühle in Velm ist abgebrannt.", outlet="holm post", published="2015-01-01", language="de"),
    Article("snow", "Snow fell."),
]


@pytest.fixture
def filled(archive: Archive) -> Archive:
    archive.add_articles(ARTICLES)
    return archive


def through(archive: Archive, where: Where) -> set[str]:
    """The ids that a filter lets through; both searches find all of them and no other."""
    with archive.view() as view:
        found = ids_in(view, where)
    question = " ".join(article.text for article in ARTICLES)
    vector = HashEmbedder().encode_question(question)
    for hits in (archive.search_by_vector(vector, 50, where), archive.search_by_words(question, 50, where)):
        assert {hit.passage.article.id for hit in hits} == found
    return found


def ids_in(view: View, where: Where) -> set[str]:
    allowed = view.allowed(where)
    assert allowed is not None and allowed.dtype == np.int64 and (np.diff(allowed) > 0).all()
    rows = view.load(allowed.tolist())
    assert len(rows) == len(allowed)
    return {rows.passage(i).article.id for i in range(len(rows))}


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        (Where(outlet="HOLM post"), "ferry mill muehle"),
        (Where(author="holm"), "ferry"),
        (Where(author="hol"), ""),
        (Where(author="berg bo"), "ferry edited"),
        (Where(author="Bo Bo Höl"), ""),
        (Where(author="anna berg"), "ferry"),
        (Where(author="Ho\u00adlm"), "ferry"),
        (Where(author="r o'brien"), "mill"),
        (Where(author="brien"), ""),
        (Where(author="dahl"), "mill reprint"),
        (Where(author="cleo"), "mill reprint"),
        (Where(author="?"), ""),
        (Where(author=" bo " * 5_000), "ferry edited"),
        (Where(author=" ".join(f"w{i}" for i in range(5_000))), ""),
        (Where(language="DE"), "muehle"),
        (Where(language="e"), ""),
        (Where(language=" "), ""),
        (Where(outlet="\u0301"), ""),
        (Where(since="2015"), "reprint muehle"),
        (Where(until="2014-08-20"), "edited"),
        (Where(story="ferry"), "ferry edited"),
        (Where(story="edited"), "ferry edited"),
        (Where(story="reprint"), "mill reprint"),
        (Where(story="muehle"), "muehle"),
        (Where(story="unknown"), ""),
        (Where(articles=("mill", "unknown", "mill", "ferry")), "ferry mill"),
        (Where(articles=("unknown",)), ""),
        (Where(articles=("",)), ""),
        (Where(articles=("ferry\0more", "\ud800")), ""),
        (Where(story="ferry\0more"), ""),
        (Where(outlet="\ud800", author="\ud800", language="\ud800", story="\ud800"), ""),
        (Where(outlet="Holm Post", author="berg", story="edited", articles=("ferry", "mill"), language="en"), "ferry"),
        (Where(outlet="Linde Herald", articles=("ferry", "mill")), ""),
        (Where(articles=(*map(str, range(50_000)), "mill")), "mill"),
    ],
    ids=lambda value: repr(value)[:80],
)
def test_each_filter_lets_through_what_it_names(filled: Archive, where: Where, ids: str) -> None:
    assert through(filled, where) == set(ids.split())


NAMES = ["anna", "bo", "Ánna", "hol", "holm"]
MADE = st.builds(
    Article,
    id=st.just(""),
    text=st.sampled_from([FERRY, EDITED, SHORT, "A bridge was shut."]),
    outlet=st.sampled_from(["", "Post", "POST", "Herald"]),
    author=st.lists(st.sampled_from(NAMES), max_size=3).map(" and ".join),
    published=st.sampled_from(["", "2014", "2014-08", "2014-08-22", "2015-01-01"]),
    language=st.sampled_from(["en", "de"]),
)
IDS = [f"a{i}" for i in range(7)]
ASKED = st.builds(
    Where,
    outlet=st.sampled_from(["", "", "post", "other"]),
    since=st.sampled_from(["", "", "2014-08", "2015"]),
    until=st.sampled_from(["", "", "2015", "2016"]),
    author=st.one_of(st.just(""), st.lists(st.sampled_from(NAMES), max_size=2).map(" ".join)),
    language=st.sampled_from(["", "", "en", "DE"]),
    story=st.sampled_from(["", "", *IDS]),
    articles=st.one_of(st.just(()), st.lists(st.sampled_from(IDS)).map(tuple)),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(MADE, min_size=1, max_size=6), st.lists(ASKED, min_size=1, max_size=12))
def test_a_filter_is_all_of_its_conditions(tmp_path_factory, made, asked) -> None:  # type: ignore[no-untyped-def]
    with Archive.create(tmp_path_factory.mktemp("law") / "a", HashEmbedder()) as archive:
        archive.add_articles([replace(article, id=id) for id, article in zip(IDS, made, strict=False)])
        held = list(archive.articles())
        with archive.view() as view:
            for where in filter(None, asked):
                assert ids_in(view, where) == {one.id for one in held if passes(one, where, archive)}


def passes(article: Article, where: Where, archive: Archive) -> bool:
    plain = article.author.lower().replace("á", "a").split()
    return (
        where.outlet in ("", article.outlet.lower())
        and overlaps(article.published, where.since, where.until)
        and all(name in plain for name in where.author.lower().replace("á", "a").split())
        and where.language.lower() in ("", article.language)
        and where.story in ("", article.id, *archive.copies(article.id))
        and (not where.articles or article.id in where.articles)
    )


def test_an_older_look_filters_by_what_there_was(filled: Archive) -> None:
    everything = [
        Where(outlet="Holm Post"),
        Where(author="Anna"),
        Where(language="en"),
        Where(until="2014"),
        Where(story="edited"),
        Where(articles=("ferry", "new")),
    ]
    with filled.view() as view:
        filled.remove(["ferry"])
        filled.add_articles(
            [Article("new", EDITED, outlet="Holm Post", author="Anna", published="2014", language="en")]
        )
        for where in everything:
            ids = ids_in(view, where)
            assert "ferry" in ids and "new" not in ids
        assert view.dated == (4, 6) and view.stories(["ferry", "edited", "new"]) == {"ferry": 1, "edited": 1}
    for where in everything:
        ids = through(filled, where)
        assert "new" in ids and "ferry" not in ids
    filled.undo()
    for where in everything:
        assert "new" not in through(filled, where)


def test_no_text_is_read_for_a_filter(filled: Archive) -> None:
    """Each is answered from an index that holds all that it asks: texts are large."""
    alone = {"outlet": "Holm Post", "author": "bo berg", "language": "en", "since": "2014", "until": "2014"}
    wheres = [*(Where(**{name: value}) for name, value in alone.items()), Where(articles=("mill", "ferry"))]
    said: list[str] = []
    with filled._storage.reading() as db, filled.view() as view:
        view._db.set_trace_callback(said.append)
        for where in wheres:
            view._pass(where)
        view.dated  # noqa: B018
        view._db.set_trace_callback(None)
        assert len(said) == len(wheres) + 1
        for sql in said:
            plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")]
            steps = [step for step in plan if step.split()[1] in ("a", "p", "articles")]
            assert steps and all("USING COVERING INDEX" in step for step in steps), plan


@pytest.mark.parametrize("named", [{"articles": ("ferry",)}, {"story": "ferry"}])
def test_few_that_are_named_are_not_looked_for_among_all_of_an_outlet(filled: Archive, named: dict[str, str]) -> None:
    said: list[str] = []
    with filled._storage.reading() as db, filled.view() as view:
        view._db.set_trace_callback(said.append)
        view._pass(Where(outlet="Holm Post", **named))  # type: ignore[arg-type]
        view._db.set_trace_callback(None)
        (first, *_) = db.execute(f"EXPLAIN QUERY PLAN {said[-1]}")
    assert "articles_facts" not in first[3]


def test_stories_are_those_of_copies(filled: Archive) -> None:
    filled.add_articles([Article("dots", "... !!!"), Article("stars", "... !!!")])  # no word, so no key to be found by
    ids = [article.id for article in filled.articles()]

    def check() -> dict[str, int]:
        with filled.view() as view:
            told = view.stories([*ids, "third", "unknown", "ferry\0more"])
            through = {id: ids_in(view, Where(story=id)) for id in told}
        held = {article.id for article in filled.articles()}
        assert told.keys() == held
        for id in held:
            copies = {other for other in held - {id} if told[id] and told[other] == told[id]}
            assert set(filled.copies(id)) == copies == through[id] - {id} and id in through[id]
        return told

    assert [check()[id] for id in ids] == [1, 1, 3, 3, 0, 0, 7, 7]
    filled.remove(["edited"])
    assert check()["ferry"] == 0
    filled.undo()
    filled.remove(["ferry", "mill", "dots"])
    assert set(check().values()) == {0}
    filled.add_articles([Article("third", EDITED.replace("Monday", "Tuesday"), author="Bo")])
    assert check()["third"] == check()["edited"] > 0
    filled.undo()
    filled.undo()
    check()


def test_authors_languages_and_dates_are_counted(filled: Archive) -> None:
    assert filled.dated() == (4, 6)
    with filled.view() as view:
        assert view.dated == view.dated == (4, 6)
        assert view.allowed(EVERYWHERE) is None
    filled.add_articles([Article("more", "More.", author="Bo Berg", outlet="HOLM POST", language="EN")])
    assert next(iter(filled.authors().items())) == ("Bo Berg", 3) and filled.authors()["Anna Hölm"] == 1
    assert filled.languages() == {"en": 5, "de": 1} and list(filled.languages()) == ["en", "de"]
    assert filled.outlets() == {"Holm Post": 4, "Linde Herald": 1}
    assert filled.dated() == (4, 7)
    with filled.view() as view:
        assert view.dated == (4, 7)
    filled.remove([article.id for article in filled.articles()])
    assert filled.dated() == (0, 0) and filled.authors() == filled.languages() == filled.outlets() == {}


@pytest.mark.parametrize(
    "fields",
    [{"outlet": None}, {"since": 2014}, {"author": b"x"}, {"articles": "ab"}, {"articles": ["a"]}, {"articles": (1,)}],
)
def test_a_field_of_another_type_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match=f"^{next(iter(fields))} is .*give a"):
        Where(**fields)  # type: ignore[arg-type]


def test_a_filter_is_a_value(filled: Archive) -> None:
    assert not Where() and Where("a", "2014", "2015") == Where(outlet="a", since="2014", until="2015")
    for fields in ({"author": "x"}, {"language": "en"}, {"story": "x"}, {"articles": ("x",)}, {"outlet": " "}):
        assert Where(**fields) and hash(Where(**fields)) == hash(Where(**fields))  # type: ignore[arg-type]
    with filled.view() as view:
        assert view.allowed(Where(author="bo")) is view.allowed(Where(author="bo"))


@pytest.mark.parametrize(
    ("author", "key"),
    [
        ("Anna Hölm AND  bo-berg", " anna holm and bo berg "),
        ("J.R. O’Brien ('Jay')", " j r o'brien jay "),
        ("नरेन्द्र मोदी", " नरेन्द्र मोदी "),
        ("张三、李四", " 张三 李四 "),
        ("Straße ŁÓDŹ 3", " strasse łodz 3 "),
        ("''", ""),
        ("", ""),
    ],
)
def test_the_words_of_an_author(author: str, key: str) -> None:
    assert author_key(author) == key


def test_what_is_exported_is_filtered_where_it_is_restored(filled: Archive, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    with path.open("w") as out:
        filled.export(out)
    assert "author_key" not in json.loads(path.read_text().splitlines()[1])
    with Archive.create(tmp_path / "b", HashEmbedder()) as other:
        other.restore(path)
        for where in (Where(author="bo berg"), Where(language="de"), Where(story="mill"), Where(articles=("ferry",))):
            assert through(other, where) == through(filled, where) != set()
    assert list(examine(tmp_path / "b")) == []


def test_authors_are_counted_each_by_themselves(archive: Archive) -> None:
    fields = [
        "Ann Lee and Bo Vik",
        "ann lee",
        "Bo Vik, Cy Ode & Ann Lee",
        "Trade and Industry",
        "Dan Ek, Jr.",
        "Ann Lee",
    ]
    archive.add_articles([Article(str(n), f"Text {n}.", author=author) for n, author in enumerate(fields)])
    assert archive.authors() == {"Ann Lee": 4, "Bo Vik": 2, "Cy Ode": 1, "Dan Ek, Jr.": 1, "Trade and Industry": 1}
    with archive.view() as view:
        allowed = view.allowed(Where(author="Ann Lee"))
    assert allowed is not None and len(allowed) == 4  # as many as the count says
