"""Fetching: each attack is played by a server on loopback, and the probe that must not be reached counts knocks."""

import gzip
import ssl
import time
import zlib
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from webserver import CERTIFICATE, HOST, PUBLIC, Net, Server, dripping, moved, page, pouring

from index.errors import ReadError
from index.fetch import Fetcher, Limits, Validators
from index.fetch.client import look_up
from index.fetch.guard import Number, aim, allowed, danger, plain_host, vet
from index.fetch.unpack import Unpacker, gunzip

HELLO = page("<p>Hello</p>")
QUICK = Limits(seconds=1.5)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server({"/": HELLO}) as made:
        yield made


@pytest.fixture
def probe() -> Iterator[Server]:
    """What nobody may reach: a service of this machine."""
    with Server({"/": page("secret")}) as made:
        yield made


def fetcher(net: Net, **settings: Any) -> Fetcher:
    return Fetcher(**{"pause": 0.0, "resolve": net.resolve, "backend": net, **settings})


def refused(net: Net, address: str, **settings: Any) -> str:
    with pytest.raises(ReadError) as caught, fetcher(net, **settings) as web:
        web.get(address)
    return str(caught.value)


# which addresses


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("10.1.2.3", "private"),
        ("172.16.0.1", "private"),
        ("192.168.1.1", "private"),
        ("fc00::1", "private"),
        ("fd12:3456::1", "private"),
        ("100.64.0.1", "shared (CGNAT)"),
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("::1", "loopback"),
        ("169.254.1.1", "link-local"),
        ("fe80::1", "link-local"),
        ("fec0::1", "link-local"),
        ("169.254.169.254", "metadata"),
        ("100.100.100.200", "metadata"),
        ("168.63.129.16", "metadata"),
        ("fd00:ec2::254", "metadata"),
        ("224.0.0.1", "multicast"),
        ("239.1.1.1", "multicast"),
        ("ff0e::1", "multicast"),
        ("0.0.0.0", "unspecified"),
        ("0.1.2.3", "unspecified"),
        ("::", "unspecified"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "reserved"),
        ("192.0.2.1", "reserved"),
        ("198.18.0.1", "reserved"),
        ("2001:db8::1", "reserved"),
        ("2001:2::1", "reserved"),
        ("4000::1", "reserved"),
        ("5f00::1", "reserved"),
        ("2002:7f00:1::", "6to4"),
        ("2002:808:808::", "6to4"),
        ("192.88.99.1", "6to4"),
        ("2001:0:7f00:1::", "Teredo"),
        ("64:ff9b:1::7f00:1", "local NAT64"),
        ("::7f00:1", "IPv4-compatible"),
        ("::8.8.8.8", "IPv4-compatible"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:a9fe:a9fe", "metadata"),
        ("64:ff9b::7f00:1", "loopback"),
        ("64:ff9b::a00:1", "private"),
        ("8.8.8.8", ""),
        ("2606:4700::1", ""),
        ("::ffff:8.8.8.8", ""),
        ("64:ff9b::808:808", ""),
    ],
)
def test_numbers_that_may_not_be_connected_to(number: str, kind: str) -> None:
    assert danger(ip_address(number)) == kind


@given(st.ip_addresses())
def test_what_python_calls_local_is_dangerous(number: Number) -> None:
    local = number.is_private or number.is_multicast or number.is_reserved or number.is_link_local
    carrier = number.version == 6 and (number in IPv6Network("::ffff:0:0/96") or number in IPv6Network("64:ff9b::/96"))
    if isinstance(number, IPv4Address):
        mapped, translated = IPv6Address(f"::ffff:{number}"), IPv6Address(f"64:ff9b::{number}")
        assert danger(number) == danger(mapped) == danger(translated)
    assert danger(number) or not local or carrier  # what it carries decides


@given(st.text(max_size=30), st.sampled_from(["", "http://", "https://a.example/", "http://a.example:", "http://["]))
def test_an_address_is_refused_or_has_one_spelling(text: str, start: str) -> None:
    try:
        target = aim(start + text)
    except ReadError:
        return
    assert aim(target.address) == target and target.address.isascii()


