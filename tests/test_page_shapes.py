"""Web pages of awkward shape: sites named in a heading, layout tables, broken data, lines around the text."""

import pytest

from index.errors import ReadError
from index.read.names import names, organisation, with_role
from index.read.page import page
from tests.test_pages import BODY, PROSE, made

STORY = "Norland closes its bridge"
HEAD = f"<title>{STORY} | The Sarn Notes</title>"


def whole(head: str, body: str) -> str:
    return f"<html><head>{head}</head><body>{body}</body></html>"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (HEAD, f"<h1 class='site-title'><a href='/'>The Sarn Notes</a></h1><h1 class='entry-title'>{STORY}</h1>"),
        (HEAD, f"<header><h1><a href='/' rel='home'>The Sarn Notes</a></h1></header><h2>{STORY}</h2>"),
        ("<title>x</title>", f"<h1><a href='/'>The Sarn Notes</a></h1><h3 class='post-title entry-title'>{STORY}</h3>"),
        (f"<title>The Sarn Notes: {STORY}</title>", f"<h1 class='t'>The Sarn Notes</h1><h2>{STORY}</h2>"),
        (f"<title>Print: {STORY}</title>", f"<h2>{STORY}</h2>"),
        (f"<title>Print version: {STORY}</title>", ""),
        (HEAD, f"<h1>News</h1><h2>{STORY}</h2>"),
    ],
)
def test_the_name_of_the_site_is_no_headline(head: str, body: str) -> None:
    read = page(whole(head, body + BODY))
    assert (read.title, read.text) == (STORY, "\n\n".join(PROSE))


def test_a_heading_within_the_article_is_not_the_headline() -> None:
    read = page(
        whole(f"<title>{STORY} for good | Echo</title>", f"<h1>{STORY} for good</h1>{BODY}<h2>{STORY}</h2>{BODY}")
    )
    assert read.title == f"{STORY} for good"


@pytest.mark.parametrize(
    ("head", "body", "outlet"),
    [
        (HEAD, "<a href='/'>The Sarn Notes</a>", "The Sarn Notes"),
        (HEAD, "<a rel='home'><img alt='Sarn Notes'></a>", "The Sarn Notes"),
        (HEAD, "<div class='site-title'>The Sarn Notes</div>", "The Sarn Notes"),
        (HEAD, "<p><b>The Sarn Notes</b></p>", "The Sarn Notes"),
        (HEAD, "<header>The Sarn Notes · Monday, 3 March 2024</header>", "The Sarn Notes"),
        (
            HEAD + "<link rel=alternate type='application/rss+xml' title='The Sarn Notes &raquo; Feed'>",
            "",
            "The Sarn Notes",
        ),
        (HEAD + "<link rel=canonical href='https://www.sarn-notes.example/a'>", "", "The Sarn Notes"),
        (f"<title>{STORY} | Bridges | Sarn Notes</title>", "<a href='/'>Sarn Notes</a>", "Sarn Notes"),
        ("<title>x</title>", "<p class='source-org'><span class='org fn'>The Sarn Notes</span></p>", "The Sarn Notes"),
        (HEAD, "", ""),  # said once only
        (f"<title>{STORY} | Sport</title>", "<a href='/'>Sport</a><header>Sport</header>", ""),
        (f"<title>{STORY} | Bridges</title>", "<div class='kicker'>Bridges</div><a href='/bridges'>Bridges</a>", ""),
        ("<title>x</title><link rel=alternate type='application/rss+xml' title='The Sarn Notes'>", "", ""),
        (f"<title>{STORY} | echo.example</title>", "<a href='/'>echo.example</a>", ""),
    ],
)
def test_an_outlet_is_taken_where_the_page_says_it_twice(head: str, body: str, outlet: str) -> None:
    assert page(whole(head, f"{body}<h1>{STORY}</h1>{BODY}")).outlet == outlet


