"""What a confidence is worth, on answers that it was not fitted on: Brier score, ECE, reliability, coverage. Pure.

Guo et al. 2017, "On Calibration of Modern Neural Networks" (ECE, reliability diagram); El-Yaniv and Wiener 2010 (risk
and coverage).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BINS = 10
_RISKS = (0.05, 0.1, 0.15, 0.2, 0.3)


@dataclass(frozen=True, slots=True)
class Judged:
    """Confidences of answers, whether each answered, and what each counts. Shape (answers,) each."""

    sure: Floats
    right: Floats
    weight: Floats


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers whose confidence lies in a tenth: their share of all, mean confidence, and share that answered."""

    low: float
    share: float
    sure: float
    right: float


@dataclass(frozen=True, slots=True)
class Cut:
    """What a threshold does: the share of questions that are answered, and the share of wrong ones among those."""

    threshold: float
    answered: float
    wrong: float


def brier(judged: Judged) -> float:
    """Mean squared distance of confidence and outcome, 0 (best) to 1."""
    return float(np.average((judged.sure - judged.right) ** 2, weights=judged.weight))


def bins(judged: Judged) -> list[Bin]:
    """The reliability diagram's tenths that hold an answer."""
    place = np.minimum((judged.sure * BINS).astype(int), BINS - 1)
    total = judged.weight.sum()
    out = []
    for i in range(BINS):
        mine = place == i
        weight = judged.weight[mine]
        if weight.sum() > 0:
            means = (float(np.average(values[mine], weights=weight)) for values in (judged.sure, judged.right))
            out.append(Bin(i / BINS, float(weight.sum() / total), *means))
    return out


def ece(judged: Judged) -> float:
    """Expected calibration error over ten bins: the mean distance of confidence and outcome, 0 (best) to 1."""
    return sum(one.share * abs(one.sure - one.right) for one in bins(judged))


def cut(judged: Judged, threshold: float) -> Cut:
    """What a threshold does to these answers."""
    kept = judged.sure >= threshold
    weight = judged.weight[kept]
    wrong = float(np.average(1 - judged.right[kept], weights=weight)) if weight.sum() > 0 else 0.0
    return Cut(threshold, float(weight.sum() / judged.weight.sum()), wrong)


def threshold_for(judged: Judged, most: float, least: float = 0.05) -> float | None:
    """The lowest threshold, in hundredths, at and above which at most this share of answers is wrong; None: there is
    none. Thresholds that leave fewer answers than a share of `least` say nothing."""
    cuts = [one for one in (cut(judged, i / 100) for i in range(100)) if one.answered > 0 and one.answered >= least]
    last_bad = max((i for i, one in enumerate(cuts) if one.wrong > most), default=-1)
    return cuts[last_bad + 1].threshold if last_bad + 1 < len(cuts) else None


def diagram(judged: Judged) -> list[str]:
    """The reliability diagram as lines of a markdown table."""
    lines = ["| confidence | answers | mean confidence | answered rightly | |", "|---|---|---|---|---|"]
    for one in bins(judged):
        bar = "█" * round(one.right * 20)
        lines.append(
            f"| {one.low:.1f}–{one.low + 1 / BINS:.1f} | {one.share:.1%} | {one.sure:.2f} | {one.right:.2f} | {bar} |"
        )
    return lines


def curve(judged: Judged) -> list[str]:
    """Risk and coverage as lines of a markdown table."""
    lines = ["| refuse below | answered | of these wrong |", "|---|---|---|"]
    cuts = [cut(judged, i / BINS) for i in range(BINS)]
    return lines + [f"| {one.threshold:.2f} | {one.answered:.1%} | {one.wrong:.1%} |" for one in cuts]


def promises(judged: Judged) -> list[tuple[float, float | None]]:
    """For shares of wrong answers, the threshold that keeps to each."""
    return [(most, threshold_for(judged, most)) for most in _RISKS]
