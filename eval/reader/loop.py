"""The training: step after step, from where it stopped."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from eval.reader import kept, model
from eval.reader.batches import order, padded
from eval.reader.encode import Encoded
from eval.reader.watch import Watched, figures
from index.errors import EvalError

_WARM = 0.05
_CLIP = 1.0
_DECAY = 0.01


@dataclass(frozen=True, slots=True)
class Plan:
    """All that settles the weights that come out. `data` and `start` are checksums ("": the bundled model)."""

    fold: str
    seed: int
    steps: int
    data: str
    start: str = ""
    rate: float = 1e-4
    dropout: float = 0.1


@dataclass(frozen=True, slots=True)
class Every:
    """After how many steps what is done."""

    told: int = 20
    saved: int = 200
    watched: int = 400


@dataclass(slots=True)
class Pace:
    """What was seen since the last line of the log."""

    began: float
    losses: list[float]
    examples: int = 0


def train(
    learnt: Sequence[Encoded],
    held: Sequence[Watched],
    plan: Plan,
    out: Path,
    start: Path | None = None,
    every: Every | None = None,
    stepped: Callable[[int], None] = lambda step: None,
) -> dict[str, Any]:
    """Train as planned, or go on where it stopped; the weights. `stepped` is called after each step."""
    every = every or Every()
    net, optimiser, done, seconds = _begun(plan, out, start)
    pace = Pace(time.monotonic(), [])
    for step, places in _batches(learnt, plan, done):
        rate = _set_rate(optimiser, plan, step)
        value = model.loss(net, padded([learnt[i] for i in places]))
        optimiser.zero_grad(set_to_none=True)
        value.backward()
        torch.nn.utils.clip_grad_norm_(_changing(net), _CLIP)
        optimiser.step()
        pace.losses.append(value.item())
        pace.examples += len(places)
        now = step + 1
        if now % every.told == 0 or now == plan.steps:
            seconds += _tell(out, plan, now, pace, rate, seconds)
            pace = Pace(time.monotonic(), [])
        if held and (now % every.watched == 0 or now == plan.steps):
            _watch(out, now, figures(net, held))
            pace.began = time.monotonic()
        if now % every.saved == 0 or now == plan.steps:
            kept.save_state(out, _state(net, optimiser, plan, now, seconds))
        stepped(now)
    return model.trained(net)


def rate_at(step: int, steps: int, peak: float) -> float:
    """The learning rate of a step, from 0: up over the first twentieth, then straight down to 0."""
    warm = max(1, round(_WARM * steps))
    return peak * min((step + 1) / warm, (steps - step) / max(1, steps - warm))


def _begun(plan: Plan, out: Path, start: Path | None) -> tuple[Any, Any, int, float]:
    """Model, optimiser, steps done, seconds taken: from the state in the folder where there is one."""
    torch.manual_seed(plan.seed)
    net = model.build(plan.dropout)
    net.train()
    optimiser = _optimiser(net, plan)
    path = out / kept.STATE
    if not path.exists():
        if start:
            model.put(net, kept.load_weights(start), start)
        kept.cut_log(out, 0)
        return net, optimiser, 0, 0.0
    state = kept.load_state(path)
    differ = sorted(name for name, value in asdict(plan).items() if state["settings"].get(name) != value)
    if differ:
        raise EvalError(
            f"The training in '{out}' was begun with other settings ({', '.join(differ)}). "
            "Give those again to go on with it, or another folder with --out."
        )
    model.put(net, state["weights"], path)
    optimiser.load_state_dict(state["optimizer"])
    torch.set_rng_state(state["generator"])
    kept.cut_log(out, state["step"])
    return net, optimiser, state["step"], state["seconds"]


def _batches(learnt: Sequence[Encoded], plan: Plan, done: int) -> Iterator[tuple[int, list[int]]]:
    """The steps that are left, each with the places of its examples."""
    sizes = [len(one.ids) for one in learnt]
    step = epoch = 0
    while step < plan.steps:
        for places in order(sizes, plan.seed, epoch)[: plan.steps - step]:
            if step >= done:
                yield step, places
            step += 1
        epoch += 1


def _changing(net: Any) -> list[Any]:
    return [parameter for parameter in net.parameters() if parameter.requires_grad]


def _optimiser(net: Any, plan: Plan) -> Any:
    """AdamW; biases and the scales of LayerNorm do not decay."""
    flat = [one for one in _changing(net) if one.dim() < 2]
    deep = [one for one in _changing(net) if one.dim() >= 2]
    groups = [{"params": deep, "weight_decay": _DECAY}, {"params": flat, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=plan.rate, betas=(0.9, 0.999))


def _set_rate(optimiser: Any, plan: Plan, step: int) -> float:
    rate = rate_at(step, plan.steps, plan.rate)
    for group in optimiser.param_groups:
        group["lr"] = rate
    return rate


def _state(net: Any, optimiser: Any, plan: Plan, step: int, seconds: float) -> dict[str, Any]:
    return {
        "weights": model.trained(net),
        "optimizer": optimiser.state_dict(),
        "generator": torch.get_rng_state(),
        "step": step,
        "seconds": seconds,
        "settings": asdict(plan),
    }


def _tell(out: Path, plan: Plan, step: int, pace: Pace, rate: float, before: float) -> float:
    """A line of the log and one on stderr; the seconds since the last."""
    took = time.monotonic() - pace.began
    speed = pace.examples / max(took, 1e-9)
    mean = sum(pace.losses) / len(pace.losses)
    line = {"step": step, "loss": round(mean, 5), "seconds": round(before + took, 1)}
    kept.log(out, line | {"examples_a_second": round(speed, 2), "rate": rate})
    left = (plan.steps - step) * took / len(pace.losses) / 60
    print(f"step {step} of {plan.steps}: loss {mean:.3f}, {speed:.1f} examples a second, {left:.0f} minutes left",
          file=sys.stderr, flush=True)  # fmt: skip
    return took


def _watch(out: Path, step: int, found: dict[str, float]) -> None:
    kept.log(out, {"step": step} | {name: round(value, 4) for name, value in found.items()})
    shown = ", ".join(f"{name} {value:.3f}" for name, value in found.items() if name.islower() and value <= 1)
    print(f"step {step}, held back: {shown}", file=sys.stderr, flush=True)
