"""What a confidence is worth, worked by hand; the fits find what they must; the command writes what it says."""

import gzip
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.__main__ import main
from eval.calibrate import told
from eval.calibrate.cases import Case
from eval.calibrate.linear import UNREAD, answers, fit_answerable, fit_sentence, inputs, sentence_f1, weighed
from eval.calibrate.sets import Question, is_right, swap, unlearnt
from eval.folds import CLAPNQ
from index.errors import EvalError
from index.records import Article, Span
from rag import confidence
from rag.features import Candidate
from rag.weights import Linear, probability


def judged(*pairs: tuple[float, bool]) -> told.Judged:
    sure, right = (np.asarray(column, float) for column in zip(*pairs, strict=True))
    return told.Judged(sure, right, np.ones(len(pairs)))


FOUR = judged((0.95, True), (0.85, True), (0.85, False), (0.25, False))


def test_brier_and_ece_by_hand() -> None:
    assert told.brier(FOUR) == pytest.approx((0.05**2 + 0.15**2 + 0.85**2 + 0.25**2) / 4)
    # tenths: .25 alone (off by .25), .85 twice (right half the time: off by .35), .95 alone (off by .05)
    assert told.ece(FOUR) == pytest.approx(0.25 * 0.25 + 0.5 * 0.35 + 0.25 * 0.05)
    assert [(one.low, one.share, one.right) for one in told.bins(FOUR)] == [
        (0.2, 0.25, 0),
        (0.8, 0.5, 0.5),
        (0.9, 0.25, 1),
    ]


def test_a_weight_counts_as_that_many_answers() -> None:
    twice = told.Judged(FOUR.sure, FOUR.right, np.asarray([1, 1, 1, 2.0]))
    again = judged((0.95, True), (0.85, True), (0.85, False), (0.25, False), (0.25, False))
    assert told.brier(twice) == pytest.approx(told.brier(again))
    assert told.ece(twice) == pytest.approx(told.ece(again))


def test_risk_and_coverage_by_hand() -> None:
    assert told.cut(FOUR, 0) == told.Cut(0, 1.0, 0.5)
    assert told.cut(FOUR, 0.5) == told.Cut(0.5, 0.75, pytest.approx(1 / 3))
    assert told.cut(FOUR, 0.9) == told.Cut(0.9, 0.25, 0.0)
    assert told.cut(FOUR, 0.96) == told.Cut(0.96, 0.0, 0.0)


def test_the_threshold_of_a_promise() -> None:
    assert told.threshold_for(FOUR, 0.5) == 0.0
    assert told.threshold_for(FOUR, 0.34) == 0.26
    assert told.threshold_for(FOUR, 0.1) == 0.86
    assert told.threshold_for(judged((1.0, False)), 0.1) is None
    one_in_fifty = judged(*[(0.5, True)] * 49, (0.9, False))
    assert told.threshold_for(one_in_fifty, 0.1) == 0.0  # the last answer alone says nothing
    assert told.threshold_for(one_in_fifty, 0.1, 0) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1), st.floats(0, 1))
def test_a_promise_is_kept_at_every_higher_threshold(pairs: list[tuple[float, bool]], most: float) -> None:
    found = judged(*pairs)
    threshold = told.threshold_for(found, most, 0)
    if threshold is not None:
        assert all(told.cut(found, i / 100).wrong <= most for i in range(round(threshold * 100), 100))


def test_the_tables_have_a_line_for_each_tenth_and_each_threshold() -> None:
    assert told.diagram(FOUR)[2:][-1].startswith("| 0.9–1.0 | 25.0% | 0.95 | 1.00 |")
    assert told.curve(FOUR)[2] == "| 0.00 | 100.0% | 50.0% |"
    assert len(told.curve(FOUR)) == 2 + 10


def case(kind: str, right: int, size: int = 3, group: str = "a", **best: float) -> Case:
    """`size` sentences, of which number `right` (none below 0) answers and has these features; the others have none."""
    blank = dict.fromkeys({*UNREAD, *confidence.UNREAD}, 0.0)
    rows = tuple(blank | best if i == right else dict(blank) for i in range(size))
    return Case(kind, group, rows, tuple(kind == "with" and i == right for i in range(size)))


