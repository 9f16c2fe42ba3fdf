"""Follow-ups: what is carried into a question, what is left alone, and the two benchmarks that measure it."""

import gzip
import json
import time
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.benchmarks import canard, treccast
from eval.benchmarks.bench import Bench, Corpus
from index.errors import EvalError
from index.records import Article, Hit, Passage, Span
from index.words import words
from rag.followup import searched_for
from rag.mentions import is_person, mentions, names
from rag.needs import may_stand_alone, needs_subject
from rag.records import Turn
from rag.subjects import phrases, subjects

STRIKE = (Turn("What did Holm Sound announce?", "A strike."),)
FOUNDED = (Turn("What is Holm Sound?", "It was founded by Ann Lee."),)
MILL = (Turn("Who is Dora Quell?", "Dora Quell bought the old mill."),)
TRAVEL = (Turn("What is there to see in Lund?", "An old bridge."),)


@pytest.mark.parametrize(
    ("question", "history", "searched"),
    [
        ("And how much did it pay?", STRIKE, "And how much did Holm Sound pay?"),
        ("Why?", STRIKE, "Why? (Holm Sound)"),
        ("And Lund?", STRIKE, "And Lund? (announce, Holm Sound)"),
        ("What are its routes?", STRIKE, "What are Holm Sound's routes?"),
        ("Why did the strike begin?", STRIKE, "Why did the strike begin? (Holm Sound)"),
        ("Where did she study?", FOUNDED, "Where did Ann Lee study? (Holm Sound)"),
        ("What is it worth?", FOUNDED, "What is Holm Sound worth?"),
        ("What is her view of it?", MILL, "What is Dora Quell's view of it?"),
        ("Did the town like her?", MILL, "Did the town like Dora Quell?"),
        ("Are good hotels found there?", TRAVEL, "Are good hotels found in Lund?"),
        ("And why?", (Turn("what did the ferry crews want", "More pay."),), "And why? (ferry crews)"),
        ("What are the symptoms?", (Turn("What is marsh fever?", ""),), "What are the symptoms? (marsh fever)"),
        ("How do they hunt?", (Turn("Tell me about grey owls.", ""),), "How do grey owls hunt?"),
    ],
)
def test_a_follow_up_carries_its_subject(question: str, history: Sequence[Turn], searched: str) -> None:
    assert searched_for(question, history) == searched
    assert searched_for(question, ()) == question


@pytest.mark.parametrize(
    "question",
    [
        "Who leads Lund?",
        "How many people live in the town of Lund?",
        "What is a drawbridge?",
        "Who is Ivo Marr?",
        "Who won the election in Norrland?",
        "What did the mayor of Lund say about the new school?",
        "When was the Coast Daily founded?",
        "Which harbour towns voted against higher fishing quotas?",
        "What was the impact of the Lund strike?",
        "What was the role of Ivo Marr in the election?",
        "What is the interest in Lund about?",
        "Is Lund a member of the union?",
    ],
)
@pytest.mark.parametrize("history", [STRIKE, FOUNDED, MILL])
def test_a_question_that_stands_alone_is_left_alone(question: str, history: Sequence[Turn]) -> None:
    assert searched_for(question, history) == question


def test_a_new_topic_is_what_is_carried_from_then_on() -> None:
    turns = [*STRIKE, Turn("Who bought the Lund Mill?", "A baker.")]
    assert searched_for("What did it cost?", turns).startswith("What did Lund Mill cost?")
    assert searched_for("What is a drawbridge?", turns) == "What is a drawbridge?"


def test_a_part_of_the_subject_is_no_new_one() -> None:
    turns = [Turn("What is marsh fever?", ""), Turn("How reliable is the test?", "")]
    assert searched_for("Can it be cured?", turns) == "Can marsh fever be cured?"


RUST = Turn("What is wheat rust?", "")
GROWERS = Turn("How do growers in Orrin fight wheat rust?", "")


