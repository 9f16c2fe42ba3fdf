"""A question and a passage read together: where an answer may start and end. A small model, trained for Byline.

The layers of the bundled model, fine-tuned on public question sets, with a head that scores each token (BERT for
SQuAD; Devlin et al. 2018, section 4.3). What it was trained on, and what it can do, stands in READER.md.
"""

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embed.bert import CLS, SEP, Bert
from index.embed.seam import Vectors
from index.embed.transformer import bundled_path
from index.errors import WeightsMissing

READER = Path(__file__).with_name("reader.safetensors")
READER_SHA256 = "f42f3496ba44d78b8b009078be205767385aade291d66b19c76d74add10543fe"
QUESTION, TITLE, PASSAGE = 48, 24, 180  # tokens at most, as in training
_HEAD = "head"
_THREADS = 2


@dataclass(frozen=True, slots=True)
class Odds:
    """What the reader says of a passage. `starts` and `ends` are log p of each token, shape (tokens,); with `none`, the
    log p of there being no answer (start and end added), each side is a distribution.

    `offsets` are the tokens' (start, end) code points in the passage, shape (tokens, 2).
    """

    offsets: NDArray[np.int64]
    starts: Vectors
    ends: Vectors
    none: float


class SpanReader:
    """The reader that ships with Byline, or another of its kind by the path of its weights. Loaded at the first call.

    Safe to call from several threads.
    """

    def __init__(self, path: str | Path = READER) -> None:
        self.path = Path(path).expanduser()
        self._lock = threading.Lock()
        self._bert: Bert | None = None
        self._head: tuple[Vectors, Vectors] | None = None

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Odds]:
        """Read each (title, passage). What a passage has beyond its first 180 tokens is not read.

        Raises:
            WeightsMissing: the weights are not there, or are not those that were shipped.
        """
        bert, (weight, bias) = self._loaded()
        asked = bert.encoding(question).ids[-QUESTION:]  # what is asked stands at the end
        out = []
        for title, passage in passages:
            tokens = bert.encoding(passage)
            ids = tokens.ids[:PASSAGE]
            before = [CLS, *asked, SEP]
            named = bert.tokens(title, TITLE)
            first = len(before) + len(named)
            text = [*before, *named, *ids, SEP]
            types = [0] * len(before) + [1] * (len(text) - len(before))
            scores = bert.forward([text], [types])[0] @ weight.T + bias
            kept = np.concatenate([scores[:1], scores[first : first + len(ids)]])
            odds = kept - _logsumexp(kept)
            marks = np.asarray(tokens.offsets[:PASSAGE], np.int64).reshape(-1, 2)
            out.append(Odds(marks, odds[1:, 0], odds[1:, 1], float(odds[0].sum())))
        return out

    def _loaded(self) -> tuple[Bert, tuple[Vectors, Vectors]]:
        with self._lock:
            if self._bert is None or self._head is None:
                weights = _weights(self.path)
                self._head = weights.pop(f"{_HEAD}.weight"), weights.pop(f"{_HEAD}.bias")
                self._bert = Bert(bundled_path(), weights, _THREADS)
            return self._bert, self._head


def _weights(path: Path) -> dict[str, Vectors]:
    """The reader's tensors in float32, checked.

    Raises:
        WeightsMissing: see SpanReader.read.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        raw = path.read_bytes()
        tensors = load(raw)
    except (OSError, SafetensorError) as error:
        raise WeightsMissing(f"The reader's weights at '{path}' cannot be read: {error}. {_HELP}") from error
    if path == READER and hashlib.sha256(raw).hexdigest() != READER_SHA256:
        raise WeightsMissing(f"The reader's weights at '{path}' are not those that Byline was shipped with. {_HELP}")
    if not {f"{_HEAD}.weight", f"{_HEAD}.bias"} <= tensors.keys():
        raise WeightsMissing(f"'{path}' holds no reader. {_HELP}")
    return {name: value.astype(np.float32) for name, value in tensors.items()}


_HELP = "Install Byline anew, or go on without the reader: Settings(reader=None), --reader none."


def _logsumexp(rows: Vectors) -> Vectors:
    highest = rows.max(axis=0)
    total: Vectors = highest + np.log(np.exp(rows - highest).sum(axis=0))
    return total