def test_the_fit_finds_the_feature_that_tells_sentences_apart() -> None:
    some = [case("with", i % 3, cos=1.0, cov=0.5 * (i % 2)) for i in range(12)] + [
        case("with", 0, group=CLAPNQ, cos=1.0)
    ]
    model = fit_sentence(some, UNREAD)
    assert model.weights["cos"] > 1 > abs(model.weights["llen"])
    assert model.weights["o_why"] == 0.8  # held
    assert all(answers(one, model, 1) for one in some)


def test_the_f1_of_what_is_shown_by_hand() -> None:
    model = Linear(0.0, {"cos": 1.0})
    one = case("with", 1, cos=20.0)
    assert sentence_f1(one, model) == 1.0  # it has all of the probability
    flat = case("with", 1)
    assert sentence_f1(flat, model) == 2 * 1 / (3 + 1)  # three alike are shown, one answers
    assert sentence_f1(flat, model, most=1) == 0.0  # the first one does not
    assert sentence_f1(case("without", 1), model) == 0.0


def test_the_confidence_learns_what_answers_and_counts_each_kind_by_its_share() -> None:
    yes = [case("with", 0, cos=0.8, best_cos=0.8)] * 4
    no = [case("without", 0, cos=0.2)] * 20
    sentence = Linear(0.0, {"cos": 1.0})
    model = fit_answerable([*yes, *no], sentence, confidence.UNREAD)
    sure, unsure = (probability(model.score(inputs(one, sentence))) for one in (yes[0], no[0]))
    assert sure > 0.8 > 0.5 > unsure
    weight = weighed([*yes, *no])
    assert weight[:4].sum() == pytest.approx(0.6 / 0.72) and weight.sum() == pytest.approx(1)


READINGS = st.lists(st.tuples(st.integers(0, 4), st.floats(-6, 6)), min_size=1, max_size=12)


@given(READINGS, st.lists(st.floats(-1.5, 0), min_size=5, max_size=5))
def test_what_is_told_lies_between_what_the_reader_says_of_the_passages(
    said: list[tuple[int, float]], gaps: list[float]
) -> None:
    rows = [{"rank": float(rank), "gap": gaps[rank], "holds": holds} for rank, holds in said]
    best = [max(holds for rank, holds in said if rank == one) for one in {rank for rank, _ in said}]
    assert min(best) - 1e-6 <= confidence.told(rows) <= max(best) + 1e-6
    assert confidence.told(rows[::-1]) == pytest.approx(confidence.told(rows), abs=1e-6)


def test_the_passage_found_first_says_most_of_whether_it_is_told() -> None:
    first, last = {"rank": 0.0, "gap": 0.0, "holds": -3.0}, {"rank": 1.6, "gap": -1.0, "holds": 3.0}
    assert confidence.told([first]) == pytest.approx(-3)
    share = (probability(-3) + np.exp(-2) * probability(3)) / (1 + np.exp(-2))
    assert probability(confidence.told([first, last])) == pytest.approx(share)
    assert confidence.told([first, last]) < 0 < confidence.told([first | {"holds": 3.0}, last | {"holds": -3.0}])


def test_the_confidence_knows_whether_a_reason_is_asked_for() -> None:
    row = dict.fromkeys(confidence.UNREAD, 0.0) | {"rank": 0.0, "gap": 0.0, "holds": -3.0}
    told = [confidence.inputs([row | {"o_why": why}])["reason"] for why in (-0.5, 0.5, 0.0)]
    assert told == [1.0, 1.0, 0.0]


