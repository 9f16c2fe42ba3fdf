"""The readers: what becomes of a source, and that nothing in a source can raise."""

import codecs
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.language import language_of, looks_foreign
from index.normalise import normalise
from index.read import Found, read_path, read_paths
from index.read.bylines import byline
from index.read.child import answers
from index.read.found import canonical
from index.read.wire import Job
from index.records import Skipped

PROSE = [
    "The council of Norland voted on Monday to close the old bridge over the Sarn.",
    "“It was not safe,” said Ada Brandt, the mayor, after a meeting that lasted six hours.",
    "Repairs will cost 4.5 million crowns, according to a report that the council published in May.",
]
BODY = "\n\n".join(PROSE)
PAGE = "<article>" + "".join(f"<p>{paragraph}</p>" for paragraph in PROSE) + "</article>"


def put(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def only(path: Path, limit: int = 2_000_000) -> Found:
    (found,) = read_path(path, limit)
    assert isinstance(found, Found), found
    return found


def refused(path: str | Path, limit: int = 2_000_000) -> str:
    (skipped,) = read_path(path, limit)
    assert isinstance(skipped, Skipped), skipped
    assert skipped.source.startswith(str(path))
    return skipped.reason


# plain text


def test_byline_and_credits_leave_the_text_and_nothing_else_does(tmp_path: Path) -> None:
    text = f"By Ellen Huber\n\nOn August 22, {BODY}\n\nPhoto credit Patrick H via Shutterbox\n\nPosted by Ellen Huber"
    found = only(put(tmp_path / "norland_old-bridge.txt", text))
    article = found.article
    assert article.text == f"On August 22, {BODY}"
    assert article.credits == "By Ellen Huber\nPhoto credit Patrick H via Shutterbox\nPosted by Ellen Huber"
    assert (article.author, article.published, article.title) == ("Ellen Huber", "", "norland old bridge")
    assert article.found == {"author": "byline", "title": "file name"}
    assert (article.id, found.given, found.source) == (str(tmp_path / "norland_old-bridge.txt"), False, article.id)
    assert (article.language, found.note) == ("en", "")


def test_head_of_title_standfirst_byline_and_date(tmp_path: Path) -> None:
    head = (
        "Norland closes its bridge\n\nA ferry will run.\n\nBy Jo Park and Ada Lind, The Harbour Ledger\n2019-05-06\n\n"
    )
    article = only(put(tmp_path / "a.txt", head + BODY)).article
    assert (article.title, article.author, article.outlet) == (
        "Norland closes its bridge",
        "Jo Park, Ada Lind",
        "The Harbour Ledger",
    )
    assert article.text.startswith("A ferry will run.\n\n") and article.text.endswith(BODY)
    assert article.published == "2019-05-06"
    assert article.found == dict(title="first line", author="byline", outlet="byline", published="date line")


@pytest.mark.parametrize(
    ("line", "author", "tail"),
    [
        ("By Ellen Huber", "Ellen Huber", ""),
        ("BY ELLEN HUBER", "ELLEN HUBER", ""),
        ("by Ludwig van der Meer", "Ludwig van der Meer", ""),
        ("By D.C. Chien and Siobhán O’Neil-Park", "D.C. Chien, Siobhán O’Neil-Park", ""),
        ("By Ada Lind, Jo Park and Émile du Bois", "Ada Lind, Jo Park, Émile du Bois", ""),
        ("By Łukasz Żuk", "Łukasz Żuk", ""),
        ("By Martin Hale Jr.", "Martin Hale Jr.", ""),
        ("By April Jones", "April Jones", ""),
        ("By Ellen Huber, Staff Writer", "Ellen Huber", "Staff Writer"),
        ("By Ellen Huber | Harbour News", "Ellen Huber", "Harbour News"),
        ("By Ellen Huber in New Norland", "Ellen Huber", "in New Norland"),
        ("Posted by Ellen Huber", "Ellen Huber", ""),
    ],
)
def test_a_byline_names_people(line: str, author: str, tail: str) -> None:
    assert byline(line) == (author, tail)


@pytest.mark.parametrize(
    "line",
    [
        "By Tuesday the strike was over.",
        "By Tuesday Morning",
        "By Friday",
        "By The Numbers",
        "By the sea",
        "By Popular Demand",
        "By Royal Appointment",
        "By August 2014",
        "By Ellen",
        "By Ellen Huber.",
        "By Ellen Huber in those years",
        "By Ellen Huber’s account, the bridge was safe.",
        "By Prime Minister Hale",
        "By ellen huber",
        "Bye Ellen Huber",
        "By Ellen Huber, who has covered the harbour of Norland since it was built in those years",
        "Standing by Ellen Huber",
        "",
    ],
)
def test_prose_is_no_byline(line: str) -> None:
    assert byline(line) is None


@pytest.mark.parametrize(
    "text",
    [
        "By Tuesday the strike was over.\n\n" + BODY,
        "By John Smith, the old mayor,\nthe council had been warned for years. It did not listen to him.",
        "By Martin Hale\nand his friends it was called a disgrace, and nobody in the town contradicted them.",
        BODY + "\n\nPhotos by satellites showed the flood.",
        BODY + "\n\nPhoto credits should never be paid for by the state.",
        BODY + "\n\nPosted by guards at the gate, the notice said nothing.",
        BODY + "\n\nWritten by Jo Park in 1990, the song is still sung.",
        BODY + "\n\nSources: the council.",
        "2014 was a year of floods.\n\n" + BODY,
        "1984\n\n" + BODY,
        "By Popular Demand\n\n" + BODY,
        "August 22, 2014\n\nShort.",
        "The bridge is shut.\n\n" + BODY,
        "Dear reader,\n\n" + BODY,
        "Bolts, nuts and screws",
        BODY,
    ],
)
def test_text_that_could_be_prose_stays(tmp_path: Path, text: str) -> None:
    article = only(put(tmp_path / "a.txt", text)).article
    assert (article.text, article.credits, article.author, article.published) == (text, "", "", "")


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Photo: Patrick H", ""),
        ("Image courtesy of the Norland archive.", ""),
        ("(Reporting by Jo Park; Editing by Ada Lind)", ""),
        ("Reporting by Jo Park", ""),
        ("Written by Jo Park", "Jo Park"),
        ("By Jo Park and Ada Lind", "Jo Park, Ada Lind"),
        ("© 2019 The Harbour Ledger", ""),
        ("Copyright 2019 The Harbour Ledger. All rights reserved.", ""),
    ],
)
def test_credit_lines_at_the_end(tmp_path: Path, line: str, author: str) -> None:
    article = only(put(tmp_path / "a.txt", f"{BODY}\n\n{line}\n")).article
    assert (article.text, article.credits, article.author) == (BODY, line, author)


