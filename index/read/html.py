"""Saved web pages: the bytes of a file become a page, and `page` finds the article in it. Nothing is fetched."""

import re
from collections.abc import Iterator
from pathlib import Path

from index.errors import ReadError
from index.read.decode import decode, utf_16
from index.read.found import Found
from index.read.page import page
from index.read.txt import finish_file

_LARGEST = 32_000_000  # bytes, with the pictures that a page was saved with
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)


def read(path: str, source: str, limit: int) -> Iterator[Found]:
    """The one article of the page."""
    size = Path(path).stat().st_size
    if size > _LARGEST:
        raise ReadError(
            f"the page has {size:,} bytes, more than the {_LARGEST:,} that are read of one: "
            "save the article's words as .txt"
        )
    text, notes = unpack(Path(path).read_bytes())
    parts = page(text)
    parts.notes[:0] = notes
    yield finish_file(parts, path, source, limit)


def unpack(data: bytes, charset: str = "") -> tuple[str, list[str]]:
    """The page of these bytes and a note on a doubtful decoding.

    UTF-8 where the bytes are that, else what the server (`charset`) or the page declares, else what any file is tried
    with: many pages name another encoding than theirs.
    """
    declared = _DECLARED.search(data[:4_096])
    name = charset or (declared[1].decode("ascii", "replace") if declared else "")
    if name and not utf_16(data) and b"\0" not in data:
        try:
            return data.decode("utf-8-sig"), []
        except UnicodeDecodeError:
            pass
        try:  # browsers read Latin-1 as Windows-1252
            return data.decode("cp1252" if name.lower() in ("iso-8859-1", "latin1", "us-ascii") else name), []
        except (UnicodeDecodeError, LookupError):
            pass
    text, note = decode(data)
    return text, [note] if note else []
