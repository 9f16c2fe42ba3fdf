"""The table of what was read: its lines fit the terminal, whatever the articles are called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Article
from ui.table import _columns, fitted, table_lines

FERRY = Article(
    "a", "One two three.", "Ferry back", outlet="Holm Post", author="Nell Tarrow", published="2024-05-03T10:00Z"
)


@given(st.text(max_size=60), st.integers(1, 50))
def test_a_cell_has_its_width(text: str, width: int) -> None:
    assert _columns(fitted(text, width)) == width


def test_what_fits_stays_and_what_does_not_is_cut() -> None:
    assert fitted("Ferry", 7) == "Ferry  "
    assert fitted("Ferry back", 7) == "Ferry \u2026"
    assert fitted("\u6e21\u8239\u518d\u958b", 6) == "\u6e21\u8239\u2026 "


def test_the_table_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    head, row, copy, note, more, blank = table_lines([(FERRY, ()), (FERRY, ("b", "c"))], 5)
    assert head.split() == ["Title", "Outlet", "Author", "Date", "Words", "Story"]
    assert row.split() == ["Ferry", "back", "Holm", "Post", "Nell", "Tarrow", "2024-05-03", "3"]
    assert copy.split()[-2:] == ["3", "3"] and row.index("2024") == head.index("Date") and "same one" in note
    assert more.startswith("... and 3 more") and blank == ""
    assert list(table_lines([], 0)) == []


@pytest.mark.parametrize("columns", [20, 60, 80, 400])
def test_no_line_is_wider_than_the_terminal_or_than_can_be_read(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    long = Article("a", "word " * 12_345, "Title " * 60, outlet="\u65b0" * 60, author="A" * 90, published="2024")
    for line in table_lines([(long, ("b",) * 1_000)], 9_999):
        assert _columns(line) <= min(140, max(columns, 68))
