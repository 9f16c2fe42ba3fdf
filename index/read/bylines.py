"""The grammar of a printed byline, such as "By Ellen Huber and staff, The Harbour Ledger"; what could be prose is none.

A desk, a team or a wire service beside a person adds no name. Alone, a wire service is the author and a desk is nobody,
as on pages (`index.read.names`). Knows nothing of what stands around the line.
"""

import re

from index.read.found import people

_LONGEST = 80

PARTICLE = r"(?:de|del|della|der|den|di|da|dos|du|la|le|van|von|ter|ten|zu|bin|ibn|al|el|y)"
WORD = r"(?:(?!(?:F(?:or|OR|rom|ROM)|IN|AT|THE|AND|WITH)\b)[^\W\d_a-zß-öø-ÿ][\w\u2019'.-]*)"
_NAME = rf"{WORD}(?:\s(?:{PARTICLE}\s){{0,2}}{WORD}){{1,3}}"
_DESK = (
    rf"(?:(?:[Tt]he|THE|[Oo]ur)\s)?(?:(?:{WORD}|news|data|sports?|wire|editorial|web|digital|local)\s){{0,4}}?"
    r"(?i:staff(?:\s(?:writers?|reporters?|reports?|members?))?|reporters|correspondents|editors|contributors"
    r"|(?:news\s?)?(?:team|desk|room)|bureau|editorial\sboard|(?:news\s)?agenc(?:y|ies)|wires"
    r"|(?:wire|news)\s(?:services?|reports?))"
)
_WIRE = (
    r"(?:[Tt]he\s|THE\s)?(?i:associated\spress|reuters|agence\sfrance-presse|united\spress\sinternational"
    r"|press\sassociation|bloomberg(?:\snews)?|kyodo(?:\snews)?|xinhua|ansa|afp|dpa|upi)"
)
_GROUP = rf"(?:{_WIRE}|AP|{_DESK})"
_ANY = rf"(?:{_NAME}|{_GROUP})"
_AND = r",?\s(?:and|AND|&|with|WITH)\s"
NAMES = rf"(?P<names>{_NAME}(?:(?:,\s{_NAME})*{_AND}{_ANY}(?:{_AND}{_GROUP})?)?|{_GROUP}(?:{_AND}{_ANY})?)"
_BYLINE = re.compile(
    rf"(?:(?i:written|posted|words|reported|story|interview|guest\s(?:post|column|essay)|report|analysis|review)\s)?"
    rf"(?:(?:by|By|BY):?|(?i:authors?|byline):)\s{NAMES}"
    rf"(?:(?:\s?[,|\u2013\u2014\u00b7]\s?|\s(?=(?i:in|for)\s(?:(?i:the)\s)?{WORD}(?:\s{WORD}){{0,2}}$))"
    r"(?P<tail>\S.*))?"
)
_FROM = re.compile(rf"(?:From|FROM)\s{_GROUP}(?:{_AND}{_GROUP})?")
_JOINED = re.compile(rf"{_AND}|,\s")
_NO_NAME = re.compile(
    r"\b(?:the|a|an|all|this|that|these|then|now|our|your|his|her|its|their|in|on|at|of|to|for|mon|tues|wednes|thurs|fri"
    r"|satur|sun)(?:day)?s?\b|\b(?:morning|noon|evening|night|midnight|day|week|month|year|years|season|popular|royal"
    r"|demand|appointment|numbers|design|default|contrast|comparison|law|prime|minister|president)\b",
    re.IGNORECASE,
)
_GROUPS = re.compile(_GROUP)
_WIRES = re.compile(rf"{_WIRE}|AP")
_ROLE = re.compile(
    rf"(?:{WORD}\s){{0,4}}(?i:writer|reporter|correspondent|editor|columnist|contributor|analyst|critic|producer)s?"
)


def byline(line: str) -> tuple[str, str] | None:
    """The authors and what follows them, of a line such as "By Ellen Huber, The Harbour Ledger"; None for prose."""
    if len(line) > _LONGEST:
        return None
    if _FROM.fullmatch(line):
        return "", ""
    match = _BYLINE.fullmatch(line)
    if match is None or not _whole(match["names"]):
        return None
    tail = match["tail"] or ""
    if re.search(r"[.!?…:;,]$", line) and not re.search(r"\b(?:Jr|Sr|\w)\.$", match["names"] + tail):
        return None
    return authors(match["names"]), tail


def authors(names: str) -> str:
    """The people of what the pattern NAMES found; where it names none, the wire services."""
    each = _JOINED.split(names)
    found = people(name for name in each if not _GROUPS.fullmatch(name))
    return found or people(re.sub(r"^the\s", "", name, flags=re.I) for name in each if _WIRES.fullmatch(name))


def role(line: str) -> bool:
    """Whether the line is nothing but what its author is, such as "Staff Writer" or "Harbour Ledger Staff"."""
    return len(line) <= _LONGEST and bool(_ROLE.fullmatch(line) or _GROUPS.fullmatch(line))


def _whole(names: str) -> bool:
    """Whether every word of the people but the particles has a capital, which the pattern cannot ask of every alphabet,
    and none is of another kind."""
    each = [name for name in _JOINED.split(names) if not _GROUPS.fullmatch(name)]
    words = [word for name in each for word in re.findall(r"[^\W\d_][\w\u2019'.-]*", name)]
    capital = all(word[0].isupper() or re.fullmatch(rf"{PARTICLE}|and", word) for word in words)
    return capital and not any(map(_NO_NAME.search, each))
