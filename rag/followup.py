"""Carrying the subject of a conversation into a question that leaves it out. Pure, and without a language model."""

import re
from collections.abc import Sequence

from index.words import FUNCTION_WORDS, words
from rag.records import Turn

_POINTS_BACK = re.compile(
    r"\b(it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|one|ones|same|both|former|latter"
    r"|the (company|firm|deal|group|two|man|woman|city|team|club|story))\b"
)
_GOES_ON = re.compile(r"^(and|but|or|so|also|what about|how about)\b")
_NAME = re.compile(r"\b[A-Z0-9][\w&-]*(?:\s+(?:of\s+)?[A-Z0-9][\w&-]*)*")
_OPENERS = FUNCTION_WORDS | {
    "and", "but", "so", "also", "tell", "name", "list", "give", "explain", "describe", "about", "happen", "happened",
    "s", "long", "far", "old", "first", "last", "get", "got", "say", "said", "make", "made", "take", "takes", "took",
}  # fmt: skip
_MOST = 6  # words or names carried over


def searched_for(question: str, history: Sequence[Turn]) -> str:
    """The question as it should be searched: with what the turns before were about, where it does not stand alone."""
    if not history or not needs_subject(question):
        return question
    held = set(words(question))
    for turn in reversed(history):
        carried = [part for part in subjects(turn.question) if not set(words(part)) <= held]
        if carried:
            return f"{question} ({' '.join(carried[:_MOST])})"
    return question


def needs_subject(question: str) -> bool:
    """Whether a question points back ("it", "they") or is too short to say what it is about ("And why?")."""
    plain = " ".join(words(question))
    if _POINTS_BACK.search(plain):
        return True
    content = [word for word in plain.split() if word not in _OPENERS]
    if _GOES_ON.match(plain):
        return len(content) <= 3
    named = any(not set(words(name)) <= _OPENERS for name in _NAME.findall(question))
    return not named and len(content) <= 1


def subjects(question: str) -> list[str]:
    """What a question was about: its names whole, and its other words that carry meaning, in their order."""
    parts: list[str] = []
    at = 0
    for match in [*_NAME.finditer(question), None]:
        between = question[at : match.start() if match else len(question)]
        parts += [word for word in words(between) if word not in _OPENERS]
        if match:
            name = match.group().split()
            while name and set(words(name[0])) <= _OPENERS:
                name = name[1:]
            parts += [" ".join(name)] if name else []
            at = match.end()
    return list(dict.fromkeys(parts))
