"""Bytes to text. UTF-8 is the rule, UTF-16 is known by its mark, old newspaper files are Windows-1252."""

import codecs

from index.errors import ReadError

EMPTY = "it is empty: add the article's words, or leave it out"
BINARY = "it is binary, not text: save it as UTF-8 text"
_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_MOST_CONTROLS = 0.02
_CONTROLS = bytes({*range(32), 127} - set(b"\t\n\v\f\r\x1a\x1b"))


def decode(data: bytes) -> tuple[str, str]:
    """The text and a note, "" unless the encoding had to be guessed.

    Raises:
        ReadError: for an empty or a binary file.
    """
    if not data.strip():
        raise ReadError(EMPTY)
    if encoding := utf_16(data):
        try:
            return data[2:].decode(encoding), ""
        except UnicodeDecodeError:
            raise ReadError("it starts as UTF-16 but is not: save it as UTF-8 text") from None
    if b"\0" in data or len(data) - len(data.translate(None, _CONTROLS)) > _MOST_CONTROLS * len(data):
        raise ReadError(BINARY)
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), "is not UTF-8: read as Windows-1252"
    except UnicodeDecodeError:
        raise ReadError("it is neither UTF-8 nor Windows-1252 text: save it as UTF-8 text") from None


def utf_16(data: bytes) -> str:
    """Which UTF-16 the byte order mark at the start names, "" for none."""
    return _MARKS.get(data[:2], "")
