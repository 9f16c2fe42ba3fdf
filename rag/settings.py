"""What may be chosen for a run. Frozen, checked where it is made; unknown names are refused by Python itself."""

from dataclasses import dataclass

from index.errors import SettingsError

BUNDLED_READER = "bundled"


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices for one run.

    Attributes:
        refuse_below: answer only when the estimated probability that one of the sentences shown answers is at least
            this; 0 never refuses. What share of answers is wrong at which value: eval/CALIBRATION.md.
        sentences: how many sentences an answer quotes, 1 to 5, as long as none repeats another; None for as many as
            suffice, three at most.
        candidates: passages that each of the two searches proposes.
        nearest: how many passages an answer keeps as its hits.
        rerank: a cross-encoder that reads the best candidates again, by the path of its folder or its name in the
            Hugging Face cache; "" for none.
        reranked: how many candidates it reads. Each costs about as much time as encoding a passage.
        reader: the small model that reads the five best passages for the words that answer: "bundled", or the path of
            weights that eval.train_reader wrote; None for none, which is ten times as fast and less often right.
        max_question: the longest question, in characters.
        max_chars: the longest article, in characters; a longer one is skipped by add.

    Raises:
        SettingsError: a value is out of range.
    """

    refuse_below: float = 0.35
    sentences: int | None = None
    candidates: int = 100
    nearest: int = 8
    rerank: str = ""
    reranked: int = 50
    reader: str | None = BUNDLED_READER
    max_question: int = 2_000
    max_chars: int = 2_000_000

    def __post_init__(self) -> None:
        if not isinstance(self.rerank, str) or self.rerank != self.rerank.strip():
            raise SettingsError(f"rerank is {self.rerank!r:.80}: give the path or the name of a cross-encoder.")
        if self.reader is not None and (not isinstance(self.reader, str) or not self.reader.strip()):
            raise SettingsError(f"reader is {self.reader!r:.80}: give the path of its weights, or None for none.")
        for name, low, high in (
            ("refuse_below", 0, 1),
            ("sentences", 1, 5),
            ("candidates", 10, 10_000),
            ("nearest", 1, 100),
            ("reranked", 1, 1_000),
            ("max_question", 1, 100_000),
            ("max_chars", 1, 100_000_000),
        ):
            value = getattr(self, name)
            if name == "sentences" and value is None:
                continue
            kind = float if name == "refuse_below" else int
            if isinstance(value, bool) or not isinstance(value, int | kind) or not low <= value <= high:
                raise SettingsError(f"{name} is {value!r}: give a number from {low:,} to {high:,}.")
