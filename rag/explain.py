"""Why an article is quoted in an answer, or why not: the facts of one look.

`inquire` finds them, `reasons` says them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Outcome = Literal["quoted", "read", "shown", "folded", "found", "not found", "left out", "not searched"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What became of one article when a question was asked. Places and ranks count from 1; 0 is for none.

    Attributes:
        searched_for: the question as it was searched by the attempt that answered, or by the first.
        asks: what the question asks for: "question", "identity", "topic", "summary"; "greeting" or "nothing", for which
            nothing is searched.
        outcome: "quoted"; "read" for an answer and not quoted; "shown" below it only; "folded" into the hit of a copy;
            "found" too far down; "not found" among the candidates; "left out" by the filter; "not searched" at all.
        answered, confidence, threshold: of the whole answer.
        filter: what filtered, days that the question names among it (`days`, in words; else "").
        left_out_by: the fields of the filter that leave the article out, each alone. Then all places and ranks are
            those that it would have without these fields.
        published: the article's day, as in its record.
        start, end: its best passage, as a span of its text. All below is about this passage.
        place, of, score: in the fused order of `of` candidates.
        shown, reads: its place after folding, and how many passages an answer reads.
        dense_rank, lexical_rank: among all `passages` that the filter lets through, counted down to `counted`.
        candidates: how many passages each search proposes.
        parts, first, last: the parts of its score; those of the first and of the last passage that is read, which are
            of `first_article` and `last_article`.
        lacks: the words of the question that neither passage nor title hold.
        copy_of: the id of the article whose hit stands for it.
        held_back: how many more of its passages would be read, were those of one article not limited.
        sentence, sentence_start, sentence_end: the sentence of it that comes nearest to an answer.
        sentence_place, sentences: its place among all sentences that were read.
        words_found, words_odds: the words of it that the reader takes for the answer, and their log odds against none;
            "" where it has not read the passage, or there is no reader.
        quotes: how many sentences the answer quotes.
        repeats: the id of the article whose quoted sentence says the same, or "".
        reasons: the same for a reader: one to four sentences, the most decisive first.
    """

    question: str
    searched_for: str
    article_id: str
    asks: str
    outcome: Outcome
    answered: bool = False
    confidence: float = 0.0
    threshold: float = 0.0
    filter: Mapping[str, Any] = field(default_factory=dict, hash=False)
    days: str = ""
    left_out_by: tuple[str, ...] = ()
    published: str = ""
    start: int = 0
    end: int = 0
    place: int = 0
    of: int = 0
    score: float = 0.0
    shown: int = 0
    reads: int = 0
    dense_rank: int = 0
    lexical_rank: int = 0
    passages: int = 0
    counted: int = 0
    candidates: int = 0
    parts: Mapping[str, float] = field(default_factory=dict, hash=False)
    first: Mapping[str, float] = field(default_factory=dict, hash=False)
    last: Mapping[str, float] = field(default_factory=dict, hash=False)
    first_article: str = ""
    last_article: str = ""
    lacks: tuple[str, ...] = ()
    copy_of: str = ""
    held_back: int = 0
    sentence: str = ""
    sentence_start: int = 0
    sentence_end: int = 0
    sentence_place: int = 0
    sentences: int = 0
    words_found: str = ""
    words_odds: float = 0.0
    quotes: int = 0
    repeats: str = ""
    reasons: tuple[str, ...] = ()
