"""The whole run: texts, pool, an archive and a process for each size, and the report."""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.run import versions
from eval.speed.chart import as_svg
from eval.speed.corpus import REAL, Built, build, note_of, pool
from eval.speed.table import as_text
from eval.speed.text import QUESTIONS_ASKED, Texts, read
from index.embed import Embedder, open_embedder
from index.errors import EvalError

SIZES = (1_000, 10_000, 100_000, 1_000_000)
VERSION = 2  # to be raised when an archive that was built before would no longer serve
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure. Archives are kept in `work` and used again; without it they are thrown away. Up to `real`
    passages an archive holds real text, above it made text."""

    sizes: tuple[int, ...] = SIZES
    data: Path | None = None
    work: Path | None = None
    out: Path = Path("byline-eval") / "speed"
    real: int = REAL


def run_speed(plan: Plan, embedder: Embedder | None = None) -> tuple[str, dict[str, Any]]:
    """Build and measure every size; the table and the figures, which also stand in `plan.out`.

    Raises:
        EvalError: there is nothing to build from, no place to write to, or a measuring process failed.
        WeightsMissing: the bundled model is not installed.
    """
    _writable(plan.out)
    texts = read(plan.data)
    model = embedder or open_embedder()
    with _place(plan.work) as work:
        key = _key(texts, model, plan.real)
        wanted = plan.real if max(plan.sizes) > plan.real else max(plan.sizes)
        source = work / f"pool-{wanted}-{key}"
        _say(f"{texts.source}: {len(texts.articles):,} articles")
        own = pool(source, texts, wanted, model)
        rows = []
        for size in plan.sizes:
            folder = work / f"archive-{size}-{key}"
            if size <= plan.real:
                note_of(folder).unlink(missing_ok=True)  # quick to build, and small enough to feel old rows
            _say(f"{size:,} passages")
            built = build(folder, size, source, model, own, made=size > plan.real)
            rows.append(_measure(folder, built, texts))
            _write(plan.out, rows, texts)  # what was measured is kept, whatever comes next
    return as_text(rows, _notes(rows, texts)), _figures(rows, texts)


def sizes(text: str) -> tuple[int, ...]:
    """Sizes from text like "1000,10000"; for argparse."""
    try:
        read = tuple(sorted({int(part) for part in text.replace("_", "").split(",")}))
    except ValueError:
        read = ()
    if not read or read[0] < 1:
        raise argparse.ArgumentTypeError(f"'{text}' are not sizes: write them like 1000,10000")
    return read


def _measure(folder: Path, built: Built, texts: Texts) -> dict[str, Any]:
    """One archive's figures, by processes of their own.

    Raises:
        EvalError: such a process failed.
    """
    row: dict[str, Any] = {"built": asdict(built)}
    for options in ([], ["--cold"]):
        path = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        done = subprocess.run(
            [sys.executable, "-P", "-m", "eval.speed.child", str(folder), *options],
            input=json.dumps(texts.questions[:QUESTIONS_ASKED]),
            stdout=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": path},
        )
        if done.returncode:
            raise EvalError(
                f"Measuring the archive of {built.passages:,} passages failed (exit code {done.returncode}); "
                f"what it said stands above. The archive is at {folder}."
            )
        row.update(json.loads(done.stdout))
    return row


def _key(texts: Texts, model: Embedder, real: int) -> str:
    """What an archive depends on beside its size, as a short name."""
    digest = hashlib.sha256(f"{VERSION} {real} {model.fingerprint}".encode())
    for article in texts.articles:
        digest.update(f"{article.title}\n{article.text}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:8]


def _figures(rows: Sequence[dict[str, Any]], texts: Texts) -> dict[str, Any]:
    return {
        "source": texts.source,
        "questions": len(texts.questions),
        "cores": os.cpu_count(),
        "versions": versions(),
        "notes": _notes(rows, texts),
        "rows": list(rows),
    }


def _notes(rows: Sequence[dict[str, Any]], texts: Texts) -> list[str]:
    notes = [
        f"Text and {len(texts.questions)} questions of: {texts.source}. Hybrid "
        "times hold the question's encoding. CPU is that of all threads."
    ]
    if any(row["built"]["repeated"] for row in rows):
        notes.append("Repeated: the articles did not suffice, so that numbered copies of them fill the archive.")
    if not texts.real:
        notes.append("The sample is too small to be real text at these sizes. Give real articles with --data.")
    if any(row["built"]["made"] for row in rows):
        notes.append("Made: words by a Zipf model; vectors of real passages with noise, mean cosine .85.")
    return notes


def _write(out: Path, rows: Sequence[dict[str, Any]], texts: Texts) -> None:
    try:
        (out / "speed.json").write_text(json.dumps(_figures(rows, texts), indent=1) + "\n", "utf-8")
        (out / "speed.txt").write_text(as_text(rows, _notes(rows, texts)) + "\n", "utf-8")
        (out / "speed.svg").write_text(as_svg(rows), "utf-8")
    except OSError as error:
        raise _unwritable(out, error) from error


def _writable(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise _unwritable(out, error) from error


def _unwritable(out: Path, error: OSError) -> EvalError:
    return EvalError(f"The report cannot be written to {out}: {error.strerror or error}. Choose a folder with --out.")


@contextmanager
def _place(work: Path | None) -> Iterator[Path]:
    """The folder for archives: the given one, or a temporary one that goes afterwards."""
    if work is None:
        with tempfile.TemporaryDirectory(prefix="byline-speed-") as folder:
            yield Path(folder)
        return
    try:
        work.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EvalError(f"{work} cannot be made: {error.strerror or error}. Choose a folder with --work.") from error
    yield work


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
