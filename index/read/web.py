"""Addresses: pages, and the pages that feeds and sitemaps list. `index.fetch` gets them, the other columns read them.

A page is written to a file of its own and read by the column of its type, in a child like any file from strangers. What
the page says of itself wins; a feed fills in what it does not say.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from itertools import islice
from operator import methodcaller
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from index.errors import ReadError, SettingsError
from index.read.found import File, Found, canonical
from index.records import Skipped

if TYPE_CHECKING:
    from index.fetch import Entry, Fetched, Fetcher

_TEXTS = (".html", ".txt")
_FEED = ".xml"
_LISTED = ("title", "author", "outlet", "published", "modified")


@dataclass(frozen=True, slots=True)
class Web:
    """What to fetch beside the addresses among the paths: feeds and sitemaps, `most` pages of each.

    `allow`: hosts of a private network that may be asked, by name ("intranet.example:8000"). `pause`: seconds between
    two requests to one host.
    """

    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    most: int = 200
    pause: float = 1.0


Visited = Callable[[str, bytes], tuple[str, str] | None]
ReadFile = Callable[[str, str], Iterable[Found | Skipped]]


class Pages:
    """One run of fetching: the fetcher is made at the first address. A context manager.

    Args:
        read: gives what is read in a file (path, source) by the column of its suffix.
        visited: asked (address, stamp) for what the server said of the version that is stored (ETag, Last-Modified);
            None when it is not stored, or was read in another way.
    """

    def __init__(self, web: Web, read: ReadFile, visited: Visited | None, stamp: bytes) -> None:
        self._web = web
        self._read = read
        self._visited = visited or (lambda *_: None)
        self._stamp = stamp
        self._stack = ExitStack()
        self._fetcher: Fetcher | None = None
        self._folder = ""
        self._met: set[str] = set()

    def __enter__(self) -> "Pages":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def page(self, address: str, entry: "Entry | None" = None) -> Iterator[Found | Skipped | File]:
        """What stands at an address; `entry` is what a feed says of it. Each address is asked for once a run."""
        key = canonical(address)
        if not key:
            yield Skipped(address, "it is not an http(s) address: write it like https://example.org/story")
            return
        if key in self._met:
            return
        self._met.add(key)
        try:
            page = self._get(key)
        except ReadError as error:
            yield from self._instead(key, entry, str(error))
            return
        if page.not_modified:
            yield File(key, self._stamp, same=True)
        elif page.suffix == _FEED:
            yield Skipped(key, "it is a feed: add it with --feed")
        else:
            for one in self._articles(key, _body(page), page.suffix):
                yield _told(_placed(one, key, page.address), entry) if isinstance(one, Found) else one
            yield File(key, self._stamp, version=(page.validators.etag, page.validators.last_modified))

    def feeds(self) -> Iterator[Found | Skipped | File]:
        """The pages that the feeds and the sitemaps list."""
        for address in self._web.feeds:
            yield from self._all(address, methodcaller("feed", address))
        for address in self._web.sitemaps:
            yield from self._all(address, methodcaller("sitemap", address))

    def _all(self, address: str, listing: "Callable[[Fetcher], Iterator[Entry | Skipped]]") -> Iterator[Any]:
        most = self._web.most
        try:
            listed = list(islice(listing(self._web_of()), most + 1))
        except ReadError as error:
            yield Skipped(address, str(error))
            return
        for entry in listed[:most]:
            if isinstance(entry, Skipped):
                yield entry
            elif entry.address:
                yield from self.page(entry.address, entry)
            else:
                digest = hashlib.sha256(f"{entry.title}\0{entry.content}".encode("utf-8", "replace")).hexdigest()
                yield from self._instead(f"{address}#{digest[:16]}", entry, "the feed names no page for it")
        if len(listed) > most:
            yield Skipped(address, f"pages beyond the first {most:,} were left out: to read more, raise --most")

    def _instead(self, key: str, entry: "Entry | None", reason: str) -> Iterator[Found | Skipped]:
        """What the feed itself holds of a page that cannot be had."""
        if entry is None or not entry.content.strip():
            yield Skipped(key, reason)
            return
        note = f"read from the feed, since {reason}"
        for one in self._articles(key, entry.content.encode(), ".html"):
            if isinstance(one, Skipped):
                yield Skipped(key, reason)
            else:
                told = _told(_placed(one, key, key), entry)
                yield replace(told, note="; ".join(filter(None, [note, told.note])))

    def _articles(self, key: str, body: bytes, suffix: str) -> Iterator[Found | Skipped]:
        path = os.path.join(self._folder, f"page{suffix}")
        Path(path).write_bytes(body)
        yield from self._read(path, key)

    def _get(self, key: str) -> "Fetched":
        from index.fetch import Validators

        held = self._visited(key, self._stamp)
        return self._web_of().get(key, Validators(*held) if held else None)

    def _web_of(self) -> "Fetcher":
        if self._fetcher is None:
            from index.fetch import Fetcher

            self._folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="byline-"))
            try:
                self._fetcher = self._stack.enter_context(Fetcher(allow=self._web.allow, pause=self._web.pause))
            except ReadError as error:
                raise SettingsError(str(error)) from error
        return self._fetcher


def _body(page: "Fetched") -> bytes:
    """The page as its column reads it: in UTF-8 where the server names another encoding, and names it rightly."""
    if page.suffix in _TEXTS and page.charset.lower() not in ("", "utf-8"):
        from index.read.html import unpack

        with suppress(ReadError, UnicodeError):
            text, doubts = unpack(page.body, page.charset)
            return page.body if doubts else text.encode()
    return page.body


def _placed(one: Found, key: str, address: str) -> Found:
    """The article with its address. A page speaks for its own host only: it cannot take another one's place."""
    article, own = one.article, canonical(address) or key
    if not article.url or _host(article.url) != _host(own):
        note = f"it calls itself {article.url}, of another host: kept under its own address" if article.url else ""
        found = {**article.found, "url": "address"}
        article = replace(article, id=key, url=own, found=found)
        return replace(one, article=article, given=False, note="; ".join(filter(None, [one.note, note])))
    return one


def _told(one: Found, entry: "Entry | None") -> Found:
    """What the page does not say of itself, as the feed says it."""
    if entry is None:
        return one
    article, found = one.article, dict(one.article.found)
    said = {name: getattr(entry, "updated" if name == "modified" else name) for name in _LISTED}
    for name, value in said.items():
        if value and (not getattr(article, name) or (name == "title" and found.get("title") == "file name")):
            article, found[name] = replace(article, **{name: value}), "feed"
    note = "; ".join(filter(None, [one.note, entry.note]))
    return replace(one, article=replace(article, found=found), note=note)


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")