LOOPBACK_SPELT = (
    "localhost LOCALHOST localhost. 127.0.0.1 127.0.0.1. [::1] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:0:0:1] "
    "[64:ff9b::7f00:1] [2002:7f00:1::] 2130706433 0x7f.1 0x7f000001 127.1 127.0.1 017700000001 0177.0.0.1 0 0x "
    "127.0.0.01 １２７.０.０.１ 127。0。0。1 ⓛocalhost ①②⑦.⓪.⓪.① 0x7F.0.0.0x1 1.2.3.0x4 127.0.0.1.. 3232235521 "
    "[fe80::1%25lo] loc\u00adalhost"
).split()


@pytest.mark.parametrize("host", LOOPBACK_SPELT)
def test_loopback_is_refused_however_it_is_spelt(host: str, probe: Server) -> None:
    numbers = "127.0.0.1 ::1 0.0.0.0 ::ffff:127.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: 1.2.3.4".split()
    net = Net(dict.fromkeys(numbers, probe))
    reason = refused(net, f"http://{host}/", resolve=look_up)  # the C library, which reads them all
    assert "loopback" in reason or "unusual form" in reason or "no valid host" in reason or "6to4" in reason, reason
    assert not net.dialled and not probe.connections


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("ftp://news.example.org/", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("gopher://news.example.org/", "only http and https"),
        ("javascript:alert(1)", "only http and https"),
        ("news.example.org/a", "only http and https"),
        ("//news.example.org/a", "only http and https"),
        ("", "only http and https"),
        ("http://ada:secret@news.example.org/", "user name or password"),
        ("http://news.example.org@127.0.0.1/", "user name or password"),
        ("http://news.example.org\\@127.0.0.1/", "user name or password"),
        ("http://127.0.0.1\\.news.example.org/", "no valid host"),
        ("http://news.example.org:22/", "port 22"),
        ("http://news.example.org:6379/", "port 6379"),
        ("http://news.example.org:0/", "port 0"),
        ("http://news.example.org:65536/", "malformed"),
        ("http://news.example.org:x/", "malformed"),
        ("http:///a", "no valid host"),
        ("http://[::1/", "malformed"),
        ("http://a..example.org/", "no valid host"),
        ("http://-a.example.org/", "no valid host"),
        ("http://news%2eexample.org/", "no valid host"),
        ("http://news.example.org\u2100/", "malformed"),
        ("http://news.example.org/\r\nHost: x", "control characters"),
        ("http://news.example.org/\udcff", "control characters"),
        ("http://news.example.org/" + "a" * 4_000, "longer than 4,000"),
    ],
)
def test_addresses_that_are_never_asked_for(address: str, reason: str, server: Server) -> None:
    net = Net({PUBLIC: server})
    assert reason in refused(net, address)
    assert not net.looked_up and not server.connections


def test_an_address_has_one_spelling() -> None:
    target = aim("HTTP://BÜCHER.example.:80/süß path?q=ä b#part")
    assert target.address == "http://xn--bcher-kva.example/s%C3%BC%C3%9F%20path?q=%C3%A4%20b"
    assert aim(" http://a.example/ \n").address == "http://a.example/"
    assert aim("https://a.example:8443").address == "https://a.example:8443/"
    assert aim("http://[2606:4700::0001]/x").address == "http://[2606:4700::1]/x"
    assert aim("http://a.example/%7Euser/a%2Fb").path == "/%7Euser/a%2Fb"
    assert plain_host("1e100.example") == "1e100.example"


def test_a_name_is_refused_when_one_of_its_numbers_is(server: Server, probe: Server) -> None:
    net = Net({PUBLIC: server}, {HOST: [[PUBLIC, "10.0.0.7"]]})
    assert "10.0.0.7, a private address" in refused(net, f"http://{HOST}/")
    assert not net.dialled and not server.connections
    assert "no address" in refused(Net({}, {HOST: [[]]}), f"http://{HOST}/")
    with pytest.raises(ReadError, match="no IP"):
        vet(HOST, ["fe80::1%eth0"], private=True)


