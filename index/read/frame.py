"""What a browser prints around a page (the day of printing, title, address, "1/2"): it leaves the text.

Taken is only what has the browser's own shape and stands at the edge of a sheet. The day of printing dates nothing. The
address is that of the page, so it is the article's. Knows no format.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from index.normalise import fold
from index.read.running import edges, without

_STAMP = (
    r"\d{1,4}([./-])\s?\d{1,2}\1\s?\d{1,4}\.?,?\s(?:[^\W\d]{1,4}\.?\s){0,2}"
    r"\d{1,2}[:.h]\d\d(?:[:.]\d\d)?(?:\s?[ap]\.?\s?m\.?|\suhr)?"
)
_ADDRESS = r"(?:https?|file|about|data|blob|chrome|view-source|(?:chrome|moz)-extension):\S+"
_COUNT = r"(?:[^\W\d]{4,6}\s)?\d{1,4}(?:\s?/\s?|\s[^\W\d]{1,3}\s)\d{1,4}"
_KINDS = [re.compile(kind, re.IGNORECASE) for kind in (_STAMP, _ADDRESS, _COUNT)]
_CUT = re.compile(r"(?:…|\.\.\.)$")


def unframed(pages: list[list[str]], title: str) -> tuple[list[list[str]], str]:
    """The lines of the pages without the browser's, and the address that it printed, "" where it cut that short."""
    kept: list[list[str]] = []
    addresses: set[str] = set()
    for lines in pages:
        gone = {at for at in edges(lines) if _is_sure(lines[at], title)}
        if gone:
            gone |= {
                at for at in edges(lines) if _rests(lines[at], 0)
            }  # a page without a title has the day all the same
        addresses |= {word for at in gone for word in lines[at].split() if _KINDS[1].fullmatch(word)}
        kept.append(without(lines, gone))
    return kept, _own(addresses)


def _is_sure(line: str, title: str) -> bool:
    """Whether there are two of day, address and count and nothing else, or the title beside day or address."""
    return any(
        _same(rest, title) or any(_KINDS[other].fullmatch(rest) for other in range(3) if other != kind)
        for kind in range(3)
        for rest in _rests(line, kind)
        if rest and (kind != 2 or not _same(rest, title))  # "The bridge 1/2" may be a heading
    )


def _rests(line: str, kind: int) -> list[str]:
    """What stands beside that which the line begins or ends with."""
    return list(_beside(line, _KINDS[kind]))


def _beside(line: str, kind: re.Pattern[str]) -> Iterator[str]:
    if match := re.match(rf"(?:{kind.pattern})(?=\s|$)", line, re.IGNORECASE):
        yield line[match.end() :].strip()
    if match := re.search(rf"(?:^|(?<=\s))(?:{kind.pattern})$", line, re.IGNORECASE):
        yield line[: match.start()].strip()


def _same(words: str, title: str) -> bool:
    """Whether it is the title, which may have been cut for want of room."""
    short = _CUT.sub("", words)
    return bool(short and title) and (
        fold(words) == fold(title) or (short != words and fold(title).startswith(fold(short).strip()))
    )


def _own(addresses: set[str]) -> str:
    """The one address on all pages, if it is of a page: a home page has every day another article."""
    if len(addresses) != 1 or _CUT.search(address := addresses.pop()):
        return ""
    try:
        split = urlsplit(address)
    except ValueError:
        return ""
    return address if split.scheme in ("http", "https") and (split.path.strip("/") or split.query) else ""
