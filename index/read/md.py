"""Markdown: front matter (simple `key: value` lines) and the first heading give the fields; the text loses its marks.

This is no YAML parser: what is not a simple value, a list of names or a wrapped line is left alone.
"""

import re
from collections.abc import Iterator

from index.dates import parse_written
from index.normalise import fold, single_line
from index.read.bylines import byline
from index.read.credits import take_credits
from index.read.found import Found, Parts, people
from index.read.labels import dated
from index.read.txt import finish_file, read_text
from index.read.unmarked import MOST_LINES, Block, blocks

_LONGEST_FRONT, _LONGEST_PAIR = 200, 2_000
_PAIR = re.compile(r"([A-Za-z][\w -]*?)\s*:(?:\s+(.*))?")
_ITEM = re.compile(r"\s*-\s+(.*)")
_ABOVE = 4  # blocks that may stand above the first heading, if they are bylines and dates
_NAMES = {
    "id": ("id",),
    "title": ("title",),
    "url": ("url", "canonical", "link", "permalink"),
    "outlet": ("outlet", "publication", "publisher", "site", "source"),
    "author": ("author", "authors", "byline"),
    "published": ("published", "date", "publication_date"),
    "modified": ("modified", "updated", "lastmod"),
}


def read(path: str, source: str, limit: int) -> Iterator[Found]:
    """The one article of the file."""
    text, notes = read_text(path, limit)
    front, body = split_front(text)
    parts = Parts(body, notes=notes)
    for name, keys in _NAMES.items():
        values = next((front[key] for key in keys if front.get(key)), None)
        if values:
            value = people(values) if name == "author" else values[0]
            setattr(parts, name, (parse_written(value) or value) if name in ("published", "modified") else value)
            parts.found[name] = "front matter"
    text_blocks = blocks(body)
    at = _heading(text_blocks)
    title = single_line(text_blocks[at].text) if at is not None else ""
    if at is not None and (not parts.title or fold(title) == fold(parts.title)):  # another one is part of the text
        del text_blocks[at]
        parts.found.setdefault("title", "heading")
        parts.title = parts.title or title
    if len(text_blocks) == 1 and text_blocks[0].text.count("\n") >= MOST_LINES:
        parts.notes.append(f"it has more than {MOST_LINES:,} lines: the marks of Markdown were left in its text")
    parts.text = "\n\n".join(block.text for block in text_blocks)
    take_credits(parts, with_title=at is None and not parts.title)
    yield finish_file(parts, path, source, limit)


def _heading(found: list[Block]) -> int | None:
    """Which block is the first heading, where nothing stands above it but who wrote the article, and when."""
    for at, block in enumerate(found[:_ABOVE]):
        if block.level == 1:
            return at
        if not all(byline(line) or dated(line) for line in block.text.split("\n")):
            return None
    return None


def split_front(text: str) -> tuple[dict[str, list[str]], str]:
    """The front matter, key to values, and the text below it. Dashes around anything else are a rule, not a frame."""
    lines = text.split("\n", _LONGEST_FRONT)
    if lines[0].rstrip() != "---":
        return {}, text
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), 0)
    front = _pairs(lines[1:end])
    return (front, "\n".join(lines[end + 1 :])) if front else ({}, text)


def _pairs(lines: list[str]) -> dict[str, list[str]]:
    """The values of each key, or nothing where a line is neither pair, list item, comment nor continuation."""
    front: dict[str, list[str]] = {}
    values: list[str] = []
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        if len(line) > _LONGEST_PAIR:
            return {}
        if match := _PAIR.fullmatch(line):
            values = front.setdefault(match[1].lower(), [])
            values += _values(match[2] or "")
        elif front and (match := _ITEM.fullmatch(line)):
            values += _values(match[1])
        elif front and line[0] in " \t":
            values[-1:] = [" ".join([*values[-1:], _unquoted(line.strip())])]
        else:
            return {}
    return front


def _values(raw: str) -> list[str]:
    raw = raw.strip()
    if raw in ("", "|", ">", "|-", ">-", "~", "null"):
        return []
    if raw.startswith("[") and raw.endswith("]"):
        return [value for part in raw[1:-1].split(",") if (value := _unquoted(part.strip()))]
    return [_unquoted(raw)]


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
