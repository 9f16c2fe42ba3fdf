"""Laws of cutting: passages are slices, cover the text, do not overlap, and fit the embedder."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.chunk import chunk
from index.embed import Embedder, HashEmbedder
from index.normalise import normalise
from index.records import Span
from index.sentences import sentences

WORDS = st.sampled_from(
    [
        "Inspur",
        "said",
        "the",
        "“deal”",
        "U.S.",
        "Corp.",
        "20",
        "percent.",
        "Why?",
        "naïve",
        "汉字。",
        "🙂",
        "a" * 40,
        "\n",
        "\n\n",
    ]
)
TEXTS = st.one_of(st.text(), st.lists(WORDS, max_size=120).map(" ".join)).map(normalise)
EMBEDDER = HashEmbedder()


@given(TEXTS)
def test_sentences_are_trimmed_ordered_and_cover_every_printed_character(text: str) -> None:
    spans = sentences(text)
    end = 0
    for span in spans:
        assert span.start >= end and len(span) > 0
        assert span.of(text) == span.of(text).strip()
        assert not text[end : span.start].strip()
        end = span.end
    assert not text[end:].strip()


@given(TEXTS, st.integers(3, 60))
def test_passages_are_slices_that_cover_the_article_and_fit(text: str, limit: int) -> None:
    offsets = EMBEDDER.offsets(text)
    chunks = chunk(text, offsets, limit)
    end = 0
    for piece in chunks:
        assert piece.span.start >= end
        assert not text[end : piece.span.start].strip()
        assert piece.span.of(text).strip()
        inside = [o for o in offsets.tolist() if piece.span.start <= o[0] < piece.span.end]
        assert len(inside) <= limit
        assert piece.sentences[0].start == piece.span.start and piece.sentences[-1].end == piece.span.end
        end = piece.span.end
    assert not text[end:].strip()


def test_sentences_end_where_a_reader_would_say() -> None:
    text = "A HEADLINE\n\nDr. Ito of Acme Corp. (ACME) left. “Why?” she asked.\n\n- one item\n- another item"
    assert [s.of(text) for s in sentences(text)] == [
        "A HEADLINE",
        "Dr. Ito of Acme Corp. (ACME) left.",
        "“Why?” she asked.",
        "- one item",
        "- another item",
    ]


def test_a_line_break_inside_a_wrapped_sentence_does_not_end_it() -> None:
    text = "The council voted on Tuesday evening to close the old\nbridge for repairs. Work starts in May."
    assert len(sentences(text)) == 2


def test_passages_end_at_sentence_ends_where_a_sentence_fits() -> None:
    text = " ".join(f"Sentence number {i} has exactly seven words." for i in range(40))
    for piece in chunk(text, EMBEDDER.offsets(text), 30):
        assert piece.span.of(text).endswith("words.")


@pytest.mark.parametrize("unit", ["word ", "a", "字", "Sentence here. "])
def test_an_endless_line_is_cut_and_no_slower_a_character_than_prose(unit: str) -> None:
    def seconds(text: str) -> float:
        begun = time.process_time()
        found = chunk(text, EMBEDDER.offsets(text), 222)
        assert sum(len(c.span) for c in found) >= len(text.replace(" ", "")) * 0.9
        return (time.process_time() - begun) / len(text)

    prose = "Inspur said on Tuesday that it would sell servers. Nobody objected to that.\n\n" * 6_000
    line = unit * (1_900_000 // len(unit) // 4)
    assert seconds(line) <= 4 * seconds(prose)


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(TEXTS.filter(lambda text: bool(text.strip())))
def test_no_passage_is_longer_than_the_model_reads(minilm: Embedder, text: str) -> None:
    for piece in chunk(text, minilm.offsets(text), 222):
        assert len(minilm.offsets(piece.span.of(text))) <= 222 + 2  # a cut inside a word may split it anew


def test_spans_count_code_points() -> None:
    assert Span(0, 2).of("🙂é!") == "🙂é"
    assert Span(2, 5).overlap(Span(4, 9)) == 1 and Span(0, 2).overlap(Span(2, 3)) == 0
    with pytest.raises(ValueError):
        Span(3, 2)
    assert len(np.asarray(EMBEDDER.offsets(""))) == 0
