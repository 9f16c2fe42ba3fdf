"""What a page calls its site, and which of its headings is the article's.

A name counts as the site's where the page says it twice, in places that are filled in separately: in the title
beside the headline, at the head of the page, in its copyright line, as the name of its feed. Once is enough beside the
headline where newspapers are called so.
"""

import re
from typing import Any
from urllib.parse import urlsplit

from index.normalise import fold, single_line
from index.read.markup import joined, words
from index.read.plain import Plain

_BETWEEN = re.compile(r"\s+[|–—·•»«:/-]+\s+|\s*[|»]\s*|\s*::\s*|:\s+|(?<=[\u2e80-\uffff])_(?=[\u2e80-\uffff])")
_TOP = frozenset("masthead logo brand branding sitename sitetitle blogname".split())
_NAMED = ({"site", "title"}, {"site", "name"}, {"blog", "title"}, {"blog", "name"}, {"site", "logo"}, {"org", "fn"})
_MARKED = (
    {"entry", "title"},
    {"post", "title"},
    {"article", "title"},
    {"headline"},
    {"story", "title"},
    {"title", "news"},
)
_HOLDER = re.compile(
    r"(?:(?:©|\(c\)|copyright)[\s,:]*)+(?:(?:19|20)\d\d[\s,–-]*)*(?:by\s)?([^©|•·,;\n]{2,80})", re.IGNORECASE
)
_RIGHT = re.compile(r"©|[Cc]opyright|\([cC]\)|COPYRIGHT")
_BEFORE = re.compile(r"^([^©|•·,;\n]{2,60}?)\s*©\s*(?:19|20)\d\d")
_RIGHTS = re.compile(
    r"\.?\s*(?:all\srights|reproduction|alle\srechte|tous\sdroits|todos\slos|tutti\si)\b.*$|\.(?:\s.*)?$|\s+-\s.*$",
    re.I,
)
_FEED = re.compile(
    r"\s*(?:[-–»:|>]\s*)*(?:latest\s)?(?:comments?\s)?(?:rss|atom|feeds?)\b.*$|^(?:rss|atom|feed)\s*(?:2\.0)?\s*[-–:|]?\s*",
    re.I,
)
_NOT_NAMES = frozenset(
    "home homepage start startseite accueil inicio início menu logo news sport sports politics world business"
    " opinion culture live blog local video weather print article story nachrichten politik sport wirtschaft kultur"
    " actualités noticias deportes cultura notizie новости חדשות أخبار ニュース back to".split()
)
_FIRM = re.compile(
    r"(?:,?\s(?:media|group|news|newspapers?|publishing|publications?|press|company|co|inc|ltd|llc|limited|corp|gmbh"
    r"|ag|verlag|s\.?a|b\.?v|&|and)\.?)+",
    re.IGNORECASE,
)
_PAPER = re.compile(
    r"\b(?:times|post|herald|ledger|gazette|press|daily|weekly|tribune|chronicle|courier|observer|standard|examiner|dispatch"
    r"|telegraph|bulletin|magazine|wire|advertiser|argus|sentinel|independent|echo|messenger|newspaper|journal|inquirer|star"
    r"|\w*zeitung|\w*anzeiger|\w*blatt|kurier|rundschau|courrier|gazet+a|diario|periódico|correo|jornal|diário|corriere"
    r"|giornale|posta(?:sı)?|gazetesi|dziennik|dagblad|tidende|tidningen|aftonblad\w*)\b",
    re.IGNORECASE,
)
_COLON = re.compile(r"([^:|]+):\s+([^:|]+)")
_LONGEST, _MOST_WORDS, _PROSE = 60, 7, 80


