"""What a reader hands on: an article with its source. The parts that a column read are checked and normalised here.

Opens no file and knows no format.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from urllib.parse import urlsplit, urlunsplit

from index.dates import parse_published
from index.errors import ReadError
from index.language import language_of
from index.normalise import normalise, single_line
from index.records import Article

_PORTS = {"http": 80, "https": 443}
_TRACKING = re.compile(
    r"(utm_[^=]*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|igshid|mc_cid|mc_eid|_ga)(=.*)?", re.I
)
HARM = "it is damaged or made to do harm: save its words as .txt, or leave it out"
_LONGEST_FIELD = 1_000
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Found:
    """An article that was read.

    `source` is its path, path:LINE for a row or a message, path//MEMBER for a member of a packed file. `given`: the
    source itself names the id, so another source with the same id is a clash and not a new version. `note` is a warning
    about an article that is added all the same.
    """

    article: Article
    source: str
    given: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file or an address that was read to its end; `digest` is of its bytes, or of how pages are read now.

    `same`: it has not changed since it was read, so its articles were not read again. `version` is what the server of
    an address said of its version (ETag, Last-Modified).
    """

    path: str
    digest: bytes
    same: bool = False
    version: tuple[str, str] | None = None


@dataclass(slots=True)
class Parts:
    """What a column read, as it stood in the source: raw text, nothing checked. `found`: where each field was.

    `places`: (offset into `text`, label), in order, for the pages of a source that has pages.
    """

    text: str
    title: str = ""
    url: str = ""
    outlet: str = ""
    author: str = ""
    published: object = ""
    modified: object = ""
    credits: str = ""
    id: str = ""
    found: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    places: list[tuple[int, str]] = field(default_factory=list)


def finish(parts: Parts, source: str, fallback: str, limit: int) -> Found:
    """The article of these parts; its id is the given one, else the canonical URL, else `fallback`.

    Raises:
        ReadError: when there is no text, or more of it than `limit` characters.
    """
    text = normalise(parts.text)
    if not text.strip():
        raise ReadError("it holds no text: add the article's words, or leave it out")
    check_size(len(text), limit)
    url = canonical(parts.url)
    notes = list(parts.notes)
    if parts.url.strip() and not url:
        notes.append(f"address {shown(parts.url)} is not an http(s) address: left empty")
    given = single_line(parts.id)
    article = Article(
        id=given or url or fallback,
        text=text,
        title=_field(parts.title, "title", notes),
        url=url,
        outlet=_field(parts.outlet, "outlet", notes),
        author=_field(parts.author, "author", notes),
        published=_date(parts.published, "published", notes),
        modified=_date(parts.modified, "modified", notes),
        language=language_of(text),
        credits=normalise(parts.credits).strip(),
        places=_moved(parts, text),
    )
    kept = {name: where for name, where in parts.found.items() if getattr(article, name)}
    return Found(replace(article, found=kept), source, bool(given), "; ".join(notes))


def _moved(parts: Parts, text: str) -> tuple[tuple[int, str], ...]:
    """The places in the normalised text. It may differ from its normalised pieces only where two of them meet."""
    if not parts.places:
        return ()
    offsets = [offset for offset, _label in parts.places]
    pieces = [normalise(parts.text[start:end]) for start, end in pairwise([0, *offsets, len(parts.text)])]
    if "".join(pieces) == text:
        moved = list(accumulate(map(len, pieces)))
    else:
        moved = [min(len(text), len(normalise(parts.text[:offset]))) for offset in offsets]
    return tuple((offset, single_line(label)) for offset, (_old, label) in zip(moved, parts.places, strict=False))


def hashed(parts: Parts) -> str:
    """An id for a row without id and address, made of its title and text."""
    digest = hashlib.sha256(f"{single_line(parts.title)}\0{normalise(parts.text)}".encode())
    return f"sha-{digest.hexdigest()[:16]}"


def check_size(size: int, limit: int, what: str = "the text has", unit: str = "characters") -> None:
    """Raises ReadError where `size` is more than `limit`."""
    if size > limit:
        raise ReadError(
            f"{what} {size:,} {unit}, more than the {limit:,} allowed: "
            "split the article, or raise the setting max_chars"
        )


def canonical(url: str) -> str:
    """One spelling of an http(s) address, so that an article keeps its identity; "" for anything else.

    Scheme and host in lower case, no default port, no fragment, no tracking parameters. The rest is kept as it is.
    """
    try:
        parts = urlsplit(single_line(url))
        port = parts.port
    except ValueError:
        return ""
    host = parts.hostname or ""
    if parts.scheme not in _PORTS or not host or parts.username is not None or re.search(r"[\s\\<>\"]", parts.netloc):
        return ""
    host = f"[{host}]" if ":" in host else host
    host = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    query = "&".join(pair for pair in parts.query.split("&") if not _TRACKING.fullmatch(pair))
    return urlunsplit((parts.scheme, host, parts.path or "/", query, "")).replace(" ", "%20")


def people(names: Iterable[str]) -> str:
    """Authors in one line, each once."""
    return ", ".join(dict.fromkeys(name for name in map(single_line, names) if name))


def shown(raw: object) -> str:
    """A short quotation of something unreadable, for a note."""
    text = single_line(str(raw))
    return f"'{text if len(text) <= _SHOWN else text[:_SHOWN] + '...'}'"


def _field(raw: str, name: str, notes: list[str]) -> str:
    text = single_line(raw)
    if len(text) <= _LONGEST_FIELD:
        return text
    notes.append(f"{name} has {len(text):,} characters: cut at {_LONGEST_FIELD:,}")
    return text[:_LONGEST_FIELD].rstrip()


def _date(raw: object, name: str, notes: list[str]) -> str:
    published = parse_published(raw)
    if not published and raw is not None and str(raw).strip():
        notes.append(f"{name} date {shown(raw)} is unreadable: left empty")
    return published
