"""How questions are split in two halves. What is fitted on one is measured on the other."""

import random
from collections.abc import Sequence

from index.errors import EvalError

SQUAD, CLAPNQ, NEWS = "squad", "clapnq", "news"
# Of the four parts that questions fall into, those that a reader trained on the fold learns from.
_PARTS = {"A": (0, 2), "B": (1, 3), "C": (0, 2, 3), "all": (0, 1, 2, 3), "": ()}
FOLDS = tuple(filter(None, _PARTS))


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
    return [part % 2 for part in _parts(groups)]


def learnt(groups: Sequence[str], fold: str) -> list[bool]:
    """Whether a reader trained on the fold learns from a question, given the groups as above.

    A: the first half. B: the second. C: the first half and every other article of the second. "all": all. "": none.

    Raises:
        EvalError: there is no such fold.
    """
    if fold not in _PARTS:
        raise EvalError(f"There is no fold '{fold}'. Give one of {', '.join(FOLDS)}.")
    return [part in _PARTS[fold] for part in _parts(groups)]


def _parts(groups: Sequence[str]) -> list[int]:
    """The part (0 to 3; of CLAPNQ 0 or 1) of each question: even ones are the first half."""
    titles = sorted(set(groups) - {CLAPNQ})
    draw = random.Random(0)
    return [draw.randrange(2) if group == CLAPNQ else titles.index(group) % 4 for group in groups]
