"""Why an article is quoted or not: each fact against what search, ask and the two searches say themselves."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import pytest

from index.archive import Archive
from index.embed import HashEmbedder
from index.errors import ArticleMissing, QuestionError, SettingsError
from index.records import Article
from rag import Assistant, Explanation, Settings, Turn
from rag.reasons import reasons

STRIKE = (
    "The ferry line Holm Sound cancelled all crossings on Monday. Crews had walked out because their pay was frozen "
    "for the third year. Director Ada Quist said that talks would go on in Linde. "
    "About 400 passengers waited at the pier."
)
SUBJECTS = "mill tower orchard bakery school bridge chapel museum garden market stable quarry".split()
ARTICLES = [
    Article("strike", STRIKE, "Ferry strike", outlet="Coast Daily", author="Ivo Marr", published="2021-05-04"),
    Article("reprint", STRIKE.replace("About 400", "Some 400"), "At the pier", outlet="Holm Post", language="en"),
    Article("pay", "Pay of ferry crews rises by 4 percent. They had walked out in spring.", published="2021-06-11"),
    *(Article(s, f"The {s} of Velm was painted. Its {s} keeper was glad on Sunday.", f"The {s}") for s in SUBJECTS),
]
LONG = " ".join(
    f"Crews walked out at pier {i} because the ferry pay was frozen, and boat {i} stayed in harbour {i * 7}."
    for i in range(90)
)
QUESTION = "Why did the ferry crews walk out?"


@pytest.fixture
def filled(archive: Archive) -> Archive:
    archive.add_articles(ARTICLES)
    return archive


def ranks(archive: Archive, question: str) -> tuple[list[str], list[str]]:
    """The ids by meaning and by words, by the archive's own searches."""
    near = archive.search_by_vector(HashEmbedder().encode_question(question), 500)
    worded = archive.search_by_words(question, 500)
    return [h.passage.article.id for h in near], [h.passage.article.id for h in worded]


@pytest.mark.parametrize("question", [QUESTION, "Who is the director?", "What was painted?", "When did pay rise?"])
def test_each_fact_is_what_the_searches_and_the_answer_say(filled: Archive, question: str) -> None:
    assistant = Assistant(filled, Settings(refuse_below=0))
    answer = assistant.ask(question)
    hits = {hit.passage.article.id: (i, hit) for i, hit in enumerate(assistant.search(question, k=100), 1)}
    shown = [hit.passage.article.id for hit in answer.hits]
    cited = {citation.article.id for citation in answer.citations}
    near, worded = ranks(filled, question)
    for article in ARTICLES:
        facts = assistant.explain(question, article.id)
        place, hit = hits[article.id]
        assert (facts.place, facts.score, facts.of) == (place, hit.score, len(hits))
        assert all(facts.parts[name] == hit.why[name] for name in ("dense", "sentence", "lexical", "covered"))
        assert facts.dense_rank == near.index(article.id) + 1
        assert facts.lexical_rank == (worded.index(article.id) + 1 if article.id in worded else 0)
        assert set(hit.why["words"]).isdisjoint(facts.lacks)
        assert facts.shown == (shown.index(article.id) + 1 if article.id in shown else 0)
        assert (facts.outcome == "quoted") == (article.id in cited) and facts.answered
        assert facts.outcome in ("quoted", "read", "folded", "found")
        assert (facts.first_article, facts.last_article) == (shown[0], shown[-1])
        assert facts.first["score"] == answer.hits[0].score and facts.last["score"] == answer.hits[-1].score
        if facts.sentence:
            assert facts.sentence == article.text[facts.sentence_start : facts.sentence_end]
        assert 1 <= len(facts.reasons) <= 4 and facts.reasons == reasons(facts)
        json.dumps(asdict(facts))


def test_a_copy_stands_for_both(filled: Archive) -> None:
    facts = Assistant(filled, Settings(refuse_below=0)).explain(QUESTION, "reprint")
    assert (facts.outcome, facts.copy_of, facts.shown) == ("folded", "strike", 0) and facts.place
    assert facts.reasons[0] == (
        "It says the same as an article that was found before it, strike, which stands for both."
    )


