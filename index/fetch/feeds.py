"""RSS and Atom, read by feedparser; and where a page says that its feed is. Nothing is fetched here.

feedparser gets bytes and never an address, which it would fetch itself. Entity declarations are refused: it keeps
some of them, and a few lines of those can become gigabytes. Tags are counted before, since each costs it some
60 microseconds. The HTML of the entries is handed on as it came: reading it is the business of the column for HTML.
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

from index.errors import ReadError
from index.fetch.entry import Entry, dated, plain
from index.records import SCHEMES

TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml")
_ENTITY = re.compile(rb"<!ENTITY", re.I)
_SLOW = re.compile(rb"encoding=['\"][^'\"]*punycode", re.I)  # Python decodes it in quadratic time
_LONG_TAG = re.compile(rb"<[^<>]{10000,}")
_MOST_WORDS = 5_000  # each attribute takes it some 300 bytes of memory
_MOST_TAGS = 200_000
_HEAD = 200_000  # bytes of a page in which its feed is looked for
_NONE = "it is no RSS or Atom feed: give the address of the feed itself"


@dataclass(frozen=True, slots=True)
class Feed:
    """The entries of one document, and the address of the page of older ones ("" for none)."""

    entries: tuple[Entry, ...]
    older: str = ""


def parse(body: bytes, content_type: str, address: str) -> Feed:
    """What a feed lists.

    Raises:
        ReadError: when it is no feed, or declares entities.
    """
    import feedparser
    from feedparser.encodings import convert_to_utf8

    headers = {"content-type": content_type, "content-location": address}
    try:
        # The same conversion that feedparser makes: what is searched is what it will read.
        if _SLOW.search(body.replace(b"\0", b"")) or "punycode" in content_type.lower():
            raise ReadError("the feed says it is written in punycode, which is for host names: not read")
        converted = convert_to_utf8(headers, body, {})
        if _ENTITY.search(converted):
            raise ReadError("the feed declares XML entities, which can fill the memory: not read")
        if any(len(tag[0].split()) > _MOST_WORDS for tag in _LONG_TAG.finditer(converted)):
            raise ReadError(f"the feed has a tag of more than {_MOST_WORDS:,} words: it is made to do harm, or broken")
        if converted.count(b"<") > _MOST_TAGS:
            raise ReadError(f"the feed has more than {_MOST_TAGS:,} tags: it is too large to be read")
        read = feedparser.parse(
            BytesIO(body), response_headers=headers, resolve_relative_uris=False, sanitize_html=False
        )
    except ReadError:
        raise
    except Exception:  # broken feeds bring errors of every kind out of feedparser
        raise ReadError(_NONE) from None
    if not read.get("version") and not read.entries:
        raise ReadError(_NONE)
    outlet = plain(_text(read.feed, "title"))
    older = next((link.get("href", "") for link in read.feed.get("links", ()) if link.get("rel") == "next"), "")
    return Feed(tuple(_entry(entry, outlet) for entry in read.entries), older)


def discover(page: bytes, address: str) -> str:
    """The address of the feed that a page names first, "" for none."""
    finder = _Finder()
    finder.feed(page[:_HEAD].decode("utf-8", "replace"))
    try:
        return urljoin(urljoin(address, finder.base), finder.found) if finder.found else ""
    except ValueError:
        return ""


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = self.base = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "base" and not self.base:
            self.base = named.get("href", "").strip()
        alternate = tag == "link" and "alternate" in named.get("rel", "").lower().split()
        if alternate and not self.found and named.get("type", "").lower().strip() in TYPES[:2]:
            self.found = named.get("href", "").strip()


def _entry(entry: Any, outlet: str) -> Entry:
    # feedparser answers for `updated` with `published` where it has none; `in` tells them apart
    stated = [_text(entry, name) if name in entry else "" for name in ("published", "updated")]
    published, updated, note = dated(*stated)
    contents = [part for part in entry.get("content", ()) if part.get("value")]
    html = [part for part in contents if "html" in (part.get("type") or "")]
    names = (_text(author, "name") for author in entry.get("authors", ()))
    return Entry(
        address=_web(_text(entry, "feedburner_origlink")) or _web(_text(entry, "link")),
        title=plain(_text(entry, "title")),
        author=", ".join(dict.fromkeys(name for name in map(plain, names) if name and "@" not in name)),
        published=published,
        updated=updated,
        content=(html or contents)[0]["value"] if contents else _text(entry, "summary"),
        outlet=outlet,
        note=note,
    )


def _web(address: str) -> str:
    return address if address.lower().startswith(SCHEMES) else ""


def _text(thing: Any, name: str) -> str:
    value = thing.get(name, "")
    return value if isinstance(value, str) else ""
