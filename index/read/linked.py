"""What a page's JSON-LD says of its article: schema.org data in script elements, of any shape and often broken.

Knows nothing of the rest of the page but the title and address that tell its own article from the others it names.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from index.normalise import fold, single_line

_ARTICLE = ("Article", "Posting", "Report", "Review", "OpinionPiece")
_PAGE = ("WebPage", "ItemPage", "AboutPage")
_WRAPPED = re.compile(
    r"^\s*(?://)?\s*(?:<!--|<!\[CDATA\[|/\*<!\[CDATA\[\*/)|(?://)?\s*(?:-->|\]\]>|/\*\]\]>\*/)\s*$|;\s*$"
)
_TRAILING = re.compile(r",\s*([}\]])")
_ARTICLE_TYPE = re.compile(r"\"@type\"\s*:\s*\[?\s*\"(\w*(?:Article|Posting|Report))\"")
_STATED = re.compile(r"\"(headline|datePublished|dateModified)\"\s*:\s*\"((?:[^\"\\\n]|\\.){1,300})\"\s*(?=[,}\n])")
_AUTHOR = re.compile(r"\"author\"\s*:\s*(\[[^\[\]]{0,2000}\]|\{[^{}]{0,1000}\}|\"[^\"\n]{1,200}\")")
_NAME = re.compile(r"\"name\"\s*:\s*\"([^\"\n]{1,200})\"")
_MOST = 5_000  # things that are looked at in one page


class Linked:
    """The things that the page describes, and how they refer to each other."""

    def __init__(self, scripts: Iterable[str]) -> None:
        scripts = list(scripts)
        self.things = list(_things(scripts))
        self.salvaged = not self.things and any(map(_salvaged, scripts))
        if self.salvaged:
            self.things = [thing for script in scripts if (thing := _salvaged(script))]
        self._by_id: dict[str, dict[str, Any]] = {}
        for thing in self.things:
            name = thing.get("@id")
            if isinstance(name, str) and len(thing) > len(self._by_id.get(name, {})):
                self._by_id[name] = thing

    def article(self, title: str, address: str) -> dict[str, Any]:
        """The article that the page is about: the one of its address or title, else the first that stands alone."""
        articles = [thing for thing in self.things if _is(thing, _ARTICLE)]
        articles = articles or [thing for thing in self.things if _is(thing, _PAGE) and thing.get("datePublished")]
        if len(articles) < 2:
            return articles[0] if articles else {}
        for article in articles:
            stated = [text(article.get(key)) for key in ("url", "@id", "mainEntityOfPage")]
            if address and any(one.split("#")[0].rstrip("/") == address.rstrip("/") for one in stated if one):
                return article
        for article in articles:
            if title and fold(self.headline(article)) == fold(title):
                return article
        told = [article for article in articles if article.get("articleBody") or article.get("author")]
        return told[0] if told else articles[0]

    def headline(self, article: dict[str, Any]) -> str:
        return text(article.get("headline")) or text(article.get("name"))

    def authors(self, article: dict[str, Any]) -> list[str]:
        """The names. Organisations are no authors here: see `organisations`."""
        named: list[str] = []
        for author in self._authors(article):
            if isinstance(author, str):
                named.append(author)
            elif isinstance(author, dict) and not _is(author, ("Organization", "Corporation", "WebSite")):
                whole = " ".join(filter(None, (text(author.get(key)) for key in ("givenName", "familyName"))))
                several = [name for name in listed(author.get("name")) if isinstance(name, str)] or [whole]
                named += several
        return named

    def organisations(self, article: dict[str, Any]) -> list[str]:
        """The organisations that are named as authors."""
        return [
            text(one)
            for one in self._authors(article)
            if isinstance(one, dict) and _is(one, ("Organization", "Corporation")) and text(one.get("name"))
        ]

    def _authors(self, article: dict[str, Any]) -> list[Any]:
        return [self._whole(author) for author in listed(article.get("author") or article.get("creator"))]

    def outlets(self, article: dict[str, Any]) -> list[str]:
        """Who is declared to publish it, the publisher first."""
        found = []
        for key in ("publisher", "sourceOrganization", "isPartOf", "copyrightHolder"):
            for holder in listed(article.get(key)):
                whole = self._whole(holder)
                if not (isinstance(whole, dict) and _is(whole, ("Person", *_PAGE))):
                    found.append(text(whole))
        sites = [thing for thing in self.things if _is(thing, ("WebSite", "NewsMediaOrganization"))]
        return [name for name in [*found, *(text(site.get("name")) for site in sites)] if name]

    def _whole(self, thing: object) -> object:
        """What an @id refers to, where the page describes it."""
        if isinstance(thing, dict) and isinstance(thing.get("@id"), str) and not thing.get("name"):
            return self._by_id.get(thing["@id"], thing)
        return thing


def listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def text(value: object) -> str:
    """A string, the name or address of a thing, or the first of a list of these."""
    for one in listed(value):
        if isinstance(one, dict):
            one = next((told for key in ("name", "@value", "@id", "url") for told in listed(one.get(key)) if told), "")
        if isinstance(one, str) and one.strip():
            return single_line(one)
    return ""


def _is(thing: dict[str, Any], kinds: tuple[str, ...]) -> bool:
    return any(isinstance(kind, str) and kind.endswith(kinds) for kind in listed(thing.get("@type")))


def _things(scripts: Iterable[str]) -> Iterator[dict[str, Any]]:
    count = 0
    for script in scripts:
        waiting = [_parsed(script)]
        for thing in waiting:  # which grows as it is read
            count += 1
            if count > _MOST:
                return
            if isinstance(thing, list):
                waiting += thing
            elif isinstance(thing, dict):
                yield thing
                waiting += [*listed(thing.get("@graph")), *listed(thing.get("mainEntity"))]
                page = thing.get("mainEntityOfPage")
                waiting += [page] if isinstance(page, dict) and not _is(thing, _ARTICLE) else []


def _parsed(script: str) -> object:
    for tried in (script, _TRAILING.sub(r"\1", _WRAPPED.sub("", _WRAPPED.sub("", script)))):
        try:
            return json.loads(tried, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _salvaged(script: str) -> dict[str, Any]:
    """What a broken script still says plainly of an article, as when a quotation mark within a text is not escaped."""
    kind = _ARTICLE_TYPE.search(script)
    if kind is None or _parsed(script) is not None:
        return {}
    thing: dict[str, Any] = {"@type": kind[1]}
    for name, raw in _STATED.findall(script):
        thing.setdefault(name, raw.replace('\\"', '"').replace("\\/", "/"))
    if (author := _AUTHOR.search(script)) and "Organization" not in author[1]:
        thing["author"] = _NAME.findall(author[1]) or [author[1].strip('"')]
    return thing if len(thing) > 1 else {}
