"""Why an article is quoted in an answer, or why not: the facts of one look, and the same in sentences. Pure.

Who finds the facts stands in `inquire`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rag.extract import SURE

Outcome = Literal["quoted", "read", "shown", "folded", "found", "not found", "left out", "not searched"]

_MOST = 4
_PARTS = {
    "dense": "nearness of the passage",
    "sentence": "nearness of its best sentence",
    "lexical": "BM25",
    "covered": "share of the question's words",
    "rest": "what else of its article was found",
    "opening": "how near it stands to its article's opening",
    "date": "what its day counts for",
    "rerank": "the reranker's score",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What became of one article when a question was asked. Places and ranks count from 1; 0 is for none.

    Attributes:
        searched_for: the question as it was searched by the attempt that answered, or by the first.
        asks: what the question asks for ("question", "topic", "summary"; "greeting" or "nothing" is not searched).
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


def reasons(facts: Explanation) -> tuple[str, ...]:
    """One to four sentences that say why, the most decisive first."""
    if facts.outcome == "not searched":
        return ("The question asks nothing of the articles, so nothing was searched.",)
    told = [*_outcome(facts), _refusal(facts), _reader(facts), _words(facts), _behind(facts), _held(facts)]
    if facts.outcome in ("read", "shown") and not facts.answered:
        told.insert(0, _refusal(facts))
    return tuple(dict.fromkeys(filter(None, told)))[:_MOST]


def _outcome(facts: Explanation) -> list[str]:
    if facts.outcome == "quoted":
        if facts.asks == "summary":
            return ["It is quoted: a summary is made of the article that is found first."]
        return [
            f"It is quoted: its sentence is at place {facts.sentence_place} of {facts.sentences} that were read.",
            f"Its passage was found at place {facts.place} of {facts.of}.",
        ]
    if facts.outcome == "left out":
        return [_left_out(facts), _without(facts)]
    if facts.outcome == "folded":
        return [f"It says the same as an article that was found before it, {facts.copy_of}, which stands for both."]
    if facts.outcome == "not found":
        return [_not_found(facts)]
    if facts.outcome == "found":
        return [f"It was found, at place {facts.place} of {facts.of}; the answer reads the first {facts.reads}."]
    if facts.outcome == "shown":
        return [f"It is shown, at place {facts.shown}; the answer reads the first {facts.reads}."]
    return [_read(facts)]


def _read(facts: Explanation) -> str:
    read = f"It was read, at place {facts.shown} of {facts.reads}"
    if facts.answered and facts.asks == "summary":
        return f"{read}, but a summary is made of the article that is found first, {facts.first_article}."
    if facts.answered and facts.repeats:
        return f"{read}, but its best sentence says the same as the one quoted from {facts.repeats}."
    sentence = f"its best sentence is at place {facts.sentence_place} of {facts.sentences}"
    if not facts.answered:
        return f"{read}; {sentence}."
    enough = "one that is" if facts.quotes == 1 else f"{facts.quotes} that are"
    return f"{read}, but {sentence}, behind the {enough} quoted."


def _left_out(facts: Explanation) -> str:
    """Which parts of the filter leave it out, and why."""
    said = {
        "outlet": 'its outlet is not "{}"',
        "author": 'its author is not "{}"',
        "language": 'its language is not "{}"',
        "story": "it is no copy of the story of {}",
        "articles": "it is not among the ids that were given",
    }
    out = [said[name].format(facts.filter[name]) for name in facts.left_out_by if name in said]
    bounds = " ".join(f"{name} {facts.filter[name]}" for name in ("since", "until") if name in facts.left_out_by)
    if bounds:
        day = f"it is of {facts.published}" if facts.published else "it carries no date"
        out.append(f"{day}, and the question is about {facts.days}" if facts.days else f"{day}, not {bounds}")
    by = "What the question says about time" if bounds and facts.days and len(out) == 1 else "The filter"
    return f"{by} leaves it out: {', and '.join(out)}."


def _without(facts: Explanation) -> str:
    if facts.place:
        return f"Without that it would be found, at place {facts.place} of {facts.of}."
    return f"Without that: {_not_found(facts)[0].lower()}{_not_found(facts)[1:]}"


def _not_found(facts: Explanation) -> str:
    near = _rank(facts.dense_rank, facts)
    worded = _rank(facts.lexical_rank, facts) if facts.parts.get("lexical") else "no word in common"
    proposed = any(0 < rank <= facts.candidates for rank in (facts.dense_rank, facts.lexical_rank))
    if proposed:
        return (
            f"It was proposed (by meaning: {near}; by words: {worded}), but is not among the {facts.of} best together."
        )
    return (
        f"No search found it: each proposes its first {facts.candidates} of {facts.passages:,} passages "
        f"(by meaning: {near}; by words: {worded})."
    )


def _rank(rank: int, facts: Explanation) -> str:
    return f"place {rank:,}" if rank else f"beyond place {facts.counted:,}"


def _refusal(facts: Explanation) -> str:
    if facts.answered:
        return ""
    if facts.asks in ("summary", "topic"):
        return "Nothing was quoted: no passage that was read holds enough of the words asked about."
    return (
        f"Nothing was quoted: the probability that the articles answer this is {facts.confidence:.2f}, "
        f"and {facts.threshold:.2f} is needed."
    )


def _reader(facts: Explanation) -> str:
    if not facts.words_found or facts.asks != "question":
        return ""
    sure = "is sure of" if facts.words_odds >= SURE else "finds" if facts.words_odds > 0 else "doubts"
    return f"In its best sentence the reader {sure} “{facts.words_found}” (log odds {facts.words_odds:.1f})."


def _words(facts: Explanation) -> str:
    if facts.outcome == "quoted" or not facts.lacks:
        return ""
    return f"It lacks {'a word' if len(facts.lacks) == 1 else 'words'} of the question: {', '.join(facts.lacks)}."


def _behind(facts: Explanation) -> str:
    """In which parts it scores below the last passage that is read, where it is not read itself."""
    if facts.outcome not in ("found", "not found"):
        return ""
    behind = [
        f"{said} ({facts.parts.get(name, 0.0):.2f} against {facts.last[name]:.2f})"
        for name, said in _PARTS.items()
        if facts.parts.get(name, 0.0) < facts.last.get(name, 0.0)
    ]
    return f"It is behind the last passage read, of {facts.last_article}, in {', '.join(behind)}." if behind else ""


def _held(facts: Explanation) -> str:
    if not facts.held_back:
        return ""
    more = "One more of its passages" if facts.held_back == 1 else f"{facts.held_back} more of its passages"
    return f"{more} waited for those of other articles that score near."
