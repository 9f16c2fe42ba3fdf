"""The first and last lines of a page's text that are not of the article, and whether what is left is one.

Every rule asks for a short line that is nothing else. Knows nothing of HTML.
"""

import re
from itertools import pairwise

from index.dates import parse_written
from index.normalise import fold
from index.read.found import Parts
from index.read.labels import MODIFIED, dated
from index.read.names import labelled, with_role
from index.written import NO_CLOCK

_SENTENCE_END = re.compile(r"[.!?…][\"'\u201d\u2019\u00bb)]*(?:\s|$)")
_UNSPACED = re.compile(r"[^\x00-\u024f]{15}[\u3002\uff01\uff1f\uff0e\u0964\u061f]")
_FEWEST_WORDS = 6
_HEAD, _FOOT, _LONGEST, _LONGEST_SIGN, _LONGEST_CAPTION, _ABOVE_TITLE = 8, 4, 140, 200, 30, 6
_READING = re.compile(
    r"(?:(?:temps\sde\slecture|lesezeit|lesedauer|tiempo\sde\slectura|tempo\sd[ei]\s(?:lettura|leitura)|leestijd|lästid"
    r"|czas\sczytania|read(?:ing)?\stime|время\sчтения)\s?[:：]?\s?)?(?:ca\.?\s)?\d{1,3}[\s-]?(?:min(?:ut[eoi]?[sn]?|s)?|мин)\.?"
    r"(?:\sread|\sde\slecture|\slesezeit|\sde\slectura|\sdi\slettura|\sde\sleitura)?",
    re.IGNORECASE,
)
_APART = re.compile(
    rf"\s*[|·•]{NO_CLOCK}\s*|\s+[\u2013\u2014-]{NO_CLOCK}\s+|(?:[,;]|\s-)?\s+(?=(?:{MODIFIED})\b.*\d)",
    re.I,
)
_BY = re.compile(r"\b(?:by|von|par|por|di|door)\s*$", re.I)
_HOST = re.compile(r"(?:https?://)?(?:www\.)?[\w-]+(?:\.[\w-]+)+(?:/\S*)?")
_INITIALS = re.compile(r"\(?[a-z]{2,4}(?:\s?[/,-]\s?[a-z]{2,4}){0,4}\)?|\([A-Z]{2,4}(?:/[a-zA-Z]{2,4})*\)|#{2,5}|-30-")
_SOURCE = re.compile(
    r"(?:sources?|quellen?|fuentes?|fontes?|fonti|bron|источник|المصدر|מקור|来源|來源|出典)\s*[:：]\s*\S.*|our\sstandards\s*:.*"
    r"|(?:a\sversion\sof\sthis\s(?:article|story)|this\s(?:article|story|piece)\s(?:first\s|originally\s)(?:appeared|ran|was\spublished)).*",
    re.IGNORECASE,
)
_REACH = re.compile(
    r"\breach\s(?:her|him|them)\b|\bfollow\s(?:her|him|them)\b|\S+@\S+\.\w+|\b(?:is|covers|writes)\s(?:an?\s|the\s|about\s)",
    re.I,
)
_NO_ARTICLE = re.compile(
    r"\b(?:404|page\s(?:was\s|is\s|could\s)?not\s(?:be\s)?found|(?:could\snot|cannot|can.t|couldn.t)\s(?:be\s)?(?:find|found)|no\slonger\s(?:exists?|available)"
    r"|(?:moved|removed)\sor\s(?:deleted|renamed|removed)|been\s(?:moved|removed|deleted)|looking\sfor|(?:enable|turn\son|activate)\s(?:javascript|cookies)"
    r"|javascript\s(?:is|must|and|seems)|checking\syour\sbrowser|verif\w+\s(?:that\s)?you\sare|(?:are\syou|not)\sa\srobot|unusual\s(?:traffic|activity)|captcha|ray\sid"
    r"|access\sdenied|(?:log|sign)\s?in\b|logged\sin|forg[oe]t(?:ten)?\s(?:your\s)?password|create\san\saccount|home\s?page|try\s(?:the\s|our\s)?(?:search|again)|don.t\shave\san\saccount"
    r"|you\shave\sbeen\sblocked|security\s(?:service|solution)|protect\sitself|us(?:e|es)\scookies|(?:accept|reject)\sall|permission\sto\saccess"
    r"|session\shas\sexpired|internal\sserver\serror|temporarily\sunavailable|security\scheck|your\sbrowser"
    r"|seite\s(?:wurde\s)?(?:konnte\s)?nicht\sgefunden|passwort\svergessen|page\s(?:est\s)?introuvable|mot\sde\spasse|página\sno\s(?:encontrada|existe)|contraseña|página\snão)",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"(?:(?:error\s)?404(?:\s*[-–:|.]?\s*(?:error|not\sfound|page\snot\sfound))?|(?:sorry,?\s)?(?:the\s)?page\s(?:was\s)?not\sfound|not\sfound|(?:log|sign)\s?in|log\son|register|subscribe"
    r"|just\sa\smoment|checking\syour\sbrowser.*|attention\srequired!?|access\sdenied|are\syou\sa\srobot\??|forbidden|error|anmelden|connexion"
    r"|seite\snicht\sgefunden|page\sintrouvable|página\sno\sencontrada|iniciar\ssesión)[\s.!…]*",
    re.IGNORECASE,
)
_SHORT, _SHORT_ERROR, _MOST_TEASERS = 400, 1_500, 0.6
_CUT = re.compile(r"(?:…|\.\.\.|\[(?:…|\.\.\.)\])$")


