"""The facts about one article in sentences: why it is quoted in an answer, or why not. Pure."""

from rag.explain import Explanation
from rag.extract import SURE

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
    if facts.asks in ("identity", "summary", "topic"):
        return "Nothing was quoted: no passage that was read holds enough of the words asked about."
    digits = 2 if f"{facts.confidence:.2f}" != f"{facts.threshold:.2f}" else 4  # not: .42, and .42 is needed
    return (
        f"Nothing was quoted: the probability that the articles answer this is {facts.confidence:.{digits}f}, "
        f"and {facts.threshold:.{digits}f} is needed."
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
