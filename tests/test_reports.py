"""The question behind one about the reports."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reports import asks_of_reports, behind


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("Do the articles agree on what the mill cost?", "how much the mill cost?"),
        ("Do the papers agree on what Ann Lee spent on it?", "how much Ann Lee spent on it?"),
        ("did all the papers agree about when Ann Lee resigned", "when Ann Lee resigned"),
        ("Do the reports differ on the toll?", "What is the toll?"),
        ("Do the wire and the Lund Post give the same number of crew?", "What number of crew?"),
        (
            "How far did shares fall in May 2014 according to the different outlets?",
            "How far did shares fall in May 2014?",
        ),
        ("When was the sale cleared, and do the reports differ?", "When was the sale cleared?"),
        ("When was the sale cleared, and do they agree on that?", "When was the sale cleared?"),
    ],
)
def test_the_question_behind_is_what_the_articles_can_tell(asked: str, left: str) -> None:
    assert behind(asked) == left and asks_of_reports(asked)


@pytest.mark.parametrize(
    "asked",
    [
        "Do the two sides agree on pay?",
        "Did the unions agree on a date?",
        "Why do the outlets differ on the toll?",
        "Which paper named the buyer?",
        "What do the articles say about the toll?",
        "How many reports did the court get, according to Ann Lee?",
        "Did the doctors give the patients the drug?",
        "How many shops are in all?",
    ],
)
def test_what_asks_about_the_world_is_left_alone(asked: str) -> None:
    assert behind(asked) == asked and not asks_of_reports(asked)


@given(st.text(max_size=200))
def test_something_is_left_of_every_question(asked: str) -> None:
    assert bool(behind(asked)) == bool(asked.strip())
