"""Names of authors out of what pages put into their author fields: names only, no role, handle, address or outlet.

Knows nothing of HTML.
"""

import re
from collections.abc import Iterable
from html import unescape

from index.normalise import fold, single_line
from index.read.labels import MODIFIED, PUBLISHED

_TAG = re.compile(r"<[^<>]{0,300}>")
_NO_NAME = re.compile(r"\S+@\S+|@\w+|https?:\S*|www\.\S+|\([^()]{0,80}\)|\[[^\[\]]{0,80}\]")
_LABEL = re.compile(
    r"(?:(?:written|posted|submitted|words|text|story|reported|published|reporting|interview|guest\s(?:post|column|essay)|geschrieben"
    r"|veröffentlicht|écrit|publié|escrito|publicado|scritto)\s)?(?:by|von|par|por|door|di|av|af|oleh)\b:?\s*"
    r"|(?:texto?|texte|testo)\s(?:[ey]\sfotos?\s)?d[ei]\b:?\s*|(?:authors?|autor(?:en|in|es|a|ka)?|auteurs?|autore|autrice|texte?|texto"
    r"|testo|words|story|haber|muhabir|yazan|yazar|tekst|teksti|szerző|penulis|reporter|автор|текст|作者|记者|記者"
    r"|取材・文|文|撰文|執筆|بقلم|كتب(?:ت)?|تحرير|מאת)\s*[:：／/・]\s*|(?:بقلم|كتب(?:ت)?|מאת|記者|记者|作者)\s+",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"(?:(?:onze?|our|unsere[mnr]?|notre|nos|nuestr[oa]s?|vår|vores|nossa?|il\snostro|la\snostra)\s(?:[^\W\d_A-Z][\w-]*\s|(?:Korrespondent|Reporter|Redakteur)\w*\s){1,2})"
    r"(?=[A-ZÀ-Þ])"
)
_BETWEEN = re.compile(r"[\n|;•·]|\s/\s|\s[\u2013\u2014-]\s|[、，،]")
_AND = re.compile(
    r",?\s(?:and|with|und|&|avec|и|و|ו)\s|,\s(?:mit|con|com|met|med)\s|(?<=\w\s)(?:et|e|y)\s(?=\S+\s\S)|\s&\s|,\s?(?:and|und|et|y|e)\s",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:writers?|reporters?|correspondents?|editors?|staff|contributors?|columnists?|analysts?|bureau|desk|team|"
    r"newsroom|redaktion|redakteur(?:in)?|korrespondent(?:in)?|rédaction|rédacteur|rédactrice|journaliste?|redacción|"
    r"redactora?|redazione|corresponsal|correspondante?|inviat[oa]|agenc(?:y|ies|ia|e)|agentur|admin(?:istrator)?|"
    r"webmaster|producers?|photographers?|unknown|anonymous|guest|n/a|none|null|undefined|editorial|associated press|"
    r"редакция|корреспондент|редактор|журналист|编辑部?|編集部|編集委員|通信員|本报|مراسل|محرر|המערכת|כתבנו|share|follow|"
    r"comments?|min(?:ute)?s? read|"
    r"news|newspaper|ltd|inc|gmbh|media|online)\b|编辑|編集|新闻|新聞|通讯社|通信社",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"\s*(?:記者|记者|編集委員|特派员|特派員|通讯员)$")
