"""The lines around an article that are not of it: title, byline and date above, credits below.

For plain text and Markdown. Every rule asks whether the line could be prose, and leaves it in the text if it could.
Knows nothing of files.
"""

import re
from dataclasses import dataclass, field

from index.dates import parse_published, parse_written
from index.read.found import Parts, people

_HEAD = 6  # lines that are looked at above the article
_FOOT = 12  # and below it
_LONGEST_BYLINE, _LONGEST_CREDIT, _LONGEST_TITLE = 80, 160, 120

_PARTICLE = r"(?:de|del|della|der|den|di|da|dos|du|la|le|van|von|ter|ten|zu|bin|ibn|al|el|y)"
_WORD = r"(?:[^\W\d_a-zß-öø-ÿ][\w\u2019'.-]*)"
_NAME = rf"{_WORD}(?:\s(?:{_PARTICLE}\s){{0,2}}{_WORD}){{1,3}}"
_NAMES = rf"(?P<names>{_NAME}(?:(?:,\s{_NAME})*,?\s(?:and|AND|&)\s{_NAME})?)"
_BYLINE = re.compile(
    rf"(?:(?i:written|posted|words|reported|story)\s)?(?:by|By|BY):?\s{_NAMES}"
    rf"(?:(?:\s?[,|\u2013\u2014\u00b7]\s?|\s(?=(?:in|for)\s(?:The\s)?{_WORD}(?:\s{_WORD}){{0,2}}$))(?P<tail>\S.*))?"
)
_JOINED = re.compile(r",?\s(?:and|AND|&)\s|,\s")
_BY = re.compile(r"(?:\w+\s)?by\b", re.IGNORECASE)
_NO_NAME = re.compile(
    r"\b(?:the|a|an|all|this|that|these|then|now|our|your|his|her|its|their|in|on|at|of|to|for|mon|tues|wednes|thurs|fri"
    r"|satur|sun)(?:day)?s?\b|\b(?:morning|noon|evening|night|midnight|day|week|month|year|years|season|popular|royal"
    r"|demand|appointment|numbers|design|default|contrast|comparison|law|prime|minister|president)\b",
    re.IGNORECASE,
)
_PRESS = re.compile(
    r"\b(?:news|newspapers?|times|post|herald|ledger|gazette|press|daily|weekly|tribune|journal|review|chronicle|courier"
    r"|observer|standard|examiner|dispatch|telegraph|bulletin|magazine|wire)\b",
    re.IGNORECASE,
)
_ROLE = re.compile(r"\b(?:writer|reporter|correspondent|editor|staff|contributor|columnist|analyst|bureau|in|from)s?\b")
_LABELLED = re.compile(
    r"(?:(?P<modified>(?:last\s)?(?:updated|modified|edited)|(?:zuletzt\s)?aktualisiert|stand|mis(?:e)?\sà\sjour|modifié"
    r"|a(?:c)?tualizad[oa]|bijgewerkt|gewijzigd|aggiornato|обновлено|آخر\sتحديث|עודכן|更新日?)|(?:first\s)?(?:published|posted)|publication\sdate|date|gepubliceerd|geplaatst|veröffentlicht|erschienen|publié"
    r"|paru|publicad[oa]|pubblicato|fecha|datum|опубликовано|公開日|発表日|发布(?:时间|于)|(?:تم\sال)?ن[ُ]?شر|פורסם)(?:\s(?:on|am|le|el|il|a|em|den|op|في|ב))?\s?[:：]?\s?(?P<date>\S.*)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*[|·•]\s*|\s+[\u2013\u2014-]\s+|(?<=[^\W\d]),\s+(?=\d)")
