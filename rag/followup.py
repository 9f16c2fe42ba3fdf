"""Carrying the subject of a conversation into a question that leaves it out. Pure, and without a language model."""

import re
from collections.abc import Sequence

from index.words import FUNCTION_WORDS, words
from rag.records import Turn

_POINTS_BACK = re.compile(
    r"\b(it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|there|then|one|ones|same|both"
    r"|former|latter|the (company|firm|deal|group|two|man|woman|city|team|club|story))\b"
)
_NAME = re.compile(r"\b[A-Z0-9][\w’'&-]*(?:\s+(?:of\s+)?[A-Z0-9][\w’'&-]*)*")
_OPENERS = FUNCTION_WORDS | {
    "and",
    "but",
    "tell",
    "name",
    "list",
    "give",
    "explain",
    "describe",
    "summarise",
    "summarize",
}


def searched_for(question: str, history: Sequence[Turn]) -> str:
    """The question as it should be searched: with the names of the turns before, where it does not stand alone."""
    if not history or not needs_subject(question):
        return question
    held = set(words(question))
    for turn in reversed(history):
        carried = [name for name in subjects(turn.question) if not set(words(name)) <= held]
        if carried:
            return f"{question} ({', '.join(carried)})"
    return question


def needs_subject(question: str) -> bool:
    """Whether a question points back ("it", "they") or is too short to say what it is about ("And why?")."""
    plain = " ".join(words(question))
    if _POINTS_BACK.search(plain):
        return True
    content = [word for word in plain.split() if word not in FUNCTION_WORDS]
    named = any(not set(words(name)) <= _OPENERS for name in _NAME.findall(question)[:1] + _NAME.findall(question)[1:])
    return not named and (len(content) <= 2 or bool(re.match(r"^(and|but|or|so|also|what about|how about)\b", plain)))


def subjects(question: str) -> list[str]:
    """The names in a question, or else its content words: what it was about."""
    names = []
    for match in _NAME.finditer(question):
        parts = match.group().split()
        while parts and set(words(parts[0])) <= _OPENERS:
            parts = parts[1:]
        if parts:
            names.append(" ".join(parts))
    content = [word for word in words(question) if word not in FUNCTION_WORDS]
    return list(dict.fromkeys(names)) or content[:4]
