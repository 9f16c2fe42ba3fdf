"""Questions of who or what something named is ("Who is Ann Lee?"), and the sentences that say it. Pure.

News says it once, beside the name: "Ann Lee, who leads the union", "Ann Lee, 61, a vet", "the harbour master, Ann Lee".
"""

import re
from functools import lru_cache

from index.words import FUNCTION_WORDS

_NAME = r"[A-Z][\w.&’'-]*(?: (?:(?:of|the|and|&|for|on|in|de|van|von|la) )*[A-Z0-9][\w.&’'-]*)*"
_ASKS = re.compile(rf"\W*(?:[Ww]ho|[Ww]hat)(?:['’]s| is| was| are| were) (?:the )?(?P<name>{_NAME})\s*\?*")
_TITLE = re.compile(r"(?:Sir|Dame|Lord|Lady|Dr|Mr|Mrs|Ms|Miss|Prof|Professor|President|Judge|Captain|St)\.? (?=[A-Z])")
_PERSONS = r"\w+(?:er|or|ist|ent|man|woman|ian|ive|ary|ain|ant)"
_ROLE = (
    rf"{_PERSONS}|chief|head|chair|boss|coach|judge|wife|husband|son|daughter|brother|sister|clerk|priest|nurse|pilot"
    r"|guard|aide|cook|vet|fund|firm|company|group|union|bank|club|party|agency|town|village|island|ship|ferry|band"
)


def asked_of(question: str) -> str:
    """The name, where a question asks no more than who or what that is; "" where it asks anything else."""
    found = _ASKS.fullmatch(question)
    return _TITLE.sub("", found["name"], count=1) if found else ""


def presents(name: str, sentence: str) -> bool:
    """Whether a sentence says who or what the one with this name is: in a clause or an apposition beside the name."""
    if name not in sentence:
        return False
    after, before = _patterns(name)
    roles = (match["role"].lower() for match in before.finditer(sentence))
    return bool(after.search(sentence)) or any(role not in FUNCTION_WORDS for role in roles)


@lru_cache(maxsize=64)
def _patterns(name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    named = rf"(?<!\w){re.escape(name)}(?!\w)(?: \([^)]*\)| (?:Inc|Corp|Ltd|Co|plc)\b\.?)*"
    after = re.compile(
        rf"{named},? (?:who|which|whose)\b"
        rf"|{named}, (?:\d|(?:an?|the|its|his|her|their|one of|once|formerly|then|now)\b|(?:{_ROLE})\b)"
        rf"|{named} (?:is|was|are|were|became|remains) (?:an?|the|one of|its|his|her|their)\b"
        rf"|, or {named},"
    )
    return after, re.compile(rf"(?P<role>\b(?:{_ROLE})),? (?:{_TITLE.pattern})?{named}")
