"""Train the reader on public question sets: `python -m eval.train_reader --data DIR --out OUT --fold A`.

DIR holds squad2/, xquad/, clapnq/ and nqg/. Byline's own invented news (eval/sets/news-learnt) is learnt from, too,
and no other news. Fold A or B learns from one half of SQuAD and CLAPNQ and from nothing that stands in the other; C
from A's and half of B's articles; "all" from everything. The same command goes on where it stopped.
"""

import argparse
import json
import math
import os
import random
import shlex
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # before anything below imports a library that reads it

from eval.folds import FOLDS
from eval.reader.batches import SIZE
from eval.reader.data import Example, Fold, added, clapnq, split, squad
from eval.reader.encode import Encoded, Tokens, all_windowed, digest, encoded
from eval.reader.negatives import SHARE, cut, hard
from eval.reader.news import LEARNT, news
from eval.reader.pairs import nqg
from index.errors import BylineError, EvalError

_SETS = (
    "SQuAD 2.0 dev (16 articles), XQuAD en, nqg dev and test (CC BY-SA 4.0), CLAPNQ dev (Apache-2.0), "
    "Byline's own invented news (Apache-2.0)"
)


@dataclass(frozen=True, slots=True)
class Mix:
    """How much of what is learnt. nqg is large and knows only sentences, and our stories are many: at most so many
    `pairs` of the one and examples of the others (None: all) are drawn. Shares of the questions are asked again of a
    passage that misleads (`wrong`) and of their own without the answer (`cut`).
    """

    pairs: int
    stories: int | None
    wrong: float
    cut: float


