"""Plain text: the words are the article; title, byline, date and credit lines around it are recognised and leave it."""

import os
from collections.abc import Iterator
from pathlib import Path

from index.normalise import normalise
from index.read.credits import take_credits
from index.read.decode import decode
from index.read.found import Found, Parts, check_size, finish

WIDEST = 4  # bytes a character takes, at most, in UTF-8 and UTF-16


def read(path: str, source: str, limit: int) -> Iterator[Found]:
    """The one article of the file."""
    text, notes = read_text(path, limit)
    parts = Parts(text, notes=notes)
    take_credits(parts)
    yield finish_file(parts, path, source, limit)


def read_text(path: str, limit: int) -> tuple[str, list[str]]:
    """The file's normalised text and notes on how it was decoded. A file far too large is never read."""
    check_size(os.path.getsize(path), limit * WIDEST, "the file has", "bytes")
    text, note = decode(Path(path).read_bytes())
    return normalise(text), [note] if note else []


def finish_file(parts: Parts, path: str, source: str, limit: int) -> Found:
    """The article of a file: known by its source where it has no id or address, titled by its name at need."""
    if not parts.title.strip():
        stem = os.path.splitext(os.path.basename(source))[0]
        parts.title = " ".join(stem.replace("_", " ").replace("-", " ").split()) or stem
        parts.found["title"] = "file name"
    return finish(parts, source, source, limit)
