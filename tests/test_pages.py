"""Web pages: what their markup declares is read, what it does not declare stays empty, and only the article is text.

The fixtures imitate the markup of publishers' templates; their words, outlets and people are invented. pages.json says
what each states, which phrases its text must keep, and which must be gone.
"""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from index.errors import ReadError
from index.read import html
from index.read.names import labelled, names
from index.read.page import LARGEST, page
from index.read.titles import choose

PAGES = Path(__file__).parent / "pages"
EXPECTED: dict[str, dict[str, Any]] = json.loads((PAGES / "pages.json").read_text("utf-8"))
PROSE = (
    "The council of Norland voted on Monday to close the old bridge over the Sarn, which carries the road to town.",
    "“It was not safe,” said Ada Brandt, the mayor, after a meeting that lasted six hours and ended with a vote.",
    "Repairs will cost 4.5 million crowns, according to a report that the council published in May and debated twice.",
    "A ferry is to run every half an hour until the bridge opens again, and it will be free for the whole town.",
)
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PROSE)


def test_there_is_an_expectation_for_every_page_and_a_page_for_every_expectation() -> None:
    assert {path.stem for path in PAGES.glob("*.html")} == set(EXPECTED)
    assert len(EXPECTED) >= 50


@pytest.mark.parametrize("name", EXPECTED)
def test_a_page_of_a_publisher(name: str) -> None:
    expected = EXPECTED[name]
    path = str(PAGES / f"{name}.html")
    if expected.get("refused"):
        with pytest.raises(ReadError, match="page without an article"):
            next(html.read(path, path, 2_000_000))
        return
    (found,) = html.read(path, path, 2_000_000)
    article = found.article
    fields = [
        key for key in ("title", "outlet", "author", "published", "modified", "url", "language") if key in expected
    ]
    assert {key: getattr(article, key) for key in fields} == {key: expected[key] for key in fields}
    assert [phrase for phrase in expected["keeps"] if phrase not in article.text] == []
    assert [phrase for phrase in expected["drops"] if phrase in article.text] == []
    assert all(article.found.get(key) for key in ("title", "outlet", "author", "published") if getattr(article, key))


def made(head: str, body: str = BODY, before: str = "") -> Any:
    return page(
        f"<html lang='en-GB'><head>{head}</head><body>{before}<h1>Norland closes its bridge</h1>{body}</body></html>"
    )


@pytest.mark.parametrize(
    ("markup", "published"),
    [
        ("<span class='date'>3 March 2024</span>", "2024-03-03"),
        ("<p>First published on Tue 5 Mar 2024 09.00 CET • Updated on Wed 6 Mar 2024</p>", "2024-03-05T09:00+01:00"),
        ("<p>By Mara Quist<br>March 5, 2024 / 9:14 AM EST / Ledger News</p>", "2024-03-05T09:14-05:00"),
        ("<div class='entry-meta'>March 5, 2024 by <a href='/author/m/'>Mara Quist</a></div>", "2024-03-05"),
        ("<p class='post-meta'>Posted by Jo Park on March 5, 2024 in News</p>", "2024-03-05"),
        ("<p class='post-meta'>Posted on March 5, 2024 by Jo Park</p>", "2024-03-05"),
        ("<div class='dates'>Published: 9:40 AM, March 5, 2024</div>", "2024-03-05T09:40"),
        ("<div class='dates'>Published 5 March 2024, last modified on 6 March 2024</div>", "2024-03-05"),
        ("<span class='post-date' data-datetime='2024-03-05T10:00:00Z'>two hours ago</span>", "2024-03-05T10:00:00Z"),
        ("<span class='date'>03/04/2024</span>", ""),
        ("<span>3 March 2024</span>", ""),  # nothing says what happened then
        ("<span class='event-date'>3 March 2024</span>", ""),
        ("<p>The fair of <time datetime='2024-03-03'>3 March</time> was put off, the mayor said on Monday.</p>", ""),
        ("<div class='box'><a href=/x>Goose halts traffic again</a><time datetime='2024-03-03'>x</time></div>", ""),
        (
            "<ul>" + "".join(f"<li><time datetime='2024-03-03T{h}:00'>{h}</time> Goal" for h in (10, 11, 12)) + "</ul>",
            "",
        ),
        ("<div class='date'>3 March 2024</div><div class='date'>4 March 2024</div>", ""),
    ],
)
def test_a_printed_date_is_read_where_the_page_labels_it(markup: str, published: str) -> None:
    assert made("", markup + BODY).published == published


