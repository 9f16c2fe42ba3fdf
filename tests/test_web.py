"""Addresses in an archive: pages and feeds from a server on loopback, asked again, moved, lost, and lying."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from webserver import Server, page

from index.archive import Archive
from index.embed import HashEmbedder
from index.errors import SettingsError
from index.read import Web

STORY = (
    "<p>The ferry to Holm was cancelled on Monday because the crews want higher pay, the harbour office said.</p>"
    "<p>Three boats stayed in port and about 400 passengers had to wait for the evening train to Linde.</p>"
    "<p>Talks between the union and the line are to go on in Linde on Thursday afternoon.</p>"
)


def html(title: str, head: str = "", body: str = STORY) -> str:
    return (
        f"<html><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>"
    )


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        yield made


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.create(tmp_path / "a", HashEmbedder()) as made:
        yield made


def web(server: Server, **more: object) -> Web:
    return Web(allow=(f"127.0.0.1:{server.port}",), pause=0, **more)  # type: ignore[arg-type]


def at(server: Server, path: str = "/story") -> str:
    return f"http://127.0.0.1:{server.port}{path}"


def test_a_page_becomes_an_article_under_its_address(archive: Archive, server: Server) -> None:
    published = '<meta property="article:published_time" content="2024-05-03T10:00:00+02:00">'
    server.pages["/story"] = page(html("Ferry stays in port", published))
    report = archive.add(at(server, "/story?utm_source=x"), web=web(server))
    assert report.added == (at(server),) and not report.skipped
    article = archive.article(at(server))
    assert (article.title, article.published) == ("Ferry stays in port", "2024-05-03T10:00:00+02:00")
    assert article.url == at(server) and article.found["url"] == "address"
    assert article.text.startswith("The ferry to Holm")


def test_a_private_host_is_asked_only_when_it_is_allowed_by_name(archive: Archive, server: Server) -> None:
    server.pages["/story"] = page(html("Ferry"))
    (skipped,) = archive.add(at(server)).skipped
    assert "--allow-host" in skipped.reason and server.connections == 0
    with pytest.raises(SettingsError):
        archive.add(at(server), web=Web(allow=("not a host!",)))


def test_a_page_that_has_not_changed_is_asked_for_and_not_sent_again(archive: Archive, server: Server) -> None:
    def reply(connection: object, head: str) -> None:
        same = 'if-none-match: "v1"' in head.lower()
        whole = page(html("Ferry"), "text/html", "200 OK", 'ETag: "v1"')
        text = page("", "text/html", "304 Not Modified") if same else whole
        connection.sendall(text)  # type: ignore[attr-defined]

    server.pages["/story"] = reply
    assert archive.add(at(server), web=web(server)).added
    assert archive.sync(at(server), web=web(server)).unchanged == (at(server),)
    assert 'if-none-match: "v1"' in server.requests[-1].lower()
    archive.remove([at(server)])
    assert archive.add(at(server), web=web(server)).added  # what was removed is fetched as a whole
    assert "if-none-match" not in server.requests[-1].lower()


def test_what_the_web_no_longer_shows_stays(archive: Archive, server: Server) -> None:
    server.pages |= {"/": page(html("Front")), "/story": page(html("Ferry"))}
    archive.add([at(server, "/"), at(server)], web=web(server))
    del server.pages["/story"]
    report = archive.sync([at(server, "/"), at(server)], web=web(server))
    assert report.removed == () and [one.source for one in report.skipped] == [at(server)]
    assert archive.sync([at(server, "/")], web=web(server)).removed == ()  # the other one lies under this address
    assert archive.counts()["articles"] == 2


def test_a_page_cannot_take_the_place_of_an_article_of_another_host(archive: Archive, server: Server) -> None:
    from index.records import Article

    archive.add_articles([Article("https://news.example.org/truth", "The dam is safe, the engineers say in May.")])
    claim = '<link rel="canonical" href="https://news.example.org/truth">'
    server.pages["/story"] = page(html("A lie", claim))
    report = archive.add(at(server), web=web(server))
    assert report.added == (at(server),) and "another host" in report.notes[0].reason
    assert archive.article("https://news.example.org/truth").text.startswith("The dam is safe")


def test_a_feed_gives_its_pages_and_says_what_they_do_not(archive: Archive, server: Server) -> None:
    told = STORY.replace("<", "&lt;")
    items = "".join(
        f"<item><title>Story {n}</title><link>{at(server, f'/{n}')}</link><author>Mara Quist</author>"
        f"<pubDate>Fri, 03 May 2024 10:0{n}:00 +0200</pubDate><description>{told}</description></item>"
        for n in range(4)
    )
    feed = f'<rss version="2.0"><channel><title>Holm Post</title>{items}</channel></rss>'
    own = '<meta property="article:published_time" content="2020-01-01">'
    server.pages |= {
        "/feed": page(feed, "application/rss+xml"),
        "/0": page(html("Its own title", own)),
        "/1": page(html("", body=STORY.replace("Monday", "Tuesday"))),
    }
    report = archive.add([], web=web(server, feeds=(at(server, "/feed"),), most=3))
    assert report.added == tuple(at(server, f"/{n}") for n in range(3))
    own_date, dated, lost = (archive.article(id) for id in report.added)
    assert (own_date.title, own_date.published) == ("Its own title", "2020-01-01")
    assert dated.published == "2024-05-03T10:01:00+02:00" and dated.found["published"] == "feed"
    assert lost.title == "Story 2" and "ferry to Holm" in lost.text  # 404: what the feed holds of it
    assert any("read from the feed" in note.reason for note in report.notes)
    assert "--most" in report.skipped[-1].reason
    again = archive.sync([], web=web(server, feeds=(at(server, "/feed"),), most=3))
    assert again.added == again.updated == () and len(again.unchanged) == 3


def test_a_feed_among_the_addresses_and_an_address_that_is_none_are_said(archive: Archive, server: Server) -> None:
    server.pages["/feed"] = page('<rss version="2.0"><channel><title>x</title></channel></rss>', "application/rss+xml")
    report = archive.add([at(server, "/feed"), "https://"], web=web(server))
    assert ["--feed" in report.skipped[0].reason, "not an http(s) address" in report.skipped[1].reason] == [True, True]


@pytest.mark.parametrize(
    ("named", "encoding"),
    [("windows-1252", "cp1252"), ("iso-8859-1", "cp1252"), ("iso-8859-1", "utf-8"), ("x", "utf-8")],
)
def test_a_page_is_read_in_the_encoding_that_fits(archive: Archive, server: Server, named: str, encoding: str) -> None:
    body = html("Ferry", body=STORY.replace("higher pay", "\u201cmore pay\u201d for Zo\u00eb")).encode(encoding)
    server.pages["/story"] = page(body, f"text/html; charset={named}")
    archive.add(at(server), web=web(server))
    assert "\u201cmore pay\u201d for Zo\u00eb" in archive.article(at(server)).text
