"""The hall: what is quoted is quoted exactly, what is not answered is said, and each part does its small sum."""

import json
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.archive import Archive
from index.embed import HashEmbedder
from index.errors import BylineError, QuestionError, SettingsError
from index.records import Article, Span
from rag import Answer, Assistant, Settings, Turn
from rag.attempt import Looked
from rag.choice import chosen
from rag.cite import holds, quoted
from rag.extract import choose, content, repeats
from rag.features import Asked, Candidate, covers, numbers, of_passage, take_apart
from rag.offers import counts, offers, unit_of
from rag.question import asking, kind_of, subject
from rag.retrieve import zscores
from rag.weights import Linear, probability, weights

ARTICLES = [
    Article(
        "ferry-1",
        "The ferry line Holm Sound cancelled all crossings on 3 May 2021. Crews had walked out because pay was frozen. "
        "Director Ada Quist said talks would go on. She called the strike “a pity”.",
        "Ferry strike",
        outlet="Coast Daily",
        author="Ivo Marr",
        published="2021-05-04",
    ),
    Article(
        "ferry-2",
        "Holm Sound and its crews settled on Friday. Pay rises by 4 percent, the union said. "
        "Crossings resume on Monday.",
        "Ferry strike ends",
        outlet="Holm Post",
        published="2021-05",
    ),
    Article("bridge", "The old bridge at Lund reopened. Repairs had cost 12 million crowns.", "Bridge", published=""),
]


@pytest.fixture
def assistant(archive: Archive) -> Assistant:
    archive.add_articles(ARTICLES)
    return Assistant(archive, Settings(refuse_below=0))


def check(answer: Answer) -> None:
    """The law of the house."""
    assert answer.answered == bool(answer.citations)
    for citation in answer.citations:
        quote = citation.article.text[citation.quote.start : citation.quote.end]
        assert citation.text == quote == answer.text[citation.claim.start : citation.claim.end] != ""
        assert holds(answer.text, citation)
    if answer.answered:
        assert answer.text == " ".join(citation.text for citation in answer.citations)


@given(st.lists(st.tuples(st.text(min_size=1), st.data()), min_size=1, max_size=4))
def test_quotes_and_claims_are_the_same_characters(drawn) -> None:  # type: ignore[no-untyped-def]
    parts = []
    for i, (text, data) in enumerate(drawn):
        start = data.draw(st.integers(0, len(text) - 1))
        parts.append((Article(str(i), text), Span(start, data.draw(st.integers(start + 1, len(text))))))
    text, citations = quoted(parts)
    assert all(holds(text, citation) for citation in citations)
    assert text == " ".join(citation.text for citation in citations)


@pytest.mark.parametrize(
    "question",
    [
        "Why did the crews walk out?",
        "How much does pay rise?",
        "ferry",
        "summarise the ferry story",
        "Who is the director?",
    ],
)
def test_every_answer_obeys_the_law_and_stream_ends_with_it(assistant: Assistant, question: str) -> None:
    steps = list(assistant.stream(question))
    answer = assistant.ask(question)
    check(answer)
    assert answer.answered and answer.hits and 1 <= len(answer.citations) <= 3
    assert (steps[-1].text, steps[-1].citations) == (answer.text, answer.citations)
    assert steps[0].hits and not steps[0].text
    assert all(steps[-1].text.startswith(step.text) for step in steps)
    assert answer.seconds["total"] > 0


def test_search_counts_passages_falls_and_filters(assistant: Assistant) -> None:
    hits = assistant.search("ferry crews", k=2)
    assert len(hits) == 2 and hits[0].score >= hits[1].score
    assert {"dense", "lexical", "sentence", "words"} <= set(hits[0].why)
    assert hits[0].why["words"] == ["ferry", "crews"]
    found = {hit.passage.article.id for hit in assistant.search("ferry", since="2021-05-01", until="2021-05-04")}
    assert found == {"ferry-1", "ferry-2"}
    assert [h.passage.article.id for h in assistant.search("ferry", outlet="holm post")] == ["ferry-2"]
    assert assistant.search("ferry", since="2031") == [] and assistant.search("ferry", k=0) == []
    with pytest.raises(SettingsError):
        assistant.search("ferry", since="soon")
    refused = assistant.ask("When did crossings resume?", since="2031")
    assert not refused.answered and "filter" in refused.text and not refused.hits


