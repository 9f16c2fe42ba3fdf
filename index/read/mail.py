"""Newsletters and other messages (.eml, .mbox), parsed by the standard library. Attachments are counted, never opened.

The subject is the title, the date header the day of publication. Who sent a newsletter is its outlet; who sent a
message that is none is its author.
"""

import os
import re
from collections.abc import Iterator
from email.message import EmailMessage, MIMEPart
from typing import BinaryIO

from index.errors import ReadError
from index.normalise import normalise, single_line
from index.read.credits import take_credits
from index.read.found import Found, Parts, check_size
from index.read.page import page
from index.read.txt import finish_file
from index.records import Skipped

SUFFIXES = (".eml", ".mbox")
_LARGEST = 50_000_000  # bytes of a message with its attachments
_LINE = 1 << 20
_DAMAGED = "it is no message that can be read ({}): save its words as .txt"
_ENCRYPTED = "its text is encrypted: open it in your mail program, and save its words as .txt"
_SENDER = re.compile(r"(?P<author>.{3,60}?)(?:,? (?:from|at|of|via|bei|chez|de) | [|–—@] )(?P<outlet>.{2,80})")
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
        if start and blank and line.startswith(b"From "):
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
    if message.get_content_type() in ("multipart/encrypted", "application/pkcs7-mime"):
        raise ReadError(_ENCRYPTED)
    rich, plain = (message.get_body(preferencelist=(kind,)) for kind in ("html", "plain"))
    parts: Parts | None = None
    if rich is not None:
        try:
            parts = page(_content(rich))
        except ReadError:
            if plain is None:
                raise
    if parts is None:
        if plain is None:
            raise ReadError("it has no text of its own: save what is attached to it, and add that")
        parts = _plain(plain, limit)
    left = sum(1 for _part in message.iter_attachments()) if message.is_multipart() else 0
    if left:
        parts.notes.append(f"{left} attachment{'s' if left > 1 else ''} left out")
    return parts


def _plain(part: MIMEPart, limit: int) -> Parts:
    text = normalise(_content(part))
    check_size(len(text), 2 * limit)
    if part.get_param("format") == "flowed":  # a space at the end of a line says that it goes on
        text = re.sub(r"(?<!^--) \n(?!>)", "" if part.get_param("delsp") == "yes" else " ", text, flags=re.MULTILINE)
    text, _mark, signature = text.partition("\n-- \n")
    parts = Parts(text, credits=signature.strip())
    take_credits(parts, with_title=False)
    return parts


def _content(part: MIMEPart) -> str:
    """The text of a part. It is no longer than the message, since every transfer encoding makes a text longer."""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # an unknown or a wrong charset
        data = part.get_payload(decode=True)
        return data.decode("utf-8", "replace") if isinstance(data, bytes) else ""


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
        both = _SENDER.fullmatch(name)
        author, outlet = (both["author"], both["outlet"]) if both else ("", name)
    for field, value in (("author", author), ("outlet", outlet)):
        if value and (field == "outlet" or not parts.author):
            setattr(parts, field, value)
            parts.found[field] = "from header"


def _header(message: EmailMessage, name: str) -> str:
    return single_line(str(message[name] or ""))