def test_what_is_found_too_far_down_is_compared_with_the_last_that_is_read(filled: Archive) -> None:
    facts = Assistant(filled, Settings(refuse_below=0)).explain(QUESTION, "quarry")
    assert facts.outcome == "found" and facts.reads == 8 < facts.place
    assert facts.reasons[0] == f"It was found, at place {facts.place} of {facts.of}; the answer reads the first 8."
    assert "crews" in facts.lacks and "It lacks words of the question" in facts.reasons[1]
    more = Assistant(filled, Settings(refuse_below=0, nearest=20)).explain(QUESTION, "quarry")
    assert more.outcome == "shown" and more.reads == 8 < more.shown


def test_a_word_is_lacking_once_and_as_it_was_typed(filled: Archive) -> None:
    facts = Assistant(filled).explain("Did Zorn's ferry reach Velm's Quarry?", "quarry")
    assert facts.lacks == ("zorn's", "ferry", "reach")


def test_a_reranker_is_among_the_parts(filled: Archive) -> None:
    class ByLength:
        def scores(self, question: str, texts: Sequence[str]) -> list[float]:
            """See Reranker."""
            return [float(len(text)) for text in texts]

    facts = Assistant(filled, reranker=ByLength()).explain(QUESTION, "mill")
    assert facts.parts["rerank"] == facts.end - facts.start + len("The mill\n") < facts.first["rerank"]


def test_what_no_search_proposes_is_counted(filled: Archive) -> None:
    filled.add_articles(Article(f"crew-{i}", f"Ferry crews did walk out. Crew {i} too.") for i in range(30))
    assistant = Assistant(filled, Settings(refuse_below=0, candidates=10))
    facts = assistant.explain(QUESTION, "quarry")
    near, worded = ranks(filled, QUESTION)
    assert facts.outcome == "not found" and facts.place == 0 and facts.dense_rank == near.index("quarry") + 1 > 10
    assert "quarry" not in worded and facts.lexical_rank == 0
    assert facts.reasons[0] == (
        f"No search found it: each proposes its first 10 of 45 passages (by meaning: place {facts.dense_rank}; "
        "by words: no word in common)."
    )
    assert facts.passages == facts.counted == 45
    assert "quarry" not in {hit.passage.article.id for hit in assistant.search(QUESTION, k=10)}


@pytest.mark.parametrize(
    ("filters", "id", "out", "said"),
    [
        ({"outlet": "Coast Daily"}, "strike", (), ""),
        ({"outlet": "Coast Daily"}, "pay", ("outlet",), 'its outlet is not "Coast Daily"'),
        ({"author": "marr", "since": "2022"}, "strike", ("since",), "it is of 2021-05-04, not since 2022"),
        ({"author": "quist", "outlet": "coast daily"}, "strike", ("author",), 'its author is not "quist"'),
        ({"since": "2020", "until": "2020-12"}, "pay", ("until",), "it is of 2021-06-11, not until 2020-12"),
        (
            {"since": "2020", "until": "2020-12"},
            "mill",
            ("since", "until"),
            "it carries no date, not since 2020 until 2020-12",
        ),
        ({"story": "strike"}, "reprint", (), ""),
        ({"story": "strike"}, "pay", ("story",), "it is no copy of the story of strike"),
        ({"articles": ["mill"]}, "pay", ("articles",), "it is not among the ids that were given"),
        ({"language": "de"}, "reprint", ("language",), 'its language is not "de"'),
    ],
)
def test_the_part_of_the_filter_that_leaves_it_out_is_named(
    filled: Archive, filters: dict[str, Any], id: str, out: tuple[str, ...], said: str
) -> None:
    assistant = Assistant(filled, Settings(refuse_below=0))
    facts = assistant.explain(QUESTION, id, **filters)
    assert facts.left_out_by == out and (facts.outcome == "left out") == bool(out)
    if out:
        assert facts.reasons[0] == f"The filter leaves it out: {said}."
        others = {name: value for name, value in filters.items() if name not in out}
        hits = assistant.search(QUESTION, k=100, **others)
        assert [hit.passage.article.id for hit in hits].index(id) + 1 == facts.place
        assert facts.reasons[1] == f"Without that it would be found, at place {facts.place} of {len(hits)}."


