"""The one normaliser, run once at the door on everything that is stored.

It settles what two machines may write differently and no reader can see: composed letters (NFC), line ends,
non-breaking spaces, control characters, lone surrogates, invisible marks. Nothing that is printed changes, since
a quotation must stay verbatim. `fold` goes further, for matching only: what it returns is never shown or stored.

The soft hyphen leaves the text: it is printed only where a renderer happens to break a line, and it hides the word
from search. The zero-width joiners stay where they shape what is seen (emoji, Persian, Indic scripts) and leave
where both neighbours are ASCII, where they only hide. So do Unicode's invisible tag letters, outside of flags.
"""

import re
import unicodedata

VERSION = 1

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_SPACES = re.compile("[\u00a0\u2007\u202f]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls, but for tab and the line ends
    "\ud800-\udfff"  # lone surrogates
    "\u00ad\u180e\u200b\u2060-\u2064\ufeff"  # soft hyphen, zero-width marks, invisible operators
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufff9-\ufffb]"  # direction and annotation controls
)
_TAGS = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]{1,6}\U000e007f)|[\U000e0000-\U000e007f]")
_JOINERS = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]++(?![^\x00-\x7f])")
_LONG_MARKS = re.compile(r"[^\w\s\x00-\x7f]{100,}")  # no combining mark is \w
_ACCENTS = re.compile("[\u0300-\u036f]")  # not the vowel signs of other scripts
_FOLDED = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4`"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"), '"'),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-"),
    **dict.fromkeys(map(ord, "\u200c\u200d"), None),
}


def normalise(text: str) -> str:
    """The text as it is stored. Idempotent, and linear in the length of the text."""
    text = _LINE_ENDS.sub("\n", text)
    text = _UNSEEN.sub("", text)
    if text.isascii():
        return text
    text = _TAGS.sub(lambda match: match.group(1) or "", _SPACES.sub(" ", text))
    return _JOINERS.sub("", unicodedata.normalize("NFC", _LONG_MARKS.sub(_in_order, text)))


def single_line(text: str) -> str:
    """A title, a name or an id: normalised, every run of white space one space, none at the ends."""
    return " ".join(normalise(text).split())


def fold(text: str) -> str:
    """The text for matching: no case, no accents, ASCII quotation marks and dashes. Lengths may change."""
    apart = unicodedata.normalize("NFD", _LONG_MARKS.sub(_in_order, text.translate(_FOLDED).casefold()))
    return unicodedata.normalize("NFC", _ACCENTS.sub("", apart))


def _in_order(match: re.Match[str]) -> str:
    """A long run of combining marks in canonical order: left to unicodedata, sorting it takes quadratic time."""
    ordered: list[str] = []
    marks: list[str] = []
    for char in "".join(unicodedata.normalize("NFD", char) for char in match.group()):
        if unicodedata.combining(char):
            marks.append(char)
            continue
        ordered += sorted(marks, key=unicodedata.combining)
        ordered.append(char)
        marks = []
    return "".join(ordered + sorted(marks, key=unicodedata.combining))
