"""From a sentence to what is quoted: it stays one stretch of the article, and reads well alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.normalise import normalise
from index.records import Span
from index.sentences import sentences
from rag.marks import closes
from rag.quote import quotable, without_dateline


def quote(text: str, holding: str) -> str:
    """What is quoted for the sentence that holds these words."""
    sentence = next(span for span in sentences(text) if holding in span.of(text))
    return quotable(text, sentence).of(text)


WORDS = st.sampled_from(
    [
        "He said so.",
        "“We will",
        "stay,” she said.",
        "The mill closed.",
        "LUND (AP) —",
        "Two things:",
        "- boats",
        "\n\n",
        "It",
    ]
)


@given(st.lists(WORDS, max_size=12))
def test_a_quote_is_a_stretch_that_holds_its_sentence_but_for_a_dateline(parts: list[str]) -> None:
    text = normalise(" ".join(parts))
    for sentence in sentences(text):
        found = quotable(text, sentence)
        bare = without_dateline(text, sentence)
        assert found.start <= bare.start and found.end >= sentence.end
        assert found.of(text).strip()


@given(st.text(max_size=200))
def test_any_text_has_its_quotes(text: str) -> None:
    clean = normalise(text)
    for sentence in sentences(clean):
        assert quotable(clean, sentence).overlap(sentence) > 0


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("NEW YORK (AP) — Crews walked out.", "Crews walked out."),
        ("LUND, 3 May (Staple Wire) - Crews walked out.", "Crews walked out."),
        ("Lund (Kestrel Wire) — Crews walked out.", "Crews walked out."),
        ("PARIS — Crews walked out.", "Crews walked out."),
        ("(CNN)Crews walked out.", "Crews walked out."),
        ("HARROW FELL, 12 May 2024 — “Crews” walked out.", "“Crews” walked out."),
        ("Harrow (HRW) shares fell.", "Harrow (HRW) shares fell."),
        ("He left - The crews stayed.", "He left - The crews stayed."),
        ("NATO — a pact — said no.", "NATO — a pact — said no."),
        ("Holm, Monday — Crews walked out.", "Crews walked out."),
        ("HOLM, Friday 3 May (Kestrel Wire) - Crews walked out.", "Crews walked out."),
        ("Holm — a town — said no.", "Holm — a town — said no."),
        ("Crews walked out.", "Crews walked out."),
    ],
)
def test_a_dateline_is_left_out(line: str, rest: str) -> None:
    assert without_dateline(line, Span(0, len(line))).of(line) == rest


def test_a_dateline_is_one_at_the_start_of_a_paragraph_only() -> None:
    text = "Crews met. PARIS — The talks went on."
    assert without_dateline(text, Span(11, len(text))) == Span(11, len(text))
    assert without_dateline(text.replace(". P", ".\nP"), Span(11, len(text))).start == 19


def test_he_is_shown_with_the_sentence_that_says_who() -> None:
    text = "The mill closed in May.\n\nOwen Marsh runs it. He wants 40 million euros."
    assert quote(text, "40 million") == "Owen Marsh runs it. He wants 40 million euros."
    assert quote(text, "Owen") == "Owen Marsh runs it."
    spoken = "Ann Lee was tired. “We need more soup.” She has run it since 2016."
    assert quote(spoken, "2016") == spoken
    assert quote("The bridge is dear. It is to open in May.", "May") == "The bridge is dear. It is to open in May."
    assert quote("The rain stopped. It is the crews who won.", "crews") == "It is the crews who won."


def test_a_headline_says_nothing_of_who() -> None:
    assert quote("Mill closes\n\nHe wants 40 million euros.", "40 million") == "He wants 40 million euros."


def test_a_quotation_is_closed() -> None:
    text = "Crews met on Monday. “The offer is poor. We will not take it,” Ann Lee said. Talks go on."
    whole = "“The offer is poor. We will not take it,” Ann Lee said."
    assert quote(text, "poor") == quote(text, "not take") == whole


def test_one_that_is_never_closed_stays_as_it_is() -> None:
    assert quote("He read on. “The offer is poor. Talks go on. They end. Crews met.", "poor") == "“The offer is poor."


def test_what_is_all_spoken_is_shown_with_its_speaker() -> None:
    text = "Ann Lee was blunt. “The offer is poor.” Talks go on."
    assert quote(text, "poor") == "Ann Lee was blunt. “The offer is poor.”"


def test_a_list_is_whole() -> None:
    text = "The plan has three parts:\n- new boats\n- a night ferry\n- cheaper tickets\n\nIt begins in May."
    assert quote(text, "three parts") == "The plan has three parts:\n- new boats\n- a night ferry\n- cheaper tickets"
    assert quote(text, "night ferry") == "- a night ferry"
    numbered = "Causes of the fire:\n\n1. A heater was left on.\n2. The door stood open.\n\nIt burned all night."
    assert quote(numbered, "Causes").endswith("1. A heater was left on.\n2. The door stood open.")
    assert quote("He asked this:\n\nWhere are the boats?", "asked") == "He asked this:"


def test_a_sentence_that_was_cut_is_made_whole() -> None:
    text = "Crews met. The mill will close in June, its owner said. Talks go on."
    assert quotable(text, Span(15, 30)).of(text) == "The mill will close in June, its owner said."


def test_a_quote_does_not_grow_beyond_measure() -> None:
    long = f"Ann Lee runs {'the very old mill by the river, ' * 20}and more."
    assert quote(f"{long} She wants 40 million euros.", "40 million") == "She wants 40 million euros."


@pytest.mark.parametrize(
    ("text", "closed"),
    [("", True), ("“a”", True), ("“a", False), ("a”", False), ("”a“", False), ('"a"', True), ('a"', False)],
)
def test_closes(text: str, closed: bool) -> None:
    assert closes(text) == closed
