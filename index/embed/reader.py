"""A question and a passage read together: where an answer may start and end. A small model, trained for Byline.

The layers of the bundled model, fine-tuned on public question sets, with a head that scores each token (BERT for
SQuAD; Devlin et al. 2018, section 4.3). What it was trained on, and what it can do, stands in READER.md.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embed.bert import CLS, SEP, Bert
from index.embed.late import Late
from index.embed.seam import Vectors
from index.embed.transformer import bundled_path
from index.errors import WeightsMissing

READER = Path(__file__).with_name("reader.safetensors")
READER_SHA256 = "06928101c47d95944728c082e7702a292ae2e2392c0dd67836033d39f0d67961"
QUESTION, TITLE, PASSAGE = 48, 24, 180  # tokens at most; training and reading share them
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


@dataclass(frozen=True, slots=True)
class Text:
    """Token ids as the reader gets them; where the second part and the passage begin."""

    ids: tuple[int, ...]
    second: int
    passage: int


class SpanReader:
    """The reader that ships with Byline, or another of its kind by the path of its weights. Loaded at the first call.

    Safe to call from several threads.

    Raises:
        WeightsMissing: there is no file at a path that was given.
    """

    def __init__(self, path: str | Path = READER) -> None:
        self.path = Path(path).expanduser()
        if self.path != READER and not self.path.is_file():
            raise WeightsMissing(f"There are no reader's weights at '{path}'. {_HELP}")
        self._loaded = Late(lambda: _loaded(self.path))

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Odds]:
        """Read each (title, passage). What a passage has beyond its first 180 tokens is not read.

        Raises:
            WeightsMissing: the weights are not there, or are not those that were shipped.
        """
        bert, weight, bias = self._loaded()
        asked = bert.encoding(question).ids
        out = []
        for title, passage in passages:
            tokens = bert.encoding(passage)
            text = laid_out(asked, bert.tokens(title, TITLE), tokens.ids[:PASSAGE])
            types = [0] * text.second + [1] * (len(text.ids) - text.second)
            scores = bert.forward([text.ids], [types])[0] @ weight.T + bias
            kept = np.concatenate([scores[:1], scores[text.passage : -1]])
            odds = kept - np.logaddexp.reduce(kept, axis=0)
            marks = np.asarray(tokens.offsets[:PASSAGE], np.int64).reshape(-1, 2)
            out.append(Odds(marks, odds[1:, 0], odds[1:, 1], float(odds[0].sum())))
        return out


def laid_out(question: Sequence[int], title: Sequence[int], passage: Sequence[int]) -> Text:
    """`[CLS] question [SEP] title passage [SEP]`, of their tokens; of a question the last, where it asks."""
    before = (CLS, *question[-QUESTION:], SEP)
    named = title[:TITLE]
    return Text((*before, *named, *passage, SEP), len(before), len(before) + len(named))


def _loaded(path: Path) -> tuple[Bert, Vectors, Vectors]:
    """The model, and the weight and bias of its head."""
    weights = _weights(path)
    weight, bias = weights.pop(f"{_HEAD}.weight"), weights.pop(f"{_HEAD}.bias")
    return Bert(bundled_path(), weights, _THREADS), weight, bias


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
