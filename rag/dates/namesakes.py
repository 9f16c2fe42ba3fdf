"""Whether a phrase tells the time or only looks like it: "May said", "1984 by Orwell", "2014 servers". Pure.

A year beside a noun ("the 2014 election", "Euro 2020", "Room 1984") names a thing, about which may be written at any
time; so does a bare month or season ("the June report", "the Arab Spring"). In doubt it is no time: a missing range
costs a little order, a false one hides the answer.
"""

import re
from collections.abc import Callable

from rag.dates.moments import MONTH, YEAR, Moment
from rag.dates.place import ASKS, AUXILIARY, FOLLOWS, Place
from rag.dates.relative import WEEKDAY
from rag.dates.yearlike import NUMBERED, WORKS, decade, year, years

_MATCH = re.compile(r"\b(?:game|match|scored?|points?|touchdowns?|goals?|half-?time|quarterback|team)\b", re.I)
_PAPER = re.compile(r"\b(?:the\s+)?(?:Sun|Mail|Independent|Express|Star|[Tt]he (?:Scotland|Wales))\s+on\s+$")
# "Do bears sleep in winter?" is of any winter; "What did the mayor do in May?" is of one.
_HABIT = re.compile(r"(?s:^(?!.*\b(?:did|was|were|had|has|have)\b).*)\b(?:do|does|can|when\s+(?:is|are))\b", re.I)
_NAMES = {"january", "april", "may", "june", "august"}


def tells_time(text: str, moment: Moment, joined: bool = False, is_part: bool = False) -> bool:
    """Whether the phrase stands where a time is told.

    `joined`: it goes on from one that does ("2012 and 2013"). `is_part`: it begins with "the end of" and the like.
    """
    place = Place(text, moment, joined)
    if is_part and moment.kind == "month":
        return not place.meets_name  # the late June Carter
    if is_part and moment.kind not in ("decade", "nothing"):
        return True
    check = _CHECKS.get(moment.kind)
    return check is None or check(place)


def _month(place: Place) -> bool:
    name = place.words.lower()
    is_name_too = name in _NAMES and not place.joined
    if is_name_too and (place.is_possessive or place.meets_name or re.match(r":\s*[A-Z]", place.after)):
        return False
    if place.next.lower() == "of":
        return False  # March of the Penguins
    if place.previous.lower() in ("on", "at", "around", "across") or (is_name_too and place.previous.lower() == "over"):
        return False
    if place.is_possessive:
        return place.words[:1].isupper()
    if place.is_owned and not place.joined:
        return False
    if name == "march" and re.match(r"\s+on\s+[A-Z]", place.after) and place.lead != "in":
        return False
    if _HABIT.search(place.before):
        return False
    if place.joined or place.lead == "in":
        return True
    if re.match(
        rf"\s*(?:to|until|till|through|-|–|—)\s*{MONTH}|\s*(?:and|or|&)\s+{MONTH},?\s+{YEAR}", place.after, re.I
    ):
        return place.words[:1].isupper() or bool(place.lead)
    if place.lead == "of":
        return bool(WORKS.search(place.before))
    if not place.lead or (place.words[:1].islower() and name in ("may", "march") and place.lead != "since"):
        return False
    goes_on = re.match(r"\s*(?:and|to|until|till|through|-|–|onwards?\b)", place.after)
    if (is_name_too and place.lead in ("from", "between")) or place.lead == "between":
        return goes_on is not None
    if is_name_too and place.previous.lower() == "by":
        return False
    return not is_name_too or not (place.has_noun or place.next.lower() in AUXILIARY)


def _day(place: Place) -> bool:
    if place.words[:3].lower() in ("may", "mar") and place.words[:1].islower() and not place.lead:
        return False
    if place.has_noun and not place.joined and (not place.lead or (place.is_owned and place.words[:1].isalpha())):
        return False  # the January 6 committee
    return not place.is_counted


def _date(place: Place) -> bool:
    if (
        place.words[:4] in ("May ", "June", "Apri", "Augu")
        and place.follows_name
        and (ASKS.match(place.text) or "?" in place.after)
    ):
        return False  # Brian May 2014 tour
    is_modal = place.words.startswith(("may ", "march ")) and place.is_counted
    return not is_modal and not (re.search(r"\bthe\s+$", place.before, re.I) and place.meets_name)


def _weekday(place: Place) -> bool:
    is_last = place.words.lower().startswith(("last", "past"))
    if re.match(r"\s+the\s+13th", place.after) or place.meets_name or _PAPER.search(place.before) or place.follows_name:
        return False
    if place.joined or is_last or place.is_possessive:
        return True
    if place.previous.lower() in ("every", "each", "any", "next", "coming", "man", "girl", "a", "another"):
        return False
    if place.is_owned and place.has_noun:
        return False
    if not place.before.strip():
        return not place.has_noun and bool(re.match(r"\s*(?:$|[:,;.!?–—])", place.after))
    if not place.lead and (
        NUMBERED.search(place.before) or re.match(rf"\s*(?:to|through|and|or|-|–)\s*{WEEKDAY}", place.after, re.I)
    ):
        return False
    return place.lead not in ("", "of") or (
        not place.has_noun and place.lead == "" and place.previous.islower() and place.previous not in FOLLOWS
    )


def _today(place: Place) -> bool:
    return not place.is_title


def _calendar(place: Place) -> bool:
    if re.search(r"\b(?:later|by)\s+$", place.before, re.I) and re.match(r"this", place.words, re.I):
        return False
    if place.words.lower().startswith("the last quarter") and _MATCH.search(place.around):
        return False
    return not place.is_title and place.next.lower() not in ("of", "before", "leading")


def _ago(place: Place) -> bool:
    return not re.search(r"\b(?:(?:more|less|fewer)\s+than|over|under|at\s+least|half)\s+$", place.before, re.I)


def _weekend(place: Place) -> bool:
    return place.lead not in ("", "of", "between") and not place.has_noun


def _quarter(place: Place) -> bool:
    if not place.is_open:
        return True
    if place.next.lower() in ("of", "in") or _MATCH.search(place.around):
        return False
    if place.words[:1] in "Qq":
        return not place.follows_name and not (place.after.startswith(":") and not place.before.strip())
    return bool(place.lead) or place.is_owned or place.joined


def _half(place: Place) -> bool:
    return not place.is_open or place.joined or (bool(place.lead) and not place.has_noun)


def _season(place: Place) -> bool:
    if not place.is_open:
        return not (place.follows_name and place.words[:1].isupper()) and not (place.is_owned and place.meets_name)
    if place.words[:1].isupper() and re.match(r",\s*[A-Z]", place.after):
        return False  # Spring, Texas
    if place.words.lower().startswith("fall") or place.has_noun or place.is_possessive or place.next.lower() == "of":
        return False
    if _HABIT.search(place.before):
        return False
    return place.joined or (
        place.lead not in ("", "of") and place.previous.lower() not in ("on", "at", "across", "around")
    )


def _which(place: Place) -> bool:
    return not place.words.endswith((" march", " may")) and place.next.lower() != "of" and not place.is_title


def _never(place: Place) -> bool:
    return False


_CHECKS: dict[str, Callable[[Place], bool]] = {
    "year": year,
    "years": years,
    "month": _month,
    "day": _day,
    "date": _date,
    "which": _which,
    "weekday": _weekday,
    "today": _today,
    "calendar": _calendar,
    "ago": _ago,
    "weekend": _weekend,
    "quarter": _quarter,
    "half": _half,
    "season": _season,
    "decade": decade,
    "nothing": _never,
    "whole": _never,  # "the year" tells a time only in "the end of the year"
}