def main(argv: Sequence[str] | None = None) -> int:
    """Train, write the weights; the exit code."""
    options = parser().parse_args(argv)
    try:
        run(options)
    except BylineError as error:
        print(f"train_reader: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("train_reader: stopped. The same command goes on from the last state written.", file=sys.stderr)
        return 130
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    out = argparse.ArgumentParser(prog="python -m eval.train_reader", description=(__doc__ or "").split("\n")[0])
    out.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder with the public sets")
    out.add_argument("--out", type=Path, required=True, metavar="DIR", help="where state, log and weights go")
    out.add_argument(
        "--fold",
        choices=FOLDS,
        default="all",
        help="learn from one half, from three quarters (C), or from all (default)",
    )
    out.add_argument("--seed", type=int, default=13, metavar="N")
    out.add_argument("--epochs", type=_positive, default=2.0, metavar="N", help="how often all is read (default 2)")
    out.add_argument("--steps", type=int, metavar="N", help="so many batches instead")
    out.add_argument("--pairs", type=int, default=3_000, metavar="N", help="at most so many of nqg's (default 3,000)")
    out.add_argument("--wrong", type=float, default=SHARE, metavar="S",
                     help=f"share of the questions asked again of a misleading passage (default {SHARE})")  # fmt: skip
    out.add_argument("--cut", type=float, default=0.0, metavar="S",
                     help="share asked again of their own passage without the answer (default 0)")  # fmt: skip
    out.add_argument("--news", type=Path, nargs="+", default=[LEARNT], metavar="DIR",
                     help="sets of news stories in place of Byline's own")  # fmt: skip
    out.add_argument("--stories", type=int, metavar="N", help="at most so many examples of the stories (default: all)")
    out.add_argument("--from", type=Path, dest="start", metavar="FILE", help="begin with these weights, or this state")
    return out


def run(options: argparse.Namespace) -> None:
    """Make the examples, train, write the weights.

    Raises:
        EvalError: a set is missing, or the folder holds a training with other settings.
    """
    if options.steps is not None and options.steps < 1:
        raise EvalError(f"--steps {options.steps} trains nothing. Give at least 1.")
    for name, most in (("pairs", options.pairs), ("stories", options.stories or 0)):
        if most < 0:
            raise EvalError(f"--{name} {most} is less than none. Give 0 or more.")
    for name, share in (("wrong", options.wrong), ("cut", options.cut)):
        if not 0 <= share <= 1:
            raise EvalError(f"--{name} {share} is no share. Give 0 to 1.")
    mix = Mix(options.pairs, options.stories, options.wrong, options.cut)
    fold, tokens = examples(options.data, options.news, options.fold, options.seed, mix)
    learnt, held = ready(fold.learnt, tokens), ready(fold.watched, tokens)
    if not learnt:
        raise EvalError(f"The sets in '{options.data}' leave nothing to learn from.")
    import torch

    from eval.reader import kept, model
    from eval.reader.loop import Plan, train
    from eval.reader.watch import watched

    torch.set_num_threads(2)
    steps = options.steps or math.ceil(options.epochs * math.ceil(len(learnt) / SIZE))
    start = kept.sha256(options.start) if options.start else ""
    plan = Plan(options.fold, options.seed, steps, digest(learnt, held), start)
    kept.prepare(options.out)
    weights = train(learnt, watched(fold.watched, held, tokens), plan, options.out, options.start)
    about = {"base": model.base_sha256(), "data": _SETS, "data_sha256": plan.data, "fold": plan.fold,
             "seed": str(plan.seed), "steps": str(steps), "from": start, "command": command_of(options)}  # fmt: skip
    kept.save_weights(options.out, weights, about)
    print(f"wrote {options.out / kept.WEIGHTS}", file=sys.stderr)


def command_of(options: argparse.Namespace) -> str:
    """The command, as the weights that ship tell it: no folder of the machine on which it was given stands in it."""
    start = ["--from", f"{options.start.parent.name}/{options.start.name}"] if options.start else []
    often = ["--steps", str(options.steps)] if options.steps else ["--epochs", str(options.epochs)]
    given = ["--out", options.out.name, "--fold", options.fold, *start, *often]
    for name in ("pairs", "wrong", "cut", "seed"):
        given += [f"--{name}", str(getattr(options, name))]
    if options.stories is not None:
        given += ["--stories", str(options.stories)]
    if options.news != [LEARNT]:
        given += ["--news", *(one.name for one in options.news)]
    return f"python -m eval.train_reader --data $DATA {shlex.join(given)}"


def examples(folder: Path, own: Sequence[Path], name: str, seed: int, mix: Mix) -> tuple[Fold, Tokens]:
    """All that a fold learns from and all that is held back, in windows. What each set gives goes to stderr.

    `own` are sets of news stories.
    """
    tokens, draw = Tokens(), random.Random(seed)
    halved = [*squad(folder / "squad2" / "dev-v2.0.json.gz", "squad2"), *clapnq(folder / "clapnq")]
    fold = split(halved, name, seed)
    more = added(fold, squad(folder / "xquad" / "xquad.en.json.gz", "xquad"))
    pairs = nqg(folder / "nqg", fold.kept_out, tokens.size, draw)
    stories = [one for part in own for one in news(part, tokens.offsets, draw)]
    if mix.stories is not None:
        stories = draw.sample(stories, min(mix.stories, len(stories)))
    learnt = [*fold.learnt, *more, *draw.sample(pairs, min(mix.pairs, len(pairs))), *stories]
    wrong = hard(learnt, draw, mix.wrong) + cut(learnt, draw, mix.cut)
    windows = all_windowed([*learnt, *wrong], tokens, draw)
    held = all_windowed(fold.watched, tokens, draw)
    lost = len(learnt) + len(wrong) + len(fold.watched) - len(windows) - len(held)
    told = {"learnt": counted(learnt), "hard negatives": counted(wrong), "held back": counted(held)}
    print(json.dumps(told | {"answer in no window, left out": lost}), file=sys.stderr)
    return Fold(windows, held, fold.kept_out), tokens


def counted(some: Sequence[Example]) -> dict[str, int]:
    """How many examples each set gives, those that answer and all."""
    both = Counter(one.source for one in some), Counter(f"{one.source}, answerable" for one in some if one.spans)
    return dict(sorted((both[0] + both[1]).items()))


def ready(some: Sequence[Example], tokens: Tokens) -> list[Encoded]:
    """Examples as tokens."""
    return [encoded(one, tokens) for one in some]


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < 1000:
        raise argparse.ArgumentTypeError("must be above 0 and below 1000")
    return number


if __name__ == "__main__":
    sys.exit(main())
