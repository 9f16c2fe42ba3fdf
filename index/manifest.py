"""What an archive was built with: written once, read at every opening, refused when it cannot be honoured."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from index.errors import ArchiveDamaged, ArchiveMissing

FORMAT = 4
_READABLE = (1, 2, 3, FORMAT)  # what `index.upgrade` can bring to today's format
FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """`tokens` is the longest passage in the embedder's tokens; `sha256` is that of the embedder's weights."""

    embedder: str
    sha256: str
    dimension: int
    tokens: int
    normaliser: int
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Write it aside, sync it, put it in place."""
        aside = folder / (FILE + ".new")
        with open(aside, "w", encoding="utf-8") as handle:
            json.dump(asdict(self), handle, indent=2)
            handle.write("\n")
            handle.flush()
            os.fsync(handle.fileno())
        aside.replace(folder / FILE)


def read(folder: Path) -> Manifest:
    """The manifest of an archive folder.

    Raises:
        ArchiveMissing: there is none.
        ArchiveDamaged: it is torn, or of a format that this version does not read.
    """
    try:
        raw = json.loads((folder / FILE).read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        file = " That is a file; an archive is a folder." if folder.is_file() else ""
        raise ArchiveMissing(f"There is no archive at '{folder}'.{file} Make one with: byline add FOLDER") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ArchiveDamaged(f"'{folder / FILE}' cannot be read: {error}") from error
    if not isinstance(raw, dict) or raw.get("format") not in _READABLE:
        found = raw.get("format") if isinstance(raw, dict) else None
        raise ArchiveDamaged(
            f"The archive at '{folder}' has format {found}, this version of Byline reads format {FORMAT}. "
            "Use the version that made it, or build a new archive from the articles with: byline add FOLDER"
        )
    try:
        return Manifest(**raw)
    except TypeError as error:
        raise ArchiveDamaged(f"'{folder / FILE}' is not a manifest: {error}") from error