def is_prose(line: str) -> bool:
    """Whether a sentence stands there: menus and forms have none."""
    spaced = len(line.split(None, _FEWEST_WORDS)) >= _FEWEST_WORDS and _SENTENCE_END.search(line)
    return bool(spaced or _UNSPACED.search(line))


def is_article(lines: list[str], title: str) -> bool:
    """Whether the lines are of an article and not of a form, an error, a check of the browser or a list of teasers."""
    told = [line for line in lines if is_prose(line)]
    size = sum(map(len, lines))
    if size < _SHORT:  # every sentence has to be of a page that is none
        sentences = [one for line in lines for one in re.split(r"(?<=[.!?…])\s+", line)]
        told = [one for one in sentences if is_prose(one) and not _NO_ARTICLE.search(one)]
    if size < _SHORT_ERROR and any(_ERROR.fullmatch(piece) for piece in re.split(r"\s+[|–—-]\s+", title.strip())):
        return False
    cut = [line for line in lines if _CUT.search(line)]
    return bool(told) and not (len(cut) > 2 and sum(map(len, cut)) > _MOST_TEASERS * size)


def trim(lines: list[str], parts: Parts, language: str = "") -> tuple[list[str], list[str]]:
    """The lines of the article itself, and those that credit somebody for it. A date on top may be its date."""
    credits: list[str] = []
    kept = _without_pairs(lines[_title_at(lines, parts.title) :], parts)
    on_top = True
    head = kept[:_HEAD]
    for place, line in enumerate(head):
        if len(line) > _LONGEST and is_prose(line):
            break
        if len(line) > _LONGEST or not _of_head(line, parts, language):
            on_top = False
            continue
        kept.remove(line)
        if on_top or any(
            _names(parts, one) for one in (*head[max(0, place - 1) : place], *head[place + 1 : place + 2])
        ):
            _set_dates(line, parts, language)
        if _names(parts, line):
            credits.append(line)
    while len(kept) > 1 and len(credits) < _HEAD + _FOOT and _signs(kept[-1], parts.author):
        credits.append(kept.pop())
    return kept, credits


def _names(parts: Parts, line: str) -> bool:
    """Whether an author stands in a line that is no prose."""
    return len(line) <= _LONGEST and any(name and name in line for name in parts.author.split(", "))


def _without_pairs(lines: list[str], parts: Parts) -> list[str]:
    """Without the list of captions above a press release: "Published", and on the next line the date."""
    dropped: set[int] = set()
    for place, (raw, following) in enumerate(pairwise(lines[:_HEAD])):
        caption, value = (one.removeprefix("- ") for one in (raw, following))
        captioned = raw.startswith("- ") and len(caption) <= _LONGEST_CAPTION
        told = captioned and (dated(f"{caption.rstrip(':')}: {value}") or fold(value) == fold(parts.outlet))
        if told and place not in dropped:
            dropped |= {place, place + 1}
    return [line for place, line in enumerate(lines) if place not in dropped]


def _set_dates(line: str, parts: Parts, language: str) -> None:
    for piece in [line, *_APART.split(line)]:
        date = dated(piece, language)
        if date and not getattr(parts, date[0]):
            setattr(parts, *date)
            parts.found[date[0]] = "date line"


def _title_at(lines: list[str], title: str) -> int:
    """Where the text goes on after a title that is repeated on top, below its section's name or a short menu."""
    for number, line in enumerate(lines[:_ABOVE_TITLE] if title else []):
        whole, headline = fold(line), fold(title)
        if whole == headline or (whole.endswith(" " + headline) and len(whole) - len(headline) <= 40):
            return number + 1
        if len(line.split()) > 5 or is_prose(line):
            return 0
    return 0


def _of_head(line: str, parts: Parts, language: str) -> bool:
    """A byline, a date, a masthead, the title again or how long it takes to read."""
    bare = fold(line)
    if (
        bare in (fold(parts.title), fold(parts.outlet))
        or _READING.fullmatch(line)
        or _HOST.fullmatch(line)
        or _is_dates(line, language)
    ):
        return True
    written = [name for name in parts.author.split(", ") if name]
    role = with_role(line)
    people = [role] if role else [name for name in labelled(line)[0] if fold(name) != fold(parts.outlet)]
    if not written or (people and set(people) <= set(written)):
        return bool(written)
    rest = line
    for name in written:
        rest = rest.replace(name, "")
    few = len(re.findall(r"\w+", rest)) <= 2 and not line.endswith((".", "!", "?"))
    return rest != line and (few or _is_dates(_BY.sub("", rest).strip(" |,·•–—-"), language))


def _is_dates(line: str, language: str) -> bool:
    """Whether there is nothing but dates, labelled or bare."""
    pieces = list(filter(None, _APART.split(line)))
    return bool(pieces) and all(dated(piece, language) or parse_written(piece) for piece in pieces)


def _signs(line: str, author: str) -> bool:
    """Initials, a source, the author within parentheses, or who the author is."""
    if len(line) > _LONGEST_SIGN:
        return False
    named = any(name and fold(line).startswith(fold(name)) for name in author.split(", "))
    signed = line[0] in "（(" and any(name and fold(line[1:-1]).endswith(fold(name)) for name in author.split(", "))
    return bool(signed or _INITIALS.fullmatch(line) or _SOURCE.fullmatch(line) or (named and _REACH.search(line)))
