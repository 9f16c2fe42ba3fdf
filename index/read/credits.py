"""The lines around an article that are not of it: title, byline and date above, credits below.

For plain text and Markdown. Every rule asks whether the line could be prose, and leaves it in the text if it could.
Knows nothing of files.
"""

import re
from dataclasses import dataclass, field

from index.dates import parse_published, parse_written
from index.read.bylines import NAMES, authors, byline, role
from index.read.found import Parts
from index.read.labels import BEFORE_DATE, MODIFIED, PUBLISHED
from index.written import NO_CLOCK, settled

_HEAD = 6  # lines that are looked at above the article
_FOOT = 12  # and below it
_LONGEST_CREDIT, _LONGEST_TITLE = 160, 120
_FEWEST_WORDS = 2  # that stand where a title could and are a dateline

_BY = re.compile(r"(?:\w+\s)?by\b", re.IGNORECASE)
_PRESS = re.compile(
    r"\b(?:news|newspapers?|times|post|herald|ledger|gazette|press|daily|weekly|tribune|journal|review|chronicle|courier"
    r"|observer|standard|examiner|dispatch|telegraph|bulletin|magazine|wire)\b",
    re.IGNORECASE,
)
_ROLE = re.compile(r"\b(?:writer|reporter|correspondent|editor|staff|contributor|columnist|analyst|bureau|in|from)s?\b")
_LABELLED = re.compile(
    rf"(?:(?P<modified>{MODIFIED})|{PUBLISHED})(?:\s(?:{BEFORE_DATE}))?\s?[:：]?\s?(?P<date>\S.*)", re.IGNORECASE
)
_BETWEEN = re.compile(rf"\s*[|·•]{NO_CLOCK}\s*|\s+[\u2013\u2014-]{NO_CLOCK}\s+|(?<=[^\W\d]),\s+(?=\d)")
_PICTURE = r"(?:(?:cover|header|lead|top|feature[d]?)\s)?(?:photo(?:graph)?|image|picture|illustration|graphic|video)s?"
_CREDIT = re.compile(
    rf"{_PICTURE}\s(?:credits?|courtesy(?:\sof)?)(?:\s(?:the\s)?(?-i:[^\sa-z])|:).+|{_PICTURE}\s?:\s.+|(?:credits?|photo\sby|foto|фото):\s?.+"
    r"|fot\.\s.+"
    r"|(?:©|\(c\)|copyright\s(?:©|\(c\)|\d{4})).*|all\srights\sreserved\.?",
    re.IGNORECASE,
)
_DONE_BY = re.compile(
    rf"(?P<deed>(?i:{_PICTURE}|posted|written|reported|edited|compiled|translated|(?:additional\s)?reporting|editing"
    rf"|writing))(?i:\sby):?\s{NAMES}(?P<tail>.*)"
)
_AUTHORED = ("posted", "written", "reported")


@dataclass(slots=True)
class _Sheet:
    """The lines of a text, and what was taken from them. `signed`: which line was the byline. `plain` is a line without
    Markdown's emphasis."""

    lines: list[str]
    parts: Parts
    headed: bool = False
    signed: int = -2
    kept: dict[int, str] = field(default_factory=dict)

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
    sheet = _Sheet(parts.text.strip().split("\n"), parts)
    _take_head(sheet, with_title)
    _take_foot(sheet)
    parts.text = "\n".join(sheet.lines).strip()
    parts.credits = "\n".join(filter(None, [parts.credits, *(sheet.kept[number] for number in sorted(sheet.kept))]))


def _take_head(sheet: _Sheet, with_title: bool) -> None:
    """Title, byline and date, which may have a standfirst between them; the title may stand below the others."""
    numbers = [number for number in range(min(len(sheet.lines), 4 * _HEAD)) if sheet.plain(number)][:_HEAD]
    contiguous = True
    for place, number in enumerate(numbers):
        above, below = sheet.plain(number - 1), sheet.plain(number + 1)
        allowed = contiguous or (not above and (not below or dated(below) is not None))
        if _take_byline(sheet, number, allowed):
            contiguous = True  # what stands right below a byline belongs to it
            continue
        if _take_date(sheet, number, allowed):
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
        following and not dated(following) and (following[0].islower() or (read and read[1] and not role(read[1])))
    )
    if read is None or wrapped:  # it is the beginning of a sentence
        return False
    names, tail = read
    _set(sheet.parts, "author", names)
    for piece in _BETWEEN.split(tail):
        if date := dated(piece):
            _set(sheet.parts, *date)
        elif (_PRESS.search(piece) or piece.startswith("The ")) and not _ROLE.search(piece.lower()):
            _set(sheet.parts, "outlet", re.sub(r"^(?:for|in)\s", "", piece, flags=re.IGNORECASE))
    sheet.take(number)
    sheet.headed, sheet.signed = True, number
    return True


def _set(parts: Parts, name: str, value: str, where: str = "byline") -> None:
    """Fills a field that is still empty."""
    if value and not getattr(parts, name):
        setattr(parts, name, value)
        parts.found[name] = where


def _take_date(sheet: _Sheet, number: int, allowed: bool) -> bool:
    """A date in words that nothing labels counts under a title or byline, or where a title could stand."""
    line = sheet.plain(number)
    date = dated(line) if allowed else None
    if date is None or not (
        sheet.headed or parse_published(line) or _LABELLED.fullmatch(line) or _on_top(sheet, number)
    ):
        return False
    _set(sheet.parts, *date, where="date line")
    sheet.take(number)
    return True


def dated(line: str, language: str = "") -> tuple[str, str] | None:
    """The field and the date of a labelled date or of a bare whole day. A bare year may be a title: not taken.

    `language`: what the page says it is written in; see `settled`.
    """
    match = _LABELLED.fullmatch(line)
    published = parse_written(settled(match["date"] if match else line, language))
    if not published or (match is None and len(published) < len("2014-08-22")):
        return None
    return "modified" if match and match["modified"] else "published", published


def credit_line(line: str) -> bool:
    """Whether the line is nothing but the credit of a picture, a right or a poster."""
    return len(line) <= _LONGEST_CREDIT and _take_credit(Parts(""), line)


def _on_top(sheet: _Sheet, number: int) -> bool:
    """Whether it is the first line, set apart from a longer text."""
    return not any(sheet.lines[:number]) and _is_title(sheet, number)


def _is_title(sheet: _Sheet, number: int) -> bool:
    """A short first line, set apart from a longer text, that does not end as a sentence does."""
    line, following = sheet.plain(number), sheet.plain(number + 1)
    set_apart = not following or byline(following) or dated(following)
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
        if line and (taken == _FOOT or not _take_credit(sheet.parts, line)):
            break
        if line:
            sheet.take(number)
            taken += 1


def _take_credit(parts: Parts, line: str) -> bool:
    if len(line) > _LONGEST_CREDIT:
        return False
    if _CREDIT.fullmatch(line):
        return True
    if read := byline(line):
        names, deed = read[0], "byline"
    else:
        bare = line[1:-1].rstrip(".") if line[0] + line[-1] in ("()", "[]") else line
        match = _DONE_BY.fullmatch(bare)
        if match is None or (match["tail"].endswith((".", "!", "?", "…", ",")) and bare == line):
            return False
        names, deed = authors(match["names"]), match["deed"].lower()
    if names and not parts.author and (deed == "byline" or deed in _AUTHORED):
        parts.author = names
        parts.found["author"] = "byline" if deed == "byline" else "credit line"
    return True
