"""Carrying the subject of a conversation into a question that leaves it out. Pure, and without a language model.

What the turns have come to is told by rag/talk. A pronoun gives way to what it stands for; what else a question
leaves out follows it in brackets. A question that says what it is about (rag/needs) is left alone, whatever was
spoken of before.
"""

import re
from collections.abc import Iterator, Sequence

from index.words import words
from rag.mentions import LIGHT
from rag.needs import OWNING, PRONOUN, compares, demonstrates, is_cut, leans, needs_subject, points_back, says_nothing
from rag.records import Turn
from rag.subjects import GENERIC, subjects
from rag.talk import Talk, talk

_PERSON = frozenset("he him his she her hers".split())
_EMPTY_IT = re.compile(  # "How long does it take", "Is it true": nothing is pointed at
    r"\b(is|was|does|did|would) it (take|cost to|mean to|easier|harder|possible|true|better|bad|good|rain|snow)\b"
)
_NEXT = re.compile(r"\s+(\w+)")
_THERE = re.compile(r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\bthere\b", re.IGNORECASE)
_ADDED = 200  # characters: more would drown the question


def searched_for(question: str, history: Sequence[Turn]) -> str:
    """The question as it should be searched: with what the turns before were about, where it does not stand alone."""
    if not history or not needs_subject(question):
        return question
    now = talk(history)
    if _named_again(question, now):
        return question
    text, meant = _pointed(question, now)
    held = _bare_words(text)
    room = _ADDED - (len(text) - len(question)) - len(" ()")
    added: list[str] = []
    for part in _left_out(question, now, meant):
        if not _bare_words(part) <= held and len(part) + 2 <= room:
            added.append(part)
            held |= _bare_words(part)
            room -= len(part) + 2
    return f"{text} ({', '.join(added)})" if added else text


def _named_again(question: str, now: Talk) -> bool:
    """Whether a question names in full what was spoken of before, and points at nothing: "How safe is wheat rust?"."""
    about = subjects(question)
    again = bool(about) and about[0] in now.known and f"the {about[0]}" not in question
    return again and not leans(question)


def _bare_words(text: str) -> set[str]:
    """The words of a text, those of owners without their ending."""
    return {word.removesuffix("'s").removesuffix("’s") for word in words(text)}


def _left_out(question: str, now: Talk, meant: str) -> Iterator[str]:
    """What a question may leave out, first what it leans on most; `meant` is what a pronoun of it stood for. Such a
    question needs no side, and a name no subject beside it: a name is known by itself. One that points otherwise, or
    says nothing of its own, goes on with all that was asked last."""
    if compares(question):
        yield from now.other[:2]
    if is_cut(question):
        yield from now.did
    yield from () if meant else now.side[:1]
    yield from () if meant and _named(meant) else now.subject[:1]
    yield from (part for part in now.theme[:2] if not (meant and part.startswith((f"{meant}'s ", f"{meant}’s "))))
    if not meant and (demonstrates(question) or says_nothing(question)):
        yield from now.last


def _pointed(question: str, now: Talk) -> tuple[str, str]:
    """The question with its first pronoun, or "there", replaced by what it stands for; and what that is."""
    if _EMPTY_IT.search(question.lower()):
        return question, ""
    for match in PRONOUN.finditer(question):
        word = match.group().lower()
        meant = now.person if word in _PERSON else _thing(word, now)
        if meant and len(meant) < _ADDED and not set(words(meant)) <= set(words(question)):
            owning = word in OWNING and (word != "her" or _owns(question, match.end()))
            end = ("'" if meant.endswith("s") else "'s") if owning else ""
            return f"{question[: match.start()]}{meant}{end}{question[match.end() :]}", meant
    place = _THERE.search(question)
    if place and now.place and len(now.place) < _ADDED and not points_back(question):
        return f"{question[: place.start()]}in {now.place}{question[place.end() :]}", now.place
    return question, ""


def _thing(pronoun: str, now: Talk) -> str:
    """What "it" or "they" stands for: the last phrase of its number, or the last name, which may be of either; but
    what is plainly several goes before a name. Whom the talk called "he" or "she" is no "it"."""
    several = pronoun.startswith("th")
    known = [*now.side, *now.subject[:1], *now.theme[:1]]
    if now.someone and not several:
        known = [one for one in known if one != now.person]
    fit = [one for one in known if _is_plural(one) == several]
    named = [one for one in known if one in fit or _named(one.split()[-1])]
    return next(iter((several and fit) or named or now.subject), "")


def _named(phrase: str) -> bool:
    return any(word[0].isupper() for word in phrase.split())


def _is_plural(phrase: str) -> bool:
    if phrase.endswith("people") or " and " in phrase:
        return True
    return phrase.endswith("s") and not phrase.endswith(("ss", "us", "is"))


def _owns(question: str, at: int) -> bool:
    """Whether "her" is followed by what is hers: "her mill", not "about her in Lund"."""
    following = _NEXT.match(question, at)
    return following is not None and following.group(1).lower() not in LIGHT - GENERIC
