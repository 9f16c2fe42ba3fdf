"""The lines around an article that are not of it: title, byline and date above, credits below.

For plain text and Markdown. Every rule asks whether the line could be prose, and leaves it in the text if it could.
Knows nothing of files.
"""

import re
from dataclasses import dataclass, field

from index.dates import parse_published
from index.read.bylines import byline, role
from index.read.foot import take_credit
from index.read.found import Parts
from index.read.header import take_header
from index.read.labels import dated, labelled
from index.read.outlets import loosely_outlet, outlet
from index.written import NO_CLOCK

_HEAD = 6  # lines that are looked at above the article
_FOOT = 12  # and below it
_LONGEST_TITLE = 120
_FEWEST_WORDS = 2  # that stand where a title could and are a dateline

_BY = re.compile(r"(?:\w+\s)?by\b", re.IGNORECASE)
_BETWEEN = re.compile(rf"\s*[|·•]{NO_CLOCK}\s*|\s+[\u2013\u2014-]{NO_CLOCK}\s+|(?<=[^\W\d]),\s+(?=\d)")


@dataclass(slots=True)
class _Sheet:
    """The lines of a text, and what was taken from them. `signed`: which line was the byline; `outlets`: which lines
    name the outlet, and what they say. `plain` is a line without Markdown's emphasis."""

    lines: list[str]
    parts: Parts
    headed: bool = False
    signed: int = -2
    kept: dict[int, str] = field(default_factory=dict)
    outlets: dict[int, list[tuple[str, str]]] = field(default_factory=dict)

    def take(self, number: int, credit: bool = True) -> None:
        if credit:
            self.kept[number] = self.plain(number)
        self.lines[number] = ""

    def plain(self, number: int) -> str:
        return " ".join(self.lines[number].split()).strip("*_").strip() if 0 <= number < len(self.lines) else ""


def take_credits(parts: Parts, with_title: bool = True) -> None:
    """Moves what stands around the article from `parts.text` into the other parts.

    Fields that are set already win, but the lines leave all the same. A title is looked for only `with_title`.
    """
    if with_title and take_header(parts):
        with_title = False
    sheet = _Sheet(parts.text.strip().split("\n"), parts)
    _take_head(sheet, with_title)
    _take_foot(sheet)
    parts.text = "\n".join(sheet.lines).strip()
    parts.credits = "\n".join(filter(None, [parts.credits, *(sheet.kept[number] for number in sorted(sheet.kept))]))


def _take_head(sheet: _Sheet, with_title: bool) -> None:
    """Title, byline, outlet and date, which may have a standfirst between them; the title may stand below the others.

    An outlet's line is looked for where a title is: a page names its site elsewhere.
    """
    numbers = [number for number in range(min(len(sheet.lines), 4 * _HEAD)) if sheet.plain(number)][:_HEAD]
    sheet.outlets = _outlet_lines(sheet, numbers) if with_title else {}
    contiguous = True
    for place, number in enumerate(numbers):
        above, below = sheet.plain(number - 1), sheet.plain(number + 1)
        allowed = contiguous or (not above and (not below or dated(below) is not None))
        if _take_byline(sheet, number, allowed):
            contiguous = True  # what stands right below a byline belongs to it
            continue
        if _take_date(sheet, number, allowed):
            continue
        if allowed and number in sheet.outlets:
            _take_outlet(sheet, number)
            continue
        if with_title and contiguous and _is_title(sheet, number) and (place == 0 or _is_headline(sheet, number)):
            with_title = False
            if not sheet.parts.title:
                sheet.parts.title = sheet.plain(number)
                sheet.parts.found["title"] = "first line"
                sheet.take(number, credit=False)
                sheet.headed = True
            continue
        with_title = contiguous = False


def _take_byline(sheet: _Sheet, number: int, allowed: bool) -> bool:
    line, following = sheet.plain(number), sheet.plain(number + 1)
    if sheet.signed == number - 1 and role(line):
        sheet.take(number)
        return True
    read = byline(line) if allowed else None
    wrapped = (
        following
        and not dated(following)
        and (following[0].islower() or (read and read[1] and not role(read[1]) and not dated(read[1])))
    )
    if read is None or wrapped:  # it is the beginning of a sentence
        return False
    names, tail = read
    _set(sheet.parts, "author", names)
    for piece in _BETWEEN.split(tail):
        if date := dated(piece):
            _set(sheet.parts, *date)
        else:
            _set(sheet.parts, "outlet", loosely_outlet(piece))
    sheet.take(number)
    sheet.headed, sheet.signed = True, number
    return True


