"""What a training keeps on disk: its state, to go on from; the weights at the end; a line of log now and then."""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch

from index.errors import EvalError

STATE, WEIGHTS, LOG = "state.safetensors", "reader.safetensors", "log.jsonl"
_TOLD = "state"


def save_state(folder: Path, state: Mapping[str, Any]) -> None:
    """Write the state in one move: one that is cut short leaves the one before."""
    from safetensors.torch import save_file

    tensors: dict[str, Any] = {}
    told = json.dumps(_apart(dict(state), tensors))
    _replaced(folder / STATE, lambda path: save_file(tensors, path, metadata={_TOLD: told}))


def load_state(path: Path) -> dict[str, Any]:
    """The state that a file holds: numbers, texts and tensors, nothing that runs.

    Raises:
        EvalError: it cannot be read.
    """
    return _state_of(path, *_read(path))


def _state_of(path: Path, tensors: Mapping[str, Any], told: Mapping[str, str]) -> dict[str, Any]:
    found = _together(json.loads(told[_TOLD]), tensors) if _TOLD in told else {}
    if not {"weights", "step", "settings"} <= set(found):
        raise EvalError(f"'{path}' is no state of a training. Give another folder with --out, or delete the file.")
    return dict(found)


def load_weights(path: Path) -> dict[str, Any]:
    """The weights of a reader, from reader.safetensors or from a state.

    Raises:
        EvalError: the file is neither.
    """
    tensors, told = _read(path)
    return dict(_state_of(path, tensors, told)["weights"]) if _TOLD in told else tensors


def _read(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise EvalError(f"'{path}' is no state of a training, and no weights: {error}") from error


def _apart(value: Any, tensors: dict[str, Any]) -> Any:
    """A value as JSON can hold it; its tensors, numbered, go into `tensors`."""
    if isinstance(value, torch.Tensor):
        name = str(len(tensors))
        tensors[name] = value.detach().clone().contiguous()
        return {"tensor": name}
    if isinstance(value, dict):  # as pairs: JSON would make texts of numbers that are keys
        return {"pairs": [[key, _apart(one, tensors)] for key, one in value.items()]}
    return [_apart(one, tensors) for one in value] if isinstance(value, list | tuple) else value


def _together(value: Any, tensors: Mapping[str, Any]) -> Any:
    """The other way."""
    if isinstance(value, dict):
        if "tensor" in value:
            return tensors[value["tensor"]]
        return {key: _together(one, tensors) for key, one in value["pairs"]}
    return [_together(one, tensors) for one in value] if isinstance(value, list) else value


def save_weights(folder: Path, weights: Mapping[str, Any], about: Mapping[str, str]) -> None:
    """Write the weights as float16, with what is told about them."""
    from safetensors.torch import save_file

    halved = {name: value.to(torch.float16).contiguous() for name, value in weights.items()}
    _replaced(folder / WEIGHTS, lambda path: save_file(halved, path, metadata=dict(about)))


def log(folder: Path, line: Mapping[str, Any]) -> None:
    """One more line of the log."""
    with _said(folder), open(folder / LOG, "a", encoding="utf-8") as handle:
        handle.write(json.dumps(line) + "\n")


def cut_log(folder: Path, step: int) -> None:
    """Drop the lines after a step: they are made again."""
    path = folder / LOG
    if path.is_file():
        lines = [line for line in path.read_text("utf-8").splitlines() if _step(line) <= step]
        _replaced(path, lambda new: new.write_text("".join(f"{line}\n" for line in lines), "utf-8"))


def sha256(path: Path) -> str:
    """The sha256 of a file.

    Raises:
        EvalError: it cannot be read.
    """
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise EvalError(
            f"'{path}' cannot be read: {error.strerror}. Give a reader.safetensors or a state.safetensors."
        ) from error


def prepare(folder: Path) -> None:
    """Make the folder of a training where there is none."""
    with _said(folder):
        folder.mkdir(parents=True, exist_ok=True)


def _step(line: str) -> float:
    try:
        return float(json.loads(line)["step"])
    except ValueError:  # a line that was cut short
        return float("inf")


def _replaced(path: Path, write: Callable[[Path], object]) -> None:
    new = path.with_name(path.name + ".new")
    with _said(path):
        write(new)
        os.replace(new, path)


class _said:
    """Troubles of the disk as errors of our tree."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError | RuntimeError):
            raise EvalError(f"'{self._path}' cannot be written: {error}. See that the disk has room.") from error
