"""Texts of the sets made readable, and compared by their letters."""

import re
from collections.abc import Iterable

from index.normalise import fold
from index.sentences import sentences

_FEW = 20  # a sentence of fewer letters stands in many texts by chance
_MARKS = (
    (re.compile(r"-l[rsc]b- ?"), "("),
    (re.compile(r" ?-r[rsc]b-"), ")"),
    (re.compile(r"`` ?"), '"'),
    (re.compile(r" ?''"), '"'),
    (re.compile(r" -- "), "–"),
    (re.compile(r"(?<=\w) (?=(?:n't|'s|'re|'ve|'ll|'d|'m)\b)"), ""),
    (re.compile(r" (?=[.,;:?!%)\]])"), ""),
    (re.compile(r"(?<=[(\[$£€]) "), ""),
)


def untokenised(text: str) -> str:
    """The text as it was before a tokenizer set blanks between its marks, nearly."""
    text = " ".join(text.split())
    for mark, plain in _MARKS:
        text = mark.sub(plain, text)
    return text


def letters(text: str) -> str:
    """The letters of a text alone, folded: what stays the same however it was tokenised."""
    return "".join(filter(str.isalpha, fold(text)))


class Texts:
    """Texts that others are compared with, by their letters."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._all = "|".join(dict.fromkeys(map(letters, texts)))

    def hold(self, sentence: str) -> bool:
        """Whether a sentence, of any length, stands in one of the texts."""
        bare = letters(sentence)
        return bool(bare) and bare in self._all

    def share(self, passage: str) -> bool:
        """Whether a passage, or a sentence of it, stands in one of the texts."""
        parts = [span.of(passage) for span in sentences(passage)]
        return self.hold(passage) or any(len(letters(part)) >= _FEW and self.hold(part) for part in parts)