class Site:
    """The names that the tree gives its site, by the kind of place. Made before menus leave the tree."""

    def __init__(self, tree: Any) -> None:
        self.said: dict[str, list[str]] = {"top": [], "foot": [], "feed": [], "source": []}
        self._plain = Plain(tree)
        self._links(tree)
        above = True
        for element in tree.iter():
            if not isinstance(element.tag, str) or element.tag in ("script", "style", "meta", "link", "title"):
                continue
            for text in (element.text, element.tail):
                if text and _RIGHT.search(text):
                    self._holder(text, element)
            if "org" in (element.get("class") or "").split():
                self._source(element)
            if above or element.tag == "a":
                self._top(element, above)
            if above and (_is_heading(element) or (element.tag == "p" and len(joined(element)) > _PROSE)):
                above = False

    def _add(self, kind: str, raw: str) -> None:
        name = single_line(raw).strip(" .,|-–—:")
        address = re.match(r"https?:|@|www\.", name) or re.fullmatch(r"\S+\.\w{2,}", name)
        usual = all(word in _NOT_NAMES for word in fold(name).split())
        if name and not address and not usual and len(name) <= _LONGEST and len(name.split()) <= _MOST_WORDS:
            self.said[kind].append(name)

    def _links(self, tree: Any) -> None:
        for link in tree.iter("link"):
            kind = (link.get("type") or "").lower()
            if "alternate" in (link.get("rel") or "").lower() and ("rss" in kind or "atom" in kind):
                self._add("feed", _FEED.sub("", link.get("title") or ""))

    def _holder(self, text: str, element: Any) -> None:
        if element.tag in ("figcaption", "figure"):
            return
        whole = joined(element.getparent() if text is element.tail and element.getparent() is not None else element)
        if len(whole) > 600:
            whole = text
        for found in (*_HOLDER.findall(whole), *_BEFORE.findall(whole)):
            self._add("foot", _RIGHTS.sub("", found))

    def _source(self, element: Any) -> None:
        """The source organisation of an hNews entry."""
        if any({"source", "org"} <= words(one) for one in (element, *list(element.iterancestors())[:2])):
            self._add("source", joined(element))

    def _top(self, element: Any, above: bool) -> None:
        said = words(element)
        home = element.tag == "a" and _is_home(element)
        named = not _TOP.isdisjoint(said) or any(name <= said for name in _NAMED)
        bold = element.tag in ("b", "strong", "font", "big", "h1")
        if home or (above and (named or bold or element.tag == "header")):
            whole = joined(element)
            pictures = [one.get("alt") or "" for one in element.iter("img")][:2]
            titles = [element.get("title") or "", element.get("aria-label") or ""] if home else []
            for raw in [whole, re.split(r"\s*[|·•\n]\s*", whole)[0], *pictures, *titles]:
                self._add(
                    "top", re.sub(r"\s+(?:home\s?page|home|logo)$|^(?:logo\s(?:of|von|de)\s)", "", raw, flags=re.I)
                )

    def outlet(self, titles: list[str], headline: str, address: str) -> tuple[str, str]:
        """The name that two places agree on and where it stands, or two empty texts."""
        if self.said["source"]:
            return self.said["source"][0], "source line"
        host = [re.sub(r"[^\w]|_", "", label) for label in (urlsplit(address).hostname or "").split(".")[:-1]]
        hosts = {*host, "".join(host), "".join(host).removeprefix("www")}
        if not headline and (both := self._both(titles[0])):
            return both[0] if _PAPER.search(both[0]) or both[0].endswith(" News") else "", "page title"
        for piece in (piece for title in titles for piece in _pieces(title, headline)):
            firms = [name[: len(piece)] for name in self.said["foot"] if _FIRM.fullmatch(name[len(piece) :])]
            if any(_same(piece, name) for names in (*self.said.values(), firms) for name in names):
                return piece, "page title"
            packed = re.sub(r"[^\w]|_", "", fold(piece))
            if self._plain.confirms(piece, bool(_PAPER.search(piece))):
                return piece, "page title"
            if len(packed) > 3 and {packed, packed.removeprefix("the")} & hosts:
                return piece, "page title"
        kinds = list(self.said.values())
        for place, names in enumerate(kinds):
            for name in names:
                if not _same(name, headline) and any(
                    _same(name, other) for more in kinds[place + 1 :] for other in more
                ):
                    return name, "page head"
        return _paper(titles, headline), "page title"

    def _both(self, title: str) -> list[str]:
        """The two pieces of a title with a colon, such as "Holm News: Goose halts traffic", where both stand at the
        head of the page: a name and a headline, or a headline in two parts."""
        gap = _COLON.fullmatch(title)
        pieces = [single_line(gap[1]), single_line(gap[2])] if gap else []
        return pieces if pieces and all(any(_same(one, name) for name in self.said["top"]) for one in pieces) else []

    def beside(self, title: str, outlet: str) -> list[str]:
        """The headline that stands after the name in such a title."""
        return [one for one in self._both(title)[1:] if not _same(one, outlet)]


