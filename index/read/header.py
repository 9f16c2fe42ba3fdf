"""A header of labelled lines above a text: "Title: ...", "Author: ...", "Date: ...", then an empty line. Pure.

Taken only where one line is the title and another says who, where or when: a play begins with "Ann: Good evening." too.
"""

import re

from index.read.bylines import byline
from index.read.found import Parts
from index.read.labels import dated

_NAMES = {
    "title": r"title|headline|titel|überschrift|titre|título|titolo|tytuł|заголовок|标题|標題|タイトル",
    "author": r"authors?|by|byline|writers?|reporters?|autor(?:en|es|i|zy)?|auteurs?|autore|автор|作者",
    "outlet": r"outlet|source|publication|publisher|newspaper|quelle|zeitung|journal|fuente|fonte|источник|来源",
    "url": r"url|link|address",
    "published": r"date|published|publication date|datum|fecha|data|дата|日期",
    "modified": r"updated|modified",
}
_LINE = re.compile(r"(?P<label>\w[\w -]{0,24}?)\s?[:：]\s*(?P<value>\S.*)")
_KNOWN = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _NAMES.items()}
_MOST = 12  # lines


def take_header(parts: Parts) -> bool:
    """Moves such a header from `parts.text` into the other parts; whether there was one.

    Fields that are set already win. A line with another label ("Section: Sport") goes along, into the credits.
    """
    head, empty, rest = parts.text.strip().partition("\n\n")
    read = [_LINE.fullmatch(line.strip()) for line in head.split("\n")]
    lines = [(_name(one["label"]), one.group(), one["value"].strip()) for one in read if one]
    names = [name for name, _, _ in lines if name]
    if not empty or len(lines) < len(read) or len(lines) > _MOST or len(set(names)) < len(names):
        return False
    if "title" not in names or len(names) < 2:
        return False
    for name, line, value in lines:
        if name and not getattr(parts, name):
            setattr(parts, name, _read(name, line) or value)  # a date that cannot be read is told of later
            parts.found[name] = "header"
    kept = [line for name, line, _ in lines if name != "title"]
    parts.credits = "\n".join(filter(None, [parts.credits, *kept]))
    parts.text = rest.strip()
    return True


def _read(name: str, line: str) -> str:
    """What is read of a byline or a date in words; "" of other lines."""
    if name == "author" and (signed := byline(line)) and not signed[1]:
        return signed[0]
    if name in ("published", "modified") and (day := dated(line)):
        return day[1]
    return ""


def _name(label: str) -> str:
    """The field that a label names; "" where it names none."""
    return next((name for name, pattern in _KNOWN.items() if pattern.fullmatch(label)), "")
