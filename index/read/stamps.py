"""The dates that a page shows: time elements, and elements whose class or label says that a date stands there.

A date within prose is of an event, and one in a teaser is of another article: neither is read. Of several dates that
nothing tells apart none is taken.
"""

import re
from collections import Counter
from typing import Any

from index.dates import parse_written
from index.read.labels import BEFORE_LABEL, MODIFIED, dated
from index.read.markup import in_prose, joined, runs, words
from index.written import NO_CLOCK, settled

_LONGEST = 300
_TITLE_WORDS, _LIST, _ABOVE = 4, 3, 1
_APART = re.compile(
    rf"\s*[|·•\n]{NO_CLOCK}\s*|\s(?:on|by|in)\s|[,;.]?\s(?=(?:{MODIFIED})\b)|\s+[\u2013\u2014-]{NO_CLOCK}\s+"
    rf"|{BEFORE_LABEL}",
    re.IGNORECASE,
)
_BY = re.compile(r"\s(?:by|von|par|por|di|in|–|-)$")
_TOWN = re.compile(r"(?P<town>[^\W\d_][\w\u2019'.-]*(?:\s[\w\u2019'.-]+){0,3}),\s(?P<date>(?:(?:le|den|a)\s)?\d.*)")
_CAPTION = re.compile(r"[^\W\d_][^\d|·•]{2,24}[:：]?")
_MODIFIED = frozenset(("updated", "modified", "lastmod"))
_PUBLISHED = frozenset(("published", "posted", "pubdate", "publish", "pubtime"))
_OTHER = frozenset("event events current today weather masthead".split())
_PLAIN_HOMES = frozenset(("body", "article", "main", "section"))


class Stamps:
    """The dates, in the order of the page. Places: 0 between heading and text, 1 above the heading, 2 below.

    `language` is what the page says it is written in: see `index.written.settled`.
    """

    def __init__(self, language: str = "") -> None:
        self.language = language
        self.marked: dict[str, str] = {}
        self.loose: list[str] = []  # on a line of its own between heading and text
        self._plain: list[tuple[int, tuple[bool, str], str]] = []

    def published(self) -> str:
        """The one that is marked so, else the only one of the first place that has any."""
        if date := self.marked.get("published"):
            return date
        often = Counter(home for _, home, _ in self._plain)  # entries of a live blog or of a list
        single = [(place, date) for place, home, date in self._plain if often[home] < _LIST]
        first = min((place for place, _ in single), default=0)
        days = [date for place, date in single if place == first]
        days = days or self.loose
        return days[0] if len({date[:10] for date in days}) == 1 else ""

    def add_time(self, element: Any, place: int) -> None:
        """A time element."""
        text = joined(element)
        label = dated(text, self.language)
        date = _attribute(element) or (label[1] if label else parse_written(settled(text, self.language)))
        if not date:
            return
        parent = element.getparent()
        own, around = words(element), frozenset[str]()
        if parent is not None and parent.tag not in _PLAIN_HOMES:
            around = words(parent)
        told = dated(f"{before(element)}: {date[:10]}")
        if label and not parse_written(text):
            kind = label[0]
        elif told:
            kind = told[0]
        elif own & _PUBLISHED or element.get("pubdate") is not None:
            kind = "published"
        else:
            kind = "modified" if (own | around) & _MODIFIED else ""
        self._add(
            element, kind, date, place, plain=not (in_prose(element) or (own | around) & _OTHER or _teaser(element))
        )

    def add_labelled(self, element: Any, place: int) -> None:
        """An element whose class says that it holds a date."""
        lines = "\n".join(runs(element))
        if not lines or len(lines) > _LONGEST or element.find(".//time") is not None or in_prose(element):
            return
        said = words(element)
        by_class = "published" if said & _PUBLISHED else "modified" if said & _MODIFIED else ""
        if hidden := _attribute(element):
            self._add(element, by_class, hidden, place)
            return
        caption = ""
        for piece in [" ".join(lines.split()), *_APART.split(lines)]:
            piece = self._without_town(_BY.sub("", piece))
            found = dated(piece, self.language)
            if found:
                bare = bool(parse_written(settled(piece, self.language)))
                above = dated(f"{caption}: {found[1][:10]}") if bare and caption else None
                self._add(element, (above[0] if above else by_class) if bare else found[0], found[1], place)
            caption = piece.rstrip(":： ") if _CAPTION.fullmatch(piece) else ""

    def _without_town(self, piece: str) -> str:
        """What follows the town in "Brenna, 3 de marzo de 2024", unless that is a label."""
        match = _TOWN.fullmatch(piece)
        if match is None or dated(piece, self.language) or not dated(match["date"], self.language):
            return piece
        told = f"{match['town']}: {match['date']}"
        return told if dated(told, self.language) else match["date"]

    def _add(self, element: Any, kind: str, date: str, place: int, plain: bool = True) -> None:
        if kind:
            self.marked.setdefault(kind, date)
        elif plain:
            parent = element.getparent()
            home = " ".join(
                [element.tag, *sorted(words(element)), *(sorted(words(parent)) if parent is not None else ())]
            )
            self._plain.append((place, (place == _ABOVE, home), date))


def _attribute(element: Any) -> str:
    """The date that an element holds unseen, beside "two hours ago"."""
    names = ("datetime", "data-datetime", "data-date", "data-published", "content", "title")
    return next(filter(None, (parse_written(value) for name in names if (value := element.get(name)))), "")


def exact(element: Any, printed: str) -> str:
    """The date that a time element holds unseen, where an element's printed date stands in one."""
    for one in element.iter("time"):
        said = dated(joined(one))
        if said and said[1] == printed:
            return _attribute(one) or printed
    return printed


def _teaser(element: Any) -> bool:
    """Whether a time stands beside the link to another article."""
    parent = element.getparent()
    if parent is None or parent.tag in _PLAIN_HOMES:
        return False
    return any(len(joined(link).split()) >= _TITLE_WORDS for link in parent.iter("a"))


def before(element: Any) -> str:
    """The words right before an element, where they could be its label."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is None:
        text = (parent.text or "") if parent is not None else ""
    else:
        text = (previous.tail or "").strip() or (joined(previous) if isinstance(previous.tag, str) else "")
    return " ".join(text.split()).rstrip(":： ")
