"""The words of a page's article, by trafilatura: its quick way first, its slow ones only where that finds too little.

What leaves: menus, calls to subscribe, share and read on, picture credits. What stays: tables, a row a line ("a | b"),
and lists, an item a line ("- a").
"""

import logging
import re
from itertools import pairwise
from typing import Any

from index.normalise import normalise
from index.read.edges import is_article, trim
from index.read.foot import credit_line
from index.read.found import Parts
from index.read.layout import mostly, teasers

_BAR = re.compile(r"\s*\|\s*$|^\s*\|\s*")
_RULE = re.compile(r"[\s|:-]+")
_CALL = re.compile(
    r"(?:please\s)?(?:sign\sup|subscribe|register)\b.*\b(?:newsletter|inbox|e-?mail|account|letter|podcast|channel|free)\b"
    r"|(?:sign\sup|subscribe|register|log\sin)\s(?:now|today|here)\b|(?:get|join|subscribe\sto)\sour\s(?:free\s|daily\s|weekly\s)*newsletter|share\s(?:this\s(?:article|story|page|post)|on\s\S+$)"
    r"|share\sthis:?$|follow\sus\son\b|(?:read\s(?:more|also|next)|also\sread|related(?:\s(?:articles?|stories|links))?)(?::|$)"
    r"|more\son\sthis\sstory|advertisement$|(?:we\suse|this\s(?:web)?site\suses)\scookies\b|lesen\ssie\s(?:auch|hier|mehr)\b"
    r"|mehr\szum\sthema\b|anzeige$|(?:à\s)?lire\saussi\b|abonnez-vous\b|publicité$|le[ae]\stambién\b|le\spuede\sinteresar\b"
    r"|publicidad$|leggi\sanche\b|читайте\sтакже|関連記事|相关阅读|اقرأ\sأيضا|קראו\sגם|filed\sunder\b|tags?:|copy\slink$"
    r"|view\sth(?:is|e)\s(?:e-?mail|newsletter|page|message)\s(?:in|online)|best\sviewed\s(?:in|with)\b|unsubscribe\b|want\sto\schange\show\syou\b|see\sall$"
    r"|(?:join|follow)\s(?:us|our)\b.*\b(?:telegram|whatsapp|channel|facebook|mailing\slist|instagram)\b|(?:this|the\sfull)\s(?:article|story|content)\sis\s(?:for|available\s(?:only\s)?to|reserved\sfor|only)\b"
    r"|(?:already\sa|become\sa|to\scontinue\sreading|(?:get|for)\sunlimited\saccess|subscribe\s(?:to|for)\s(?:read|continue|unlimited|full|\S*\d)|subscribers?\sonly)\b|.*\bcancel\s(?:at\s)?any\s?time\b"
    r"|.*\b(?:nur\sfür\sabonnenten|réservé\s(?:à\snos\s|aux\s)abonnés|(?:sólo|solo|exclusivo)\spara\ssuscriptores|riservato\sagli\sabbonati)\b|il\svous\sreste\b.*\blire\b|la\ssuite\sest\sréservée|weiterlesen\smit\b|jetzt\sabonnieren|suscríbete\b"
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


def article_text(tree: Any, parts: Parts, language: str = "") -> str:
    """The article, its credit lines below it; "" where the page has none."""
    from trafilatura import bare_extraction

    teased = set() if parts.author or parts.published else teasers(tree)
    small = sum(1 for _ in tree.iter()) <= _MOST_ELEMENTS
    for fast in (True, False) if small else (True,):
        document: Any = bare_extraction(tree, include_comments=False, fast=fast)
        text = _paragraphs(normalise(document.text or ""), parts, language) if document is not None else ""
        if text and not mostly(text, teased):
            return text
    return ""


def _paragraphs(text: str, parts: Parts, language: str) -> str:
    """A blank line between paragraphs; list items and table rows stay together; "" where no article is left."""
    lines: list[str] = []
    credits: dict[str, None] = {}
    for line in filter(None, map(_line, text.split("\n"))):
        bare = line.removeprefix("- ")
        if credit_line(bare):
            credits[bare] = None
        elif len(bare) > _LONGEST_CALL or not _CALL.match(bare):
            lines.append(line)
    if not is_article(lines, parts.title):
        return ""
    lines, signed = trim(lines, parts, language)
    parts.credits = "\n".join(dict.fromkeys(signed))
    joined = lines[:1]
    for above, line in pairwise(lines):
        together = (above.startswith("- ") and line.startswith("- ")) or (" | " in above and " | " in line)
        joined += ["\n" if together else "\n\n", line]
    return "\n\n".join(["".join(joined), *list(credits)[:_MOST_CREDITS]])


def _line(line: str) -> str:
    """The line without a table's frame."""
    line = line.strip()
    if line.startswith("|"):
        line = "" if _RULE.fullmatch(line) else " | ".join(cell.strip() for cell in _BAR.sub("", line).split("|"))
    return line
