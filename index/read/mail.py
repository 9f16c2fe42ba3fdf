"""Newsletters and other messages (.eml, .mbox), parsed by the standard library. Attachments are counted, never opened.

The subject is the title, the date header the day of publication. Who sent a newsletter is its outlet; who sent a
message that is none is its author.
"""

import os
import re
from collections.abc import Iterator
from email.message import EmailMessage, MIMEPart
from itertools import pairwise
from typing import BinaryIO

from index.errors import ReadError
from index.normalise import normalise, single_line
from index.read.credits import take_credits
from index.read.found import Found, Parts, check_size
from index.read.page import page
from index.read.txt import finish_file
from index.records import Skipped

_LARGEST = 50_000_000  # bytes of a message with its attachments
_LINE = 1 << 20
_DAMAGED = "it is no message that can be read ({}): save its words as .txt"
_ENCRYPTED = "its text is encrypted: open it in your mail program, and save its words as .txt"
_SENDER = re.compile(r"(?P<author>.{3,60}?)(?:,? (?:from|at|of|via|bei|chez|de) | [|–—@] )(?P<outlet>.{2,80})")
_SEALED = "its text lies in a sealed envelope: open it in your mail program, and save its words as .txt"
_BEGIN = re.compile(rb"From (?:\S+\s*$|\S+@\S+\s|\S+\s+[A-Z][a-z]{2},?\s.*\d\d:\d\d.*\d{4})")  # no prose
_WRAPPED = 60  # characters of a line that was broken because it would have grown too long
_WIDEST = 80
_KEPT = re.compile(r"[ \t>|]|[-*+•]\s|\(?\d{1,3}[.)]\s|\S*://\S*$|.*(?:\t|\S {3,}\S)|[-=_*~#]{3}")  # lines of their own
_SIGNATURE = re.compile(r"application/(?:(?:x-)?pkcs7|pgp)-signature")
_MEANT = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252"}  # as every mail program reads it
_LINE_END = 64  # a line is broken by a program only where the next word would have reached beyond
_BROWSER = re.compile(r"\b(?:in (?:your|a) (?:web )?browser|im Browser|dans (?:votre|le) navigateur)\b", re.I)
_UNSUBSCRIBE = re.compile(r"\bunsubscribe\b|\babbestellen\b|\bse désabonner\b|\bdésinscri|\bdarse de baja\b", re.I)
_SERVICE = 4  # last paragraphs in which a newsletter says how to leave it
_LISTS = ("list-id", "list-unsubscribe", "list-post")


def read(path: str, source: str, limit: int) -> Iterator[Found | Skipped]:
    """The message, or (.mbox) every message of the file, in order."""
    with open(path, "rb") as file:
        if not path.lower().endswith(".mbox"):
            check_size(os.path.getsize(path), _LARGEST, "the message has", "bytes")
            yield _article(file.read(), path, source, limit)
            return
        number = 0
        for number, data in enumerate(_messages(file), 1):
            place = f"{source}:{number}"
            try:
                if data is None:
                    raise ReadError(f"the message has more than {_LARGEST:,} bytes: save its words as .txt")
                yield _article(data, path, place, limit)
            except ReadError as error:
                yield Skipped(place, str(error))
        if not number:
            raise ReadError('it holds no messages: each must begin with a line "From ..."')


def _messages(file: BinaryIO) -> Iterator[bytes | None]:
    """The bytes of each message, None for one that is too large. "From ..." below a blank line begins the next."""
    lines: list[bytes] = []
    size, begun, blank, start = 0, False, True, True
    while line := file.readline(_LINE):
        if start and blank and _BEGIN.match(line):
            if begun:
                yield b"".join(lines) if size <= _LARGEST else None
            lines, size, begun = [], 0, True
        elif begun:
            size += len(line)
            if size <= _LARGEST:
                lines.append(line[1:] if start and re.match(rb">+From ", line) else line)
            else:
                lines.clear()
        blank = start and not line.strip()
        start = line.endswith(b"\n")
    if begun:
        yield b"".join(lines) if size <= _LARGEST else None


def _article(data: bytes, path: str, source: str, limit: int) -> Found:
    from email import message_from_bytes
    from email.policy import default

    try:
        message = message_from_bytes(data, policy=default)
        assert isinstance(message, EmailMessage)
        if not message.keys():
            raise ReadError(_DAMAGED.format("no header"))
        parts = _body(message, limit)
        _described(message, parts)
    except (ReadError, MemoryError, RecursionError):
        raise
    except Exception as error:  # the standard library too stumbles over some headers
        raise ReadError(_DAMAGED.format(type(error).__name__)) from None
    return finish_file(parts, path, source, limit)


