"""A small web server on loopback that plays what the Internet does to a fetcher, and the network that leads to it.

`Server` counts connections, so that a test can say that nobody knocked. `Net` stands for the Internet: names lead to
numbers, and numbers that look public lead to a server here; a loopback number is really connected to.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import httpcore

Play = Callable[[socket.socket, str], None]
PUBLIC = "8.8.8.8"  # a number of the public Internet; the tests never connect to it
HOST = "news.example.org"

# Made for these tests alone, for news.example.org; nothing else trusts it.
CERTIFICATE = """
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgNfqfPqoE8DphdDWc
0PGoIe3Knnw0bjeDDnug4DZkuBehRANCAAQ0SnBgUlIKcjh3bjJJDv5h6yFl3BbY
x6DlgtN7OuemH4MRpKxki+p8LyDRyQ9seGKUawjAchuOdqPRDjq016sw
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBoTCCAUagAwIBAgIUImHwI3XykX6l4WyhUave1f4bp9owCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLQnlsaW5lIHRlc3QwIBcNMjYxMTI0MTIyNDIxWhgPMjEyNjEw
MzExMjI0MjFaMBYxFDASBgNVBAMMC0J5bGluZSB0ZXN0MFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAENEpwYFJSCnI4d24ySQ7+YeshZdwW2Meg5YLTezrnph+DEaSs
ZIvqfC8g0ckPbHhilGsIwHIbjnaj0Q46tNerMKNwMG4wHQYDVR0OBBYEFFRRuzje
5zmv8XvjKpEvvLm9CZmOMB8GA1UdIwQYMBaAFFRRuzje5zmv8XvjKpEvvLm9CZmO
MA8GA1UdEwEB/wQFMAMBAf8wGwYDVR0RBBQwEoIQbmV3cy5leGFtcGxlLm9yZzAK
BggqhkjOPQQDAgNJADBGAiEAiB8YNl4r7OfAV7p3BSfP95fdYlGhx5n/DUYe61PA
MDgCIQCknICsjgRhD/pswxg3wWAcVVX+IBPn/4ZD5eAkuNXkEg==
-----END CERTIFICATE-----
"""


def page(body: bytes | str, kind: str = "text/html; charset=utf-8", status: str = "200 OK", *headers: str) -> bytes:
    """A whole reply."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(data)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + data


def moved(place: str, status: str = "302 Found") -> bytes:
    return page("", "text/html", status, f"Location: {place}")


def dripping(head: bytes, every: float) -> Play:
    """A head, then a byte now and then, for ever."""

    def play(connection: socket.socket, _: str) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(b"x")
            time.sleep(every)

    return play


def pouring(head: bytes, piece: bytes, times: int) -> Play:
    """A head, then the same bytes over and over."""

    def play(connection: socket.socket, _: str) -> None:
        connection.sendall(head)
        for _time in range(times):
            connection.sendall(piece)

    return play


class Server:
    """Serves `pages` (path -> reply) until the block ends. Without a robots.txt in them it answers 404 for it."""

    def __init__(self, pages: dict[str, bytes | Play] | None = None, certificate: Path | None = None) -> None:
        self.pages: dict[str, bytes | Play] = pages or {}
        self.requests: list[str] = []  # the whole heads
        self.times: list[float] = []
        self.connections = 0
        self.names: list[str | None] = []  # that TLS clients asked for
        self._tls = self._safe(certificate) if certificate else None
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]

    def __enter__(self) -> "Server":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    @property
    def asked(self) -> list[str]:
        """The paths that were asked for, robots.txt left out."""
        return [path for path in (head.split()[1] for head in self.requests) if path != "/robots.txt"]

    def _safe(self, certificate: Path) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        context.sni_callback = lambda _socket, name, _context: self.names.append(name)
        return context

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with self._tls.wrap_socket(connection, server_side=True) if self._tls else connection as safe:
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    piece = safe.recv(65536)
                    if not piece:
                        return
                    head += piece
                self.requests.append(head.decode())
                self.times.append(time.monotonic())
                path = head.split()[1].decode().partition("?")[0]
                reply = self.pages.get(path, page("", "text/plain", "404 Not Found"))
                if isinstance(reply, bytes):
                    safe.sendall(reply)
                else:
                    reply(safe, head.decode())
        except OSError:
            return


class Net(httpcore.SyncBackend):
    """Numbers that lead to servers (number -> server), and names that lead to numbers, in turn where there are several.

    `dialled` and `looked_up` say what was asked for. A loopback number is connected to as it is.
    """

    def __init__(self, numbers: dict[str, Server], names: dict[str, list[list[str]]] | None = None) -> None:
        self._numbers = numbers
        self._names = names or {HOST: [[PUBLIC]]}
        self.dialled: list[str] = []
        self.looked_up: list[str] = []

    def resolve(self, host: str, port: int) -> list[str]:
        answers = self._names.get(host, [[]])
        answer = answers[min(self.looked_up.count(host), len(answers) - 1)]
        self.looked_up.append(host)
        return answer

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        self.dialled.append(host)
        if host in self._numbers:
            host, port = "127.0.0.1", self._numbers[host].port
        elif not host.startswith("127.") and host != "::1":
            raise httpcore.ConnectError(f"nothing answers at {host}")
        return super().connect_tcp(host, port, timeout)
