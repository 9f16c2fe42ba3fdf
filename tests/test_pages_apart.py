"""What stands beside an article on its page and is of another one: teasers, cards, sections. Empty beats wrong."""

import pytest

from index.read.bylines import byline
from index.read.edges import trim
from index.read.found import Parts
from index.read.names import labelled, names
from index.read.page import Page, page
from tests.test_pages import BODY, PROSE, made

STORY = "Norland closes its bridge"
TEASER = (
    "<article class='card'><h2>Goose halts traffic</h2><p class='byline'>By Ada Thorn</p>"
    "<time datetime='2023-12-02'>2 December</time><p>It was a large goose, the police said.</p></article>"
)
CARD = (
    "<div itemscope itemtype='https://schema.org/NewsArticle'><h3 itemprop='headline'>Goose</h3>"
    "<span itemprop='author'>Ada Thorn</span><time itemprop='datePublished' datetime='2023-12-02'>x</time></div>"
)
HEADED = f"<h1>{STORY}</h1>"


def whole(body: str, title: str = "x") -> Page:
    return page(f"<html><head><title>{title}</title></head><body>{body}</body></html>")


@pytest.mark.parametrize(
    "body",
    [
        f"{TEASER}<article>{HEADED}{BODY}</article>",
        f"<article>{HEADED}{BODY}</article>{TEASER}",
        f"{TEASER}{HEADED}<article>{BODY}</article>",
        f"{HEADED}<article>{BODY}</article>{TEASER}",
        f"{TEASER}<main>{HEADED}<div>{BODY}</div></main>{TEASER}",
        f"{CARD}{CARD}<article>{HEADED}{BODY}</article>",
        f"{HEADED}{BODY}{CARD}{CARD}",
    ],
    ids=["before", "after", "before, headline apart", "after, headline apart", "around main", "cards", "cards below"],
)
def test_nothing_is_taken_from_another_article(body: str) -> None:
    read = whole(body)
    assert (read.title, read.author, read.published) == (STORY, "", "")
    assert read.text.startswith(PROSE[0]) and "goose" not in read.text.lower()


def test_a_teaser_within_the_article_gives_it_no_name_and_no_date() -> None:
    read = whole(f"<article>{HEADED}{BODY}{TEASER}{BODY}</article>")
    assert (read.author, read.published) == ("", "")


def test_an_article_below_the_headline_keeps_its_own_date_whatever_headings_it_has() -> None:
    own = f"<article><time datetime='2024-03-05'>x</time>{BODY}<h2>What comes next</h2>{BODY}</article>"
    assert whole(f"{HEADED}{own}{TEASER}").published == "2024-03-05"


def test_entries_of_a_live_blog_below_its_article_stay() -> None:
    entry = "".join(
        f"<article class='e'><h3>Entry {n}</h3><p>{one}</p></article>" for n, one in enumerate(PROSE[1:], 1)
    )
    assert all(one in whole(f"<main>{HEADED}<p>{PROSE[0]}</p>{entry}</main>").text for one in PROSE)


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("By ANN LEE FOR THE NORTH MAIL", "ANN LEE"),
        ("By ANN LEE FOR ECHO", "ANN LEE"),
        ("By Ann Lee For The Mail", "Ann Lee"),
        ("By Ann Lee for the North Mail", "Ann Lee"),
        ("BY ANN LEE AND TOMAS EBEL", "ANN LEE, TOMAS EBEL"),
        ("Interview by Ann Lee", "Ann Lee"),
        ("Guest post by Dr. Ann Lee", "Dr. Ann Lee"),
    ],
)
def test_a_byline_ends_where_the_outlet_begins(line: str, people: str) -> None:
    read = byline(line)
    assert read is not None and read[0] == people == ", ".join(names(line))


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("Par Odile Sernin, avec Bastien Rouvre", ["Odile Sernin", "Bastien Rouvre"]),
        ("Von Mara Quist, mit Tomas Ebel", ["Mara Quist", "Tomas Ebel"]),
        ("By Con Ebel", ["Con Ebel"]),
        ("Door onze verslaggever Joep Hazelaar", ["Joep Hazelaar"]),
        ("Von unserem Korrespondenten Tomas Ebel", ["Tomas Ebel"]),
        ("Door Joep Hazelaar Gepubliceerd op 3 maart 2024", ["Joep Hazelaar"]),
        ("Haber: Selin Karadut", ["Selin Karadut"]),
        ("Story: Ann Lee. Pictures: Snapworks", ["Ann Lee"]),
        ("Posted by Ann Lee at 11:20 AM", ["Ann Lee"]),
        ("Av Norges beste var han", []),
    ],
)
def test_a_label_and_its_people(line: str, people: list[str]) -> None:
    assert labelled(line)[0] == people


