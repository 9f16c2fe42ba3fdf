"""Word documents (.docx): python-docx gives paragraphs, lists and tables in their order. Macros are never run.

The core properties name title and author; the day the file was saved is not the day of publication.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from index.errors import ReadError
from index.normalise import single_line
from index.read.credits import take_credits
from index.read.found import HARM, Found, Parts, check_size
from index.read.packed import SWELLS, swells
from index.read.txt import finish_file

_UNPACKED = 200_000_000  # bytes of all parts
_XML = 60_000_000  # bytes of one part that is parsed
_PARTS = 5_000
_SIGNS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_BOX = "txbxContent"
_LEFT = frozenset({_BOX, "Fallback", "del", "moveFrom", "pPr", "rPr", "tblPr", "tcPr", "trPr", "sectPr"})
_MACROS = "it holds macros, which Byline does not open: save it as a .docx without them"
_NO_NAME = re.compile(
    r"[@\d/\\_<>]|\b(?:user|admin\w*|owner|unknown|author|office|windows|microsoft|python-docx)\b", re.I
)
_NO_TITLE = re.compile(r"|untitled.*|document\d*|word document|.*\.(?:docx?|dotx?|odt|rtf)|microsoft word.*", re.I)


def read(path: str, source: str, limit: int) -> Iterator[Found]:
    """The one article of the document."""
    _check(path)
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = Document(path)
        parts = _parts(document, limit)
    except (ReadError, MemoryError, RecursionError):
        raise
    except PackageNotFoundError:
        raise ReadError(f"it is no Word document, or {HARM}") from None
    except Exception as error:  # whatever a vendor stumbles over in one file must not stop the others
        raise ReadError(f"it is no Word document that can be read ({type(error).__name__}), or {HARM}") from None
    yield finish_file(parts, path, source, limit)


def _check(path: str) -> None:
    """Look at the packed file before a parser does.

    Raises:
        ReadError: for what is no document, holds macros, or grows beyond measure when unpacked.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            infos = packed.infolist()
            if any(info.filename.lower().endswith("vbaproject.bin") for info in infos):
                raise ReadError(_MACROS)
            if len(infos) > _PARTS or sum(info.file_size for info in infos) > _UNPACKED:
                raise ReadError(f"it grows beyond all measure when unpacked: {HARM}")
            for info in infos:
                _check_part(packed, info)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError):
        with open(path, "rb") as file:
            old = file.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        if old:  # an envelope of Microsoft's, in which protected documents and old ones lie
            raise ReadError("it is protected by a password, or of an old Word: save it anew as .docx") from None
        raise ReadError(f"it is no Word document, or {HARM}") from None