@pytest.mark.parametrize(
    "markup",
    [
        "<p class='post-meta'>Posted on March 5, 2024 by Jo Park</p>",
        "<div class='submitted'>Submitted by Jo Park on Tue, 03/05/2024 - 10:12</div>",
        "<div class='entry__byline'><span>By <strong>Jo Park</strong></span>, <span>Senior Reporter</span></div>",
        "<div class='meta'><a href='/author/jo/'>Jo Park</a> Leave a comment</div>",
        "<a rel='author' href='/x'>Jo Park</a>",
        "<p>By Jo Park</p>",
    ],
)
def test_a_printed_author(markup: str) -> None:
    assert made("", markup + BODY).author == "Jo Park"
    assert made("", BODY + f"<ol class='comments'><li>{markup}</li></ol>").author == ""


def test_the_date_nearest_below_the_headline_wins() -> None:
    teaser = "<div class='news'><a href=/1>Goose</a><time datetime='2024-01-01'>x</time></div>"
    assert made("", f"<time datetime='2024-03-05'>5 March</time>{BODY}{teaser}", teaser).published == "2024-03-05"


@pytest.mark.parametrize(
    ("raw", "published"),
    [
        ("1709618400", "2024-03-05T06:00:00Z"),
        ("2024-03-05T10:00:00+01:00[Europe/Paris]", "2024-03-05T10:00:00+01:00"),
        ("2024-03-05 10:00:00 UTC", "2024-03-05T10:00:00Z"),
        ("Tue Mar 05 2024 10:00:00 GMT+0100 (Central European Time)", "2024-03-05T10:00:00+01:00"),
        ("1970-01-01T00:00:00Z", ""),
        ("2999-12-31", ""),
    ],
)
def test_declared_dates_of_odd_shape(raw: str, published: str) -> None:
    assert made(f"<meta property='article:published_time' content='{raw}'>").published == published


def test_an_unreadable_declared_date_is_noted(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(f"<meta name=date content='03/04/2024'><h1>A bridge</h1>{BODY}")
    (found,) = html.read(str(tmp_path / "a.html"), "a.html", 2_000_000)
    assert found.article.published == ""
    assert found.note == "published date '03/04/2024' is unreadable: left empty"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("By Mara Quist and Tomas Ebel", ["Mara Quist", "Tomas Ebel"]),
        ("Mara Quist, Chief Political Correspondent", ["Mara Quist"]),
        ("Mara Quist, Tomas Ebel & Jo Park Jr.", ["Mara Quist", "Tomas Ebel", "Jo Park Jr."]),
        ("Quist, Mara", ["Mara Quist"]),
        ("mara@ledger.example.org (Mara Quist)", []),
        ("Mara Quist in Brenna", ["Mara Quist"]),
        ("Von Jörg Ebel und Änne Olm", ["Jörg Ebel", "Änne Olm"]),
        ("Por José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("文：高瀬みどり", ["高瀬みどり"]),
        ("بقلم: سمير الحداد", ["سمير الحداد"]),
        ("Mara O&#8217;Quist", ["Mara O’Quist"]),
        *(
            (raw, [])
            for raw in ("The Ledger", "Ledger Staff", "admin", "@maraquist", "https://x.org/m", "", "By", "5 min read")
        ),
    ],
)
def test_names_only(raw: str, expected: list[str]) -> None:
    assert names(raw, ["The Ledger"]) == expected