def test_refusing_is_an_answer_too(archive: Archive) -> None:
    archive.add_articles(ARTICLES)
    answer = Assistant(archive, Settings(refuse_below=1.0)).ask("Who won the chess title in Oslo?")
    check(answer)
    assert not answer.answered and answer.text.startswith("The articles do not answer") and answer.hits
    json.dumps(dict(answer.seconds))


def test_what_people_type_first(archive: Archive) -> None:
    assistant = Assistant(archive)
    assert "byline add" in assistant.ask("Hello!").text and "byline add" in assistant.ask("What happened?").text
    archive.add_articles(ARTICLES)
    hello = assistant.ask("hello")
    assert not hello.answered and hello.text.startswith("Hello") and "3 articles" in hello.text
    assert "crossings" in assistant.ask("Ferry").text.lower() or assistant.ask("Ferry").answered
    assert not assistant.ask("Zeppelin").answered
    lead = assistant.ask("Summarise the bridge story")
    assert lead.citations[0].article.id == "bridge" and lead.citations[0].quote.start == 0
    assert "German" in assistant.ask("Warum haben die Fährleute im Mai die Arbeit niedergelegt?").text


def test_questions_out_of_bounds_are_named(assistant: Assistant) -> None:
    for bad in ("", "  \n ", "\u200b"):
        with pytest.raises(QuestionError, match="empty"):
            assistant.ask(bad)
    with pytest.raises(QuestionError, match="100,000"):
        assistant.ask("a" * 100_000)
    assert assistant.ask('foo AND "((').text
    with pytest.raises(SettingsError, match="whole number"):
        assistant.search("mill", k="3")  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="list of Turn"):
        assistant.ask("Who?", ["Who hired?"])  # type: ignore[list-item]


def test_settings_refuse_what_they_do_not_know() -> None:
    with pytest.raises(TypeError):
        Settings(sentence=2)  # type: ignore[call-arg]
    for bad in ({"refuse_below": 1.5}, {"sentences": 0}, {"sentences": True}, {"refuse_below": "high"}):
        with pytest.raises(SettingsError):
            Settings(**bad)  # type: ignore[arg-type]
    assert Settings(refuse_below=0, sentences=3).sentences == 3 and Settings().sentences is None


def test_open_makes_an_empty_archive_and_is_a_context_manager(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "new") as assistant:
        assert assistant.search("anything") == [] and not assistant.ask("Anything there?").answered
    with Assistant.open(tmp_path / "new") as assistant:
        assert assistant.archive.counts() == {"articles": 0, "passages": 0}
    with pytest.raises(BylineError), Assistant.open(tmp_path):  # a folder that holds something else
        pass


def test_threads_may_ask_at_once(assistant: Assistant) -> None:
    expected = assistant.ask("Why did the crews walk out?").text
    got: list[str] = []
    threads = [
        threading.Thread(target=lambda: got.append(assistant.ask("Why did the crews walk out?").text)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [expected] * 8


def test_zscores_by_hand() -> None:
    assert zscores(np.array([1, 2, 3])).tolist() == pytest.approx([-1.2247449, 0, 1.2247449])
    assert zscores(np.array([5.0])).tolist() == [0] and zscores(np.array([2.0, 2.0])).tolist() == [0, 0]


def test_weights_of_terms_by_hand() -> None:
    asked = take_apart("Who leads Inspur?", {"inspur": 10, "lead": 0}.__getitem__, 10)
    assert asked.weights == pytest.approx({"lead": np.log(1 + 10.5 / 0.5), "inspur": np.log(1 + 0.5 / 10.5)})
    assert (asked.kind, asked.names, asked.numbers) == ("person", {"inspur"}, set())
    assert asked.share(frozenset({"lead"})) == pytest.approx(3.09104 / (3.09104 + 0.04652), rel=1e-4)


def test_numbers_are_known_in_digits_and_in_words() -> None:
    assert numbers("the second of twelve, on Aug. 22nd, Q3 2013") == {"2", "12", "22", "3", "2013"}
    assert numbers("The first one is often someone's.") == frozenset()


def test_the_year_of_its_article_goes_without_saying_in_a_sentence() -> None:
    article = Article("a", "Sales fell. They rose in 2012.", published="2013-11")
    asked = take_apart("How far did sales fall in 2013?", lambda term: 0, 1)
    spans, terms = [Span(0, 11), Span(12, 30)], [["sale", "fell"], ["rose", "2012"]]
    for published, covered in (("2013-11", [1.0, 1.0]), ("2014", [0.0, 0.0]), ("", [0.0, 0.0])):
        found = of_passage(
            asked, replace(article, published=published), Span(0, 30), spans, [0.5, 0.5], terms, rank=0, gap=0
        )
        assert [one.features["numcov"] for one in found] == covered


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many ferries sailed?", "number"),
        ("how much did it cost", "number"),
        ("When did the strike end?", "date"),
        ("In what year was it built?", "date"),
        ("Who is the chair?", "person"),
        ("Where is Holm?", "place"),
        ("Which country bought it?", "place"),
        ("Why did they strike?", "reason"),
        ("How do locks work?", "manner"),
        ("What is I2I?", "other"),
        ("How soon can boats sail?", "date"),
        ("Police held men who planned a riot. Where was it?", "place"),
        ("Which group did the man who fled belong to?", "other"),
        ("The mill was sold to whom?", "person"),
        ("Why were fewer holes drilled when the ground was surveyed?", "reason"),
        ("What did she say when the deal was made?", "other"),
        ("When it sank, how many drowned?", "number"),
        ("Ada Quist, who fled, is from which town?", "place"),
        ("According to the line, when did it sail?", "date"),
        ("In which month did it sail?", "date"),
        ("By how much did pay rise?", "number"),
        ("What were the reasons for the strike?", "reason"),
        ("What made Ann Lee resign?", "reason"),
        ("What got both sides to agree at last?", "reason"),
        ("What got wet?", "other"),
    ],
)
def test_kinds_of_questions(question: str, kind: str) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("typed", "wants"),
    [
        ("hello", "greeting"),
        ("Thank you very much!", "greeting"),
        ("Inspur", "topic"),
        ("tell me about the ferry", "topic"),
        ("summarise the IBM story", "summary"),
        ("Give me a short summary of the ferry strike", "summary"),
        ("why did crews strike", "question"),
        ("???", "nothing"),
        ("Hello Kitty sold how many toys?", "question"),
    ],
)
def test_what_is_wanted(typed: str, wants: str) -> None:
    assert asking(typed) == wants


