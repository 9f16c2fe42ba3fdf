"""A line of an export read back. Pure: no file, no database.

A line comes from anywhere, so every value is checked before it is used: what `parse` returns keeps the laws that
`index.doctor` examines. Whether vectors are those of their text cannot be told here: only the model could.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from index.chunk import Chunk
from index.doctor.rows import LENGTH, Held, passage_faults
from index.embed import Piece
from index.errors import ReadError
from index.manifest import Manifest
from index.normalise import normalise, single_line
from index.records import Article, Span
from index.transfer.line import PLAIN, VERSION, Header, Line
from index.words import words
from index.write import Blobs, piece_hash

_LARGEST = 1 << 16  # numbers in a vector
_ONE_LINE = ("id", "title", "outlet", "author")


def parse_header(raw: bytes) -> Header:
    """The first line of an export.

    Raises:
        ReadError: it is not one, or of a version that this Byline does not read.
    """
    row = _object(raw.removeprefix(b"\xef\xbb\xbf"))
    if "byline" not in row:
        raise ReadError("it is not an exported archive: its first line does not say so")
    if type(row["byline"]) is not int or row["byline"] != VERSION:
        raise ReadError(f"it is of another version than this Byline reads ({VERSION}): use the one that wrote it")
    made = Manifest(
        _string(row, "embedder"),
        _string(row, "sha256"),
        _number(row.get("dimension"), "dimension", 1, _LARGEST),
        _number(row.get("tokens"), "tokens", 1, 1 << 31),
        _number(row.get("normaliser"), "normaliser", 1, 1 << 31),
    )
    if not made.embedder or not made.sha256:
        raise ReadError("it does not name the model of its vectors")
    if made.embedder.startswith("hash-") and made.embedder != f"hash-{made.dimension}":
        raise ReadError(f"its model '{made.embedder[:40]}' has no vectors of {made.dimension} numbers")
    return Header(made, _number(row.get("articles"), "articles", 0, 1 << 53))


def parse(raw: bytes, header: Header) -> Line:
    """An article's line; its texts are as they stand there, in the form that the header's normaliser gave them.

    Raises:
        ReadError: a value is missing or wrong.
    """
    row = _object(raw)
    plain = {name: _string(row, name) for name in PLAIN}
    if not plain["id"].strip() or not plain["text"].strip():
        raise ReadError(f'its "{"text" if plain["id"].strip() else "id"}" is blank')
    article = Article(**plain, places=_places(row.get("places")), found=_found(row.get("found")))
    given = row.get("given")
    if not isinstance(given, bool):
        raise ReadError('its "given" is neither true nor false')
    pairs = [_passage(one, article, header.made.dimension) for one in _list(row.get("passages"), "passages")]
    _check_passages(article, pairs)
    return Line(article, _string(row, "source"), given, tuple(c for c, _ in pairs), tuple(b for _, b in pairs))


def check_normal(article: Article) -> None:
    """See that an article's texts are as this version's normaliser leaves them.

    Raises:
        ReadError: a text of it is not.
    """
    wrong = [name for name in _ONE_LINE if single_line(getattr(article, name)) != getattr(article, name)]
    if normalise(article.text) != article.text:
        wrong.append("text")
    if wrong:
        raise ReadError(f'its "{wrong[0]}" is not written as Byline stores it: it was changed after the export')


def _object(raw: bytes) -> dict[str, Any]:
    try:
        row = json.loads(raw.decode("utf-8"), parse_constant=_refuse)
    except (RecursionError, MemoryError):
        raise ReadError("the line is nested too deeply or too large") from None
    except ValueError as error:  # so are UnicodeDecodeError and a number of too many digits
        raise ReadError(f"the line is not JSON in UTF-8 ({str(error).split(': line ')[0][:100]})") from None
    if not isinstance(row, dict):
        raise ReadError("the line is not a JSON object")
    return row


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _string(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise ReadError(f'its "{name}" is {"missing" if value is None else "not a string"}')
    if not value.isascii() and value != value.encode("utf-8", "replace").decode("utf-8"):
        raise ReadError(f'its "{name}" holds half a character (a lone surrogate)')
    return value


def _number(value: object, name: str, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ReadError(f'its "{name}" is not a whole number from {least} to {most}')
    return value


def _list(value: object, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise ReadError(f'its "{name}" is not a list')
    return value


def _places(value: object) -> tuple[tuple[int, str], ...]:
    places = []
    for pair in _list(value, "places"):
        if not isinstance(pair, list) or len(pair) != 2:
            raise ReadError('its "places" are not pairs of a number and a string')
        places.append((_number(pair[0], "places", -(1 << 53), 1 << 53), _string({"places": pair[1]}, "places")))
    return tuple(places)


def _found(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ReadError('its "found" is not an object')
    return {_string({"found": name}, "found"): _string({"found": said}, "found") for name, said in value.items()}


def _passage(row: object, article: Article, dimension: int) -> tuple[Chunk, Blobs]:
    if not isinstance(row, dict):
        raise ReadError('one of its "passages" is not an object')
    end = len(article.text)
    stop = _number(row.get("stop"), "stop", 1, end)
    span = Span(_number(row.get("start"), "start", 0, stop - 1), stop)
    spans = tuple(_spans(_list(row.get("sentences"), "sentences"), span))
    if not spans:
        raise ReadError("a passage of it has no sentences")
    marks = np.asarray([(one.start - span.start, one.end - span.start) for one in spans], np.int32)
    vector = _bytes(row, "vector", 2 * dimension)
    length = float(np.linalg.norm(np.frombuffer(vector, "<f2").astype(np.float32)))
    if not abs(length - 1) <= LENGTH and (length != 0 or any(words(f"{article.title} {span.of(article.text)}"))):
        raise ReadError(f'a "vector" of it has length {length:.4g}, not 1')  # NaN is not near anything
    return Chunk(span, spans), Blobs(vector, marks.tobytes(), _bytes(row, "vectors", len(spans) * dimension))


def _spans(pairs: list[Any], within: Span) -> Iterator[Span]:
    at = within.start
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 2:
            raise ReadError('its "sentences" are not pairs of numbers')
        start = _number(pair[0], "sentences", at, within.end - 1)
        at = _number(pair[1], "sentences", start + 1, within.end)
        yield Span(start, at)


def _bytes(row: dict[str, Any], name: str, size: int) -> bytes:
    try:
        blob = base64.b64decode(_string(row, name), validate=True)
    except ValueError:
        raise ReadError(f'a "{name}" of it is not base64') from None
    if len(blob) != size:
        raise ReadError(f'a "{name}" of it has {len(blob)} bytes, not {size}')
    return blob


def _check_passages(article: Article, pairs: Sequence[tuple[Chunk, Blobs]]) -> None:
    held = [
        Held(i, chunk.span.start, chunk.span.end, i, piece_hash(_piece(article, chunk.span)), 0, blobs.marks)
        for i, (chunk, blobs) in enumerate(pairs)
    ]
    for i, _, what in passage_faults(article, held, None) if held else ():
        raise ReadError(f"passage {i + 1}: {what}" if i is not None else what)


def _piece(article: Article, span: Span) -> Piece:
    return Piece(span.of(article.text), (), article.title)