@pytest.mark.parametrize(
    ("question", "history", "searched"),
    [
        # "It" is one thing and "they" are several.
        ("Can it spread?", [RUST, Turn("Which fungicides work?", "")], "Can wheat rust spread?"),
        ("Are they safe?", [RUST, Turn("Which spray fungicides work?", "")], "Are spray fungicides safe? (wheat rust)"),
        # "What about X?" asks the same of X, and X is spoken of from then on.
        ("What about barley?", [Turn("How much does Orrin wheat cost?", "")], "What about barley? (cost, Orrin wheat)"),
        (
            "Where is it grown?",
            [Turn("What does Orrin wheat cost?", ""), Turn("And Hollin barley?", "")],
            "Where is Hollin barley grown? (Orrin wheat)",
        ),
        # A comparison without its second half means what was spoken of before.
        (
            "How do they differ?",
            [Turn("What is marsh fever?", ""), Turn("What is reed fever?", "")],
            "How do reed fever differ? (marsh fever)",
        ),
        # A kind is a kind of what was spoken of.
        ("What types are sold?", [RUST], "What types are sold? (wheat rust)"),
        # What is plainly several is meant by "they" before a name is.
        ("Are they paid?", [Turn("What did the crews want?", ""), STRIKE[0]], "Are crews paid? (Holm Sound)"),
        # Whom the talk called "she" is no "it".
        ("Is it long?", [Turn("What is the Lund line?", ""), *MILL, Turn("Is she rich?", "")], "Is Lund line long?"),
        # An owner and what it owns are one; a people is more than the name of its land.
        ("How was it received?", [Turn("What is Quell's theory?", "")], "How was Quell's theory received?"),
        ("What do they eat?", [Turn("What do Norrland people drink?", "")], "What do Norrland people eat?"),
        # A lone verb is no subject, and a head that only says a side is nothing "they" could mean.
        (
            "When will it end?",
            [Turn("What is the harbour tax?", ""), Turn("How much is owed?", "")],
            "When will harbour tax end?",
        ),
        (
            "Are they safe?",
            [Turn("What are drawbridges?", ""), Turn("What newer versions are sold?", "")],
            "Are drawbridges safe?",
        ),
        # A name that was set beside the subject is spoken of from then on.
        (
            "Where is it grown?",
            [Turn("What does Orrin wheat cost?", ""), Turn("How does Hollin barley compare?", "")],
            "Where is Hollin barley grown? (Orrin wheat)",
        ),
        # A comparison with both its halves wants no third thing.
        (
            "How does it compare with rye?",
            [RUST, Turn("What is reed fever?", "")],
            "How does reed fever compare with rye? (wheat rust)",
        ),
        # A role is one in something; the largest is the largest of something; a side of nothing is a side of the talk.
        ("What was the role of Ivo Marr?", STRIKE, "What was the role of Ivo Marr? (Holm Sound)"),
        (
            "What is the largest ever built in Norrland?",
            [Turn("What is a drawbridge?", "")],
            "What is the largest ever built in Norrland? (drawbridge)",
        ),
        ("Tell me about natural treatments.", [RUST], "Tell me about natural treatments. (wheat rust)"),
        # "There" is where something was, not what it went to.
        (
            "Are hotels found there?",
            [*TRAVEL, Turn("Which trains go to Holm?", "")],
            "Are hotels found in Lund?",
        ),
        # "The crews" without a name are crews that are known from the talk.
        ("How did the crews vote last week?", STRIKE, "How did the crews vote last week? (Holm Sound)"),
    ],
)
def test_how_a_conversation_goes_on(question: str, history: Sequence[Turn], searched: str) -> None:
    assert searched_for(question, history) == searched


@pytest.mark.parametrize(
    "question",
    ["What is skyr and how is it made?", "Tell me more about wheat rust.", "What does Dell's share in Lund tell us?"],
)
def test_a_question_that_explains_its_own_pronoun_or_names_its_subject_is_left_alone(question: str) -> None:
    assert searched_for(question, [*STRIKE, GROWERS]) == question


def test_what_is_named_again_in_full_needs_nothing_more() -> None:
    history = [RUST, Turn("What is reed fever?", "")]
    assert searched_for("How safe is wheat rust?", history) == "How safe is wheat rust?"
    assert searched_for("How safe is barley?", history) == "How safe is barley? (reed fever, wheat rust)"


