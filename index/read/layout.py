"""A page's frame, taken apart before its words are looked for: tables that only place things, blocks that call to read
on, entries of a live blog, teasers of other articles.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from index.read.markup import joined

_HEADS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BIG = ".//h1|.//h2|.//h3|.//table|.//article|.//form"
_SENTENCE, _ENDS = 30, '.!?…"”»。'
_LONG_CELL, _PROSE, _TEASER = 200, 160, 400
_RELATED = re.compile(
    r"(?:(?:recent|related|latest|popular|recommended|other|further)\s(?:posts?|stor(?:y|ies)|articles?|news|reading|links|content|topics?"
    r"|coverage)|more\son\sth(?:is|ese)(?:\s\w+)?|more\s(?:stories|news|like\sthis|to\sexplore)|more\sfrom\b.{0,40}|(?:read|see)\s(?:more|also|next)|related"
    r"|most\s(?:read|viewed|popular|shared)|trending(?:\snow)?|you\s(?:may|might)\salso\s(?:like|enjoy|be\sinterested\sin)|don.t\smiss|up\snext|what\sto\sread\snext"
    r"|recommended(?:\sfor\syou)?|editor.s\spicks?"
    r"|mehr\szum\sthema|lesen\ssie\sauch|das\skönnte\ssie\sauch\sinteressieren|auch\sinteressant|weitere\s(?:artikel|themen|nachrichten)"
    r"|(?:à\s)?lire\saussi|sur\sle\smême\s(?:sujet|thème)|articles\sliés|les\splus\slus"
    r"|lo\smás\s(?:visto|leído)|te\s(?:puede|podría)\sinteresar|(?:noticias|artículos)\srelacionad[oa]s|más\sinformación"
    r"|(?:artigos|notícias)\srelacionad[oa]s|leia\s(?:também|mais)|mais\slidas|leggi\sanche|articoli\scorrelati|lees\sook"
    r"|читайте\sтакже|по\sтеме|関連(?:記事|ニュース)|あわせて読みたい|相关(?:阅读|新闻)|相關新聞"
    r"|כתבות\s(?:מומלצות|נוספות|קשורות)|קראו\sגם|اقر[أا]\sأيضا?ً?|(?:مواضيع|أخبار|مقالات)\s(?:ذات\sصلة|مشابهة))\s*[:：]?",
    re.IGNORECASE,
)
_FEWEST_ENTRIES, _FEWEST_TEASERS, _FEWEST_PARAGRAPHS = 2, 4, 3
_FLOW = frozenset(("p", "ul", "ol", "dl", "table", "blockquote", "figure", "pre", *_HEADS))
_BODIES = ".//*[@itemprop='articleBody' or @role='main' or @role='article']"
_SHARE = 0.6


def straighten(tree: Any) -> None:
    """Makes one plain flow of the page."""
    _without_layout_tables(tree)
    _without_related(tree)
    _join_entries(tree)
    _name_article(tree)


def _without_layout_tables(tree: Any) -> None:
    """Cells become blocks where a table only places things on the page; a table of figures stays one."""
    layout = [table for table in tree.iter("table") if _places(table)]
    for table in layout:
        for part in [table, *_own(table)]:
            for name in ("width", "height", "colspan", "rowspan", "cellpadding", "cellspacing", "border", "role"):
                part.attrib.pop(name, None)
            part.tag = "div"


def _own(table: Any) -> Iterator[Any]:
    """The rows and cells of a table, not of one within it."""
    waiting = list(table)
    for part in waiting:  # which grows as it is read
        if part.tag in ("tbody", "thead", "tfoot", "tr"):
            waiting += part
            yield part
        elif part.tag in ("td", "th", "center"):
            yield part


def _places(table: Any) -> bool:
    cells = [part for part in _own(table) if part.tag in ("td", "th")]
    if any(cell.tag == "th" for cell in cells):
        return any(cell.find(".//h1") is not None for cell in cells)
    if table.get("role") in ("presentation", "none") or max((len(row) for row in _rows(cells)), default=0) < 2:
        return True
    return any(
        any(part.tag in _HEADS or part.tag in ("table", "article", "form", "ul") for part in cell.iter())
        or len(cell.findall(".//p")) > 1
        or len(joined(cell)) > _LONG_CELL
        for cell in cells
    )


def _rows(cells: list[Any]) -> list[list[Any]]:
    rows: dict[Any, list[Any]] = {}
    for cell in cells:
        rows.setdefault(cell.getparent(), []).append(cell)
    return list(rows.values())


def _without_related(tree: Any) -> None:
    """Takes out what stands below "More on this story" and the like, up to the next prose or heading."""
    for head in list(tree.iter("h2", "h3", "h4", "h5", "h6", "p", "div", "strong", "span", "b")):
        if len(head) > 3 or not _RELATED.fullmatch(joined(head)[:80]):
            continue
        while head.getparent() is not None and joined(head.getparent()) == joined(head):
            head = head.getparent()
        if head.tag in ("html", "body") or head.getparent() is None:
            continue
        for follower in list(head.itersiblings()):
            if follower.tag in _HEADS or not isinstance(follower.tag, str) or _is_prose(follower):
                break
            follower.drop_tree()
        head.drop_tree()


def _is_prose(element: Any) -> bool:
    """Whether an article goes on here: a long paragraph outside of links, or a heading of its own."""
    linked = _in_links(element)
    paragraphs = [joined(one) for one in element.iter("p")]
    long = (
        any(len(one) > _PROSE or (len(one) > _SENTENCE and one[-1] in _ENDS) for one in paragraphs)
        or len(joined(element)) > 4 * _PROSE
    )
    return (long and linked < len(joined(element)) / 2) or element.find(".//h1") is not None


def _join_entries(tree: Any) -> None:
    """Entries of a live blog are articles beside the heading: as such all but the first would be lost."""
    for head in tree.iter("h1"):
        for above in head.iterancestors():
            if above.tag == "article":
                break
            entries = above.findall("article")
            linked = any(_headed_link(entry) for entry in entries)
            if len(entries) >= _FEWEST_ENTRIES and not linked and not _with_teasers(entries):
                for entry in entries:
                    entry.tag = "div"
            if above.tag == "main":
                break


def _with_teasers(entries: list[Any]) -> bool:
    """Whether one of them is the article and the others tease: it has most of the words, and a class of its own."""
    longest = max(entries, key=lambda entry: len(joined(entry)))
    rest = [entry for entry in entries if entry is not longest]
    alone = all(entry.get("class") != longest.get("class") for entry in rest)
    return alone and len(joined(longest)) > sum(len(joined(entry)) for entry in rest)


def _name_article(tree: Any) -> None:
    """Puts what stands between the first and the last long paragraph into an article, on a page that names none.

    Of an unnamed one trafilatura keeps the paragraphs alone: lists, headings, and what is said twice would be lost.
    """
    if tree.find(".//article") is not None or tree.find(".//main") is not None or tree.xpath(_BODIES):
        return
    long = [one for one in tree.iter("p") if len(joined(one)) > _SENTENCE * 2 and not _linked(one)]
    parents = Counter(one.getparent() for one in long)
    if not parents or max(parents.values()) < _FEWEST_PARAGRAPHS:
        return
    (parent, _), *_ = parents.most_common(1)
    inside = [one for one in parent if isinstance(one.tag, str)]
    held = set(long)  # a page may have very many
    places = [at for at, one in enumerate(inside) if one in held]
    begin, end = places[0], places[-1]
    while begin and inside[begin - 1].tag in _FLOW - {"h1"} and not _linked(inside[begin - 1]):
        begin -= 1  # a byline
    while end + 1 < len(inside) and inside[end + 1].tag in _FLOW and not _linked(inside[end + 1]):
        end += 1
    article = parent.makeelement("article")
    parent.insert(parent.index(inside[begin]), article)
    article.extend(inside[begin : end + 1])


def _linked(element: Any) -> bool:
    """Whether most of it is links."""
    return 2 * _in_links(element) > len(joined(element))


def _in_links(element: Any) -> int:
    """How many of its characters are words of links."""
    return sum(len(joined(link)) for link in element.iter("a"))


def _headed_link(element: Any) -> bool:
    return any(
        any(not (link.get("href") or "").startswith("#") for link in head.iter("a"))
        or (head.getparent() is not None and head.getparent().tag == "a")
        for head in element.iter("h2", "h3", "h4")
    )


def teasers(tree: Any) -> set[str]:
    """The short texts below links to other articles: one a link, whatever holds them. Empty where these are few."""
    found = []
    for link in tree.iter("a"):
        href = (link.get("href") or "x").strip()
        if len(joined(link).split()) < 3 or href.startswith("#"):
            continue
        head = link
        while head.getparent() is not None and joined(head.getparent()) == joined(link):
            head = head.getparent()
        below = head.getnext()
        if below is not None and isinstance(below.tag, str) and 30 < len(joined(below)) <= _TEASER:
            found.append(joined(below))
    return set(found) if len(found) >= _FEWEST_TEASERS else set()


def mostly(text: str, teased: set[str]) -> bool:
    """Whether a text is little else than teasers."""
    lines = [line.removeprefix("- ") for line in text.split("\n") if line]
    known = sum(len(line) for line in lines if line in teased)
    return bool(teased) and known > _SHARE * len(text)