@pytest.mark.parametrize(
    ("line", "published"),
    [("Published: 2014-08-22", "2014-08-22"), ("2014/08/22", "2014-08-22"), ("Published on 2014-08", "2014-08")],
)
def test_only_an_explicit_date_line_dates_an_article(tmp_path: Path, line: str, published: str) -> None:
    article = only(put(tmp_path / "a.txt", f"{line}\n\n{BODY}")).article
    assert (article.text, article.published, article.credits) == (BODY, published, line)


# Markdown


def test_markdown_front_matter_and_heading(tmp_path: Path) -> None:
    front = (
        '---\ntitle: "Norland: a bridge"\nauthors:\n  - Jo Park\n  - Ada Lind\ndate: 2019-05\n# a comment\n'
        "publication: The Harbour Ledger\nurl: HTTPS://Ledger.example.org:443/a?utm_source=x&id=3#top\n"
        "tags: [a, b]\nsummary: >\n  wrapped over\n  two lines\n---\n"
    )
    found = only(put(tmp_path / "a.md", front + f"\n# Norland: A Bridge #\n\n## Why\n\n*{PROSE[0]}*\n\n- {PROSE[1]}\n"))
    article = found.article
    assert article.text == f"Why\n\n{PROSE[0]}\n\n- {PROSE[1]}"
    assert (article.title, article.author, article.outlet) == (
        "Norland: a bridge",
        "Jo Park, Ada Lind",
        "The Harbour Ledger",
    )
    assert (article.published, article.id, found.given) == ("2019-05", "https://ledger.example.org/a?id=3", False)


