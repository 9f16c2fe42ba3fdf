"""One address, asked for politely: each hop checked, robots.txt respected, a pause between requests to a host.

No cookies, no credentials, no proxies. Not for several threads at once.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import cached_property
from http import HTTPStatus
from urllib.parse import urljoin

from index.errors import ReadError
from index.fetch.guard import Target, aim, allowed, vet
from index.fetch.robots import LARGEST, Robots
from index.fetch.unpack import ENCODINGS
from index.fetch.wire import Backend, Limits, Meter, Reply, ask, certificates

USER_AGENT = "Byline/0.1"
Resolve = Callable[[str, int], list[str]]
_MOVED = (301, 302, 303, 307, 308)
_OK, _NOT_MODIFIED = 200, 304
_LONGEST_MARK = 1_000  # characters of an ETag or a date that are kept
_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said last time, so that it can say now that nothing has changed."""

    etag: str = ""
    last_modified: str = ""


def look_up(host: str, port: int) -> list[str]:
    """All numbers that the system's resolver knows for a name; none where it knows none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(entry[4][0]) for entry in found]


class Client:
    """Follows an address to its reply. `pause`: seconds between two requests to one host, at least.

    `resolve`, `backend` and `tls` stand for the network; None is the real one.
    """

    def __init__(
        self,
        allow: Collection[str] = (),
        user_agent: str = USER_AGENT,
        limits: Limits = _LIMITS,
        pause: float = 1.0,
        resolve: Resolve = look_up,
        backend: Backend | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._allow = allowed(allow)
        self._agent = user_agent
        self._limits = limits
        self._pause = pause
        self._resolve = resolve
        self._backend = backend
        self._given_tls = tls
        self._robots = Robots(user_agent, self._rules)
        self._last: dict[str, float] = {}  # host -> when it was asked last

    def load(self, address: str, known: Validators | None = None) -> tuple[Target, Reply]:
        """Where an address ends and what is there: status 200, or 304 where `known` still holds.

        Raises:
            ReadError: when it must not, or cannot, be fetched.
        """
        headers = {}
        if known and known.etag:
            headers["If-None-Match"] = known.etag
        if known and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        target, reply = self._follow(address, headers, self._limits, polite=True)
        if reply.status == _OK or (reply.status == _NOT_MODIFIED and headers):
            return target, reply
        raise ReadError(f"the server answered {_phrase(reply.status)}: {_advice(reply.status)}")

    def forget(self) -> None:
        """What was learned of sites in this run."""
        self._robots.forget()

    def _rules(self, address: str) -> Reply:
        limits = replace(self._limits, bytes=LARGEST, unpacked=LARGEST)
        return self._follow(address, {}, limits, polite=False)[1]

    def _follow(self, address: str, headers: dict[str, str], limits: Limits, polite: bool) -> tuple[Target, Reply]:
        """The end of a chain of redirects. `polite`: ask robots.txt first, which is not asked about itself."""
        meter = Meter(limits)
        chain: list[str] = []
        target = aim(address, self._allow)
        while True:
            chain.append(target.address)
            waiting = time.monotonic()
            if polite:
                self._robots.check(target)
            self._wait(target)
            meter.extend(time.monotonic() - waiting)
            reply = self._ask(target, headers, meter)
            if reply.status not in _MOVED:
                return target, reply
            target = self._next(target, reply)
            if target.address in chain:
                raise ReadError(f"it redirects in a circle ({' -> '.join([*chain, target.address])[:300]})")
            if len(chain) > limits.redirects:
                raise ReadError(f"it redirects more than {limits.redirects} times, at last to {target.address[:200]}")

    def _next(self, target: Target, reply: Reply) -> Target:
        place = reply.headers.get("location", "")
        if not place:
            raise ReadError(f"the server answered {_phrase(reply.status)} without saying where to")
        try:
            address = urljoin(target.address, place)
        except ValueError:
            raise ReadError(f"it redirects to a malformed address ({place[:80]})") from None
        try:
            moved = aim(address, self._allow)
        except ReadError as error:
            raise ReadError(f"it redirects to {address[:200]}, which is refused: {error}") from None
        if target.scheme == "https" and moved.scheme == "http":
            raise ReadError(
                f"it redirects from https to {moved.address[:200]}: add that address itself if you trust it"
            )
        return moved

    def _ask(self, target: Target, headers: dict[str, str], meter: Meter) -> Reply:
        numbers = [target.number] if target.number else self._numbers(target, meter.time())
        checked = vet(target.host, numbers, target.allowed)
        polite = {"User-Agent": self._agent, "Accept-Encoding": ENCODINGS, "Accept": "*/*", "Connection": "close"}
        tls = self._tls if target.scheme == "https" else None
        return ask(target, checked, {**polite, **headers}, meter, tls, self._backend)

    def _numbers(self, target: Target, seconds: float) -> list[str]:
        """The one look-up of a request. In a thread, since the system's resolver takes no time limit."""
        found: list[list[str]] = []
        thread = threading.Thread(
            target=lambda: found.append(self._resolve(target.host, target.port)), name="byline-resolve", daemon=True
        )
        thread.start()
        thread.join(seconds)
        if not found:
            raise ReadError(f"the name {target.host} could not be looked up in time: try again later")
        return found[0]

    def _wait(self, target: Target) -> None:
        pause = max(self._pause, min(self._robots.delay(target), self._limits.delay))
        since = time.monotonic() - self._last.get(target.host, -pause)
        if since < pause:
            time.sleep(pause - since)
        self._last[target.host] = time.monotonic()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._given_tls or certificates()


def kept(reply: Reply) -> Validators:
    """The validators of a reply; one too long to be stored counts as none."""
    marks = (reply.headers.get(name, "") for name in ("etag", "last-modified"))
    return Validators(*(mark if len(mark) <= _LONGEST_MARK and mark.isascii() else "" for mark in marks))


def _phrase(status: int) -> str:
    try:
        return f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return str(status)


def _advice(status: int) -> str:
    if status in (401, 402, 403, 451):
        return "save the page from your browser and add the file"
    if status in (404, 410):
        return "check the address"
    return "try again later"
