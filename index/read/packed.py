"""Packed files (.zip): their members are read by the other columns, each unpacked into a file of its own.

What a member is called never decides where it is unpacked to. Sizes are believed only as a bound: no more is unpacked
than was declared, and what is declared has limits.
"""

import os
import posixpath
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from index.errors import ReadError
from index.normalise import single_line
from index.read.formats import PACKED
from index.read.wire import Member
from index.records import Skipped

MEMBERS = 10_000
LARGEST = 2_000_000_000  # bytes of all members together
RATIO = 200  # bytes out of one byte
_SMALL = 1_000_000  # the ratio of a member below that does not matter
SWELLS = f"it grows to more than {RATIO} times its size when unpacked"
_BLOCK = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeError, ValueError)
_UNPACK = "unpack it and add the folder"
_open: list[tuple[tuple[object, ...], zipfile.ZipFile]] = []  # the packed file that was read last


def members(path: str, source: str) -> Iterator[Member | Skipped]:
    """The members that may be read, in the order of their names; Skipped for those that may not.

    Raises:
        ReadError: when the packed file is damaged, or too much.
    """
    infos = _opened(path).infolist()
    total = sum(info.file_size for info in infos)
    if len(infos) > MEMBERS:
        raise ReadError(f"it has {len(infos):,} members, more than the {MEMBERS:,} allowed: {_UNPACK}")
    if total > LARGEST:
        raise ReadError(f"unpacked it has {total:,} bytes, more than the {LARGEST:,} allowed: {_UNPACK}")
    some = False
    for number, info in sorted(enumerate(infos), key=lambda pair: pair[1].filename):
        if info.is_dir():
            continue
        name, reason = _judged(info)
        if not reason and _hidden(name):
            continue
        some = True
        yield Skipped(f"{source}//{name}", reason) if reason else Member(number, name)
    if not some:
        raise ReadError("it holds no files: put articles in it")


@contextmanager
def extracted(path: str, number: int, folder: str, allow: Callable[[int], None]) -> Iterator[str]:
    """A file in `folder` with the bytes of a member, for the time of its reading.

    `allow` is told how many bytes are about to be written, and 0 when that is over.
    """
    archive = _opened(path)
    info = archive.infolist()[number]
    place = os.path.join(folder, f"member{_suffix(info.filename)}")
    try:
        _unpack(archive, info, place, allow)
        yield place
    finally:
        with suppress(FileNotFoundError):
            os.unlink(place)


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: str, allow: Callable[[int], None]) -> None:
    allow(info.file_size)
    try:
        with archive.open(info) as packed, open(place, "wb") as file:
            while block := packed.read(_BLOCK):
                file.write(block)
    except _BROKEN as error:
        raise ReadError(f"it cannot be unpacked ({single_line(str(error))}): {_UNPACK}") from None
    finally:
        allow(0)


def _judged(info: zipfile.ZipInfo) -> tuple[str, str]:
    """The name of a member as it can be printed, and why it is not read, if so."""
    plain = info.filename.replace("\\", "/").encode("utf-8", "backslashreplace").decode("utf-8")
    name = single_line(re.sub("/+", "/", plain))
    if name.startswith("/") or ".." in name.split("/") or re.match("[A-Za-z]:", name):
        return name, "its name points out of the packed file: " + _UNPACK
    if stat.S_ISLNK(info.external_attr >> 16):
        return name, "it is a link, which is not followed in a packed file"
    if info.flag_bits & 1:
        return name, f"it is protected by a password: {_UNPACK}"
    if _suffix(name) in PACKED:
        return name, f"it is a packed file in a packed file: {_UNPACK}"
    if swells(info):
        return name, f"{SWELLS}: it is damaged or made to do harm"
    return name, ""


def swells(info: zipfile.ZipInfo) -> bool:
    """Whether a member grows when it is unpacked as only a bomb does."""
    return info.file_size > max(_SMALL, RATIO * info.compress_size)


def _hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


def _suffix(name: str) -> str:
    """The ending of a name, in lower case, where it is one of plain letters."""
    suffix = posixpath.splitext(name)[1].lower()
    return suffix if re.fullmatch(r"\.[a-z]{1,10}", suffix) else ""


def _opened(path: str) -> zipfile.ZipFile:
    """The packed file. The last one is kept open, since its members are asked for one by one."""
    info = os.stat(path)
    key = (path, info.st_ino, info.st_size, info.st_mtime_ns)
    if not _open or _open[0][0] != key:
        while _open:
            _open.pop()[1].close()
        try:
            _open.append((key, zipfile.ZipFile(path)))
        except _BROKEN as error:
            raise ReadError(f"it is no whole .zip file ({single_line(str(error))}): {_UNPACK}") from None
    return _open[0][1]