def test_subjects() -> None:
    assert subject("summarise the IBM story") == "ibm"
    assert subject("tell me about Holm Sound") == "holm sound"


@pytest.mark.parametrize(
    ("kind", "text", "offered"),
    [
        ("number", "Pay rises by 4 percent.", True),
        ("number", "Pay rises.", False),
        ("date", "It ended in May.", True),
        ("date", "It may end.", False),
        ("person", "Then Ada Quist spoke.", True),
        ("place", "It sank off the coast.", False),
        ("place", "It sank near Holm.", True),
        ("reason", "They left because pay was low.", True),
    ],
)
def test_offers(kind: str, text: str, offered: bool) -> None:
    assert offers(kind, text, frozenset()) is offered  # type: ignore[arg-type]


def test_akin_words_cover_each_other() -> None:
    assert covers(frozenset({"chairman"}), "chair") and covers(frozenset({"partner"}), "partnership")
    assert not covers(frozenset({"charity"}), "chair") and not covers(frozenset({"banker"}), "bank")


def test_a_number_of_the_question_is_no_answer() -> None:
    assert not offers("number", "In 2014 sales fell.", frozenset({"2014"}))


@pytest.mark.parametrize(
    ("question", "sentence", "met"),
    [
        ("How much did the fund pay for the club?", "Holm has 9,000 inhabitants.", False),
        ("How much did the fund pay for the club?", "The fund paid £31 million.", True),
        ("What does a single ticket cost?", "It is 4 euros.", True),
        ("What does a single ticket cost?", "It is valid for 4 days.", False),
        ("What fine did the court impose?", "It fined them $40,000.", True),
        ("How much money changed hands?", "Some 5 percent.", False),
        ("How much did the price rise?", "It rose 5 percent.", True),
        ("How much wheat was sold?", "They sold 40 tonnes.", True),
        ("What share of the market has it?", "It has 12 percent.", True),
        ("What share of the market has it?", "It has 12 shops.", False),
        ("How many crew struck?", "In all, 240 struck.", True),
    ],
)
def test_a_figure_has_the_unit_that_is_asked_for(question: str, sentence: str, met: bool) -> None:
    assert kind_of(question) == "number"
    assert offers("number", sentence, frozenset(), unit_of(question)) == met


def test_a_figure_counts_what_stands_near_it() -> None:
    unit = unit_of("How many patients were affected?")
    assert counts("Records of 63,400 patients were stolen.", frozenset(), unit)
    assert counts("The patients, twelve of them, were told.", frozenset(), unit)
    assert not counts("It has 63,400 patients.", frozenset({"63,400"}), unit)
    assert not counts("Patients were told that it would take until the second of 9 meetings.", frozenset(), unit)
    assert not unit_of("Who was affected?").counts


