"""Feeds and sitemaps: what they say of each page, in hand-written fixtures, and what hostile ones are turned into."""

import gzip
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from webserver import HOST, PUBLIC, Net, Server, moved, page

from index.errors import ReadError
from index.fetch import Entry, Fetcher, Limits
from index.fetch.entry import iso
from index.fetch.feeds import discover, parse
from index.fetch.sitemap import parse as parse_sitemap
from index.records import Skipped

BASE = f"http://{HOST}"
RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>The Harbour Ledger</title><link>http://news.example.org/</link>
<item><title>Bridge &amp;amp; ferry: the &lt;em&gt;long&lt;/em&gt; wait</title><link>/2019/bridge</link>
<dc:creator>Ada Brandt</dc:creator><pubDate>Mon, 06 May 2019 23:30:00 -0500</pubDate>
<description>Short.</description>
<content:encoded><![CDATA[<p>The <b>whole</b> story.</p><script>x()</script>]]></content:encoded>
</item>
<item><title>Undated</title><guid>http://news.example.org/undated</guid><author>desk@example.org</author>
<description>&lt;p&gt;Only a summary.&lt;/p&gt;</description></item>
<item><title>Odd date</title><link>http://news.example.org/odd</link><pubDate>the day before yesterday</pubDate></item>
<item><title>No page</title><guid isPermaLink="false">n-4</guid><pubDate>6 May 2019 10:00 EST</pubDate></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://news.example.org/blog/"><title>Sarn Notes</title>
<link rel="next" href="http://news.example.org/older"/>
<entry><title type="html">Tide &amp;lt; flood</title><link rel="alternate" href="tide"/><id>urn:1</id>
<author><name>Jo Park</name></author><author><name>Ada Lind</name></author>
<published>2020-02-29T08:00:00.5+02:00</published><updated>2020-03-01T09:00:00Z</updated>
<content type="html">&lt;p&gt;High water.&lt;/p&gt;</content></entry>
<entry><title>Only updated</title><link href="http://news.example.org/u"/><updated>2020-03-02T09:00:00Z</updated></entry>
</feed>"""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        yield made


def fetcher(server: Server, **settings: Any) -> Fetcher:
    net = Net({PUBLIC: server})
    return Fetcher(pause=0.0, resolve=net.resolve, backend=net, **settings)


def listed(server: Server, path: str, kind: str = "feed", **settings: Any) -> list[Entry | Skipped]:
    with fetcher(server, **settings) as web:
        return list(web.feed(BASE + path) if kind == "feed" else web.sitemap(BASE + path))


def refused(server: Server, path: str, kind: str = "feed", **settings: Any) -> str:
    with pytest.raises(ReadError) as caught:
        listed(server, path, kind, **settings)
    return str(caught.value)


# feeds


def test_what_rss_says() -> None:
    first, undated, odd, pageless = parse(RSS.encode(), "application/rss+xml", BASE).entries
    assert first == Entry(
        address=f"{BASE}/2019/bridge",
        title="Bridge & ferry: the long wait",
        author="Ada Brandt",
        published="2019-05-06T23:30:00-05:00",
        content="<p>The <b>whole</b> story.</p><script>x()</script>",
        outlet="The Harbour Ledger",
    )
    assert undated == Entry(f"{BASE}/undated", "Undated", content="<p>Only a summary.</p>", outlet="The Harbour Ledger")
    assert (odd.published, odd.note) == ("", "published date 'the day before yesterday' is unreadable: left empty")
    assert (pageless.address, pageless.published) == ("", "2019-05-06T10:00:00-05:00")


def test_what_atom_says() -> None:
    read = parse(ATOM.encode(), "application/atom+xml", BASE)
    tide, updated = read.entries
    assert (tide.address, tide.title, tide.author) == (f"{BASE}/blog/tide", "Tide < flood", "Jo Park, Ada Lind")
    assert (tide.published, tide.updated) == ("2020-02-29T08:00:00.5+02:00", "2020-03-01T09:00:00Z")
    assert (tide.content, tide.outlet) == ("<p>High water.</p>", "Sarn Notes")
    assert (updated.published, updated.updated, updated.content) == ("", "2020-03-02T09:00:00Z", "")
    assert read.older == f"{BASE}/older"


@pytest.mark.parametrize(
    ("raw", "date"),
    [
        ("Mon, 06 May 2019 23:30:00 -0500", "2019-05-06T23:30:00-05:00"),
        ("6 May 2019 23:30 GMT", "2019-05-06T23:30:00+00:00"),
        ("Mon, 06 May 2019 23:30:00 PDT", "2019-05-06T23:30:00-07:00"),
        ("Mon, 06 May 2019 23:30:00 CEST", "2019-05-06T23:30:00"),  # not known, so not guessed
        ("Mon, 06 May 2019 23:30:00 -0000", "2019-05-06T23:30:00"),  # "no zone", says RFC 5322
        ("2019-05-06", "2019-05-06"),
        ("2019-05-06T23:30Z", "2019-05-06T23:30Z"),
        ("Mon, 31 Feb 2019 10:00:00 GMT", ""),
        ("Mon, 06 May 2019 23:30:00 +9999", ""),
        ("yesterday", ""),
        ("", ""),
        ("Mon, 06 May " + "9" * 5_000 + " 10:00:00 GMT", ""),
    ],
)
def test_dates_of_feeds(raw: str, date: str) -> None:
    assert iso(raw) == date


@given(st.text(max_size=60))
def test_no_date_raises(raw: str) -> None:
    assert isinstance(iso(raw), str) and isinstance(iso(f"Mon, 06 May 2019 {raw}"), str)


def test_a_feed_is_found_from_its_page_and_read_in_pages(server: Server) -> None:
    page_of_site = (
        '<base href="/blog/"><link rel="stylesheet" href="a.css"><link rel="alternate" hreflang="de" href="/de">'
        '<link rel="Alternate home" type="application/atom+xml" href="atom"><link rel=alternate '
        'type="application/rss+xml" href="/comments">'
    )
    older = ATOM.replace("/older", "/oldest").replace('href="tide"', 'href="ebb"')
    server.pages = {
        "/": page(page_of_site),
        "/blog/atom": page(ATOM, "application/atom+xml"),
        "/older": page(older, "text/xml"),
        "/oldest": page("gone", "text/html", "410 Gone"),
    }
    found = listed(server, "/")
    assert [entry.address for entry in found[:4] if isinstance(entry, Entry)] == [
        f"{BASE}/blog/tide",
        f"{BASE}/u",
        f"{BASE}/blog/ebb",
        f"{BASE}/u",
    ]
    assert found[4:] == [Skipped(f"{BASE}/oldest", "the server answered 410 (Gone): check the address")]
    assert server.asked == ["/", "/blog/atom", "/older", "/oldest"]
    server.pages["/older"] = page(ATOM, "text/xml")  # which names itself
    assert len(listed(server, "/")) == 4
    server.pages["/older"] = moved("http://127.0.0.1:8080/")
    assert "loopback" in str(listed(server, "/")[-1])
    server.pages["/none"] = page("<p>no feed here</p>")
    assert "names no feed" in refused(server, "/none")
    assert discover(b'<link rel=alternate type=application/rss+xml href="http://[::1/">', BASE) == ""


def test_pages_of_a_feed_are_bounded(server: Server) -> None:
    for number in range(15):
        server.pages[f"/{number}"] = page(ATOM.replace("/older", f"/{number + 1}"), "application/xml")
    found = listed(server, "/0")
    assert [type(entry) for entry in found] == [Entry] * 20 + [Skipped]
    assert "beyond 10 pages" in str(found[-1]) and len(server.asked) == 10


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
ENTITIES = {
    "billion laughs": f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]><ROOT>&l11;</ROOT>',
    "quadratic": f'<!DOCTYPE r [<!ENTITY a "{"a" * 100_000}">]><ROOT>{"&a;" * 20_000}</ROOT>',
    "file": '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><ROOT>&a;</ROOT>',
    "behind a comment": f'<!-- <rss --><!DOCTYPE r [<!ENTITY a "{"a" * 100_000}">]><ROOT>{"&a;" * 20_000}</ROOT>',
    "parameter": '<!DOCTYPE r [<!ENTITY % a SYSTEM "http://127.0.0.1:8080/"> %a;]><ROOT/>',
}


@pytest.mark.parametrize("name", ENTITIES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-7"])
def test_entities_of_a_feed_are_refused(name: str, encoding: str) -> None:
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'
    text = ENTITIES[name].replace("ROOT", "rss").removeprefix('<?xml version="1.0"?>')
    body = declared.encode() + text.encode("utf-7") if encoding == "utf-7" else (declared + text).encode(encoding)
    begun = time.monotonic()
    with pytest.raises(ReadError, match="declares XML entities"):
        parse(body, "application/xml", BASE)
    assert time.monotonic() - begun < 8


@pytest.mark.parametrize(
    "body",
    [
        "",
        '<?xml version="1.0" encoding="undefined"?><rss/>',
        "hello",
        "<html><p>hello",
        "<rss",
        "{}",
        "%PDF-1.4",
        "\0" * 100,
        "<" * 10_000,
        "<a>" * 20_000,
    ],
)
def test_what_is_no_feed(body: str, server: Server) -> None:
    server.pages["/"] = page(body, "application/rss+xml")
    assert "no RSS or Atom feed" in refused(server, "/")


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from([*"<>&;/![]\"'= ", "rss", "feed", "item", "entry", "title", "pubDate", "a"]), max_size=40)
)
def test_no_feed_raises_anything_else(pieces: list[str]) -> None:
    for body in ("".join(pieces), RSS.replace("<item>", "".join(pieces))):
        try:
            parse(body.encode(), "text/xml", BASE)
            discover(body.encode(), BASE)
        except ReadError:
            pass


def test_tags_of_a_feed_are_counted_before_they_are_read() -> None:
    begun = time.monotonic()
    with pytest.raises(ReadError, match="more than 200,000 tags"):
        parse(b"<rss>" + b"<a>" * 1_000_000, "application/rss+xml", BASE)
    with pytest.raises(ReadError, match="more than 5,000 words"):
        parse(b"<rss><channel><item " + b"x " * 1_000_000, "application/rss+xml", BASE)
    assert time.monotonic() - begun < 8
    attributes = "<![CDATA[<a " + "x=y " * 4_000 + "> and " + "&lt;a x " * 500_000  # no tags of the feed itself
    assert len(parse(RSS.replace("<![CDATA[", attributes).encode(), "application/rss+xml", BASE).entries) == 4
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_feed_in_punycode_is_not_decoded(encoding: str) -> None:
    begun = time.monotonic()
    body = '<?xml version="1.0" encoding=".PunyCode"?><rss>' + "a9" * 200_000
    for kind, text in (("application/xml", body), ("application/xml; charset=punycode", "<rss>" + "a9" * 200_000)):
        with pytest.raises(ReadError, match="punycode"):
            parse(text.encode(encoding), kind, BASE)
    assert time.monotonic() - begun < 8


def test_a_feed_nested_deeply_or_cut_short_still_ends() -> None:
    deep = RSS.replace("<![CDATA[", "<![CDATA[" + "<div>" * 20_000)
    begun = time.monotonic()
    assert len(parse(deep.encode(), "application/rss+xml", BASE).entries) == 4
    assert time.monotonic() - begun < 30
    assert parse(RSS.encode()[:900], "application/rss+xml", BASE).entries[0].author == "Ada Brandt"


# sitemaps

NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:x="http://x.example/news"'
)
URLS = f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset {NAMESPACES}>
<url><loc> {BASE}/a?x=1&amp;y=2 </loc><lastmod>2021-05-06</lastmod>
<image:image><image:loc>http://news.example.org/a.jpg</image:loc></image:image>
<n:news><n:publication><n:name>The Harbour Ledger</n:name><n:language>en</n:language></n:publication>
<n:publication_date>2021-05-05T07:30+02:00</n:publication_date><n:title>Ferry &amp; bridge</n:title></n:news></url>
<url><loc>{BASE}/b</loc><x:news><n:title>not news</n:title></x:news></url>
<url><lastmod>2021-05-06</lastmod></url>
<url><loc>{BASE}/c</loc><lastmod>soon</lastmod></url>
</urlset>"""


