"""ask, search and explain at the command line: what narrows them, what was understood, why a hit is where it is."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from index.archive import Archive
from index.embed import HashEmbedder
from index.records import Article, Hit, Passage, Span
from rag import Assistant, Settings
from rag.records import Answer, Citation, Period, Results
from ui.answers import answer_lines, explanation_lines, hit_lines, understood_lines
from ui.cli import main
from ui.misses import missed
from ui.talk import reply
from ui.why import shown, why_lines

FERRY = (
    "The ferry to Holm was cancelled on Monday because the crews want higher pay, the harbour office said. Three boats "
    "stayed in port and about 400 passengers had to wait for the evening train. Talks between the union and the line "
    "are to go on in Linde on Thursday. The town council asked both sides to agree before the summer season begins."
)
EDITED = FERRY.replace("because the crews want higher pay, the harbour office said", "in a row over pay")
ARTICLES = [
    Article("ferry", FERRY, "Ferry stays", outlet="Holm Post", author="Anna Berg", published="2014-08-22",
            language="en"),
    Article("copy", EDITED, "No ferry", outlet="Linde Herald", author="Bo Vik", published="2014-08-23", language="en"),
    Article("fares", "Ferry fares to Holm rose last week. The ferry line blames the price of oil.", "Fares",
            outlet="Holm Post", author="Bo Vik", published="2013-05-08", language="en"),
    Article("muehle", "Die Fähre nach Holm fährt wieder.", "Fähre", outlet="Linder Bote", published="2015",
            language="de"),
]  # fmt: skip
QUESTION = "Why was the ferry to Holm cancelled?"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive of four articles, two of them one story; it is the one that is meant where none is named."""
    path = tmp_path / "archive"
    with Archive.create(path, HashEmbedder()) as made:
        made.add_articles(ARTICLES)
    monkeypatch.setenv("BYLINE_ARCHIVE", str(path))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    return path


Captured = pytest.CaptureFixture[str]


def told(capsys: Captured, *argv: str, code: int = 0) -> tuple[str, str]:
    capsys.readouterr()
    assert main(argv) == code
    out, err = capsys.readouterr()
    assert max(map(len, out.splitlines()), default=0) <= 80 or "--json" in argv
    return out, err


def value(capsys: Captured, *argv: str) -> Any:
    return json.loads(told(capsys, *argv, "--json")[0])


def ids(capsys: Captured, *argv: str) -> set[str]:
    return {hit["article_id"] for hit in value(capsys, "search", *argv)}


# --- which articles


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--author", "vik"], "copy fares"),
        (["--author", "berg anna"], "ferry"),
        (["--language", "DE"], "muehle"),
        (["--story", "copy"], "ferry copy"),
        (["--article", "fares", "--article", "copy"], "fares copy"),
        (["--article", "fares", "--author", "berg"], ""),
        (["--outlet", "holm post", "--until", "2013"], "fares"),
        ([], "ferry copy fares muehle"),
    ],
)
def test_each_option_narrows_both(capsys: Captured, options: list[str], found: str) -> None:
    assert ids(capsys, "ferry Holm", "--no-fold", *options) == set(found.split())
    answer = value(capsys, "ask", QUESTION, *options)
    folded = {id for hit in answer["hits"] for id in (hit["article_id"], *hit["why"].get("copies", []))}
    assert folded == set(found.split())


