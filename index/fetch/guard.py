"""Which addresses may be connected to. Pure: nothing is looked up and nothing is opened here.

`aim` reads an address into a Target or refuses it; `vet` refuses the IP numbers that a name stands for. A name is
refused when any of its numbers is: the one that is harmless may not be the one that is used. What a user has allowed
by name may be private (private, shared and loopback ranges); the cloud's metadata services stay closed all the same.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urlsplit

from index.errors import ReadError

_DEFAULT = {"http": 80, "https": 443}
_PORTS = (80, 443, 8080, 8443)
_LONGEST = 4_000
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC = re.compile(r"\d+|0x[0-9a-f]*")  # what the C library would take for the end of an IPv4 number
_UNSEEN = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_KEPT = "/%:@!$&'()*+,;=~-._"

_PRIVATE = ("private", "shared (CGNAT)", "loopback")  # what --allow-host opens
_RANGES: list[tuple[IPv4Network | IPv6Network, str]] = [
    (ip_network(block), kind)
    for kind, blocks in (
        # before the ranges that hold them
        ("metadata", "169.254.169.254 100.100.100.200 168.63.129.16 192.0.0.192 fd00:ec2::254 fd20:ce::254"),
        ("private", "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7"),
        ("shared (CGNAT)", "100.64.0.0/10"),
        ("loopback", "127.0.0.0/8 ::1"),
        ("link-local", "169.254.0.0/16 fe80::/10 fec0::/10"),
        ("multicast", "224.0.0.0/4 ff00::/8"),
        ("unspecified", "0.0.0.0/8 ::"),
        ("reserved", "240.0.0.0/4 192.0.0.0/24 192.0.2.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24"),
        ("reserved", "2001:db8::/32 100::/64"),
        # These carry an IPv4 number inside, and no web site is reached through them.
        ("6to4", "2002::/16 192.88.99.0/24"),
        ("Teredo", "2001::/32"),
        ("local NAT64", "64:ff9b:1::/48"),
        ("IPv4-compatible", "::/96"),
    )
    for block in blocks.split()
]
_NAT64 = IPv6Network("64:ff9b::/96")
_IPV6_WORLD = IPv6Network("2000::/3")
Number = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be asked for, in the one spelling used from here on. `allowed`: the user named the host."""

    scheme: str
    host: str
    port: int
    path: str
    allowed: bool = False

    @property
    def authority(self) -> str:
        """The host as the Host header names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port: what one robots.txt speaks for."""
        return f"{self.scheme}://{self.authority}"

    @property
    def address(self) -> str:
        """The whole address."""
        return self.origin + self.path

    @property
    def number(self) -> str:
        """The host where it is an IP number itself, else ""."""
        number = _number(self.host)
        return str(number) if number else ""


def aim(address: str, allow: Collection[tuple[str, int]] = ()) -> Target:
    """The target of an address.

    Raises:
        ReadError: when it is no plain http(s) address of a public web port.
    """
    address = address.strip()
    if len(address) > _LONGEST:
        raise ReadError(f"the address is longer than {_LONGEST:,} characters: check it")
    try:
        parts = urlsplit(address)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise ReadError("the address is malformed: check it") from None
    if parts.scheme not in _DEFAULT:
        raise ReadError(f"only http and https addresses are fetched, not {parts.scheme or 'one without a scheme'}")
    if "@" in parts.netloc:
        raise ReadError("the address holds a user name or password: remove it from the address")
    if _UNSEEN.search(address):
        raise ReadError("the address holds control characters: check it")
    host = plain_host(host)
    port = _DEFAULT[parts.scheme] if port is None else port
    named = port > 0 and (host, port) in allow
    if port not in _PORTS and not named:
        raise ReadError(
            f"port {port} is not one of the web's (80, 443, 8080, 8443): "
            f"if that server is yours, allow it with --allow-host {host}:{port}"
        )
    path = quote(parts.path or "/", safe=_KEPT)
    query = f"?{quote(parts.query, safe=_KEPT + '?')}" if parts.query else ""
    return Target(parts.scheme, host, port, path + query, named or (host, 0) in allow)


def allowed(names: Iterable[str]) -> frozenset[tuple[str, int]]:
    """What the user allowed, "host" or "host:port", as (host, port) with port 0 for the web's ports.

    Raises:
        ReadError: for a name that is none.
    """
    pairs = set()
    for name in names:
        try:
            parts = urlsplit(f"//{name.strip()}")
            host, port = parts.hostname or "", parts.port or 0
        except ValueError:
            raise ReadError(f"'{name[:80]}' is not a host or host:port that could be allowed") from None
        if "@" in name or parts.path or parts.query:
            raise ReadError(f"'{name[:80]}' is not a host or host:port that could be allowed")
        pairs.add((plain_host(host), port))
    return frozenset(pairs)


def plain_host(host: str) -> str:
    """The host in lower-case ASCII without a dot at its end.

    Raises:
        ReadError: for a name that is none, and for an IPv4 number that is not written as four decimal numbers.
    """
    if not host.isascii():
        import idna  # late: few addresses need it

        try:
            host = idna.encode(host, uts46=True, transitional=False).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            raise ReadError("the address names no valid host: check it") from None
    host = host.lower().removesuffix(".")
    if number := _number(host):
        return str(number)
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ReadError("the address names no valid host: check it")
    if _NUMERIC.fullmatch(labels[-1]):
        raise ReadError(f"{host} is an IP number in an unusual form: write it as four decimal numbers, or use the name")
    return host


def vet(host: str, numbers: Iterable[str], private: bool) -> list[str]:
    """The numbers that `host` stands for, when every one of them may be connected to.

    Raises:
        ReadError: when one may not, or there is none. `private`: the user allowed this host by name.
    """
    checked = []
    for number in dict.fromkeys(numbers):
        parsed = _number(number)
        kind = danger(parsed) if parsed else "no IP"
        if kind and not (private and kind in _PRIVATE):
            hint = f"if that host is yours, allow it with --allow-host {host}" if kind in _PRIVATE else "not fetched"
            raise ReadError(f"{host} leads to {number}, a {kind} address: {hint}")
        checked.append(number)
    if not checked:
        raise ReadError(f"{host} has no address: check the name, and the connection to the Internet")
    return checked


def danger(number: Number) -> str:
    """Why a number may not be connected to, "" for one of the public Internet."""
    if isinstance(number, IPv6Address):
        if number.ipv4_mapped is not None:
            return danger(number.ipv4_mapped)
        if number in _NAT64:
            return danger(IPv4Address(int(number) & 0xFFFFFFFF))
    for block, kind in _RANGES:
        if number.version == block.version and number in block:
            return kind
    if not number.is_global or (isinstance(number, IPv6Address) and number not in _IPV6_WORLD):
        return "reserved"
    return ""


def _number(text: str) -> Number | None:
    try:
        return None if "%" in text else ip_address(text)  # a zone names a wire of this machine
    except ValueError:
        return None
