"""Copies of a story as one hit, several articles side by side: laws over any ranking, and cases by hand."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.archive import Archive
from index.records import Article, Hit, Passage, Span
from rag import Assistant, Settings
from rag.coverage import rarities, share
from rag.filters import Filters, where_of
from rag.fold import COPY, NEAR, SAME_STORY, fold, independent, spread
from rag.retrieve import Found
from tests.test_filters import ARTICLES, EDITED, FERRY

Rows = list[tuple[str, float, str]]


def found(rows: Rows) -> list[Found]:
    """A ranking from (article id, score, words of its passage)."""
    out = []
    for id, score, said in sorted(rows, key=lambda row: -row[1]):
        text = said or "-"
        hit = Hit(Passage(Article(id, text), Span(0, len(text))), score, {"dense": 0.5})
        out.append(Found(hit, (Span(0, len(text)),), (0.5,), (tuple(said.split()),)))
    return out


def ids(ranking: list[Found]) -> list[str]:
    return [one.hit.passage.article.id for one in ranking]


ROWS = st.lists(
    st.tuples(
        st.sampled_from("abcdef"),
        st.floats(-3, 3, allow_nan=False),
        st.lists(st.sampled_from("one two three four five six seven eight nine ten".split()), max_size=12).map(
            " ".join
        ),
    ),
    max_size=15,
)
STORIES = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 2))


@given(ROWS, STORIES)
def test_folding_keeps_or_names_every_article_and_the_best_stays(rows: Rows, stories: dict[str, int]) -> None:
    before = found(rows)
    after = fold(before, stories, 10)
    assert after[:1] == [] or after[0].hit.passage == before[0].hit.passage
    named = {id for one in after for id in one.hit.why.get("copies", ())}
    assert set(ids(before)) == set(ids(after)) | named
    assert [one.hit.score for one in after] == sorted((one.hit.score for one in after), reverse=True)
    assert all(one.hit.passage.article.id not in one.hit.why.get("copies", ()) for one in after)


ALIKE = st.lists(
    st.tuples(
        st.sampled_from("abcdef"),
        st.floats(-3, 3, allow_nan=False),
        st.sets(st.integers(0, 13), max_size=5).map(lambda out: " ".join(f"w{i}" for i in range(14) if i not in out)),
    ),
    max_size=12,
)


@given(ALIKE, STORIES)
def test_what_shares_no_mark_is_no_copy(rows: Rows, stories: dict[str, int]) -> None:
    """Comparing each with each finds the same: these texts have eight words at least."""

    def same(one: Found, other: Found) -> bool:
        (a, first), (b, second) = ((x.hit.passage.article.id, set(x.terms[0])) for x in (one, other))
        story = stories.get(a, 0) if stories.get(a, 0) == stories.get(b, 0) else 0
        shared = len(first & second)
        alike = shared >= SAME_STORY * min(len(first), len(second)) if story else shared >= COPY * len(first | second)
        return a != b and alike

    kept: list[Found] = []
    for one in found(rows):
        if not any(same(one, other) for other in kept):
            kept.append(one)
    assert [one.hit.passage for one in fold(found(rows), stories, 10)] == [one.hit.passage for one in kept]


@given(ROWS, st.integers(1, 3))
def test_spreading_reorders_and_never_lifts_what_scores_far_less(rows: Rows, most: int) -> None:
    before = found(rows)
    after = spread(before, most)
    assert Counter(id(one) for one in after) == Counter(id(one) for one in before)
    for i, one in enumerate(after):
        assert all(one.hit.score >= later.hit.score - NEAR for later in after[i + 1 :])
    if len({*ids(before)}) == 1:
        assert after == before


def test_spreading_by_hand() -> None:
    rows = [("a", 3.0, ""), ("a", 2.9, ""), ("a", 2.8, ""), ("b", 2.5, ""), ("c", 1.0, "")]
    assert ids(spread(found(rows), 2)) == ["a", "a", "b", "a", "c"]
    assert ids(spread(found(rows), 1)) == ["a", "b", "a", "a", "c"]


WORDS = "ferry holm cancel monday crew want higher pay harbour office"


@pytest.mark.parametrize(
    ("second", "stories", "folded"),
    [
        (WORDS, {}, True),
        (WORDS + " say", {}, True),
        (" ".join(WORDS.split()[:7]) + " fog ice snow", {}, False),
        (" ".join(WORDS.split()[:7]) + " fog ice snow", {"a": 4, "b": 4}, True),
        (" ".join(WORDS.split()[:5]) + " fog ice snow rain", {"a": 4, "b": 4}, False),
        (" ".join(WORDS.split()[:7]) + " fog ice snow", {"a": 4, "b": 5}, False),
        (" ".join(WORDS.split()[:7]) + " fog ice snow", {"a": 0, "b": 0}, False),
    ],
)
def test_what_repeats_another(second: str, stories: dict[str, int], folded: bool) -> None:
    after = fold(found([("a", 2.0, WORDS), ("b", 1.0, second)]), stories, 10)
    assert ids(after) == (["a"] if folded else ["a", "b"])
    assert after[0].hit.why.get("copies") == (["b"] if folded else None)


def test_search_folds_and_spreads_only_when_it_is_told_to(archive: Archive) -> None:
    archive.add_articles(ARTICLES)
    assistant = Assistant(archive)
    plain = assistant.search("Why was the ferry to Holm cancelled?")
    assert {"ferry", "edited"} <= {hit.passage.article.id for hit in plain}
    folded = assistant.search("Why was the ferry to Holm cancelled?", fold=True)
    (one,) = [hit for hit in folded if "copies" in hit.why and hit.passage.article.id in ("ferry", "edited")]
    assert {one.passage.article.id, *one.why["copies"]} == {"ferry", "edited"}
    assert "copies" not in plain[0].why and len(folded) < len(plain)


def test_an_answer_counts_independent_outlets_once_a_story(archive: Archive) -> None:
    other = "A third boat to Holm was cancelled on Monday, said Cleo Vik, who waited at the pier for it in vain."
    archive.add_articles(
        [
            Article("one", FERRY, outlet="Holm Post"),
            Article("copy", EDITED, outlet="Linde Herald"),
            Article("other", other, outlet="Velm Echo"),
        ]
    )
    answer = Assistant(archive, Settings(refuse_below=0)).ask("Which boats to Holm were cancelled on Monday?")
    assert set(answer.outlets) == {c.article.outlet for c in answer.citations}
    assert len({"Holm Post", "Linde Herald"} & set(answer.outlets)) <= 1


def test_a_copy_is_no_second_voice() -> None:
    ranking = found([("a", 3.0, WORDS), ("b", 2.0, WORDS), ("c", 1.0, "fog")])
    ranking = [
        replace(one, hit=replace(one.hit, passage=Passage(replace(article, outlet=outlet), one.hit.passage.span)))
        for one, outlet in zip(ranking, ("Post", "Wire", "Wire"), strict=True)
        for article in [one.hit.passage.article]
    ]
    folded = fold(ranking, {}, 10)
    assert ids(folded) == ["a", "c"]
    assert independent(["a", "c"], folded, ranking) == ("Post",)  # the Wire stands behind the Post's copy
    assert independent(["c"], folded, ranking) == ("Wire",) and independent([], folded, ranking) == ()


# ---- small parts


def test_shares_by_hand() -> None:
    weights = rarities(["ferry", "holm"], {"ferry": 1, "holm": 10}.__getitem__, 10)
    assert weights["ferry"] > weights["holm"] > 0
    assert share({"a": 3.0, "b": 1.0}, {"a", "c"}) == 0.75 and share({}, {"a"}) == 0.0


def test_filters_are_named_or_refused() -> None:
    from index.errors import SettingsError
    from index.records import EVERYWHERE, Where

    assert where_of({}) == where_of({"outlet": None, "since": ""}) == EVERYWHERE
    wanted: Filters = {"outlet": "Post", "author": "Vik", "since": "2014", "articles": ["b", "a"]}
    assert where_of(wanted) == Where("Post", "2014", "", "Vik", articles=("b", "a"))
    with pytest.raises(SettingsError, match="no filter 'colour'"):
        where_of({"colour": "red"})  # type: ignore[typeddict-unknown-key]
    with pytest.raises(SettingsError, match="list of ids"):
        where_of({"articles": "a1"})
