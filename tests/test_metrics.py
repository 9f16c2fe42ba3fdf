"""Every figure against numbers worked by hand, and the laws they must keep."""

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.cases import Groups, Place
from eval.metrics import (
    auc,
    citation_precision,
    citation_recall,
    evidence_recall,
    hit_at_k,
    holds,
    interval,
    is_right,
    mean,
    ndcg_at_k,
    plain,
    quantile,
    recall_at_k,
    reciprocal_rank,
    refusals,
    short_right,
)
from index.records import Span

rankings = st.lists(st.booleans(), max_size=15)
cuts = st.integers(1, 20)


def at(article: str, start: int, end: int) -> Place:
    return Place(article, Span(start, end))


places = st.builds(at, st.sampled_from("ab"), st.integers(0, 20), st.integers(20, 40))
groups = st.lists(st.lists(places, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple)


def test_hit_at_k() -> None:
    found = [False, False, True]  # the first relevant result is the third
    assert [hit_at_k(found, k) for k in (1, 2, 3, 10)] == [0, 0, 1, 1]
    assert hit_at_k([], 5) == 0


def test_reciprocal_rank() -> None:
    found = [False, False, True, True]  # first at rank 3: 1/3
    assert reciprocal_rank(found) == pytest.approx(1 / 3)
    assert reciprocal_rank(found, cut=2) == 0  # rank 3 lies behind the cut
    assert reciprocal_rank(found, cut=3) == pytest.approx(1 / 3)
    assert reciprocal_rank([]) == 0
    # over three questions with first ranks 1, 3 and none: (1 + 1/3 + 0) / 3 = 4/9
    values = [reciprocal_rank([True]), reciprocal_rank(found), reciprocal_rank([])]
    assert mean("MRR", values).value == pytest.approx(4 / 9)


def test_ndcg_at_k() -> None:
    # relevant at ranks 2 and 3, three relevant in all, k = 3:
    # gain 1/log2(3) + 1/log2(4) = .63093 + .5 = 1.13093; ideal 1 + .63093 + .5 = 2.13093; .53072
    assert ndcg_at_k([False, True, True], 3, 3) == pytest.approx(0.53072, abs=1e-5)
    # the same with k = 2: gain .63093; ideal 1 + .63093 = 1.63093; .38685
    assert ndcg_at_k([False, True, True], 3, 2) == pytest.approx(0.38685, abs=1e-5)
    # one relevant, found at rank 2: 1/log2(3)
    assert ndcg_at_k([False, True], 1, 10) == pytest.approx(1 / math.log2(3))
    assert ndcg_at_k([True, True], 2, 10) == 1
    assert ndcg_at_k([], 2, 10) == 0
    assert ndcg_at_k([False], 0, 10) == 0


def test_recall_at_k() -> None:
    found = [True, False, True, True]
    assert recall_at_k(found, 4, 3) == 0.5  # 2 of 4 among the first 3
    assert recall_at_k(found, 4, 10) == 0.75
    assert recall_at_k([], 4, 3) == 0
    assert recall_at_k([], 0, 3) == 0


def test_right_needs_half_of_the_shorter() -> None:
    gold = at("a", 10, 20)  # 10 characters
    assert is_right(at("a", 15, 60), gold)  # shares 5, half of 10
    assert not is_right(at("a", 16, 60), gold)  # shares 4
    assert is_right(at("a", 18, 22), gold)  # shares 2, half of its own 4
    assert not is_right(at("a", 19, 23), gold)  # shares 1 of 4
    assert is_right(at("a", 0, 100), gold)  # holds all of it
    assert not is_right(at("b", 10, 20), gold)  # another article
    assert not is_right(at("a", 12, 12), gold)  # empty
    assert not is_right(at("a", 20, 30), gold)  # only touches


# Two things are needed. The first stands at a[0:10] or, in a wire copy, at b[0:10]; the second at c[50:60].
NEEDED: Groups = ((at("a", 0, 10), at("b", 0, 10)), (at("c", 50, 60),))


def test_evidence_recall() -> None:
    passages = [at("x", 0, 99), at("b", 0, 99), at("a", 0, 99), at("c", 0, 99)]
    assert evidence_recall(NEEDED, passages, 1) == 0
    assert evidence_recall(NEEDED, passages, 2) == 0.5  # the copy serves the first group
    assert evidence_recall(NEEDED, passages, 3) == 0.5  # the original adds nothing
    assert evidence_recall(NEEDED, passages, 4) == 1
    assert evidence_recall((), passages, 4) == 0
    assert evidence_recall(NEEDED, [], 4) == 0


def test_citations() -> None:
    shown = [at("a", 0, 12), at("b", 2, 10), at("c", 0, 20)]  # right, right, wrong place
    assert citation_precision(shown, NEEDED) == pytest.approx(2 / 3)
    assert citation_recall(shown, NEEDED) == 0.5  # both right ones serve the first group
    assert citation_precision([], NEEDED) == 0
    assert citation_recall([], NEEDED) == 0
    assert citation_precision(shown, ()) == 0  # an unanswerable question: nothing shown can be right
    assert citation_recall([at("a", 0, 10), at("c", 55, 80)], NEEDED) == 1


def test_refusals() -> None:
    # refused: q1 q2 q3; unanswerable: q2 q3 q4 q5. Right refusals: q2 q3.
    # precision 2/3, recall 2/4, F1 = 2 * (2/3 * 1/2) / (2/3 + 1/2) = (2/3) / (7/6) = 4/7
    figure = refusals([True, True, True, False, False], [True, False, False, False, False])
    assert figure.precision == pytest.approx(2 / 3)
    assert figure.recall == 0.5
    assert figure.f1 == pytest.approx(4 / 7)
    none = refusals([False, False], [True, False])
    assert (none.precision, none.recall, none.f1) == (0, 0, 0)
    assert refusals([], []).f1 == 0


def test_auc() -> None:
    # pairs (3 > 2), (3 > 1), (1 < 2), (1 = 1): 1 + 1 + 0 + 1/2 of 4
    assert auc([3, 1], [2, 1]) == pytest.approx(2.5 / 4)
    assert auc([2, 3], [0, 1]) == 1
    assert auc([0], [1]) == 0
    assert auc([], [1]) == 0.5


def test_quantile() -> None:
    assert quantile([4, 1, 3, 2], 0.5) == 2.5
    # q = .95 of 1..5: h = .95 * 4 = 3.8, so 4 + .8 * (5 - 4)
    assert quantile([1, 2, 3, 4, 5], 0.95) == pytest.approx(4.8)
    assert quantile([], 0.5) == 0


def test_interval() -> None:
    assert interval([1.0] * 9) == (1, 1)
    assert interval([]) == (0, 0)
    values = [0.0] * 50 + [1.0] * 50
    low, high = interval(values)
    assert (low, high) == interval(values)  # the seed is fixed
    # the normal approximation gives .5 -+ 1.96 * sqrt(.25 / 100) = .402 .. .598
    assert low == pytest.approx(0.402, abs=0.02)
    assert high == pytest.approx(0.598, abs=0.02)


def test_a_question_without_results_counts() -> None:
    figure = mean("hit@1", [hit_at_k([True], 1), hit_at_k([], 1)])
    assert (figure.value, figure.count) == (0.5, 2)


def test_plain_and_holds() -> None:
    assert plain("The “Squid Game”, an   hour-long A") == "squid game hourlong"
    assert holds("They saw “Squid\nGame” there.", "the Squid Game")
    assert not holds("They saw it.", "Squid Game")
    assert not holds("anything", "the")  # nothing is left to look for
    assert holds("It cost $5.", "$5")


def test_a_short_answer_is_right_when_it_says_or_briefly_holds_one() -> None:
    assert short_right("The Squid Game", ["“Squid Game”"])
    assert short_right("the show Squid Game", ["x", "Squid Game"])
    assert not short_right("Squid", ["Squid Game"]) and not short_right("", [""])
    assert not short_right("word " * 15 + "Squid Game", ["Squid Game"])


@given(rankings, st.integers(0, 15), cuts)
def test_bounds(found: list[bool], more: int, k: int) -> None:
    relevant = sum(found) + more
    for value in (
        hit_at_k(found, k),
        reciprocal_rank(found, k),
        ndcg_at_k(found, relevant, k),
        recall_at_k(found, relevant, k),
    ):
        assert 0 <= value <= 1 + 1e-12


@given(rankings, st.integers(0, 5), cuts)
def test_an_irrelevant_result_at_the_end_changes_nothing(found: list[bool], more: int, k: int) -> None:
    relevant, longer = sum(found) + more, [*found, False]
    assert hit_at_k(longer, k) == hit_at_k(found, k)
    assert reciprocal_rank(longer) == reciprocal_rank(found)
    assert ndcg_at_k(longer, relevant, k) == ndcg_at_k(found, relevant, k)
    assert recall_at_k(longer, relevant, k) == recall_at_k(found, relevant, k)


@given(rankings, st.integers(0, 14), cuts)
def test_moving_a_relevant_result_up_never_lowers_ndcg(found: list[bool], place: int, k: int) -> None:
    better = list(found)
    if place + 1 < len(found) and found[place + 1]:
        better[place], better[place + 1] = better[place + 1], better[place]
    assert ndcg_at_k(better, sum(found), k) >= ndcg_at_k(found, sum(found), k) - 1e-12
    assert ndcg_at_k(sorted(found, reverse=True), sum(found), k) == pytest.approx(float(any(found)))


@given(rankings, st.integers(1, 5), cuts)
def test_looking_deeper_never_loses(found: list[bool], more: int, k: int) -> None:
    assert hit_at_k(found, k + more) >= hit_at_k(found, k)
    assert reciprocal_rank(found, k + more) >= reciprocal_rank(found, k)
    assert recall_at_k(found, 20, k + more) >= recall_at_k(found, 20, k)


@given(places, places)
def test_right_is_mutual(one: Place, other: Place) -> None:
    assert is_right(one, other) == is_right(other, one)
    assert is_right(one, one) == (len(one.span) > 0)


@given(st.lists(places, max_size=5), groups)
def test_citations_do_not_depend_on_order(shown: list[Place], needed: Groups) -> None:
    mixed, turned = shown[::-1], needed[::-1]
    assert citation_precision(mixed, turned) == citation_precision(shown, needed)
    assert citation_recall(mixed, turned) == citation_recall(shown, needed)
    assert 0 <= citation_precision(shown, needed) <= 1
    assert 0 <= citation_recall(shown, needed) <= 1


@given(st.lists(places, max_size=5), groups, places)
def test_one_citation_more_never_lowers_recall(shown: list[Place], needed: Groups, more: Place) -> None:
    assert citation_recall([*shown, more], needed) >= citation_recall(shown, needed)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=12))
def test_f1_lies_between_its_parts(pairs: list[tuple[bool, bool]]) -> None:
    figure = refusals([r for r, _ in pairs], [a for _, a in pairs])
    assert figure == refusals([r for r, _ in pairs[::-1]], [a for _, a in pairs[::-1]])
    low, high = sorted((figure.precision, figure.recall))
    assert 0 <= low <= high <= 1
    if low:
        assert low - 1e-12 <= figure.f1 <= high + 1e-12


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8), st.lists(st.integers(0, 5), min_size=1, max_size=8))
def test_auc_counts_pairs(positives: Sequence[int], negatives: Sequence[int]) -> None:
    pairs = [1.0 if p > n else 0.5 if p == n else 0.0 for p in positives for n in negatives]
    assert auc(positives, negatives) == pytest.approx(sum(pairs) / len(pairs))
    assert auc(negatives, positives) == pytest.approx(1 - auc(positives, negatives))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_the_interval_holds_within_the_values(values: list[float]) -> None:
    low, high = interval(values)
    assert min(values) - 1e-12 <= low <= high <= max(values) + 1e-12


@given(st.text())
def test_plain_is_idempotent_on_its_words(text: str) -> None:
    assert plain(plain(text)) == plain(text)
