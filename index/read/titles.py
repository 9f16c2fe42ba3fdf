"""Which of a page's titles is the article's: the headline, without the name of the site.

Knows nothing of HTML.
"""

import re
from collections.abc import Iterable
from html import unescape

from index.normalise import fold, single_line

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_BETWEEN = re.compile(r"\s+[|–—·•»:/-]+\s+|\s*\|\s*|\s*::\s*")
_CUT = re.compile(r"\s*(?:…|\.\.\.)$")
_PRINT = re.compile(
    r"^(?:print(?:able)?(?:\s(?:version|view|page))?|druckversion|drucken|imprim(?:ir|er)|stampa)\s*(?::|\||\s[–—-])\s*",
    re.I,
)
_FEWEST_WORDS = 2
_MOST_WORDS = 4  # that the name of a site has


def choose(stated: Iterable[str], headings: list[str], title: str, outlets: list[str]) -> str:
    """The first that is stated, else the only heading, else the page's title without the site in it."""
    heading = (
        headings[0] if len(headings) == 1 else next((one for one in headings if one and fold(one) in fold(title)), "")
    )
    for raw in stated:
        stated_title = _PRINT.sub("", single_line(_TAG.sub("", unescape(unescape(raw)))))
        headline = _without_site(stated_title, outlets, heading)
        if headline and fold(headline) not in {fold(outlet) for outlet in outlets}:
            start = _CUT.sub("", headline)
            return heading if heading and start != headline and fold(heading).startswith(fold(start)) else headline
    if heading and fold(heading) not in {fold(outlet) for outlet in outlets}:
        return single_line(heading)
    return _without_site(_PRINT.sub("", single_line(title)), outlets, heading, bold=True)


def _without_site(title: str, outlets: list[str], heading: str, bold: bool = False) -> str:
    """Cuts the site's name off either end; where it is not declared, only if `bold`, and only what looks like one."""
    if heading and fold(title) == fold(heading):
        return title
    names = {fold(outlet) for outlet in outlets}
    names |= {name.removeprefix("the ") for name in names}
    for name in sorted(names, key=len, reverse=True):  # a colon joins, but for the site's own name
        colon = re.match(rf"(?:the\s)?{re.escape(name)}:\s+(?=\S)", fold(title)) if name and heading else None
        if colon and fold(title[colon.end() :]) == fold(heading):
            return title[colon.end() :]
    gaps = list(_BETWEEN.finditer(title))
    for gap in gaps:
        if heading and fold(title[: gap.start()]) == fold(heading):
            return title[: gap.start()]
    if gaps and fold(title[gaps[-1].end() :]) in names:
        title, last = title[: gaps[-1].start()], gaps.pop().group()
        if bold and gaps and gaps[-1].group() == last and len(title[gaps[-1].end() :].split()) <= _FEWEST_WORDS:
            title = title[: gaps[-1].start()]  # the site's section stood before its name
        return title
    if gaps and (
        fold(title[: gaps[0].start()]) in names or (heading and fold(title[gaps[0].end() :]) == fold(heading))
    ):
        return title[gaps[0].end() :]
    if bold and gaps:
        head, tail = title[: gaps[-1].start()], title[gaps[-1].end() :]
        if len(tail.split()) <= _MOST_WORDS < len(head.split()) and tail[:1].isupper():
            return head
    return title
