"""The mean of several readers' weights, one reader again: `python -m eval.mean_reader --out DIR FILE=SHARE ...`.

Readers that were trained one from the other may be averaged weight by weight; the mean keeps what each does well, and
costs no more to run ("Model soups", Wortsman et al. 2022).
"""

import argparse
import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # before anything below imports a library that reads it

from index.errors import BylineError, EvalError

Part = tuple[Path, float]


def main(argv: Sequence[str] | None = None) -> int:
    """Average, write the weights; the exit code."""
    options = parser().parse_args(argv)
    try:
        mean(options.out, options.parts)
    except BylineError as error:
        print(f"mean_reader: {error}", file=sys.stderr)
        return 2
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    out = argparse.ArgumentParser(prog="python -m eval.mean_reader", description=(__doc__ or "").split("\n")[0])
    out.add_argument("--out", type=Path, required=True, metavar="DIR", help="where reader.safetensors goes")
    out.add_argument("parts", type=part, nargs="+", metavar="FILE=SHARE",
                     help="a reader's weights and how much they count; all shares make 1")  # fmt: skip
    return out


def part(text: str) -> Part:
    """A file and its share, as the command line gives them."""
    path, _, share = text.rpartition("=")
    try:
        number = float(share)
    except ValueError:
        number = 0.0
    if not path or not 0 < number <= 1:
        raise argparse.ArgumentTypeError(
            f"'{text}' is no FILE=SHARE with a share above 0, such as A/reader.safetensors=0.5"
        )
    return Path(path), number


def mean(out: Path, parts: Sequence[Part]) -> None:
    """Write the weighted mean of readers to `out`/reader.safetensors; what it was made of stands in its metadata.

    Raises:
        EvalError: the shares do not make 1, a file is no reader, or two are of different shapes.
    """
    if not math.isclose(total := sum(share for _, share in parts), 1.0, abs_tol=1e-6):
        raise EvalError(f"The shares make {total:g}. Give such as make 1.")
    from eval.reader import kept, model

    found = [(path, share, kept.load_weights(path)) for path, share in parts]
    shapes = [{name: value.shape for name, value in weights.items()} for _, _, weights in found]
    for (path, _, _), shape in zip(found, shapes, strict=True):
        if shape != shapes[0]:
            raise EvalError(f"The weights in '{path}' and in '{parts[0][0]}' are not those of like readers.")
    weights = {name: sum(share * one[name].float() for _, share, one in found) for name in shapes[0]}
    made = " ".join(f"{share:g} x {kept.sha256(path)}" for path, share in parts)
    kept.prepare(out)
    kept.save_weights(out, weights, {"base": model.base_sha256(), "mean of": made})


if __name__ == "__main__":
    sys.exit(main())