def test_an_id_may_be_the_path_of_a_file(capsys: Captured, tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "two.jsonl"
    path.write_text('{"id": "a", "text": "The ferry is blue."}\n{"id": "b", "text": "The ferry is red."}\n')
    with Archive.open(folder, HashEmbedder()) as archive:
        archive.add([path])
    assert ids(capsys, "ferry", "--article", "two.jsonl") == {"a", "b"}
    assert "Name one: a, b" in told(capsys, "search", "ferry", "--story", "two.jsonl", code=2)[1]
    assert "Name one: a, b" in told(capsys, "explain", "ferry", "--article", "two.jsonl", code=2)[1]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--outlet", "Holm"],
         ["No article is of the outlet 'Holm'. There are: Holm Post, Linde Herald, Linder Bote."]),
        (["--author", "Nilsen"], ["No article is by 'Nilsen'. There are: Bo Vik, Anna Berg."]),
        (["--language", "fr"], ["No article is in the language 'fr'. There are: en, de."]),
        (["--story", "nope"], ["No article has the id 'nope'. See the ids with: byline list"]),
        (["--article", "no", "--article", "none"],
         ["No article has the ids 'no', 'none'. See the ids with: byline list"]),
        (["--since", "2016"], ["No article has a date of these days: since 1 January 2016."]),
        (["--since", "2013-06", "--until", "2013-06-02"], ["No article has a date of these days: 1\u20132 June 2013."]),
        (["--language", "fr", "--author", "x"],
         ["No article is by 'x'. There are: Bo Vik, Anna Berg.",
          "No article is in the language 'fr'. There are: en, de."]),
        (["--author", "vik", "--language", "de"],
         ["Each of these filters lets articles through, but none passes all: author 'vik', language 'de'."]),
        (["--since", "2014", "--article", "fares"],
         ["Each of these filters lets articles through, but none passes all: since '2014', articles fares."]),
    ],
)  # fmt: skip
def test_a_filter_that_lets_nothing_through_is_named(capsys: Captured, options: list[str], said: list[str]) -> None:
    for json_too in ([], ["--json"]):
        out, err = told(capsys, "search", "ferry", *options, *json_too)
        assert out == ("[]\n" if json_too else "Nothing found.\n") and err.splitlines() == said
    answer = value(capsys, "ask", QUESTION, *options)
    assert answer["hits"] == [] and answer["answered"] is False and answer["notes"] == said


def test_an_id_that_is_not_there_is_named_beside_those_that_are(capsys: Captured) -> None:
    out, err = told(capsys, "search", "ferry", "--article", "fares", "--article", "none")
    assert "Fares" in out and "'none'" in err and "fares" not in err
    assert told(capsys, "search", "ferry", "--article", "fares")[1] == ""


def test_what_no_article_states_is_said(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "bare", HashEmbedder()) as bare:
        assert missed(bare, {"outlet": "x"}) == []  # an empty archive has its own words
        bare.add_articles([Article("a", "A seal was seen.")])
        assert missed(bare, {"outlet": "x"}) == [
            "No article is of the outlet 'x': none in this archive states its outlet."
        ]
        assert missed(bare, {"since": "2014"})[0].endswith("None in this archive carries a date.")
        bare.add_articles(Article(f"n{n}", "A seal.", outlet=f"Paper {n:02}") for n in range(15))
        (line,) = missed(bare, {"outlet": "x" * 500})
        assert line.count("Paper") == 12 and line.endswith("Paper 11 and 3 more.") and len(line) < 400


def test_an_empty_archive_is_said_to_be_empty(capsys: Captured, folder: Path) -> None:
    with Archive.open(folder, HashEmbedder()) as archive:
        archive.remove([article.id for article in ARTICLES])
    out, err = told(capsys, "search", "ferry")
    assert out == "Nothing found.\n" and "byline add FOLDER" in err


# --- which days


def test_days_are_read_from_the_question_and_told(capsys: Captured) -> None:
    asked = "Which fares of the ferry rose in May 2013?"
    assert ids(capsys, asked) == {"fares"}
    out, _ = told(capsys, "search", asked)
    assert out.startswith("Published: 1\u201331 May 2013 (from the question; --no-dates leaves it out)\n\n 1. Fares")
    answer = value(capsys, "ask", asked, "--refuse-below", "0")
    assert answer["period"] == {
        "since": "2013-05-01", "until": "2013-05-31", "order": "", "shown": "1\u201331 May 2013", "applied": "filter",
        "note": "", "event": "",
    }  # fmt: skip
    assert told(capsys, "ask", asked)[0].startswith("Published: 1\u201331 May 2013 (from the question;")


@pytest.mark.parametrize("options", [["--no-dates"], ["--since", ""], ["--until", ""], ["--since", "2013"]])
def test_no_days_are_read_where_that_is_said(capsys: Captured, options: list[str]) -> None:
    asked = "Which ferry was cancelled in May 2013?"
    assert len(ids(capsys, asked, "--no-fold", *options)) == 4
    answer = value(capsys, "ask", asked, *options)
    assert answer["period"] is None and len({hit["article_id"] for hit in answer["hits"]}) >= 3
    assert "Published" not in told(capsys, "search", asked, *options)[0]


