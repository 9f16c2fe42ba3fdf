"""Sitemaps: lists of a site's pages, and indexes of such lists. Nothing is fetched here.

Read as a stream, so that no tree of a hostile file is built; a DOCTYPE, which no sitemap needs, is refused.
"""

import xml.sax
from dataclasses import dataclass, field
from io import BytesIO
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl

from index.errors import ReadError
from index.fetch.entry import Entry, dated, plain
from index.fetch.unpack import gunzip
from index.fetch.wire import Limits
from index.normalise import single_line

MOST = 50_000  # pages in one file, as the format says, and in one run
_DEEPEST = 30
_LONGEST = 4_000
_GZIP = b"\x1f\x8b"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
_PAGE, _LIST = ("urlset", "url"), ("sitemapindex", "sitemap")
_FIELDS = {  # below <url>; a <loc> of an image or a video stands deeper or in another namespace
    ("loc",): "loc",
    ("lastmod",): "lastmod",
    ("news", "title"): "title",
    ("news", "publication_date"): "published",
    ("news", "publication", "name"): "outlet",
}


@dataclass(slots=True)
class Listed:
    """What one file lists: pages, and further sitemaps. `left_out`: pages beyond the most that are read."""

    entries: list[Entry] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    left_out: int = 0


def parse(body: bytes, limits: Limits, most: int = MOST) -> Listed:
    """What a sitemap lists, packed with gzip or not.

    Raises:
        ReadError: when it is none.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.sax import make_parser

    if body.startswith(_GZIP):
        body = gunzip([body], limits.unpacked, limits.ratio)
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setFeature(feature_namespaces, True)
    handler = _Handler(most)
    parser.setContentHandler(handler)
    try:
        parser.parse(BytesIO(body))
    except DefusedXmlException:
        raise ReadError("the sitemap has a DOCTYPE, which can fill the memory: not read") from None
    except (xml.sax.SAXException, LookupError, ValueError) as error:  # the last two: of encodings
        raise ReadError(f"it is no sitemap ({_brief(error)}): give the address of the sitemap itself") from None
    if handler.root not in (_PAGE[0], _LIST[0]):
        raise ReadError(f"it is no sitemap but <{handler.root[:40]}>: give the address of the sitemap itself")
    return handler.listed


class _Handler(ContentHandler):
    """Keeps the path of names from the root and the words of the fields of one page."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.listed = Listed()
        self.root = ""
        self._most = most
        self._path: list[str] = []
        self._words: dict[str, str] = {}

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attrs: AttributesNSImpl) -> None:
        space, local = name
        self.root = self.root or local
        if len(self._path) >= _DEEPEST:
            raise ReadError(f"the sitemap is nested more than {_DEEPEST} deep: not read")
        foreign = len(self._path) == 2 and (space == _NEWS) != (local == "news")
        self._path.append("" if foreign else local)
        if len(self._path) == 2:
            self._words = {}

    def characters(self, content: str) -> None:
        name = _FIELDS.get(tuple(self._path[2:]))
        if name and len(self._words.get(name, "")) < _LONGEST:
            self._words[name] = self._words.get(name, "") + content

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:
        above = tuple(self._path)
        self._path.pop()
        address = self._words.get("loc", "").strip()
        if not address or above not in (_PAGE, _LIST):
            return
        if len(self.listed.entries) + len(self.listed.sitemaps) >= self._most:
            self.listed.left_out += 1
        elif above == _LIST:
            self.listed.sitemaps.append(address)
        else:
            self.listed.entries.append(self._entry(address))

    def _entry(self, address: str) -> Entry:
        published, updated, note = dated(self._words.get("published", ""), self._words.get("lastmod", ""))
        title, outlet = (plain(self._words.get(name, "")) for name in ("title", "outlet"))
        return Entry(address, title, published=published, updated=updated, outlet=outlet, note=note)


def _brief(error: Exception) -> str:
    return single_line(error.getMessage() if isinstance(error, xml.sax.SAXException) else str(error))[:80]