def _check_part(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    if swells(info):
        raise ReadError(f"{SWELLS}: {HARM}")
    if not info.filename.lower().endswith((".xml", ".rels")):
        return
    check_size(info.file_size, _XML, f"its part {info.filename[:60]} has", "bytes")
    with packed.open(info) as part:
        above = b""
        while block := part.read(1 << 20):
            seen = (above + block).replace(b"\0", b"")
            if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:  # Word writes none
                raise ReadError(f"its XML defines entities: {HARM}")
            if b"macroEnabled" in seen and info.filename == "[Content_Types].xml":
                raise ReadError(_MACROS)
            above = block[-64:]


def _parts(document: Any, limit: int) -> Parts:
    """The document's text and what it says about itself."""
    lines: list[str] = []
    title = ""
    size = 0
    above = ""
    for kind, text in _blocks(document):
        if not text:
            continue
        if kind == "title" and not title and not lines:
            title = text
            continue
        if lines:
            lines.append("\n" if kind == above and kind in ("item", "row") else "\n\n")
        lines.append(text)
        above = kind
        size += len(text)
        check_size(size, 2 * limit)
    parts = Parts("".join(lines), notes=_left_out(document))
    properties = document.core_properties
    told = single_line(properties.title or "")
    if title:
        parts.title, parts.found["title"] = title, "heading"
    elif not _NO_TITLE.fullmatch(told):
        parts.title, parts.found["title"] = told, "docx"
        printed, _gap, rest = parts.text.partition("\n\n")
        if single_line(printed).casefold() == told.casefold():
            parts.text = rest
    take_credits(parts)
    footnotes = [line for kind in ("footnote", "endnote") for line in _footnotes(document, kind)]
    parts.text = re.sub(r"\n{3,}", "\n\n", "\n\n".join([parts.text, *footnotes]))
    if footnotes:
        parts.notes.append("its footnotes stand at the end of its text")
    author = single_line(properties.author or "")
    if not parts.author and len(author.split()) >= 2 and not _NO_NAME.search(author):  # a printed byline knows better
        parts.author, parts.found["author"] = author.replace(";", ","), "docx"
    return parts


def _blocks(document: Any) -> Iterator[tuple[str, str]]:
    """(kind, text) of the paragraphs and of the rows of tables, as they follow each other."""
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    for element in _inner(document.element.body):
        if _name(element) == "tbl":
            yield from (("row", row) for row in _rows(Table(element, document)))
            yield "gap", ""
            continue
        paragraph = Paragraph(element, document._body)
        style = (paragraph.style.name or "").lower() if paragraph.style is not None else ""
        lines = "".join(_words(element)).split("\n")
        text = "\n".join(filter(None, (" ".join(line.split()) for line in lines)))
        properties = element.pPr
        if style.startswith("list") or (properties is not None and properties.numPr is not None):
            yield "item", f"- {text}" if text else ""
        else:
            yield "title" if style in ("title", "heading 1") else "paragraph", text


def _footnotes(document: Any, kind: str) -> list[str]:
    """The words of its footnotes, or of its endnotes: python-docx itself knows neither."""
    elements = [element for part in _related(document, f"{kind}s") for element in part if _name(element) == kind]
    return [text for text in (single_line("".join(_words(element))) for element in elements) if text]


def _related(document: Any, kind: str) -> list[Any]:
    """The parts of such a kind that stand beside the text of the document."""
    from docx.oxml import parse_xml

    relations = [one for one in document.part.rels.values() if one.reltype.endswith(f"/{kind}") and not one.is_external]
    return [parse_xml(relation.target_part.blob) for relation in relations]


def _left_out(document: Any) -> list[str]:
    """A note for each kind of words that a reader of the document sees and Byline does not read."""
    edges = [edge for kind in ("header", "footer") for edge in _related(document, kind)]
    inside = {_name(element) for element in document.element.body.iter()}
    seen = {
        "text boxes": _BOX in inside,
        "headers and footers": any(re.search(r"[^\W\d_]", "".join(_words(edge))) for edge in edges),
        "comments": "commentReference" in inside,
    }
    left = [words for words, there in seen.items() if there]
    return [f"its {' and '.join(left)} were left out"] if left else []


def _inner(element: Any) -> Iterator[Any]:
    """The paragraphs and tables below an element, those in content controls and in tracked changes too."""
    for child in element:
        if _name(child) in ("p", "tbl"):
            yield child
        elif _name(child) in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            yield from _inner(child)


def _words(element: Any) -> Iterator[str]:
    """The pieces of text below an element: python-docx itself leaves out what stands in a tracked change."""
    for child in element:
        name = _name(child)
        if name == "t":
            yield child.text or ""
        elif name in _SIGNS:
            yield _SIGNS[name]
        elif name not in _LEFT and not _hidden(child):
            yield from _words(child)
            yield " " if name == "p" else ""


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _hidden(element: Any) -> bool:
    """Whether it is a run that Word neither shows nor prints."""
    signs = [sign for properties in element if _name(properties) == "rPr" for sign in properties]
    return any(_name(sign) == "vanish" and not set(sign.values()) & {"0", "false", "off"} for sign in signs)


def _rows(table: Any) -> Iterator[str]:
    """The rows as "cell | cell", a merged cell once."""
    for row in table.rows:
        cells: list[Any] = []
        for cell in row.cells:
            if not cells or cell._tc is not cells[-1]:
                cells.append(cell._tc)
        texts = [single_line("".join(_words(cell))) for cell in cells]
        yield " | ".join(texts) if any(texts) else ""
