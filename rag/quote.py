"""From the sentence that answers to the words that are quoted: whole, closed, and standing on their own. Pure.

A quote stays one stretch of its article. It grows where a sentence cannot be read alone ("He said so on Friday."),
where it speaks of "the band" and the name of the band is asked for, where it opens a quotation that the next one
closes, and where it announces a list; it begins after a dateline.
"""

import re
from collections.abc import Sequence

from index.records import Span
from index.sentences import sentences
from rag.marks import closes
from rag.named import Sought

_AROUND = 1_500  # characters on each side in which neighbours are looked for
_LONGEST = 600  # characters of a quote that has grown
_FURTHER = 2  # sentences that may be added on a side to close a quotation
_NAMED_WITHIN = 2  # sentences before
_ITEMS = 8
_LEADS = 400  # characters of an article in which a dateline may stand
_POINTS_BACK = re.compile(
    r"(?:He|She|It|They|This|That|These|Those|Its|His|Her|Their)\b"
    r"|(?:But|And|So|Yet|Still|Instead|However),? (?:he|she|they|this|these|those|his|her|their)\b"
)
_POINTS_ON = re.compile(r"It(?:’s| is| was|’ll| will)\b.{0,60}\b(?:that|who|until)\b|It (?:wasn|isn)’t until\b")
_LEFT_OPEN = re.compile(r"\s+[“\"]$")
_ALL_SPOKEN = re.compile(r"[“\"][^”\"]*[”\"]")
_STOPS = re.compile(r"[.!?…][\"”’')\]]*$")
_ITEM = re.compile(r"\s*(?:[-–—•*▪◦‣]|\(?\w{1,2}[.)])\s")
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
_DAY = (
    rf"(?:{_WEEKDAY}|(?:{_WEEKDAY},? )?(?:[A-Z][a-z]{{2,8}}\.? \d{{1,2}}|\d{{1,2}} [A-Z][a-z]{{2,8}})(?:,? \d{{4}})?)"
)
_NAME = r"[A-Z][\w.'’]*(?:[ -][A-Z][\w.'’]*)*"
_CAPITALS = r"[A-Z][A-Z.'’]+(?:[ -][A-Z][A-Z.'’]*)*"
_AGENCY = r"(?:\([A-Z][\w .,/&’'-]{1,40}\)|[A-Z]{2,6}(?: [A-Z][a-z]+)?)"
_DASH = r"\s*(?:—|–|--|-)\s+"
_FIRST = re.compile(
    rf"{_NAME}(?:, {_NAME})?(?:, {_DAY})? [—–] (?=[\"“'‘]?[A-Z0-9$£€])"
)  # Holm, Monday — at the very start
_DATELINE = re.compile(
    rf"(?:{_CAPITALS}(?:, {_NAME})?(?:, {_DAY})?(?: \([A-Z][\w .,/&’'-]{{1,40}}\))?{_DASH}"  # LONDON, 3 May (Agency) -
    rf"|(?:{_NAME}(?:, {_NAME})? )?{_AGENCY}{_DASH}"  # Paris (Agency) -, AGENCY -
    rf"|(?:{_NAME}(?:, {_NAME})? )?\((?:AP|AFP|UPI|BBC|NPR|CNN(?: [A-Z][a-z]+)?)\)\s?)(?=[\"“'‘]?[A-Z0-9$£€])"  # bare
)


def quotable(text: str, sentence: Span, sought: Sought | None = None) -> Span:
    """What is quoted of `text` to show a sentence of it, which it holds but for a dateline.

    `sought`: what the question asks the name of.
    """
    around, at = _neighbours(text, sentence)
    if not around:
        return sentence
    first, last = at
    first = _with_what_it_leans_on(text, around, _with_name(text, around, first, sought))
    first, last = _closed(text, around, first, last)
    last = _with_list(text, around, last)
    grown = Span(around[first].start, around[last].end)
    if len(grown) > max(_LONGEST, len(sentence)):
        grown = Span(around[at[0]].start, around[at[1]].end)
    return without_dateline(text, grown)


def without_dateline(text: str, span: Span) -> Span:
    """The span without "NEW YORK (AP) —" at its start, where it begins a paragraph near the article's opening."""
    if span.start > _LEADS or (span.start and not text[: span.start].rstrip(" ").endswith("\n")):
        return span
    found = _DATELINE.match(text, span.start, span.end) or (_FIRST.match(text, 0, span.end) if not span.start else None)
    return Span(found.end(), span.end) if found and found.end() < span.end else span


def _neighbours(text: str, sentence: Span) -> tuple[list[Span], tuple[int, int]]:
    """The sentences around, and the places among them of the first and the last that hold some of `sentence`."""
    start = max(0, text.rfind("\n\n", 0, max(0, sentence.start - _AROUND)))
    end = text.find("\n\n", sentence.end + _AROUND)
    found = sentences(text[start : end if end >= 0 else len(text)])
    around = [_opened(text, Span(one.start + start, one.end + start)) for one in found]
    mine = [i for i, one in enumerate(around) if one.overlap(sentence)]
    return (around, (mine[0], mine[-1])) if mine else ([], (0, 0))


def _opened(text: str, one: Span) -> Span:
    """The sentence with the mark that opens its quotation, which the splitter may leave to the sentence before."""
    start, end = one.start, one.end
    if start and text[start - 1] in '“"' and not text[max(0, start - 2) : start - 1].strip():
        start -= 1
    bare = _LEFT_OPEN.sub("", text[start:end])
    return Span(start, start + len(bare)) if bare else one


def _with_what_it_leans_on(text: str, around: Sequence[Span], first: int) -> int:
    """The place of the sentence before, where this one opens with a word that means something in it; of the one before
    that, where the one before is all speech and does not say whose."""
    said = around[first].of(text)
    leans = (_POINTS_BACK.match(said) and not _POINTS_ON.match(said)) or _ALL_SPOKEN.fullmatch(said)
    if not leans or first == 0 or not _STOPS.search(around[first - 1].of(text)):
        return first
    speaks = (
        first > 1 and _ALL_SPOKEN.fullmatch(around[first - 1].of(text)) and _STOPS.search(around[first - 2].of(text))
    )
    return first - 2 if speaks else first - 1


def _with_name(text: str, around: Sequence[Span], first: int, sought: Sought | None) -> int:
    """The place of the sentence, at most two before, that is likely to name what this one only speaks of."""
    named = first
    while sought and named > max(0, first - _NAMED_WITHIN):
        before, sentence = around[named - 1].of(text), around[named].of(text)
        if not _STOPS.search(before) or not sought.leads_to(before, sentence):
            break
        named -= 1
    return named


def _closed(text: str, around: Sequence[Span], first: int, last: int) -> tuple[int, int]:
    """The places with as many sentences more as close every quotation; the same where none do."""
    for more in range(_FURTHER + 1):
        for low, high in ((first, last + more), (first - more, last)):
            if low >= 0 and high < len(around) and closes(text[around[low].start : around[high].end]):
                return low, high
    return first, last


def _with_list(text: str, around: Sequence[Span], last: int) -> int:
    """The place of the last item of the list that a sentence announces."""
    if not around[last].of(text).endswith(":"):
        return last
    end, numbered = last, False
    for i in range(last + 1, min(last + 1 + 2 * _ITEMS, len(around))):
        said = around[i].of(text) + " "
        begins_line = "\n" in text[around[i - 1].end : around[i].start]
        if not numbered and not (begins_line and _ITEM.match(said)):
            break
        numbered = not numbered and _ITEM.fullmatch(said) is not None  # "1." is cut off as a sentence of its own
        end = end if numbered else i
    return end
