"""The HTTP door and what the chat shows: headers, shapes, strangers at the door, hostile articles."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from index.archive import Archive
from index.embed import HashEmbedder
from index.records import Article, Hit, Passage, Span
from rag import Assistant, Settings
from rag.records import Answer, Citation
from ui.api import make_app
from ui.app import _clicked, _data
from ui.guard import HEADERS, LARGEST_BODY
from ui.render import answer_markdown, escape, panel, plain_date, safe_url, snippet
from ui.talk import Exchange, messages, opened, reply, turns, welcome

MILL = Article(
    id="mill",
    title="Mill in Torvale reopens",
    text="The Torvale mill reopened on Monday.\n\nIts owner, Corin Hask, hired 40 weavers.\n\nThe river is low.",
    outlet="The Torvale Post",
    author="Ida Merrow",
    published="2021-05-03",
    url="https://example.org/mill",
)
HOSTILE = Article(
    id="hostile/one",
    title="<b>Bold</b> ${window.__xss=1} [t](javascript:alert(1))",
    text="Plain <script>window.__xss=2</script> ${window.__xss=3} {{value}} `code` C:\\new ![p](http://evil.example/x).",
    outlet="*Out* | <i>let</i>",
    url="javascript:window.__xss=4",
)


def cited(*articles: Article) -> Answer:
    """An answer that quotes the first sentence of each article."""
    text, citations = "", []
    for article in articles:
        quote = Span(0, article.text.index(".") + 1)
        start = len(text) + bool(text)
        text = f"{text} {quote.of(article.text)}".strip()
        citations.append(Citation(Span(start, len(text)), article, quote))
    return Answer("What?", "What?", True, text, tuple(citations))


def refused(*articles: Article) -> Answer:
    hits = tuple(Hit(Passage(article, Span(2, 20)), 0.5) for article in articles)
    return Answer("What?", "What?", False, "The articles do not answer this.", (), hits)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("app") / "archive"
    with Archive.create(path, embedder=HashEmbedder()) as archive:
        archive.add_articles([MILL, HOSTILE])
    return path


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with Assistant.open(folder, Settings(refuse_below=0)) as assistant, TestClient(make_app(assistant)) as client:
        yield client


# --- what is shown


def test_dates_are_plain() -> None:
    assert plain_date("2014-08-22") == "22 August 2014"
    assert plain_date("2014-08-02T23:30-05:00") == "2 August 2014"
    assert plain_date("2014-08") == "August 2014"
    assert plain_date("2014") == "2014"
    assert plain_date("") == ""


@pytest.mark.parametrize("url", ["https://example.org/a?b=c#d", "http://example.org"])
def test_web_addresses_are_links(url: str) -> None:
    assert safe_url(url) == url


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//evil.example", "", "https://", "http://[",
     "java\nscript:alert(1)", "https://example.org/a b", " https://example.org", "/tmp/article.txt"],
)  # fmt: skip
def test_other_addresses_are_not(url: str) -> None:
    assert safe_url(url) == ""


def test_snippets_end_between_words() -> None:
    assert snippet("one two. three", 9) == "one two\u2026"
    assert snippet("one\n two", 8) == "one two"
    assert len(snippet("x" * 1_000_000, 50)) == 51


@pytest.mark.parametrize(
    "text",
    ["![a](http://e.example/x)", "[a](javascript:x)", "<img src=x>", "**b** _i_ `c` ~~s~~", "# head", "- item",
     "+ item", "1. item", "12) item", "&lt;", "$x^2$", "a\\*b", "http://e.example", "www.e.example", "me@e.example",
     "| a |", "> quote", "line\n\n# head\n- item", "<!-- x", "***", "Plain: 1.5 (half), it's \"so\"?"],
)  # fmt: skip
def test_escaped_text_comes_out_of_markdown_as_it_was(text: str) -> None:
    """A markdown reader with every extension gives back one paragraph: the words, in one line."""
    markdown_it = pytest.importorskip("markdown_it")
    reader = markdown_it.MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = reader.parse(escape(text))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert {child.type for child in tokens[1].children} <= {"text", "text_special"}
    assert "".join(child.content for child in tokens[1].children) == " ".join(text.split())
    assert "://" not in escape(text) and "www." not in escape(text)


def test_an_answer_has_a_mark_after_each_claim_and_each_source_once() -> None:
    shown = answer_markdown(cited(MILL, HOSTILE), 3)
    assert shown.startswith("The Torvale mill reopened on Monday.\u2060[[1]](#cite-3-1) Plain ")
    assert shown.count("(#cite-3-1)") == shown.count("(#cite-3-2)") == 2
    assert "Mill in Torvale reopens  \n  *The Torvale Post \u00b7 Ida Merrow \u00b7 3 May 2021*" in shown
    assert "<" not in shown and "](javascript" not in shown


def test_a_refusal_is_set_apart_and_offers_what_is_near() -> None:
    shown = answer_markdown(refused(MILL), 2)
    assert shown.startswith("> The articles do not answer this.\n\nThe nearest passages:")
    assert "[Mill in Torvale reopens](#near-2-1)" in shown
    assert answer_markdown(refused(), 2) == "> The articles do not answer this."


def test_a_follow_up_shows_what_was_searched_for() -> None:
    assert "Understood" not in answer_markdown(cited(MILL), 1)
    for answer in (cited(MILL), refused(MILL)):
        shown = answer_markdown(replace(answer, searched_for="What about the *mill*?"), 1)
        assert shown.startswith("*Understood as: What about the &#42;mill&#42;?*\n\n")


def test_the_panel_is_the_article_cut_in_three() -> None:
    for article in (MILL, HOSTILE):
        answer = cited(article)
        shown = panel(answer, 1, "cite", 1)
        assert shown is not None
        assert shown["before"] + shown["hit"] + shown["after"] == article.text
        assert shown["hit"] == answer.citations[0].text
    assert panel(cited(HOSTILE), 1, "cite", 1)["url"] == ""  # type: ignore[index]
    near = panel(refused(MILL), 1, "near", 1)
    assert near is not None and near["hit"] == MILL.text[2:20]


@pytest.mark.parametrize(("kind", "number"), [("cite", 0), ("cite", 2), ("near", 1), ("other", 1)])
def test_a_link_that_leads_nowhere_opens_nothing(kind: str, number: int) -> None:
    assert panel(cited(MILL), 1, kind, number) is None


def test_the_page_is_not_believed() -> None:
    past = (Exchange("What?", cited(MILL)),)
    assert _clicked(past, {"kind": "cite", "turn": 1, "number": 1})
    for data in ({}, {"kind": "cite", "turn": "1", "number": 1}, {"kind": "cite", "turn": 9, "number": 1},
                 {"kind": "cite", "turn": 1, "number": True}, {"kind": ["cite"], "turn": 1, "number": -1}):  # fmt: skip
        assert _clicked(past, data) is None  # type: ignore[arg-type]


def test_an_older_answer_keeps_its_own_citations() -> None:
    past = (Exchange("a", cited(MILL)), Exchange("b", cited(HOSTILE)))
    assert opened(past, "cite", 1, 1)["id"] == "mill"  # type: ignore[index]
    assert opened(past, "cite", 2, 1)["id"] == "hostile/one"  # type: ignore[index]


def test_the_panel_gets_data_without_signs_of_html() -> None:
    sent = _data({"before": HOSTILE.text})
    assert "<" not in sent and json.loads(sent)["before"] == HOSTILE.text


# --- the conversation


def test_a_conversation_grows_and_remembers(folder: Path) -> None:
    with Assistant.open(folder, Settings(refuse_below=0)) as assistant:
        states = list(reply(assistant, "  Who hired weavers at the mill?  ", ()))
        assert [state[-1].question for state in states] == ["Who hired weavers at the mill?"] * len(states)
        assert messages(states[0])[1]["content"].startswith("*Reading")
        last = states[-1]
        assert last[0].answer is not None and last[0].answer.citations
        assert turns(last)[0].answer == last[0].answer.text
        more = list(reply(assistant, "And the river?", last))[-1]
        assert [message["role"] for message in messages(more)] == ["user", "assistant"] * 2
        assert "#cite-2-1" in messages(more)[3]["content"]


def test_a_question_too_long_is_told_so_in_a_friendly_way(folder: Path) -> None:
    with Assistant.open(folder) as assistant:
        state = list(reply(assistant, "why " * 25_000, ()))[-1]
        said = messages(state)
        assert "2,000" in said[1]["content"] and len(said[0]["content"]) < 300
        assert turns(state) == ()


def test_an_empty_archive_says_how_to_add(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "a b", embedder=HashEmbedder()):
        pass
    with Assistant.open(tmp_path / "a b") as assistant:
        assert "byline add FOLDER --archive '" in welcome(assistant).replace("&#95;", "_")
        assert "nothing to ask yet" in messages(list(reply(assistant, "Why?", ()))[-1])[1]["content"]


# --- the doors


def test_each_response_carries_the_headers(client: TestClient) -> None:
    for response in (client.get("/"), client.get("/api/health"), client.get("/nowhere"), client.post("/api/ask")):
        assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    policy = client.get("/").headers["content-security-policy"]
    assert policy.startswith("default-src 'self'; script-src 'self'") and "frame-ancestors 'none'" in policy


def test_a_foreign_host_name_is_turned_away(client: TestClient) -> None:
    for host in ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example"):
        assert client.get("/api/health", headers={"Host": host}).status_code == 400
    for host in ("127.0.0.1:7860", "localhost:7860", "[::1]:7860"):
        assert client.get("/api/health", headers={"Host": host}).status_code == 200


def test_a_foreign_page_cannot_post(client: TestClient) -> None:
    body = {"question": "Who?"}
    assert client.post("/api/ask", json=body, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    sent = client.post("/api/ask", content=json.dumps(body), headers={"Content-Type": "text/plain"})
    assert sent.status_code == 415 and "error" in sent.json()


def test_ask_has_the_shape_of_the_command_line(client: TestClient) -> None:
    answer = client.post("/api/ask", json={"question": "Who hired weavers at the mill?", "history": []}).json()
    assert list(answer) == [
        "question", "searched_for", "answered", "text", "confidence", "citations", "hits", "seconds",
        "period", "outlets", "notes",
    ]  # fmt: skip
    for citation in answer["citations"]:
        text = client.get(f"/api/articles/{citation['article_id']}").json()["text"]
        quote = citation["quote"]
        assert text[quote["start"] : quote["end"]] == quote["text"]
        assert answer["text"][slice(*citation["claim"])] == quote["text"]
    assert answer["citations"]


def test_search_and_articles(client: TestClient) -> None:
    hits = client.post("/api/search", json={"question": "weavers mill", "k": 1}).json()
    assert len(hits) == 1
    assert set(hits[0]) == {"article_id", "title", "start", "end", "text", "score", "why", "days"}
    assert client.get("/api/articles/hostile/one").json()["text"] == HOSTILE.text
    missing = client.get("/api/articles/none")
    assert missing.status_code == 404 and "none" in missing.json()["error"]
    assert client.get("/api/nothing").status_code == 404
    assert client.get("/api/health").json()["articles"] == 2


@pytest.mark.parametrize(
    "body",
    [{}, {"question": ""}, {"question": "x" * 100_000}, {"question": 5}, {"question": "a", "since": "yesterday"},
     {"question": "a", "surprise": 1}, {"question": "a", "history": [{"question": "a"}]}, [], "text"],
)  # fmt: skip
def test_bad_requests_are_named(client: TestClient, body: object) -> None:
    response = client.post("/api/ask", json=body)
    assert response.status_code == 400
    assert list(response.json()) == ["error"] and response.json()["error"]


def test_a_body_that_is_no_json_is_said_to_be_none(client: TestClient) -> None:
    sent = client.post("/api/ask", content='{"question": ', headers={"Content-Type": "application/json"})
    assert sent.status_code == 400 and sent.json()["error"].startswith("The body is not JSON (Expecting value, char")


def test_bodies_are_bounded(client: TestClient) -> None:
    large = b"x" * (LARGEST_BODY + 1)
    assert client.post("/api/ask", content=large).status_code == 413

    def pour() -> Iterator[bytes]:  # no Content-Length
        yield from (b" " * 100_000 for _ in range(20))

    response = client.post("/api/ask", content=pour(), headers={"Content-Type": "application/json"})
    assert response.status_code == 413
    assert client.post("/api/ask", content=b"{}", headers={"Content-Length": "-1"}).status_code == 413


def test_a_fault_of_ours_is_json_with_headers_and_tells_no_secret(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(Assistant, "search", break_down)
    quiet = TestClient(client.app, raise_server_exceptions=False)
    response = quiet.post("/api/search", json={"question": "mill"})
    assert response.status_code == 500 and "secret" not in response.text
    assert list(response.json()) == ["error"]
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


def test_nothing_is_offered_that_nobody_uses(client: TestClient) -> None:
    for path in ("/docs", "/openapi.json", "/redoc"):
        assert client.get(path).status_code == 404