def test_the_name_is_looked_up_once_and_the_checked_number_is_dialled(server: Server, probe: Server) -> None:
    net = Net({PUBLIC: server}, {HOST: [[PUBLIC], [PUBLIC], ["127.0.0.1"]]})
    with fetcher(net) as web:
        assert web.get(f"http://{HOST}/").body == b"<p>Hello</p>"
    assert net.looked_up == [HOST, HOST]  # for robots.txt and for the page
    assert net.dialled == [PUBLIC, PUBLIC]
    assert f"Host: {HOST}\r\n" in server.requests[1]


def test_a_name_that_changes_its_number_is_checked_again(server: Server, probe: Server) -> None:
    net = Net({PUBLIC: server}, {HOST: [[PUBLIC], ["127.0.0.1"]]})
    assert "127.0.0.1, a loopback address" in refused(net, f"http://{HOST}/")
    assert net.dialled == [PUBLIC] and server.asked == [] and not probe.connections


def test_the_next_number_is_tried_where_the_first_does_not_answer(server: Server) -> None:
    for numbers in (["1.1.1.1", PUBLIC], [PUBLIC, "1.1.1.1"]):
        with fetcher(Net({PUBLIC: server}, {HOST: [numbers]})) as web:
            assert web.get(f"http://{HOST}/").suffix == ".html"
    assert "no connection" in refused(Net({}), f"http://{HOST}/")


def test_a_slow_name_server_is_given_up() -> None:
    def slow(host: str, port: int) -> list[str]:
        time.sleep(20)
        return [PUBLIC]

    begun = time.monotonic()
    with pytest.raises(ReadError, match="looked up in time"), Fetcher(limits=QUICK, resolve=slow) as web:
        web.get(f"http://{HOST}/")
    assert time.monotonic() - begun < 12


# what the user allows by name


def test_an_allowed_host_may_be_private_and_nothing_else(server: Server, probe: Server) -> None:
    local = f"127.0.0.1:{server.port}"
    server.pages["/to-probe"] = moved(f"http://127.0.0.1:{probe.port}/")
    server.pages["/to-name"] = moved(f"http://localhost:{server.port}/")
    with Fetcher(allow=[local], pause=0) as web:
        assert web.get(f"http://{local}/").body == b"<p>Hello</p>"
        with pytest.raises(ReadError, match=r"allow it with --allow-host 127\.0\.0\.1:"):
            web.get(f"http://{local}/to-probe")
        with pytest.raises(ReadError, match="allow it with --allow-host localhost:"):
            web.get(f"http://{local}/to-name")
        with pytest.raises(ReadError, match="unusual form"):
            web.get(f"http://2130706433:{server.port}/")
        with pytest.raises(ReadError, match=r"127\.0\.0\.2, a loopback address"):
            web.get("http://127.0.0.2:8080/")
    assert not probe.connections


def test_allowing_a_name_allows_its_private_numbers_but_no_metadata() -> None:
    allow = allowed(["Intranet.example", "news.example:8000", "[::1]:8000"])
    assert allow == {("intranet.example", 0), ("news.example", 8000), ("::1", 8000)}
    assert aim("http://intranet.example/", allow).allowed and aim("http://news.example:8000/", allow).allowed
    assert not aim("http://news.example/", allow).allowed and not aim("http://sub.intranet.example/", allow).allowed
    with pytest.raises(ReadError, match="port 8000"):
        aim("http://intranet.example:8000/", allow)
    assert vet("intranet.example", ["10.0.0.7", "127.0.0.1", "100.64.0.1", "fc00::1"], private=True)
    for number in ("169.254.169.254", "fd00:ec2::254", "169.254.3.3", "fe80::1", "224.0.0.1", "0.0.0.0", "::"):
        with pytest.raises(ReadError, match="not fetched"):
            vet("intranet.example", [number], private=True)
    for wrong in ("", "a b", "http://a.example", "a.example/x", "ada@a.example", "a.example:x", "0x7f.1"):
        with pytest.raises(ReadError):
            allowed([wrong])