def candidates(*texts: str) -> list[Candidate]:
    whole = " ".join(texts)
    spans, at = [], 0
    for text in texts:
        spans.append(Span(at, at + len(text)))
        at += len(text) + 1
    asked = Asked("other", {"x": 1.0}, frozenset(), frozenset(), frozenset())
    cosines = [1 - 0.3 * i for i in range(len(texts))]
    article = Article("a", whole)
    return of_passage(
        asked, article, Span(0, len(whole)), spans, cosines, [text.split() for text in texts], rank=0, gap=0
    )


def test_an_answer_does_not_repeat_itself_and_stops_when_it_suffices() -> None:
    ranked = candidates("The ferry sank near Holm.", "The ferry sank near Holm on Friday.", "Nobody was hurt there.")
    shown = [one.text for one in choose(ranked, 3, enough=1.0)]
    assert shown == ["The ferry sank near Holm.", "Nobody was hurt there."]
    assert len(choose(ranked, 3, enough=0.0)) == 1 and choose([], 3) == []
    likely = {"best": 2.0, "echo": 0.0, "holds": 2.0}
    same = replace(ranked[2], features={**ranked[2].features, **likely}, short=Span(4, 9))  # the reader says "ferry"
    assert [one.text for one in choose([*ranked[:2], same], 3, enough=1.0)] == shown[:1]
    unsure = replace(same, features={**same.features, "best": 0.5})
    assert [one.text for one in choose([*ranked[:2], unsure], 3, enough=1.0)] == shown
    sank = content("The ferry sank.")
    assert repeats(sank, content("The ferry sank on Friday.")) and not repeats(sank, content("Pay rose."))


def test_who_asks_for_a_number_of_sentences_gets_it_and_otherwise_as_many_as_suffice() -> None:
    told = ("The ferry sank near Holm.", "Nobody was hurt there.", "A tug came at noon.", "The mayor spoke.")
    ranked = [replace(one, score=-9.0 * i) for i, one in enumerate(candidates(*told))]
    looked = Looked(ranked=ranked, sure=1.0)

    def shown(settings: Settings) -> list[str]:
        return [span.of(article.text) for article, span in chosen(looked, "question", settings).parts]

    assert shown(Settings()) == list(told[:1])
    for count in (1, 2, 3):
        assert shown(Settings(sentences=count)) == list(told[:count])
    level = Looked(ranked=[replace(one, score=0.0) for one in ranked], sure=1.0)  # none suffices
    assert len(chosen(level, "question", Settings()).parts) == 3


def test_linear_by_hand() -> None:
    assert Linear(-1.0, {"a": 2.0, "b": 0.5}).score({"a": 1.5, "c": 9}) == 2.0
    assert probability(0) == 0.5 and probability(800) == 1.0 and probability(-800) == 0.0
    assert weights().sentence.weights["cov"] > 0


def test_a_follow_up_is_reported_as_searched(assistant: Assistant) -> None:
    answer = assistant.ask("And why did they?", [Turn("What did Holm Sound cancel?", "All crossings.")])
    assert answer.question == "And why did they?" and "Holm Sound" in answer.searched_for


def test_a_question_about_something_else_is_asked_as_it_stands(archive: Archive) -> None:
    """With the subject of the turns before it would be refused."""
    archive.add_articles(ARTICLES)
    assistant, before = Assistant(archive), [Turn("Who is Gerd Blom of Arkwald Steel?", "Nobody knows.")]
    answer = assistant.ask("When was the bridge reopened?", before)
    assert answer.answered and answer.searched_for == "When was the bridge reopened?"
    refused = assistant.ask("When was it reopened?", before)  # "it" is somebody of before, and nothing else
    assert not refused.answered and "Gerd Blom" in refused.searched_for


def test_import_of_the_hall_brings_no_torch_and_no_gradio() -> None:
    import subprocess
    import sys

    heavy = ("torch", "gradio", "sentence_transformers", "openai")
    code = f"import sys, rag; sys.exit(any(m in sys.modules for m in {heavy}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_hash_archives_open_by_their_manifest(tmp_path: Path) -> None:
    Archive.create(tmp_path / "a", HashEmbedder(32)).close()
    with Assistant.open(tmp_path / "a") as assistant:
        assert assistant.archive.embedder.dimension == 32
