"""What the reader says of sentences: log odds worked by hand, and where the words stand in the article."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.embed import Odds
from index.records import Article, Hit, Passage, Span
from rag.retrieve import Found
from rag.spans import PASSAGES, read_over, told, whole, whole_name

# Six tokens of two letters each: "aa bb cc dd ee ff".
OFFSETS = np.asarray([(i * 3, i * 3 + 2) for i in range(6)], np.int64)


def odds(starts: Sequence[float], ends: Sequence[float], none: float) -> Odds:
    """Probabilities in, logarithms out."""
    return Odds(OFFSETS, np.log(np.asarray(starts, np.float32)), np.log(np.asarray(ends, np.float32)), math.log(none))


def test_the_likeliest_span_of_each_sentence_and_its_odds() -> None:
    said = odds([0.1, 0.4, 0.1, 0.1, 0.1, 0.1], [0.1, 0.1, 0.5, 0.05, 0.1, 0.05], 0.01)
    first, second = told(said, [Span(0, 8), Span(9, 17)])
    assert first and second
    assert first.span == Span(3, 8)  # "bb cc"
    assert first.best == pytest.approx(math.log(0.4 * 0.5 / 0.01), abs=1e-5)
    assert first.holds == pytest.approx(math.log(0.6 * 0.7 / 0.01), abs=1e-5)
    assert second.span == Span(12, 14)  # starts are equal, "ee" is the likeliest end: of equals the shortest
    assert second.best == pytest.approx(math.log(0.1 * 0.1 / 0.01), abs=1e-5)


def test_a_longer_span_has_to_be_plainly_likelier() -> None:
    """From "aa" to "bb" or to "ff": four tokens further cost 0.4 in log p."""
    for ratio, end in ((1.4, 5), (1.6, 17)):  # exp(0.4) is 1.49
        said = odds([0.9, *[0.01] * 5], [0.01, 0.2, *[0.01] * 3, 0.2 * ratio], 0.01)
        (only,) = told(said, [Span(0, 17)])
        assert only and only.span == Span(0, end)
        assert only.best == pytest.approx(math.log(0.9 * 0.2 * (ratio if end == 17 else 1) / 0.01), abs=1e-5)


def test_an_end_before_the_start_is_no_span() -> None:
    (only,) = told(odds([0.01, 0.9, 0.01, 0.01, 0.01, 0.01], [0.9, 0.01, 0.02, 0.01, 0.01, 0.01], 0.1), [Span(0, 17)])
    assert only and only.span == Span(3, 8)


def test_a_sentence_of_which_nothing_was_read_has_nothing_said() -> None:
    assert told(odds([0.1] * 6, [0.1] * 6, 0.1), [Span(18, 30), Span(4, 5)]) == [None, None]


@pytest.mark.parametrize(
    ("text", "part", "words"),
    [
        ("It cost £1,400.50 then.", "400", "£1,400.50"),
        ("It cost 1,400, then.", "400", "1,400"),
        ("It fell 12.5% then.", "12", "12.5%"),
        ("It was May 2014.", "May 2014", "May 2014"),
        ("The mill-owner left.", "owner", "owner"),
        ("The boatyard shut.", "yard", "boatyard"),
        ("1,4", "4", "1,4"),
        ("In 2014. 12 left", "2014", "2014"),
        ("At Stoke-on-Trent it shut.", "Stoke-on", "Stoke-on-Trent"),
        ("The Covid-19 rules ended.", "Covid", "Covid-19"),
        ("The Lund-based firm left.", "Lund", "Lund"),
        ("The Lund-Holm line shut.", "Lund", "Lund"),
    ],
)
def test_words_and_numbers_are_whole(text: str, part: str, words: str) -> None:
    start = text.index(part)
    assert whole(text, Span(start, start + len(part))).of(text) == words


class Fixed:
    """A reader that says the same of every passage."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Odds]:
        self.asked += passages
        return [odds([0.1, 0.4, 0.1, 0.1, 0.1, 0.1], [0.1, 0.1, 0.5, 0.05, 0.1, 0.05], 0.01) for _ in passages]


def test_spans_are_those_of_the_article_and_only_the_best_passages_are_read() -> None:
    text = "Before it. aa bb cc dd ee ff"
    article = Article("a", text, "A title")
    found = [
        Found(Hit(Passage(article, Span(11, 28)), 1.0 - i, {}), (Span(11, 19), Span(20, 28)), (0.5, 0.5), ((), ()))
        for i in range(PASSAGES + 2)
    ]
    reader = Fixed()
    said = read_over(reader, "Which?", found)
    assert reader.asked == [("A title", "aa bb cc dd ee ff")] * PASSAGES
    assert set(said) == {("a", 11), ("a", 20)}
    assert said["a", 11].span.of(text) == "bb cc"


@pytest.mark.parametrize(
    ("text", "found", "name"),
    [
        ("Dartmouth College said so.", "Dartmouth", "Dartmouth College"),
        ("On Friday President Joe Biden spoke.", "Joe Biden", "President Joe Biden"),
        ("In Lund, First Lady Dr. Jill Biden spoke.", "First Lady Dr. Jill", "First Lady Dr. Jill Biden"),
        ("The mill of Ada Quist. Bo Vik left.", "Ada Quist", "Ada Quist"),
        ("They met in Holm Harbour on Tuesday.", "in Holm", "in Holm Harbour"),
        ("It cost £4 Million Pounds.", "£4", "£4"),
        ("The Holm Post wrote it.", "Holm Post", "Holm Post"),
        ("Dinosaur tracks were found.", "Dinosaur", "Dinosaur"),
    ],
)
def test_a_name_is_whole(text: str, found: str, name: str) -> None:
    start = text.index(found)
    assert whole_name(text, Span(start, start + len(found))).of(text) == name


@given(st.text(alphabet="AaBb .’\n1", max_size=80), st.integers(0, 80), st.integers(0, 20))
def test_a_whole_name_holds_what_was_found(text: str, start: int, size: int) -> None:
    span = Span(min(start, len(text)), min(start + size, len(text)))
    found = whole_name(text, span)
    assert found.start <= span.start and span.end <= found.end <= len(text)
    assert len(found) <= max(60, len(span))
