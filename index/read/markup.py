"""The elements of a page that are not the article: which are noise, and which say who wrote it and when.

A class or an id is judged by its words ("post-author", "ArticleByline", "sidebar__related"), whoever made the template.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_APART = re.compile(r"[^a-z0-9]+")
_WORDPRESS = re.compile(r"\b(?:category|tag|format|status|type|postid)-[a-z0-9_-]+", re.IGNORECASE)
_NOISE = frozenset(
    "cookie cookies cookiebar consent gdpr onetrust cmp newsletter newsletters signup subscribe subscription"
    " related recommended recommendations recirc recirculation readmore morefrom trending popular mostread"
    " comments disqus promo promos advert adverts advertisement ads adslot sponsored outbrain taboola"
    " breadcrumb breadcrumbs navbar menu sidebar jp pagination pager modal popup overlay toast carousel donate"
    " skip nav navigation paywall fence regwall unsubscribe mostviewed mostpopular".split()
)
_CREDIT = frozenset(
    "byline bylines author authors authored contributor contributors credit credits caption captions"
    " figcaption share sharing shares sharebar sharedaddy social addtoany"
    " submitted timestamp timestamps dateline pubdate posted"
    " published updated metadata meta tags taglist copyright toolbar readtime bio".split()
)
_AUTHOR = frozenset(
    "byline bylines author authors writer contributor contributors autor auteur autore firma auteurs".split()
)
_DATED = frozenset(
    "date dates submitted timestamps"
    " dateline datetime time timestamp pubdate pubtime published publish posted updated modified lastmod"
    " byline meta metadata info datum fecha data when".split()
)
_NOT_DATED = frozenset("event events today current masthead weather deadline expires expiry start end".split())
_NOISE_TAGS = frozenset(("nav", "aside", "button", "dialog", "iframe", "svg", "template", "select", "textarea"))
_CREDIT_TAGS = frozenset(("figcaption", "footer", "address"))
_KEPT_TAGS = frozenset(("html", "head", "body", "main"))
_NAMED = frozenset(("class", "id", "data-testid", "data-test-id", "data-qa", "data-hook", "data-component", "role"))
_BROUGHT = frozenset("powered sort sorted filter sponsored brought presented view".split())
_BREAKS = frozenset(("br", "p", "div", "tr", "td", "h1", "h2", "h3", "h4"))
_LONG = 50
_BLOCKS = frozenset(("p", "li", "td", "dd", "blockquote"))
_PROSE, _ASIDE = 160, 30
_SHARE = 0.4
_HEADS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


@lru_cache(maxsize=8_192)
def _words(names: str) -> frozenset[str]:
    return frozenset(_APART.split(_HUMP.sub("-", _WORDPRESS.sub(" ", names)).lower()))


def words(element: Any) -> frozenset[str]:
    """The words in an element's class, id and the like."""
    names = " ".join(value for key, value in element.items() if key in _NAMED)
    return _words(names[:500]) if names else frozenset()


def is_author(element: Any) -> bool:
    said = words(element)
    by = ("by" in said and said.isdisjoint(_BROUGHT)) or "username" in said or {"user", "name"} <= said
    return by or not _AUTHOR.isdisjoint(said)


def is_dated(element: Any) -> bool:
    said = words(element)
    return not _DATED.isdisjoint(said) and _NOT_DATED.isdisjoint(said)


def is_plain(element: Any) -> bool:
    """Whether no class says that something else than the article's own date stands there."""
    return _NOT_DATED.isdisjoint(words(element)) and element.tag != "time"


def without_noise(tree: Any) -> None:
    """Takes menus, banners, teasers and comments out of the tree."""
    for element in list(tree.iter("script", "style", "noscript")):
        element.drop_tree()
    whole = _prose(tree)
    for element in list(_elements(tree)):
        said = words(element)
        noisy = element.tag in _NOISE_TAGS or not _NOISE.isdisjoint(said)
        if noisy or ("comment" in said and element.tag != "p") or said & {"complementary", "navigation"}:
            _drop(element, whole, anyway=bool(said & {"comments", "disqus"}))


def without_credits(tree: Any) -> None:
    """Takes bylines, dates, captions, share buttons and footers out, once they have been read."""
    whole = _prose(tree)
    for element in list(_elements(tree)):
        if element.tag in _CREDIT_TAGS or not _CREDIT.isdisjoint(words(element)):
            _drop(element, whole)


def _drop(element: Any, whole: int, anyway: bool = False) -> None:
    """Removes an element unless the article itself may be in it."""
    parent = element.getparent()
    if parent is None or element.tag in _KEPT_TAGS or element.tag in _HEADS:
        return
    holds = element.find(".//h1") is not None or element.get("itemprop") == "articleBody"
    if holds or (not anyway and _prose(element) > _SHARE * whole):
        for name in ("class", "id"):  # by which trafilatura would take it for noise
            element.attrib.pop(name, None)
        return
    element.drop_tree()


def _prose(element: Any) -> int:
    """How many characters stand in long runs of text: a menu has none, however long it is."""
    return sum(len(text) for text in element.itertext() if len(text) > _LONG)


def _elements(tree: Any) -> Iterator[Any]:
    return (element for element in tree.iter() if isinstance(element.tag, str))


def joined(element: Any) -> str:
    """The words of an element in one line."""
    return " ".join("".join(element.itertext()).split())


def runs(element: Any) -> list[str]:
    """The words of an element, one run of text a line."""
    return [run for raw in element.itertext() if (run := " ".join(raw.split()))]


def printed_lines(element: Any) -> list[str]:
    """The lines of an element as a reader sees them, each with its runs of text one a line."""
    lines: list[list[str]] = [[]]
    waiting = [(element, False)]
    while waiting:
        part, closed = waiting.pop()
        if part is not element and part.tag in _BREAKS:
            lines.append([])
        if closed:
            lines[-1].append(part.tail or "")
            continue
        lines[-1].append((part.text or "") if isinstance(part.tag, str) else "")
        waiting += [(part, True)] if part is not element else []
        waiting += [(child, False) for child in reversed(part)]
    kept = ("\n".join(run for raw in line if (run := " ".join(raw.split()))) for line in lines)
    return [line for line in kept if line]


def in_prose(element: Any) -> bool:
    """Whether an element stands within a sentence."""
    for above in element.iterancestors():
        if above.tag in _BLOCKS:
            whole = joined(above)
            return len(whole) > _PROSE or (whole[-1:] in ".!?" and len(whole) - len(joined(element)) > _ASIDE)
    return False