def test_days_of_the_question_are_told_as_such(archive: Archive) -> None:
    archive.add_articles(ARTICLES[:3])
    facts = Assistant(archive, Settings(refuse_below=0)).explain(f"{QUESTION[:-1]} in May 2021?", "pay")
    assert facts.left_out_by == ("until",) and facts.filter == {"since": "2021-05-01", "until": "2021-05-31"}
    assert facts.reasons[0] == (
        "What the question says about time leaves it out: it is of 2021-06-11, and the question is about 1–31 May 2021."
    )


def test_the_attempt_that_answers_is_explained(filled: Archive) -> None:
    """A follow-up is tried as one first; an answer that is refused explains the first attempt."""
    assistant = Assistant(filled)
    history = (Turn("What was painted?", "The mill of Velm was painted."),)
    for question in (QUESTION, "Why?", "And who is the director of Holm Sound?"):
        answer = assistant.ask(question, history)
        facts = assistant.explain(question, "strike", history=history)
        assert (facts.searched_for, facts.answered, facts.confidence) == (
            answer.searched_for,
            answer.answered,
            answer.confidence,
        )
    assert assistant.explain(QUESTION, "strike", searched_for="Who is the director?").searched_for.startswith("Who")


def test_later_days_that_were_asked_too_are_explained(archive: Archive) -> None:
    told = "Ferry crews did walk out in May 2021 because pay was frozen."
    archive.add_articles([Article("pay", told, published="2021-06-02"), Article("x", "Snow.", published="2021-05-03")])
    assistant = Assistant(archive, Settings(refuse_below=0.4))
    question = f"{QUESTION[:-1]} in May 2021?"
    answer = assistant.ask(question, today="2021-12-05")
    facts = assistant.explain(question, "pay", today="2021-12-05")
    assert answer.period and answer.period.applied == "widened"
    assert (facts.outcome, facts.filter) == ("quoted", {"since": "2021-04-24"})


def test_a_refusal_is_the_first_reason_of_what_was_read(filled: Archive) -> None:
    assistant = Assistant(filled, Settings(refuse_below=1.0))
    answer, facts = assistant.ask(QUESTION), assistant.explain(QUESTION, "strike")
    assert facts.outcome == "read" and not facts.answered and facts.confidence == answer.confidence
    assert facts.reasons[0] == (
        f"Nothing was quoted: the probability that the articles answer this is {answer.confidence:.2f}, "
        "and 1.00 is needed."
    )
    assert facts.reasons[1].startswith(f"It was read, at place {facts.shown} of 8; its best sentence is at place ")
    assert "holds enough of the words" in assistant.explain("Zeppelin", "strike").reasons[0]


def test_a_probability_that_looks_like_the_threshold_is_told_with_more_digits() -> None:
    near = Explanation("Q", "Q", "a", "question", "read", confidence=0.4164, threshold=0.42)
    assert "is 0.4164, and 0.4200 is needed" in reasons(near)[0]
    assert "is 0.41, and 0.42 is needed" in reasons(replace(near, confidence=0.4111))[0]


def test_passages_of_one_article_that_wait_are_counted(archive: Archive) -> None:
    archive.add_articles([*ARTICLES, Article("long", LONG)])
    assistant = Assistant(archive, Settings(refuse_below=0))
    facts = assistant.explain(QUESTION, "long")
    free = assistant.search(QUESTION, k=8, fold=True)
    held = assistant.search(QUESTION, k=8, fold=True, per_article=2)
    count = [sum(hit.passage.article.id == "long" for hit in hits) for hits in (free, held)]
    assert facts.held_back == count[0] - count[1] > 0
    assert "waited for those of other articles" in facts.reasons[-1]


