"""The HTTP door and what the chat shows: headers, shapes, strangers at the door, hostile articles."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import gradio as gr
import pytest
from fastapi.testclient import TestClient

from index.archive import Archive
from index.embed import HashEmbedder
from index.errors import SettingsError
from index.records import Article, Hit, Passage, Span
from rag import Assistant, Settings
from rag.records import Answer, Citation, Period
from ui.api import make_app
from ui.app import _clicked, _data, _narrow, _revise, _sent
from ui.guard import HEADERS, LARGEST_BODY
from ui.markdown import answer_markdown
from ui.render import escape, panel, plain_date, safe_url, snippet
from ui.talk import Exchange, again, editable, messages, opened, reply, turns, welcome
from ui.terms import Narrowed, Terms, filter_page, narrowed, revised
from ui.understood import above, editing

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
    assert "Mill in Torvale reopens  \n  *The Torvale Post \u00b7 Ida Merrow \u00b7 3 May 2021 \u00b7 " in shown
    assert "<" not in shown and "](javascript" not in shown


def test_a_refusal_is_set_apart_and_offers_what_is_near() -> None:
    shown = answer_markdown(refused(MILL), 2)
    assert shown.startswith("> The articles do not answer this.\n\nThe nearest passages:")
    assert "[Mill in Torvale reopens](#near-2-1)" in shown
    assert answer_markdown(refused(), 2) == "> The articles do not answer this."


def test_copies_and_outlets_are_counted_once() -> None:
    hits = (
        Hit(Passage(MILL, Span(0, 9)), 0.9, {"copies": ["b", "c"]}),
        Hit(Passage(MILL, Span(37, 50)), 0.8, {"copies": ["c"]}),
        Hit(Passage(HOSTILE, Span(0, 5)), 0.7, {"copies": ["d"]}),
    )
    shown = answer_markdown(replace(cited(MILL), hits=hits), 1)
    assert "3 May 2021 \u00b7 also in 2 other copies*" in shown and "Quoted from" not in shown
    shown = answer_markdown(replace(cited(MILL, HOSTILE), hits=hits, outlets=("a", "b")), 1)
    assert "also in 1 other copy" in shown and shown.endswith("\n\n*Quoted from 2 independent outlets.*")
    assert "also in 2 other copies" in answer_markdown(replace(refused(MILL), hits=hits), 1)


def test_relative_words_stand_beside_the_quote_with_their_day() -> None:
    """3 May 2021 was a Monday; an article of a month alone says nothing of its days."""
    shown = panel(cited(MILL), 1, "cite", 1)
    assert shown is not None and shown["said"] == ["\u201con Monday\u201d = 3 May 2021"]
    assert "*The Torvale Post \u00b7 Ida Merrow \u00b7 3 May 2021 \u00b7 \u201con Monday\u201d &#61; 3 May 2021*" in (
        answer_markdown(cited(MILL), 1)
    )
    shown = panel(cited(replace(MILL, published="2021-05")), 1, "cite", 1)
    assert shown is not None and shown["said"] == []
    long = replace(MILL, author="Ida Merrow, Corin Vane and Oda Fell")
    assert "on Monday\u201d" not in answer_markdown(cited(long), 1)  # too much for a line


# --- how a question was understood, and setting it right

MAY = Period("2014-05-01", "2014-05-31", "", "1\u201331 May 2014", "filter", "1 article without a date is left out.")


def test_a_question_as_asked_has_no_line_above_it() -> None:
    assert above(cited(MILL), Terms(), 1, True) == ""


def test_days_and_words_stand_above_the_answer_and_only_the_newest_can_be_changed() -> None:
    answer = replace(cited(MILL), period=MAY, searched_for="What of *Ida*?")
    lines = above(answer, Terms(), 3, True).split("  \n")
    assert lines[0] == "[Searched for: What of &#42;Ida&#42;?](#edit-3-words)"
    assert lines[1] == "[Published 1\u201331 May 2014](#edit-3-days) [Ask without dates](#edit-3-anytime)"
    assert lines[2] == "*1 article without a date is left out.*\n\n"
    older = above(answer, Terms(), 3, False)
    assert "](" not in older and "Published 1\u201331 May 2014. 1 article" in older
    now, then = Exchange("b", answer, done=True), Exchange("a", answer, done=True)
    said = messages((then, now))
    assert "#edit" not in said[1]["content"] and "#edit-2-days" in said[3]["content"]
    assert "#edit" not in messages((then, replace(now, done=False)))[3]["content"]  # it still grows


@pytest.mark.parametrize(
    ("period", "said"),
    [
        (replace(MAY, applied="preference"), "Preferring 1\u201331 May 2014"),
        (replace(MAY, applied="widened", until=""), "Published since 1 May 2014"),
        (replace(MAY, order="latest"), "Published 1\u201331 May 2014, the newest first"),
        (Period("", "", "earliest", "", "preference"), "Preferring the earliest"),
        (Period("2014-01-01", "2014-12-31", "", "2014", "filter"), "Published in 2014"),
    ],
)
def test_what_was_done_with_the_days_is_said(period: Period, said: str) -> None:
    assert above(replace(cited(MILL), period=period), Terms(), 1, True).startswith(f"[{said}](#edit-1-days)")


def test_days_of_ones_own_can_be_undone_and_stand_before_those_of_the_filter() -> None:
    terms = Terms(Narrowed("<b>Post</b>", since="2014"), days=("2014-05", "2014-05-31"), words="the mill")
    shown = above(cited(MILL), terms, 1, True)
    assert "[Published 1\u201331 May 2014](#edit-1-days) [Undo](#edit-1-asked)" in shown
    assert "(#edit-1-words) [Undo](#edit-1-carried)" in shown
    assert "*Only &#60;b&#62;Post&#60;/b&#62;* [Ask without the filter](#edit-1-everywhere)" in shown
    assert terms.filters()["since"] == "2014-05" and terms.filters()["until"] == "2014-05-31"
    assert "Published at any time" in above(cited(MILL), Terms(days=("", "")), 1, True)
    assert Terms(days=("", "")).filters()["since"] == ""  # which switches the reading of days off
    assert Terms().filters()["since"] is Terms().filters()["until"] is None
    fields = editing(cited(MILL), terms, 1)
    assert (fields["since"], fields["until"]) == ("2014-05-01", "2014-05-31")


def test_each_change_of_the_page_is_one_change_of_the_terms() -> None:
    terms = Terms(Narrowed("Post"), ("2014", ""), "the mill")
    for data, changed in (
        ({"what": "days", "since": " 2013 ", "until": ""}, replace(terms, days=("2013", ""))),
        ({"what": "days"}, replace(terms, days=("", ""))),
        ({"what": "anytime"}, replace(terms, days=("", ""))),
        ({"what": "asked"}, replace(terms, days=None)),
        ({"what": "words", "words": "a"}, replace(terms, words="a")),
        ({"what": "carried"}, replace(terms, words="")),
        ({"what": "everywhere"}, replace(terms, narrowed=Narrowed())),
        ({"what": "else"}, None), ({"what": ["days"]}, None), ({}, None),
    ):  # fmt: skip
        assert revised(terms, data) == changed, data


@pytest.mark.parametrize(
    "data",
    [{"since": "yesterday"}, {"until": "2014-02-30"}, {"since": "2015", "until": "2014"}, {"since": 2014},
     {"until": ["2014"]}, {"since": "2" * 1_000}],
)  # fmt: skip
def test_days_that_are_none_are_refused_wherever_they_come_from(data: dict[str, object]) -> None:
    for read in (narrowed, lambda sent: revised(Terms(), {"what": "days", **sent})):
        with pytest.raises(SettingsError):
            read(data)


def test_a_filter_of_another_kind_is_refused() -> None:
    for data in ({"outlet": "x" * 301}, {"author": {"a": 1}}, {"language": 5}):
        with pytest.raises(SettingsError):
            narrowed(data)
    assert _sent(["a"]) == _sent("a") == _sent(None) == {}


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


def test_an_answer_is_given_anew_in_its_place(folder: Path) -> None:
    with Assistant.open(folder, Settings(refuse_below=0)) as assistant:
        first = list(reply(assistant, "Who hired weavers at the mill?", ()))[-1]
        past = list(reply(assistant, "What happened in May 2021?", first))[-1]
        assert past[1].answer is not None and past[1].answer.period is not None
        assert editable(past) == {"turn": 2, "since": "2021-05-01", "until": "2021-05-31",
                                  "words": past[1].answer.searched_for}  # fmt: skip
        anew = list(again(assistant, past, {"turn": 2, "what": "anytime"}))
        assert all(len(state) == 2 and state[0] is first[0] for state in anew)
        assert editable(anew[0]) is None  # while it grows
        assert anew[-1][1].question == past[1].question and anew[-1][1].terms.days == ("", "")
        assert anew[-1][1].answer is not None and anew[-1][1].answer.period is None
        back = list(again(assistant, anew[-1], {"turn": 2, "what": "asked"}))[-1]
        assert back[1].answer is not None and back[1].answer.period == past[1].answer.period
        words = list(again(assistant, past, {"turn": 2, "what": "words", "words": "weavers"}))[-1]
        assert words[1].answer is not None and words[1].answer.searched_for == "weavers"


def test_what_cannot_be_asked_anew_leaves_the_answer(folder: Path) -> None:
    with Assistant.open(folder, Settings(refuse_below=0)) as assistant:
        past = list(reply(assistant, "What happened in May 2021?", ()))[-1]
        for data in ({"what": "days", "since": "soon"}, {"what": "words", "words": "why " * 1_000}):
            kept = list(again(assistant, past, {"turn": 1, **data}))[-1]
            assert kept[0].answer == past[0].answer and kept[0].note and editable(kept) == editable(past)
            said = messages(kept)[1]["content"]
            assert said.index("#edit-1-days") < said.index("\n\n> ") < said.index("#cite-1-1")
        for data in ({"what": "anytime"}, {"turn": 2, "what": "anytime"}, {"turn": 1, "what": "all"}, {"turn": 1}):
            assert list(again(assistant, past, data)) == []
            assert list(_revise(assistant, data, past)) == [(gr.skip(),) * 6]  # nothing at all would empty the page
        assert list(again(assistant, (), {"turn": 0, "what": "anytime"})) == []


def test_the_filter_holds_for_what_is_asked(folder: Path) -> None:
    with Assistant.open(folder, Settings(refuse_below=0)) as assistant:
        past = list(reply(assistant, "Who hired weavers at the mill?", (), Narrowed(outlet="*out* | <i>let</i>")))[-1]
        assert past[0].answer is not None
        assert {hit.passage.article.id for hit in past[0].answer.hits} == {"hostile/one"}
        past = list(again(assistant, past, {"turn": 1, "what": "everywhere"}))[-1]
        assert past[0].answer is not None and "mill" in {hit.passage.article.id for hit in past[0].answer.hits}


def test_a_filter_that_says_nothing_leaves_the_one_before(folder: Path) -> None:
    with Assistant.open(folder) as assistant:
        before = Narrowed(outlet="The Torvale Post", author="Ida", since="2021")
        now, sent = _narrow(assistant, {"since": "2015", "until": "2014", "told": 4}, before)
        page = json.loads(sent)
        assert now == before and "swap them" in page["note"] and page["told"] == 4
        assert page["shown"] == "The Torvale Post \u00b7 by Ida \u00b7 since 1 January 2021" and "<" not in sent
        now, sent = _narrow(assistant, {"outlet": "", "told": "4"}, before)
        assert now == Narrowed() and json.loads(sent)["shown"] == ""


def test_what_may_be_chosen_is_counted_and_bounded(archive: Archive) -> None:
    filled = "".join(f"Word{n} of a report. " for n in range(3))
    archive.add_articles(
        Article(f"{n}", f"{filled} {n}", author=f"Author {n}", language="de" if n % 3 else "en", published="2014")
        for n in range(502)
    )
    archive.add_articles([Article("last", "Nothing of a date.", outlet="Post", language="en")])
    page = filter_page(archive, Narrowed(since="2014"))
    assert len(page["author"]) == 500 and page["outlet"] == [["Post", "Post", 1]]
    assert page["language"] == [["de", "German", 334], ["en", "English", 169]]
    assert page["note"] == "1 article without a date is left out." and page["articles"] == 503
    assert filter_page(archive, Narrowed())["note"] == ""


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
        "question", "searched_for", "answered", "text", "short", "other", "confidence", "citations", "hits", "seconds",
        "period", "outlets", "notes",
    ]  # fmt: skip
    for citation in answer["citations"]:
        text = client.get(f"/api/articles/{citation['article_id']}").json()["text"]
        quote = citation["quote"]
        assert text[quote["start"] : quote["end"]] == quote["text"]
        assert answer["text"][slice(*citation["claim"])] == quote["text"]
    assert answer["citations"]


def test_search_and_articles(client: TestClient) -> None:
    hits = client.post("/api/search", json={"question": "weavers mill", "k": 1}).json()["hits"]
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

    monkeypatch.setattr(Assistant, "find", break_down)
    quiet = TestClient(client.app, raise_server_exceptions=False)
    response = quiet.post("/api/search", json={"question": "mill"})
    assert response.status_code == 500 and "secret" not in response.text
    assert list(response.json()) == ["error"]
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


def test_nothing_is_offered_that_nobody_uses(client: TestClient) -> None:
    for path in ("/docs", "/openapi.json", "/redoc"):
        assert client.get(path).status_code == 404
