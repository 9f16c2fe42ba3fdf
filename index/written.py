"""Dates as newspapers print them, in some twenty languages: "Sunday, 3 March 2024, 10.15 GMT", "3. März 2024",
"2024年3月3日 7時30分", "22:01, 4 February 2022".

Only the shape is read here: whether the day exists is for `index.dates` to say. A time of day is kept as it is printed.
Its zone is kept where it is a number or its name means one offset only: GMT and CEST do, IST does not. EST and its like
are those of North America where the date is written as it is there, "Mar. 3, 2023 at 4:10 PM EST"; elsewhere they may
be Australia's. BST is Britain's or Bangladesh's: only `settled` knows.
"""

import re
from typing import NamedTuple

from index.months import CROATIAN_TOO, DAY_FIRST, MONTHS, WEEKDAYS

_ZONES = {
    "cet": "+01:00", "mez": "+01:00", "cest": "+02:00", "mesz": "+02:00", "eet": "+02:00", "eest": "+03:00",
    "msk": "+03:00", "jst": "+09:00", "kst": "+09:00", "aest": "+10:00", "aedt": "+11:00", "sast": "+02:00",
}  # fmt: skip
_AMERICAN = {
    "est": "-05:00", "edt": "-04:00", "cst": "-06:00", "cdt": "-05:00", "mst": "-07:00", "mdt": "-06:00",
    "pst": "-08:00", "pdt": "-07:00",
}  # fmt: skip
NO_CLOCK = r"(?!\s*\d{1,2}[:.h]\d\d(?!\d|[.,]\s?\d{4}))"  # after what may stand between a day and its time
_WEEKDAY = rf"(?:(?:{'|'.join(WEEKDAYS)})(?:-feira)?\.?,?\s+|יום\s\S{{1,6}},?\s+)?"
_MONTH = r"(?P<month>[^\W\d_]{3,12})\.?"
_CLOCK = r"\d{1,2}(?:[:.h]\d\d(?::\d\d)?|h)"
_HALF = r"\s?[ap]\.?m\b\.?"
_ZONE = r"\s?(?P<zone>z|(?:gmt|utc)?[+-]\d\d:?\d\d|gmt|utc)|\s\(?(?P<name>[a-z]{2,5})\)?"
_AT = (
    r"(?:at|um|à|a\slas|alle(?:\sore)?|ore|às|om|в|о|o\sgodz\.?|godz\.?|kl\.?|klo|v|saat|ora|la|στις|pukul|на)\s|alle\s"
)
_FIRST = rf"(?:(?P<clock>{_CLOCK})(?P<early>{_HALF})?(?:\s(?:uhr|uur))?,?\s(?:on\s)?)?"
_REST = (
    rf"(?:(?:\s?[,|·•–—-]\s?|\s/\s|\s)(?:{_AT})?"
    rf"(?P<time>{_CLOCK}|\d{{1,2}}(?={_HALF}))(?P<half>{_HALF})?(?:\s?(?:uhr|h|uur|wib))?(?:{_ZONE})?"
    r"(?:\s\d{1,2}:\d\d\suk)?)?"
)
_WRITTEN = [
    re.compile(_FIRST + form + _REST)
    for form in (
        rf"{_WEEKDAY}(?:den\s|le\s|el\s|il\s)?(?P<day>\d{{1,2}})(?P<nth>st|nd|rd|th|er|\.|º|°)?"
        rf"(?:\s|\s(?:de|of)\s|-)(?:ב)?{_MONTH}(?:,?\s|\s(?:de|del)\s|-)(?P<year>\d{{4}})(?:\s?[гrр]\.?)?",
        rf"{_WEEKDAY}{_MONTH}\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<year>\d{{4}})",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})\.\s?(?P<number>\d{{1,2}})\.\s?(?P<year>\d{{4}})",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})/(?P<number>\d{{1,2}})/(?P<year>\d{{4}})",
        rf"(?P<year>\d{{4}})\.\s?{_MONTH}\s(?P<day>\d{{1,2}})\.?",
    )
] + [
    re.compile(
        r"(?P<year>\d{4})[年년]\s?(?P<number>\d{1,2})[月월]\s?(?P<day>\d{1,2})[日일](?:\s?[（(].[)）])?"
        r"(?:\s?(?P<noon>午前|午後|上午|下午|오전|오후)?\s?(?P<time>\d{1,2}(?:[時时点시](?:\s?\d{1,2}[分분]?)?|:\d\d(?::\d\d)?)))?"
    )
]
_MONTH_ALONE = re.compile(rf"{_MONTH}\s(?:de\s)?(?P<year>\d{{4}})")
_NUMBERS = re.compile(r"(?<![\d/])(\d{1,2})/(0?[1-9]|1[0-2])/(\d{4})(?![\d/])")
_BRITISH = re.compile(r"(?<=[\dmM.])\s?BST\b")


