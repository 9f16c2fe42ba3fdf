"""Carrying the subject of a conversation into a question that leaves it out. Pure, and without a language model.

The turns are read in order. Each leaves what is spoken of now (the subject), what the talk began with (the theme),
the person and the place last named. A pronoun gives way to what it stands for; what else a question leaves out
follows it in brackets. A question that says what it is about is left alone, whatever was spoken of before.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.words import words
from rag.mentions import LIGHT, Mention, is_person, mentions, names
from rag.records import Turn
from rag.subjects import GENERIC, bare, subjects

_PERSON = frozenset("he him his she her hers".split())
_OWNING = frozenset("his her hers its their theirs".split())
_BACK = _PERSON | frozenset("it its they them their theirs".split())
_PRONOUN = re.compile(r"\b(it|its|they|them|their|theirs|he|him|his|she|her|hers)\b", re.IGNORECASE)
_EMPTY_IT = re.compile(  # "How long does it take", "Is it true": nothing is pointed at
    r"\b(is|was|does|did|would) it (take|cost to|mean to|easier|harder|possible|true|better|bad|good|rain|snow)\b"
)
_NEXT = re.compile(r"\s+(\w+)")
_THERE = re.compile(r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\bthere\b", re.IGNORECASE)
_POINTS = re.compile(
    r"\b(this|that|these|those|one|ones|same|both|former|latter|there|other|others|else|another|such"
    r"|the (company|firm|deal|group|two|man|woman|city|team|club|story|band|song|album|book|film|movie|show|area))\b"
)
_GOES_ON = re.compile(r"^(and|but|or|so|also|what about|how about)\b")
_HALF = re.compile(r"\b(compare|differ|similar|related|different)$")  # with what is left out
_DEFINES = re.compile(
    r"^((what|who) (is|are|was|were|s)|(tell me|tell me more|describe|explain)( about)?) "
    r"(?!(the|some|when|what|how|your|my) )((a|an) )?"
)
_SIDE = re.compile(
    rf"\b[Tt]he (?:[\w-]+ ){{0,3}}(?:{'|'.join(sorted(GENERIC))})\b(?! (?:of|in|on|for|to|between|at)\b)"
)
_WHO = re.compile(r"(by )?who(m|se)? (?!is |was |are |were )", re.IGNORECASE)
_IN = frozenset("in at to around near".split())
_LONGEST, _TURNS = 1000, 20  # characters of an answer and turns that are looked at: a question must stay quick


@dataclass(frozen=True, slots=True)
class Talk:
    """What a conversation has come to: phrases in the order of their weight, "" and () where there is nothing yet."""

    subject: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    person: str = ""
    place: str = ""


def searched_for(question: str, history: Sequence[Turn]) -> str:
    """The question as it should be searched: with what the turns before were about, where it does not stand alone."""
    if not history or not needs_subject(question):
        return question
    now = talk(history)
    text = _pointed(question, now)
    held = {word.removesuffix("'s").removesuffix("’s") for word in words(text)}
    added: list[str] = []
    for part in (*now.subject[:2], *now.theme[:2]):
        if not set(words(part)) <= held:
            added.append(part)
            held |= set(words(part))
    return f"{text} ({', '.join(added)})" if added else text


@lru_cache(1024)
def needs_subject(question: str) -> bool:
    """Whether a question points back ("it", "the company") or does not say what it is about ("And why?")."""
    plain = " ".join(words(question))
    if _points_back(question) or _POINTS.search(plain):
        return True
    said = set(plain.split()) - LIGHT - GENERIC
    if _GOES_ON.match(plain):
        return len(said) <= 3
    if _HALF.search(plain):
        return True
    if _defines(question, plain):
        return False
    return _asks_a_side(question) or (not names(question) and len(said) <= 2)


def may_stand_alone(question: str) -> bool:
    """Whether a question that was given a subject may also mean what it says alone: it has a name, or says enough
    ("Why did the recall cost more than the company expected?"), or points at nothing ("When was the strike settled?").
    """
    plain = " ".join(words(question))
    said = set(plain.split()) - LIGHT - GENERIC - _BACK
    points = _points_back(question) or _POINTS.search(plain) or _GOES_ON.match(plain) or _HALF.search(plain)
    return bool(names(question)) or len(said) > (2 if points else 0)


def talk(history: Sequence[Turn]) -> Talk:
    """What the turns have come to; of a very long conversation, its first turn and the last ones."""
    now, heard = Talk(), Counter[str]()
    turns = history if len(history) <= _TURNS else [history[0], *history[-_TURNS:]]
    for turn in turns:
        now = _after(now, turn, heard)
    return now


def _after(now: Talk, turn: Turn, heard: Counter[str]) -> Talk:
    asked, said = mentions(turn.question), mentions(turn.answer[:_LONGEST])
    for mention in (*asked, *said):
        heard.update(mention.name.split())
    about = subjects(turn.question)
    subject = now.subject
    if about and (not subject or _takes_over(turn.question, about[0], bool(asked))):
        subject = about
    if not subject and said:
        subject = (said[0].name,)
    place = next((one.name for one in reversed(asked) if one.before in _IN), now.place)
    if not place and asked:
        place = asked[0].name
    return Talk(subject, now.theme or subject, _person(now.person, turn, said, heard), place)


def _takes_over(question: str, about: str, named: bool) -> bool:
    """Whether a question brings a new subject: it stands alone, or it points back at nothing but brings a phrase
    of its own; "the test" is no new subject, but something of the old one."""
    if not needs_subject(question):
        return True
    return not _points_back(question) and (named or not bare(about, question))


def _person(known: str, turn: Turn, said: Sequence[Mention], heard: Counter[str]) -> str:
    """Whom "she" stands for: the person a question names, unless it asks who did something or its answer says "it";
    else the one that stays in hand; else the one that the answer names, whole names and those often heard first."""
    mine = [one.name for one in mentions(turn.question) if is_person(one)]
    people = [one.name for one in said if is_person(one)]
    best = max(people, key=lambda name: (" " in name, heard[name.split()[-1]]), default="")
    if best and (_WHO.match(turn.question) or turn.answer.startswith(("It ", "Its "))):
        return best
    if mine:
        return mine[0]
    return best if best and (not known or known in best.split()) else known  # a whole name replaces a part of it


def _pointed(question: str, now: Talk) -> str:
    """The question with its first pronoun, or "there", replaced by what it stands for."""
    if _EMPTY_IT.search(question.lower()):
        return question
    subject = now.subject[0] if now.subject else ""
    for match in _PRONOUN.finditer(question):
        word = match.group().lower()
        meant = now.person if word in _PERSON else subject
        if meant and not set(words(meant)) <= set(words(question)):
            owning = word in _OWNING and (word != "her" or _owns(question, match.end()))
            end = ("'" if meant.endswith("s") else "'s") if owning else ""
            return f"{question[: match.start()]}{meant}{end}{question[match.end() :]}"
    place = _THERE.search(question)
    if place and now.place and not _points_back(question):
        return f"{question[: place.start()]}in {now.place}{question[place.end() :]}"
    return question


def _owns(question: str, at: int) -> bool:
    """Whether "her" is followed by what is hers: "her mill", not "about her in Lund"."""
    following = _NEXT.match(question, at)
    return following is not None and following.group(1).lower() not in LIGHT - GENERIC


def _points_back(question: str) -> bool:
    return any(not _inside(question, match) for match in _PRONOUN.finditer(question))


def _inside(question: str, pronoun: re.Match[str]) -> bool:
    """Whether a pronoun means, as owner, what the question has named: "Where does Holm Sound keep its boats?"."""
    return pronoun.group().lower() in _OWNING and bool(names(question[: pronoun.start()]))


def _defines(question: str, plain: str) -> bool:
    """Whether a question asks what something is, and says no more: "What is a trope?" needs nothing before it."""
    opening = _DEFINES.match(plain)
    return opening is not None and plain[opening.end() :] in (" ".join(words(one)) for one in subjects(question))


def _asks_a_side(question: str) -> bool:
    """Whether a question names a side with "the" but not of what, and nothing else: "the EU rules", not "the rules
    of the EU" and not "what Ann Lee said about the rules"."""
    side = _SIDE.search(question)
    return side is not None and not names(question[: side.start()]) and not names(question[side.end() :])