@pytest.mark.parametrize(
    "line", ["© 2016 The Sarn Notes. Reproduction is forbidden.", "Copyright © 2016 by The Sarn Notes"]
)
def test_an_outlet_that_the_copyright_line_confirms(line: str) -> None:
    assert page(whole(HEAD, f"<h1>{STORY}</h1>{BODY}<footer>{line}</footer>")).outlet == "The Sarn Notes"


@pytest.mark.parametrize(
    ("markup", "author"),
    [
        ("<div class='byline'>By Mara Quist<br>Echo News, North Coast</div>", "Mara Quist"),
        ("<div class='byline'><p>By Mara Quist</p><p>Brenna and the islands</p></div>", "Mara Quist"),
        ("<p class='autor'>Texto de <strong>Mara Quist</strong></p>", "Mara Quist"),
        ("<p class='author'>Text: <b>Mara Quist</b> Foto: <b>Ute Brand</b></p>", "Mara Quist"),
        ("<p class='byline'>Mara Quist / Fotos: Ute Brand</p>", "Mara Quist"),
        ("<p class='by'>Mara Quist | Town Hall Reporter</p>", "Mara Quist"),
        ("<p>Mara Quist, Harbour Correspondent</p>", "Mara Quist"),
        ("<em>9 December 2019 | by Mara Quist</em>", "Mara Quist"),
        ("<p>7 June 2008 by Mara Quist</p>", "Mara Quist"),
        ("<ul data-hook='post-metadata'><li><span data-hook='user-name'>Mara Quist</span></li></ul>", "Mara Quist"),
        ("<p class='powered-by'>Powered by Ada Press</p>", ""),
        ("<p>Norland Council, Sarn Bridge</p>", ""),
    ],
)
def test_a_byline_of_awkward_shape(markup: str, author: str) -> None:
    read = made("", markup + BODY)
    assert (read.author, read.text) == (author, "\n\n".join(PROSE)) or (not author and read.author == "")


def test_a_handle_is_no_author_and_a_byline_may_name_more_than_the_meta_element() -> None:
    signed = "<address><a rel=author>Mara Quist</a> in Brenna and <a rel=author>Jo Park</a></address>"
    assert made("<meta property='article:author' content='echodesk'>", signed + BODY).author == "Mara Quist, Jo Park"
    assert made("<meta name=author content='Mara Quist'>", signed + BODY).author == "Mara Quist, Jo Park"
    assert made("<meta name=author content='Ada Brandt'>", signed + BODY).author == "Ada Brandt"
    assert made("<meta name=author content='echodesk'>").author == ""


@pytest.mark.parametrize(
    ("name", "author"),
    [
        ("Northern Press Agency", "Northern Press Agency"),
        ("Sarn Notes Staff", ""),
        ("The Sarn Notes", ""),
        ("News desk", ""),
    ],
)
def test_an_organisation_is_the_author_where_no_person_and_not_the_publisher_is(name: str, author: str) -> None:
    data = (
        '<script type="application/ld+json">{"@type":"NewsArticle","publisher":{"@type":"Organization","name":"Sarn Notes"},'  # noqa: E501
        f'"author":{{"@type":"Organization","name":"{name}"}}}}</script>'
    )
    assert made(data).author == author
    assert made(data, "<p class=byline>By Jo Park</p>" + BODY).author == "Jo Park"
    assert organisation(name, ["Sarn Notes"]) == author


