"""JSON Lines: an article a line, {"id", "title", "text", "url", "outlet", "author", "published"}, only text required.

The file is read line by line. A line that cannot be used is skipped with its number, the others are read. The text
is the article: no byline or credit line leaves it. Unknown keys are ignored, null is as good as absent.
"""

import io
import json
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from index.errors import ReadError
from index.read.decode import BINARY, decode, utf_16
from index.read.found import Found, Parts, check_size, finish, hashed, people, shown
from index.records import Skipped

_ESCAPED = 12  # the most bytes a JSON string takes for one character (a surrogate pair, escaped)
_FRAME = 1_000_000  # and as many more for the other fields of a line
_BROKEN = "the line is not JSON ({}): an article must be one JSON object on one line"


def read(path: str, source: str, limit: int, columns: Mapping[str, str] | None = None) -> Iterator[Found | Skipped]:
    """Every article of the file, in order. `columns`: field to the name of its key, where that is another."""
    empty = True
    for number, line in _lines(path, limit * _ESCAPED + _FRAME):
        if line is not None and not line.strip(b"\xef\xbb\xbf \t\r\n"):
            continue
        empty = False
        place = f"{source}:{number}"
        try:
            if line is None:
                raise ReadError(f"the line is longer than an article of {limit:,} characters can be: split the article")
            parts = _parts(line, columns or {})
            yield finish(parts, place, hashed(parts), limit)
        except ReadError as error:
            yield Skipped(place, str(error))
    if empty:
        raise ReadError("it is empty")


def _lines(path: str, longest: int) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines; None for one that is too long. UTF-16 is turned into UTF-8 on the way."""
    with open(path, "rb") as raw:
        file: BinaryIO = raw
        if encoding := utf_16(raw.read(2)):
            file = io.BytesIO(_recoded(raw, encoding, longest))
        elif b"\0" in raw.read(_FRAME):
            raise ReadError(BINARY)
        else:
            raw.seek(0)
        number = 0
        while line := file.readline(longest):
            number += 1
            whole = len(line) < longest or line.endswith(b"\n")
            while not whole:
                rest = file.readline(1 << 20)
                whole = not rest or rest.endswith(b"\n")
                line = b""
            yield number, line or None


def _recoded(file: BinaryIO, encoding: str, longest: int) -> bytes:
    data = file.read(longest + 1)
    check_size(len(data), longest, "as UTF-16 it has", "bytes")
    return data.decode(encoding).encode()


def _parts(line: bytes, columns: Mapping[str, str]) -> Parts:
    """The fields of one line.

    Raises:
        ReadError: when the line is not a JSON object with an id and a text of the right types.
    """
    text, note = decode(line)
    try:
        row = json.loads(text)
    except RecursionError:
        raise ReadError(_BROKEN.format("nested too deeply")) from None
    except ValueError as error:
        raise ReadError(_BROKEN.format(BINARY if "\x00" in text else str(error).split(": line ")[0])) from None
    if not isinstance(row, dict):
        raise ReadError(_BROKEN.format("but no object"))
    row.update({name: row.get(key) for name, key in columns.items()})
    body, key = row.get("text"), columns.get("text", "text")
    if not isinstance(body, str):
        raise ReadError(f'the line has no "{key}"' if body is None else f'its "{key}" is not a string')
    notes = [f"the line {note}"] if note else []
    parts = Parts(
        text=body,
        id=_id(row.get("id")),
        title=_string(row, "title", notes),
        url=_string(row, "url", notes),
        outlet=_string(row, "outlet", notes),
        author=_author(row, notes),
        published=row.get("published"),
        modified=row.get("modified") if "modified" in columns else "",
        notes=notes,
    )
    parts.found = dict.fromkeys(("title", "url", "outlet", "author", "published", "modified"), "json")
    return parts


def _id(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise ReadError(f'its "id" is {shown(json.dumps(value))}, neither a string nor a whole number')


def _string(row: dict[str, object], key: str, notes: list[str]) -> str:
    value = row.get(key)
    if value is None or isinstance(value, str):
        return value or ""
    notes.append(f"{key} {shown(json.dumps(value))} is not a string: left empty")
    return ""


def _author(row: dict[str, object], notes: list[str]) -> str:
    value = row.get("author")
    if not isinstance(value, list):
        return _string(row, "author", notes)
    names = [name for name in value if isinstance(name, str)]
    if len(names) < len(value):
        notes.append("author has entries that are not strings: left out")
    return people(names)
