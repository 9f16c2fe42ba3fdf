"""The page of a quotation: which one a character stands on, and how it is said."""

from index.records import Article, Span
from rag.cite import quoted
from rag.records import Answer
from ui.answers import answer_lines
from ui.render import page_of, panel
from ui.shapes import answer_json

TEXT = "The pier fell.\n\nIt was old. Nobody was hurt."
PAPER = Article("a", TEXT, "Pier", places=((0, "iv"), (16, "5"), (28, "6")))


def test_a_character_is_on_the_page_that_began_last() -> None:
    assert [PAPER.page(offset) for offset in (0, 15, 16, 27, 28, 99)] == ["iv", "iv", "5", "5", "6", "6"]
    assert Article("a", TEXT).page(3) == ""
    assert Article("a", TEXT, places=((5, "2"),)).page(4) == ""


def test_a_quotation_names_its_page_or_pages() -> None:
    assert page_of(PAPER, Span(0, 14)) == "page iv" and page_of(PAPER, Span(16, 28)) == "page 5"
    assert page_of(PAPER, Span(16, 44)) == "pages 5\u20136" and page_of(Article("a", TEXT), Span(0, 9)) == ""


def test_every_door_says_the_page() -> None:
    text, citations = quoted([(PAPER, Span(28, 44))])
    answer = Answer("Was anybody hurt?", "Was anybody hurt?", True, text, citations)
    assert "(page 6)" in "\n".join(answer_lines(answer))
    assert answer_json(answer)["citations"][0]["page"] == "6"
    shown = panel(answer, 0, "cite", 1)
    assert shown is not None and shown["facts"] == ["page 6"]