def _outlet_lines(sheet: _Sheet, numbers: list[int]) -> dict[int, list[tuple[str, str]]]:
    """The lines that name the outlet, and what each says: plainly, and beside a byline or a date or with one in it.

    On the first line it stands above the title, which has the others below it.
    """
    lines = [sheet.plain(number) for number in numbers]
    found = {}
    for place, (number, line) in enumerate(zip(numbers, lines, strict=True)):
        pieces = _BETWEEN.split(line)
        told = [_said(piece) for piece in (pieces if len(pieces) > 1 else line.split(", ", 1))]
        beside = [*lines[max(0, place - 1) : place], *lines[place + 1 : place + 2]] if place else lines[2:3]
        if all(name for name, _ in told) and "outlet" in dict(told) and (len(told) > 1 or any(map(_signs, beside))):
            found[number] = told
    return {} if 0 in found and lines[1:2] and _signs(lines[1]) else found  # that is the title


def _take_outlet(sheet: _Sheet, number: int) -> None:
    for name, value in sheet.outlets[number]:
        _set(sheet.parts, name, value, "outlet line")
    sheet.take(number)
    sheet.headed = True


def _said(piece: str) -> tuple[str, str]:
    """The field that a piece of such a line fills, and its value; nothing where it is none."""
    if date := dated(piece):
        return date
    read = byline(piece)
    if read and not read[1]:
        return "author", read[0]
    return ("outlet", name) if (name := outlet(piece)) else ("", "")


def _signs(line: str) -> bool:
    """Whether it is a byline or a date."""
    return bool(byline(line) or dated(line))


def _set(parts: Parts, name: str, value: str, where: str = "byline") -> None:
    """Fills a field that is still empty."""
    if value and not getattr(parts, name):
        setattr(parts, name, value)
        parts.found[name] = where


def _take_date(sheet: _Sheet, number: int, allowed: bool) -> bool:
    """A date in words that nothing labels counts under a title or byline, or where a title could stand."""
    line = sheet.plain(number)
    date = dated(line) if allowed else None
    if date is None or not (sheet.headed or parse_published(line) or labelled(line) or _on_top(sheet, number)):
        return False
    _set(sheet.parts, *date, where="date line")
    sheet.take(number)
    return True


def _on_top(sheet: _Sheet, number: int) -> bool:
    """Whether it is the first line, set apart from a longer text."""
    return not any(sheet.lines[:number]) and _is_title(sheet, number)


def _is_title(sheet: _Sheet, number: int) -> bool:
    """A short first line, set apart from a longer text, that does not end as a sentence does."""
    line, following = sheet.plain(number), sheet.plain(number + 1)
    set_apart = not following or _signs(following) or number + 1 in sheet.outlets
    rest = sum(map(len, sheet.lines[number + 1 :]))
    return bool(
        set_apart
        and len(line) <= min(_LONGEST_TITLE, rest)
        and len(line.split()) > 1
        and not line[0].islower()
        and line[0] not in "-\u2013\u2014\u2022>|#"
        and line[-1] not in ".!?…,:;"
        and not _BY.match(line)
    )


def _is_headline(sheet: _Sheet, number: int) -> bool:
    """Whether a line below byline and date is the title: set apart from them, and more than the name of a town."""
    return not sheet.parts.title and not sheet.lines[number - 1] and len(sheet.plain(number).split()) > _FEWEST_WORDS


def _take_foot(sheet: _Sheet) -> None:
    """Credit lines from the end upwards, until something else stands there."""
    taken = 0
    for number in range(len(sheet.lines) - 1, -1, -1):
        line = sheet.plain(number)
        if line and (taken == _FOOT or not take_credit(sheet.parts, line)):
            break
        if line:
            sheet.take(number)
            taken += 1
