"""The readers: one column a format, equal in shape, behind `read_paths`.

A column has `read(path, source, limit)`, which yields Found and Skipped and raises ReadError for a source it cannot
use. `formats` knows the columns, `reading` the order of the work, `web` the addresses.

A folder is walked in sorted order. Names in it that start with a dot (.git, .DS_Store) are not articles and are
passed over, and so is a folder that is an archive; any other file that no column reads is named as skipped. A link to
a folder that the walk has already been in is not followed again.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from index.read import mapping
from index.read.formats import FORMATS
from index.read.found import File, Found
from index.read.reading import Known, Reading, Remembered, read_one, stamp
from index.read.sandbox import Sandbox
from index.read.walk import printable
from index.read.web import Pages, Visited, Web
from index.records import Skipped

__all__ = [
    "FORMATS",
    "LIMIT",
    "File",
    "Found",
    "Known",
    "Web",
    "printable",
    "read_path",
    "read_paths",
]

LIMIT = 2_000_000


def read_paths(
    paths: Iterable[str | Path] | str | Path,
    limit: int = LIMIT,
    known: Known | None = None,
    columns: Mapping[str, str] | None = None,
    web: Web | None = None,
    visited: Visited | None = None,
    remembered: Remembered | None = None,
) -> Iterator[Found | Skipped | File]:
    """All articles of these files, folders and addresses, in the order given, then those of feeds and sitemaps. What
    cannot be read is yielded as Skipped; nothing is raised for it.

    Args:
        limit: how many characters an article's text may have.
        known: asked (path, digest of the bytes) for each file; where it says yes, the file is not read again. With it,
            a File follows the articles of each file that could be opened.
        columns: field to the name of its column, for tables and JSON lines whose names are not the usual ones. It holds
            for a file as far as the file has such columns.
        web: feeds and sitemaps to be read, and how.
        visited: asked (address, stamp) for what the server said of the version of a page that is stored.
        remembered: asked (path) for the columns that were said when a file was read before.

    Raises:
        SettingsError: `columns` or `web` says something that cannot be done.
    """
    columns = mapping.checked(columns or {})
    with Sandbox() as sandbox:
        read = partial(_read_page, sandbox, limit)
        with Pages(web or Web(), read, visited, stamp(limit, {}).digest()) as pages:
            reading = Reading(sandbox, limit, known, columns, pages, remembered)
            yield from reading.all([paths] if isinstance(paths, str | Path) else paths)


def read_path(path: str | Path, limit: int = LIMIT, known: Known | None = None) -> Iterator[Found | Skipped | File]:
    """The articles of one file or folder: see `read_paths`."""
    return read_paths(path, limit, known)


def _read_page(sandbox: Sandbox, limit: int, path: str, source: str) -> Iterable[Found | Skipped]:
    return read_one(sandbox, path, source, limit)
