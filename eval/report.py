"""Telling what a run found: a table for a person, a JSON file for a program."""

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from eval.cases import Place
from eval.metrics import Figure, is_evidence
from eval.rows import Row, Topic, worst
from eval.run import Run
from index.errors import EvalError

FORMAT = 1
# The columns of the table by kind: a heading, and the figure that stands under it.
_COLUMNS = {
    "hit@1": "hit@1",
    "MRR@10": "MRR@10",
    "evidence": "evidence recall@10",
    "cit. prec.": "citation precision",
    "cit. recall": "citation recall",
    "answered": "answerable answered",
    "refused": "refusal recall",
    "seconds": "seconds, median",
}
_SHOWN = 5  # questions of each fault on the screen; the file has more


def as_text(run: Run) -> str:
    """The table that a person reads."""
    sizes = ", ".join(f"{count:,} {what}" for what, count in run.archive.items())
    parts = [f"{run.name}: {sizes}; {run.seconds:,.0f} s"]
    parts += [f"note: {note}" for note in run.notes]
    parts.append(_figures(run.figures))
    if len(run.kinds) > 1:
        parts.append(_kinds(run.kinds))
    parts += [_fault(name, rows) for name, rows in worst(run.rows).items() if rows and run.kinds]
    return "\n\n".join(parts)


def _figures(figures: Sequence[Figure]) -> str:
    width = max((len(figure.name) for figure in figures), default=0)
    return "\n".join(_figure(figure, width) for figure in figures)


def _figure(figure: Figure, width: int) -> str:
    line = f"{figure.name:<{width}}  {figure.value:8.3f}"
    between = f"  [{figure.low:.3f}, {figure.high:.3f}]" if figure.low is not None and figure.high is not None else ""
    return f"{line}{between:<18}  n = {figure.count:,}"


def _kinds(kinds: Mapping[str, Sequence[Figure]]) -> str:
    width = max(map(len, kinds))
    lines = [" ".join([f"{'kind':<{width}}", f"{'n':>5}", *(f"{heading:>11}" for heading in _COLUMNS)])]
    for kind, figures in kinds.items():
        values = {figure.name: figure.value for figure in figures}
        asked = next(figure.count for figure in figures if figure.name == "seconds, median")
        cells = [f"{values[name]:11.3f}" if name in values else f"{'-':>11}" for name in _COLUMNS.values()]
        lines.append(" ".join([f"{kind:<{width}}", f"{asked:>5}", *cells]))
    return "\n".join(lines)


def _fault(name: str, rows: Sequence[Row]) -> str:
    lines = [f"{name}:"]
    for row in rows[:_SHOWN]:
        lines.append(f"  {row.case.id}  {row.case.question}  (confidence {row.answer.confidence:.2f})")
        if row.answer.answered:
            lines.append(f"      said: {_cut(row.answer.text)}")
        if row.case.answer:
            lines.append(f"      gold: {_cut(row.case.answer)}")
    return "\n".join(lines)


def _cut(text: str, most: int = 200) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 3] + "..."


def as_dict(run: Run, *, rows: bool = True) -> dict[str, Any]:
    """The report as plain values; without `rows` only the figures and the ids of the worst questions."""
    out: dict[str, Any] = {
        "format": FORMAT,
        "name": run.name,
        "started": run.started,
        "seconds": run.seconds,
        "settings": dict(run.settings),
        "versions": dict(run.versions),
        "archive": dict(run.archive),
        "notes": list(run.notes),
        "figures": [_plain(figure) for figure in run.figures],
        "kinds": {kind: [_plain(figure) for figure in figures] for kind, figures in run.kinds.items()},
        "worst": {fault: [row.case.id for row in found] for fault, found in worst(run.rows).items()},
    }
    if rows:
        out["rows"] = [_row(row) for row in run.rows]
        out["topics"] = [_topic(topic) for topic in run.topics]
    return out


def _plain(figure: Figure) -> dict[str, Any]:
    out: dict[str, Any] = {"name": figure.name, "value": round(figure.value, 6), "count": figure.count}
    if figure.low is not None and figure.high is not None:
        out["interval"] = [round(figure.low, 6), round(figure.high, 6)]
    return out


def _row(row: Row) -> dict[str, Any]:
    answer, case = row.answer, row.case
    return {
        "id": case.id,
        "step": row.step,
        "kind": case.kind,
        "question": case.question,
        "searched_for": answer.searched_for,
        "answerable": case.answerable,
        "gold": case.answer,
        "answered": answer.answered,
        "text": answer.text,
        "confidence": round(answer.confidence, 6),
        "citations": [
            {**_place(place), "text": citation.text, "right": is_evidence(place, row.groups)}
            for place, citation in zip(row.citations, answer.citations, strict=True)
        ],
        "hits": [
            {**_place(place), "score": round(hit.score, 6), "found": found}
            for place, hit, found in zip(row.passages, row.hits, row.found, strict=True)
        ],
        "citation_precision": row.precision,
        "citation_recall": row.recall,
        "seconds": round(row.seconds, 6),
    }


def _topic(topic: Topic) -> dict[str, Any]:
    return {
        "id": topic.id,
        "kind": topic.kind,
        "question": topic.question,
        "relevant": topic.relevant,
        "found": list(topic.found),
        "values": {name: round(value, 6) for name, value in topic.values.items()},
    }


def _place(place: Place) -> dict[str, Any]:
    return {"article": place.article, "start": place.span.start, "end": place.span.end}


def default_path(run: Run) -> Path:
    """Where a report goes when nobody says: byline-eval/ in the working directory, named by the run and its start."""
    moment = datetime.fromisoformat(run.started).strftime("%Y%m%dT%H%M%SZ")
    return Path("byline-eval") / f"{run.name}-{moment}.json"


def prepare(path: Path) -> None:
    """Make the folder that a report will go to.

    Raises:
        EvalError: no file can be put there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        reason = "it is a folder" if path.is_dir() else ""
    except OSError as error:
        reason = error.strerror or str(error)
    if reason:
        raise EvalError(f"The report cannot be written to {path}: {reason}. Choose a file with --out.")


def write(run: Run, path: Path) -> None:
    """Write the report: aside first, then in one step into place, so that no half file is ever seen.

    Raises:
        EvalError: it cannot be written there.
    """
    prepare(path)
    aside = ""
    try:
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(as_dict(run), file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(aside, 0o644)
        os.replace(aside, path)
    except OSError as error:
        if aside:
            Path(aside).unlink(missing_ok=True)
        message = f"The report cannot be written to {path}: {error.strerror}. Choose a file with --out."
        raise EvalError(message) from error
