"""Which part of a page is its article, where several are marked up as one: cards and teasers stand beside it.

The article is the one that holds the heading or the words. Of microdata nothing is read from the others, and a teaser
above the article leaves the page: its words, byline and date are another article's.
"""

import re
from itertools import pairwise
from typing import Any

from index.read.markup import joined

_OWN = re.compile(r"(?:Article|Posting|Report|WebPage|ItemPage|CreativeWork|Document|sioc:Item|NewsItem|Node)/?$")
_ENTRY = re.compile(r"(?:Article|Posting|Report|NewsItem)/?$")
_PREFIX = re.compile(r"^(?:schema|dc|dcterms):")
_HEADED = ".//*[self::h1 or self::h2 or self::h3 or self::h4]"


def without_prefix(name: str) -> str:
    return _PREFIX.sub("", name)


def main_scope(tree: Any, heading: Any) -> Any:
    """The scope of the article; None where the page has one scope at most, and the page itself where none is it."""
    scopes = [element for element in tree.iter() if _ENTRY.search(_kind(element) or "")]
    if len(scopes) < 2:
        return None
    around = list(heading.iterancestors()) if heading is not None else []
    inner = [one for one in around if one in scopes]
    bodies = [one for one in scopes if one.xpath(".//*[@itemprop='articleBody' or @property='schema:articleBody']")]
    return inner[0] if inner else bodies[-1] if bodies and _nested(bodies) else tree


def of_article(element: Any, scope: Any = None) -> bool:
    """Whether the thing that an element is a property of is the article, or nothing in particular."""
    for above in element.iterancestors():
        kind = _kind(above)
        if kind is None:
            continue
        if scope is not None and _ENTRY.search(kind) and above is not scope and above not in scope.iterancestors():
            return False
        return bool(_OWN.search(kind or "Article"))
    return True


def without_teasers(tree: Any, heading: Any) -> None:
    """Takes out the articles with a heading that stand above the article's own, or outside of the main part."""
    if heading is None:
        return
    around = list(heading.iterancestors("article"))
    size = len(joined(around[0] if around else tree))
    main = next(heading.iterancestors("main"), None)
    above = True
    for element in list(tree.iter("article", heading.tag)):
        above = above and element is not heading and not (around and element is around[0])
        outside = main is not None and main not in element.iterancestors()
        small = len(joined(element)) * (1 if around else 2) < size
        apart = element.tag == "article" and element not in around and (above or outside)
        if apart and small and element.xpath(_HEADED):
            element.drop_tree()


def of_others(tree: Any, heading: Any, scope: Any) -> set[Any]:
    """Every element of the articles that are not the heading's own and have a heading or a scope themselves."""
    around = list(heading.iterancestors("article")) if heading is not None else []
    articles = list(tree.iter("article")) if heading is not None else []
    if not around:  # the heading stands above its article: one that has most of the words
        around = [one for one in articles if 2 * len(joined(one)) > sum(len(joined(other)) for other in articles)][:1]
    apart = [one for one in articles if one not in around and one.xpath(_HEADED)]
    if scope is not None:
        own = {scope, *scope.iterancestors()}
        apart += [one for one in tree.iter() if _ENTRY.search(_kind(one) or "") and one not in own]
    others: set[Any] = set()
    for one in apart:
        if one not in others:
            others.update(one.iter())
    return others


def _kind(element: Any) -> str | None:
    """What an element describes, "" where that is not said; None where it describes nothing."""
    kind: str | None = element.get("itemtype") or element.get("typeof")
    return "" if kind is None and element.get("itemscope") is not None else kind


def _nested(scopes: list[Any]) -> bool:
    """Whether each holds the next: of two beside each other neither is the article."""
    return all(one in two.iterancestors() for one, two in pairwise(scopes))
