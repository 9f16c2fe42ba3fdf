"""Printed lines made running text again: hyphens at line ends and paragraphs.

For sources that know pages and lines but no paragraphs. Knows no format. Where two readings are possible, the one that
changes less of what is printed is taken.
"""

import re
from collections import Counter
from itertools import groupby

_FULL = 0.72  # of the usual width: a shorter line is the last one of its paragraph
_SHORT = 0.35  # a line that is shorter ends what it belongs to, however the next one begins
_BLOCK = 3  # lines that say how wide their column is
_MANY = 8  # lines of a page that say how wide it is
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


def joined(pages: list[list[str]]) -> tuple[str, list[int]]:
    """The running text of the pages, and where in it each page begins."""
    words = Counter(word.lower() for lines in pages for line in lines for word in _WORD.findall(line))
    usual = _width([line for lines in pages for line in lines])
    pieces: list[str] = []
    starts: list[int] = []
    size, above = 0, ""
    for lines in pages:
        starts.append(-1)
        page = _width(lines) if len(lines) >= _MANY else usual
        for line, width, short in _measured(lines, page):
            if not line:
                above = ""
                continue
            between, cut = ("", 0) if not pieces else _between(above, line, width, short, words)
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


def _measured(lines: list[str], usual: int) -> list[tuple[str, int, float]]:
    """Each line, how wide lines are where it stands, and what is so short that nothing goes on below it.

    Between two gaps, lines are as wide as the widest of them.
    """
    measured: list[tuple[str, int, float]] = []
    for _filled, group in groupby(lines, bool):
        block = list(group)
        widest = max(map(len, block))
        known = len(block) >= _BLOCK and "" in lines and 0.4 * usual < widest < usual  # and is no verse
        measured += [(line, widest if known else usual, _SHORT * widest) for line in block]
    return measured


def _width(lines: list[str]) -> int:
    """How long the lines of running text are."""
    lengths = sorted(len(line) for line in lines if line)
    return lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0


def _between(above: str, line: str, width: int, short: float, words: Counter[str]) -> tuple[str, int]:
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
    items = _ITEM.match(line) and _ITEM.match(above)
    if len(above) >= _FULL * width and not _BULLET.match(line) and not (_ITEM.match(line) and (ended or items)):
        return " ", 0
    if line[0].islower() and not ended and not _ITEM.match(line) and len(above) >= short:
        return " ", 0
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
