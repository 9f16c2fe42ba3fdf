"""Fetching from the web: pages, feeds and sitemaps, by http(s), from public addresses, politely.

`Fetcher` is the face. Every byte that comes in passes `client` (redirects, robots.txt, pauses), `guard` (which numbers
may be connected to), `wire` (one request, metered) and `unpack`; `feeds` and `sitemap` read what came. Import late:
this brings httpcore.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from types import TracebackType
from typing import Self

from index.errors import ReadError
from index.fetch import feeds, sitemap
from index.fetch.client import USER_AGENT, Client, Validators, kept
from index.fetch.entry import Entry
from index.fetch.wire import Limits, Reply
from index.records import Skipped

__all__ = ["USER_AGENT", "Entry", "Fetched", "Fetcher", "Limits", "Validators"]

_FEED = ".xml"
_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    **dict.fromkeys(feeds.TYPES, _FEED),
}
_NOT_MODIFIED = 304
_PAGES_OF_FEED = 10
_SITEMAPS = 100


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came. `address` is where it was found in the end; `suffix` names the column that reads it.

    ".xml" is a feed. With `not_modified` the body is empty: what was stored the last time still holds.
    """

    address: str
    body: bytes
    content_type: str
    charset: str
    suffix: str
    validators: Validators
    not_modified: bool = False


class Fetcher(Client):
    """Fetches for one run. What it learned of sites (robots.txt) is forgotten at its end."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.forget()

    def get(self, address: str, known: Validators | None = None) -> Fetched:
        """The page at an address.

        Raises:
            ReadError: when it must not or cannot be fetched, or is not of a kind that is read.
        """
        target, reply = self.load(address, known)
        if reply.status == _NOT_MODIFIED:
            return Fetched(target.address, b"", "", "", "", known or Validators(), not_modified=True)
        kind, charset = _type(reply)
        if kind not in _SUFFIXES:
            named = f"of the type {kind[:80]}" if kind else "of no stated type"
            raise ReadError(f"it is {named}: only web pages, PDF, plain text and feeds are read")
        return Fetched(target.address, reply.body, kind, charset, _SUFFIXES[kind], kept(reply))

    def feed(self, address: str) -> Iterator[Entry | Skipped]:
        """The entries of a feed, or of the feed that a page names; older ones where the feed links to them.

        Skipped stands for a page of older ones that could not be read.

        Raises:
            ReadError: when there is no feed.
        """
        page = self.get(address)
        if page.suffix == ".html":
            found = feeds.discover(page.body, page.address)
            if not found:
                raise ReadError("the page names no feed: give the address of the feed itself")
            page = self.get(found)
        read = _read(page)
        seen = {page.address}
        while True:
            yield from read.entries
            if not read.older or read.older in seen:
                return
            if len(seen) >= _PAGES_OF_FEED:
                yield Skipped(read.older, f"older entries beyond {_PAGES_OF_FEED} pages of the feed are not read")
                return
            seen.add(read.older)
            try:
                read = _read(self.get(read.older))
            except ReadError as error:
                yield Skipped(read.older, str(error))
                return

    def sitemap(self, address: str) -> Iterator[Entry | Skipped]:
        """The pages that a sitemap lists, those of the sitemaps it names included.

        Skipped stands for a sitemap it names that could not be read, and for what exceeds the bounds.

        Raises:
            ReadError: when the first one is no sitemap.
        """
        waiting = deque([address])
        seen = {address}
        count = files = 0
        while waiting:
            here = waiting.popleft()
            if files >= _SITEMAPS or count >= sitemap.MOST:
                yield Skipped(here, f"not read: {files} sitemaps with {count:,} pages were, which is the most")
                continue
            files += 1
            try:
                listed = sitemap.parse(self.load(here)[1].body, self._limits, sitemap.MOST - count)
            except ReadError as error:
                if files == 1:
                    raise
                yield Skipped(here, str(error))
                continue
            yield from listed.entries
            count += len(listed.entries)
            if listed.left_out:
                yield Skipped(here, f"{listed.left_out:,} of its pages are beyond the {sitemap.MOST:,} that are read")
            new = [place for place in dict.fromkeys(listed.sitemaps) if place not in seen]
            seen.update(new)
            waiting += new


def _read(page: Fetched) -> feeds.Feed:
    charset = f"; charset={page.charset}" if page.charset else ""
    return feeds.parse(page.body, page.content_type + charset, page.address)


def _type(reply: Reply) -> tuple[str, str]:
    """The media type in lower case and the charset, "" where not stated."""
    message = Message()
    message["Content-Type"] = reply.headers.get("content-type", "") or "x"
    stated = reply.headers.get("content-type", "").split(";")[0].strip().lower()
    return stated, _encoding(message.get_content_charset(""))


def _encoding(charset: str) -> str:
    """The charset where it is one that texts are written in, "" else.

    Four NULs are a text in all of those. They are none in hex or in punycode, whose decoding takes quadratic time.
    """
    try:
        bytes(4).decode(charset or "utf-8")
    except (LookupError, ValueError):
        return ""
    return charset