def index_of(*places: str) -> str:
    inside = "".join(f"<sitemap><loc>{place}</loc><lastmod>2021-05-06</lastmod></sitemap>" for place in places)
    return f"<sitemapindex {NAMESPACES}>{inside}</sitemapindex>"


def urls_of(first: int, count: int) -> str:
    inside = "".join(f"<url><loc>{BASE}/{number}</loc></url>" for number in range(first, first + count))
    return f"<urlset {NAMESPACES}>{inside}</urlset>"


def test_what_a_sitemap_says(server: Server) -> None:
    server.pages["/map.xml"] = page(URLS, "application/xml")
    expected = [
        Entry(
            f"{BASE}/a?x=1&y=2",
            "Ferry & bridge",
            published="2021-05-05T07:30+02:00",
            updated="2021-05-06",
            outlet="The Harbour Ledger",
        ),
        Entry(f"{BASE}/b"),
        Entry(f"{BASE}/c", note="updated date 'soon' is unreadable: left empty"),
    ]
    assert listed(server, "/map.xml", "sitemap") == expected
    server.pages["/map.xml.gz"] = page(gzip.compress(URLS.encode()), "application/x-gzip")
    assert listed(server, "/map.xml.gz", "sitemap") == expected
    twice = gzip.compress(gzip.compress(URLS.encode()))
    server.pages["/map.xml.gz"] = page(twice, "application/x-gzip", "200 OK", "Content-Encoding: gzip")
    assert listed(server, "/map.xml.gz", "sitemap") == expected


