"""Dates as newspapers print them, in ten languages: "Sunday, 3 March 2024, 10.15 GMT", "3. März 2024", "2024年3月3日".

Only the shape is read here: whether the day exists is for `index.dates` to say.
"""

import re
from typing import NamedTuple

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari января يناير ינואר",
            "february feb februar feber février fevrier févr fév febrero febbraio fevereiro fev februari февраля"
            " فبراير פברואר",
            "march mar märz maerz mär mars marzo março maart mrt марта مارس מרץ",
            "april apr avril avr abril abr aprile апреля أبريل ابريل אפריל",
            "may mai mayo maggio mag maio mei мая مايو מאי",
            "june jun juni juin junio giugno giu junho июня يونيو יוני",
            "july jul juli juillet juil julio luglio lug julho июля يوليو יולי",
            "august aug août aout agosto ago augustus augusti августа أغسطس אוגוסט",
            "september sep sept septembre septiembre settembre set setembro сентября سبتمبر ספטמבר",
            "october oct oktober okt octobre octubre ottobre ott outubro out октября أكتوبر اكتوبر אוקטובר",
            "november nov novembre noviembre novembro ноября نوفمبر נובמבר",
            "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro desember декабря"
            " ديسمبر דצמבר",
        ),
        1,
    )
    for name in names.split()
}
_WEEKDAYS = (
    "monday mon tuesday tues tue wednesday wed thursday thurs thur thu friday fri saturday sat sunday sun"
    " montag mo dienstag di mittwoch mi donnerstag do freitag fr samstag sonnabend sa sonntag so"
    " lundi lun mardi mar mercredi mer jeudi jeu vendredi ven samedi sam dimanche dim"
    " lunes martes miércoles mié jueves jue viernes vie sábado sáb domingo dom"
    " lunedì martedì mercoledì giovedì venerdì sabato domenica segunda terça quarta quinta sexta"
    " maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
    " понедельник вторник среда четверг пятница суббота воскресенье"
    " الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت"
)
_WEEKDAY = rf"(?:(?:{_WEEKDAYS.replace(' ', '|')})(?:-feira)?\.?,?\s+|יום\s\S{{1,6}},?\s+)?"
_MONTH = r"(?P<month>[^\W\d_]{3,12})\.?"
_REST = (
    r"(?:(?:\s?[,|·•–—-]\s?|\s)(?:at\s|um\s|à\s|a\slas\s|alle\s|ore\s|às\s|om\s|в\s)?"
    r"(?P<time>\d{1,2}[:.h]\d\d(?::\d\d)?)(?P<half>\s?[ap]\.?m\.?)?(?:\s?(?:uhr|h))?"
    r"(?:\s?(?P<zone>z|(?:gmt|utc)?[+-]\d\d:?\d\d|gmt|utc)|\s\(?[a-z]{2,5}\)?)?)?"
)
_WRITTEN = [
    re.compile(form + _REST)
    for form in (
        rf"{_WEEKDAY}(?:den\s|le\s|el\s|il\s)?(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.|º|°)?"
        rf"(?:\s|\s(?:de|of)\s|-)(?:ב)?{_MONTH}(?:,?\s|\s(?:de|del)\s|-)(?P<year>\d{{4}})(?:\sг\.?)?",
        rf"{_WEEKDAY}{_MONTH}\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<year>\d{{4}})",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})\.\s?(?P<number>\d{{1,2}})\.\s?(?P<year>\d{{4}})",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})/(?P<number>\d{{1,2}})/(?P<year>\d{{4}})",
        r"(?P<year>\d{4})[年년]\s?(?P<number>\d{1,2})[月월]\s?(?P<day>\d{1,2})[日일](?:\s?[（(].[)）])?"
        r"(?:\s?(?:午前|午後|上午|下午|오전|오후)?\s?\d{1,2}[時时点시]\s?\d{1,2}[分분]?)?",
    )
]
_MONTH_ALONE = re.compile(rf"{_MONTH}\s(?:de\s)?(?P<year>\d{{4}})")


class Written(NamedTuple):
    """A day or a month in ISO's spelling, which may not exist; a time of day only with the offset it stands with."""

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
        month = _MONTHS.get(alone["month"], 0) if alone else 0
        return Written(f"{alone['year']}-{month:02}") if alone and month else None
    groups = match.groupdict()
    number, day = int(groups.get("number") or 0), int(match["day"])
    if match["day"] + "/" in text and number != day:  # which is the month? only a number above 12 says
        if not min(number, day) <= 12 < max(number, day):
            return None
        number, day = sorted((number, day))
    month = number or _MONTHS.get(groups.get("month") or "", 0)
    time, zone = match["time"], (match["zone"] or "").upper()
    if not time or not zone or match["half"]:
        time = ""
    else:
        time = time.replace(".", ":").replace("h", ":").rjust(5, "0") + (
            zone.removeprefix("GMT").removeprefix("UTC") or "Z"
        )
    return Written(f"{match['year']}-{month:02}-{day:02}", time) if month else None
