"""The words of a page from where they were drawn on it: lines in their turn, columns, large initials, gaps.

For sources that say where each piece of text stands, and nothing of paragraphs. Knows no format.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

_GAP = 1.25  # of the usual step from line to line: more is a gap
_WIDE = 1.6  # what a sentence may go on across, as below a line in capitals or above one with a fraction
_ASIDE = 8  # letter heights: what begins further to the side is another column
_INITIAL = re.compile("[\"'\u201c\u201e\u00ab]?[^\\W\\d_a-z]")
_INITIALS = 20  # of a page that are looked at
_LEFTWARD = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_LETTER = re.compile(r"[^\W\d_]")
_CELL = 20  # characters of a line of a column: what is shorter may be a cell of a table
_BOX = 12  # lines of a box that may have been drawn first
_MANY = 8  # lines that begin at one place, where a column does
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ENDED = re.compile(r"[.!?…:][\"'\u201d\u2019\u00bb)]*$")


@dataclass(slots=True)
class Line:
    """A printed line: its pieces as (text, x, y, height of letters), in the order in which they were drawn."""

    pieces: list[tuple[str, float, float, float]] = field(default_factory=list)
    text: str = ""
    x: float = 0.0
    y: float = 0.0
    height: float = 0.0

    @property
    def drawn(self) -> str:
        return "".join(piece[0] for piece in self.pieces)

    def read(self) -> None:
        """Fills in the other fields: the first piece says where the line begins, the longest how high it is."""
        filled = [piece for piece in self.pieces if piece[0].strip()]
        if not filled:
            return
        self.x = filled[0][1]
        _words, _x, self.y, self.height = max(filled, key=lambda piece: len(piece[0].strip()))
        text = self.drawn
        if 3 * len(_LEFTWARD.findall(text)) > len(_LETTER.findall(text)):
            text, self.x = _leftward(self.pieces), 0.0  # its beginning is at the right, as that of the others
        self.text = " ".join(text.split())


def set_apart(lines: list[Line]) -> str:
    """The words of a page, a blank line above each line that surely begins something new.

    That is one below a gap, one in letters of another size, and one that is indented.
    """
    for line in lines:
        line.read()
    lines = _in_turn(_with_initials(_rows([line for line in lines if line.text])))
    steps = sorted(
        (above.y - line.y) / line.height
        for above, line in pairwise(lines)
        if above.height == line.height > 0 and 0.5 < (above.y - line.y) / line.height < 3
    )
    usual = steps[len(steps) // 4] if steps else 0.0
    words = []
    before: Line | None = None
    for column in _columns(lines):
        lefts = Counter(round(line.x) for line in column)
        left = min(lefts, key=lambda x: (-lefts[x], x))
        for line in column:
            if before is not None and _new(before, line, left, usual):
                words.append("")
            words.append(line.text)
            before = line
    return "\n".join(words)


def _rows(lines: list[Line]) -> list[Line]:
    """The lines, mended where a page was drawn row by row: words of a line joined, columns parted."""
    joined: list[Line] = []
    for line in lines:
        above = joined[-1] if joined else None
        if above is not None and _beside(above, line) and not _far(above, line):
            above.text += " " + line.text
        else:
            joined.append(line)
    starts = [
        round(line.x)
        for above, line in pairwise(joined)
        if _beside(above, line) and _far(above, line) and min(len(above.text), len(line.text)) >= _CELL
    ]
    edges = sorted(x for x, count in Counter(starts).items() if count >= _MANY)
    if not edges:
        return joined
    rows = [at for at, (above, line) in enumerate(pairwise(joined)) if _beside(above, line)]
    first, last = rows[0], rows[-1] + 2
    inner = sorted(joined[first:last], key=lambda line: sum(line.x > edge - 2 for edge in edges))
    return joined[:first] + inner + joined[last:]


def _beside(before: Line, line: Line) -> bool:
    """Whether it stands to the right of the other, in the same row."""
    return before.height > 0 < line.height and abs(before.y - line.y) < 0.2 * line.height and before.x < line.x


def _far(before: Line, line: Line) -> bool:
    """Whether there is more than a space between them; letters are about half as wide as they are high."""
    return line.x > before.x + (0.5 * len(before.text) + 1.5) * before.height


def _leftward(pieces: list[tuple[str, float, float, float]]) -> str:
    """The words of a line of Hebrew or Arabic, whose pieces may have been drawn from the left."""
    ordered: list[str] = []
    run: list[str] = []  # of Latin words and numbers, which go rightwards
    between: list[str] = []
    for text in (piece[0] for piece in sorted(pieces, key=lambda piece: -piece[1])):
        if not re.search(r"\w", text):
            between.append(text)
            continue
        if run and not _LEFTWARD.search(text):
            run += [*between, text]
        else:
            ordered += [*reversed(run), *between]
            run = [] if _LEFTWARD.search(text) else [text]
            ordered += [] if run else [text]
        between = []
    return re.sub(r"\s+(?=[.,:;!?\u060c\u061b\u061f](?:\s|$))", "", "".join([*ordered, *reversed(run), *between]))


def _new(above: Line, line: Line, left: float, usual: float) -> bool:
    if not above.height > 0 < line.height:  # turned text
        return False
    step, size = above.y - line.y, line.height
    within = step > 0.2 * size and abs(above.x - line.x) < _ASIDE * size
    beside = step > 0.2 * size and not within  # centred, or at the right
    gap = within and usual > 0 and step > _GAP * size * max(usual, 1)
    other = abs(above.height - size) > 0.08 * max(size, above.height)
    inside = _indented(line, left) and not (within and _indented(above, left))
    goes_on = line.text[0].islower() and not _ENDED.search(above.text) and step < _WIDE * size * max(usual, 1)
    return ((gap or other) and not goes_on) or inside or beside


def _indented(line: Line, left: float) -> bool:
    return 0.5 * line.height < line.x - left < 4 * line.height


def _columns(lines: list[Line]) -> list[list[Line]]:
    """The lines that follow each other downwards."""
    columns: list[list[Line]] = []
    for line in lines:
        above = columns[-1][-1] if columns else None
        if above is None or line.y > above.y + 0.5 * line.height or abs(line.x - above.x) > _ASIDE * line.height:
            columns.append([])
        columns[-1].append(line)
    return columns


def _in_turn(lines: list[Line]) -> list[Line]:
    """The lines with a box that was drawn first, from the middle of the page, moved below the others."""
    for at, (above, line) in enumerate(pairwise(lines), 1):
        if line.y > above.y + line.height and above.height > 0 < line.height:
            first = lines[0]
            box = 0 < line.x <= first.x + line.height and line.y > first.y + line.height and at <= _BOX
            return lines[at:] + lines[:at] if box else lines
    return lines


def _with_initials(lines: list[Line]) -> list[Line]:
    """The lines, where a large initial letter has joined the word that it begins."""
    large = [line for line in lines if line.height > 0 and _INITIAL.fullmatch(line.text)][:_INITIALS]
    if not large:
        return lines
    kept = []
    words = Counter(word.lower() for line in lines for word in _WORD.findall(line.text))
    for initial in lines:
        beside = [
            line
            for line in (lines if any(initial is one for one in large) else ())
            if 0 < line.height < 0.6 * initial.height
            and 0 < line.x - initial.x < 1.5 * initial.height
            and -0.3 * initial.height < line.y - initial.y < initial.height
        ]
        if not beside:
            kept.append(initial)
            continue
        line = max(beside, key=lambda line: line.y)
        word = _WORD.match(line.text)
        alone = word is not None and words[word[0].lower()] > 1 and not words[(initial.text + word[0]).lower()]
        line.text = initial.text + (" " if alone else "") + line.text
        for line in beside:
            line.x = initial.x
    return kept
