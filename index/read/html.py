"""Saved web pages: trafilatura finds the article in the page, nothing is fetched.

A date is taken only where the page declares it (JSON-LD, meta, time), as precise as it stands there: a date guessed
from the text or from a copyright line would be wrong in silence. The same holds for an outlet guessed from the host.
"""

import json
import logging
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from index.dates import parse_published
from index.errors import ReadError
from index.normalise import fold, normalise, single_line
from index.read.credits import take_credits
from index.read.decode import decode, utf_16
from index.read.found import Found, Parts, canonical, check_size, people
from index.read.txt import WIDEST, finish_file

SUFFIXES = (".html", ".htm")
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…][\"'\u201d\u2019\u00bb)]*(?:\s|$)")
_UNSPACED = re.compile(r"[^\x00-\u024f]{15}[\u3002\uff01\uff1f\uff0e\u0964\u061f]")
_FEWEST_WORDS = 6
_PUBLISHED = (
    "article:published_time published_time datepublished publication_date publication-date publish-date publishdate"
    " pubdate pub_date parsely-pub-date sailthru.date dc.date dc.date.issued dcterms.issued dcterms.date"
    " citation_publication_date date"
)
_MODIFIED = "article:modified_time og:updated_time datemodified dcterms.modified last-modified"
_BARS = ("- ", "|")
for _vendor in ("trafilatura", "htmldate"):  # what they warn of is reported as a reason, not printed by them
    logging.getLogger(_vendor).addHandler(logging.NullHandler())


def read(path: str, source: str, limit: int) -> Iterator[Found]:
    """The one article of the page."""
    check_size(Path(path).stat().st_size, limit * WIDEST, "the page has", "bytes")
    page, notes = _decode(Path(path).read_bytes())
    parts = _parts(page)
    parts.notes[:0] = notes
    take_credits(parts, with_title=False)
    if not any(map(_is_prose, parts.text.split("\n"))):
        raise ReadError("it is a page without an article: save the article's own page, or its words as .txt")
    yield finish_file(parts, path, source, limit)


def _is_prose(line: str) -> bool:
    """Whether a sentence stands there: menus and forms have none."""
    spaced = len(line.split(None, _FEWEST_WORDS)) >= _FEWEST_WORDS and _SENTENCE_END.search(line)
    return bool(spaced or _UNSPACED.search(line))


def _decode(data: bytes) -> tuple[str, list[str]]:
    """UTF-8 where the bytes are that, else what the page declares, else what any text file is tried with."""
    declared = _DECLARED.search(data[:4_096])
    if declared and not utf_16(data) and b"\0" not in data:
        try:
            return data.decode("utf-8-sig"), []
        except UnicodeDecodeError:
            pass
        name = declared[1].decode("ascii", "replace").lower()
        try:  # browsers read Latin-1 as Windows-1252
            return data.decode("cp1252" if name in ("iso-8859-1", "latin1", "us-ascii") else name), []
        except (UnicodeDecodeError, LookupError):
            pass
    text, note = decode(data)
    return text, [note] if note else []


def _parts(page: str) -> Parts:
    """The article and what the page says about it; empty text where there is none."""
    from trafilatura import bare_extraction
    from trafilatura.utils import load_html

    try:
        tree = load_html(page)
        if tree is None:
            return Parts("")
        parts = _declared(tree)
        document: Any = bare_extraction(tree, include_comments=False, with_metadata=True)
    except Exception as error:  # whatever a vendor stumbles over in one page must not stop the others
        raise ReadError(f"its HTML cannot be read ({type(error).__name__}): save the article's words as .txt") from None
    if document is None:
        return Parts("")
    parts.title = single_line(document.title or "")
    parts.author = parts.author or people((document.author or "").split(";"))
    outlet = single_line(document.sitename or "")
    host = urlsplit(document.url or parts.url).hostname or ""
    parts.outlet = "" if "." in outlet and host.endswith(outlet.lower()) else outlet
    parts.found.update(dict.fromkeys(("title", "author", "outlet"), "page"))
    parts.text = _paragraphs(normalise(document.text or ""), parts.title)
    return parts


def _paragraphs(text: str, title: str) -> str:
    """A blank line between paragraphs; list items and table rows stay together; a title on top goes."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if lines and title and fold(lines[0]) == fold(title):
        del lines[0]
    joined = lines[:1]
    for above, line in pairwise(lines):
        joined.append("\n" if above.startswith(_BARS) and line.startswith(_BARS) else "\n\n")
        joined.append(line)
    return "".join(joined)


def _declared(tree: Any) -> Parts:
    """The address and the dates that the page states about itself."""
    meta: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        meta.setdefault(name.lower(), element.get("content") or "")
    links = [link.get("href") or "" for link in tree.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    parts = Parts("")
    for where, address in [*(("canonical link", link) for link in links), ("og:url", meta.get("og:url", ""))]:
        split = urlsplit(canonical(address))
        if split.netloc and (split.path != "/" or split.query):  # a home page would make all its articles one
            parts.url, parts.found["url"] = canonical(address), where
            break
    ld = _json_ld(tree)
    parts.author = people(_name(author) for author in _listed(ld.get("author")))
    times = _times(tree)
    for name, key, metas, spare in (
        ("published", "datePublished", _PUBLISHED, times[0] if len(times) == 1 else ""),
        ("modified", "dateModified", _MODIFIED, ""),
    ):
        stated = [
            ("JSON-LD", ld.get(key, "")),
            *(("meta", meta.get(other, "")) for other in metas.split()),
            ("time", spare),
        ]
        stated = [(where, raw) for where, raw in stated if isinstance(raw, str) and raw.strip()]
        where, raw = next((pair for pair in stated if parse_published(pair[1])), stated[0] if stated else ("", ""))
        setattr(parts, name, raw)
        parts.found[name] = where
    return parts


def _times(tree: Any) -> list[str]:
    """The distinct <time datetime> values, those marked as the publication first and alone."""
    marked: dict[str, None] = {}
    plain: dict[str, None] = {}
    for element in tree.iter("time"):
        stamp = element.get("datetime") or ""
        if element.get("itemprop") == "datePublished" or element.get("pubdate") is not None:
            marked[stamp] = None
        elif parse_published(stamp):
            plain[stamp] = None
    return list(marked)[:1] or list(plain)


def _json_ld(tree: Any) -> dict[str, Any]:
    """The first article that the page's JSON-LD describes."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            waiting = [json.loads(script.text or "")]
        except (ValueError, RecursionError):
            continue
        for thing in waiting:  # which grows as it is read
            if isinstance(thing, list):
                waiting += thing
            elif isinstance(thing, dict):
                kinds = thing.get("@type")
                if any(str(kind).endswith(("Article", "BlogPosting")) for kind in _listed(kinds)):
                    return thing
                waiting += _listed(thing.get("@graph")) + _listed(thing.get("mainEntity"))
    return {}


def _name(author: object) -> str:
    name = author.get("name") if isinstance(author, dict) else author
    return name if isinstance(name, str) and not name.startswith(("http:", "https:")) else ""


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]
