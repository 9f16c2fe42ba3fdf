"""An event by which a question dates what it asks for: "before the partnership was announced". Pure.

Here stands how the words are taken apart; the day of the event is looked up in the archive (rag.dating).
"""

import re
from dataclasses import dataclass
from typing import Literal

from index.words import FUNCTION_WORDS, words
from rag.mentions import names

_BEFORE = ("before", "until", "till", "prior to", "ahead of", "in the run-up to")
_TOLD = ("after", "following")  # "after the recall" tells what led to something more often than when it was
_LEADS = (*_BEFORE, "since", *_TOLD)
_NO_SPAN = r"(?<!years )(?<!months )(?<!weeks )(?<!days )"  # "three years since the dam broke"
_EVENT = re.compile(
    rf"(?:^|(?<=[\s,])){_NO_SPAN}(?P<lead>{'|'.join(_LEADS)})\s+(?P<what>(?!(?:that|this|then|all|long)\b)[^,;?!]+)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\W?[A-Z])")
_FEWEST = 2  # words with meaning: "after he left" names no event that could be looked up


@dataclass(frozen=True, slots=True)
class Event:
    """What a question names as a mark in time, as it can be searched, and on which side of it the question looks.

    `bounds`: whether it asks for that side only; else that side is only likelier.
    """

    side: Literal["before", "after"]
    words: str
    searched: str
    bounds: bool


def event(question: str) -> Event | None:
    """The last event that a question dates itself by, None where it has none. What is told first is no question: "The
    mill burned after a storm. Who owned it?" has none.

    What is searched for has the names of the rest of the question in it: "after it bought the mill" says not who.
    """
    found = None
    asked = _SENTENCE.split(question)[-1]
    for match in _EVENT.finditer(asked):
        what = match["what"].strip().rstrip(".")
        said = [word for word in words(what) if word not in FUNCTION_WORDS]
        if len(said) < _FEWEST:
            continue
        rest = asked[: match.start()] + " " + asked[match.end() :]
        others = [name for name in names(rest) if not set(words(name)) <= set(words(what))]
        lead = match["lead"].lower()
        found = Event("before" if lead in _BEFORE else "after", what, " ".join([what, *others]), lead not in _TOLD)
    return found


def without(question: str, words_of_event: str) -> str:
    """The question without its event, for a search that leaves other days out; all of it where little would be left.

    "What did the crews earn before the strike ended?" asks what the crews earned, and not of the strike.
    """
    lead = "|".join(map(re.escape, _LEADS))
    rest = re.sub(
        rf"(^|[\s,]+)({lead})\s+{re.escape(words_of_event)}[\s,]*", " ", question, count=1, flags=re.IGNORECASE
    )
    rest = re.sub(r"\s+(?=[?!.,]|$)", "", rest.strip())
    said = [word for word in words(rest) if word not in FUNCTION_WORDS]
    return rest[:1].upper() + rest[1:] if names(rest) or len(said) >= _FEWEST else question
