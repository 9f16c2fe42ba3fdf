"""The lines of pages without what is printed around them: page numbers and running heads.

Knows no format.
"""

import re
import unicodedata
from collections import Counter

_EDGE = 2  # lines at the top and at the bottom of a page that may be a running header or footer
_FEWEST = 3  # pages on which such a line must stand
_SHARE = 0.4  # and the share of all pages: left and right pages may differ
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "ſt", 0xFB06: "st"}
_SHAPES = {  # of Arabic letters, which fonts know and texts should not
    number: unicodedata.normalize("NFKC", chr(number)).strip()
    for number in (*range(0xFB50, 0xFDFC), *range(0xFE70, 0xFEFD))
    if not 0xFD3E <= number <= 0xFD4F and unicodedata.category(chr(number)) == "Lo"
}
_NUMBER = re.compile(
    r"\W*(?:(?:page|seite|p\.?|pag\.?|página|pagina)\s*)?\d{1,4}(?:\s*(?:of|/|von|de|di|sur)\s*\d{1,4})?\W*", re.I
)


def in_lines(page: str) -> list[str]:
    """The lines of a page without blank ones around them; one "" stays for each gap."""
    lines: list[str] = []
    for line in page.translate(_LIGATURES | _SHAPES).split("\n"):
        line = " ".join(line.split())
        if line or (lines and lines[-1]):
            lines.append(line)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def without_running(pages: list[list[str]]) -> list[list[str]]:
    """The pages without page numbers and without the headers and footers that many pages share."""
    counts = Counter(key for lines in pages for key in {_key(lines[at]) for at in edges(lines)})
    enough = max(_FEWEST, _SHARE * len(pages))
    kept = []
    for lines in pages:
        gone = {at for at in edges(lines) if counts[_key(lines[at])] >= enough}
        if len(pages) > 1 and (left := [at for at, line in enumerate(lines) if line and at not in gone]):
            gone |= {at for at in (left[0], left[-1]) if _NUMBER.fullmatch(lines[at])}
        kept.append(without(lines, gone))
    return kept


def without(lines: list[str], gone: set[int]) -> list[str]:
    """The lines that are not gone; the gap beside one goes with it."""
    gaps = {at for at, line in enumerate(lines) if not line and {at - 1, at + 1} & gone}
    return [line for at, line in enumerate(lines) if at not in gone | gaps]


def edges(lines: list[str]) -> set[int]:
    """Where lines stand that may be printed around the text."""
    filled = [at for at, line in enumerate(lines) if line]
    return {*filled[:_EDGE], *filled[-_EDGE:]}


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", line.casefold())