def _paper(titles: list[str], headline: str) -> str:
    """What stands beside the headline in the title and is called as newspapers are; "" where nothing is.

    "Headline | Middle East" names a section, "Headline | Holm Courier" a newspaper.
    """
    for title in titles if headline else ():
        for piece in _pieces(title, headline)[:1]:
            named = 2 <= len(piece.split()) <= 5 and _PAPER.search(piece) and not re.search(r"[.?!\d]", piece)
            if named and _repeats(title, headline) and piece[0].isupper():
                return piece
    return ""


def _pieces(title: str, headline: str) -> list[str]:
    """What stands beside the headline in a title, the outermost first."""
    gaps = list(_BETWEEN.finditer(title))
    if not gaps:
        return []
    ends = [(title[gap.end() :], title[: gap.start()]) for gap in gaps]
    pieces = [
        title[start:end]
        for start, end in zip([0, *(g.end() for g in gaps)], [*(g.start() for g in gaps), len(title)], strict=True)
    ]
    found = [*reversed(pieces[1:]), pieces[0], *(one for pair in ends for one in pair)]
    kept = [single_line(one) for one in found if one.strip() and fold(one) != fold(headline)]
    return [one for one in dict.fromkeys(kept) if not all(word in _NOT_NAMES for word in fold(one).split())]


def _same(one: str, other: str) -> bool:
    return fold(one).removeprefix("the ") == fold(other).removeprefix("the ")


def _is_home(link: Any) -> bool:
    href = (link.get("href") or "").strip()
    rel = (link.get("rel") or "").lower().split()
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    return "home" in rel or (
        href != ""
        and parts.path in ("", "/")
        and not parts.query
        and not parts.fragment
        and bool(parts.netloc or parts.path)
    )


def _is_heading(element: Any) -> bool:
    return element.tag in ("h1", "h2", "h3") and (
        any(name <= words(element) for name in _MARKED) or (element.tag == "h1" and not _of_site(element))
    )


def _of_site(heading: Any) -> bool:
    """Whether a heading is the name of the site."""
    said = words(heading)
    if not _TOP.isdisjoint(said) or any(name <= said for name in _NAMED):
        return True
    text = joined(heading)
    if any(_is_home(link) and joined(link) == text for link in heading.iter("a")):
        return True
    above = heading.getparent()
    return above is not None and above.tag == "a" and _is_home(above)


def headings(tree: Any, title: str) -> tuple[list[str], Any]:
    """The headings that may be the article's, and the element of the one that is, where that is clear."""
    found = [(head, joined(head)) for head in tree.iter("h1", "h2", "h3")]
    found = [(head, _told(head, text, title)) for head, text in found if text and not _of_site(head)]
    highest = [pair for pair in found if pair[0].tag == "h1"]
    told = [pair for pair in found if _repeats(title, pair[1])]
    marked = [
        pair
        for pair in found
        if any(name <= words(pair[0]) for name in _MARKED) or pair[0].get("itemprop") == "headline"
    ]
    best = max((pair for pair in told if pair in highest), key=_size, default=None)
    rest = [pair for pair in told if pair not in highest and len(pair[1].split()) > 2]
    lower = max(rest, key=_size, default=None)
    if (
        lower
        and (not best or (_size(lower) > _size(best) and not _repeats(lower[1], best[1])))
        and (not highest or best or _size(lower) > max(map(_size, highest)))
    ):
        best = lower
    if best is None and len(marked) == 1 and (not highest or marked[0] in highest):
        best = marked[0]
    if best is None and not highest and len([pair for pair in found if pair[0].tag == "h2"]) == 1:
        best = next(pair for pair in found if pair[0].tag == "h2")
    if best is None and len(highest) == 1:
        best = highest[0]
    return ([best[1]] if best else [text for _, text in highest]), best[0] if best is not None else None


def _told(head: Any, text: str, title: str) -> str:
    """The words of a heading, without the section's name that stands in it where the page's title has none."""
    parts = [] if _repeats(title, text) else [joined(child) for child in head]
    return next((part for part in parts if len(part.split()) > 2 and _repeats(title, part)), text)


def _size(pair: tuple[Any, str]) -> int:
    return len(pair[1])


def _repeats(title: str, heading: str) -> bool:
    """Whether a title is the heading, or the heading with something beside it."""
    whole, part = fold(title), fold(heading)
    if whole == part:
        return bool(part)
    after, before = whole[len(part) :], whole[: len(whole) - len(part)]
    return bool(part) and (
        (whole.startswith(part) and bool(re.match(r"\s*[|–—·•\":/…-]|_", after)))
        or (whole.endswith(part) and bool(re.search(r"[|–—·•\":/-]\s*$", before)))
    )
