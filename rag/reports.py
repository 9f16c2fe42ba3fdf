"""Questions about what the articles say of something ("Do the reports agree on what Lenovo paid?"). Pure.

What is searched and read for is the question behind them ("what Lenovo paid?"): no article says what the articles say.
Where their answers differ, rag.disagree shows both.
"""

import re

from rag.question import WH

_ALL = r"(?:(?:all|both|any|the|these|those|different|various|several|two|three|other|my|our|news|of) )*"
_REPORTS = (
    r"(?:articles|reports|papers|newspapers|outlets|sources|stories|accounts|agencies|publications|media|reporters)"
)
_SAME = r"(?:agree|disagree|differ|vary|conflict|contradict (?:each other|one another)|say the same(?: thing)?)"
_AGREE = re.compile(
    rf"(?:do|does|did) {_ALL}{_REPORTS} (?:all |both |ever )?{_SAME}(?: with (?:each other|one another))?"
    r" (?:on|about|over|as to|regarding|concerning|in) (?P<rest>.+)",
    re.IGNORECASE,
)
_GIVE = re.compile(  # "Do the wire and the Post give the same number of crew?": what number of crew?
    r"(?:do|does|did) .{3,80}? (?:give|name|state|report|print|quote|mention|put) the same (?P<rest>.+)", re.IGNORECASE
)
_TAGGED = re.compile(
    rf",? (?:and|but) (?:do|does|did) {_ALL}(?:{_REPORTS}|they) (?:all )?{_SAME}"
    r"(?: (?:on|about) (?:it|this|that))?(?=\?|$)",
    re.IGNORECASE,
)
_ACCORDING = re.compile(
    rf",? (?:according to|as told by|as reported by|in) {_ALL}(?:different|various|several|both|two|all)(?: the)?"
    rf" {_REPORTS}(?=[?,]|$)",
    re.IGNORECASE,
)
_PAID = re.compile(r"what (?P<who>.+?) (?P<paid>paid|cost|costs|charged|earned|spent|raised)\b", re.IGNORECASE)


def asks_of_reports(question: str) -> bool:
    """Whether a question asks how several articles tell something."""
    return behind(question) != question.strip()


def behind(question: str) -> str:
    """The question of which a question asks how it is reported; the same where it asks nothing of the kind."""
    plain = _ACCORDING.sub("", _TAGGED.sub("", question)).strip()
    if found := _AGREE.match(plain):
        rest = _PAID.sub(r"how much \g<who> \g<paid>", found["rest"], count=1)
        return rest if WH.match(rest.lower()) else f"What is {rest}"
    if found := _GIVE.match(plain):
        return f"What {found['rest']}"
    return plain or question.strip()
