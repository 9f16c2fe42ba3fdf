"""How questions are split in two halves. What is fitted on one is measured on the other."""

import random
from collections.abc import Sequence

SQUAD, CLAPNQ, NEWS = "squad", "clapnq", "news"


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