def test_answers_full_of_names_add_nothing_but_a_person() -> None:
    said = "Ada Quist told the Coast Daily in Norrland that Ivo Marr and the Lund Ferry Company had met the Reed Board."
    for asked in ("And how much did it pay?", "Why?", "What about the crews?", "How do they compare?"):
        bare = [Turn("What did Holm Sound announce?", "")]
        assert searched_for(asked, [Turn(bare[0].question, said)]) == searched_for(asked, bare)


def test_it_that_points_at_nothing_stays() -> None:
    assert searched_for("How long does it take?", STRIKE) == "How long does it take? (Holm Sound)"


def test_whom_a_pronoun_stands_for() -> None:
    named = [Turn("What did the court decide?", "Judge Ivo Marr said that the strike was legal.")]
    assert searched_for("What did he say of pay?", named).startswith("What did Judge Ivo Marr say of pay?")
    founder = [Turn("Who founded Holm Sound?", "The line was founded by Ann Lee.")]
    assert searched_for("Where did she study?", founder).startswith("Where did Ann Lee study?")
    placed = [Turn("Where do the ferries go?", "They call at Lund.")]
    assert "Lund" not in searched_for("Who paid him?", placed), "a place is nobody"
    later = [*MILL, Turn("What did she pay?", "She paid what Ivo Marr had asked for.")]
    assert searched_for("Is she rich?", later) == "Is Dora Quell rich?", "who is in hand stays"


def test_a_whole_name_replaces_a_part_of_it() -> None:
    turns = [Turn("who bought it", "Quell had it for years."), Turn("what then", "Dora Quell sold it.")]
    assert searched_for("Why did she?", turns).startswith("Why did Dora Quell?")


def test_only_what_the_question_does_not_hold_is_added() -> None:
    turns = [Turn("What is Holm Sound?", "")]
    assert searched_for("Is Holm Sound larger than others?", turns) == "Is Holm Sound larger than others?"


@pytest.mark.parametrize(
    "question",
    [
        "Where does Lund Mill keep its boats?",
        "Who led Lund Mill after its founder left?",
        "Did Ann Lee sell her mill?",
        "Which fund bought Lund Mill, and what did it pay?",
        "Who are the Lund Electors and why did they resign?",
    ],
)
def test_what_a_question_has_named_itself_is_meant_by_its_pronoun(question: str) -> None:
    assert searched_for(question, STRIKE) == question


def test_which_questions_may_mean_what_they_say_alone() -> None:
    for question in ("When was the strike settled?", "Why did the recall cost more than the company expected?"):
        assert searched_for(question, MILL) != question and may_stand_alone(question)
    for question in ("Why?", "And how much did it pay?", "Where did she study?", "What about them?"):
        assert not may_stand_alone(question)


def test_needs_subject() -> None:
    assert needs_subject("what about pay") and needs_subject("How does Lund compare?")
    assert not needs_subject("What did the ferry crews in Lund want most?")
    assert not needs_subject("How does Lund compare with Holm?")
    assert needs_subject("When was the deal announced?")
    assert not needs_subject("And the museum, when is it closed?") and needs_subject("And when is it closed?")
    assert not needs_subject("When was the deal between Lund and Holm announced?")
    assert not needs_subject("Who led the talks that ended the war in Lund?")  # this "that" joins, the others point
    assert not needs_subject("Who said that the harbour at Lund is too shallow?")
    assert needs_subject("Who said that?") and needs_subject("Did the mayor of Lund want that deal?")
    assert needs_subject("What did the crews do that night in Lund?")
    for question in (  # what looks as if it pointed back, and is told of in the question itself
        "What is the name of the firm that builds the pool in Lund?",
        "How big is the home that the harbour master of Lund must leave?",
        "How much does the city of Lund pay for its parking?",
        "What is the profession of the woman who won the Lund race?",
        "How many whales were reported entangled off Lund this year?",
        "How many houseboats are there at Lund Point?",
        "How many seconds does the Lund counter need for one tree?",
        "How many of those on the coach from Lund were hurt?",
    ):
        assert not needs_subject(question), question
    for question in ("What did the man do in Lund?", "Which one closed in Lund?", "What else did Lund want?"):
        assert needs_subject(question), question