def test_markdown_without_front_matter(tmp_path: Path) -> None:
    text = f"# Norland closes its *bridge*\n\n**By Ellen Huber**\n\n{BODY}\n\n*Photo credit Patrick H*\n"
    article = only(put(tmp_path / "a.md", text)).article
    assert (article.title, article.author, article.text) == ("Norland closes its bridge", "Ellen Huber", BODY)
    assert article.credits == "By Ellen Huber\nPhoto credit Patrick H"
    underlined = only(put(tmp_path / "b.md", f"A bridge\n===\n\n{BODY}")).article
    assert (underlined.title, underlined.text) == ("A bridge", BODY)
    kept = only(put(tmp_path / "c.md", f"---\ntitle: One\n---\n# Another\n\n{BODY}")).article
    assert (kept.title, kept.text) == ("One", f"Another\n\n{BODY}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"---\n{BODY}\n---\nend", f"{BODY}\n\nend"),
        (f"---\ntitle: never closed\n\n{BODY}", f"title: never closed\n\n{BODY}"),
        (f"---\n---\n{BODY}", BODY),
    ],
)
def test_dashes_that_are_no_front_matter_are_rules_and_cost_no_words(tmp_path: Path, text: str, words: str) -> None:
    article = only(put(tmp_path / "a.md", text)).article
    assert (article.text, article.title) == (words, "a")


def test_markdown_id_and_unreadable_date(tmp_path: Path) -> None:
    found = only(put(tmp_path / "a.md", f"---\nid: bridge-1\ndate: last week\n---\n{BODY}"))
    assert (found.article.id, found.given, found.article.published) == ("bridge-1", True, "")
    assert found.note == "published date 'last week' is unreadable: left empty"


# HTML


def test_page_with_metadata(tmp_path: Path) -> None:
    data = {
        "@graph": [
            {"@type": "WebSite", "name": "x", "datePublished": "1999"},
            {
                "@type": ["NewsArticle"],
                "datePublished": "2019-05-06T09:30:00+02:00",
                "author": [{"@type": "Person", "name": "Ellen Huber"}, {"@type": "Person", "name": "Jo Park"}],
            },
        ]
    }
    page = (
        "<html><head><title>Norland closes its bridge | The Harbour Ledger</title>"
        "<link rel=canonical href='https://Ledger.example.org/a/bridge?utm_source=x#top'>"
        "<meta property='og:site_name' content='The Harbour Ledger'>"
        f"<script type='application/ld+json'>{json.dumps(data)}</script></head><body><nav><a href=/x>Sport</a></nav>"
        f"<h1>Norland closes its bridge</h1><p>By Ellen Huber</p>{PAGE}<p>Photo credit Patrick H</p></body></html>"
    )
    article = only(put(tmp_path / "a.html", page)).article
    assert article.text == BODY
    assert article.id == article.url == "https://ledger.example.org/a/bridge"
    assert article.published == "2019-05-06T09:30:00+02:00"
    assert (article.author, article.outlet) == ("Ellen Huber, Jo Park", "The Harbour Ledger")
    assert article.title.startswith("Norland closes its bridge")
    assert article.found["published"] == "JSON-LD" and article.found["url"] == "canonical link"