def test_sentences_behind_and_sentences_that_repeat(archive: Archive) -> None:
    same = "Crews had walked out because their pay was frozen for the third year."
    archive.add_articles(
        [ARTICLES[0], ARTICLES[3], Article("echo", f"{same} A market in Linde sold apples, pears and plums all day.")]
    )
    assistant = Assistant(archive, Settings(refuse_below=0))
    cited = {citation.article.id for citation in assistant.ask(QUESTION).citations}
    ids = ({"strike", "echo"} - cited).pop(), (cited & {"strike", "echo"}).pop()
    facts = assistant.explain(QUESTION, ids[0])
    assert (facts.outcome, facts.sentence, facts.repeats) == ("read", same, ids[1])
    assert "says the same as the one quoted from" in facts.reasons[0]
    other = assistant.explain(QUESTION, "mill")
    assert (other.outcome, other.repeats) == ("read", "") and other.sentence_place > other.quotes
    assert "behind the one that is quoted" in other.reasons[0]


def test_a_summary_and_a_greeting_have_reasons_of_their_own(filled: Archive) -> None:
    assistant = Assistant(filled, Settings(refuse_below=0))
    first = assistant.ask("Summarise the ferry strike").citations[0].article.id
    assert "a summary is made" in assistant.explain("Summarise the ferry strike", first).reasons[0]
    other = assistant.explain("Summarise the ferry strike", "pay")
    assert other.outcome == "read" and other.reasons[0].endswith(f"found first, {first}.")
    hello = assistant.explain("Hello!", "strike")
    assert (hello.outcome, hello.asks, len(hello.reasons)) == ("not searched", "greeting", 1)


def test_what_cannot_be_explained_is_named(filled: Archive) -> None:
    assistant = Assistant(filled)
    with pytest.raises(ArticleMissing, match="no article with the id 'nobody'"):
        assistant.explain(QUESTION, "nobody")
    with pytest.raises(QuestionError):
        assistant.explain(" ", "strike")
    with pytest.raises(SettingsError, match="no filter 'autor'"):
        assistant.explain(QUESTION, "strike", autor="x")  # type: ignore[call-arg]
    filled.remove(["strike"])
    with pytest.raises(ArticleMissing):
        assistant.explain("hello", "strike")


def test_sentences_are_made_from_facts_alone() -> None:
    facts = Explanation("q", "q", "a", "question", "not found", answered=True, of=100, candidates=100, passages=5_000)
    facts = replace(facts, dense_rank=55, lexical_rank=0, counted=5_000, parts={"lexical": 1.0, "dense": 0.2})
    facts = replace(facts, last={"dense": 0.5, "lexical": 0.5}, last_article="b", lacks=("ferry",), held_back=2)
    assert reasons(facts) == (
        "It was proposed (by meaning: place 55; by words: beyond place 5,000), but is not among the 100 best together.",
        "It lacks a word of the question: ferry.",
        "It is behind the last passage read, of b, in nearness of the passage (0.20 against 0.50).",
        "2 more of its passages waited for those of other articles that score near.",
    )
    assert reasons(replace(facts, outcome="shown", shown=9, reads=8))[0] == (
        "It is shown, at place 9; the answer reads the first 8."
    )


@pytest.mark.parametrize(("odds", "word"), [(6.0, "is sure of"), (1.5, "finds"), (-3.0, "doubts")])
def test_it_says_what_the_reader_found(odds: float, word: str) -> None:
    facts = Explanation("When?", "When?", "a", "question", "read", words_found="Monday", words_odds=odds)
    (told,) = [reason for reason in reasons(facts) if "reader" in reason]
    assert told == f"In its best sentence the reader {word} “Monday” (log odds {odds:.1f})."
    assert not any("reader" in reason for reason in reasons(replace(facts, asks="topic")))
    assert not any("reader" in reason for reason in reasons(replace(facts, words_found="")))
