"""What the elements of a page say of its author, dates and title: microdata, RDFa, bylines and what classes label."""

import re
from typing import Any

from index.dates import parse_written
from index.read.bylines import byline
from index.read.labels import BEFORE_LABEL, MODIFIED, dated
from index.read.markup import is_author, is_dated, is_plain, joined, printed_lines, runs, words
from index.read.names import labelled, names, with_role
from index.read.scopes import main_scope, of_article, of_others, without_prefix
from index.read.stamps import Stamps, before, exact
from index.written import NO_CLOCK, settled

_LONGEST_BYLINE, _LONGEST_LINE, _PROSE = 300, 160, 80
_PARAGRAPHS = 2  # of which the first may be a standfirst above the byline
_LINES = frozenset("p div span small em strong i b h2 h3 h4 h5 h6 address li font".split())
_HOLDERS = frozenset("p div li ul ol table section article".split())
_APART = re.compile(
    rf"\s*[|·•\n]{NO_CLOCK}\s*|\s/{NO_CLOCK}\s|\s+[\u2013\u2014]{NO_CLOCK}\s+|(?<=[^\W\d]),\s+(?=\d)|\s+-\s+(?=[^\W\d])"
    rf"|,?\s(?=(?i:{MODIFIED})\b[^|]*\d)"
)
_BY = re.compile(r"\b[Bb]y:?\s+([^\d|·•]{5,80}?)(?=\s+(?:on|in)\s|\s*[|·•,\d]|$)")
_PROFILE = re.compile(r"/(?:authors?|profiles?|by|people|staff|autor(?:en)?|auteurs?|autori)/")
_SIGNED = re.compile(r"[（(](?P<by>(?:取材・文|取材|撰文|執筆|記者|文)\s?[・:：／/]\s?[^（）()\d]{2,30})[）)]")
_DATED_BY = re.compile(
    r"(?P<date>[^|·•]{6,40}?)(?:\s*[|·•,]\s*|\s+[\u2013\u2014-]\s+|\s+)(?P<by>(?:by|von|par|por|di|door)\s\S.{2,80})",
    re.IGNORECASE,
)
_DATES = {
    "datepublished": "published", "pubdate": "published", "date": "published", "issued": "published",
    "datecreated": "published", "created": "published", "datemodified": "modified", "modified": "modified",
}  # fmt: skip
_HEAD, _ABOVE, _BELOW = range(3)