def test_a_trusted_field_names_a_person_in_any_spelling() -> None:
    assert names("bell hooks", trusted=True) == ["bell hooks"] and names("bell hooks") == []
    assert names("ledger.example.org", trusted=True) == []


@pytest.mark.parametrize(
    "line", ["By the time he left.", "By the sea", "Von hier aus sieht man das Meer", "Mara Quist"]
)
def test_prose_is_no_labelled_line(line: str) -> None:
    assert labelled(line)[0] == []


@pytest.mark.parametrize(
    ("stated", "headings", "title", "expected"),
    [
        (["A bridge | The Ledger"], [], "", "A bridge"),
        ([], [], "Ferry - the long way | The Ledger", "Ferry - the long way"),
        ([], [], "The Ledger: A bridge", "The Ledger: A bridge"),  # a colon joins
        ([], [], "The Ledger | A bridge", "A bridge"),
        ([], ["A bridge"], "A bridge - Brenna Post", "A bridge"),
        ([], [], "The old bridge of Norland closes - Brenna Post", "The old bridge of Norland closes"),
        (["The old bridge of ..."], ["The old bridge of Norland"], "", "The old bridge of Norland"),
        (["Tom &amp; Ada <em>meet</em>"], [], "", "Tom & Ada meet"),
        (["The Ledger", "A bridge"], [], "", "A bridge"),
        ([], ["The Ledger", "A bridge"], "A bridge — The Ledger", "A bridge"),
    ],
)
def test_the_title_is_the_headline(stated: list[str], headings: list[str], title: str, expected: str) -> None:
    assert choose(stated, headings, title, ["The Ledger"]) == expected


def test_a_page_from_the_web_is_known_by_its_address_and_a_relative_canonical_link_is_completed() -> None:
    address = "https://ledger.example.org/news/1?x=1"
    assert page(f"<h1>A bridge</h1>{BODY}", address).url == address
    linked = page(f"<html><head><link rel=canonical href='/news/bridge'></head><body>{BODY}</body></html>", address)
    assert (linked.url, linked.found["url"]) == ("https://ledger.example.org/news/bridge", "canonical link")
    assert made("<link rel=canonical href='/news/bridge'>").url == ""
    assert made("").language == "en"


@pytest.mark.parametrize("name", ["comment is-free", "newsletter-page has-sidebar", "share related"])
def test_a_container_that_holds_the_article_is_no_noise_whatever_its_class(name: str) -> None:
    whole = page(
        f"<html><body><div class='{name}'><h1>A bridge</h1><div class='{name}'>{BODY}</div></div></body></html>"
    )
    assert whole.text == "\n\n".join(PROSE)


def test_pipes_in_prose_stay_as_printed() -> None:
    assert (
        "cat a|sort"
        in made("", BODY + "<p>To sort the list of the bridges, the clerk typed cat a|sort and waited.</p>").text
    )


def test_pictures_within_a_page_do_not_count_but_markup_does() -> None:
    picture = f"<img src='data:image/png;base64,{'A' * LARGEST}'>"
    assert made("", picture + BODY).text == "\n\n".join(PROSE)
    with pytest.raises(
        ReadError, match=r"more than the 4,000,000 that are read of one: save the article's words as .txt"
    ):
        made("", "<i></i>" * (LARGEST // 7) + BODY)


@pytest.mark.parametrize(
    "body",
    ["<p>a <time>b</time>" * 10_000, "<div class=author>" * 3_000 + "<i>x y</i>" * 9_000, "<td>a|b" * 20_000],
    ids=["times", "nested", "cells"],
)
def test_a_page_of_many_elements_ends_soon(body: str) -> None:
    before = time.process_time()
    with pytest.raises(ReadError, match="page without an article"):
        page(f"<html><body><h1>x</h1>{body}</body></html>")
    assert time.process_time() - before < 20
