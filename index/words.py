"""Words as both searches and answers see them: folded, cut at punctuation, stemmed for matching only."""

import re

FUNCTION_WORDS = frozenset(
    """
    a an and any are as at be been being but by can could did do does for from had has have he her hers
    him his how i if in into is it its itself many me much my of on or our she should so such than that the their
    theirs them then there these they this those to us was we were what when where which while who whom
    whose why will with would you your
    """.split()
)

WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*|\d+(?:[.,]\d+)*")


def words(text: str) -> list[str]:
    """The words of a text, folded (no case, no accents), in order."""
    from index.normalise import fold

    return [m.group() for m in WORD.finditer(fold(text))]
