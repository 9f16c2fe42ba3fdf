"""Where sentences begin and end, as spans of the untouched text. sentencex does the finding; only lines are ours.

A blank line always ends a sentence (a headline has no full stop). A single line end does too, unless the text
is plainly wrapped there: the next line goes on in lower case, or a long line stops without any final mark.
"""

import re
from collections.abc import Iterator

from index.records import Span

_LINE = re.compile(r"[^\n]+")
_FINAL = (".", "!", "?", ":", ";", '"', "'", "”", "’", ")", "»", "…")
_WRAPPED_AT = 50  # a shorter line without a final mark is a heading or a list item, not a wrapped sentence


def sentences(text: str, language: str = "en") -> list[Span]:
    """The sentences of `text` in order: non-blank, trimmed, not overlapping, covering every non-blank character."""
    from sentencex import get_sentence_boundaries  # a compiled module: needed only where text is cut

    found: list[Span] = []
    for block in _blocks(text):
        piece = block.of(text)
        for boundary in get_sentence_boundaries(language, piece):
            span = trim(text, block.start + boundary["start_index"], block.start + boundary["end_index"])
            if span:
                found.append(span)
    return found


def trim(text: str, start: int, end: int) -> Span | None:
    """The range without the blank characters at its ends; None where nothing is left."""
    piece = text[start:end]
    bare = piece.strip()
    if not bare:
        return None
    left = start + len(piece) - len(piece.lstrip())
    return Span(left, left + len(bare))


def _blocks(text: str) -> Iterator[Span]:
    """Stretches within which a sentence may run on."""
    start = end = -1
    for line in _LINE.finditer(text):
        if start >= 0 and end + 1 == line.start() and _runs_on(text[start:end], line.group()):
            end = line.end()
            continue
        if start >= 0:
            yield Span(start, end)
        start, end = line.span()
    if start >= 0:
        yield Span(start, end)


def _runs_on(before: str, after: str) -> bool:
    last = before[before.rfind("\n") + 1 :].rstrip()
    first = after.lstrip()[:1]
    if not last or not first or (last.endswith(_FINAL) and not first.islower()):
        return False
    return first.islower() or (len(last) > _WRAPPED_AT and first.isalnum())
