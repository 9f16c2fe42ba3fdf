"""The bundled model's forward pass in ONNX Runtime: loaded in a fraction of a second, and quick for a few texts.

PyTorch needs seconds to be imported and twice the time for a question; for many long texts both are equally fast.
"""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embed.seam import Vectors

GRAPH = Path(__file__).with_name("bert.onnx")
CLS, SEP = 101, 102  # the marks before and behind a text


class Bert:
    """A BERT of the bundled model's shape with the weights of `folder`, some of them replaced by `instead`.

    Args:
        folder: a model folder with model.safetensors and tokenizer.json.
        instead: tensors by their names in model.safetensors, float32: a model fine-tuned from it.
        threads: how many threads a pass uses.
    """

    def __init__(self, folder: Path, instead: Mapping[str, Vectors] | None = None, threads: int = 1) -> None:
        import onnxruntime  # late: only for those who ask
        from safetensors.numpy import load_file

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # a waiting thread costs nothing
        weights = {**load_file(folder / "model.safetensors"), **(instead or {})}
        names = [name for name in weights if name.startswith(("embeddings.", "encoder.")) and "_ids" not in name]
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(weights[name])) for name in names]
        options.add_external_initializers(names, values)
        self._session: Any = onnxruntime.InferenceSession(GRAPH.read_bytes(), options, ["CPUExecutionProvider"])
        self._tokenizer = tokenizer(folder)
        self._lock = threading.Lock()  # a fast tokenizer shared by threads can raise "Already borrowed"

    def tokens(self, text: str, most: int) -> list[int]:
        """The ids of a text's first tokens, at most `most`, without the marks around it."""
        ids: list[int] = self.encoding(text).ids
        return ids[:most]

    def encoding(self, text: str) -> Any:
        """A text's tokens without the marks around it: `ids`, and `offsets`, their (start, end) code points."""
        with self._lock:
            return self._tokenizer.encode(text, add_special_tokens=False)

    def forward(self, ids: Sequence[Sequence[int]], types: Sequence[Sequence[int]]) -> list[Vectors]:
        """The last layer's vectors of each text's tokens: shapes (tokens, d). `types` is 0 or 1 for each token."""
        longest = max(map(len, ids))
        filled = {name: np.zeros((len(ids), longest), np.int64) for name in ("ids", "types", "mask")}
        for row, (one, kinds) in enumerate(zip(ids, types, strict=True)):
            filled["ids"][row, : len(one)] = one
            filled["types"][row, : len(one)] = kinds
            filled["mask"][row, : len(one)] = 1
        out: NDArray[np.float32] = self._session.run(None, filled)[0]
        rows = out.reshape(len(ids), longest, -1)
        return [row[: len(one)] for row, one in zip(rows, ids, strict=True)]


def tokenizer(folder: Path) -> Any:
    """The tokenizer of a model folder, of texts of any length."""
    from tokenizers import Tokenizer

    found = Tokenizer.from_file(str(folder / "tokenizer.json"))
    found.no_padding()  # both are built into the file
    found.no_truncation()
    return found