def test_the_day_of_asking_can_be_given(capsys: Captured) -> None:
    for command in ("search", "ask"):
        out, _ = told(capsys, command, "Which ferry was cancelled last week?", "--today", "2014-08-27")
        assert out.startswith("Published: 18\u201324 August 2014 (")
        assert "write it as 2014-08-22" in told(capsys, command, "Why?", "--today", "soon", code=2)[1]
    out, err = told(capsys, "search", "Which ferry was cancelled last week?", "--today", "1999-01-06")
    assert "(from the question" in out and "No article was published 28 December 1998" in out and not err


@pytest.mark.parametrize(
    ("period", "lines"),
    [
        (Period("2014-05-01", "2014-05-31", "", "1\u201331 May 2014", "filter", "3 are left out."),
         ["Published: 1\u201331 May 2014 (from the question; --no-dates leaves it out)", "  3 are left out."]),
        (Period("2014-05-01", "", "", "1\u201331 May 2014", "widened", ""),
         ["Published: 1\u201331 May 2014 or later (from the question; --no-dates leaves it out)"]),
        (Period("", "", "latest", "", "preference", ""),
         ["Order: latest first (from the question; --no-dates leaves it out)"]),
        (Period("2013-01-01", "", "latest", "since 1 January 2013", "filter", ""),
         ["Published: since 1 January 2013, latest first (from the question; --no-dates", "  leaves it out)"]),
    ],
)  # fmt: skip
def test_what_was_understood_of_time(period: Period, lines: list[str]) -> None:
    assert "\n".join(understood_lines(period)).splitlines() == lines
    assert list(understood_lines(None)) == []


def test_what_is_searched_for_can_be_said(capsys: Captured) -> None:
    out, _ = told(capsys, "ask", "And why that?", "--searched-for", QUESTION, "--refuse-below", "0")
    assert out.startswith(f"Searched for: {QUESTION}\n\n") and "higher pay" in out
    assert value(capsys, "ask", "And why that?", "--searched-for", QUESTION)["searched_for"] == QUESTION
    assert "Searched for" not in told(capsys, "ask", QUESTION)[0]


# --- the order


def test_copies_are_folded_unless_that_is_not_wanted(capsys: Captured) -> None:
    hits = value(capsys, "search", QUESTION)
    (one,) = [hit for hit in hits if hit["article_id"] in ("ferry", "copy")]
    assert [one["article_id"], *one["why"]["copies"]] in (["ferry", "copy"], ["copy", "ferry"])
    out, _ = told(capsys, "search", QUESTION)
    assert f"    stands for 1 copy: {one['why']['copies'][0]}\n" in out
    for option in ("--no-fold", "--plain"):
        assert {"ferry", "copy"} <= ids(capsys, QUESTION, option)
    assert not {"ferry", "copy"} <= ids(capsys, QUESTION, "--plain", "--fold")


