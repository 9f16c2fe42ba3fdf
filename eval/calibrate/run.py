"""`byline eval calibrate`: fit, measure on the other half, write rag/weights.json and eval/CALIBRATION.md."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval.calibrate import told
from eval.calibrate.cases import KINDS, Case, cases
from eval.calibrate.linear import (
    CHOOSING,
    HELD,
    READ,
    REFUSING,
    SHARES,
    Models,
    answers,
    fit,
    fit_sentence,
    inputs,
    sentence_f1,
    weighed,
)
from eval.folds import CLAPNQ, NEWS, SQUAD, halves
from eval.metrics import auc
from index.embed import SpanReader
from index.errors import EvalError
from rag.weights import Linear, probability

ON = (
    "SQuAD 2.0 dev (16 articles, CC BY-SA 4.0), CLAPNQ dev (300 questions, Apache-2.0) and Byline's own invented news "
    "(72 stories, Apache-2.0)"
)
_SETS = {SQUAD: "SQuAD", CLAPNQ: "CLAPNQ", NEWS: "news"}
_NAMES = {False: "without the reader", True: "with the reader"}


@dataclass(frozen=True, slots=True)
class Fitting:
    """What is fitted on, and where it goes. `fold` is what the reader learnt from; "": nothing of the questions."""

    data: Path
    reader: Path
    fold: str
    questions: int | None
    kept: Path | None
    weights: Path
    report: Path


def calibrate(plan: Fitting, command: str) -> str:
    """Fit and write; the report's text.

    Raises:
        EvalError: a set is missing, or a folder to write to.
        WeightsMissing: the reader's weights are.
    """
    for path in (plan.weights, plan.report):
        if not path.parent.is_dir():
            raise EvalError(f"There is no folder '{path.parent}'. Run this in a checkout, or say where '{path}' goes.")
    found = cases(plan.data, SpanReader(plan.reader), plan.fold, plan.questions, plan.kept)
    sides = halves([case.group for case in found])
    split = [[case for case, side in zip(found, sides, strict=True) if side == half] for half in (0, 1)]
    models: dict[str, Any] = {}
    shown: list[str] = []
    for read, name in ((True, "read"), (False, "unread")):
        half = [fit(split[1], read), fit(split[0], read)]
        shown += ["", f"## {_NAMES[read].capitalize()}", "", *figures(half, split), *worth(half, split)]
        models[name] = {part: as_json(model) for part, model in fit(found, read).items()}
    models["fitted"] = {
        "by": command,
        "on": ON,
        "shares of the cases": SHARES,
        "shares of the sets": {"choosing": CHOOSING, "refusing": REFUSING},
        "held, not fitted": HELD,
    }
    text = "\n".join([*_opening(command, found), *shown, "", *ablation(split)]) + "\n"
    plan.weights.write_text(json.dumps(models, indent=2) + "\n", "utf-8")
    plan.report.write_text(text, "utf-8")
    return text


def as_json(model: Linear) -> dict[str, Any]:
    """The model as weights.json holds it, with four decimals."""
    return {"bias": round(model.bias, 4), "weights": {name: round(v, 4) for name, v in model.weights.items()}}


def figures(models: Sequence[Models], split: Sequence[Sequence[Case]]) -> list[str]:
    """A row for each set: right sentences, their F1, AUC of the confidence; each half by the models of the other."""
    lines = ["| | questions | first | among three | F1 | AUC, gold left out | AUC, unanswerable | AUC, swapped |"]
    lines.append("|---" * 8 + "|")
    for own, name in _SETS.items():
        tests = [[case for case in half if case.set == own] for half in split]
        both = [_row(model, test) for model, test in zip(models, tests, strict=True) if test]
        sizes = [sum(case.kind == "with" for case in test) for test in tests if test]
        means = np.average(np.asarray(both), axis=0, weights=sizes)
        lines.append(f"| {name} | {sum(sizes):,} | " + " | ".join(f"{mean:.3f}" for mean in means) + " |")
    return lines


def _row(model: Models, test: Sequence[Case]) -> list[float]:
    asked = [case for case in test if case.kind == "with"]
    right = [np.mean([answers(case, model["sentence"], k) for case in asked]) for k in (1, 3)]
    right.append(np.mean([sentence_f1(case, model["sentence"]) for case in asked]))
    odds = {kind: [_odds(model, case) for case in test if case.kind == kind and case.right] for kind in KINDS}
    return [*map(float, right), *(auc(odds["with"], odds[k]) if odds[k] else 0.5 for k in KINDS[1:])]


def _odds(model: Models, case: Case) -> float:
    return model["answerable"].score(inputs(case, model["sentence"]))


def judged(models: Sequence[Models], split: Sequence[Sequence[Case]]) -> told.Judged:
    """Every answer with the confidence that the other half's models give it."""
    pairs = [(model, case) for model, half in zip(models, split, strict=True) for case in half if case.right]
    return told.Judged(
        np.asarray([probability(_odds(model, case)) for model, case in pairs]),
        np.asarray([float(answers(case, model["sentence"])) for model, case in pairs]),
        weighed([case for _, case in pairs]),
    )


def worth(models: Sequence[Models], split: Sequence[Sequence[Case]]) -> list[str]:
    """Brier score, calibration error, reliability diagram, risk and coverage, and which threshold keeps a promise."""
    all_of = judged(models, split)
    lines = ["", f"Brier score {told.brier(all_of):.3f}, ECE {told.ece(all_of):.3f}.", ""]
    lines += [*told.diagram(all_of), "", *told.curve(all_of), ""]
    for most, threshold in told.promises(all_of):
        said = f"refuse below {threshold:.2f}" if threshold is not None else "no threshold keeps to it"
        lines.append(f"- At most {most:.0%} of the answers wrong: {said}.")
    return lines


def ablation(split: Sequence[Sequence[Case]]) -> list[str]:
    """The share of right first sentences without each feature, fitted anew; each half by the other."""
    lines = ["## Without each feature", "", "| | SQuAD, first | CLAPNQ, first | news, first |", "|---" * 4 + "|"]
    for left in ("", *READ):
        names = [name for name in READ if name != left]
        fitted = [fit_sentence(split[1], names), fit_sentence(split[0], names)]
        models = [Linear(one.bias, {name: w for name, w in one.weights.items() if name != left}) for one in fitted]
        row = []
        for own in _SETS:
            right = [
                answers(case, model, 1)
                for model, half in zip(models, split, strict=True)
                for case in half
                if case.kind == "with" and case.set == own
            ]
            row.append(f"{np.mean(right):.3f}")
        lines.append(f"| {f'without {left}' if left else 'all features'} | {' | '.join(row)} |")
    return lines


def _opening(command: str, found: Sequence[Case]) -> list[str]:
    kinds = ", ".join(f"{sum(case.kind == kind for case in found):,} {kind}" for kind in KINDS)
    return [
        "# What the confidence is worth",
        "",
        f"Made by `{command}`, data at `$DATA`.",
        "",
        f"Fitted and measured on {ON}; each half of the questions by models fitted on the other half, the reader's own "
        f"questions left out. Cases: {kinds} (with the answer in the archive; its article left out; unanswerable by "
        "the set; a name or number swapped). Answered rightly: one of the first three sentences answers. The kinds "
        f"count {', '.join(f'{SHARES[kind]:.0%}' for kind in KINDS)}.",
    ]
