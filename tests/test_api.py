"""The JSON doors: the names that Python and the command line have, the same filters, what there is to filter by."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from index.archive import Archive
from index.embed import HashEmbedder
from index.errors import ArticleMissing
from index.records import Article
from rag import Assistant, Settings
from rag.records import Turn
from ui.api import make_app

FERRY = (
    "The ferry to Holm was cancelled on Monday because the crews want higher pay, the harbour office said. Three boats "
    "stayed in port and about 400 passengers had to wait for the evening train. The council asked both to agree."
)
ARTICLES = [
    Article("ferry", FERRY, outlet="Holm Post", author="Anna Berg", published="2014-08-22", language="en"),
    Article("copy", FERRY, outlet="1843", author="Bo Vik", published="2014-08-23", language="en"),
    Article("fares", "Ferry fares to Holm rose last week.", outlet="Holm Post", author="Bo Vik",
            published="2013-05-08", language="en"),
    Article("muehle", "Die Fähre nach Holm fährt wieder.", language="de"),
]  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    path: Path = tmp_path_factory.mktemp("api") / "archive"
    with Archive.create(path, HashEmbedder()) as archive:
        archive.add_articles(ARTICLES)
    with Assistant.open(path, Settings(refuse_below=0)) as assistant, TestClient(make_app(assistant)) as client:
        yield client


def post(client: TestClient, door: str, status: int = 200, /, **body: Any) -> Any:
    response = client.post(f"/api/{door}", json=body)
    assert response.status_code == status, response.text
    return response.json()


def found(client: TestClient, **body: Any) -> set[str]:
    return {hit["article_id"] for hit in post(client, "search", question="ferry Holm", **body)["hits"]}


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"author": "vik"}, "copy fares"),
        ({"language": "DE"}, "muehle"),
        ({"story": "copy"}, "ferry copy"),
        ({"articles": ["fares", "copy"]}, "fares copy"),
        ({"articles": ["fares"], "author": "berg"}, ""),
        ({"outlet": "HOLM post", "until": "2013"}, "fares"),
        ({"outlet": None, "articles": None, "since": None}, "ferry copy fares muehle"),
    ],
)
def test_the_filters_of_python(client: TestClient, filters: dict[str, Any], ids: str) -> None:
    assert found(client, **filters) == set(ids.split())
    hits = post(client, "ask", question="Why was the ferry cancelled?", **filters)["hits"]
    assert {id for hit in hits for id in (hit["article_id"], *hit["why"].get("copies", []))} == set(ids.split())


def test_a_door_that_takes_post_says_so(client: TestClient) -> None:
    for name in ("ask", "search", "explain"):
        answer = client.get(f"/api/{name}")
        assert answer.status_code == 405 and answer.headers["allow"] == "POST" and "POST" in answer.json()["error"]
    assert client.get("/api/none").status_code == 404


def test_search_ranks_plainly_unless_asked(client: TestClient) -> None:
    assert found(client) == {"ferry", "copy", "fares", "muehle"}
    folded = post(client, "search", question="ferry Holm", fold=True)["hits"]
    assert sum("copies" in hit["why"] for hit in folded) == 1 and len(folded) == 3
    asked = {"question": "Which fares rose in May 2013?"}
    assert len(post(client, "search", **asked)["hits"]) == 4
    assert [hit["article_id"] for hit in post(client, "search", **asked, dates=True, per_article=1)["hits"]] == [
        "fares"
    ]
    assert len(post(client, "search", **asked, dates=True, since="")["hits"]) == 4
    late = {"question": "Which ferry was cancelled last week?", "dates": True, "today": "2014-08-27"}
    assert {hit["article_id"] for hit in post(client, "search", **late)["hits"]} == {"ferry", "copy"}


def test_ask_tells_the_days_it_read_and_reads_none_where_told_so(client: TestClient) -> None:
    asked = {"question": "Which fares rose in May 2013?"}
    answer = post(client, "ask", **asked)
    assert answer["period"]["shown"] == "1\u201331 May 2013" and answer["period"]["applied"] == "filter"
    assert answer["period"]["note"] == "1 article without a date is left out."
    (citation,) = answer["citations"]
    (days,) = citation["days"]
    assert (days["text"], days["means"]) == ("last week", "29 April 2013 \u2013 5 May 2013")
    for said in ({"dates": False}, {"since": ""}, {"since": "2014", "dates": False}):
        assert post(client, "ask", **asked, **said)["period"] is None
    week = post(client, "ask", question="Which ferry was cancelled last week?", today="2014-08-27")
    assert week["period"]["since"] == "2014-08-17" and week["outlets"] == [week["citations"][0]["outlet"]]


def test_what_is_searched_for_can_be_said(client: TestClient) -> None:
    answer = post(client, "ask", question="And why?", searched_for="Why was the ferry cancelled?")
    assert answer["searched_for"] == "Why was the ferry cancelled?" and answer["question"] == "And why?"


def test_a_filter_that_lets_nothing_through_is_named(client: TestClient) -> None:
    answer = post(client, "ask", question="Why?", outlet="Post", articles=["none"])
    assert answer["hits"] == [] and answer["notes"] == [
        "No article has the id 'none'. See the ids with: byline list",
        "No article is of the outlet 'Post'. There are: Holm Post, 1843.",
    ]
    assert post(client, "ask", question="Why was the ferry cancelled?")["notes"] == []
    assert found(client, outlet="Post") == set()


def test_facets_are_what_there_is_to_filter_by(client: TestClient) -> None:
    assert client.get("/api/facets").json() == {
        "outlets": [{"name": "Holm Post", "articles": 2}, {"name": "1843", "articles": 1}],
        "authors": [{"name": "Bo Vik", "articles": 2}, {"name": "Anna Berg", "articles": 1}],
        "languages": [{"name": "en", "articles": 3}, {"name": "de", "articles": 1}],
        "dated": 3,
        "total": 4,
    }


def test_explain_hands_on_what_was_asked(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass(frozen=True)
    class Explained:
        place: int
        reasons: tuple[str, ...]

    asked: list[Any] = []

    def explain(self: Assistant, question: str, article_id: str, **how: Any) -> Explained:
        asked.append((question, article_id, how))
        if article_id == "none":
            raise ArticleMissing("There is no 'none'.")
        return Explained(12, ("It came 12th.",))

    monkeypatch.setattr(Assistant, "explain", explain, raising=False)
    turn = {"question": "a", "answer": "b"}
    body = {"question": "Why?", "article_id": "fares", "history": [turn], "author": "vik", "today": "2014-01-01"}
    assert post(client, "explain", **body) == {"reasons": ["It came 12th."], "place": 12}
    question, id, how = asked.pop()
    assert (question, id, how["history"], how["author"]) == ("Why?", "fares", [Turn("a", "b")], "vik")
    assert how["today"] == "2014-01-01" and how["since"] is None and how["searched_for"] is None
    post(client, "explain", question="Why?", article_id="fares", dates=False)
    assert asked.pop()[2]["since"] == ""
    assert post(client, "explain", 404, question="Why?", article_id="none") == {"error": "There is no 'none'."}


@pytest.mark.parametrize(
    ("door", "body", "named"),
    [
        ("ask", {"fold": True}, "fold"),
        ("ask", {"articles": "fares"}, "articles"),
        ("ask", {"articles": [1]}, "articles.0"),
        ("ask", {"today": "soon"}, "today"),
        ("ask", {"language": 5}, "language"),
        ("search", {"searched_for": "x"}, "searched_for"),
        ("search", {"history": []}, "history"),
        ("search", {"per_article": -1}, "per_article"),
        ("search", {"since": "yesterday"}, "since"),
        ("explain", {}, "article_id"),
        ("explain", {"article_id": "a", "k": 3}, "k"),
    ],
)
def test_what_a_door_does_not_take_is_named(client: TestClient, door: str, body: dict[str, Any], named: str) -> None:
    assert post(client, door, 400, question="Why?", **body)["error"].startswith((named, f"'{named}'"))


def test_an_unknown_or_missing_field_is_told_with_those_that_there_are(client: TestClient) -> None:
    known = "question, outlet, author, language, since, until, story, articles, today"
    assert post(client, "ask", 400, question="Why?", k=3) == {
        "error": f"'k' is not a field here. Fields: {known}, history, searched_for, dates."
    }
    assert post(client, "search", 400) == {
        "error": f"'question' is missing. Fields: {known}, k, fold, per_article, dates."
    }
    turn = {"question": "a", "answer": "b", "k": 3}
    assert post(client, "ask", 400, question="Why?", history=[turn])["error"] == (
        "'k' is not a field here. Fields: question, answer."
    )
    assert client.post("/api/ask", json=[1]).json()["error"].startswith("The body is not an object")


def test_search_tells_the_days_it_read(client: TestClient) -> None:
    asked = {"question": "Which fares rose in May 2013?"}
    assert post(client, "search", **asked)["period"] is None
    period = post(client, "search", **asked, dates=True)["period"]
    assert (period["shown"], period["applied"]) == ("1\u201331 May 2013", "filter")


@pytest.mark.parametrize("door", ["ask", "search", "explain"])
def test_a_question_without_words_is_none(client: TestClient, door: str) -> None:
    more = {"article_id": "fares"} if door == "explain" else {}
    said = "The question holds no words. Type what you want to know."
    assert post(client, door, 400, question="???", **more) == {"error": said}
