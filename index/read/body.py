"""The words of a page's article, by trafilatura: its quick way first, its slow ones only where that finds too little.

What leaves: menus, calls to subscribe, share and read on, picture credits. What stays: tables, a row a line ("a | b"),
and lists, an item a line ("- a").
"""

import logging
import re
from itertools import pairwise
from typing import Any

from index.normalise import fold, normalise
from index.read.credits import credit_line

_SENTENCE_END = re.compile(r"[.!?…][\"'\u201d\u2019\u00bb)]*(?:\s|$)")
_UNSPACED = re.compile(r"[^\x00-\u024f]{15}[\u3002\uff01\uff1f\uff0e\u0964\u061f]")
_FEWEST_WORDS = 6
_BAR = re.compile(r"\s*\|\s*$|^\s*\|\s*")
_RULE = re.compile(r"[\s|:-]+")
_CALL = re.compile(
    r"(?:please\s)?(?:sign\sup|subscribe|register)\b.*\b(?:newsletter|inbox|e-?mail|account|letter|podcast|channel|free)\b"
    r"|(?:sign\sup|subscribe|register|log\sin)\s(?:now|today|here)\b|(?:get|join|subscribe\sto)\sour\s(?:free\s|daily\s|weekly\s)*newsletter|share\s(?:this\s(?:article|story|page|post)|on\s\S+$)"
    r"|share\sthis:?$|follow\sus\son\b|(?:read\s(?:more|also|next)|also\sread|related(?:\s(?:articles?|stories|links))?)(?::|$)"
    r"|more\son\sthis\sstory|advertisement$|(?:we\suse|this\s(?:web)?site\suses)\scookies\b|lesen\ssie\s(?:auch|hier|mehr)\b"
    r"|mehr\szum\sthema\b|anzeige$|(?:à\s)?lire\saussi\b|abonnez-vous\b|publicité$|le[ae]\stambién\b|le\spuede\sinteresar\b"
    r"|publicidad$|leggi\sanche\b|читайте\sтакже|関連記事|相关阅读|اقرأ\sأيضا|קראו\sגם|filed\sunder\b|tags?:|copy\slink$"
    r"|print\sthis\s|comments?\s\(\d+\)$|load\smore\b|click\shere\sto\b",
    re.IGNORECASE,
)
_LONGEST_CALL = 160
_MOST_ELEMENTS = 2_000  # of a page that is tried the slow ways: their time grows with the square
_MOST_CREDITS = 10  # fewer than `take_credits` looks at
for _vendor in ("trafilatura", "htmldate"):  # what they warn of is reported as a reason, not printed by them
    logging.getLogger(_vendor).addHandler(logging.NullHandler())


def parse(html: str) -> Any:
    """The tree of a page, or None where there is none."""
    from trafilatura.utils import load_html

    return load_html(html)


def article_text(tree: Any, title: str) -> str:
    """The article, its credit lines below it; "" where the page has none."""
    from trafilatura import bare_extraction

    small = sum(1 for _ in tree.iter()) <= _MOST_ELEMENTS
    for fast in (True, False) if small else (True,):
        document: Any = bare_extraction(tree, include_comments=False, fast=fast)
        text = _paragraphs(normalise(document.text or ""), title) if document is not None else ""
        if any(map(_is_prose, text.split("\n"))):
            return text
    return ""


def _is_prose(line: str) -> bool:
    """Whether a sentence stands there: menus and forms have none."""
    spaced = len(line.split(None, _FEWEST_WORDS)) >= _FEWEST_WORDS and _SENTENCE_END.search(line)
    return bool(spaced or _UNSPACED.search(line))


def _paragraphs(text: str, title: str) -> str:
    """A blank line between paragraphs; list items and table rows stay together; a title on top goes."""
    lines: list[str] = []
    credits: dict[str, None] = {}
    for line in filter(None, map(_line, text.split("\n"))):
        bare = line.removeprefix("- ")
        if credit_line(bare):
            credits[bare] = None
        elif len(bare) > _LONGEST_CALL or not _CALL.match(bare):
            lines.append(line)
    if lines and title and fold(lines[0]) == fold(title):
        del lines[0]
    joined = lines[:1]
    for above, line in pairwise(lines):
        together = (above.startswith("- ") and line.startswith("- ")) or (" | " in above and " | " in line)
        joined += ["\n" if together else "\n\n", line]
    return "\n\n".join(["".join(joined), *list(credits)[:_MOST_CREDITS]]) if lines else ""


def _line(line: str) -> str:
    """The line without a table's frame."""
    line = line.strip()
    if line.startswith("|"):
        line = "" if _RULE.fullmatch(line) else " | ".join(cell.strip() for cell in _BAR.sub("", line).split("|"))
    return line
