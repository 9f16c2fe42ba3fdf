"""A web page: its article's text, and what the page declares of it. For saved pages, newsletters and the web alike.

Each field is taken from the first place that states it: JSON-LD, microdata, meta elements, then what is printed where
the page labels it. A date guessed from prose, from the address or from a copyright line would be wrong in silence, and
so would an outlet guessed from the host: such fields stay empty.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from index.dates import parse_written
from index.errors import ReadError
from index.normalise import fold, single_line
from index.read.body import article_text, parse
from index.read.credits import take_credits
from index.read.found import Parts, canonical, people
from index.read.layout import straighten
from index.read.linked import Linked, text
from index.read.markup import joined, without_credits, without_noise
from index.read.names import names, organisation
from index.read.scopes import without_teasers
from index.read.site import Site, headings
from index.read.titles import choose
from index.read.visible import Visible

LARGEST = 4_000_000  # characters of markup: what is larger takes seconds, and is no article
_PUBLISHED = (
    "article:published_time article:published og:published_time og:article:published_time published_time datepublished"
    " publication_date publication-date pdate publish-date publishdate publish_date pubdate pub_date parsely-pub-date"
    " sailthru.date cxenseparse:recs:publishtime rnews:datepublished dc.date.issued dcterms.issued dc.date dcterms.date"
    " dc:date dcterms:issued citation_publication_date citation_date originalpublicationdate date dc.date.created"
    " dcterms.created"
).split()
_MODIFIED = (
    "article:modified_time article:modified og:updated_time datemodified dcterms.modified dc.date.modified"
    " last-modified"
).split()
_AUTHORS = (
    "author article:author parsely-author sailthru.author byl citation_author dc.creator dcterms.creator dc:creator"
    " authors og:article:author rbauthors"
).split()
_OUTLETS = (
    "og:site_name application-name publisher dc.publisher dcterms.publisher citation_journal_title copyright".split()
)
_TITLES = (
    "og:title twitter:title citation_title dc.title dcterms.title parsely-title sailthru.title headline title".split()
)
_COPYRIGHT = re.compile(r"(?:copyright|©|\(c\)|all rights reserved\.?|[\d\s,–-]{4,}|\.$)+\s*", re.IGNORECASE)
_EMBEDDED = re.compile(r"data:[\w/+.-]{3,60};base64,[A-Za-z0-9+/=\s]{100,}")
_WRITTEN_BY = (
    "written by",
    "by",
    "author",
    "verfasst von",
    "geschrieben von",
    "écrit par",
    "escrito por",
    "scritto da",
)
_HOST = re.compile(r"(?:[\w-]+\.)+[a-zA-Z]{2,}")
_ZONE_NAME = re.compile(r"\s*(?:\[[\w/+-]+\]|\([\w\s]{1,40}\))$")
_UTC = re.compile(r"(?<=\d)\s?(?:UTC|GMT)$")
_SECONDS = re.compile(r"1[0-9]{9}(?:[0-9]{3})?")  # since 1970, of a day from 2001 on


@dataclass(slots=True)
class Page(Parts):
    """What a page gave; `language` is the language it declares, as a hint: templates are often left in English."""

    language: str = ""


def page(html: str, address: str = "") -> Page:
    """The article of a page; `address` is where the page was fetched, if it was.

    Raises:
        ReadError: when it cannot be parsed, is too large, or holds no article.
    """
    if len(html) > LARGEST:  # pages saved as one file hold their pictures
        html = _EMBEDDED.sub("", html)
    if len(html) > LARGEST:
        raise ReadError(
            f"the page has {len(html):,} characters, more than the {LARGEST:,} that are read of one: "
            "save the article's words as .txt"
        )
    parts = Page("")
    try:
        tree = parse(html)
        if tree is not None:
            _read(tree, parts, address)
    except ReadError:
        raise
    except Exception as error:  # whatever a vendor stumbles over in one page must not stop the others
        raise ReadError(f"its HTML cannot be read ({type(error).__name__}): save the article's words as .txt") from None
    if not parts.text:
        raise ReadError("it is a page without an article: save the article's own page, or its words as .txt")
    return parts


def _read(tree: Any, parts: Page, address: str) -> None:
    meta = _meta(tree)
    linked = Linked(
        script.text or "" for script in tree.iter("script") if "ld+json" in (script.get("type") or "").lower()
    )
    heading = next(map(joined, tree.iter("title")), "")
    language = tree.get("lang") or ""
    parts.language = language.split("-")[0].lower()
    _address(tree, meta, parts, address)
    site = Site(tree)
    without_noise(tree)
    straighten(tree)
    headed, head = headings(tree, heading)
    without_teasers(tree, head)
    shown = Visible(tree, head, language)
    article = linked.article(text(meta.get("og:title")) or (headed[0] if len(headed) == 1 else ""), parts.url)
    if linked.salvaged:
        parts.notes.append("its JSON-LD is broken: only plain dates, names and titles were read from it")
    outlets = _outlet(meta, linked, article, shown, parts)
    titles = [heading, text(meta.get("og:title"))]
    name, where = site.outlet(titles, headed[0] if len(headed) == 1 else "", parts.url)
    if name:
        outlets = list(dict.fromkeys([*outlets, name]))
    if name and not parts.outlet:
        parts.outlet, parts.found["outlet"] = name, where
    if not headed and name:
        headed = site.beside(heading, name)
    stated = [linked.headline(article), shown.headline, *(one for key in _TITLES for one in meta.get(key, [])[:1])]
    parts.title = choose([single_line(one) for one in stated], headed, heading, outlets)
    parts.found["title"] = "page"
    _authors(meta, linked, article, shown, parts, outlets)
    _dates(meta, article, shown, parts)
    without_credits(tree)
    parts.text = article_text(tree, parts, language)
    if parts.text:
        take_credits(parts, with_title=False)


def _meta(tree: Any) -> dict[str, list[str]]:
    """The meta elements: name to contents, in the order of the page."""
    meta: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if content := (element.get("content") or "").strip():
            meta.setdefault(name.lower(), []).append(content)
    return meta


def _address(tree: Any, meta: dict[str, list[str]], parts: Page, address: str) -> None:
    """The canonical address. A home page is none: it would make all articles of a site one."""
    links = [
        link.get("href") or "" for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split()
    ]
    og = text(meta.get("og:url"))
    base = next((element.get("href") for element in tree.iter("base") if element.get("href")), "")
    base = urljoin(address, base) if base else address or og
    for where, raw in [*(("canonical link", link) for link in links), ("og:url", og), ("address", address)]:
        try:
            url = canonical(urljoin(base, raw.strip())) if raw.strip() else ""
        except ValueError:
            continue
        split = urlsplit(url)
        if split.netloc and (split.path != "/" or split.query):
            parts.url, parts.found["url"] = url, where
            return


def _outlet(
    meta: dict[str, list[str]], linked: Linked, article: dict[str, Any], shown: Visible, parts: Page
) -> list[str]:
    """Sets the outlet, and returns every name that the page gives its site: no author is called so."""
    stated = [("meta", one) for one in meta.get("og:site_name", [])[:1]]
    stated += [("JSON-LD", one) for one in linked.outlets(article)]
    stated += [("microdata", shown.publisher)]
    stated += [
        ("meta", _COPYRIGHT.sub(" ", one) if key == "copyright" else one)
        for key in _OUTLETS[1:]
        for one in meta.get(key, [])[:1]
    ]
    named = []
    for where, raw in stated:
        name = single_line(unescape(raw)).strip(" .,|-")
        address = re.match(r"https?:|@|www\.", name) or _HOST.fullmatch(name)
        if name and not address:
            named.append(name)
            if not parts.outlet:
                parts.outlet, parts.found["outlet"] = name, where
    return [*dict.fromkeys(named)]


def _authors(
    meta: dict[str, list[str]], linked: Linked, article: dict[str, Any], shown: Visible, parts: Page, outlets: list[str]
) -> None:
    def people_in(raws: Iterable[str], trusted: bool = False) -> list[str]:
        return [name for raw in raws for name in names(raw, outlets, trusted)]

    card = meta.get("twitter:data1", []) if text(meta.get("twitter:label1")).lower() in _WRITTEN_BY else []
    places = [("JSON-LD", people_in(linked.authors(article), trusted=True))]
    places += [("microdata", people_in(shown.typed_authors))]
    places += [("meta", people_in(raws, trusted=True)) for raws in [*(meta.get(key, []) for key in _AUTHORS), card]]
    head, above, below = shown.authors
    places += [("byline", people_in(raws)) for raws in (head, shown.bylines, above, below)]
    where, found = next((pair for pair in places if pair[1]), ("", []))
    signed = people_in(shown.signed)
    if where == "meta" and set(map(fold, found)) < set(map(fold, signed)):  # a template's field may hold only the first
        where, found = "byline", signed
    if not found:
        groups = [organisation(raw, outlets) for raw in linked.organisations(article)]
        where, found = "JSON-LD", list(filter(None, groups))
    parts.author, parts.found["author"] = people(found), where


def _dates(meta: dict[str, list[str]], article: dict[str, Any], shown: Visible, parts: Page) -> None:
    for name, key, metas, visible in (
        ("published", "datePublished", _PUBLISHED, shown.stamps.published()),
        ("modified", "dateModified", _MODIFIED, shown.stamps.marked.get("modified", "")),
    ):
        stated = [("JSON-LD", text(article.get(key))), ("microdata", shown.typed.get(name, ""))]
        stated += [("meta", raw) for other in metas for raw in meta.get(other, [])[:1]]
        stated += [("visible date", visible)]
        where, date = next(((where, date) for where, raw in stated if (date := _date(raw))), ("", ""))
        unread = next((raw for _, raw in stated if raw and not parse_written(raw)), "")  # which is then noted
        setattr(parts, name, date or unread)
        parts.found[name] = where


def _date(raw: str) -> str:
    raw = _ZONE_NAME.sub("", raw.strip())
    if _SECONDS.fullmatch(raw):
        return datetime.fromtimestamp(int(raw[:10]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    date = parse_written(_UTC.sub("Z", raw))
    return "" if _wrong(date) else date


def _wrong(date: str) -> bool:
    """A date that a template fills in where it has none: the computer's epoch, or a day long after today."""
    return date[:10] in ("1970-01-01", "1969-12-31", "1900-01-01") or date[:4] > str(datetime.now(UTC).year + 1)
