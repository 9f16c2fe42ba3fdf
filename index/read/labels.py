"""The words that pages put before a date, as patterns, in the languages whose months are read; a line that is one."""

import re

from index.dates import parse_written
from index.written import settled

MODIFIED = (
    r"(?:last\s)?(?:updated|modified|edited)|(?:zuletzt\s)?aktualisiert|stand|(?:dernière\s)?mise?\sà\sjour|modifié"
    r"|(?:última\s)?a(?:c)?tuali[zs](?:ad[oa]|aci[óo]n|ação)|(?:laatst\s)?(?:bijgewerkt|gewijzigd)"
    r"|(?:ultimo\s)?aggiorna(?:to|mento)|обновлено|آخر\sتحديث|עודכן|更新(?:日時?|时间|于)?|最終更新"
    r"|(?:ostatnia\s)?aktualizacja|zaktualizowano|(?:son\s)?güncelle(?:me|ndi)(?:\starihi)?|aktualizováno"
    r"|(?:(?:sidst|senest)\s)?opdateret|(?:senast\s)?uppdatera[dt]|(?:sist\s)?oppdatert|päivitetty|оновлено"
    r"|frissítve|módosítva|(?:ultima\s)?actualiza(?:t|re)|(?:τελευταία\s)?ενημέρωση|ενημερώθηκε"
    r"|diperbarui|pembaruan"
)
PUBLISHED = (
    r"(?:first\s)?(?:published|posted)|publication\sdate|date|gepubliceerd|geplaatst|veröffentlicht|erschienen|publié"
    r"|paru|publicad[oa]|pubblicato|fecha|datum|опубликовано|公開日|発表日|发布(?:时间|于)|(?:تم\sال)?ن[ُ]?شر|פורסם"
    r"|data(?:\s(?:publikacji|publicării|de\spublicação|di\spubblicazione))?|opublikowan[oey]|dodano"
    r"|yayı[nm]lan(?:ma(?:\starihi)?|dı)|yayın\starihi|oluştur(?:ul)?ma(?:\starihi)?|giriş(?:\starihi)?|eklenme(?:\starihi)?"
    r"|publikováno|zveřejněno|vydáno|publiceret|udgivet|offentliggjort|publicera[dt]|publisert|julkaistu"
    r"|опубліковано|дата\sпублікації|дата\sпубликации|közzétéve|megjelent|publicat|δημοσίευση|δημοσιεύ[τθ]ηκε"
    r"|diterbitkan|terbit|dipublikasikan|tayang"
)
BEFORE_DATE = "on|am|le|el|il|a|à|em|den|op|dnia|la|pada|på|в|في|ב"
BEFORE_LABEL = (
    r"\s(?=(?:来源|來源|稿源|记者|記者|作者|编辑|編輯|责任编辑|責任編輯)\s?[:：])"  # of a line that has several
)
_LABELLED = re.compile(
    rf"(?:(?P<modified>{MODIFIED})|{PUBLISHED})(?:\s(?:{BEFORE_DATE}))?\s?[:：]?\s?(?P<date>\S.*)", re.IGNORECASE
)


def labelled(line: str) -> bool:
    """Whether the line is a label and something behind it."""
    return _LABELLED.fullmatch(line) is not None


def dated(line: str, language: str = "") -> tuple[str, str] | None:
    """The field and the date of a labelled date or of a bare whole day. A bare year may be a title: not taken.

    `language`: what the page says it is written in; see `settled`.
    """
    match = _LABELLED.fullmatch(line)
    published = parse_written(settled(match["date"] if match else line, language))
    if not published or (match is None and len(published) < len("2014-08-22")):
        return None
    return "modified" if match and match["modified"] else "published", published
