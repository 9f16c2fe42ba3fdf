"""Whether four figures are a year in which something was written, or a count, a title, a number of a thing. Pure."""

import re

from rag.dates.moments import YEAR
from rag.dates.place import ASKS, FOLLOWS, Place, lead_of

_THINGS = (
    "room flight boeing airbus route highway model version windows office area gate apartment flat number no"
    " page pages line lines file case bus train platform studio unit class article section psalm agenda vision"
    " runner cup euro expo cop olympics games championship championships eurovision election elections"
    " conference summit festival tournament novel film movie book song album play series game census budget"
    " season kodak fiat peugeot porsche nokia playstation code pin read reads reading write writes wrote"
    " written watch watched direct directed sing sings sang call called title titled entitled catch cost costs"
    " exceed exceeds weigh weighs total totals totalled"
).split()
NUMBERED = re.compile(rf"\b(?:{'|'.join(_THINGS)})\W*$", re.I)
_TITLES = ("1984", "2001")
_FICTION = re.compile(
    r"\b(?:orwell\w*|winston smith|big brother|kubrick|dystopian?|protagonist|narrator|main character|plot of)\b",
    re.I,
)
WORKS = re.compile(
    r"\b(?:stor(?:y|ies)|news|events?|articles?|headlines?|reports?|coverage|(?:\w+est|most|worst)\b[^,;?]*)\s+of\s+(?:the\s+)?$",
    re.I,
)
_WARMTH = re.compile(r"\b(?:temperatures?|degrees|fahrenheit|celsius|mercury)\b", re.I)


def year(place: Place) -> bool:
    if (
        ((place.words in _TITLES or not place.lead) and _FICTION.search(place.around))
        or re.match(r":\s*(?:A|An|The)\s", place.after)
        or re.search(r"[$€£¥]\s*$", place.before)
    ):
        return False
    number = re.match(r"\s*(?:and|or|to|-|–)\s*(\d[\d.,]*\d|\d)", place.after)
    if number and not re.fullmatch(YEAR, number[1]):
        return False
    opens = place.lead and not place.text[: lead_of(place.text, place.moment.start)[1]].strip()
    if place.is_counted and not opens:
        return False
    if place.is_owned:
        return False
    if place.joined or place.is_possessive:
        return True
    if place.lead == "of":
        return bool(WORKS.search(place.before))
    return place.previous.lower() not in ("on", "at", "over", "around", "across") if place.lead else _alone(place)


def _alone(place: Place) -> bool:
    """A year without a preposition: at the head of a question, set off, or among key words ("ferry strike 2014")."""
    if not place.before.strip():
        return not place.after.strip() or place.after.lstrip()[0] in ":,;.!?–—"
    if re.match(rf"\s*(?:and|or|to|vs\.?|versus)\s+{YEAR}\b", place.after) and not NUMBERED.search(place.before):
        return True
    if re.match(r"\s+(?:onwards?|to\s+date|until|till)\b", place.after) or re.search(
        r"\b(?:happened|occurred|published)\s+$", place.before
    ):
        return True
    if place.has_noun or NUMBERED.search(place.before) or re.match(r"\s+by\s+[A-Z]", place.after):
        return False
    if place.before.rstrip().endswith(","):
        return True
    before = place.before.rstrip("( ")
    word = re.search(r"[^\W\d_][\w'’-]*$", before)
    if word and word[0].lower() in ("news", "articles", "stories", "reports", "headlines", "events"):
        return True
    is_plain = bool(word) and word[0].islower() and word[0] not in FOLLOWS if word else False
    in_brackets = place.before.endswith("(") and place.after.startswith(")")
    return is_plain and (in_brackets or not (ASKS.match(place.text) or "?" in place.after))


def decade(place: Place) -> bool:
    if (
        place.previous.lower() in ("his", "her", "their", "my", "your", "its")
        or _WARMTH.search(place.around)
        or (place.has_noun and place.is_owned)
    ):
        return False
    return bool(place.lead) or place.is_owned or place.joined or (not place.has_noun and bool(place.before.strip()))


def years(place: Place) -> bool:
    return not (place.is_counted or NUMBERED.search(place.before) or (place.is_owned and place.has_noun))
