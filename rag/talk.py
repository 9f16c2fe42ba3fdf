"""What a conversation has come to, read turn by turn: its subject and theme, and whom and what it named. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.words import FUNCTION_WORDS, words
from rag.mentions import Mention, is_person, mentions
from rag.needs import is_cut, leans, needs_subject, points_back, sets_beside
from rag.records import Turn
from rag.subjects import AFTER_VERBS, AUXILIARY, PRONOUNS, bare, is_side, phrases, subjects

_HE = re.compile(r"\b(he|him|his|she|hers?)\b", re.IGNORECASE)
_WHO = re.compile(r"(by )?who(m|se)? (?!is |was |are |were )", re.IGNORECASE)
_WHO_IS = re.compile(r"who (is|was) the ", re.IGNORECASE)
_IN = frozenset("in at around near".split())
_LONGEST, _TURNS = 1000, 20  # characters of a text and turns that are looked at: a question must stay quick


@dataclass(frozen=True, slots=True)
class Talk:
    """What a conversation has come to: phrases in the order of their weight, "" and () where there is nothing yet."""

    subject: tuple[str, ...] = ()  # what is spoken of now
    theme: tuple[str, ...] = ()  # what the talk began with
    side: tuple[str, ...] = ()  # what a later question brought into the subject
    other: tuple[str, ...] = ()  # what stands beside the subject: the one before it, or what it was asked with
    last: tuple[str, ...] = ()  # the phrases of the last question
    did: tuple[str, ...] = ()  # what the last question said of them
    known: frozenset[str] = frozenset()  # every phrase that was spoken of in a question
    person: str = ""
    someone: bool = False  # whether the person was called "he" or "she"
    place: str = ""


def talk(history: Sequence[Turn]) -> Talk:
    """What the turns have come to; of a very long conversation, its first turn and the last ones."""
    now, heard = Talk(), Counter[str]()
    turns = history if len(history) <= _TURNS else [history[0], *history[-_TURNS:]]
    for turn in turns:
        now = _after(now, Turn(turn.question[:_LONGEST], turn.answer[:_LONGEST]), heard)
    return now


def _after(now: Talk, turn: Turn, heard: Counter[str]) -> Talk:
    asked, said = mentions(turn.question), mentions(turn.answer)
    heard.update([word for mention in (*asked, *said) for word in mention.name.split()])
    about = _owned(subjects(turn.question), turn.question)
    subject, side, other = now.subject, now.side, now.other
    if about and (not subject or _takes_over(turn.question, about[0])):
        subject, side, other = about, (), subject or about[1:]
    elif about and points_back(turn.question):
        other = about
    elif about and (asked or not bare(about[0], turn.question)) and not is_side(about[0]):
        side = about
    if not subject and said:
        subject = (said[0].name,)
    place = next((one.name for one in reversed(asked) if one.before in _IN), now.place)
    if not place and asked:
        place = asked[0].name
    did = now.did if is_cut(turn.question) else _did(turn.question)
    known = now.known.union(about)
    person = _person(now.person, turn, said, heard)
    someone = bool(_HE.search(turn.question)) or (now.someone and person == now.person)
    return Talk(subject, now.theme or subject, side, other, about, did, known, person, someone, place)


def _owned(about: tuple[str, ...], question: str) -> tuple[str, ...]:
    """An owner and what it owns as one: "Lee's theory"."""
    for mark in ("'s", "’s"):
        if len(about) > 1 and f"{about[0]}{mark} {about[1]}" in question:
            return (f"{about[0]}{mark} {about[1]}", *about[2:])
    return about


def _takes_over(question: str, about: str) -> bool:
    """Whether a question brings a new subject: it stands alone; or "What about Lund?" puts one in the place of the
    old, "How does Lund compare?" beside it; or nothing shows that it goes on, and it has a phrase of its own:
    "popular bars", not "the test"."""
    if not needs_subject(question) or is_cut(question) or sets_beside(question):
        return True
    return not leans(question) and " " in about and not is_side(about) and f" the {about}" not in question


@lru_cache(1024)
def _did(question: str) -> tuple[str, ...]:
    """What a question says of its phrases: "cost" in "What does a ferry cost?"."""
    said = words(question)
    at = next((i for i, word in enumerate(said[:4], 1) if word in AUXILIARY), len(said))
    named = set(words(" ".join(phrases(question)))) | FUNCTION_WORDS | AFTER_VERBS | PRONOUNS
    return tuple(word for word in said[at:] if word not in named and "'" not in word)


def _person(known: str, turn: Turn, said: Sequence[Mention], heard: Counter[str]) -> str:
    """Whom "she" stands for: the person a question names, unless it asks who did something or its answer says "it";
    else the one that stays in hand; else the one that the answer names, whole names and those often heard first.
    "Who is the director?" is answered by the first whole name."""
    mine = [one.name for one in mentions(turn.question) if is_person(one)]
    people = [one.name for one in said if is_person(one)]
    best = max(people, key=lambda name: (" " in name, heard[name.split()[-1]]), default="")
    if _WHO_IS.match(turn.question):
        best = next((name for name in people if " " in name), best)
    if best and (
        _WHO.match(turn.question)
        or (_WHO_IS.match(turn.question) and not mine)
        or turn.answer.startswith(("It ", "Its "))
    ):
        return best
    if mine:
        return mine[0]
    return best if best and (not known or known in best.split()) else known  # a whole name replaces a part of it