@pytest.mark.parametrize(
    ("markup", "published", "modified"),
    [
        ("<div class='small'>28 August 2011, 09:15</div>", "2011-08-28T09:15", ""),
        ("<div><span>28 August 2011</span></div>", "2011-08-28", ""),
        ("<div data-qa='timestamp'>June 18, 2019 at 7:22 p.m. EDT</div>", "2019-06-18T19:22-04:00", ""),
        ("<div>28 August 2011</div><div>29 August 2011</div>", "", ""),
        ("<div class='event'>28 August 2011</div>", "", ""),
        ("<p class='data'>Publicado em 8 de junho de 2021 às 10h42</p>", "2021-06-08T10:42", ""),
        (
            "<p>Publicado a 8 de junho de 2021, 10:42 | Atualizado a 9 de junho de 2021</p>",
            "2021-06-08T10:42",
            "2021-06-09",
        ),
        ("<p class='date'>Publié le 17 mai 2023 à 07h30, modifié le 18 mai 2023</p>", "2023-05-17T07:30", "2023-05-18"),
        ("<p class='date'>2023年8月15日 21時04分</p>", "2023-08-15T21:04", ""),
        ("<p class='date'>نشر في 20 نوفمبر 2022</p>", "2022-11-20", ""),
        (
            "<div about='/n/1' typeof='sioc:Item foaf:Document'><span property='dc:date dc:created' "
            "content='2016-10-04T11:20:00+01:00'>Tue</span></div>",
            "2016-10-04T11:20:00+01:00",
            "",
        ),
    ],
)
def test_a_date_below_the_heading(markup: str, published: str, modified: str) -> None:
    read = made("", markup + BODY)
    assert (read.published, read.modified) == (published, modified)
    assert published == "" or read.text == "\n\n".join(PROSE)


def test_what_broken_json_ld_says_plainly_is_read_and_noted() -> None:
    script = (
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"A ferry for Norland","description":"The '
        '"old" bridge","datePublished":"2019-06-18T19:22:00-04:00","author":[{"@type":"Person","name":"Mara Quist"}]}</script>'  # noqa: E501
    )
    read = made(script)
    assert (read.title, read.author, read.published) == (
        "A ferry for Norland",
        "Mara Quist",
        "2019-06-18T19:22:00-04:00",
    )
    assert read.notes == ["its JSON-LD is broken: only plain dates, names and titles were read from it"]
    assert made(script.replace("NewsArticle", "Organization")).published == ""


@pytest.mark.parametrize(
    ("title", "body"),
    [
        (
            "Log in",
            "<h1>Log in</h1><form>Password <input></form><p>Forgot your password? Create an account to go on here.</p>",
        ),
        (
            "Page not found",
            "<h1>404</h1><p>The page you were looking for may have been moved or deleted since then.</p>",
        ),
        ("Echo", "<p>Please enable JavaScript and cookies to continue to this site. Ray ID: 1.</p>"),
        (
            "x",
            "<h1>Sport</h1>" + "".join(f"<li><a>Goose {n}</a><p>{one[:80]}…</p></li>" for n, one in enumerate(PROSE)),
        ),
        (
            "x",
            "<h1>All</h1>"
            + "".join(
                f"<div><h3><a href=/{n}>Goose on road {n}</a></h3><p>{one}</p></div>" for n, one in enumerate(PROSE)
            ),
        ),
    ],
    ids=["login", "missing", "robots", "cut teasers", "teasers"],
)
def test_a_page_that_is_no_article_is_refused(title: str, body: str) -> None:
    with pytest.raises(ReadError, match="page without an article"):
        page(whole(f"<title>{title}</title>", body))


def test_a_short_item_is_an_article() -> None:
    item = "A goose has halted the traffic on the ring road. Police led it to the park within ten minutes."
    assert page(whole("<title>Goose</title>", f"<h1>Goose halts traffic</h1><p>{item}</p>")).text == item


def test_a_layout_table_becomes_paragraphs_and_a_table_of_figures_stays() -> None:
    figures = "<table><tr><td>Bridge</td><td>Cost</td></tr><tr><td>Sarn</td><td>4.5 million</td></tr></table>"
    framed = f"<table><tr><td>Home<br>Tides</td><td><h1>{STORY}</h1>{BODY}{figures}</td></tr></table>"
    text = page(whole("<title>x</title>", framed)).text
    assert text.startswith("\n\n".join(PROSE)) and text.endswith("Bridge | Cost\nSarn | 4.5 million")