@given(st.text(max_size=80), st.lists(st.tuples(st.text(max_size=60), st.text(max_size=120)), max_size=4))
def test_nothing_crashes_and_the_question_is_kept_but_for_one_pronoun(question: str, turns: list[Any]) -> None:
    history = [Turn(*turn) for turn in turns]
    searched = searched_for(question, history)
    assert searched == searched_for(question, history)
    assert searched_for(question, ()) == question
    assert len(searched) <= len(question) + 200
    if not needs_subject(question):
        assert searched == question
    lost = [word for word in words(question) if word not in words(searched)]
    assert len(lost) <= 2 or "'" in question or "’" in question


def test_a_long_conversation_stays_quick() -> None:
    said = "Ann Lee said that the Lund Ferry Company would stop. " * 40
    history = [Turn(f"What did Holm Sound announce on day {i}?", f"{said}{i}") for i in range(300)]
    searched_for("Where did she study?", history)
    begun = time.process_time()
    searched_for("Where did she study?", [*history, Turn("What did Holm Sound say?", said * 200)])
    assert time.process_time() - begun < 0.03  # 3 ms, on a machine ten times slower


def test_what_is_added_is_bounded() -> None:
    long = "very-long-word-" * 20
    history = [Turn(f"What does {long} {i} {long} do in Lund?", f"Ann {'Lee' * 200} left.") for i in range(30)]
    for question in ("Why?", "What about it?", "Is she there?", "How do they differ?"):
        assert len(searched_for(question, history)) <= len(question) + 200


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("How is crude oil refined?", ["crude oil"]),
        ("How safe is the ferry?", ["ferry"]),
        ("Who named the line?", ["line"]),
        ("Does it provide a ferry?", ["ferry"]),
        ("Is skyr a cheese?", ["skyr", "cheese"]),
        ("Which is the most durable?", []),
        ("I like fish. What should crews eat?", ["fish", "crews"]),
        ("Who are the well-known bakers?", ["bakers"]),
        ("What do Norrland people drink?", ["Norrland people"]),
        ("Why did they take the ferry seriously?", ["ferry"]),
    ],
)
def test_a_phrase_ends_where_a_verb_begins(question: str, found: list[str]) -> None:
    assert phrases(question) == found


def test_names_and_phrases() -> None:
    assert names("Did Ada Quist of Holm Sound speak? Critics agree with Lund.") == ["Ada Quist of Holm Sound", "Lund"]
    assert names("Crews left.") == [] and names("Quist said so.") == ["Quist"]
    assert names("Quist, there. They asked Quist.") == ["Quist", "Quist"]
    assert [is_person(one) for one in mentions("Yes, Ada Quist moved to Lund with the Coast Band.")] == [
        True,
        False,
        False,
    ]
    assert phrases("What was the role of storytellers in Dora Quell's mill?") == ["storytellers", "Dora Quell", "mill"]
    assert phrases("Where did Lewis and Clark go?") == ["Lewis and Clark"]
    assert phrases("How does seed investment work for startups?") == ["seed investment", "startups"]
    assert subjects("What are the side effects of fasting for IBM?")[0] == "IBM"


def topic(number: int, *turns: tuple[str, str]) -> dict[str, Any]:
    rows = [
        {"number": i, "raw_utterance": question, "manual_rewritten_utterance": rewrite}
        for i, (question, rewrite) in enumerate(turns, 1)
    ]
    return {"number": number, "turn": rows}


FERRY = (("What is Holm Sound?", "What is Holm Sound?"), ("Who owns it?", "Who owns the ferry line Holm Sound?"))


def test_treccast_by_hand(tmp_path: Path) -> None:
    (tmp_path / treccast.TOPICS_2019).write_text(json.dumps([topic(1, *FERRY)]))
    (tmp_path / treccast.REWRITES_2019).write_text("1_1\tWhat is Holm Sound?\n1_2\tWho owns Holm Sound?\n")
    (tmp_path / treccast.TOPICS_2020).write_text(json.dumps([topic(81, *FERRY)]))
    corpus = treccast.load(tmp_path)
    assert corpus.articles == () and [case.kind for case in corpus.cases] == ["2019", "2019", "2020", "2020"]
    assert corpus.cases[1].history == (Turn("What is Holm Sound?", ""),)
    figures, rows = treccast.measure(Bench(tmp_path, corpus, corpus.cases, cast(Any, None)))
    # 2019: both words due are carried. 2020: "ferry" and "line" are not: 2 of 4. Together 4 of 6.
    assert [(f.value, f.count) for f in figures] == [
        (1.0, 2), (1.0, 2), (0.5, 4), (0.5, 4), (pytest.approx(4 / 6), 6), (pytest.approx(4 / 6), 6),
    ]  # fmt: skip
    assert rows == ()