@pytest.mark.parametrize(
    ("head", "tail", "published"),
    [
        ("", "<p>Copyright 2021 Ledger, updated 3 March 2020</p>", ""),  # never guessed
        ("<meta name=date content='2014'>", "", "2014"),
        ("<meta property='article:published_time' content='2019-05'>", "<footer>2021</footer>", "2019-05"),
        ("", "<time datetime='2019-05-06'>6 May</time>", "2019-05-06"),
        ("", "<time datetime='2019-05-06'>a</time><time datetime='2019-05-07'>b</time>", ""),
        ("<script type='application/ld+json'>{broken</script>", "", ""),
    ],
)
def test_a_page_is_dated_only_by_what_it_declares(tmp_path: Path, head: str, tail: str, published: str) -> None:
    page = f"<html><head><title>A bridge</title>{head}</head><body>{PAGE}{tail}</body></html>"
    assert only(put(tmp_path / "a.htm", page)).article.published == published


def test_a_home_page_as_canonical_address_is_no_identity(tmp_path: Path) -> None:
    page = f"<html><head><link rel=canonical href='https://ledger.example.org/'></head><body>{PAGE}</body></html>"
    assert only(put(tmp_path / "a.html", page)).article.id == str(tmp_path / "a.html")


@pytest.mark.parametrize(
    "page",
    [
        "<html><head></head><body></body></html>",
        "<html><body><nav>" + "".join(f"<a href=/{n}>Section {n}</a> " for n in range(30)) + "</nav></body></html>",
        "<form><label>Name</label><input><button>Log in</button></form><p>Forgot your password?</p>",
        f"<script>var text = '{PROSE[0]}';</script>",
        "<div>" * 30_000,
        "<<<>>><p><a href=<b>&&&;&#xD800;&#0;<!--<p>" + "<table><tr>" * 50,
        "<?xml version='1.0' encoding='utf-8'?><html></html>",
        "<html><head><title>" + "x" * 100_000,
    ],
)
def test_a_page_without_an_article_is_refused(tmp_path: Path, page: str) -> None:
    assert "page without an article" in refused(put(tmp_path / "a.html", page))


def test_a_declared_charset_is_believed_only_where_utf_8_fails(tmp_path: Path) -> None:
    head = "<html><head><meta charset='iso-8859-2'><title>Łódź</title></head><body>"
    page = head + PAGE.replace("Norland", "Łódź").replace("“", "").replace("”", "")
    for number, name in enumerate(("iso-8859-2", "utf-8")):
        text = only(put(tmp_path / f"{number}.html", page.encode(name)))
        assert text.article.text.startswith("The council of Łódź voted") and text.note == ""


# JSON Lines


def test_jsonl_rows_lose_nothing(tmp_path: Path) -> None:
    rows = [
        {
            "id": 7,
            "text": "By Ellen Huber\r\n\r\nA\u00a0bridge.\n\nPosted by Jo Park ",
            "title": " A  bridge\n",
            "x": [1],
        },
        {"url": "http://Ledger.example.org:80/b?fbclid=1", "text": "B", "author": ["Jo Park", "Ada Lind", "Jo Park"]},
        {"title": "C", "text": "c", "id": None, "published": "2014/08/22", "outlet": None, "author": "X  Y"},
        {"text": "d \ud800", "published": "foo", "url": "ftp://x", "title": 3, "author": ["a", 1]},
    ]
    found = list(read_path(put(tmp_path / "a.jsonl", "\n\n".join(map(json.dumps, rows)))))
    assert all(isinstance(one, Found) for one in found)
    a, b, c, d = (one for one in found if isinstance(one, Found))
    assert a.article.text == "By Ellen Huber\n\nA bridge.\n\nPosted by Jo Park "
    assert (a.article.id, a.given, a.article.title, a.article.credits) == ("7", True, "A bridge", "")
    assert (b.article.id, b.given, b.article.author) == ("http://ledger.example.org/b", False, "Jo Park, Ada Lind")
    assert c.article.id == "sha-" + hashlib.sha256(b"C\0c").hexdigest()[:16]
    assert (c.article.published, c.article.author, c.given) == ("2014-08-22", "X Y", False)
    assert [one.source for one in (a, b, c, d)] == [f"{tmp_path}/a.jsonl:{line}" for line in (1, 3, 5, 7)]
    assert d.note == (
        "title '3' is not a string: left empty; author has entries that are not strings: left out; "
        "address 'ftp://x' is not an http(s) address: left empty; published date 'foo' is unreadable: left empty"
    )