def test_an_index_of_sitemaps_is_followed_once_each(server: Server) -> None:
    places = [f"{BASE}/1", f"{BASE}/gone", "http://127.0.0.1:8080/", f"{BASE}/top", f"{BASE}/1", f"{BASE}/page"]
    server.pages = {
        "/top": page(index_of(*places), "text/xml"),
        "/1": page(urls_of(0, 2), "text/xml"),
        "/page": page("<html><p>hello</p></html>"),
    }
    found = listed(server, "/top", "sitemap")
    assert [entry.address for entry in found if isinstance(entry, Entry)] == [f"{BASE}/0", f"{BASE}/1"]
    assert [skipped.source for skipped in found if isinstance(skipped, Skipped)] == [places[1], places[2], places[5]]
    assert "loopback" in str(found[3]) and "no sitemap but <html>" in str(found[4])
    assert server.asked == ["/top", "/1", "/gone", "/page"]


def test_sitemaps_are_bounded(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.fetch.sitemap.MOST", 5)
    monkeypatch.setattr("index.fetch._SITEMAPS", 3)
    server.pages = {
        "/top": page(index_of(f"{BASE}/1", f"{BASE}/2", f"{BASE}/3"), "text/xml"),
        "/1": page(urls_of(0, 3), "text/xml"),
        "/2": page(urls_of(3, 4), "text/xml"),
    }
    *entries, first, second = listed(server, "/top", "sitemap")
    assert [entry.address for entry in entries if isinstance(entry, Entry)] == [f"{BASE}/{n}" for n in range(5)]
    assert first == Skipped(f"{BASE}/2", "2 of its pages are beyond the 5 that are read")
    assert second == Skipped(f"{BASE}/3", "not read: 3 sitemaps with 5 pages were, which is the most")
    monkeypatch.setattr("index.fetch.sitemap.MOST", 500)
    server.pages |= {f"/{n}": page(index_of(f"{BASE}/{n + 1}"), "text/xml") for n in range(10)}
    assert listed(server, "/0", "sitemap") == [
        Skipped(f"{BASE}/3", "not read: 3 sitemaps with 0 pages were, which is the most")
    ]


@pytest.mark.parametrize("name", ENTITIES)
def test_entities_of_a_sitemap_are_refused(name: str, server: Server) -> None:
    server.pages["/"] = page(ENTITIES[name].replace("ROOT", "urlset"), "application/xml")
    assert "has a DOCTYPE" in refused(server, "/", "sitemap")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "no sitemap"),
        (b"hello", "no sitemap"),
        (b"<urlset>", "no sitemap"),
        (b"<rss/>", "no sitemap but <rss>"),
        (b"<urlset>" + b"<a>" * 20_000, "more than 30 deep"),
        (b"<?xml version='1.0' encoding='martian'?><urlset/>", "no sitemap"),
        (gzip.compress(b"<urlset>" + b" " * 40_000_000), "100 times its size"),
        (gzip.compress(URLS.encode())[:100], "breaks off"),
    ],
)
def test_what_is_no_sitemap(body: bytes, reason: str, server: Server) -> None:
    server.pages["/"] = page(body, "application/xml")
    assert reason in refused(server, "/", "sitemap")


def test_words_of_a_sitemap_are_bounded() -> None:
    long = URLS.replace("Ferry", "ferry " * 1_000_000)
    entry = parse_sitemap(long.encode(), Limits()).entries[0]
    assert len(entry.title) <= 1_000
