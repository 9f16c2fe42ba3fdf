"""JSON Lines: an article a line, {"id", "title", "text", "url", "outlet", "author", "published"}, only text required.

The file is read line by line. A line that cannot be used is skipped with its number, the others are read. The text
is the article: no byline or credit line leaves it. Unknown keys are ignored, null is as good as absent.
"""

import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from index.errors import ReadError
from index.read.decode import BINARY, EMPTY, decode, utf_16
from index.read.found import Found, Parts, check_size, finish, hashed, people, shown
from index.read.mapping import Said, lacking, listed
from index.records import Skipped

_ESCAPED = 12  # the most bytes a JSON string takes for one character (a surrogate pair, escaped)
_FRAME = 1_000_000  # and as many more for the other fields of a line
_EXPORT = re.compile(rb'(\xef\xbb\xbf)?\s*\{"byline":\s*\d+,\s*"embedder":')
_FIELDS = ("text", "title", "url", "outlet", "author", "published", "id")  # which are keys of the same name
_SHOWN = 50
_BROKEN = "the line is not JSON ({}): an article must be one JSON object on one line"


def read(path: str, source: str, limit: int, columns: Said | None = None) -> Iterator[Found | Skipped]:
    """Every article of the file, in order. `columns`: what the user said of its keys."""
    if exported(path):  # a member of a packed file: others were stopped before
        raise ReadError("it is a Byline export: unpack it, and use byline import")
    longest, empty = limit * _ESCAPED + _FRAME, True
    fields, notes = _fields(path, longest, columns or {})
    for number, line in _lines(path, longest):
        if line is not None and not line.strip(b"\xef\xbb\xbf \t\r\n"):
            continue
        empty = False
        place = f"{source}:{number}"
        try:
            if line is None:
                raise ReadError(f"the line is longer than an article of {limit:,} characters can be: split the article")
            parts = _parts(line, fields)
            parts.notes += notes
            found = finish(parts, place, hashed(parts), limit)
            notes = []
            yield found
        except ReadError as error:
            yield Skipped(place, str(error))
    if empty:
        raise ReadError(EMPTY)


def exported(path: str) -> bool:
    """Whether a file begins as those that `byline export` writes."""
    with open(path, "rb") as raw:
        return bool(_EXPORT.match(raw.read(200)))


def _fields(path: str, longest: int, columns: Said) -> tuple[dict[str, str], list[str]]:
    """Field to the key that holds it, and notes on what was said and is not there. The lines are looked through until
    all that was said is met: as a rule that is the first one.

    Raises:
        ReadError: where no line has a key that is known to hold the text.
    """
    keys: dict[str, None] = {}
    sought = {"text": "text"} | {name: said[0] for name, said in columns.items()}
    known = {*_FIELDS, *(key for said in columns.values() for key in said)}
    for _number, line in _lines(path, longest):
        try:
            row, _note = _object(line or b"")
        except ReadError:
            continue  # said when its turn comes
        keys |= {key: None for key in row if key in known or len(keys) < _SHOWN}
        if all(key in keys for key in sought.values()):
            break
    fields = {name: next((key for key in said if key in keys), "") for name, said in columns.items()}
    fields = {name: name for name in _FIELDS} | {name: key for name, key in fields.items() if key}
    if keys and fields["text"] not in keys:
        raise ReadError(f"no key of it is known to hold the text: name one of {listed(keys)} with --columns text=NAME")
    return fields, lacking(columns, {name for name, key in fields.items() if key in keys}, keys)


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


def _object(line: bytes) -> tuple[dict[str, object], str]:
    """What one line says, and a note on how it was decoded.

    Raises:
        ReadError: when the line is not a JSON object.
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
    return row, note


def _parts(line: bytes, fields: Mapping[str, str]) -> Parts:
    """The fields of one line.

    Raises:
        ReadError: when the line is not a JSON object with an id and a text of the right types.
    """
    told, note = _object(line)
    row = {name: told.get(key) for name, key in fields.items()}
    body, key = row["text"], fields["text"]
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
        modified=row.get("modified", ""),
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
