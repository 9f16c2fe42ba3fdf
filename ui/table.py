"""The table of what an add has read: a line an article, fitted to the terminal."""

import shutil
import unicodedata
from collections.abc import Iterator, Sequence

from index.records import Article
from ui.plain import clean
from ui.render import heading

SHOWN = 40  # articles; the others are counted
_NARROWEST, _WIDEST = 60, 140
_HEADINGS = ("Title", "Outlet", "Author", "Date", "Words", "Story")
_FIXED = {"Date": 10, "Words": 7, "Story": 5}
_SHARES = {"Title": 0.54, "Outlet": 0.22, "Author": 0.24}  # of the room that the fixed columns leave
_GAP = "  "


def table_lines(read: Sequence[tuple[Article, Sequence[str]]], total: int) -> Iterator[str]:
    """The table of articles, each with the ids of its copies; `total` counts those that are not shown, too."""
    if not read:
        return
    room = min(_WIDEST, max(_NARROWEST, shutil.get_terminal_size((100, 24)).columns))
    left = room - sum(_FIXED.values()) - len(_GAP) * (len(_HEADINGS) - 1)
    widths = [_FIXED.get(name) or int(left * _SHARES[name]) for name in _HEADINGS]
    yield _line(_HEADINGS, widths)
    for article, copies in read:
        yield _line(_cells(article, len(copies)), widths)
    if any(copies for _, copies in read):
        yield "Story: how many articles tell the same one in nearly the same words."
    if total > len(read):
        yield f"... and {total - len(read):,} more. To see all of them: byline list"
    yield ""


def _cells(article: Article, copies: int) -> tuple[str, ...]:
    words = f"{len(article.text.split()):,}".rjust(_FIXED["Words"])
    story = str(1 + copies).rjust(_FIXED["Story"]) if copies else ""
    return heading(article), article.outlet, article.author, article.published[:10], words, story


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return _GAP.join(fitted(cell, width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def fitted(text: str, width: int) -> str:
    """The text in so many columns of a terminal: cut with an ellipsis, or filled with blanks."""
    text = " ".join(clean(text).split()) if text.strip() == text else clean(text)
    if _columns(text) > width:
        while _columns(text) > width - 1:
            text = text[:-1]
        text += "\u2026"
    return text + " " * (width - _columns(text))


def _columns(text: str) -> int:
    """How wide a terminal shows it: Chinese characters take two columns, accents of their own none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