def _body(message: EmailMessage, limit: int) -> Parts:
    """The article of the message: from its page where it has one that holds an article, else from its plain text."""
    if message.get_content_type() in ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"):
        raise ReadError(_SEALED if message.get_param("smime-type") == "signed-data" else _ENCRYPTED)
    rich, plain = (message.get_body(preferencelist=(kind,)) for kind in ("html", "plain"))
    parts: Parts | None = None
    further: list[MIMEPart] = []
    if rich is not None:
        try:
            parts = page(_content(rich))
        except ReadError:
            if plain is None:
                raise
    if parts is None:
        if plain is None:
            raise ReadError("it has no text of its own: save what is attached to it, and add that")
        further = [part for part in message.iter_attachments() if _goes_on(part)]
        parts = _plain([plain, *further], limit)
    left = sum(
        not _SIGNATURE.fullmatch(part.get_content_type()) and part not in further for part in message.iter_attachments()
    )
    if left:
        parts.notes.append(f"{left} attachment{'s' if left > 1 else ''} left out")
    return parts


def _goes_on(part: MIMEPart) -> bool:
    """Whether the text goes on in this part, below a picture for example."""
    named = part.get_filename() or part.get_content_disposition() == "attachment"
    return part.get_content_type() == "text/plain" and not named


def _plain(pieces: list[MIMEPart], limit: int) -> Parts:
    texts: list[str] = []
    credits: list[str] = []
    for part in pieces:
        text = normalise(_content(part))
        check_size(sum(map(len, texts)) + len(text), 2 * limit)
        text, _mark, signature = text.partition("\n-- \n")
        if part.get_param("format") == "flowed":
            text = _flowed(text, "" if part.get_param("delsp") == "yes" else " ")
        else:
            text = _unwrapped(text)
        texts.append(text.strip("\n"))
        credits.append(signature.strip())
    parts = Parts("\n\n".join(filter(None, texts)), credits="\n".join(filter(None, credits)))
    take_credits(parts, with_title=False)
    return parts


def _take_service(parts: Parts) -> None:
    """Moves what a newsletter says of itself, above and below its article, into the credits."""
    blocks = parts.text.strip().split("\n\n")
    above = blocks[:1] if len(blocks) > 1 and len(blocks[0]) < 200 and _BROWSER.search(blocks[0]) else []
    rest = blocks[len(above) :]
    ends = [at for at, block in enumerate(rest) if at and len(block) < 600 and _UNSUBSCRIBE.search(block)]
    first = ends[0] if ends and ends[0] >= len(rest) - _SERVICE else len(rest)
    parts.credits = "\n".join(filter(None, [parts.credits, *above, *rest[first:]]))
    parts.text = "\n\n".join(rest[:first])


def _flowed(text: str, between: str) -> str:
    """The text whose lines go on where they end with a space. Lines of one depth of quotation flow together."""
    lines: list[str] = []
    goes_on, above = False, ""
    for line in text.split("\n"):
        words = line.lstrip(">")
        mark = line[: len(line) - len(words)]
        words = words.removeprefix(" ")  # with which such a mail guards what begins with a space, a ">" or "From"
        if goes_on and mark == above:
            lines[-1] = lines[-1][:-1] + between + words
        else:
            lines.append(f"{mark} {words}" if mark else words)
        goes_on, above = words.endswith(" ") and words != "-- ", mark
    return "\n".join(line.rstrip() for line in lines)


def _unwrapped(text: str) -> str:
    """The text with whole paragraphs, where lines were broken only because a mail's lines are short."""
    lines = text.split("\n")
    if max((len(line) for line in lines if "://" not in line), default=0) > 2 * _WIDEST:  # its writer broke no lines
        return text
    joined = lines[:1]
    for above, line in pairwise(lines):
        first = line.split(maxsplit=1)[:1]
        full = _WRAPPED <= len(above) <= _WIDEST and len(above) + 1 + len("".join(first)) > _LINE_END
        if full and first and not _KEPT.match(line) and not _KEPT.match(above):
            joined[-1] += " " + line
        else:
            joined.append(line)
    return "\n".join(joined)


def _content(part: MIMEPart) -> str:
    """The text of a part. It is no longer than the message, since every transfer encoding makes a text longer."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    charset = (part.get_content_charset() or "us-ascii").lower()
    try:
        return data.decode(_MEANT.get(charset, charset))
    except (LookupError, ValueError):  # an unknown or a wrong charset, or none named
        try:
            return data.decode("utf-8")
        except ValueError:
            return data.decode("cp1252", "replace")


def _described(message: EmailMessage, parts: Parts) -> None:
    """What the headers say. It goes before what a page says."""
    if title := _header(message, "subject"):
        parts.title, parts.found["title"] = title, "subject"
    parts.id = _header(message, "message-id").strip("<>")
    date = message["date"]
    if stamp := getattr(date, "datetime", None):
        parts.published, parts.found["published"] = stamp.isoformat(timespec="seconds"), "date header"
    sender = message["from"]
    name = single_line(sender.addresses[0].display_name) if getattr(sender, "addresses", ()) else ""
    name = "" if "@" in name else name
    author, outlet = name, ""
    if any(message[header] for header in _LISTS) or _header(message, "precedence").lower() in ("bulk", "list"):
        _take_service(parts)
        both = _SENDER.fullmatch(name)
        author, outlet = (both["author"], both["outlet"]) if both else ("", name)
    for field, value in (("author", author), ("outlet", outlet)):
        if value and (field == "outlet" or not parts.author):
            setattr(parts, field, value)
            parts.found[field] = "from header"


def _header(message: EmailMessage, name: str) -> str:
    return single_line(str(message[name] or ""))
