"""The few words that answer, in every door: which they are, what day they mean, and what another article says."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Article, Span
from rag.choice import Choice, chosen, pointed, quotes
from rag.cite import placed, quoted, within
from rag.features import Candidate
from rag.offers import says
from rag.question import Kind
from rag.records import Answer
from rag.settings import Settings
from ui.answers import answer_lines
from ui.markdown import answer_markdown, emphasised
from ui.shapes import answer_json
from ui.short import ALONE, alone, differing, in_short

FIRST = Article("a", "Crews met. It recalled 61,000 packs on Tuesday.", "Recall", outlet="Post", published="2019-02-06")
OTHER = Article("b", "The recall now covers 84,500 packs.", "More", outlet="Herald", author="Bo Vik")


def answer(*words: tuple[Article, str], other: Span | None = None, short: str = "61,000") -> Answer:
    """Quotes whole sentences, the first with a short answer in it."""
    parts = [(article, Span(article.text.index(said), len(article.text))) for article, said in words]
    text, citations = quoted(parts)
    bare = Answer("How many?", "How many?", True, text, citations)
    start = words[0][0].text.index(short)
    return pointed(bare, Choice(tuple(parts), Span(start, start + len(short)), other))


ONE = answer((FIRST, "It recalled"))
BOTH = answer((FIRST, "It recalled"), (OTHER, "The recall"), other=Span(22, 28))


def test_it_is_a_span_of_the_text_inside_the_first_claim() -> None:
    assert ONE.short and ONE.short.of(ONE.text) == "61,000" and ONE.other is None
    assert BOTH.short and BOTH.other and BOTH.other.of(BOTH.text) == "84,500"
    assert BOTH.citations[1].claim.start <= BOTH.other.start < BOTH.other.end <= BOTH.citations[1].claim.end


def test_what_is_not_quoted_yet_is_not_pointed_at() -> None:
    first = answer((FIRST, "It recalled"), other=Span(22, 28))
    assert first.short and first.other is None


@given(st.integers(0, 40), st.integers(0, 20))
def test_places_in_text_and_article_are_each_others_inverse(start: int, size: int) -> None:
    citation = BOTH.citations[1]
    at = Span(min(start, len(citation.quote)), min(start + size, len(citation.quote)))
    back = within(placed(at, citation), BOTH.citations)
    assert at.start == at.end or back == (1, at)


def test_a_weekday_is_followed_by_its_day() -> None:
    assert in_short(ONE) == "61,000"
    assert in_short(answer((FIRST, "It recalled"), short="Tuesday")) == "Tuesday (5 February 2019)"
    assert in_short(Answer("", "", False, "")) == ""


def test_what_differs_is_told_with_outlet_and_day() -> None:
    assert differing(ONE) == []
    assert differing(BOTH) == ["61,000 (Post, 6 February 2019)", "84,500 (Herald, Bo Vik)"]


def test_the_command_line_says_it_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    lines = list(answer_lines(BOTH))
    assert lines[0] == "In short: 61,000"
    assert lines[1] == "Different figures in the articles: 61,000 (Post, 6 February 2019); 84,500 (Herald, Bo Vik)."
    assert not any(line.startswith("In short") for line in answer_lines(Answer("", "", True, "No.")))


def test_the_chat_shows_it_in_bold_and_nothing_else_as_html() -> None:
    shown = answer_markdown(BOTH, 1)
    assert "recalled <strong>61,000</strong> packs" in shown and "covers <strong>84,500</strong> packs" in shown
    assert "*Different figures in the articles: 61,000 (Post, 6 February 2019); 84,500 (Herald, Bo Vik).*" in shown
    assert re.findall(r"<[^>]*>", shown) == ["<strong>", "</strong>"] * 2
    assert "In short" not in shown
    assert "*In short: Tuesday (5 February 2019).*" in answer_markdown(
        answer((FIRST, "It recalled"), short="Tuesday"), 1
    )
    hostile = Article("h", "It is <b>9</b> **now**.", "H")
    bad = answer((hostile, "It is"), short="<b>9</b> **now**")
    assert emphasised(bad)[0][0].count("<") == 2 and "**" not in emphasised(bad)[0][0]


def test_who_asks_about_the_articles_is_told_where_only_one_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    asked = "Do the papers agree on how many packs were recalled?"
    lonely, both = replace(ONE, question=asked), replace(BOTH, question=asked)
    assert alone(lonely) and not alone(both) and not alone(ONE)
    assert not alone(Answer(asked, asked, False, "No."))
    assert ALONE == "Quoted from one report; other articles may say otherwise."
    assert list(answer_lines(lonely))[-1] == ALONE
    assert ALONE not in list(answer_lines(both))
    assert answer_markdown(lonely, 1).endswith(f"*{ALONE}*")
    assert "Quoted from one report" not in answer_markdown(both, 1)


def test_json_holds_the_span_and_the_words() -> None:
    shape = answer_json(BOTH)
    assert shape["short"]["text"] == "61,000" and shape["other"]["text"] == "84,500"
    assert BOTH.text[shape["short"]["start"] : shape["short"]["end"]] == "61,000"
    assert answer_json(Answer("", "", False, ""))["short"] is None


@pytest.mark.parametrize(
    ("kind", "said", "can"),
    [
        ("number", "until", False), ("number", "61,000 packs", True), ("number", "twelve", True),
        ("person", "He", False), ("person", "Ann Lee", True), ("person", "mayor", False),
        ("date", "two years", False), ("date", "Friday", True), ("date", "in May 2014", True),
        ("other", "What", False), ("other", "“I have made", False), ("other", "a new roof", True),
    ],
)  # fmt: skip
def test_a_short_answer_is_of_the_kind_asked_for(kind: Kind, said: str, can: bool) -> None:
    assert says(kind, said) == can


def candidate(article: Article, words: str) -> Candidate:
    start = article.text.index(words)
    return Candidate(article, Span(start, start + len(words)), {})


def test_no_word_is_quoted_twice() -> None:
    article = Article("c", "Ann Lee runs the mill. She wants a new roof. It rained.")
    parts = quotes([candidate(article, "She wants a new roof."), candidate(article, "Ann Lee runs the mill.")])
    assert [span.of(article.text) for _, span in parts] == ["Ann Lee runs the mill. She wants a new roof."]
    parts = quotes([candidate(article, "Ann Lee runs the mill."), candidate(article, "She wants a new roof.")])
    assert [span.of(article.text) for _, span in parts] == ["Ann Lee runs the mill.", "She wants a new roof."]


def test_nothing_read_is_nothing_chosen() -> None:
    from rag.attempt import Looked

    assert chosen(Looked(), "question", Settings()) == Choice()
