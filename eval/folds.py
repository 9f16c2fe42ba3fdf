"""How questions are split in two halves. What is fitted on one is measured on the other."""

import random
from collections.abc import Sequence

from index.errors import EvalError

SQUAD, CLAPNQ, NEWS = "squad", "clapnq", "news"
FOLDS = ("A", "B", "C", "all")
_PART = 4  # fold C goes without every fourth article


def set_of(group: str) -> str:
    """The set of a group: SQuAD's groups are titles, CLAPNQ is one, Byline's news has one for each story (news-h01)."""
    if group == CLAPNQ:
        return CLAPNQ
    return NEWS if group.startswith(f"{NEWS}-") else SQUAD


def halves(groups: Sequence[str]) -> list[int]:
    """The half (0 or 1) of each question, given its group: the title of its SQuAD article, its story, or "clapnq".

    Every other article, in order of title (stories after SQuAD's); CLAPNQ's questions by chance, always the same, in
    the order they come in.
    """
    titles = sorted(set(groups) - {CLAPNQ})
    draw = random.Random(0)
    return [draw.randrange(2) if group == CLAPNQ else titles.index(group) % 2 for group in groups]


def learnt(groups: Sequence[str], fold: str) -> list[bool]:
    """Whether a reader trained on the fold learns from a question, given the groups as above.

    A: the first half. B: the second. C: the first half and every other article of the second. "all": all. "": none.

    Raises:
        EvalError: there is no such fold.
    """
    if fold not in (*FOLDS, ""):
        raise EvalError(f"There is no fold '{fold}'. Give one of {', '.join(FOLDS)}.")
    sides = halves(groups)
    if fold in ("A", "B"):
        return [side == "AB".index(fold) for side in sides]
    if fold == "C":
        titles = sorted(set(groups) - {CLAPNQ})
        more = set(titles[_PART - 1 :: _PART])
        return [side == 0 or group in more for side, group in zip(sides, groups, strict=True)]
    return [fold == "all"] * len(sides)
