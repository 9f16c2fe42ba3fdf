"""Tables (.csv, .tsv): an article a row. The first row names the columns; `index.read.mapping` knows their fields.

A row that cannot be used is skipped with its number, the others are read. The text is the article, as in JSON Lines.
"""

import csv
import io
from collections.abc import Iterator, Mapping

from index.errors import ReadError
from index.read.decode import BINARY, decode, utf_16
from index.read.found import Found, Parts, check_size, finish, hashed
from index.read.mapping import Said, chosen, fold, lacking, listed
from index.records import Skipped

_WHOLE = 64_000_000  # bytes that are decoded at once; a larger table is read as UTF-8, line by line
_SAMPLE = 64_000
_COLUMNS = 1_000


def read(path: str, source: str, limit: int, columns: Said | None = None) -> Iterator[Found | Skipped]:
    """Every article of the table, in order. `columns`: what the user said of them. Notes stand on the first article."""
    csv.field_size_limit(min(2 * limit + 1_000_000, 2**31 - 1))
    file, note = _text(path)
    with file:
        sample = file.read(_SAMPLE)
        file.seek(0)
        rows = csv.reader(file, delimiter=_delimiter(path, sample), strict=False)
        names = _header(rows)
        said = columns or {}
        fields = _fields(names, said)
        notes = [*([note] if note else []), *lacking(said, fields, names)]
        text = names[fields["text"]]
        if fold(text) not in ("text", *map(fold, said.get("text", ()))):
            notes.append(f"its text was taken from the column '{text}'")
        yield from _articles(rows, source, limit, fields, notes)


def _articles(
    rows: Iterator[list[str]], source: str, limit: int, fields: Mapping[str, int], notes: list[str]
) -> Iterator[Found | Skipped]:
    number, some = 1, False
    while True:
        number += 1
        place = f"{source}:{number}"
        try:
            row = next(rows)
            if not any(map(str.strip, row)):
                continue
            some = True
            told = {name: row[column] for name, column in fields.items() if column < len(row)}
            parts = Parts("", found=dict.fromkeys(told, "table"), notes=list(notes))
            for name, value in told.items():
                setattr(parts, name, value)
            found = finish(parts, place, hashed(parts), limit)
            notes = []
            yield found
        except StopIteration:
            break
        except ReadError as error:
            yield Skipped(place, str(error))
        except csv.Error as error:
            some = True
            yield Skipped(place, _unreadable(error, limit))
    if not some:
        raise ReadError("it has a header and no rows")


def _unreadable(error: csv.Error, limit: int) -> str:
    if "field larger" in str(error):
        return f"a field of the row is longer than an article of {limit:,} characters can be: split the article"
    return f"the row cannot be read ({error}): save the table as UTF-8 CSV"


def _text(path: str) -> tuple[io.TextIOBase, str]:
    """The table's characters and a note on how they were decoded."""
    with open(path, "rb") as raw:
        data = raw.read(_WHOLE + 1)
    if b"\0" in data[:_SAMPLE] and not utf_16(data):
        raise ReadError(BINARY)
    if len(data) > _WHOLE:
        return open(path, encoding="utf-8-sig", errors="replace", newline=""), ""
    text, note = decode(data)
    return io.StringIO(text, newline=""), note


def _delimiter(path: str, sample: str) -> str:
    """What stands between the columns: of the usual ones, that which the first line has most of."""
    if path.lower().endswith(".tsv"):
        return "\t"
    first = sample.lstrip().split("\n", 1)[0]
    return max(",;\t|", key=first.count)


def _header(rows: Iterator[list[str]]) -> list[str]:
    try:
        names = next((row for row in rows if any(map(str.strip, row))), [])
    except csv.Error as error:
        raise ReadError(f"its first row cannot be read ({error}): save the table as UTF-8 CSV") from None
    check_size(len(names), _COLUMNS, "its first row has", "columns")
    return [name.strip() for name in names]


def _fields(names: list[str], columns: Said) -> dict[str, int]:
    """Field to the number of its column.

    Raises:
        ReadError: where no column holds the text.
    """
    fields = chosen(names, columns)
    if "text" not in fields:
        there = listed(names)
        raise ReadError(f"no column of it is known to hold the text: name one of {there} with --columns text=NAME")
    return {name: names.index(column) for name, column in fields.items()}