def test_what_the_options_ask_of_the_assistant(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []

    def find(self: Assistant, question: str, **how: object) -> Results:
        asked.append(tuple(how[name] for name in ("k", "fold", "per_article", "dates")))
        return Results()

    monkeypatch.setattr(Assistant, "find", find)
    for options, expected in (
        ([], (10, True, 2, True)),
        (["--plain", "-k", "3"], (3, False, 0, False)),
        (["--plain", "--fold", "--per-article", "1"], (10, True, 1, False)),
        (["--no-fold", "--per-article", "0", "--no-dates"], (10, False, 0, False)),
    ):
        told(capsys, "search", "ferry", *options)
        assert asked.pop() == expected
    assert "0 for no limit" in told(capsys, "search", "ferry", "--per-article", "-1", code=2)[1]


def test_a_model_that_reranks_is_a_setting(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[dict[str, object]] = []

    def settings(**given: Any) -> Settings:
        chosen.append(dict(given))
        given.pop("rerank", None)
        return Settings(**given)

    monkeypatch.setattr("ui.questions.Settings", settings)
    told(capsys, "ask", QUESTION, "--rerank", "some/model", "--sentences", "1")
    told(capsys, "search", QUESTION, "--rerank", "some/model")
    told(capsys, "search", QUESTION)
    assert chosen == [{"sentences": 1, "rerank": "some/model"}, {"rerank": "some/model"}, {}]


# --- why


WHY = {
    "dense": 0.5132, "dense_rank": 3, "lexical": 5.36, "lexical_rank": 1, "words": ["ferry", "holm"],
    "sentence": 0.778, "covered": 0.6667, "date": 0.5, "copies": ["b", "c"], "filter": {"outlet": "Post"},
    "rerank": 0.25, "rank_before": 7, "length_penalty": -0.1,
}  # fmt: skip


def test_each_part_of_a_score_is_told_in_words() -> None:
    hit = Hit(Passage(ARTICLES[2], Span(0, 5)), 1.5, WHY)
    assert [" ".join(line.split()) for line in why_lines(hit)] == [
        "meaning place 3, cosine 0.51",
        "words place 1, BM25 5.4: ferry, holm",
        "best sentence 0.78 (cosine, and more for words that stand together)",
        "share 67% of the question's words, rare ones counting more",
        "date +0.50 for the time that the question asks for",
        "reranked 0.250 by the cross-encoder, from place 7",
        "copies stands for 2 copies: b, c",
        "filter outlet Post",
        "length penalty -0.100",
    ]
    assert list(why_lines(Hit(hit.passage, 1.0, {}))) == []
    (alone,) = why_lines(Hit(hit.passage, 1.0, {"rerank": 2.0}))
    assert alone.endswith("2.000 by the cross-encoder")
    (line,) = why_lines(Hit(hit.passage, 1.0, {"lexical": 0.0, "lexical_rank": 9, "words": []}))
    assert line.split(maxsplit=1)[1] == "none of the question's words"


def test_search_explains_each_hit(capsys: Captured) -> None:
    out, _ = told(capsys, "search", QUESTION, "--explain", "--since", "2013", "-k", "2")
    for part in ("meaning", "words", "best sentence", "share", "filter"):
        assert out.count(f"\n    {part} ") == 2, part
    assert "since 2013" in out and "0 is an ordinary one" in out and "stands for 1 copy" in out
    assert "meaning" not in told(capsys, "search", QUESTION)[0]
    assert told(capsys, "search", "ferry", "--explain", "--author", "x")[0] == "Nothing found.\n"


def test_ask_explains_what_it_read(capsys: Captured) -> None:
    out, _ = told(capsys, "ask", QUESTION, "--explain", "--refuse-below", "0.01")
    answer = value(capsys, "ask", QUESTION, "--refuse-below", "0.01")
    assert f"Confidence {answer['confidence']:.2f} that the articles answer this; below 0.01" in out
    assert re.search(r"\nSeconds: encode 0\.\d{3}, retrieve 0\.\d{3}, choose 0\.\d{3}, total \d\.\d{3}\.\n", out)
    assert out.count("\n    meaning ") == len(answer["hits"])
    refused, _ = told(capsys, "ask", QUESTION, "--explain", "--refuse-below", "1")
    assert refused.startswith("The articles do not answer this.") and "\n    meaning " in refused
    assert "Not an answer" not in refused  # the passages stand below, with their reasons


@dataclass(frozen=True)
class Explained:
    """What another part of the hall tells; the doors read its fields and know no more of it."""

    reasons: tuple[str, ...]
    article_id: str = "fares"
    place_by_words: int = 12
    place_by_meaning: int = 0
    confidence: float = 0.1234
    passes: bool = True
    copies: tuple[str, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)


@pytest.fixture
def explaining(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    asked: list[Any] = []

    def explain(self: Assistant, question: str, article_id: str, **how: Any) -> Explained:
        asked.append((question, article_id, how))
        return Explained(("It came 12th; eight are read.", "None of its words match."), scores={"dense": 0.5})

    monkeypatch.setattr(Assistant, "explain", explain, raising=False)
    yield asked


def test_explain_says_why_not_this_one(capsys: Captured, explaining: list[Any]) -> None:
    out, _ = told(capsys, "explain", "Why", "this?", "--article", "fares", "--author", "vik", "--today", "2014-01-01")
    assert out.splitlines() == [
        "- It came 12th; eight are read.",
        "- None of its words match.",
        "",
        "place by words  12",
        "confidence      0.123",
        "passes          yes",
        "scores          dense 0.500",
    ]
    question, id, how = explaining.pop()
    assert (question, id, how["author"], how["today"]) == ("Why this?", "fares", "vik", "2014-01-01")
    assert how["searched_for"] is None
    fields = value(capsys, "explain", "Why?", "--article", "fares", "--no-dates", "--searched-for", "Who?")
    assert list(fields) == [
        "reasons", "article_id", "place_by_words", "place_by_meaning", "confidence", "passes", "copies", "scores",
    ]  # fmt: skip
    assert fields["reasons"][0] == "It came 12th; eight are read." and fields["scores"] == {"dense": 0.5}
    assert {"since": "", "searched_for": "Who?"}.items() <= explaining.pop()[2].items()
    assert "--article" in told(capsys, "explain", "Why?", code=2)[1]


def test_an_explanation_may_have_reasons_alone() -> None:
    @dataclass(frozen=True)
    class Bare:
        reasons: tuple[str, ...]

    assert list(explanation_lines(Bare(("Because.",)))) == ["- Because."]
    assert shown(("a", 0.5, None, False)) == "a, 0.500, -, no"


# --- sources


def test_days_that_a_quotation_leans_on_are_told(capsys: Captured) -> None:
    answer = value(capsys, "ask", "Which ferry fares rose?", "--article", "fares", "--refuse-below", "0")
    (days,) = [citation["days"] for citation in answer["citations"] if citation["days"]]
    (said,) = days
    text = value(capsys, "show", "fares")["text"]
    assert text[said["start"] : said["end"]] == said["text"] == "last week"
    assert said["means"] == "29 April 2013 \u2013 5 May 2013"  # 8 May 2013 was a Wednesday
    line = "\u201clast week\u201d is 29 April 2013 \u2013 5 May 2013."
    assert line in told(capsys, "ask", "Which ferry fares rose?", "--article", "fares", "--refuse-below", "0")[0]
    assert line in told(capsys, "search", "fares rose", "--article", "fares")[0]
    (hit,) = value(capsys, "search", "fares rose", "--article", "fares")
    assert hit["days"] == days
    assert value(capsys, "search", "Fähre", "--article", "muehle")[0]["days"] == []


def test_the_outlets_are_told_where_they_are_several() -> None:
    quote = Span(0, FERRY.index(".") + 1)
    text = quote.of(FERRY)
    several = Answer(
        "Why?", "Why?", True, text, (Citation(Span(0, len(text)), ARTICLES[0], quote),), outlets=("Post", "Herald")
    )
    out = "\n".join(answer_lines(several))
    assert out.endswith("\n\nQuoted from 2 independent outlets: Post, Herald.")
    alone = Answer("Why?", "Why?", True, text, several.citations, outlets=("Post",))
    assert "Quoted from" not in "\n".join(answer_lines(alone))


def test_a_passage_is_one_paragraph() -> None:
    article = Article("a", "One line.\n\nAnother  line.")
    lines = list(hit_lines([Hit(Passage(article, Span(0, len(article.text))), 1.0)]))
    assert lines[-1] == "    One line. Another line."


def test_help_needs_no_other_room(monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess
    import sys

    root = str(Path(__file__).resolve().parents[1])
    code = (
        "import sys; from ui.cli import main; main(['--help']); print({'rag', 'numpy', 'sqlite3'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert run.stdout.endswith("set()\n")


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_question_without_words_is_told_in_one_line(capsys: Captured, command: str) -> None:
    out, err = told(capsys, command, "???", code=2)
    assert (out, err) == ("", "byline: The question holds no words. Type what you want to know.\n")


def test_the_chat_says_that_a_question_has_no_words(folder: Path) -> None:
    with Assistant.open(folder) as assistant:
        *_, (last,) = reply(assistant, "???", ())
    assert last.answer is None and last.note == "The question holds no words. Type what you want to know."
