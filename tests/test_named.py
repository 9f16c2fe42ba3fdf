"""What a question asks the name of, and quotes that grow to hold the name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.normalise import normalise
from index.records import Article, Span
from index.sentences import sentences
from rag.attempt import Looked
from rag.choice import chosen
from rag.features import Candidate
from rag.named import Sought, sought, speaks_of, things
from rag.quote import quotable
from rag.settings import Settings

BAND = Sought(frozenset({"band", "bands"}), frozenset({"which", "band", "will", "tour"}))


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Which band will tour?", {"band", "bands"}),
        ("At which prestigious festival did they play?", {"prestigious", "prestigiou", "festival", "festivals"}),
        ("Which of the following cities is it?", {"cities", "city"}),
        ("The mill was sold. Which company bought it?", {"company", "companies", "bought", "boughts"}),
        ("What is the name of the storm?", {"storm", "storms"}),
        ("Who is the chair?", {"chair", "chairs"}),
        ("What kind of boat is it?", set()),
        ("What did she say?", set()),
        ("What got the two sides to agree?", set()),
        ("Who was the first to leave?", set()),
        ("What year did the band split?", set()),
        ("How many bands were there?", set()),
        ("Why did the band split?", set()),
    ],
)
def test_the_words_for_what_is_asked(question: str, asked: set[str]) -> None:
    assert things(question) == asked


@pytest.mark.parametrize(
    ("sentence", "points"),
    [
        ("The band announced a tour.", True),
        ("Fans of the well known rock band cheered.", True),
        ("Band members will meet in June.", True),
        ("On Tuesday these bands played on.", True),
        ("The band’s manager left.", True),
        ("The band Blue Herons announced a tour.", False),
        ("The band, Blue Herons, announced a tour.", False),
        ("The band “Herons” announced a tour.", False),
        ("The band called “Herons” announced a tour.", False),
        ("The band of Ada Quist announced a tour.", False),
        ("A band played.", False),
        ("The bandage came off.", False),
        ("The crews left.", False),
    ],
)
def test_a_sentence_that_speaks_of_it_without_its_name(sentence: str, points: bool) -> None:
    assert speaks_of(sentence, BAND.things) == points


TEXT = (
    "Blue Herons are coming to Lund. The band announced it in a film. Band members will meet again in June.\n\n"
    "It rained. The stage is new."
)


def quote(holding: str, asked: Sought | None = BAND, text: str = TEXT) -> str:
    sentence = next(span for span in sentences(text) if holding in span.of(text))
    return quotable(text, sentence, asked).of(text)


def test_a_quote_grows_to_the_name_and_no_further_than_two_sentences() -> None:
    assert quote("announced").startswith("Blue Herons") and quote("announced").endswith("film.")
    assert quote("members") == TEXT[: TEXT.index("\n")]
    assert quote("announced", None) == "The band announced it in a film."
    assert quote("stage") == "The stage is new."
    long = "The band met. " * 4 + "The band will tour."
    assert quote("tour", text=long) == "The band met. The band met. The band will tour."


def test_a_heading_is_no_sentence_that_names() -> None:
    text = "Herons return\n\nThe band announced it in a film."
    assert quote("film", text=text) == "The band announced it in a film."


@given(st.text(alphabet="Thebandsmi .“”\n", max_size=120))
def test_a_quote_holds_its_sentence_whatever_is_asked(text: str) -> None:
    clean = normalise(text)
    for sentence in sentences(clean):
        plain, grown = quotable(clean, sentence), quotable(clean, sentence, BAND)
        assert grown.overlap(sentence) > 0
        assert grown.end >= plain.start


def test_the_short_answer_is_the_name_and_not_what_stands_where_the_name_does_not() -> None:
    article = Article("a", TEXT, "Herons")
    told = {"best": 9.0, "holds": 9.0, "echo": 0.0, "fits": 1.0, "unmet": 0.0, "pcov": 1.0}

    def candidate(words: str, short: str, score: float) -> Candidate:
        start, at = TEXT.index(words), TEXT.index(short)
        return Candidate(article, Span(start, start + len(words)), told, Span(at, at + len(short)), score)

    named = candidate("Blue Herons are coming to Lund.", "Blue Herons", 1.0)
    first = candidate("The band announced it in a film.", "film", 3.0)
    for ranked, short in (((first, named), "Blue Herons"), ((first,), None)):
        choice = chosen(Looked(ranked=ranked, sure=1.0, sought=BAND), "question", Settings())
        assert choice.parts[0][1].of(TEXT) == "Blue Herons are coming to Lund. The band announced it in a film."
        assert (choice.short and choice.short.of(TEXT)) == short


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("The band announced a tour.", False),
        ("Blue Herons announced a tour.", True),
        ("But those rooms are empty, sparking anger.", False),
        ("If the union strikes, it would be the largest strike.", False),
        ("Herons are back.", True),
        ("Which it is, nobody knows.", False),
        ("In June, Lund will see them.", True),
    ],
)
def test_a_sentence_may_hold_the_name_that_is_sought(sentence: str, named: bool) -> None:
    assert BAND.is_named_in(sentence) == named


def test_no_name_is_sought_where_none_is_asked_for() -> None:
    assert sought("How many bands played?") is None
    assert sought("Which band will tour?") == BAND