def test_which_questions_a_reader_has_not_learnt_from() -> None:
    some = [Question(f"{title} {i}?", "g", ("x",), True, title) for title in "abcd" for i in range(3)]
    assert {one.group for one in unlearnt(some, "A", None)} == {"b", "d"}
    assert {one.group for one in unlearnt(some, "B", None)} == {"a", "c"}
    assert {one.group for one in unlearnt(some, "C", None)} == {"b"}
    assert unlearnt(some, "", None) == some and unlearnt(some, "all", None) == []
    with pytest.raises(EvalError, match="no fold 'D'"):
        unlearnt(some, "D", None)
    assert len(unlearnt(some, "A", 4)) == 4


def test_right_is_what_holds_an_answer_in_the_gold_article() -> None:
    gold, other = Article("g", "It closed in May 2014."), Article("o", "It closed in May 2014.")
    asked = Question("When?", "g", ("May  2014",), True, "a")
    found = [Candidate(one, Span(0, 22), {}) for one in (gold, other)]
    assert [is_right(asked, one) for one in found] == [True, False]
    assert not is_right(Question("When?", "g", ("June",), True, "a"), found[0])
    tokenised = Question("When?", "g", ("It closed in May 2014 . It reopened .",), True, CLAPNQ)
    assert is_right(tokenised, found[0])
    assert not is_right(Question("When?", "g", ("It reopened .",), True, CLAPNQ), found[0])


def test_a_swapped_question_asks_for_another_number_or_name() -> None:
    import random

    asked = Question("What did Holm Sound pay in 1999?", "g", ("x",), True, "a")
    other = Question("Where does Lund Ferry land?", "g", ("x",), True, "a")
    assert swap(asked, [other], random.Random(1)).startswith("What did Holm Sound pay in ")
    assert swap(asked, [other], random.Random(1)) != asked.text
    bare = Question("What did Holm Sound pay?", "g", ("x",), True, "a")
    assert swap(bare, [other], random.Random(1)) == "What did Lund Ferry pay?"
    assert swap(Question("what?", "g", ("x",), True, "a"), [other], random.Random(1)) == ""


def test_the_command_fits_on_kept_cases_and_writes_both_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    extra = {"holds": 2.0, "best": 1.0, "echo": 0.0, "fits": 1.0}
    some = []
    for group in ("a", "b", CLAPNQ, CLAPNQ, "news-h01", "news-h02"):
        for i in range(6):
            for kind in ("with", "without", "impossible", "swapped"):
                made = case(kind, i % 3, group=group, cos=0.8 if kind == "with" else 0.2)
                rows = tuple(row | {"holds": 0.0, "best": 0.0, "echo": 0.5, "fits": 0.0} for row in made.features)
                rows = tuple(row | extra if right else row for row, right in zip(rows, made.right, strict=True))
                some.append(Case(kind, group, rows, made.right))
    kept = tmp_path / "cases.jsonl.gz"
    with gzip.open(kept, "wt") as handle:
        handle.writelines(json.dumps(asdict(one)) + "\n" for one in some)
    weights, report = tmp_path / "w.json", tmp_path / "r.md"
    given = [
        "calibrate",
        "--data",
        str(tmp_path),
        "--cases",
        str(kept),
        "--weights",
        str(weights),
        "--report",
        str(report),
    ]
    assert main(given) == 0
    models = json.loads(weights.read_text())
    assert set(models["read"]["sentence"]["weights"]) >= {"holds", "best", "echo", "cos"}
    assert "best" not in models["unread"]["sentence"]["weights"]
    assert "Brier score" in report.read_text() and report.read_text() in capsys.readouterr().out


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "cases.jsonl.gz"
    bad.write_bytes(b"nothing")
    to = ["--weights", str(tmp_path / "w.json"), "--report", str(tmp_path / "r.md")]
    assert main(["calibrate", "--data", str(tmp_path), "--cases", str(bad), *to]) == 2
    assert "Delete it" in capsys.readouterr().err
    assert main(["calibrate", "--data", str(tmp_path), "--weights", str(tmp_path / "no" / "w.json")]) == 2
    assert "There is no folder" in capsys.readouterr().err
    assert main(["calibrate", "--data", str(tmp_path), *to]) == 2
    assert "There is no file" in capsys.readouterr().err