class Written(NamedTuple):
    """A day or a month in ISO's spelling, which may not exist, and the time of day, its zone only where sure."""

    day: str
    time: str = ""


def read(text: str) -> Written | None:
    """The date that the whole text is, or None.

    "03/04/2024" is read only where both orders mean the same day, or where one of them means none.
    """
    text = " ".join(text.replace("\u200f", "").replace("\u200e", "").casefold().split())
    match = next((found for form in _WRITTEN if (found := form.fullmatch(text))), None)
    if match is None:
        alone = _MONTH_ALONE.fullmatch(text)
        month = MONTHS.get(alone["month"], 0) if alone else 0
        return Written(f"{alone['year']}-{month:02}") if alone and month else None
    groups = match.groupdict()
    number, day = int(groups.get("number") or 0), int(match["day"])
    if match["day"] + "/" in text and number != day:  # which is the month? only a number above 12 says
        if not min(number, day) <= 12 < max(number, day):
            return None
        number, day = sorted((number, day))
    name = groups.get("month") or ""
    month = number or MONTHS.get(name, 0)
    if not month or (name in CROATIAN_TOO and groups.get("nth") == "."):
        return None
    american = bool(name) and match.start("month") < match.start("day") and match.start("day") < match.start("year")
    return Written(f"{match['year']}-{month:02}-{day:02}", _time(groups, american))


def settled(text: str, language: str) -> str:
    """A date whose page says its `language`, such as "pt-BR" or "en-GB", with what only that settles spelled out.

    The order of "03/04/2024" is settled where that language writes the day first in every country: neither English nor
    Spanish does, and of French not Canada's. BST is Britain's where the language is British.
    """
    tongue, _, country = language.casefold().replace("_", "-").partition("-")
    if country == "gb":
        text = _BRITISH.sub("+01:00", text)
    if tongue not in DAY_FIRST or (tongue, country) == ("fr", "ca"):
        return text
    return _NUMBERS.sub(r"\1.\2.\3", text)


def _time(groups: dict[str, str | None], american: bool) -> str:
    """The time of day with its zone; "" where it is none, such as 16:10 PM."""
    raw = groups.get("time") or groups.get("clock")
    if not raw:
        return ""
    hour, *rest = re.findall(r"\d+", raw)
    half = groups.get("half") or groups.get("early") or groups.get("noon") or ""
    late = "p" in half or half in ("午後", "下午", "오후")
    number = int(hour)
    if half and number > 12 and not groups.get("noon"):
        return ""
    if half and number <= 12:
        number = number % 12 + 12 * late
    name = groups.get("name") or ""
    zone = (groups.get("zone") or "").upper()
    offset = (zone.removeprefix("GMT").removeprefix("UTC") or "Z") if zone else _ZONES.get(name, "")
    if half and american:
        offset = offset or _AMERICAN.get(name, "")
    return f"{number:02}:{':'.join(part.rjust(2, '0') for part in rest) or '00'}{offset}"