def test_treccast_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="holds neither"):
        treccast.load(tmp_path)
    (tmp_path / treccast.TOPICS_2019).write_text(json.dumps([topic(1, *FERRY)]))
    with pytest.raises(EvalError, match="cannot be read"):
        treccast.load(tmp_path)
    (tmp_path / treccast.REWRITES_2019).write_text("1_1\tWhat is Holm Sound?\n")
    with pytest.raises(EvalError, match="not laid out like TREC CAsT"):
        treccast.load(tmp_path)


def told(number: int, *history: str, rewrite: str = "", dialog: str = "d") -> dict[str, Any]:
    *before, question = history
    return {
        "History": ["Holm Sound", "Strike", *before],
        "QuAC_dialog_id": dialog,
        "Question": question,
        "Question_no": number,
        "Rewrite": rewrite or question,
    }


DIALOG = [
    told(1, "who struck", rewrite="who struck at Holm Sound"),
    told(2, "who struck", "the crews", "why did they", rewrite="why did the crews of Holm Sound strike"),
    told(3, "who struck", "the crews", "why did they", "pay was frozen", "and then"),
    told(4, "who struck", "the crews", "why did they", "pay was frozen", "and then", "the crews", "when"),
]


def test_canard_targets(tmp_path: Path) -> None:
    (tmp_path / "dev.json.gz").write_bytes(gzip.compress(json.dumps(DIALOG).encode()))
    corpus = canard.load(tmp_path)
    assert [article.text for article in corpus.articles] == ["the crews", "pay was frozen"]
    # The third question is answered with what was said before, the fourth has no later history.
    assert [(case.id, case.articles) for case in corpus.cases] == [
        ("d#1", frozenset({"answer-0"})),
        ("d#2", frozenset({"answer-1"})),
    ]
    assert corpus.cases[0].history == (Turn("Holm Sound, Strike", ""),)
    assert corpus.cases[1].history[1:] == (Turn("who struck", "the crews"),)
    assert corpus.notes[0].startswith("2 of 4 questions")


def test_canard_refuses_other_layouts(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="holds neither"):
        canard.load(tmp_path)
    (tmp_path / "dev.json").write_text('[{"Question": "why"}]')
    with pytest.raises(EvalError, match="not laid out like CANARD"):
        canard.load(tmp_path)


class Finds:
    """An assistant that finds what a question of each text asks for, after all that was already said."""

    def __init__(self, found: dict[str, list[str]]) -> None:
        self.found = found

    def search(self, text: str, *, k: int = 10) -> list[Hit]:
        return [Hit(Passage(Article(name, "text"), Span(0, 4)), 1.0) for name in self.found.get(text, [])[:k]]


def test_canard_recovers_by_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dev.json").write_text(json.dumps(DIALOG))
    corpus = canard.load(tmp_path)
    others = [f"other-{i}" for i in range(9)]
    found = {
        "who struck at Holm Sound": ["answer-0"],
        # What was said takes no place of the ten: nine others and the target are left.
        "why did the crews of Holm Sound strike": ["answer-0", *others, "answer-1"],
        "why did they": ["answer-0", *others, "other-9", "answer-1"],
        "who struck (Holm Sound)": ["answer-0"],
    }

    @contextmanager
    def opened(*_: Any, **__: Any) -> Any:
        yield Finds(found)

    monkeypatch.setattr(Bench, "assistant", opened)
    monkeypatch.setattr(canard, "searched_for", lambda q, h: f"{q} (Holm Sound)" if len(h) == 1 else q)
    figures, _ = canard.measure(Bench(tmp_path, Corpus(corpus.articles, corpus.cases), corpus.cases, cast(Any, None)))
    values = {figure.name: figure.value for figure in figures}
    assert values["recall@10, as asked"] == 0 and values["recall@10, rewrite"] == 1
    assert values["recall@10, searched form"] == 0.5
    assert values["of the gap recovered, searched form"] == 0.5
