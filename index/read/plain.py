"""The plain places where a page names its site, which no class and no link marks: too weak to name it, but enough to
confirm what stands beside the headline in the page's title.

A section may stand in the title too, and on a plain line above the headline. So of plain lines only the first of the
page counts, no single word, and within the article only what is called as newspapers are.
"""

import re
from typing import Any

from index.normalise import fold
from index.read.markup import joined, printed_lines, words

_LINES = frozenset("div p span font td center b strong h4 h5 h6".split())
_UNSEEN = frozenset("script style noscript template title".split())
_OFFICIAL = re.compile(r"\bofficial\s(?:web\s?)?site\sof\s(?P<name>.{3,60})", re.IGNORECASE)
_SOURCE = re.compile(r"(?:来源|來源|稿源)\s?[:：]\s?(?P<name>\S{2,20})")
_LONGEST = 120


class Plain:
    """The names of such places. Made before menus and footers leave the tree."""

    def __init__(self, tree: Any) -> None:
        self._names: list[str] = []
        self._feet: list[str] = []
        self._first = ("", False)  # the first line, and whether it stands apart from the article
        first = True
        for element in tree.iter():
            if not isinstance(element.tag, str) or element.tag in _UNSEEN:
                continue
            if element.get("role") == "banner":
                self._names += printed_lines(element)[:1]
            if element.tag == "footer" or element.get("role") == "contentinfo" or "footer" in words(element):
                self._feet.append(fold(joined(element)[:_LONGEST]))
            text = " ".join((element.text or "").split())
            if text and len(text) <= _LONGEST:
                self._names += [found["name"] for form in (_OFFICIAL, _SOURCE) if (found := form.search(text))]
            if first and text:
                first = False
                if element.tag in _LINES and len(element) == 0 and " " in text:
                    self._first = (fold(text), _apart(element))

    def confirms(self, piece: str, paper: bool) -> bool:
        """Whether one of them says this name of the page's title; `paper`: whether newspapers are called so."""
        name = fold(piece)
        bare = {fold(one).removeprefix("the ").rstrip(".") for one in self._names}
        starts = any(foot.startswith(name) and not foot[len(name) :][:1].isalnum() for foot in self._feet)
        line, apart = self._first
        return bool(name) and (name.removeprefix("the ") in bare or starts or (line == name and (apart or paper)))


def _apart(line: Any) -> bool:
    """Whether a line stands outside of the element that is the article and holds its heading."""
    return any(
        one.find(".//h1") is not None and line not in one.iterdescendants()
        for one in line.getroottree().getroot().iter("article", "main")
    )
