"""Names of newspapers as they stand on a line of print. Knows nothing of what stands around the line."""

import re

from index.read.bylines import WORD

_LONGEST = 60
_TITLES = (
    r"times|post|herald|ledger|gazette|press|tribune|journal|chronicle|courier|observer|standard|examiner|dispatch"
    r"|telegraph|bulletin|magazine|news|newspaper|daily|weekly|review|wire"
)
_PRESS = re.compile(rf"\b(?:{_TITLES}|newspapers)\b", re.IGNORECASE)
_ROLE = re.compile(r"\b(?:writer|reporter|correspondent|editor|staff|contributor|columnist|analyst|bureau|in|from)s?\b")
_BEFORE = rf"(?:{WORD}\s|(?:of|and)\s|&\s)"
_NAME = re.compile(
    rf"(?:(?i:outlet|newspaper|publication|source)\s?:\s)?"
    rf"(?P<name>(?:(?:The|THE)\s)?(?:{_BEFORE}{{1,3}}(?!(?-i:[a-z]))(?i:{_TITLES})|(?:The|THE)\s(?!(?-i:[a-z]))(?i:{_TITLES})"
    rf"|(?!(?-i:[a-z]))(?i:{_TITLES})\s(?:of|OF)\s{WORD}(?:\s{WORD})?))"
)
_SECTION = re.compile(  # of a newspaper
    r"(?:the\s)?(?:world|local|national|international|foreign|home|city|business|sports?|breaking|latest|more|top|other"
    r"|political|book|film|tv|music|arts?|media|weather|front|crime|health|science|tech(?:nology)?|money|family)"
    r"(?:\s(?:and|&)\s\w+)?\s(?:news|review|bulletin|press|wire|dispatch|magazine)",
    re.IGNORECASE,
)


def outlet(line: str) -> str:
    """The outlet, where the line is plainly nothing but its name, such as "The Harbour Ledger"; else ""."""
    match = _NAME.fullmatch(line) if len(line) <= _LONGEST else None
    return match["name"] if match and not _SECTION.fullmatch(match["name"]) else ""


def loosely_outlet(piece: str) -> str:
    """The outlet that may be named behind the authors of a byline; "" where they are told to be something."""
    if not (_PRESS.search(piece) or piece.startswith("The ")) or _ROLE.search(piece.lower()):
        return ""
    return re.sub(r"^(?:for|in)\s", "", piece, flags=re.IGNORECASE)
