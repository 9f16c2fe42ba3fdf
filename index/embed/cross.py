"""Scores of pairs by a cross-encoder: question and passage are read together. Slower than vectors, and often finer.

The other room that knows sentence_transformers; it is imported when the first pair comes.
"""

import re
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.embed.transformer import quiet
from index.errors import WeightsMissing

_BATCH = 16
_WEIGHTS = "*.safetensors"
_HEAD = "ForSequenceClassification"
_NAME = re.compile(r"[\w.-]+/[\w.-]+")  # owner/model


class CrossEncoderReranker:
    """A local sentence-transformers CrossEncoder, by the path of its folder or its name in the Hugging Face cache.

    Nothing is fetched, no code of a model is run, and only .safetensors weights are read. It is loaded once, at the
    first call. Safe to call from several threads: one call runs at a time.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._model: Any = None
        self._lock = threading.Lock()

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the question, in order of the texts; the raw output of the model.

        Raises:
            WeightsMissing: there is no such model here, it is no cross-encoder, or a file of it is damaged.
        """
        if not texts:
            return []
        with self._lock:
            if self._model is None:
                self._model = _loaded(self.name)
            pairs = [(question, text) for text in texts]
            found = self._model.predict(pairs, batch_size=_BATCH, show_progress_bar=False)
        return [float(score) for score in found]


def _loaded(name: str) -> Any:
    import torch
    from sentence_transformers import CrossEncoder  # late: this import takes seconds

    path = _folder(name)
    unsafe = [file.parent for file in path.rglob("pytorch_model*.bin") if not any(file.parent.glob(_WEIGHTS))]
    if unsafe or not any(path.rglob(_WEIGHTS)):
        raise WeightsMissing(
            f"'{unsafe[0] if unsafe else path}' holds no {_WEIGHTS[1:]} weights, and Byline loads no others."
        )
    with quiet():
        try:
            model = CrossEncoder(
                str(path),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                activation_fn=torch.nn.Identity(),  # a sigmoid makes all good scores the same
                model_kwargs={"use_safetensors": True},
            )
        except Exception as error:  # whatever a torn file makes the library say
            raise WeightsMissing(
                f"The cross-encoder at '{path}' cannot be loaded: {str(error).splitlines()[0]:.200}. "
                "Get its files again, or leave the reranker out."
            ) from error
    if trouble := _wrong(model, path):
        raise WeightsMissing(f"'{path}' cannot rerank: {trouble}")
    return model.eval()


def _folder(name: str) -> Path:
    """The folder of a model that is on this machine.

    Raises:
        WeightsMissing: there is none.
    """
    path = Path(name).expanduser()
    if path.is_dir():
        return path
    from transformers.utils.hub import cached_file

    try:
        return Path(str(cached_file(name, "config.json", local_files_only=True))).parent
    except OSError as error:
        what = f"There is no cross-encoder '{name}' on this machine"
        if not _NAME.fullmatch(name):
            raise WeightsMissing(
                f"{what}. Give the path of its folder, or its name in the Hugging Face cache."
            ) from error
        raise WeightsMissing(
            f"{what}, neither as a folder nor in the Hugging Face cache. "
            f"Fetch it once with: hf download {name}, or give the path of its folder."
        ) from error


def _wrong(model: Any, path: Path) -> str:
    """Why a model that was loaded is of no use, or "". The library makes up whatever a folder lacks, by chance."""
    named = "give a cross-encoder for ranking, such as cross-encoder/ms-marco-MiniLM-L6-v2."
    if model.num_labels != 1:
        return f"it tells {model.num_labels} classes apart, where one score is wanted; {named}"
    if len(model) > 1:  # a head of the library's own
        return ""
    if not any(kind.endswith(_HEAD) for kind in model.config.architectures or ()):
        return f"it has no head that scores a pair, so it is no cross-encoder; {named}"
    if missing := _head(model) - _stored(path):
        return f"its weights lack {min(missing)}. Get its files again."
    if len(model.tokenizer) <= len(model.tokenizer.all_special_ids):
        return "its tokenizer knows no words. Get its files again."
    return ""


def _head(model: Any) -> set[str]:
    """The names of the weights that score."""
    inner = model[0].model
    return {name for name in inner.state_dict() if not name.startswith(f"{inner.base_model_prefix}.")}


def _stored(path: Path) -> set[str]:
    from safetensors import safe_open

    names: set[str] = set()
    for file in path.rglob(_WEIGHTS):
        with safe_open(file, "np") as held:
            names.update(held.keys())
    return names
