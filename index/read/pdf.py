"""PDF files: pypdf gives the text of each page; lines become paragraphs again, and where each page begins is kept.

The day a PDF was made is not the day its article was published, so no date is taken from its metadata. Title and author
stand there as often wrong as right: they are taken where they look like what they should be.
"""

import os
import re
from collections.abc import Iterator
from typing import Any

from index.errors import ReadError
from index.normalise import fold, single_line
from index.read.credits import take_credits
from index.read.drawn import Line, set_apart
from index.read.foot import credit_line
from index.read.found import Found, Parts, check_size
from index.read.frame import unframed
from index.read.lines import joined
from index.read.running import in_lines, without_running
from index.read.titles import choose
from index.read.txt import finish_file

PAGES = 5_000
_LARGEST = 500_000_000  # bytes of a file
_STREAM = 50_000_000  # bytes of one stream when it is unpacked
_PASSWORD = "it is protected by a password: save a copy without one"
_SCAN = "it is a scan without text: have its text recognised (OCR), and add that copy"
_DAMAGED = "it is no PDF that can be read ({}): print it to a new PDF, or save its words as .txt"
_NO_TITLE = re.compile(
    r"untitled.*|document\d*|microsoft (?:word|powerpoint|excel).*|.*\.(?:docx?|odt|rtf|indd|qxp|qxd|pdf|pptx?|xlsx?"
    r"|tex|html?|txt|pages)|\W*|\d+|slide \d+|layout \d+|print|scan\w*|https?:.*|about:blank",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"[@\d/\\_<>]|\b(?:user|admin\w*|owner|unknown|author|scanner|office|windows|microsoft)\b", re.I)


def read(path: str, source: str, limit: int) -> Iterator[Found]:
    """The one article of the file."""
    from pypdf import PdfReader, apply_configuration
    from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError

    check_size(os.path.getsize(path), _LARGEST, "the file has", "bytes")
    try:
        with apply_configuration(zlib_maximum_output_length=_STREAM, lzw_maximum_output_length=_STREAM):
            parts = _parts(PdfReader(path), limit)  # which tries the empty password itself
    except (ReadError, MemoryError, RecursionError):
        raise
    except (FileNotDecryptedError, DependencyError):
        raise ReadError(_PASSWORD) from None
    except LimitReachedError:
        raise ReadError("it grows beyond all measure when unpacked: it is damaged or made to do harm") from None
    except Exception as error:  # whatever a vendor stumbles over in one file must not stop the others
        raise ReadError(_DAMAGED.format(type(error).__name__)) from None
    yield finish_file(parts, path, source, limit)


def _parts(reader: Any, limit: int) -> Parts:
    """The text with its pages, and what the file says about itself."""
    pages, notes = _texts(reader, limit)
    title, author = _described(reader)
    lines, address = unframed(list(map(in_lines, pages)), title)
    lines = without_running(lines)
    parts = Parts("\n".join(lines[0]), notes=notes)
    if address:
        parts.url, parts.found["url"] = address, "print footer"
    if title:
        parts.title, parts.found["title"] = title, "pdf"
        _take_title(parts)
    take_credits(parts)
    if author and not parts.author:  # a printed byline knows better
        parts.author, parts.found["author"] = author, "pdf"
    lines[0] = parts.text.split("\n")
    for page in lines[1:]:
        _take_foot(page, parts)
    parts.text, starts = joined(lines)
    labels = _labels(reader, len(pages))
    parts.places = [(start, label) for start, label, page in zip(starts, labels, pages, strict=True) if page.strip()]
    return parts


def _texts(reader: Any, limit: int) -> tuple[list[str], list[str]]:
    """The text of each page, "" for one that has none, and notes on those."""
    from pypdf.errors import LimitReachedError

    _check_pages(int(reader.root_object["/Pages"].get("/Count", 0)))
    pages: list[str] = []
    unread: list[int] = []
    size = 0
    for page in reader.pages:
        _check_pages(len(pages) + 1)
        try:
            pages.append(_text(page))
        except (LimitReachedError, MemoryError, RecursionError):
            raise
        except Exception:  # one page with a broken font does not spoil the others
            pages.append("")
            unread.append(len(pages))
        size += len(pages[-1])
        check_size(size, 2 * limit)
    if unread and len(unread) == len(pages):
        raise ReadError(_DAMAGED.format("no page of it"))
    if not any(map(str.strip, pages)):
        raise ReadError(_SCAN if pages else "it has no pages")
    silent = sum(not page.strip() for page in pages) - len(unread)
    notes = [f"{silent} of its {len(pages)} pages hold no text, as scans do"] if silent else []
    if unread:
        notes.append(f"could not be read: page {', '.join(map(str, unread[:10]))}")
    return pages, notes


def _text(page: Any) -> str:
    """The words of a page, a blank line where its layout begins a paragraph."""
    lines = [Line()]

    def drawn(text: str, base: list[float], matrix: list[float], _font: Any, size: float) -> None:
        """Hands each piece of text that pypdf meets to its line, with where it stands and how high its letters are."""
        x = matrix[4] * base[0] + matrix[5] * base[2] + base[4]
        y = matrix[4] * base[1] + matrix[5] * base[3] + base[5]
        height = size * (matrix[2] * base[1] + matrix[3] * base[3])  # none where the text is turned
        for number, piece in enumerate(text.split("\n")):
            if number:
                lines.append(Line())
            lines[-1].pieces.append((piece, x, y, height))

    text = page.extract_text(visitor_text=drawn)
    if "\n".join(line.drawn for line in lines) != text:  # pypdf tells the words and their places by two ways
        return str(text)
    return set_apart(lines)


def _check_pages(count: int) -> None:
    if count > PAGES:
        raise ReadError(f"it has more than {PAGES:,} pages: split it")


def _labels(reader: Any, count: int) -> list[str]:
    """What is printed as the number of each page, as far as the file says."""
    try:
        labels = [single_line(label)[:20] for label in reader.page_labels]
    except Exception:
        labels = []
    if len(labels) != count or not all(labels):
        return [str(number) for number in range(1, count + 1)]
    return labels


def _take_title(parts: Parts) -> None:
    """Takes the title from the text, where it is printed as the first of its words; it may need some lines.

    The name of a site that the file says beside it, and the page does not, is no part of it.
    """
    lines = parts.text.split("\n")
    for count in range(1, 6):
        heading = single_line(" ".join(lines[:count]))
        if heading and fold(choose([parts.title], [heading], "", [])) == fold(heading):
            parts.title = parts.title if len(heading) == len(parts.title) else heading
            parts.text = "\n".join(lines[count:]).strip("\n")
            return


def _take_foot(page: list[str], parts: Parts) -> None:
    """Moves the credits at the foot of a page into the parts."""
    taken: list[str] = []
    while page and (not page[-1] or credit_line(page[-1])):
        taken.append(page.pop())
    parts.credits = "\n".join(filter(None, [parts.credits, *reversed(taken)]))


def _described(reader: Any) -> tuple[str, str]:
    """Title and author of the metadata, each "" where it does not look real."""
    try:
        metadata = reader.metadata
        title = single_line(str(metadata.title or "")) if metadata else ""
        author = single_line(str(metadata.author or "")) if metadata else ""
    except Exception:
        return "", ""
    words = author.split()
    real = 2 <= len(words) <= 20 and words[0][0].isupper() and not _NO_NAME.search(author)
    named = re.search(r"[^\W\d_]{2}", title) and not _NO_TITLE.fullmatch(title)
    return title if named else "", author if real else ""
