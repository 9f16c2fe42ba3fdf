"""The two fits, each for what is known with the reader and without.

Which sentence answers: a conditional logit (softmax over the candidate sentences of a question, maximum likelihood that
a right one is picked, L2 penalty). Whether an answer answers: logistic regression over the inputs of rag.confidence.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from eval.calibrate.cases import Case
from eval.folds import CLAPNQ, NEWS, SQUAD
from rag import confidence
from rag.extract import ENOUGH
from rag.weights import Linear

UNREAD = (
    "cos", "gap", "cov", "ccov", "pcov", "llen", "short", "asks", "head", "lead",
    "rank", "pairs", "o_num", "o_count", "o_date", "o_person", "o_place", "o_cap",
)  # fmt: skip
READ = (*UNREAD, "holds", "best", "echo", "fits")
# Held, not fitted. o_why: both sets together ask "why" 66 times. On those, .5 to 1 puts a right sentence first for 82
# to 83 %, 0 for 80 %. lead: neither set is news, which tells first what matters most. On RealTimeQA 1 to 2 are best.
# asks: a sentence that asks does not answer; encyclopedias hold too few of them to show it.
HELD = {"o_why": 0.8, "lead": 1.5, "asks": -1.0}
# Of ten questions to an archive, six have their answer there; the others ask mostly about what is almost told.
SHARES = {"with": 0.6, "without": 0.12, "impossible": 0.2, "swapped": 0.08}
# What the sets count. SQuAD has most answers marked, and questions as near to the text as most that are asked; whether
# an answer is told at all is asked of news, and only Byline's has near misses.
CHOOSING = {SQUAD: 1.0, CLAPNQ: 0.3, NEWS: 0.5}
REFUSING = {SQUAD: 0.2, CLAPNQ: 0.2, NEWS: 1.0}
_PENALTY = 0.07
Floats = NDArray[np.float64]
Models = dict[str, Linear]  # as in rag/weights.json: "sentence" and "answerable"


def fit(cases: Sequence[Case], read: bool) -> Models:
    """Both models on these cases."""
    sentence = fit_sentence(cases, READ if read else UNREAD)
    names = confidence.READ if read else confidence.UNREAD
    return {"sentence": sentence, "answerable": fit_answerable(cases, sentence, names)}


def fit_sentence(cases: Sequence[Case], names: Sequence[str]) -> Linear:
    """The conditional logit's weights, for features as they are (not standardised)."""
    from scipy.optimize import minimize

    mine = [case for case in cases if any(case.right)]
    sizes = Counter(case.set for case in mine)
    share = np.asarray([CHOOSING[case.set] / sizes[case.set] for case in mine])
    share /= share.sum()
    segment = np.repeat(np.arange(len(mine)), [len(case.right) for case in mine])
    mark = np.asarray([right for case in mine for right in case.right], dtype=float)
    free = [name for name in names if name not in HELD]
    held = np.asarray([sum(w * one.get(n, 0.0) for n, w in HELD.items()) for case in mine for one in case.features])
    x, spread = standardised(np.asarray([[one[name] for name in free] for case in mine for one in case.features]))

    def loss(w: Floats) -> tuple[float, Floats]:
        scores = x @ w + held
        e = np.exp(scores - scores.max())
        total, good = (np.bincount(segment, weights=e * keep, minlength=len(mine)) for keep in (1.0, mark))
        pull = share[segment] * e * (mark / good[segment] - 1 / total[segment])
        value = -float(share @ np.log(good / total)) + _PENALTY * float(w @ w)
        return value, -(x.T @ pull) + 2 * _PENALTY * w

    found = minimize(loss, np.zeros(len(free)), jac=True, method="L-BFGS-B").x
    return Linear(0.0, {n: float(v) for n, v in zip(free, found / spread, strict=True)} | HELD)


def fit_answerable(cases: Sequence[Case], sentence: Linear, names: Sequence[str]) -> Linear:
    """Logistic regression; each kind of case of each set counts with its share, however many there are."""
    from scipy.optimize import minimize

    rows = [(case, inputs(case, sentence)) for case in cases if case.right]
    raw = np.asarray([[row[name] for name in names] for _, row in rows])
    y = np.asarray([float(answers(case, sentence)) for case, _ in rows])
    weight = weighed([case for case, _ in rows])
    x, spread = standardised(raw)
    x = np.hstack([x, np.ones((len(x), 1))])

    def loss(w: Floats) -> tuple[float, Floats]:
        scores = x @ w
        value = float(weight @ (np.logaddexp(0, scores) - y * scores)) + 0.002 * float(w[:-1] @ w[:-1])
        slope = x.T @ (weight * (1 / (1 + np.exp(-scores)) - y)) + 0.004 * np.append(w[:-1], 0)
        return value, slope

    w = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x
    scaled = w[:-1] / spread
    bias = float(w[-1] - scaled @ raw.mean(axis=0))
    return Linear(bias, dict(zip(names, map(float, scaled), strict=True)))


def weighed(cases: Sequence[Case]) -> Floats:
    """What each case counts, adding up to 1: the sets by REFUSING, the kinds of each by SHARES."""
    keys = [(case.set, case.kind) for case in cases]
    counts = Counter(keys)
    weight = np.asarray([REFUSING[own] * SHARES[kind] / counts[own, kind] for own, kind in keys])
    found: Floats = weight / weight.sum()
    return found


def order(case: Case, sentence: Linear) -> list[int]:
    """The places of a case's sentences, the best by a model first."""
    return sorted(range(len(case.right)), key=lambda i: -sentence.score(case.features[i]))


def inputs(case: Case, sentence: Linear) -> dict[str, float]:
    """The inputs of the confidence for a case."""
    return confidence.inputs([case.features[i] for i in order(case, sentence)])


def answers(case: Case, sentence: Linear, among: int = 3) -> bool:
    """Whether one of the first sentences answers."""
    return any(case.right[i] for i in order(case, sentence)[:among])


def sentence_f1(case: Case, sentence: Linear, most: int = 3, enough: float = ENOUGH) -> float:
    """F1 of the sentences that would be shown against those that answer: shown until their shares of probability add
    up to `enough`, as in rag.extract.choose, but for repetitions."""
    places = order(case, sentence)
    scores = [sentence.score(case.features[i]) for i in places]
    shares = np.exp(np.asarray(scores) - scores[0])
    count = int(np.searchsorted(np.cumsum(shares / shares.sum()), enough)) + 1
    hits = sum(case.right[i] for i in places[: min(most, count)])
    return 2 * hits / (min(most, count, len(places)) + sum(case.right)) if hits else 0.0


def standardised(rows: Floats) -> tuple[Floats, Floats]:
    """Rows with mean 0 and spread 1 in each column, and the spreads (1 for a constant column)."""
    spread = rows.std(axis=0)
    spread = np.where(spread < 1e-9, 1.0, spread)
    return (rows - rows.mean(axis=0)) / spread, spread
