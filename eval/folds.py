"""How the questions of SQuAD and CLAPNQ are split in two halves. What is fitted on one is measured on the other."""

import random
from collections.abc import Sequence

CLAPNQ = "clapnq"


def halves(groups: Sequence[str]) -> list[int]:
    """The half (0 or 1) of each question, given its group: the title of its SQuAD article, or "clapnq".

    Every other article, in order of title; CLAPNQ's questions by chance, always the same, in the order they come in.
    """
    titles = sorted(set(groups) - {CLAPNQ})
    draw = random.Random(0)
    return [draw.randrange(2) if group == CLAPNQ else titles.index(group) % 2 for group in groups]
