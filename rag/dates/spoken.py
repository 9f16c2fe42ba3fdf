"""The relative words of an article ("last Friday", "yesterday"), resolved against the day it was published. Pure.

Resolved is only what newspapers' habits make certain, nothing without a full day of publication, and nothing inside
quotation marks, where "yesterday" is the speaker's.

| words | resolved to |
|---|---|
| today, tonight, this morning; yesterday, last night; tomorrow | that day; the one before; the one after |
| last, this, next week, month, quarter, year; earlier, later this month | the calendar's own, weeks from Monday |
| last weekend, over the weekend | the one before this week; not in a paper of a Saturday or Sunday |
| three days ago; weeks, months, years ago | the day; the calendar's week, month, year |
| Tuesday, on Tuesday | after a verb in the past the latest on or before that day; after "will" and the like the next |
| last Friday, next Friday | where it lies in the week before, or after: else it could be one of two days |
| this Friday | the one of the week, not in a paper of a Saturday or Sunday |
| Monday last week, next week on Monday | the day of that week |
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

from index.dates import parse_published
from index.records import Span
from rag.dates.days import ONE, Days, ago, unit
from rag.dates.relative import NUMBER, TIME_OF_DAY, WEEKDAY, WEEKDAYS, count_of, latest_weekday

_NEAR = 160  # characters around a word that decide what it means: about a sentence
_REACH = 20  # characters around words in which "on" or "last" belongs to them
_FAR = 10_000  # and no more of a paragraph is read to tell whether its quotation marks are open
_WEEK = timedelta(days=7)
_PAST = re.compile(
    r"\b(?:(?!(?:need|speed|feed|seed|indeed|hundred|exceed|proceed|succeed|united|proposed)\b)\w{2,}ed|said"
    r"|was|were|had|did|told|met|won|lost|held|made|took|came|went|gave|found|left|began|broke|fell|rose"
    r"|sold|bought|paid|died|hit|saw|sent|shot|spoke|struck|stood|wrote|ran|led|got|became|cut|put|set off|beat|kept"
    r"|brought|fought|drew|grew|knew|threw|flew|built|caught|withdrew|sank|swore|wept|woke|fled|burst|bore|tore"
    r"|drove|rode|sang|rang|slid|swept|spent|lent|quit)\b",
    re.I,
)
_AHEAD = re.compile(
    r"\b(?:will|shall|due|scheduled|is to|are to)\b|[a-z]['’]ll\b"
    r"|\b(?:is|are) (?:expected|planned|set|slated|likely)\b|\b(?:plans?|hopes?|going) (?:to|for)\b",
    re.I,
)
_MEANT = re.compile(r"\b(?:was|were|been) (?:due|expected|planned|set|scheduled|slated|to)\b", re.I)
_TIMETABLE = re.compile(
    r"\b(?:would|could|may|might|should|must|can|resumes?|starts?|begins?|opens?|reopens?|closes?|meets?|votes?|returns?|arrives?|ends?"
    r"|plays?|faces?|travels?|leaves?|goes|takes?|hosts?|visits?|sails?|runs?|until|from|before|by|if|unless|every|each)\b",
    re.I,
)
_CLAUSE = re.compile(r"[.!?;:\n]\s|\n|[,–—]\s|\b(?:and|but|when|while|because|after|which|who|that)\b", re.I)
_NAME_BEFORE = re.compile(r"(?:\b[A-Z][\w'’-]*\s+|\b(?:the|a|an|every|each|any|of|another)\s+|[\w'’]-)$")


def spoken(text: str, published: str) -> list[tuple[Span, str]]:
    """The relative words of a text with the ISO day, month, year or interval ("2014-08-18/2014-08-24") they name."""
    day = parse_published(published)[:10]
    if len(day) < 10:
        return []
    said = date.fromisoformat(day)
    found: list[tuple[Span, str]] = []
    for pattern, read in _WORDS:
        for match in pattern.finditer(text):
            try:
                days = read(match, said)
            except (ValueError, OverflowError):  # before the first day or after the last
                continue
            if days and not _is_quoted(text, match.start()):
                found.append((Span(*match.span()), _iso(days)))
    kept: list[tuple[Span, str]] = []
    for span, iso in sorted(found, key=lambda pair: (pair[0].start, -pair[0].end)):
        if not kept or span.start >= kept[-1][0].end:
            kept.append((span, iso))
    return kept


def spoken_in(text: str, published: str, span: Span) -> list[tuple[Span, str]]:
    """The same for the words that stand in a span of a text; only what stands around it is read."""
    head = text.rfind("\n", 0, span.start) + 1
    start = max(0, span.start - _FAR, min(head, span.start - _NEAR))
    found = spoken(text[start : span.end + _NEAR], published)
    moved = ((Span(at.start + start, at.end + start), iso) for at, iso in found)
    return [(at, iso) for at, iso in moved if span.start <= at.start and at.end <= span.end]


def meant(text: str, published: str, words: Span) -> list[str]:
    """The days that words of a text mean, as ISO, where they are part of such a phrase: "Friday" of "on Friday"."""
    around = Span(max(0, words.start - _REACH), min(len(text), words.end + _REACH))
    return [iso for span, iso in spoken_in(text, published, around) if span.overlap(words)]


def _that_day(match: re.Match[str], said: date) -> Days | None:
    before, words = match.string[: match.start()], match.group().lower()
    if match.group()[:1].isupper() and re.search(r"[\w,]\s*$", before[-3:]):
        return None  # USA Today
    back = (
        2 if "before" in words else 1 if words.startswith(("yesterday", "last")) else -1 if "tomorrow" in words else 0
    )
    return unit(said, "day", back)


def _calendar(match: re.Match[str], said: date) -> Days | None:
    return unit(said, match["unit"].lower(), {"last": 1, "this": 0, "next": -1}[match["which"].lower()])


def _weekend(match: re.Match[str], said: date) -> Days | None:
    return unit(said, "weekend", 1) if said.weekday() < 5 else None


def _ago(match: re.Match[str], said: date) -> Days | None:
    return ago(said, count_of(match["n"]), match["unit"].lower())


def _of_week(match: re.Match[str], said: date) -> Days | None:
    monday = unit(said, "week", {"last": 1, "this": 0, "next": -1}[match["which"].lower()])[0]
    day = monday + WEEKDAYS.index(match["weekday"].lower()) * ONE
    return day, day


def _weekday(match: re.Match[str], said: date) -> Days | None:
    """A weekday, where only one of its days can be meant."""
    before = match.string[max(0, match.start() - _NEAR) : match.start()]
    after = match.string[match.end() : match.end() + _NEAR]
    which = (match["which"] or "").lower()
    if not match["weekday"][:1].isupper() or re.match(
        r"\s+[A-Z]|['’-]\w|,?\s+(?:the\s+)?\d|,\s+[A-Z][a-z]{2,8}\.?\s+\d", after
    ):
        return None
    monday = unit(said, "week")[0]
    latest = latest_weekday(match["weekday"], said - ONE)
    if which == "last":
        return latest if latest[0] < monday else None
    coming = latest[0] + (2 * _WEEK if latest[0] == said - _WEEK else _WEEK)
    if which == "next":
        return (coming, coming) if coming >= monday + _WEEK else None
    if which == "this":
        day = monday + WEEKDAYS.index(match["weekday"].lower()) * ONE
        return (day, day) if said.weekday() < 5 else None
    if not match["on"] and _NAME_BEFORE.search(before):
        return None
    tense = _tense(before, after)
    if tense == "past":
        return latest_weekday(match["weekday"], said)
    return (coming, coming) if tense == "ahead" and coming - _WEEK != said else None


def _tense(before: str, after: str) -> str:
    """Whether the clause around a weekday tells what was or what will be; "" where it could be either."""
    clause = _CLAUSE.split(before)[-1]
    if not clause.strip():  # "On Tuesday, the council voted"
        clause = re.split(r"[.!?;\n]", after)[0]
    past = max((match.end() for match in _PAST.finditer(clause)), default=-1)
    ahead = max((match.end() for match in _AHEAD.finditer(clause)), default=-1)
    if _MEANT.search(clause):
        return ""
    if ahead >= 0:
        return "ahead" if past <= ahead or re.search(r"\bbe\b", clause[ahead:]) else ""
    return "past" if past >= 0 and not _TIMETABLE.search(clause, past) else ""


def _is_quoted(text: str, at: int) -> bool:
    """Whether quotation marks are open there, counted from the head of the paragraph."""
    paragraph = text[text.rfind("\n", 0, at) + 1 : at]
    return paragraph.count("“") > paragraph.count("”") or paragraph.count('"') % 2 == 1


def _iso(days: Days) -> str:
    """Days as ISO text no more precise than they are."""
    first, last = days
    for name, size in (("year", 4), ("month", 7), ("day", 10)):
        if days == unit(first, name):
            return first.isoformat()[:size]
    return f"{first.isoformat()}/{last.isoformat()}"


_WHICH = r"(?P<which>last|this|next)"
_PATTERNS: tuple[tuple[str, Callable[[re.Match[str], date], Days | None]], ...] = (
    (rf"(?:the\s+day\s+before\s+yesterday|yesterday|today|tonight|tomorrow){TIME_OF_DAY}(?![\w-])", _that_day),
    (r"(?:this\s+(?:morning|afternoon|evening)|last\s+(?:night|evening))(?![\w-])", _that_day),
    (
        rf"(?<!the )(?<!his )(?<!her )(?<!its )(?<!our )(?<!their )(?:(?:earlier|later)\s+)?{_WHICH}"
        r"\s+(?P<unit>week|month|quarter|year)"
        r"(?![\w-]|\s+of\b)",
        _calendar,
    ),
    (r"(?:(?:over|at|during)\s+the|last)\s+weekend(?![\w-]|\s+of\b)", _weekend),
    (rf"(?<!than )(?<!over )(?<!under )(?<!half ){NUMBER}\s+(?P<unit>day|week|month|year)s?\s+ago(?!\w)", _ago),
    (rf"(?:on\s+)?{WEEKDAY}{TIME_OF_DAY},?\s+(?:of\s+)?{_WHICH}\s+week(?![\w-])", _of_week),
    (rf"{_WHICH}\s+week,?\s+(?:on\s+)?{WEEKDAY}{TIME_OF_DAY}", _of_week),
    (rf"(?P<on>on\s+|)(?:{_WHICH}\s+)?{WEEKDAY}{TIME_OF_DAY}", _weekday),
)
_WORDS = [(re.compile(rf"(?<![\w'’-])(?:{pattern})", re.I), read) for pattern, read in _PATTERNS]
