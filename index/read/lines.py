"""Printed lines made running text again: hyphens at line ends, paragraphs, and what is repeated on every page.

For sources that know pages and lines but no paragraphs. Knows no format. Where two readings are possible, the one that
changes less of what is printed is taken.
"""

import re
from collections import Counter
from collections.abc import Iterable

_EDGE = 2  # lines at the top and at the bottom of a page that may be a running header or footer
_FEWEST = 3  # pages on which such a line must stand
_SHARE = 0.4  # and the share of all pages: left and right pages may differ
_FULL = 0.72  # of the usual width: a shorter line is the last one of its paragraph
_MANY = 8  # lines of a page that say how wide it is
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "ſt", 0xFB06: "st"}
_NUMBER = re.compile(
    r"\W*(?:(?:page|seite|p\.?|pag\.?|página|pagina)\s*)?\d{1,4}(?:\s*(?:of|/|von|de|di|sur)\s*\d{1,4})?\W*", re.I
)
_BROKEN = re.compile(r"([^\W\d_]+)-$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BEGINNING = re.compile(r"[^\W\d_]+")
_ENDED = re.compile(r"[.!?…:][\"'\u201d\u2019\u00bb)]*$")
_BULLET = re.compile(r"[•▪◦·]\s")
_ITEM = re.compile(r"(?:[-•▪◦*–—·]|\(?\d{1,3}[.)]|[a-z]\))\s")
_COMPOUND = frozenset(  # which keep their hyphen, as far as one can know
    "all anti cross double east eight empty ex far first five four full half hard high ill left like long low mid multi"
    " nine non north old one open part post pre right second self semi seven short single six so soft south ten third"
    " three top two well west year".split()
)


def printed(pages: Iterable[str]) -> list[list[str]]:
    """The lines of each page, without page numbers and what is repeated at the edges of pages."""
    return _without_running([_lines(page) for page in pages])


def joined(pages: list[list[str]]) -> tuple[str, list[int]]:
    """The running text of the pages, and where in it each page begins."""
    words = Counter(word.lower() for lines in pages for line in lines for word in _WORD.findall(line))
    usual = _width([line for lines in pages for line in lines])
    pieces: list[str] = []
    starts: list[int] = []
    size, above = 0, ""
    for lines in pages:
        starts.append(-1)
        width = _width(lines) if len(lines) >= _MANY else usual
        for line in filter(None, lines):
            between, cut = ("", 0) if not pieces else _between(above, line, width, words)
            if cut:
                pieces[-1] = pieces[-1][:-cut]
            size += len(between) - cut
            pieces.append(between)
            if starts[-1] < 0:
                starts[-1] = size
            pieces.append(line)
            size += len(line)
            above = line
        if lines and not lines[-1]:  # a page that ends with a blank line ends a paragraph
            above = ""
        if starts[-1] < 0:
            starts[-1] = size
    return "".join(pieces), starts


def _lines(page: str) -> list[str]:
    """The lines of a page without blank ones around them; one "" stays for each gap."""
    lines: list[str] = []
    for line in page.translate(_LIGATURES).split("\n"):
        line = " ".join(line.split())
        if line or (lines and lines[-1]):
            lines.append(line)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _without_running(pages: list[list[str]]) -> list[list[str]]:
    """The pages without page numbers and without the headers and footers that many pages share."""
    counts = Counter(key for lines in pages for key in {_key(lines[at]) for at in _edges(lines)})
    enough = max(_FEWEST, _SHARE * len(pages))
    kept = []
    for lines in pages:
        gone = {at for at in _edges(lines) if counts[_key(lines[at])] >= enough}
        if len(pages) > 1:
            outer = [at for at in (0, len(lines) - 1) if 0 <= at < len(lines)]
            gone |= {at for at in outer if _NUMBER.fullmatch(lines[at])}
        kept.append([line for at, line in enumerate(lines) if at not in gone])
    return kept


def _edges(lines: list[str]) -> set[int]:
    filled = [at for at, line in enumerate(lines) if line]
    return {*filled[:_EDGE], *filled[-_EDGE:]}


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", line.casefold())


def _width(lines: list[str]) -> int:
    """How long the lines of running text are."""
    lengths = sorted(len(line) for line in lines if line)
    return lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0


def _between(above: str, line: str, width: int, words: Counter[str]) -> tuple[str, int]:
    """What stands between two lines of the text, and how many characters the upper one loses at its end."""
    if not above:
        return "\n\n", 0
    if above[-1] in "\u00ad\u2010" and line[0].islower():
        return "", 1
    if broken := _BROKEN.search(above):
        return _hyphen(above, broken[1], line, words)
    if re.search(r"[\d-][-–]$", above):
        return "", 0
    ended = _ENDED.search(above)
    if len(above) >= _FULL * width and not _BULLET.match(line) and not (_ITEM.match(line) and ended):
        return " ", 0
    if line[0].islower() and not ended and not _ITEM.match(line):
        return " ", 0
    items = _ITEM.match(line) and _ITEM.match(above)
    return ("\n" if items or (not ended and len(line) < _FULL * width) else "\n\n"), 0


def _hyphen(above: str, left: str, line: str, words: Counter[str]) -> tuple[str, int]:
    """Mend a word that was broken at its hyphen; keep a hyphen that belongs to the word."""
    match = _BEGINNING.match(line)
    if match is None:
        return ("" if line[0].isdigit() else " "), 0
    right = match[0].lower()
    both, one = words[f"{left}-{right}".lower()], words[f"{left}{right}".lower()]
    compound = left.lower() in _COMPOUND or above[: -len(left) - 1].endswith("-")
    if not right[:1].islower() or not match[0][0].islower() or both > one or (compound and not one):
        return "", 0
    return "", 1