_JUNIOR = re.compile(r"(?:jr|sr|ii|iii|ph\.?d|md|dr)\.?", re.IGNORECASE)
_PLACE = re.compile(r"\s(?:in|at|for|from|on|aus|à|For|FOR|From|FROM|IN|AT)\s.*$")
_PICTURED = re.compile(
    r"(?:[,/]\s?)?\b(?:(?:photos?|fotos?|photograph(?:s|y|er)?|pictures?|bild(?:er)?|im[aá]gen(?:es)?|images?|illustrations?|vídeos?|videos?"
    r"|fotograf[íi]a|foto[eg]r[ai]f[eai]*)\b|фото|写真|図|צילום|תצלום|تصوير)"
    r"(?:\s*[:：／]\s*|\s(?:by|von|de|di|par|por|credit|courtesy)\b\s*|$)",
    re.IGNORECASE,
)
_REGION = re.compile(
    r"(?:(?:the|(?:north|south|east|west|mid)(?:ern|lands?)?|central|coast|region|wales)[\s-]*)+", re.IGNORECASE
)
_MARKS = ' ,;:|-–—·•*_"“”'
_PARTICLES = frozenset(
    "de del della der den di da dos du la le van von zu zum ter ten bin ibn al el y af av и d'".split()
)
_STAFF = re.compile(
    r"\b(?:staff|desk|team|newsroom|redaktion|rédaction|redacción|redazione|redação|redactie|editors?|editorial|admin(?:istrator)?|webmaster"
    r"|reporters?|correspondents?|unknown|anonymous|guest|none|null|undefined)\b|редакция|编辑|編集|המערכת",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\b(?:writer|reporter|correspondent|editor|columnist|journalist|critic|photographer|korrespondent(?:in)?|redakteur(?:in)?|reporterin"
    r"|journaliste|correspondante?|redactora?|corresponsal|giornalista|inviat[oa]|jornalista|repórter|корреспондент)\b",
    re.IGNORECASE,
)
_ROLE_AFTER = re.compile(r"\s*[|,·•]\s*|\s+[\u2013\u2014]\s+")
_AFTER = re.compile(
    rf"\s*[|·•]\s*|\s+[\u2013\u2014]\s+|,?\s+(?=(?i:{PUBLISHED}|{MODIFIED})\b[^|]{{0,12}}\d)"
    r"|(?:,?\s(?:at|on|um|am|à|le|kl\.?|om|op))?,?\s+(?=\d)"
)
_LONGEST = 60
_LONGEST_ROLE = 90
_MOST = 12


def names(raw: str, outlets: Iterable[str] = (), trusted: bool = False) -> list[str]:
    """The people in `raw`. A trusted field names a person in any spelling; elsewhere a name must look like one."""
    text = unescape(_TAG.sub(" ", unescape(raw[:2_000])))
    barred = {fold(outlet) for outlet in outlets if outlet}
    barred |= {outlet.removeprefix("the ") for outlet in barred}
    found: list[str] = []
    pictured = False
    for line in filter(None, map(single_line, _BETWEEN.split(text))):
        picture = _PICTURED.search(line)
        words = "" if pictured else line[: picture.start()].rstrip(". ") if picture else line
        pictured = picture is not None and picture.end() == len(line)  # whose name stands next
        label = _LABEL.match(words)
        bare = _OURS.sub("", words[label.end() :], count=1) if label else words
        for place, part in enumerate(_split(_NO_NAME.sub(" ", bare))):
            name = _SUFFIX.sub("", _PLACE.sub("", single_line(part).strip(_MARKS)))
            if name and place == 0 and not trusted and (fold(name) in barred or _ROLE.search(name)):
                break  # "The Ledger, North Coast": a desk and where it sits
            if name and fold(name) not in barred and _is_name(name, trusted) and name not in found:
                found.append(name)
    return found[:_MOST]


def organisation(raw: str, outlets: Iterable[str]) -> str:
    """The name of an organisation that wrote an article; "" for the publisher itself and for its staff."""
    name = single_line(unescape(_TAG.sub(" ", unescape(raw[:2_000])))).strip(_MARKS)
    own = [fold(outlet).removeprefix("the ") for outlet in outlets if outlet]
    bare = fold(name).removeprefix("the ")
    known = any(outlet and (outlet in bare or (bare and bare in outlet)) for outlet in own)
    if known or _STAFF.search(name) or _NO_NAME.search(name) or len(name) > _LONGEST or _is_handle(name):
        return ""
    return "" if re.search(r"\w{3,}\.\w{2,}", name) else name


def with_role(line: str) -> str:
    """The one person of a line such as "Mara Quist | Town Hall Reporter"; "" where it is anything else."""
    if not 5 < len(line) <= _LONGEST_ROLE or line[-1] in ".!?:;,…":
        return ""
    head, *tail = _ROLE_AFTER.split(line, maxsplit=1)
    return head if tail and _PERSON.search(tail[0]) and len(tail[0].split()) <= 7 and names(head) == [head] else ""


def labelled(line: str) -> tuple[list[str], str]:
    """The people of a line such as "Von Mara Quist | 3. März 2024", and what follows them; none where it is prose."""
    label = _LABEL.match(line)
    if label is None:
        return [], ""
    bare = _OURS.sub("", line[label.end() :], count=1)
    first, *rest = _AFTER.split(bare, maxsplit=1)
    if picture := _PICTURED.search(first):  # "Story: Mara Quist. Pictures: Jo Park"
        first = first[: picture.start()].rstrip(". ")
    found = names(first)
    covered = sum(map(len, found)) >= 0.6 * len(first) or (len(found) == 1 and "," in first)
    return (found, "".join(rest)) if covered and len(first) <= 100 and first[-1:] not in ".!?:" else ([], "")


def _split(piece: str) -> list[str]:
    """At commas and conjunctions; "Quist, Mara" is turned round; what stands after a name and a comma may be a role."""
    parts = [part.strip() for half in _AND.split(piece) for part in half.split(",") if part and part.strip()]
    if len(parts) == 2 and piece.count(",") == 1 and all(" " not in part for part in parts) and parts[0].isalpha():
        return [f"{parts[1]} {parts[0]}"]
    kept: list[str] = []
    for part in parts:
        if kept and _JUNIOR.fullmatch(part):
            kept[-1] += f", {part}" if part.lower().startswith(("jr", "sr")) else ""
        elif not kept or " " in part or " " not in kept[0]:  # a single word after a whole name is a town or a role
            kept.append(part)
    return kept


def _is_name(name: str, trusted: bool) -> bool:
    """Whether every word could be one of a name; scripts without capitals are asked for their length alone."""
    if len(name) > _LONGEST or _ROLE.search(name) or any(char.isdigit() for char in name) or not name[0].isalpha():
        return False
    words = name.split()
    if _is_handle(name) or _REGION.fullmatch(name):
        return False
    if trusted:
        return len(words) <= 7 and not re.search(r"\w{3,}\.\w{2,}", name)
    if not any(char.isupper() or char.islower() for char in name):
        return len(name) <= 30 and len(words) <= 5
    capital = all(word[0].isupper() or word.casefold() in _PARTICLES for word in words)
    return capital and 2 <= len(words) <= 6 and not re.search(r"[.!?…:]$", name.removesuffix("Jr.").removesuffix("Sr."))


def _is_handle(name: str) -> bool:
    """Whether it is what somebody logs in as: one word in lower case."""
    return " " not in name and name == name.lower() != name.upper()