class Visible:
    """Everything that was found, in the order of the page; in three places: see Stamps."""

    def __init__(self, tree: Any, heading: Any, language: str = "") -> None:
        self.headline = self.publisher = ""
        self.signed: list[str] = []  # in a byline right below the heading
        self.typed: dict[str, str] = {}
        self.typed_authors: list[str] = []
        self.authors: tuple[list[str], ...] = ([], [], [])
        self.bylines: list[str] = []
        self.stamps = Stamps(language)
        self.language = language
        self._scope = main_scope(tree, heading)
        self._others = of_others(tree, heading, self._scope)
        place, paragraphs = _ABOVE, 0
        for element in tree.iter():
            if not isinstance(element.tag, str) or (element.tag in ("meta", "link") and not element.get("itemprop")):
                continue
            if element is heading or (heading is None and element.tag == "h1"):
                place, paragraphs = _HEAD, 0
                self._right_above(element)
            elif element.tag == "p" and place != _BELOW and len(joined(element)) > _PROSE and not self._line(element):
                paragraphs += 1
                place = _BELOW if paragraphs == _PARAGRAPHS else place
            self._look(element, place, paragraphs == 0)

    def _look(self, element: Any, place: int, above_text: bool) -> None:
        for name in (element.get("itemprop") or element.get("property") or "").lower().split():
            self._typed(element, without_prefix(name))
        if element in self._others:
            return
        if {"author", "schema:author"} & set((element.get("rel") or "").lower().split()):
            self._sign([joined(element)], place)
        elif is_author(element):
            self._sign(_authors(element), place)
        if element.tag == "time":
            self.stamps.add_time(element, place)
        elif is_dated(element):
            self.stamps.add_labelled(element, place)
            line = _apart(element)
            told = [name for piece in line.split(" | ") if re.search("[:：]", piece) for name in _told(piece)]
            self.authors[place].extend(_profiles(element) or _BY.findall(line) or told)
        elif "fn" in words(element):  # of an hCard
            self.authors[place].extend(labelled(f"{before(element)} {joined(element)}")[0])
        elif element.tag == "p" and (signed := _SIGNED.fullmatch(joined(element))):
            self.authors[place].extend(labelled(signed["by"])[0])
        elif place != _BELOW and element.tag in _LINES and not self._line(element) and place == _HEAD and above_text:
            self._below_heading(element)

    def _dated(self, piece: str) -> tuple[str, str] | None:
        return dated(piece, self.language)

    def _sign(self, raws: list[str], place: int) -> None:
        self.authors[place].extend(raws)
        if place == _HEAD:
            self.signed += raws

    def _right_above(self, heading: Any) -> None:
        """A bare date right above the heading in the article, as press releases have it: a masthead's is today's."""
        line = heading.getprevious()
        if line is None or line.tag not in ("p", "div", "span") or len(line) or not is_plain(line):
            return
        date = self._dated(joined(line))
        if date and date[0] == "published" and any(one.tag in ("main", "article") for one in heading.iterancestors()):
            self.stamps.loose.append(date[1])

    def _below_heading(self, element: Any) -> None:
        """A line of its own between the heading and the text: a bare date, or a name with a role."""
        line = joined(element) if len(element) < 3 and not any(child.tag in _HOLDERS for child in element) else ""
        if not 5 < len(line) <= _LONGEST_LINE or not is_plain(element):
            return
        first, *rest = filter(None, _APART.split(line))
        leads = self._dated(first)
        dates = [self._dated(piece) for piece in ([first, *rest] if leads else rest)]
        if name := with_role(line):
            self.bylines.append(name)
        elif element.tag in ("div", "p") and dates and all(dates) and (leads or names(first) == [first]):
            self.bylines += [] if leads else [first]
            for kind, date in filter(None, dates):
                if kind == "published":
                    self.stamps.loose.append(exact(element, date))
                else:
                    self.stamps.marked.setdefault(kind, exact(element, date))

    def _typed(self, element: Any, name: str) -> None:
        """A property of the article itself, not of a thing described within it."""
        if name not in ("headline", "author", "creator", "publisher", *_DATES) or not of_article(element, self._scope):
            return
        value = element.get("content") or element.get("datetime") or ""
        if name == "headline":
            self.headline = self.headline or value or joined(element)
        elif name == "publisher":
            self.publisher = self.publisher or value or _named(element)
        elif name in ("author", "creator"):
            if "Organization" not in (element.get("itemtype") or element.get("typeof") or ""):
                self.typed_authors.append(value or _named(element))
        elif date := next(filter(None, map(parse_written, (value, element.get("title") or "", joined(element)))), ""):
            self.typed.setdefault(_DATES[name], date)

    def _line(self, element: Any) -> bool:
        """Whether it is a line of its own that is a byline; it may end in a date."""
        lines = runs(element) if element.find("br") is not None else [joined(element)]
        if not lines or not 5 < len(lines[0]) <= _LONGEST_LINE or any(child.tag in _HOLDERS for child in element):
            return False
        if turned := _DATED_BY.fullmatch(lines[0]):  # "9 December 2019 | by Mara Quist"
            lines[0] = f"{turned['by']} | {turned['date']}" if self._dated(turned["date"]) else lines[0]
        read = byline(lines[0])
        people, tail = (read[0].split(", "), read[1]) if read else labelled(lines[0])
        pieces = _APART.split("\n".join([tail, *lines[1:3]]) if people else lines[0])
        for piece in pieces:
            bare = bool(parse_written(settled(piece, self.language)))
            if (date := self._dated(piece)) and (people or not bare):  # a bare date may be of anything
                self.stamps.marked.setdefault(date[0], exact(element, date[1]))
        self.bylines += people
        return bool(people)


def _told(piece: str) -> list[str]:
    """The people whom a label names, in a line of several: "2024年3月3日 来源：... 记者：..."."""
    return next((found for one in re.split(BEFORE_LABEL, piece) if (found := labelled(one)[0])), [])


def _authors(element: Any) -> list[str]:
    """The links to authors in a byline, where it has such, else its words."""
    lines = runs(element)
    if not lines or sum(map(len, lines)) > _LONGEST_BYLINE:
        return []
    return _profiles(element) or ["\n".join(line for line in _without_desk(element) if not dated(line))]


def _without_desk(element: Any) -> list[str]:
    """The runs of a byline, without the lines below its "By Mara Quist" that name a desk."""
    first, *rest = printed_lines(element)
    if not labelled(" ".join(first.split()))[0] or first.rstrip().endswith((",", " and", " und")):
        return runs(element)
    kept = [line for line in rest if re.match(r"(?:and|und|et|y|e|&|,)\s", line) or labelled(" ".join(line.split()))[0]]
    return [run for line in [first, *kept] for run in line.split("\n")]


def _apart(element: Any) -> str:
    """The beginning of an element in one line, its own lines kept apart."""
    whole = joined(element)
    if len(whole) > _LONGEST_BYLINE:
        return whole[:_LONGEST_BYLINE]
    return " | ".join(" ".join(line.split()) for line in printed_lines(element))


def _profiles(element: Any) -> list[str]:
    """The links to authors' own pages in a short element."""
    links = [one for one in element.iter("a") if _PROFILE.search(one.get("href") or "")]
    return [joined(one) for one in links] if links and len(joined(element)) <= _LONGEST_BYLINE else []


def _named(element: Any) -> str:
    """The name of the thing that an element describes."""
    for one in element.iter():
        if "name" in without_prefix((one.get("itemprop") or one.get("property") or "").lower()).split():
            return one.get("content") or joined(one)
    return "\n".join(runs(element))
