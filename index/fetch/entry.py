"""What a feed or a sitemap says of a page, and the dates they write it in."""

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from html import unescape

from index.dates import parse_published
from index.normalise import single_line

_TAG = re.compile(r"<[^<>]*>")
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One page. Dates are ISO 8601 with the zone that was printed, "" where none was; `content` is HTML as it came.

    `address` is "" for an entry that names no page. `note` says what was stated but could not be used.
    """

    address: str
    title: str = ""
    author: str = ""
    published: str = ""
    updated: str = ""
    content: str = ""
    outlet: str = ""
    note: str = ""


def iso(raw: str) -> str:
    """The date of a feed as ISO 8601 text, "" where it cannot be read. Feeds write ISO 8601 or the dates of e-mail."""
    if date := parse_published(raw):
        return date
    if len(raw) > _LONGEST:
        return ""
    try:
        return parse_published(parsedate_to_datetime(raw).isoformat())
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def dated(published: str, updated: str) -> tuple[str, str, str]:
    """Both dates as ISO 8601 text, and a note on each that is stated but unreadable."""
    read = iso(published), iso(updated)
    notes = [
        f"{name} date '{single_line(raw)[:60]}' is unreadable: left empty"
        for name, raw, date in (("published", published, read[0]), ("updated", updated, read[1]))
        if raw.strip() and not date
    ]
    return *read, "; ".join(notes)


def plain(html: str) -> str:
    """A title in one line without markup."""
    return single_line(unescape(_TAG.sub("", html)))[:_LONGEST]