def test_a_bad_line_is_skipped_by_number_and_the_others_are_read(tmp_path: Path) -> None:
    lines = [
        b'\xef\xbb\xbf{"text": "one"}\r',
        b'{"text": ',
        b'["text"]',
        b'{"title": "no text"}',
        b'{"text": " "}',
        b'{"text": 5}',
        b'{"text": "x", "id": 1.5}',
        b"[" * 100_000,
        b'{"text": "' + b"9" * 30 + b'"}',
        b'{"text": "' + b"z" * 3_000_000 + b'"}',
        b'{"text": "caf\xe9"}',
        b'{"n": ' + b"9" * 10_000 + b"}",
        b'{"text": "last"}',
    ]
    results = list(read_path(put(tmp_path / "a.jsonl", b"\n".join(lines)), limit=20))
    good = {int(one.source.rsplit(":", 1)[1]): one for one in results if isinstance(one, Found)}
    bad = {int(one.source.rsplit(":", 1)[1]): one.reason for one in results if isinstance(one, Skipped)}
    assert {line: one.article.text for line, one in good.items()} == {1: "one", 11: "café", 13: "last"}
    assert good[11].note == "the line is not UTF-8: read as Windows-1252"
    for line, words in {
        2: "not JSON",
        3: "no object",
        4: 'no "text"',
        5: "no text",
        6: "not a string",
        7: '"id"',
        8: "nested too deeply",
        9: "30 characters, more than the 20 allowed",
        10: "longer than an article of 20 characters",
        12: "not JSON",
    }.items():
        assert words in bad[line]
    assert len(good) + len(bad) == 13


def test_jsonl_in_utf_16(tmp_path: Path) -> None:
    (found,) = read_path(put(tmp_path / "a.jsonl", '{"text": "Łódź"}\r\n'.encode("utf-16")))
    assert isinstance(found, Found) and found.article.text == "Łódź"


