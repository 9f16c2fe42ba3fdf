"""The door of the evaluation: `byline eval run ...`, which runs `python -m eval run ...`.

Exit codes: 0 the run is done, 2 nothing could be done (the reason is one sentence on stderr), 130 it was interrupted.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # before anything below imports a library that reads them
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

from eval import ablate, report
from eval.benchmarks import BENCHMARKS, run_benchmark
from eval.benchmarks.kept import cache_folder
from eval.calibrate.run import Fitting, calibrate
from eval.folds import FOLDS
from eval.options import positive
from eval.run import Job, Opener, Run, find_set, run_set
from eval.speed import SIZES, Plan, run_speed, sizes
from index.embed import READER
from index.errors import BylineError, EvalError, SettingsError
from rag import Assistant, Settings

_WEIGHTS, _REPORT = Path("rag/weights.json"), Path("eval/CALIBRATION.md")  # of a checkout


def main(argv: Sequence[str] | None = None, opener: Opener = Assistant.open) -> int:
    """Run what `argv` asks for; the exit code. `opener` opens an assistant on an archive."""
    options = parser().parse_args(argv)
    try:
        if options.command == "speed":
            return _speed(options)
        if options.command == "ablate":
            return _ablate(options, opener)
        if options.command == "calibrate":
            return _calibrate(options)
        if options.out is not None:
            report.prepare(options.out)  # before the long work, not after it
        run = _run(options, opener)
        path = options.out or report.default_path(run)
        report.write(run, path)
    except BylineError as error:
        print(f"byline eval: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("byline eval: stopped; no report was written.", file=sys.stderr)
        return 130
    if options.json:
        print(json.dumps({**report.as_dict(run, rows=False), "report": str(path)}, ensure_ascii=False))
    else:
        print(report.as_text(run))
    print(f"Report written to {path}", file=sys.stderr)
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="byline eval", description="Measure how well Byline answers.")
    commands = top.add_subparsers(required=True, metavar="COMMAND", dest="command")
    run = commands.add_parser("run", help="ask a set of questions, or a benchmark, and print the figures")
    run.add_argument("set", nargs="?", metavar="SET", help="a shipped set (default: sample), or a folder of your own")
    run.add_argument("--benchmark", choices=sorted(BENCHMARKS), help="measure a public benchmark instead of a set")
    run.add_argument("--data", type=Path, metavar="PATH", help="where the benchmark's files are")
    run.add_argument("--archive", type=Path, metavar="DIR", help="build the archive here, keep it, use it again")
    run.add_argument("--fresh", action="store_true", help="build the archive that a benchmark keeps in the cache anew")
    run.add_argument("--limit", type=positive, metavar="N", help="ask N questions only, evenly spread over the set")
    run.add_argument("--settings", action="append", default=[], metavar="KEY=VALUE", help="change a setting (repeat)")
    run.add_argument("--out", type=Path, metavar="FILE", help="where the report goes (default: in ./byline-eval/)")
    run.add_argument("--json", action="store_true", help="print one JSON value in place of the table")
    speed = commands.add_parser("speed", help="build archives of several sizes and measure what each costs")
    speed.add_argument("--sizes", type=sizes, default=SIZES, metavar="N,N", help="how many passages (default: to 1M)")
    speed.add_argument("--data", type=Path, metavar="PATH", help="real articles, or a folder of the public sets")
    speed.add_argument("--work", type=Path, metavar="DIR", help="build the archives here, keep them, use them again")
    speed.add_argument("--out", type=Path, default=Plan().out, metavar="DIR", help="where table, JSON and chart go")
    speed.add_argument("--json", action="store_true", help="print one JSON value in place of the table")
    parts = commands.add_parser("ablate", help="rank public sets by all parts of the ranking, and without each")
    parts.add_argument("--data", type=Path, required=True, metavar="DIR", help="a folder with the public sets")
    parts.add_argument("--sets", type=_names, default=list(ablate.SETS), metavar="NAME,NAME", help="only these sets")
    parts.add_argument("--tokens", type=_numbers, metavar="N,N", help="passages of these lengths instead, built anew")
    parts.add_argument("--limit", type=positive, metavar="N", help="N questions of each set, evenly spread over it")
    parts.add_argument("--json", action="store_true", help="print one JSON value in place of the table")
    fitting = commands.add_parser("calibrate", help="fit what chooses sentences and what refuses, on public sets")
    fitting.add_argument("--data", type=Path, required=True, metavar="DIR", help="a folder with squad2 and clapnq")
    fitting.add_argument("--reader", type=Path, default=READER, metavar="FILE", help="a reader trained on one half")
    fitting.add_argument("--fold", choices=FOLDS[:-1], default="", help="what it was trained on: not fitted on")
    fitting.add_argument(
        "--questions", type=positive, metavar="N", help="only so many questions of each set, by chance"
    )
    fitting.add_argument("--cases", type=Path, metavar="FILE", help="keep what was found here, use it again")
    fitting.add_argument("--weights", type=Path, default=_WEIGHTS, metavar="FILE", help="where the models go")
    fitting.add_argument("--report", type=Path, default=_REPORT, metavar="FILE", help="where the figures go")
    return top


def read_settings(pairs: Sequence[str]) -> Settings:
    """Settings from KEY=VALUE pairs; a value is read as JSON where it is JSON, else as text.

    Raises:
        SettingsError: a pair has no "=", or there is no such setting, or a value is none that it takes.
    """
    values: dict[str, Any] = {}
    for pair in pairs:
        key, sign, text = pair.partition("=")
        if not sign:
            raise SettingsError(f"'{pair}' is not a setting. Write it as KEY=VALUE, for example sentences=2.")
        try:
            values[key] = json.loads(text)
        except json.JSONDecodeError:
            values[key] = text
    names = [field.name for field in fields(Settings)]
    for key in values:
        if key not in names:
            raise SettingsError(f"There is no setting '{key:.60}'. There are: {', '.join(names)}.")
    return Settings(**values)


def _run(options: argparse.Namespace, opener: Opener) -> Run:
    job = Job(opener, read_settings(options.settings), options.limit, options.archive, cache_folder(), options.fresh)
    if options.fresh and (options.benchmark is None or options.archive is not None):
        raise EvalError(
            "--fresh is about the archive that a benchmark keeps in the cache: it needs --benchmark and no --archive."
        )
    if options.benchmark is None:
        if options.data is not None:
            raise EvalError("--data belongs to a benchmark. Name one with --benchmark.")
        return run_set(find_set(options.set or "sample"), job)
    if options.set is not None:
        raise EvalError("Give a set or --benchmark, not both.")
    if options.data is None:
        raise EvalError(f"Say with --data where the files of {options.benchmark} are.")
    return run_benchmark(options.benchmark, options.data, job)


def _speed(options: argparse.Namespace) -> int:
    text, found = run_speed(Plan(options.sizes, options.data, options.work, options.out))
    print(json.dumps(found, ensure_ascii=False) if options.json else text)
    print(f"Report and chart written to {options.out}", file=sys.stderr)
    return 0


def _calibrate(options: argparse.Namespace) -> int:
    given = [("--reader", options.reader.name if options.reader != READER else ""), ("--fold", options.fold)]
    given.append(("--questions", str(options.questions or "")))
    told = "".join(f" {name} {value}" for name, value in given if value)
    plan = Fitting(options.data, options.reader, options.fold, options.questions, options.cases, options.weights,
                   options.report)  # fmt: skip
    print(calibrate(plan, f"byline eval calibrate --data $DATA{told}"))
    print(f"Models written to {options.weights}, figures to {options.report}", file=sys.stderr)
    return 0


def _ablate(options: argparse.Namespace, opener: Opener) -> int:
    job = Job(opener, Settings(), options.limit, cache=cache_folder())
    if options.tokens:
        table = ablate.lengths(options.data, options.sets, options.tokens, job)
    else:
        table = ablate.parts(options.data, options.sets, job)
    print(json.dumps(table, ensure_ascii=False) if options.json else ablate.as_text(table))
    return 0


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _numbers(text: str) -> list[int]:
    return [positive(number) for number in _names(text)]


if __name__ == "__main__":
    sys.exit(main())