def test_who_took_the_pictures_is_no_author() -> None:
    assert names("Story: Ann Lee. Pictures: Snapworks") == ["Ann Lee"]


@pytest.mark.parametrize(
    ("title", "above", "outlet"),
    [
        (f"{STORY} - Real Estate", "<div>Real Estate</div>", ""),  # a section, as likely as not
        (f"{STORY} - Environment", "<div>Environment</div>", ""),
        (f"{STORY} - Bridges", "<div>Bridges</div><main>", ""),
        (f"{STORY} - Karlı Postası", "<div>Karlı Postası</div>", "Karlı Postası"),
        (f"{STORY} - Sarn Notes", "<div>Sarn Notes</div><main>", "Sarn Notes"),
        (f"{STORY} - Sarn Notes", "<a>Skip to content</a><div>Sarn Notes</div><main>", ""),
        (f"{STORY} - Sarn Notes", "<div role='banner'>Sarn Notes</div>", "Sarn Notes"),
        (f"{STORY} - Sarn County", "<p>An official website of Sarn County</p>", "Sarn County"),
    ],
)
def test_a_plain_line_confirms_the_name_in_the_title(title: str, above: str, outlet: str) -> None:
    assert whole(f"{above}<h1>{STORY}</h1>{BODY}", title).outlet == outlet


@pytest.mark.parametrize(
    ("foot", "outlet"), [("Sarn Notes, 4 Quay Street", "Sarn Notes"), ("Sarn Notesbook", ""), ("The best of it", "")]
)
def test_a_footer_that_begins_with_it_confirms_it(foot: str, outlet: str) -> None:
    assert whole(f"<h1>{STORY}</h1>{BODY}<footer>{foot}</footer>", f"{STORY} | Sarn Notes").outlet == outlet


def test_a_title_with_a_colon_names_the_outlet_only_where_it_is_called_as_one() -> None:
    def read(first: str, second: str) -> tuple[str, str]:
        found = whole(f"<b>{first}</b><br><b>{second}</b>{BODY}", f"{first}: {second}")
        return found.title, found.outlet

    assert read("Holm Courier", STORY) == (STORY, "Holm Courier")
    assert read("Bridges", "what they know of us")[1] == ""


@pytest.mark.parametrize("name", ["echo.example", "Brenna.com", "www.echo.example"])
def test_a_host_is_no_outlet_and_hides_none(name: str) -> None:
    site = f"<meta property='og:site_name' content='{name}'>"
    assert made(site).outlet == ""
    data = '<script type="application/ld+json">{"@type":"NewsArticle","publisher":{"name":"Sarn Notes"}}</script>'
    assert made(site + data).outlet == "Sarn Notes"


@pytest.mark.parametrize(
    "line", ["4 min read", "Temps de lecture : 3 min.", "Lesezeit: 5 Minuten", "Reading time: 2 mins"]
)
def test_how_long_it_takes_to_read_is_not_of_the_text(line: str) -> None:
    assert made("", f"<p>{line}</p>{BODY}").text == "\n\n".join(PROSE)


def test_an_author_within_parentheses_signs_the_text() -> None:
    lines = [*PROSE, *PROSE, *PROSE]
    assert trim([*lines, "(Ann Lee)"], Parts("", author="Ann Lee")) == (lines, ["(Ann Lee)"])
    assert trim([*lines, "(Ann Lee)"], Parts("", author="Jo Park"))[0][-1] == "(Ann Lee)"