# Any source


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        *((f"a{suffix}", b"", "it is empty") for suffix in (".txt", ".md", ".html", ".jsonl")),
        *((f"a{suffix}", b" \n\t\n", "it is empty") for suffix in (".txt", ".md", ".html", ".jsonl")),
        *((f"a{suffix}", b"PNG\0\1\2" * 50, "it is binary") for suffix in (".txt", ".md", ".html", ".jsonl")),
        ("a.txt", bytes(range(1, 32)) * 9, "it is binary"),
        ("a.txt", b"\x81\x8d by nobody", "it is neither UTF-8 nor Windows-1252"),
        ("a.txt", codecs.BOM_UTF16_LE + b"\x00\xd8", "it starts as UTF-16 but is not"),
        ("a.txt", "\u200b\ufeff".encode(), "it holds no text"),
        ("a.txt", b"By Ellen Huber\n", "it holds no text"),
        ("a.xyz", b"words", "not a format Byline reads (.txt .jsonl"),
        ("a", b"words", "not a format Byline reads"),
    ],
)
def test_a_source_that_cannot_be_used_is_named(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    assert refused(put(tmp_path / name, content)).startswith(reason)


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".jsonl", ".csv", ".eml", ".mbox"])
@given(data=st.one_of(st.binary(), st.text().map(str.encode), st.text("<>/p a\n-:#{}\"'[]By HUt.,").map(str.encode)))
@settings(deadline=None, max_examples=60)
def test_no_content_raises(tmp_path_factory: pytest.TempPathFactory, suffix: str, data: bytes) -> None:
    path = put(tmp_path_factory.getbasetemp() / f"any{suffix}", data)
    for one in answers(Job(str(path), "any", 50), ""):  # what a child does, without starting one
        assert isinstance(one, Skipped) or normalise(one.article.text) == one.article.text


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    assert refused(tmp_path / "missing.txt") == "there is no such file or folder: check the path"
    assert "cannot be read" in next(iter(read_path("nul\0.txt"))).reason  # type: ignore[union-attr]
    os.symlink(tmp_path / "loop.txt", tmp_path / "loop.txt")
    assert "cannot be read" in refused(tmp_path / "loop.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    assert refused(tmp_path / "pipe.txt").startswith("it is neither a file nor a folder: save what it holds as a file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_permission_denied(tmp_path: Path) -> None:
    put(tmp_path / "a.txt", BODY).chmod(0)
    assert "not permitted" in refused(tmp_path / "a.txt")


def test_encodings_of_old_files(tmp_path: Path) -> None:
    for name in ("utf-8", "utf-8-sig", "utf-16"):
        found = only(put(tmp_path / "a.txt", BODY.encode(name)))
        assert (found.article.text, found.note) == (BODY, "")
    found = only(put(tmp_path / "a.txt", BODY.encode("cp1252")))
    assert (found.article.text, found.note) == (BODY, "is not UTF-8: read as Windows-1252")


def test_the_limit_counts_characters_and_is_named(tmp_path: Path) -> None:
    path = put(tmp_path / "a.txt", "é" * 100)
    assert len(only(path, 100).article.text) == 100
    assert refused(path, 99) == (
        "the text has 100 characters, more than the 99 allowed: split the article, or raise the setting max_chars"
    )
    assert "the file has 200 bytes" in refused(path, 10)


def test_a_folder_is_walked_in_order_and_everything_is_named(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.TXT", "a/b/c.md", "d.pdf", ".git/x.txt", ".hidden.txt", "c.jsonl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        put(tmp_path / name, '{"text": "x"}' if name.endswith("jsonl") else BODY)
    os.symlink(tmp_path, tmp_path / "a" / "again")
    os.symlink(tmp_path / "gone", tmp_path / "e.txt")
    results = list(read_path(tmp_path))
    names = [os.path.relpath((one.source), tmp_path) for one in results]
    assert names == ["a/b/c.md", "a/z.TXT", "b.txt", "c.jsonl:1", "d.pdf", "e.txt"]
    assert [type(one) for one in results] == [Found, Found, Found, Found, Skipped, Skipped]
    (tmp_path / "empty").mkdir()
    assert "the folder holds no files" in refused(tmp_path / "empty")
    assert len(list(read_paths([tmp_path / "b.txt", tmp_path / "a"]))) == len(list(read_paths(str(tmp_path / "a")))) + 1


def test_a_file_name_that_is_not_utf_8(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")
    try:
        Path(path).write_text(BODY)
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    (found,) = read_path(path)
    assert isinstance(found, Found)
    for text in (found.article.id, found.source, found.article.title):
        text.encode()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://Example.ORG:80/A?b=1&utm_medium=x&gclid=2&c=%20#frag", "http://example.org/A?b=1&c=%20"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org:8443/a/", "https://example.org:8443/a/"),
        ("https://[2001:DB8::1]/a", "https://[2001:db8::1]/a"),
        *(
            (bad, "")
            for bad in ("", "/a", "javascript:alert(1)", "file:///etc/hosts", "http://", "http://[", "x.org/a")
        ),
        *(
            (bad, "")
            for bad in ("https://a:99999/x", "https://me:pw@example.org/", 'https://exa"mple.org/', "mailto:a@b")
        ),
    ],
)
def test_one_spelling_of_an_address(url: str, expected: str) -> None:
    assert canonical(url) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    "content",
    [
        "The river rose, and " * 95_000,
        "x" * 1_900_000,
        "By Aa Bb, " * 190_000,
        "\n" * 1_000_000 + "x",
        "# a" + " " * 1_900_000 + "b\n\nc",
        "---\nk" + " " * 1_900_000 + "\n---\nb",
        "!" * 1_900_000,
    ],
    ids=["line", "word", "bylines", "blank", "heading", "front", "marks"],
)
@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_a_huge_file_is_read_at_once(tmp_path: Path, content: str, suffix: str) -> None:
    path = put(tmp_path / f"a{suffix}", content)
    language_of("The model of the languages is loaded before the clock starts, since that is done once.")
    before = time.process_time()
    only(path)
    assert time.process_time() - before < 1.5


