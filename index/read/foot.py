"""The lines below an article: whom a picture, a right or a text is credited to. What could be prose is none.

Knows nothing of what stands around the line.
"""

import re

from index.read.bylines import NAMES, authors, byline
from index.read.found import Parts

_LONGEST_CREDIT = 160
_PICTURE = r"(?:(?:cover|header|lead|top|feature[d]?)\s)?(?:photo(?:graph)?|image|picture|illustration|graphic|video)s?"
_CREDIT = re.compile(
    rf"{_PICTURE}\s(?:credits?|courtesy(?:\sof)?)(?:\s(?:the\s)?(?-i:[^\sa-z])|:).+|{_PICTURE}\s?:\s.+|(?:credits?|photo\sby|foto|фото):\s?.+"
    r"|fot\.\s.+"
    r"|(?:©|\(c\)|copyright\s(?:©|\(c\)|\d{4})).*|all\srights\sreserved\.?",
    re.IGNORECASE,
)
_DONE_BY = re.compile(
    rf"(?P<deed>(?i:{_PICTURE}|posted|written|reported|edited|compiled|translated|(?:additional\s)?reporting|editing"
    rf"|writing))(?i:\sby):?\s{NAMES}(?P<tail>.*)"
)
_AUTHORED = ("posted", "written", "reported")


def credit_line(line: str) -> bool:
    """Whether the line is nothing but the credit of a picture, a right or a poster."""
    return len(line) <= _LONGEST_CREDIT and take_credit(Parts(""), line)


def take_credit(parts: Parts, line: str) -> bool:
    """Whether the line credits somebody; an author that it names fills the field, where that is empty."""
    if len(line) > _LONGEST_CREDIT:
        return False
    if _CREDIT.fullmatch(line):
        return True
    if read := byline(line):
        names, deed = read[0], "byline"
    else:
        bare = line[1:-1].rstrip(".") if line[0] + line[-1] in ("()", "[]") else line
        match = _DONE_BY.fullmatch(bare)
        if match is None or (match["tail"].endswith((".", "!", "?", "…", ",")) and bare == line):
            return False
        names, deed = authors(match["names"]), match["deed"].lower()
    if names and not parts.author and (deed == "byline" or deed in _AUTHORED):
        parts.author = names
        parts.found["author"] = "byline" if deed == "byline" else "credit line"
    return True