_PICTURE = r"(?:(?:cover|header|lead|top|feature[d]?)\s)?(?:photo(?:graph)?|image|picture|illustration|graphic|video)s?"
_CREDIT = re.compile(
    rf"{_PICTURE}\s(?:credits?|courtesy(?:\sof)?)(?:\s(?:the\s)?(?-i:[^\sa-z])|:).+|{_PICTURE}\s?:\s.+|(?:credits?|photo\sby):\s?.+"
    r"|(?:©|\(c\)|copyright\s(?:©|\(c\)|\d{4})).*|all\srights\sreserved\.?",
    re.IGNORECASE,
)
_DONE_BY = re.compile(
    rf"(?P<deed>(?i:{_PICTURE}|posted|written|reported|edited|compiled|translated|(?:additional\s)?reporting|editing"
    rf"|writing))(?i:\sby):?\s{_NAMES}(?P<tail>.*)"
)
_AUTHORED = ("posted", "written", "reported")


@dataclass(slots=True)
class _Sheet:
    """The lines of a text, and what was taken from them. `plain` is a line without Markdown's emphasis."""

    lines: list[str]
    parts: Parts
    headed: bool = False
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


def byline(line: str) -> tuple[str, str] | None:
    """The authors and what follows them, of a line such as "By Ellen Huber, The Harbour Ledger"; None for prose."""
    match = _BYLINE.fullmatch(line) if len(line) <= _LONGEST_BYLINE else None
    if match is None or _NO_NAME.search(match["names"]) or not _capital(match["names"]):
        return None
    tail = match["tail"] or ""
    if re.search(r"[.!?…:;,]$", line) and not re.search(r"\b(?:Jr|Sr|\w)\.$", match["names"] + tail):
        return None
    return people(_JOINED.split(match["names"])), tail


def _capital(names: str) -> bool:
    """Whether every word but the particles has a capital: what the pattern cannot ask of every alphabet."""
    words = re.findall(r"[^\W\d_][\w\u2019'.-]*", names)
    return all(word[0].isupper() or re.fullmatch(rf"{_PARTICLE}|and", word) for word in words)


def _take_head(sheet: _Sheet, with_title: bool) -> None:
    """Title, byline and date, which may have a standfirst between them."""
    numbers = [number for number in range(min(len(sheet.lines), 4 * _HEAD)) if sheet.plain(number)][:_HEAD]
    contiguous = True
    for place, number in enumerate(numbers):
        above, below = sheet.plain(number - 1), sheet.plain(number + 1)
        alone = not above and (not below or dated(below) is not None)
        if _take_byline(sheet, number, contiguous or alone) or _take_date(sheet, number, contiguous or alone):
            continue
        if place == 0 and with_title and _is_title(sheet, number):
            if not sheet.parts.title:
                sheet.parts.title = sheet.plain(number)
                sheet.parts.found["title"] = "first line"
                sheet.take(number, credit=False)
                sheet.headed = True
            continue
        contiguous = False


def _take_byline(sheet: _Sheet, number: int, allowed: bool) -> bool:
    read = byline(sheet.plain(number)) if allowed else None
    following = sheet.plain(number + 1)
    wrapped = following and not dated(following) and (following[0].islower() or (read and read[1]))
    if read is None or wrapped:  # it is the beginning of a sentence
        return False
    authors, tail = read
    _set(sheet.parts, "author", authors)
    for piece in _BETWEEN.split(tail):
        if date := dated(piece):
            _set(sheet.parts, *date)
        elif (_PRESS.search(piece) or piece.startswith("The ")) and not _ROLE.search(piece.lower()):
            _set(sheet.parts, "outlet", piece.removeprefix("for "))
    sheet.take(number)
    sheet.headed = True
    return True


def _set(parts: Parts, name: str, value: str, where: str = "byline") -> None:
    """Fills a field that is still empty."""
    if not getattr(parts, name):
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


def dated(line: str) -> tuple[str, str] | None:
    """The field and the date of a labelled date or of a bare whole day. A bare year may be a title: not taken."""
    match = _LABELLED.fullmatch(line)
    published = parse_written(match["date"] if match else line)
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
        names, deed = people(_JOINED.split(match["names"])), match["deed"].lower()
    if not parts.author and (deed == "byline" or deed in _AUTHORED):
        parts.author = names
        parts.found["author"] = "byline" if deed == "byline" else "credit line"
    return True
