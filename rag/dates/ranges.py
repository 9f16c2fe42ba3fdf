"""What the words around a phrase make of its days: "since", "between ... and", "the end of", "2012-2015". Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from index.records import Span
from rag.dates.days import ONE, Days, part, third, unit
from rag.dates.moments import Moment, moments
from rag.dates.namesakes import tells_time
from rag.dates.place import NEAR, lead_of
from rag.dates.relative import NUMBER, WEEKDAY, count_of

_EDGE = r"(?P<edge>beginning|start|opening|outset|middle|end|close)\s+of|(?P<third>early|mid|late)(?:\s+in|\s+on)?"
_NTHS = {"first": 1, "1st": 1, "opening": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_NTHS |= {"last": -1, "final": -1}
_PARTS = r"(?P<part>half|day|week|weekend|month|quarter|decade)(?P<many>s?)"
_PART = rf"(?P<nth>{'|'.join(_NTHS)})\s+(?:{NUMBER}\s+)?{_PARTS}\s+(?:of|in)"
_THIRDS = {"early": 0, "mid": 1, "middle": 1, "late": 2, "end": 2, "close": 2}
_WITH_YEAR = {"date", "quarter", "half", "season"}
_WHOLE = (
    rf"(?:month|years?|(?P<around>week|weekend))(?:\s+of)?|(?:course|whole|all|most|much|rest|part)\s+of|{WEEKDAY},?"
)
_BEFORE = re.compile(rf"(?<![\w'’-])(?:the\s+)?(?:{_EDGE}|{_PART}|{_WHOLE})[\s-]+(?:the\s+)?$", re.I)
_JOIN = re.compile(
    r"\s*(?:,\s*)?(?:and|or|to|until|till|through(?:\s+to)?|thru|up\s+(?:to|until)|vs\.?|versus|[-–—,/&])"
    r"(?:\s*(?:in|on|since)\b)?\s*(?:the\s+)?",
    re.I,
)
_ITS_YEAR = re.compile(r"\s+(?:of\s+)?(?:last|this|previous)\s+year", re.I)
_ON = re.compile(
    r"\s+(?:(?P<since>onwards?|forward|on(?=\W*$|\s*,)"
    r"|(?:and|or)\s+(?:after|later|newer|onwards?|since)(?=\s*(?:[^\w\s]|$)))"
    r"|(?P<until>(?:and|or)\s+(?:before|earlier|older)(?=\s*(?:[^\w\s]|$)))"
    r"|(?P<now>to\s+date|(?:till|until|up\s+to|to|and)\s+(?:now|(?:the\s+)?present(?:\s+day)?)))(?!\w)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Range:
    """Words of a question and the days they let in, None for an open end."""

    span: Span
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class _Told:
    """A phrase that tells time, whole: with "the end of" before it, and which edge of its days that names."""

    moment: Moment
    edge: str = ""


def ranges(text: str, today: date) -> Iterator[Range]:
    """What the text says about time, from left to right, apart from what is still to come."""
    for chain in _chains(text, _told(text, today)):
        try:
            found = _range(text, chain, today)
        except OverflowError:  # the day after 31 December 9999
            continue
        if found and _has_begun(found, today):
            yield found


def _has_begun(found: Range, today: date) -> bool:
    """Whether the days are of the past or of this year: a goal "by 2035" says nothing of when it was written about."""
    if found.since:
        return found.since <= today
    return found.until is not None and found.until.year <= today.year


def both(found: list[Range]) -> tuple[date | None, date | None]:
    """The days that several ranges name together, within what the open ones leave where that is anything."""
    closed = [one for one in found if one.since and one.until]
    since = min((one.since for one in closed if one.since), default=None)
    until = max((one.until for one in closed if one.until), default=None)
    firsts = [one.since for one in found if one.since and not one.until]
    lasts = [one.until for one in found if one.until and not one.since]
    first = max([day for day in (since, *firsts) if day], default=None)
    last = min([day for day in (until, *lasts) if day], default=None)
    if first and last and first > last:
        return (since, until) if closed else (min(firsts), None)
    return first, last


def _told(text: str, today: date) -> list[_Told]:
    """The phrases that tell time; a longer one swallows those that stand in the words before it."""
    told: list[_Told] = []
    for moment in _with_years(text, moments(text, today)):
        try:
            whole = _with_part(text, moment)
        except (ValueError, OverflowError):
            continue
        joined = bool(told) and _JOIN.fullmatch(text[told[-1].moment.end : whole.moment.start]) is not None
        if tells_time(text, whole.moment, joined, is_part=whole.moment.start < moment.start):
            while told and told[-1].moment.end > whole.moment.start:
                told.pop()
            told.append(whole)
    return told


def _with_years(text: str, found: Iterable[Moment]) -> list[Moment]:
    """The phrases, "May" and "last year" taken together in "in May last year"."""
    taken: list[Moment] = []
    for moment in found:
        open_one = taken[-1] if taken else moment
        if open_one.at and _ITS_YEAR.fullmatch(text[open_one.end : moment.end]):
            try:
                days, kind = open_one.at(moment.days[0].year), "date"
            except ValueError:  # 29 February last year
                days, kind = moment.days, "nothing"
            taken[-1] = Moment(open_one.start, moment.end, kind, days)
        else:
            taken.append(moment)
    return taken


def _with_part(text: str, moment: Moment) -> _Told:
    """The phrase with the words before it that choose a part of its days."""
    window = max(0, moment.start - NEAR)
    match = _BEFORE.search(text[window : moment.start])
    if match is None or moment.kind in ("today", "weekday", "weekend", "ago"):
        return _Told(moment)
    at, edge = moment.at, ""

    def narrowed(days: Days) -> Days:
        if match["third"] or match["edge"]:
            which = _THIRDS.get((match["third"] or match["edge"]).lower(), 0)
            return third(days, which) if days[1] - days[0] > ONE else days
        if match["nth"] and not match["n"] and match["many"]:
            return third(days, 2 if match["nth"].lower() in ("last", "final") else 0)
        if match["nth"]:
            return part(days, _NTHS[match["nth"].lower()], count_of(match["n"] or "one"), match["part"].lower())
        return unit(days[0], match["around"].lower()) if match["around"] else days

    if match["edge"]:
        edge = ("start", "", "end")[_THIRDS.get(match["edge"].lower(), 0)]
    if match["weekday"] and moment.days[0] != moment.days[1]:
        return _Told(moment)
    open_year = None if at is None else lambda year: narrowed(at(year))
    return _Told(replace(moment, start=window + match.start(), days=narrowed(moment.days), at=open_year), edge)


def _chains(text: str, told: list[_Told]) -> Iterator[list[_Told]]:
    """Phrases that "and", "to" or a dash joins, each with the year that only one of them says."""
    chain: list[_Told] = []
    for one in told:
        if chain and not _JOIN.fullmatch(text[chain[-1].moment.end : one.moment.start]):
            yield _agreed(chain)
            chain = []
        chain.append(one)
    if chain:
        yield _agreed(chain)


def _agreed(chain: list[_Told]) -> list[_Told]:
    """The chain with its missing years, where there is a year that fits."""
    try:
        return _with_common_year(chain)
    except (ValueError, OverflowError):  # from May 2013 to 29 February
        return chain


def _with_common_year(chain: list[_Told]) -> list[_Told]:
    """Missing years filled in from right to left, then from left to right; weekdays put in their order."""
    agreed = [chain[-1]]
    for one in reversed(chain[:-1]):
        moment, limit = one.moment, agreed[0].moment.days[0]
        if moment.kind == agreed[0].moment.kind == "weekday" and moment.days[0] > limit:
            week = timedelta(days=7)
            moment = replace(moment, days=(moment.days[0] - week, moment.days[1] - week))
        agreed.insert(0, replace(one, moment=moment.within(limit)))
    first, last = agreed[0].moment, agreed[-1].moment
    if first.at is None and last.at is not None and first.kind in _WITH_YEAR:
        years = (first.days[0].year, first.days[0].year + 1)
        later = next((days for days in map(last.at, years) if days[0] >= first.days[0]), last.days)
        agreed[-1] = replace(agreed[-1], moment=replace(last, days=later))
        agreed[:-1] = chain[:-1]
    return agreed


def _range(text: str, chain: list[_Told], today: date) -> Range | None:
    """The days of a chain as the word before it and the words behind it mean them."""
    first, last = chain[0], chain[-1]
    lead, start = lead_of(text, first.moment.start)
    since = min(one.moment.days[0] for one in chain)
    until = max(one.moment.days[1] for one in chain)
    behind = _ON.match(text, last.moment.end)
    span = Span(start, behind.end() if behind else last.moment.end)
    if lead == "between" and len(chain) == 1 and since == until:
        return None
    if len(chain) > 1 and lead != "before" and lead != "after":
        return Range(span, since, until)
    from_day = until if first.edge == "end" else since
    to_day = since if first.edge == "start" else until
    if behind and behind["now"]:
        return Range(span, from_day, today)
    if lead == "since" or (behind and behind["since"]):
        return Range(span, from_day, None)
    if lead == "until" or (behind and behind["until"]):
        return Range(span, None, to_day)
    if lead == "after":
        return Range(span, (since if first.edge == "start" else until) + ONE, None)
    if lead == "before":
        return Range(span, None, until if first.edge == "end" else since - ONE)
    return Range(span, since, until)