@pytest.mark.parametrize(
    "markup",
    [
        "<div class='x-9'><h2>This article is for subscribers only.</h2><p>Get unlimited access. Cancel anytime.</p></div>",  # noqa: E501
        "<div><h2>More on this story</h2><ul><li>Otters seen below the motorway</li></ul></div>",
        "<div data-hook='related-posts'><p>A parrot speaks three languages</p></div>",
        "<p>abc/def/gh</p>",
        "<p>hst</p>",
        "<p>Our Standards: The Echo Principles.</p>",
        "<p>Quelle: Echo</p>",
        "<p>A version of this article appears in print on page 4.</p>",
    ],
)
def test_what_stands_below_the_article_leaves(markup: str) -> None:
    assert made("", f"<article>{BODY}{markup}</article>").text.split("\n\n")[: len(PROSE) + 1][: len(PROSE)] == [*PROSE]
    assert made("", f"<article>{BODY}{markup}</article>").text == "\n\n".join(PROSE)


def test_prose_below_a_heading_about_related_things_stays() -> None:
    assert made("", f"{BODY}<h2>More on this</h2><p>{PROSE[0] * 2}</p>").text.count(PROSE[0]) == 3


def test_lines_repeated_above_the_text_leave_and_credit_whom_they_name() -> None:
    top = f"<p>LOCAL</p><p>{STORY}</p><p>By Jo Park</p><p>Tue 6 Apr 2021 15.00 BST</p>"
    read = page(
        whole("<title>x</title><meta name=author content='Jo Park'>", f"<h1>{STORY}</h1><div>{top}{BODY}</div>")
    )
    assert (read.text, read.credits) == ("\n\n".join(PROSE), "By Jo Park")


def test_the_entries_of_a_live_blog_keep_their_order() -> None:
    entries = "".join(f"<article><time>1{n}:00</time><p>{one}</p></article>" for n, one in enumerate(PROSE))
    assert page(whole("<title>x</title>", f"<main><h1>{STORY}</h1>{entries}</main>")).text == "\n\n".join(PROSE)


def test_names_beside_roles_pictures_and_desks() -> None:
    assert with_role("Mara Quist | Reporter") == "Mara Quist" and with_role("The bridge, said a reporter") == ""
    assert names("Echo News, North Coast") == [] and names("Foto: Ute Brand") == [] and names("Von") == []


def test_short_paragraphs_after_a_call_to_read_on_stay() -> None:
    later = (
        "<p>The ferryman of Brenna said that he would buy a second boat.</p><p>He wants to sail at Easter, he said.</p>"
    )
    text = made("", f"{BODY}<h3>Related</h3><p><a href=/x>Goose halts traffic</a></p>{later}").text
    assert "buy a second boat" in text and "sail at Easter" in text and "Goose" not in text


LISTED = (
    f"<h1>Bridge closes</h1><p>{PROSE[0]}</p><h2>What is still allowed</h2>"
    "<ul><li>Pedestrians may cross</li><li>Cyclists have to dismount</li></ul>"
    f"<p>{PROSE[1]}</p><p>{PROSE[2]}</p><p>{PROSE[0]}</p>"
)


@pytest.mark.parametrize(
    "frame", ["{}", "<div>{}</div>", "<ul><li><a href=/x>Sport</a></li></ul><div><div>{}</div></div>"]
)
def test_lists_and_headings_stay_where_no_element_is_called_an_article(frame: str) -> None:
    read = page(whole("<title>Bridge closes</title>", frame.format(LISTED)))
    lines = [line for line in read.text.split("\n") if line]
    wanted = [PROSE[0], "What is still allowed", "- Pedestrians may cross", "- Cyclists have to dismount"]
    assert lines == [*wanted, PROSE[1], PROSE[2], PROSE[0]]


@pytest.mark.parametrize(
    ("title", "outlet"),
    [
        ("Bridge closes | Holm Courier", "Holm Courier"),
        ("Bridge closes - Region - Velmer Anzeiger", "Velmer Anzeiger"),
        ("Bridge closes | Middle East", ""),
        ("Bridge closes | UK News", ""),
        ("Bridge closes", ""),
        ("Another headline | Holm Courier", ""),
    ],
)
def test_a_title_names_the_outlet_beside_the_headline_where_it_is_called_like_one(title: str, outlet: str) -> None:
    assert page(whole(f"<title>{title}</title>", LISTED)).outlet == outlet
