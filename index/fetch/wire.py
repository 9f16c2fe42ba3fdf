"""One request over one connection: to a number that was checked, within a time and a count of bytes.

httpcore speaks HTTP and TLS; it is given no name to look up, follows nothing, remembers nothing and reads no settings
from the environment. A connection serves one request: between two requests to a host lies a second anyway.
"""

import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpcore

from index.errors import ReadError
from index.fetch.guard import Target
from index.fetch.unpack import Unpacker

_READ_OK = 200
_SILENCE = 15.0  # seconds without a byte
Backend = httpcore.NetworkBackend


@dataclass(frozen=True, slots=True)
class Limits:
    """What one address may cost. `bytes` count on the wire, `unpacked` after decompression, `seconds` in all."""

    bytes: int = 10_000_000
    unpacked: int = 50_000_000
    ratio: int = 100
    head: int = 64_000
    seconds: float = 30.0
    redirects: int = 5
    delay: float = 10.0


class Meter:
    """What is left of the time for an address and of the bytes for one reply."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._deadline = time.monotonic() + limits.seconds
        self._left = 0
        self._in_head = True

    def head(self) -> None:
        """A reply begins: only a head is read until `body`."""
        self._left, self._in_head = self.limits.head, True

    def body(self) -> None:
        """The head was read: now as much as a body may have."""
        self._left, self._in_head = self._left + self.limits.bytes, False

    def extend(self, seconds: float) -> None:
        """Time that was spent on being polite does not count."""
        self._deadline += seconds

    def time(self) -> float:
        """How long the next step may take.

        Raises:
            ReadError: when the time is over.
        """
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise ReadError(f"it took longer than {self.limits.seconds:g} seconds: try again later")
        return min(left, _SILENCE)

    def room(self, wanted: int) -> int:
        """How many bytes may be read next.

        Raises:
            ReadError: when there were too many.
        """
        if self._left <= 0:
            what, most = ("its headers have", "head") if self._in_head else ("it has", "bytes")
            raise ReadError(f"{what} more than {getattr(self.limits, most):,} bytes: it is too large to be an article")
        return min(wanted, self._left)

    def count(self, read: int) -> None:
        """So many were read."""
        self._left -= read


class _Metered(httpcore.NetworkStream):
    """A connection that keeps to the meter, whatever waits httpcore would grant."""

    def __init__(self, stream: httpcore.NetworkStream, meter: Meter) -> None:
        self._stream, self._meter = stream, meter

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(self._meter.room(max_bytes), self._meter.time())
        self._meter.count(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._meter.time())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Metered(self._stream.start_tls(ssl_context, server_hostname, self._meter.time()), self._meter)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Pinned(httpcore.NetworkBackend):
    """Connects to the checked numbers and to nothing else: the name it is given is never looked up."""

    def __init__(self, numbers: list[str], meter: Meter, backend: Backend) -> None:
        self._numbers, self._meter, self._backend = numbers, meter, backend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        for number in self._numbers[:-1]:
            try:
                return _Metered(self._backend.connect_tcp(number, port, self._meter.time() / 3), self._meter)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return _Metered(self._backend.connect_tcp(self._numbers[-1], port, self._meter.time()), self._meter)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered. The body is unpacked, and read only where the status is 200."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(
    target: Target,
    numbers: list[str],
    headers: dict[str, str],
    meter: Meter,
    tls: ssl.SSLContext | None = None,
    backend: Backend | None = None,
) -> Reply:
    """The reply to one GET.

    Raises:
        ReadError: when there is none that can be used.
    """
    url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
    pinned = _Pinned(numbers, meter, backend or httpcore.SyncBackend())
    meter.head()
    try:
        with (
            httpcore.HTTPConnection(url.origin, tls, network_backend=pinned) as connection,
            connection.stream("GET", url, headers=[("Host", target.authority), *headers.items()]) as response,
        ):
            meter.body()
            return _received(response, meter.limits)
    except httpcore.TimeoutException:
        meter.time()  # says so where it is the whole time that is over
        raise ReadError(f"{target.host} does not answer: try again later") from None
    except httpcore.ConnectError as error:
        if isinstance(error.__cause__, ssl.SSLError):
            reason = getattr(error.__cause__, "verify_message", "") or error.__cause__.reason
            raise ReadError(f"no safe connection to {target.host} can be made ({reason})") from None
        raise ReadError(f"no connection to {target.host} can be made ({error}): try again later") from None
    except httpcore.LocalProtocolError:
        raise ReadError("the address cannot be asked for over HTTP: check it") from None
    except httpcore.ProtocolError:
        raise ReadError(f"{target.host} breaks off or does not speak proper HTTP: try again later") from None
    except httpcore.NetworkError as error:
        raise ReadError(f"the connection to {target.host} broke ({error}): try again later") from None


def certificates() -> ssl.SSLContext:
    """Whom TLS trusts: the system's certificates and those of certifi."""
    return httpcore.default_ssl_context()


def _received(response: httpcore.Response, limits: Limits) -> Reply:
    headers: dict[str, str] = {}
    for name, value in response.headers:
        headers.setdefault(name.decode("latin-1").lower(), value.decode("utf-8", "replace").strip())
    if response.status != _READ_OK:
        return Reply(response.status, headers, b"")
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length[:18]) > limits.bytes:
        raise ReadError(f"it has more than {limits.bytes:,} bytes: it is too large to be an article")
    unpacker = Unpacker(headers.get("content-encoding", ""), limits.unpacked, limits.ratio)
    for chunk in response.iter_stream():
        unpacker.take(chunk)
    return Reply(response.status, headers, unpacker.end())