# TLS


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    (tmp_path / "certificate.pem").write_text(CERTIFICATE)
    return tmp_path / "certificate.pem"


def test_tls_keeps_the_name_although_a_number_is_dialled(certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    names = {HOST: [[PUBLIC]], "other.example": [[PUBLIC]]}
    with Server({"/": HELLO, "/down": moved(f"http://{HOST}/")}, certificate) as safe:
        net = Net({PUBLIC: safe}, names)
        with fetcher(net, tls=trusting) as web:
            assert web.get(f"https://{HOST}/").body == b"<p>Hello</p>"
        assert safe.names == [HOST, HOST] and net.dialled == [PUBLIC, PUBLIC]
        assert "Hostname mismatch" in refused(net, "https://other.example/", tls=trusting)
        assert "self-signed" in refused(net, f"https://{HOST}/")
        before = safe.connections
        assert "from https to http://" in refused(net, f"https://{HOST}/down", tls=trusting)
        assert safe.connections == before + 2  # robots.txt and the redirect, not where it leads


# redirects


@pytest.mark.parametrize(
    "place",
    [
        "http://127.0.0.1:8080/",
        "http://localhost:8080/",
        "http://[::ffff:127.0.0.1]:8080/",
        "http://2130706433/",
        "//169.254.169.254/latest/meta-data/",
        "http://inside.example/",
        "file:///etc/passwd",
        "ftp://news.example.org/",
        "http://ada:secret@news.example.org/",
        "http://news.example.org:22/",
        "http://[::1/",
    ],
)
def test_a_redirect_is_checked_like_an_address(place: str, server: Server, probe: Server) -> None:
    names = {HOST: [[PUBLIC]], "localhost": [["127.0.0.1"]], "inside.example": [["192.168.1.1"]]}
    server.pages["/away"] = moved(place)
    net = Net({PUBLIC: server, "127.0.0.1": probe, "192.168.1.1": probe}, names)
    refused(net, f"http://{HOST}/away")
    assert server.asked == ["/away"] and not probe.connections and set(net.dialled) == {PUBLIC}


def test_five_redirects_are_followed_and_no_more(server: Server) -> None:
    net = Net({PUBLIC: server})
    for step in range(6):
        server.pages[f"/{step}"] = moved(f"/{step + 1}", "301 Moved Permanently")
    server.pages["/6"] = HELLO
    with fetcher(net) as web:
        assert web.get(f"http://{HOST}/1").address == f"http://{HOST}/6"
    assert "more than 5 times" in refused(net, f"http://{HOST}/0")
    server.pages["/round"], server.pages["/trip"] = moved("/trip"), moved("/round#again")
    reason = refused(net, f"http://{HOST}/round")
    assert f"in a circle (http://{HOST}/round -> http://{HOST}/trip -> http://{HOST}/round)" in reason
    server.pages["/nowhere"] = page("", "text/html", "302 Found")
    assert "without saying where" in refused(net, f"http://{HOST}/nowhere")


# limits


def packed(body: bytes, encoding: str) -> bytes:
    return page(body, "text/html", "200 OK", f"Content-Encoding: {encoding}")


def test_the_number_of_bytes_is_bounded(server: Server) -> None:
    net = Net({PUBLIC: server})
    small = Limits(bytes=100_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
    server.pages["/said"] = pouring(head + b"Content-Length: 100001\r\n\r\n", b"", 1)
    server.pages["/unsaid"] = pouring(head + b"\r\n", b"x" * 10_000, 100)
    server.pages["/chunks"] = pouring(head + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 1_000, 10_000)
    for path in ("/said", "/unsaid", "/chunks"):
        assert "more than 100,000 bytes" in refused(net, f"http://{HOST}{path}", limits=small)
    server.pages["/fits"] = page("x" * 100_000)
    with fetcher(net, limits=small) as web:
        assert len(web.get(f"http://{HOST}/fits").body) == 100_000


def test_headers_are_bounded(server: Server) -> None:
    net = Net({PUBLIC: server})
    server.pages["/long"] = pouring(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x" * 10_000, 1_000)
    server.pages["/many"] = pouring(b"HTTP/1.1 200 OK\r\n", b"X-More: yes\r\n" * 100, 10_000)
    server.pages["/early"] = pouring(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 100_000)
    for path in ("/long", "/many", "/early"):
        assert "its headers have more than 64,000 bytes" in refused(net, f"http://{HOST}{path}")


@pytest.mark.parametrize("where", ["head", "body", "robots"])
def test_a_reply_that_drips_is_given_up(where: str, server: Server) -> None:
    begun = time.monotonic()
    head = b"HTTP/1.1 200 OK\r\n" + (b"" if where == "head" else b"Content-Type: text/html\r\n\r\n")
    server.pages["/robots.txt" if where == "robots" else "/drip"] = dripping(head, 0.2)
    reason = refused(Net({PUBLIC: server}), f"http://{HOST}/drip", limits=QUICK)
    assert "longer than 1.5 seconds" in reason
    assert 1.4 < time.monotonic() - begun < 20


def test_bombs_are_not_unpacked(server: Server) -> None:
    net = Net({PUBLIC: server})
    zeros = bytes(60_000_000)
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    server.pages["/gzip"] = packed(gzip.compress(zeros), "gzip")
    server.pages["/zlib"] = packed(zlib.compress(zeros), "deflate")
    server.pages["/raw"] = packed(raw.compress(zeros) + raw.flush(), "deflate")
    server.pages["/members"] = packed(gzip.compress(bytes(900_000)) * 40, "gzip")
    for path in ("/gzip", "/zlib", "/raw", "/members"):
        assert "100 times its size" in refused(net, f"http://{HOST}{path}")
    for encoding in ("br", "zstd", "gzip, gzip", "compress"):
        server.pages["/other"] = packed(b"\x1b\xff\xff\x00", encoding)
        assert f"packed as '{encoding}'" in refused(net, f"http://{HOST}/other")


def test_unpacking_stops_at_the_bound_and_not_behind_it() -> None:
    unpacker = Unpacker("gzip", most=2_000_000, ratio=10_000)
    with pytest.raises(ReadError, match="more than 2,000,000 bytes"):
        unpacker.take(gzip.compress(bytes(60_000_000)))
    assert unpacker._given < 2_000_000 + (1 << 17)


def test_what_is_packed_honestly_is_unpacked(server: Server) -> None:
    net = Net({PUBLIC: server})
    text = b"".join(b"<p>%d</p>" % number for number in range(200_000))
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    bodies = {"gzip": gzip.compress(text), "deflate": zlib.compress(text), "x-gzip": gzip.compress(text[:99])}
    bodies["gzip"] += gzip.compress(b"second member")
    for encoding, body in bodies.items():
        server.pages["/"] = packed(body, encoding)
        with fetcher(net) as web:
            expected = {"gzip": text + b"second member", "deflate": text, "x-gzip": text[:99]}[encoding]
            assert web.get(f"http://{HOST}/").body == expected
    server.pages["/"] = packed(raw.compress(text) + raw.flush(), "deflate")
    with fetcher(net) as web:
        assert web.get(f"http://{HOST}/").body == text
    server.pages["/"] = packed(bodies["gzip"][:5_000], "gzip")
    assert "breaks off" in refused(net, f"http://{HOST}/")
    server.pages["/"] = packed(b"plain", "gzip")
    assert "not the gzip it says" in refused(net, f"http://{HOST}/")
    with pytest.raises(ReadError, match="breaks off"):
        gunzip([gzip.compress(b"cut short")[:-4]], 100, 100)


def test_a_broken_reply_is_an_error_in_words(server: Server) -> None:
    net = Net({PUBLIC: server})
    server.pages["/cut"] = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\nshort"
    server.pages["/noise"] = b"\x00\x01\x02 hello\r\n\r\n"
    server.pages["/nothing"] = b""
    for path in ("/cut", "/noise", "/nothing"):
        assert "breaks off or does not speak proper HTTP" in refused(net, f"http://{HOST}{path}")


# manners


def test_what_is_sent_and_what_is_not(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9/")
    server.pages["/"] = page("<p>", "text/html", "200 OK", "Set-Cookie: id=1")
    with fetcher(Net({PUBLIC: server})) as web:
        web.get(f"http://{HOST}/")
        web.get(f"http://{HOST}/?again#part")
    head = "Host: news.example.org\r\nUser-Agent: Byline/0.1\r\nAccept-Encoding: gzip, deflate\r\nAccept: */*\r\n"
    assert server.requests[1] == f"GET / HTTP/1.1\r\n{head}Connection: close\r\n\r\n"
    assert server.requests[2] == f"GET /?again HTTP/1.1\r\n{head}Connection: close\r\n\r\n"


def test_robots_are_asked_once_and_obeyed(server: Server) -> None:
    server.pages["/robots.txt"] = page(
        "User-agent: byline\nDisallow: /private\nAllow: /private/open\n\nUser-agent: *\nDisallow: /\n", "text/plain"
    )
    server.pages |= {"/private/open": HELLO, "/door": moved("/private/a")}
    with fetcher(Net({PUBLIC: server})) as web:
        web.get(f"http://{HOST}/")
        web.get(f"http://{HOST}/private/open")
        for path in ("/private/a", "/door", "/private"):
            with pytest.raises(ReadError, match=r"robots\.txt asks not to"):
                web.get(f"http://{HOST}{path}")
    assert server.asked == ["/", "/private/open", "/door"]
    assert len(server.requests) == 4
    assert "robots.txt asks" in refused(Net({PUBLIC: server}), f"http://{HOST}/", user_agent="Other/1")


@pytest.mark.parametrize(
    ("status", "read"),
    [("404 Not Found", True), ("403 Forbidden", True), ("500 Oops", False), ("503 Busy", False), ("429 Slow", False)],
)
def test_robots_that_cannot_be_had(status: str, read: bool, server: Server) -> None:
    server.pages["/robots.txt"] = page("User-agent: *\nDisallow: /", "text/plain", status)
    net = Net({PUBLIC: server})
    if read:
        with fetcher(net) as web:
            assert web.get(f"http://{HOST}/").body == b"<p>Hello</p>"
    else:
        assert f"answered {status[:3]} when asked for its robots.txt" in refused(net, f"http://{HOST}/")
        assert server.asked == []


def test_robots_pass_the_same_guard(server: Server, probe: Server) -> None:
    server.pages["/robots.txt"] = moved(f"http://127.0.0.1:{probe.port}/")
    assert "could not be asked for its robots.txt" in refused(Net({PUBLIC: server}), f"http://{HOST}/")
    server.pages["/robots.txt"] = page("#" * 600_000, "text/plain")
    assert "more than 512,000 bytes" in refused(Net({PUBLIC: server}), f"http://{HOST}/")
    assert server.asked == [] and not probe.connections


def test_pauses_between_requests_to_a_host(server: Server) -> None:
    net = Net({PUBLIC: server}, {HOST: [[PUBLIC]], "other.example": [[PUBLIC]]})
    with fetcher(net, pause=1.5, limits=Limits(seconds=1.4)) as web:  # waiting is not counted
        for path in ("/", "/?2"):
            web.get(f"http://{HOST}{path}")
        begun = time.monotonic()
        web.get("http://other.example/")
        assert time.monotonic() - begun < 2.9  # its robots.txt at once, its page after one pause
    gaps = [after - before for before, after in pairwise(server.times[:3])]
    assert all(1.49 < gap < 9 for gap in gaps), gaps
    server.pages["/robots.txt"] = page("User-agent: *\nCrawl-delay: 0.4", "text/plain")
    del server.times[:]
    with fetcher(net) as web:
        web.get(f"http://{HOST}/")
    assert server.times[1] - server.times[0] > 0.39
    server.pages["/robots.txt"] = page("User-agent: *\nCrawl-delay: 9000", "text/plain")
    del server.times[:]
    with fetcher(net, limits=Limits(delay=0.5)) as web:
        web.get(f"http://{HOST}/")
    assert 0.49 < server.times[1] - server.times[0] < 1


def test_a_page_that_has_not_changed_is_not_sent_again(server: Server) -> None:
    day = "Tue, 06 May 2025 10:00:00 GMT"
    server.pages["/"] = page("<p>", "text/html", "200 OK", 'ETag: "v1"', f"Last-Modified: {day}")
    server.pages["/same"] = page("", "text/html", "304 Not Modified")
    net = Net({PUBLIC: server})
    with fetcher(net) as web:
        first = web.get(f"http://{HOST}/")
        assert first.validators == Validators('"v1"', day) and not first.not_modified
        assert "If-" not in server.requests[-1]
        same = web.get(f"http://{HOST}/same", first.validators)
    assert same.not_modified and same.body == b"" and same.validators == first.validators
    assert f'If-None-Match: "v1"\r\nIf-Modified-Since: {day}\r\n' in server.requests[-1]
    assert "answered 304" in refused(net, f"http://{HOST}/same")
    with pytest.raises(ReadError, match="cannot be asked for"), fetcher(net) as web:
        web.get(f"http://{HOST}/same", Validators("v1\r\nX-Evil: 1"))
    assert not any("X-Evil" in head for head in server.requests)


@pytest.mark.parametrize(
    ("kind", "suffix", "charset"),
    [
        ("text/html", ".html", ""),
        ("Text/HTML; Charset=ISO-8859-1", ".html", "iso-8859-1"),
        ("application/xhtml+xml", ".html", ""),
        ("text/html; charset=martian", ".html", ""),
        ("text/html; charset=hex", ".html", ""),
        ("text/html; charset=PunyCode", ".html", ""),
        ("text/html; charset=undefined", ".html", ""),
        ("text/html; charset=", ".html", ""),
        ("text/html; charset*=x'y'%00", ".html", ""),
        (f"text/html; charset={'u' * 9_000}", ".html", ""),
        ("application/pdf", ".pdf", ""),
        ('text/plain; charset="utf-8"', ".txt", "utf-8"),
        ("application/rss+xml", ".xml", ""),
        ("application/atom+xml; charset=utf-8", ".xml", "utf-8"),
    ],
)
def test_what_a_page_is(kind: str, suffix: str, charset: str, server: Server) -> None:
    server.pages["/"] = page("x", kind)
    with fetcher(Net({PUBLIC: server})) as web:
        found = web.get(f"http://{HOST}/")
    assert (found.suffix, found.charset, found.body) == (suffix, charset, b"x")


def test_what_is_not_read(server: Server) -> None:
    net = Net({PUBLIC: server})
    for kind in ("image/png", "application/zip", "application/octet-stream", "text/htmlx"):
        server.pages["/"] = page("x", kind)
        assert f"of the type {kind}:" in refused(net, f"http://{HOST}/")
    server.pages["/"] = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"
    assert "of no stated type" in refused(net, f"http://{HOST}/")
    for status, advice in (("404 Not Found", "check the address"), ("403 Forbidden", "save the page")):
        server.pages["/"] = page("x", "text/html", status)
        assert f"{status[:3]} ({status[4:]}): {advice}" in refused(net, f"http://{HOST}/")
    server.pages["/"] = page("x", "text/html", "999 Whatever")
    assert "answered 999: try again later" in refused(net, f"http://{HOST}/")
