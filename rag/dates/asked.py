"""What a question says about time, as the days in which the articles are to have been published. Pure, no model.

How words become days (relative ones: see the table in rag/dates/relative):

| phrase | days |
|---|---|
| in 2014; May 2014; 12 May; Q3; in May | the whole; without a year the latest that has begun |
| since, from ... on: from its first day; after: from the day after its last | open end |
| until, by, as of, up to: to its last day; before: to the day before its first | open beginning |
| between, from ... to, 2012-2015; also "in 2008 and 2009" | both and what lies between; a missing year is the other's |
| early, mid, late; beginning, end of | thirds: 4 months; 1-10, 11-20, rest of a month; 4, 3, 3 years of a decade |
| since/after/before/until the beginning or end of | the day itself on which it begins or ends |
| first, last ... week, month, half, 3 days of | counted from that end: the first week of May is 1-7 May |
| spring, summer, autumn, winter | northern and meteorological: from 1 March, June, September, December |
| winter 2013, winter 2013-14 | the winter that begins in 2013; if that is to come, the one that ended in that year |
| the nineties, the '90s | the latest such decade that is over |
| 3/4/2014 | nothing: it is two days; 25/6/2014 and 6/25/2014 are one |
| recently, currently, in recent weeks, the past few days | no days, a preference for the latest |
| what lies wholly after today; "before the strike"; events ("the 2014 World Cup") and names | nothing |

Where a question names several times, the days span all of them, within what "since" and "until" leave.
"""

import re
from dataclasses import dataclass
from datetime import date

from index.records import Span
from rag.dates.moments import MONTHS
from rag.dates.ranges import both, ranges

_LATEST = re.compile(
    r"\b(?:the\s+latest(?=\s+(?:on|about|from|in|with)\b)|(?<!at the )latest|newest|most\s+recent(?:ly)?|currently"
    r"|right\s+now|nowadays|these\s+days|at\s+present|at\s+the\s+moment|up[\s-]to[\s-]date|recent(?:ly)?|lately"
    r"|(?:the|its|their|his|her)\s+(?P<adj>current)(?!\s+(?:account|affairs))"
    r"|(?<!until )(?<!by )(?<!to )(?<!from )now(?=\W*$)|(?<=what is )new\b|(?<=what's )new\b|(?<=what’s )new\b"
    r"|(?:in|over|within|during)?\s*(?:the\s+)?(?:recent|(?:past|last)\s+(?:few|several))\s+(?:hour|day|week|month|year)s"
    r"|last(?=\s+(?:reported|mentioned|updated|(?:article|report|stor(?:y|ie)|mention)s?\b)))\b",
    re.I,
)
_EARLIEST = re.compile(
    r"\b(?:first|earliest|oldest|originally|initially)(?=\s+(?:(?:news|press|media|newspaper)\s+)?"
    r"(?:report(?:s|ed|ing)?|articles?|stor(?:y|ies)|coverage|mention(?:s|ed)?|published|announced|written|news)\b"
    r"|\s+to\s+(?:report|publish|write|break)\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class When:
    """What a question says about time: the days in which the articles are to have been published.

    `since` and `until` are ISO days, both inclusive, "" where that end is open. `words` are the characters that say
    so. `order` is "latest" or "earliest" where the newest or the first report is asked for, else "".
    """

    since: str = ""
    until: str = ""
    words: tuple[Span, ...] = ()
    order: str = ""


def when(question: str, today: date) -> When:
    """What the question says about time, seen from `today`; When() where it says nothing."""
    found = list(ranges(question, today))
    since, until = both(found)
    order, marks = _order(question, [one.span for one in found])
    words = tuple(sorted([*(one.span for one in found), *marks]))
    return When(since.isoformat() if since else "", until.isoformat() if until else "", words, order)


def shown(when: When) -> str:
    """The days for people: "1–31 May 2014", "since 1 January 2013", "2014", "latest first", "" for nothing."""
    days = _shown_days(when.since, when.until)
    return ", ".join(part for part in (days, f"{when.order} first" if when.order else "") if part)


def plain(question: str, when: When) -> str:
    """The question without its words of time, for a search by meaning; the question itself where nothing is left."""
    kept, at = [], 0
    for span in when.words:
        kept.append(question[at : span.start])
        at = max(at, span.end)
    rest = " ".join([*kept, question[at:]])
    rest = re.sub(r"\(\s*\)", " ", rest)
    rest = re.sub(r"\s+(?=[?!.,;:)])", "", " ".join(rest.split()))
    rest = re.sub(r",(?:\s*,)+", ",", rest)
    rest = re.sub(r"^[\s,;:.!?–—-]+|,+(?=[?!.])|[\s,;:–—-]+$", "", rest)
    if hanging := re.search(r"\s(?:of|from|in|for|over|during|and|or)(?=[?!.]*$)", rest if when.words else ""):
        rest = rest[: hanging.start()] + rest[hanging.end() :]
    if not re.search(r"\w", rest):
        return question
    return rest[0].upper() + rest[1:] if question[:1].isupper() else rest


def _order(question: str, taken: list[Span]) -> tuple[str, list[Span]]:
    """Whether the newest or the first is asked for, and the words that say so."""
    for name, pattern in (("earliest", _EARLIEST), ("latest", _LATEST)):
        spans = [
            Span(*match.span("adj" if name == "latest" and match["adj"] else 0)) for match in pattern.finditer(question)
        ]
        spans = [span for span in spans if not any(span.overlap(other) for other in taken)]
        if spans:
            return name, spans
    return "", []


def _shown_days(since: str, until: str) -> str:
    if not since or not until:
        return f"since {_day(since)}" if since else f"until {_day(until)}" if until else ""
    if since == until:
        return _day(since)
    if since.endswith("-01-01") and until.endswith("-12-31"):
        return since[:4] if since[:4] == until[:4] else f"{since[:4]}–{until[:4]}"
    if since[:7] == until[:7]:
        return f"{int(since[8:])}–{_day(until)}"
    first = _day(since)
    return f"{first.removesuffix(since[:4]).rstrip() if since[:4] == until[:4] else first} – {_day(until)}"


def _day(iso: str) -> str:
    return f"{int(iso[8:])} {MONTHS[int(iso[5:7]) - 1]} {iso[:4]}"