# Languages


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", BODY),
        ("de", "Der Rat von Norland hat am Montag beschlossen, die alte Brücke über den Sarn zu schließen."),
        ("fr", "Le conseil municipal a décidé lundi de fermer le vieux pont, jugé trop dangereux par les experts."),
        ("es", "El ayuntamiento decidió el lunes cerrar el viejo puente, que los expertos consideran peligroso."),
        ("it", "Il consiglio comunale ha deciso lunedì di chiudere il vecchio ponte, ritenuto ormai pericoloso."),
        ("nl", "De gemeenteraad heeft maandag besloten de oude brug over de rivier voor al het verkeer te sluiten."),
        ("pl", "Rada miasta postanowiła w poniedziałek zamknąć stary most, który eksperci uznali za niebezpieczny."),
        ("ru", "Городской совет в понедельник решил закрыть старый мост, который эксперты признали опасным."),
        (
            "ja",
            "市議会は月曜日、専門家が危険だと判断した古い橋を閉鎖することを決定した。住民は店の将来を心配しているという。",
        ),
        ("", "IBM Inspur"),
        ("", "Sun Pishu"),
        ("", "4.5 20 1999 " * 40),
        ("", ""),
        ("", "The council met on Monday and shut the bridge. " * 12 + "Der Rat hat die Brücke geschlossen. " * 16),
    ],
)
def test_language_of_an_article(code: str, text: str) -> None:
    assert language_of(text) == code


@pytest.mark.parametrize(
    ("code", "question"),
    [
        ("de", "Warum hat IBM mit Inspur zusammengearbeitet?"),
        ("de", "Wer ist Sun Pishu?"),
        ("fr", "Qui a fondé Inspur ?"),
        ("es", "¿Quién fundó Inspur?"),
        ("it", "Chi è il presidente?"),
        ("nl", "Wie is de baas van Inspur?"),
        ("zh", "IBM为什么与浪潮合作？"),
        ("ja", "なぜIBMは浪潮と提携したのですか"),
        ("ru", "Кто основал Inspur?"),
        *(
            ("", one)
            for one in ("Why did IBM partner with Inspur?", "hello", "Inspur", "I2I", "was IBM fined?", "?!", "")
        ),
        *(("", one) for one in ("IBM Inspur", "Sun Pishu", "Ellen Huber", "Deutsche Bank Frankfurt am Main", "12 + 4")),
        *(
            ("", one)
            for one in ("Who is 浪潮?", "servers banks security", "IBM revenue 2014", "summarise the IBM story")
        ),
        *(("", one) for one in ("José Luis Rodríguez", "Volkswagen AG Wolfsburg", "Crédit Agricole Paris", "thanks")),
    ],
)
def test_language_of_a_question(code: str, question: str) -> None:
    assert looks_foreign(question) == code


def test_reading_is_cheap_to_import() -> None:
    heavy = ("torch", "trafilatura", "lxml", "py3langid", "numpy", "sentence_transformers")
    code = f"import sys, index.read; print([name for name in {heavy} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
