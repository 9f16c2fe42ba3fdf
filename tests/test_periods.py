"""What a question says about time, on an archive: what filters, what is only preferred, and what is said of it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.archive import Archive
from index.embed import HashEmbedder
from index.errors import QuestionError, SettingsError
from index.records import Article, Hit, Passage, Span
from rag import Answer, Assistant, Settings, attempt
from rag.event import event, without
from rag.period import parse_today, period_of, widened, without_days
from rag.prefer import INSIDE, NEWEST, prefer
from rag.question import asking, subject
from rag.records import Period
from rag.retrieve import Found

TODAY = "2014-08-22"
FERRIES = [
    Article("march", "The ferry to Holm was cancelled because of ice.", "Ice", published="2014-03-02"),
    Article("may", "The ferry to Holm was cancelled because of a strike.", "Strike", published="2014-05-12"),
    Article("june", "The ferry to Holm was cancelled because of fog, as it was in May.", "Fog", published="2014-06-03"),
]
QUESTION = "Why was the ferry to Holm cancelled"


@pytest.fixture
def assistant(archive: Archive) -> Assistant:
    archive.add_articles(FERRIES)
    return Assistant(archive, Settings(refuse_below=0, sentences=1))


def cited(assistant: Assistant, question: str, **more: object) -> list[str]:
    return [c.article.id for c in assistant.ask(question, today=TODAY, **more).citations]  # type: ignore[arg-type]


def test_days_in_a_question_filter_and_are_told(assistant: Assistant) -> None:
    answer = assistant.ask(f"{QUESTION} in May?", today=TODAY)
    assert answer.period == Period("2014-05-01", "2014-05-31", "", "1–31 May 2014", "filter")
    assert {hit.passage.article.id for hit in answer.hits} == {"may"} and answer.searched_for == answer.question
    assert answer.hits[0].why["filter"] == {"since": "2014-05-01", "until": "2014-05-31"}
    assert cited(assistant, f"{QUESTION} before June?") != ["june"]
    assert assistant.ask(f"{QUESTION}?", today=TODAY).period is None


def test_days_that_somebody_gives_go_before_those_of_the_question(assistant: Assistant) -> None:
    answer = assistant.ask(f"{QUESTION} in May?", today=TODAY, since="2014-06")
    assert answer.period is None and {hit.passage.article.id for hit in answer.hits} == {"june"}
    everything = assistant.ask(f"{QUESTION} in May?", today=TODAY, since="")
    assert everything.period is None and len(everything.hits) == 3


def test_search_reads_days_only_when_it_is_told_to(assistant: Assistant) -> None:
    assert len(assistant.search(f"{QUESTION} in May?", today=TODAY)) == 3
    (hit,) = assistant.search(f"{QUESTION} in May?", today=TODAY, dates=True)
    assert hit.passage.article.id == "may"


def test_days_without_an_article_leave_nothing_out(assistant: Assistant) -> None:
    answer = assistant.ask(f"{QUESTION} this week?", today="2026-11-30")
    assert answer.period is not None and answer.period.applied == "preference" and len(answer.hits) == 3
    assert answer.period.note == "No article was published 30 November – 6 December 2026, so none was left out."
    assert len(assistant.ask(f"{QUESTION} this week?", today="2026-11-30", outlet="Nobody").hits) == 0


def test_an_archive_without_dates_is_never_filtered(archive: Archive) -> None:
    archive.add_articles(Article(one.id, one.text, one.title) for one in FERRIES)
    answer = Assistant(archive, Settings(refuse_below=0)).ask(f"{QUESTION} in May?", today=TODAY)
    assert answer.period is not None and answer.period.applied == "preference" and len(answer.hits) == 3
    assert answer.period.note == "The articles carry no dates, so none was left out."


def test_what_the_days_do_not_answer_is_asked_of_those_around_them(archive: Archive) -> None:
    archive.add_articles([*FERRIES, Article("mill", "The mill at Velm burned down.", "Fire", published="2014-06-20")])
    assistant = Assistant(archive, Settings(refuse_below=0.05))
    answer = assistant.ask("Did the mill at Velm burn in May?", today=TODAY)
    assert [c.article.id for c in answer.citations][:1] == ["mill"] and answer.period is not None
    assert answer.period.applied == "widened" and answer.period.shown == "1–31 May 2014"
    assert (answer.period.since, answer.period.until) == ("2014-04-24", "")


def test_the_latest_is_moved_up_and_says_what_it_gained(assistant: Assistant) -> None:
    question = "What is the latest on the ferry to Holm?"
    latest = {hit.passage.article.id: hit for hit in assistant.search(question, dates=True, today=TODAY)}
    plain = {hit.passage.article.id: hit for hit in assistant.search("What is on the ferry to Holm?")}
    gained = {id: hit.score - plain[id].score for id, hit in latest.items()}
    assert gained == pytest.approx({"june": NEWEST, "may": NEWEST * 2 / 3, "march": NEWEST / 3})
    assert all(hit.why["date"] == round(gained[id], 4) for id, hit in latest.items())


ORDERED = [
    ("What is the latest news about the ferry to Holm?", "june"),
    ("latest articles about the ferry to Holm", "june"),
    ("The most recent coverage of the ferry to Holm", "june"),
    ("earliest article about the ferry to Holm", "march"),
    ("Which was the first report on the ferry to Holm?", "march"),
    ("oldest story about the ferry to Holm", "march"),
]


@pytest.mark.parametrize(("question", "id"), ORDERED)
def test_an_article_asked_for_by_its_day_is_quoted(archive: Archive, question: str, id: str) -> None:
    archive.add_articles(FERRIES)
    answer = Assistant(archive, Settings(sentences=1)).ask(question, today=TODAY)
    assert [c.article.id for c in answer.citations] == [id], answer.text
    refused = Assistant(archive).ask(question.replace("ferry to Holm", "flood at Velm"), today=TODAY)
    assert not refused.answered  # it is of another subject


def test_find_reads_the_days_once_for_hits_and_period(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []

    def counted(*given: object) -> Period | None:
        read.append(given)
        return real(*given)  # type: ignore[arg-type]

    real = attempt.read
    monkeypatch.setattr(attempt, "read", counted)
    found = assistant.find(f"{QUESTION} in May?", dates=True, today=TODAY)
    assert [hit.passage.article.id for hit in found.hits] == ["may"] and len(read) == 1
    assert found.period == Period("2014-05-01", "2014-05-31", "", "1–31 May 2014", "filter")
    assert assistant.search(f"{QUESTION} in May?", dates=True, today=TODAY) == list(found.hits)
    assert assistant.find(f"{QUESTION} in May?", today=TODAY).period is None


@pytest.mark.parametrize("question", ["???", "...", "-- !"])
def test_a_question_without_words_is_told_so(assistant: Assistant, question: str) -> None:
    for door in (assistant.search, assistant.ask):
        with pytest.raises(QuestionError, match="holds no words"):
            door(question)
    with pytest.raises(QuestionError, match="holds no words"):
        assistant.ask("Why?", searched_for=question)


# ---- pure


@pytest.mark.parametrize(
    ("dated", "held", "applied", "note"),
    [
        ((4, 4), True, "filter", ""),
        ((3, 4), True, "filter", "1 article without a date is left out."),
        ((2, 4), True, "filter", "2 articles without a date are left out."),
        ((1, 4), True, "preference", "Only 1 of 4 articles carry a date, so none was left out"),
        ((0, 4), True, "preference", "The articles carry no dates"),
        ((4, 4), False, "preference", "No article was published 1–31 May 2014, so none was left out."),
    ],
)
def test_when_days_filter(dated: tuple[int, int], held: bool, applied: str, note: str) -> None:
    period = period_of("Why did it rain in May?", date(2014, 8, 22), dated, lambda *_: held)
    assert period is not None and period.applied == applied and period.note.startswith(note)
    assert bool(period.note) == bool(note)


@pytest.mark.parametrize(
    ("question", "since", "until", "told"),
    [
        ("Why did it rain on Monday?", "2014-08-17", "2014-08-20", True),
        ("Why did it rain last week?", "2014-08-10", "2014-08-19", True),
        ("What was published on Monday?", "2014-08-18", "2014-08-18", False),
        ("Why did it rain in May?", "2014-05-01", "2014-05-31", False),
        ("Why did it rain since Monday?", "2014-08-18", "", False),
    ],
)
def test_what_happens_on_a_day_is_told_a_day_later(question: str, since: str, until: str, told: bool) -> None:
    asked: list[tuple[str, str]] = []
    period = period_of(question, date(2014, 8, 22), (4, 4), lambda *days: not asked.append(days))
    assert period is not None and (period.since, period.until) == (since, until) == asked[0]
    assert period.note.startswith("The day before") == told


@pytest.mark.parametrize(
    ("since", "until", "wider", "what"),
    [
        ("2014-05-08", "2014-05-31", "2014-05-01", "other days"),
        ("2014-05-08", "", "2014-05-01", "earlier days"),
        ("", "2014-05-08", "", "later days"),
        ("0001-01-03", "", "0001-01-03", "earlier days"),
    ],
)
def test_widened_by_hand(since: str, until: str, wider: str, what: str) -> None:
    period = widened(Period(since, until, "", "then", "filter"))
    assert period == Period(
        wider, "", "", "then", "widened", f"No article published then answers this: {what} were asked too."
    )
    assert widened(period) is None and widened(None) is None
    assert widened(Period(since, until, "", "then", "preference")) is None


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("2014", "in 2014"),
        ("2012–2014", "in 2012–2014"),
        ("12 May 2014", "on 12 May 2014"),
        ("since 2 May 2014", "since 2 May 2014"),
    ],
)
def test_days_are_said_as_people_say_them(shown: str, said: str) -> None:
    period = widened(Period("2014-01-01", "2014-12-31", "", shown, "filter"))
    assert period is not None and period.note.startswith(f"No article published {said} answers this")


def found(*days: str) -> list[Found]:
    articles = [Article(str(i), "It rained.", published=day) for i, day in enumerate(days)]
    hits = [Hit(Passage(one, Span(0, 10)), 1.0 - i / 10, {"covered": 1.0}) for i, one in enumerate(articles)]
    return [Found(hit, (Span(0, 10),), (0.5,), (("rain",),)) for hit in hits]


def test_preference_by_hand() -> None:
    latest = prefer(found("2014-01-01", "", "2014-03-01"), Period("", "", "latest", "", "preference"))
    assert [(one.hit.passage.article.id, round(one.hit.score, 6)) for one in latest] == [
        ("2", 0.8 + NEWEST),
        ("0", 1.0 + NEWEST / 2),
        ("1", 0.9),
    ]
    first, *others = found("2014-01-01", "2014-03-01")
    elsewhere = replace(others[0], hit=replace(others[0].hit, why={"covered": 0.7}))  # newer, but of something else
    assert prefer([first, elsewhere], Period("", "", "latest", "", "preference"))[0].hit.score == 1.0 + NEWEST
    assert prefer([first, elsewhere], Period("", "", "latest", "", "preference"))[1].hit.score == 0.9
    inside = prefer(found("2014", "2014-03-01"), Period("2014-03-01", "2014-03-31", "", "", "preference"))
    assert [round(one.hit.score, 6) for one in inside] == [1.0 + INSIDE, 0.9 + INSIDE]


@given(
    st.lists(st.sampled_from(["", "2014", "2014-08", "2014-08-22", "soon"]), max_size=8),
    st.sampled_from(["latest", "earliest", ""]),
)
def test_a_preference_loses_nothing_and_scores_fall(days: list[str], order: str) -> None:
    before = found(*days)
    after = prefer(before, Period("2014-08", "2014-09-30", order, "x", "preference"))
    assert sorted(one.hit.passage.article.id for one in after) == [one.hit.passage.article.id for one in before]
    scores = [one.hit.score for one in after]
    assert scores == sorted(scores, reverse=True)
    assert all(one.hit.score >= old.hit.score for old in before for one in after if one.hit.passage == old.hit.passage)


@pytest.mark.parametrize("text", ["soon", "2014-13-01", 20140822, ""])
def test_a_day_that_is_none_is_refused(text: object) -> None:
    with pytest.raises(SettingsError, match="no day"):
        parse_today(text)  # type: ignore[arg-type]


# ---- events


@pytest.mark.parametrize(
    ("question", "side", "words"),
    [
        ("What did Holm Line earn before the strike was announced?", "before", "the strike was announced"),
        ("Before the mill burned down, who owned it?", "before", "the mill burned down"),
        ("What has the mayor said since the dam broke?", "after", "the dam broke"),
        ("Who ran it until it was sold to Holm Line?", "before", "it was sold to Holm Line"),
        ("What happened after he left?", "", ""),
        ("Three years since the dam broke, who pays?", "", ""),
        ("The old mill burned after a long storm. Who owned it?", "", ""),
        ("What came after that long winter night?", "", ""),
        ("Why did the ferry stop?", "", ""),
    ],
)
def test_events_are_taken_from_a_question(question: str, side: str, words: str) -> None:
    named = event(question)
    assert (named.side, named.words) == (side, words) if named else not side


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading_of_events(text: str) -> None:
    named = event(f"What was said before {text}")
    assert named is None or named.words


def ids(answer: Answer) -> list[str]:
    return [hit.passage.article.id for hit in answer.hits]


@pytest.mark.parametrize(
    ("question", "words", "rest"),
    [
        ("What did the crews earn before the strike ended?", "the strike ended", "What did the crews earn?"),
        ("Before the mill burned down, who owned it at Velm?", "the mill burned down", "Who owned it at Velm?"),
        (
            "What happened after the mill burned down?",
            "the mill burned down",
            "What happened after the mill burned down?",
        ),
    ],
)
def test_a_question_without_its_event(question: str, words: str, rest: str) -> None:
    assert without(question, words) == rest


def test_an_event_is_dated_by_the_article_that_reports_it(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "archive", HashEmbedder()) as archive:
        strike = Article("strike", "The crews announced a strike.", "Strike announced", published="2014-05-12")
        pay = [
            Article(f"pay-{day}", f"Holm Line paid crews {day} crowns.", published=f"2014-0{day}-01") for day in (3, 7)
        ]
        archive.add_articles([strike, *pay])
        assistant = Assistant(archive, Settings(refuse_below=0))
        answer = assistant.ask("What did Holm Line pay crews before the strike was announced?", today=TODAY)
        assert answer.period is not None and answer.period.applied == "filter"
        assert (answer.period.since, answer.period.until) == ("", "2014-05-11")
        assert answer.period.note == "“Strike announced”, 12 May 2014, is taken for: the strike was announced."
        assert ids(answer) == ["pay-3"]
        after = assistant.ask("What did Holm Line pay crews after the strike was announced?", today=TODAY)
        assert after.period is not None and (after.period.since, after.period.until) == ("2014-05-13", "")
        assert after.period.applied == "preference" and set(ids(after)) == {"pay-3", "pay-7", "strike"}
        since = assistant.ask("What did Holm Line pay crews since the strike was announced?", today=TODAY)
        assert since.period == replace(after.period, applied="filter") and ids(since) == ["pay-7"]
        nothing = assistant.ask("What was said before Holm Line paid crews 3 crowns?", today=TODAY)
        assert nothing.period is not None and nothing.period.applied == "preference"
        assert nothing.period.note.endswith("No article was published until 28 February 2014, so none was left out.")
        unknown = assistant.ask("What did Holm Line pay crews before the comet landed?", today=TODAY)
        assert unknown.period is None


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("earliest article about the ferry strike", "the ferry strike"),
        ("the first report on the ferry strike", "the ferry strike"),
        ("Show me the newest stories about Holm", "holm"),
        ("the report on the ferry strike", "the ferry strike"),  # as it is without its word of order
        ("about the ferry strike", "the ferry strike"),
    ],
)
def test_words_for_an_article_are_no_subject(question: str, about: str) -> None:
    assert asking(question) == "topic" and subject(question) == about


def test_what_a_report_says_is_no_topic() -> None:
    assert asking("What does the latest report on the strike say of the pay of the crews?") == "question"
    assert asking("Who wrote the first article about the strike of the crews?") == "question"


def test_a_quarter_stays_in_what_is_searched_and_other_days_do_not() -> None:
    today = date(2015, 1, 1)
    assert without_days("How did sales do in May 2014?", today) == "How did sales do?"
    for named in ("in the third quarter of 2014", "in Q3 2014"):
        assert without_days(f"How did sales do {named}?", today) == f"How did sales do {named}?"
