"""Checksums of the files that native parsers read: compared before those parsers see a byte.

tantivy ends each of its files with a note ({"version": ..., "crc": ...}, its length, a magic number) but does not
compare the checksum when it opens one; here it is compared. Knows the layout of such a file, no library.
"""

import json
import struct
import zlib
from pathlib import Path

from index.errors import ArchiveDamaged

_MAGIC = 1337
_PARTS = ("term", "idx", "pos", "fast", "fieldnorm", "store")
_BLOCK = 1 << 22


def check_words(folder: Path, checked: set[str]) -> None:
    """Compare the files of every segment that meta.json names, those in `checked` excepted; adds to `checked`.

    Raises:
        ArchiveDamaged: a file is missing, cut short or changed.
    """
    while True:
        meta = _meta(folder)
        try:
            for name in _names(folder, meta):
                if name not in checked:
                    _check(folder / name)
                    checked.add(name)
            return
        except FileNotFoundError as error:
            if _meta(folder) == meta:
                raise ArchiveDamaged(f"'{error.filename}' is missing.") from error
            # a writer has merged segments meanwhile: look again


def _meta(folder: Path) -> bytes:
    try:
        return (folder / "meta.json").read_bytes()
    except OSError as error:
        raise ArchiveDamaged(f"'{folder / 'meta.json'}' cannot be read: {error.strerror}.") from error


def _names(folder: Path, meta: bytes) -> list[str]:
    try:
        segments = json.loads(meta)["segments"]
        names = []
        for segment in segments:
            id = segment["segment_id"].replace("-", "")
            names += [f"{id}.{part}" for part in _PARTS]
            if segment["deletes"]:
                names.append(f"{id}.{int(segment['deletes']['opstamp'])}.del")
        return names
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise ArchiveDamaged(f"'{folder / 'meta.json'}' is not what it should be.") from error


def _check(path: Path) -> None:
    with open(path, "rb") as handle:
        size = handle.seek(0, 2)
        try:
            handle.seek(size - 8)
            length, magic = struct.unpack("<II", handle.read(8))
            if magic != _MAGIC or length > size - 8:
                raise ValueError("no checksum at its end")
            handle.seek(size - 8 - length)
            wanted = int(json.loads(handle.read(length))["crc"])
        except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError, struct.error) as error:
            raise ArchiveDamaged(f"'{path}' is cut short or changed.") from error
        handle.seek(0)
        left, crc = size - 8 - length, 0
        while left:
            block = handle.read(min(_BLOCK, left))
            if not block:
                break
            crc, left = zlib.crc32(block, crc), left - len(block)
    if left or crc != wanted:
        raise ArchiveDamaged(f"'{path}' has changed since it was written.")
