"""The columns for PDF, Word, mail, tables and packed files: what they read, and how hostile ones end."""

import json
import os
import struct
import time
import zipfile
import zlib
from email.message import EmailMessage
from pathlib import Path

import pytest
from docx import Document
from fakes import files

from index.errors import ReadError, SettingsError
from index.normalise import normalise
from index.read import File, Found, docx, mail, packed, pdf, read_paths, table
from index.read.drawn import Line, set_apart
from index.read.found import Parts, finish
from index.read.lines import joined
from index.read.mapping import parse
from index.read.running import in_lines, without_running
from index.records import Article, Skipped

PROSE = [
    "The council of Norland voted on Monday to close the old bridge over the Sarn.",
    "Repairs will cost 4.5 million crowns, according to a report that the council published in May.",
]


def one(column: object, path: Path, data: bytes, **extra: object) -> Article:
    path.write_bytes(data)
    (found,) = column.read(str(path), str(path), 100_000, **extra)  # type: ignore[attr-defined]
    assert isinstance(found, Found)
    return found.article


def printed(pages: list[str]) -> list[list[str]]:
    return without_running(list(map(in_lines, pages)))


def reason(path: Path, data: bytes | None = None) -> str:
    """Why the file is skipped, and that the file beside it is read all the same."""
    if data is not None:
        path.write_bytes(data)
    beside = path.with_name("zz-beside.txt")
    beside.write_text("A ferry will run instead.")
    skipped, found = read_paths([path, beside])
    assert isinstance(skipped, Skipped) and skipped.source == str(path)
    assert isinstance(found, Found)
    return skipped.reason


# PDF


def test_pages_of_a_pdf_become_paragraphs_and_keep_their_numbers(tmp_path: Path) -> None:
    head = "The Harbour Ledger - Norland"
    pages = [
        [
            *(head, "By Ellen Huber", "The council of Norland voted on Monday to close the old bridge over the"),
            *("Sarn, because the engi-", "neers found cracks."),
            *("A ferry will run, and nobody can say for how long that will", "1"),
        ],
        [head, "be. The mayor was silent.", "2"],
        [head, "He left the hall at night.", "3"],
    ]
    described = "/Title (Norland closes its bridge) /Author (Office User) /CreationDate (D:20200101000000Z)"
    labels = "/PageLabels << /Nums [0 << /S /r >> 1 << /S /D >>] >>"
    article = one(pdf, tmp_path / "a.pdf", files.pdf(pages, described, extra=labels))
    assert article.text == (
        "The council of Norland voted on Monday to close the old bridge over the Sarn, because the engineers found "
        "cracks.\n\nA ferry will run, and nobody can say for how long that will be. The mayor was silent.\n\n"
        "He left the hall at night."
    )
    assert [(label, article.text[offset:][:6]) for offset, label in article.places] == [
        ("i", "The co"),
        ("1", "be. Th"),
        ("2", "He lef"),
    ]
    assert (article.title, article.author, article.published) == ("Norland closes its bridge", "Ellen Huber", "")
    assert article.found == {"title": "pdf", "author": "byline"} and article.credits == "By Ellen Huber"


@pytest.mark.parametrize(
    ("info", "title", "author"),
    [
        ("/Title (Microsoft Word - a.docx) /Author (jsmith)", "a", ""),
        ("/Title (untitled) /Author (Admin User)", "a", ""),
        ("/Title (20200101) /Author (ada@ledger.example.org Lind)", "a", ""),
        ("/Title (A bridge) /Author (Ada Lind)", "A bridge", "Ada Lind"),
        ("", "a", ""),
    ],
)
def test_metadata_of_a_pdf_counts_where_it_looks_real(tmp_path: Path, info: str, title: str, author: str) -> None:
    article = one(pdf, tmp_path / "a.pdf", files.pdf([PROSE], info))
    assert (article.title, article.author) == (title, author)


@pytest.mark.parametrize(
    ("above", "below", "text"),
    [
        ("the engi-", "neers said", "the engineers said"),
        ("a well-", "known man", "a well-known man"),
        ("a state-of-the-", "art hall", "a state-of-the-art hall"),
        ("Jean-", "Pierre said", "Jean-Pierre said"),
        ("in 1990-", "2000 it", "in 1990-2000 it"),
        ("a three-", "year plan", "a three-year plan"),
        ("the bridge -", "said he", "the bridge - said he"),
        ("soft\u00ad", "ware", "software"),
        ("plain words", "go on", "plain words go on"),
        ("the ﬁrst", "ﬂight", "the first flight"),
    ],
)
def test_hyphens_at_line_ends(above: str, below: str, text: str) -> None:
    assert joined(printed([f"{above}\n{below}"])) == (text, [0])


def test_a_hyphen_that_the_document_prints_elsewhere_is_kept() -> None:
    assert joined([["the water-", "tight door"]])[0] == "the watertight door"
    assert joined([["the water-", "tight door, a water-tight one"]])[0] == "the water-tight door, a water-tight one"
    assert joined([["a self-", "made man, selfmade"]])[0] == "a selfmade man, selfmade"


def test_lines_at_the_edges_go_only_where_they_repeat() -> None:
    pages = [f"Ledger {n}\nText {n} alone.\nmiddle\nmiddle\nmore {'abc'[n]}\nPage {n} of 3" for n in range(3)]
    assert printed(pages)[1] == ["middle", "middle", "more b"]  # "Text # alone." repeats at the top
    kept = printed([f"Head\n{word} stands here.\n{word} again.\n7" for word in ("One", "Two")])
    assert kept == [["Head", "One stands here.", "One again."], ["Head", "Two stands here.", "Two again."]]
    kept = printed([f"Head\n{word} stands here.\n{word} again.\n7" for word in ("One", "Two", "Six")])
    assert kept[2] == ["Six stands here.", "Six again."]


FULL = [
    "The council of Norland voted on Monday to close its",
    "oldest bridge, in which engineers had found cracks.",
    "A ferry will run from June until the end of winter.",
    "The mayor did not say what it will cost the people.",
]


def drawn(*lines: tuple[float, float, str], size: int = 10, info: str = "") -> bytes:
    """A PDF of one page, on which each of these lines stands at its place."""
    stream = "".join(f"BT /F1 {size} Tf 12 TL {x} {y} Td ({words}) Tj T* ET\n" for x, y, words in lines)
    return files.pdf([[""]], info, contents=zlib.compress(stream.encode()))


@pytest.mark.parametrize(
    ("places", "breaks"),
    [
        ([(50, 700), (50, 688), (50, 668), (50, 656)], [1]),  # a gap
        ([(60, 700), (50, 688), (60, 676), (50, 664)], [1]),  # lines that are indented
        ([(50, 700), (50, 688), (50, 676), (50, 664)], []),  # nothing says where a paragraph ends
        ([(50, 112), (50, 100), (310, 700), (310, 688)], []),  # the next column
        ([(50, 112), (50, 100), (320, 700), (310, 688)], [1]),  # which begins with a paragraph
        ([(50, 700), (50, 688), (250, 676), (50, 664)], [1, 2]),  # a line that is centred
    ],
)
def test_the_layout_of_a_page_tells_paragraphs(
    tmp_path: Path, places: list[tuple[float, float]], breaks: list[int]
) -> None:
    lines = [(x, y, words) for (x, y), words in zip(places, FULL, strict=True)]
    wanted = "".join(words + ("\n\n" if at in breaks else " ") for at, words in enumerate(FULL)).strip()
    assert one(pdf, tmp_path / "a.pdf", drawn(*lines)).text == wanted


def line(x: float, y: float, height: float, *pieces: str) -> Line:
    return Line([(piece, x + 20 * at, y, height) for at, piece in enumerate(pieces)])


def test_letters_of_another_size_begin_something_new() -> None:
    lines = [line(50, 692, 20, "Bridge"), line(50, 680, 10, "It is"), line(50, 668, 10, "old.")]
    assert set_apart(lines) == "Bridge\n\nIt is\nold."
    lines = [line(50, 700, 8, "THE OLD BRIDGE"), line(50, 686, 10, "is closed"), line(50, 671, 10, "for good.")]
    assert set_apart([*lines, line(50, 659, 10, "So it"), line(50, 647, 10, "is.")]).count("\n\n") == 0
    assert set_apart([line(50, 700, 0, "turned"), line(50, 300, 10, "not")]) == "turned\nnot"


def test_a_box_that_was_drawn_first_is_read_last() -> None:
    box = [line(300, 400, 10, "Boxed"), line(300, 388, 10, "words.")]
    rest = [line(50, 700, 10, "One."), line(50, 688, 10, "Two."), line(50, 676, 10, "Three.")]
    assert set_apart(box + rest) == "One.\nTwo.\nThree.\n\nBoxed\nwords."
    columns = [line(50, 400, 10, "left"), line(300, 700, 10, "right")]
    assert set_apart(columns) == "left\nright"
    columns = [line(300, 400, 10, "ימין"), line(50, 700, 10, "שמאל")]  # whose first column is at the right
    assert set_apart(columns) == "ימין\nשמאל"


def test_a_large_initial_joins_its_word() -> None:
    below = [line(80, 690, 10, "he bridge"), line(80, 678, 10, "is closed"), line(50, 666, 10, "for good.")]
    assert set_apart([line(50, 670, 30, "T"), *below]) == "The bridge\nis closed\nfor good."
    below[0] = line(80, 690, 10, "bridge is no")
    assert set_apart([line(50, 670, 30, "A"), *below, line(50, 654, 10, "bridge")]).startswith("A bridge is")


def test_a_page_that_was_drawn_row_by_row_is_read_column_by_column(tmp_path: Path) -> None:
    left = [f"The left column, in its line {number}, is" for number in "abcdefgh"]
    right = [f"the right column, in its line {number}," for number in "abcdefgh"]
    rows = [(x, 700 - 12 * at, side[at]) for at in range(8) for x, side in ((50, left), (310, right))]
    assert one(pdf, tmp_path / "a.pdf", drawn(*rows)).text == " ".join(left + right)
    cells = [(x, 700 - 12 * at, side[at][-7:]) for at in range(8) for x, side in ((50, left), (310, right))]
    read = one(pdf, tmp_path / "a.pdf", drawn(*cells)).text  # a table is read as it stands
    assert read.index("line b,") < read.index("c, is")


def test_words_that_were_drawn_one_by_one_are_lines_again(tmp_path: Path) -> None:
    sentence = "The bridge is closed for good."
    words = [(50 + 5 * sentence.index(word), 700, word) for word in sentence.split()]
    assert one(pdf, tmp_path / "a.pdf", drawn(*words)).text == sentence


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (("נסגר", "  ", "הגשר"), "הגשר נסגר"),  # drawn from the left
        ((".", " ", "נסגר", " ", "הגשר"), "הגשר נסגר."),
        (("נסגר", " ", "Old", " ", "Bridge", " ", "הגשר"), "הגשר Old Bridge נסגר"),
        (("2019", " ", "במאי", " ", "12"), "12 במאי 2019"),
        (("ﻟﺠﺴﺮ", "ا"), "الجسر"),  # shapes that only a font knows
    ],
)
def test_hebrew_and_arabic_are_read_from_the_right(pieces: tuple[str, ...], text: str) -> None:
    page = set_apart([line(50, 700, 10, *pieces)])
    assert joined(printed([page]))[0] == text


@pytest.mark.parametrize("printed", [["Norland closes its bridge"], ["NORLAND CLOSES", "ITS BRIDGE"]])
def test_a_printed_title_does_not_hide_the_byline(tmp_path: Path, printed: list[str]) -> None:
    pages = [[*printed, "By Ellen Huber", "6 May 2019", *PROSE]]
    article = one(pdf, tmp_path / "a.pdf", files.pdf(pages, "/Title (Norland closes its bridge)"))
    assert (article.author, article.published) == ("Ellen Huber", "2019-05-06")
    assert article.text.startswith("The council") and article.title == "Norland closes its bridge"


def test_credits_at_the_foot_of_later_pages_leave_the_text(tmp_path: Path) -> None:
    pages = [PROSE, ["The mayor was silent.", "Photo: Ada Lind", "All rights reserved."]]
    article = one(pdf, tmp_path / "a.pdf", files.pdf(pages))
    assert article.text.endswith("The mayor was silent.")
    assert article.credits == "Photo: Ada Lind\nAll rights reserved."


def test_a_page_number_below_a_running_head_goes_too() -> None:
    pages = [
        f"Ledger\nVol. 12\n{page}\n{word} it.\n{word} again.\n{word}." for page, word in enumerate(["A", "B", "C"], 1)
    ]
    assert printed(pages)[1] == ["B it.", "B again.", "B."]


def test_items_and_narrow_columns() -> None:
    wide = "so that a line of the page is as long as this one here is."
    items = [f"1. One item, {wide[:-1]}", f"2. Two, {wide}"]
    assert joined([items])[0] == "\n".join(items)
    listed = [wide, wide, "", f"an item that is long {wide}", "on it goes here", "a detour", "a bridge"]
    assert joined([listed])[0].endswith("on it goes here\na detour\na bridge")
    narrow = ["Here lines of Mr.", "Orlov are not as", "long as others."]
    assert joined([[wide[:40], wide[:40], "", *narrow]])[0].endswith(" ".join(narrow))


def test_places_move_with_the_text() -> None:
    text = "one\u00ad\r\n\r\ntwo e\u0301\u200b\n\nthree"
    places = [(0, "1"), (text.index("two"), "2"), (text.index("three"), "3")]
    article = finish(Parts(text, places=places), "s", "s", 100).article
    assert [article.text[offset:].split()[0] for offset, _label in article.places] == ["one", "two", "three"]
    parts = Parts("e\u0301x\r\ny", places=[(1, "1"), (4, "2")])  # cut where normalising joins what was cut
    assert all(0 <= offset <= len(normalise(parts.text)) for offset, _ in finish(parts, "s", "s", 100).article.places)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (lambda: files.protected_pdf("secret"), "it is protected by a password: save a copy without one"),
        (lambda: files.pdf([[], []]), "it is a scan without text"),
        (lambda: files.pdf([[""]], contents=files.squeezed(300_000_000)), "grows beyond all measure"),
        (
            lambda: files.pdf([[""]], contents=files.squeezed(300_000_000, 2), filters="[/FlateDecode /FlateDecode]"),
            "grows beyond all measure",
        ),
        (lambda: files.pdf([["x"]], count=10**9), "more than 5,000 pages"),
        (lambda: files.pdf([["x"]], kids="5 0 R " * 6_000), "more than 5,000 pages"),
        (lambda: files.pdf([["x"]], kids="2 0 R"), "it is no PDF that can be read"),
        (lambda: b"%PDF-1.7\nnothing more", "it is no PDF that can be read"),
        (lambda: b"words that are none", "it is no PDF that can be read"),
    ],
    ids=["password", "scan", "bomb", "nested", "count", "kids", "circle", "torn", "text"],
)
def test_a_hostile_pdf_ends_in_a_clear_message(tmp_path: Path, data, words: str) -> None:  # type: ignore[no-untyped-def]
    made = data()
    started = time.monotonic()
    assert words in reason(tmp_path / "a.pdf", made)
    assert time.monotonic() - started < 15


def test_a_pdf_with_some_scanned_pages_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(files.pdf([PROSE, [], []]))
    (found,) = read_paths(path)
    assert isinstance(found, Found) and found.note == "2 of its 3 pages hold no text, as scans do"
    assert found.article.places == ((0, "1"),)


# Word


def word(path: Path, member: str = "", content: bytes = b"") -> Path:
    """A document of Word's; `member` is added to it, or written instead."""
    document = Document()
    document.core_properties.author = "Ellen Huber"
    document.add_heading("Norland closes its bridge", 0)
    document.add_paragraph("By Jo Park")
    document.add_paragraph(PROSE[0])
    document.add_heading("Why", 2)
    for text in ("cracks", "rust"):
        document.add_paragraph(text, style="List Bullet")
    cells = document.add_table(2, 2)
    for place, text in enumerate(("Town", "Votes", "Norland", "12")):
        cells.cell(place // 2, place % 2).text = text
    document.add_paragraph(PROSE[1])
    document.save(str(path))
    if member:
        with zipfile.ZipFile(path) as old:
            kept = [(name, old.read(name)) for name in old.namelist() if name != member]
        files.zipped(path, [*kept, (member, content)])
    return path


def test_a_document_of_word_keeps_lists_and_tables(tmp_path: Path) -> None:
    path = word(tmp_path / "a.docx")
    article = one(docx, path, path.read_bytes())
    assert article.text == f"{PROSE[0]}\n\nWhy\n\n- cracks\n- rust\n\nTown | Votes\nNorland | 12\n\n{PROSE[1]}"
    assert (article.title, article.author, article.published) == ("Norland closes its bridge", "Jo Park", "")
    assert article.found == {"title": "heading", "author": "byline"}


def test_no_word_of_a_document_is_lost_in_silence(tmp_path: Path) -> None:
    word_space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = (
        "<w:p><w:r><w:t>A </w:t></w:r><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText>"
        "</w:r></w:del><w:r><w:br/><w:t>bridge</w:t><w:noBreakHyphen/><w:t>toll.</w:t></w:r></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:hyperlink><w:r><w:t>In a control.</w:t></w:r></w:hyperlink></w:p></w:sdtContent>"
        "</w:sdt><w:p><w:r><w:t>Beside</w:t><w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent></w:r></w:p>"
    )
    xml = f"<w:document {word_space}><w:body>{body}</w:body></w:document>"
    path = word(tmp_path / "a.docx", "word/document.xml", xml.encode())
    (found,) = docx.read(str(path), str(path), 1_000)
    assert found.article.text == "A new\nbridge-toll.\n\nIn a control.\n\nBeside"
    assert found.note == "its text boxes were left out"


WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def test_footnotes_are_read_and_what_is_left_out_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    document = Document()
    document.core_properties.title = "Norland closes its bridge"
    for text in ("Norland closes its bridge", "By Jo Park", "6 May 2019", *PROSE):
        document.add_paragraph(text)
    run = document.paragraphs[-1].add_run(" A secret.")
    run.font.hidden = True
    shown = document.paragraphs[-1].add_run(" No secret.")
    shown.font.hidden = False
    document.add_comment(shown, text="Is it so?", author="Ada")
    document.sections[0].footer.paragraphs[0].text = "A draft"
    document.save(str(path))
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    for kind in ("footnote", "endnote"):
        members[f"word/{kind}s.xml"] = (
            f"<w:{kind}s xmlns:w='{WORDS}'><w:{kind} w:type='separator' w:id='0'><w:p/></w:{kind}>"
            f"<w:{kind} w:id='2'><w:p><w:r><w:t>See the {kind}.</w:t></w:r></w:p></w:{kind}></w:{kind}s>"
        ).encode()
        override = f'<Override PartName="/word/{kind}s.xml" ContentType="application/xml"/></Types>'
        members["[Content_Types].xml"] = members["[Content_Types].xml"].replace(b"</Types>", override.encode())
        relation = (
            f'<Relationship Id="{kind}" Target="{kind}s.xml" '
            f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}s"/></Relationships>'
        )
        rels = "word/_rels/document.xml.rels"
        members[rels] = members[rels].replace(b"</Relationships>", relation.encode())
    files.zipped(path, members.items())
    (found,) = docx.read(str(path), str(path), 1_000)
    article = found.article
    assert article.text == "\n\n".join([PROSE[0], f"{PROSE[1]} No secret.", "See the footnote.", "See the endnote."])
    assert (article.title, article.author, article.published) == ("Norland closes its bridge", "Jo Park", "2019-05-06")
    assert found.note == (
        "its headers and footers and comments were left out; its footnotes stand at the end of its text"
    )


TIMES = "&a{};"
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a0 "aaaaaaaaaa">'
    + "".join(f"<!ENTITY a{n} '{10 * TIMES.format(n - 1)}'>" for n in range(1, 10))
    + "]><b>&a9;</b>"
)


@pytest.mark.parametrize(
    ("member", "content", "words"),
    [
        ("word/document.xml", ENTITIES.encode(), "its XML defines entities"),
        ("word/document.xml", ENTITIES.replace("1.0", "1.0' encoding='utf-16").encode("utf-16"), "defines entities"),
        ("word/vbaProject.bin", b"x", "it holds macros"),
        ("word/media/a.bin", b" " * 300_000_000, "grows beyond all measure"),
        ("word/document.xml", b" " * 50_000_000, "more than 200 times"),
        ("word/document.xml", b"<torn", "it is no Word document that can be read"),
    ],
    ids=["entities", "entities-utf-16", "macros", "bomb", "ratio", "torn"],
)
def test_a_hostile_document_ends_in_a_clear_message(tmp_path: Path, member: str, content: bytes, words: str) -> None:
    assert words in reason(word(tmp_path / "a.docx", member, content))


def test_documents_with_macros_or_of_old_kinds_are_refused_by_name(tmp_path: Path) -> None:
    assert "a document with macros" in reason(tmp_path / "a.docm", b"PK")
    assert "an old Word" in reason(tmp_path / "a.doc", b"\xd0\xcf")
    assert "protected by a password" in reason(tmp_path / "a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert "it is no Word document" in reason(tmp_path / "b.docx", b"plain words")
    assert "it is no Word document" in reason(files.zipped(tmp_path / "c.docx", [("a", b"b")]))


# Mail


def message(sender: str = "The Harbour Ledger <news@ledger.example.org>", listed: bool = True, page: str = "") -> bytes:
    made = EmailMessage()
    made["Subject"] = "Norland closes its bridge – at last"
    made["From"] = sender
    made["Date"] = "Mon, 06 May 2019 23:30:00 -0500"
    made["Message-ID"] = "<a1@ledger.example.org>"
    if listed:
        made["List-Unsubscribe"] = "<https://ledger.example.org/bye>"
    made.set_content("\n\n".join(PROSE) + "\n\n-- \nUnsubscribe here\n", cte="base64")
    if page:
        made.add_alternative(page, subtype="html")
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    return bytes(made)


@pytest.mark.parametrize(
    ("sender", "listed", "author", "outlet"),
    [
        ("The Harbour Ledger <news@ledger.example.org>", True, "", "The Harbour Ledger"),
        ("Ada Lind from The Ledger <a@ledger.example.org>", True, "Ada Lind", "The Ledger"),
        ("Ada Lind <a@ledger.example.org>", False, "Ada Lind", ""),
        ("news@ledger.example.org", True, "", ""),
    ],
)
def test_a_message(tmp_path: Path, sender: str, listed: bool, author: str, outlet: str) -> None:
    article = one(mail, tmp_path / "a.eml", message(sender, listed))
    assert article.text == "\n\n".join(PROSE)
    assert (article.title, article.author, article.outlet) == ("Norland closes its bridge – at last", author, outlet)
    assert (article.published, article.found["published"]) == ("2019-05-06T23:30:00-05:00", "date header")
    assert (article.id, article.credits) == ("a1@ledger.example.org", "Unsubscribe here")


def test_a_newsletter_is_read_from_its_page(tmp_path: Path) -> None:
    page = "<html><body>" + "".join(f"<p>{line}</p>" for line in [*PROSE, "A third sentence stands on the page only."])
    (tmp_path / "a.eml").write_bytes(message(page=page))
    (found,) = read_paths(tmp_path)
    assert isinstance(found, Found) and found.article.text.endswith("A third sentence stands on the page only.")
    assert found.note == "1 attachment left out" and found.article.published == "2019-05-06T23:30:00-05:00"


def test_each_message_of_a_mailbox_is_an_article(tmp_path: Path) -> None:
    quoted = b"Subject: b\nDate: nonsense\n\nHe said nothing.\n>From there it went on.\nFrom here too.\n"
    path = tmp_path / "a.mbox"
    path.write_bytes(b"From x\n" + message() + b"\n\nFrom y\n" + quoted + b"\nFrom z\n\nno header\n")
    first, second, third = mail.read(str(path), str(path), 10_000)
    assert isinstance(first, Found) and isinstance(second, Found) and isinstance(third, Skipped)
    assert second.article.text == "He said nothing.\nFrom there it went on.\nFrom here too."
    assert (second.article.published, second.article.id) == ("", f"{path}:2")
    assert [first.source, second.source, third.source] == [f"{path}:{n}" for n in (1, 2, 3)]
    assert "it is no message that can be read" in third.reason


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"hello", "it is no message that can be read"),
        (b"Subject: a\nContent-Type: multipart/encrypted; boundary=x\n\n--x--", "its text is encrypted"),
        (b"Subject: a\nContent-Type: image/png\n\nx", "it has no text of its own"),
        (
            b"Subject: a\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + b"QUFB" * 40_000,
            "more than",
        ),
        (
            b"Subject: a\n"
            + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000)),
            "it",
        ),
    ],
    ids=["none", "encrypted", "picture", "long", "nested"],
)
def test_a_message_that_cannot_be_used(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(data)
    (skipped,) = read_paths(path, limit=50_000)
    assert isinstance(skipped, Skipped) and words in skipped.reason


HEAD = b"Subject: a\nMIME-Version: 1.0\nContent-Type: text/plain"


@pytest.mark.parametrize(
    ("named", "encoding"),
    [
        (b"", "latin-1"),
        (b"; charset=us-ascii", "utf-8"),
        (b"; charset=x-unknown", "utf-8"),
        (b"; charset=iso-8859-1", "cp1252"),
        (b"; charset=koi8-r", "koi8-r"),
        (b"; charset=utf-8", "cp1252"),
    ],
)
def test_a_text_is_read_whatever_its_charset_is_called(tmp_path: Path, named: bytes, encoding: str) -> None:
    text = {"latin-1": "Die Brücke", "koi8-r": "Мост закрыт"}.get(encoding, "“Brücke” – zu")
    assert one(mail, tmp_path / "a.eml", HEAD + named + b"\n\n" + text.encode(encoding)).text == text


LONG = "The council of Norland voted on Monday to close the old bridge over the"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (f"{LONG}\nSarn.\nIt is old.\n\nSo it is.", f"{LONG} Sarn.\nIt is old.\n\nSo it is."),
        ("Roses are red\nViolets are blue", "Roses are red\nViolets are blue"),
        (f"{LONG}\n* an item\n  of two lines", f"{LONG}\n* an item\n  of two lines"),
        (f"> {LONG[:70]}\n> Sarn.", f"> {LONG[:70]}\n> Sarn."),
        (f"{LONG}\nhttps://ledger.example.org/a", f"{LONG}\nhttps://ledger.example.org/a"),
        (f"{LONG[:62]}\nA line that could have stood above.", f"{LONG[:62]}\nA line that could have stood above."),
        (f"{LONG}\nend.\n\n{'word ' * 40}.", f"{LONG}\nend.\n\n{'word ' * 40}."),  # whose writer broke no lines
        (f"{LONG}\nend.\n\nhttps://x.example.org/{200 * 'a'}", f"{LONG} end.\n\nhttps://x.example.org/{200 * 'a'}"),
    ],
)
def test_lines_of_a_mail_that_were_broken_are_whole_again(tmp_path: Path, body: str, text: str) -> None:
    assert one(mail, tmp_path / "a.eml", HEAD + b"\n\n" + body.encode()).text == text


def test_a_flowed_text(tmp_path: Path) -> None:
    body = b"The old \nbridge.\n\n> It is \n> closed.\n>> Is \n> it?\n From now on.\n-- \nAda\n"
    article = one(mail, tmp_path / "a.eml", HEAD + b"; format=flowed\n\n" + body)
    assert article.text == "The old bridge.\n\n> It is closed.\n>> Is\n> it?\nFrom now on."
    assert article.credits == "Ada"


def test_prose_that_begins_with_from_begins_no_message(tmp_path: Path) -> None:
    path = tmp_path / "a.mbox"
    begin = "From ada@ledger.example.org Mon May  6 10:00:00 2019"
    path.write_text(
        f"{begin}\nSubject: a\n\nOne.\n\nFrom the beginning it was clear.\n\n{begin}\nSubject: b\n\nTwo.\n\n"
        "From - Mon May  6 10:00:00 2019\nSubject: c\n\nThree.\n"
    )
    texts = [found.article.text for found in mail.read(str(path), str(path), 1_000) if isinstance(found, Found)]
    assert texts == ["One.\n\nFrom the beginning it was clear.", "Two.", "Three."]


def test_signatures_are_no_attachments_and_a_text_may_have_many_parts(tmp_path: Path) -> None:
    made = EmailMessage()
    made["Subject"] = "a"
    made.set_content("One.\n-- \nAda\n")
    made.add_attachment(b"x", maintype="image", subtype="png", disposition="inline")
    made.add_attachment("Two.\n", disposition="inline")
    made.add_attachment("Three.\n", filename="a.txt")
    made.add_attachment(b"x", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    path = tmp_path / "a.eml"
    path.write_bytes(bytes(made))
    (found,) = mail.read(str(path), str(path), 1_000)
    assert isinstance(found, Found)
    assert (found.article.text, found.article.credits) == ("One.\n\nTwo.", "Ada")
    assert found.note == "2 attachments left out"


def test_a_sealed_message_is_not_called_encrypted(tmp_path: Path) -> None:
    kind = b"Subject: a\nContent-Type: application/pkcs7-mime; smime-type=signed-data\n\nMIIB"
    assert "sealed envelope" in reason(tmp_path / "a.eml", kind)


def test_what_a_newsletter_says_of_itself_leaves_the_text(tmp_path: Path) -> None:
    around = ["View this email in your browser", *PROSE, "The Ledger, 1 Quay Street. Unsubscribe here.", "Goodbye"]
    body = "\n\n".join(around).encode()
    article = one(mail, tmp_path / "a.eml", b"List-Id: a\n" + HEAD + b"\n\n" + body)
    assert article.text == "\n\n".join(PROSE)
    assert article.credits == "\n".join([around[0], *around[3:]])
    assert "browser" in one(mail, tmp_path / "a.eml", HEAD + b"\n\n" + body).text


# Tables


def test_rows_of_a_table(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "\ufeffHeadline;Body;Publish Date;By-line;Newspaper;Link;other\n"
        'A bridge;"Closed; for\n\ngood.";2019-05-06;Jo Park;Ledger;https://ledger.example.org/a;x\n'
        "\nB;;2019\nC;Open.\n"
    )
    first, second, third = table.read(str(path), str(path), 100)
    assert isinstance(first, Found) and isinstance(second, Skipped) and isinstance(third, Found)
    article = first.article
    assert (article.title, article.text, article.published) == ("A bridge", "Closed; for\n\ngood.", "2019-05-06")
    assert (article.author, article.outlet, article.id) == ("Jo Park", "Ledger", "https://ledger.example.org/a")
    assert first.note == "its text was taken from the column 'Body'" and first.source == f"{path}:2"
    assert "it holds no text" in second.reason and third.article.id.startswith("sha-")


def test_columns_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("text\tWords\tHead\nno\tA bridge.\tT\n")
    (tmp_path / "b.jsonl").write_text(json.dumps({"Words": "A ferry.", "Head": "U", "text": "no"}))
    files.zipped(tmp_path / "c.zip", [("d/c.csv", b"Words,Head\nA road.,V\n")])
    results = list(read_paths(tmp_path, columns=parse("text=words, title = Head".replace("words", "Words"))))
    told = [(one.article.text, one.article.title) for one in results if isinstance(one, Found)]
    assert told == [("A bridge.", "T"), ("A ferry.", "U"), ("A road.", "V")]
    assert [one.source for one in results if isinstance(one, Found)][2] == f"{tmp_path}/c.zip//d/c.csv:2"


@pytest.mark.parametrize("raw", ["text", "words=Body", "text="])
def test_a_mapping_that_says_nothing_is_refused(raw: str) -> None:
    with pytest.raises(SettingsError, match="write it as text=Body"):
        parse(raw)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"a,b\n1,2\n", "no column of it is known to hold the text: name one of a, b with --columns text=NAME"),
        (b"text\n", "it has a header and no rows"),
        (b" \n", "it is empty"),
        (b"PK\0\0\1", "it is binary"),
        (b"x," * 2_000 + b"\n", "2,001 columns"),
    ],
)
def test_a_table_that_cannot_be_used(tmp_path: Path, data: bytes, words: str) -> None:
    assert words in reason(tmp_path / "a.csv", data)


def test_a_named_column_that_is_not_there_is_told_once_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text,b\nx,y\nz,y\n")
    (tmp_path / "b.jsonl").write_text('{"text": "x", "b": "y"}\n{"text": "z"}\n')
    results = [one for one in read_paths(tmp_path, columns={"title": "Head"}) if isinstance(one, Found)]
    told = "it has no column 'Head' for the title: its columns are text, b"
    assert [(one.article.text, one.note) for one in results] == [("x", told), ("z", ""), ("x", told), ("z", "")]


def test_a_row_that_is_too_long_is_skipped_by_number(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'text\none\n"{"x" * 3_000_000}"\n{"y" * 200}\nlast\n')
    results = list(table.read(str(path), str(path), 100))
    assert [type(one) for one in results] == [Found, Skipped, Skipped, Found]


# Packed files


def test_members_are_read_by_their_columns_in_order(tmp_path: Path) -> None:
    members = [
        ("b/two.txt", PROSE[1].encode()),
        ("a/one.html", f"<article><p>{PROSE[0]}</p><p>{PROSE[1]}</p></article>".encode()),
        ("rows.jsonl", b'{"text": "x"}\n{"text": "y"}'),
        ("__MACOSX/b/._two.txt", b"x"),
        (".hidden/a.txt", b"x"),
        ("picture.png", b"x"),
        ("inner.zip", b"x"),
        ("empty/", b""),
    ]
    path = files.zipped(tmp_path / "a.zip", members)
    results = list(read_paths(path, known=lambda *_: False))
    assert [one.source.partition("//")[2] for one in results if not isinstance(one, File)] == [
        "a/one.html",
        "b/two.txt",
        "inner.zip",
        "picture.png",
        "rows.jsonl:1",
        "rows.jsonl:2",
    ]
    assert [type(one) for one in results] == [Found, Found, Skipped, Skipped, Found, Found, File]
    assert isinstance(results[1], Found) and results[1].article.id == f"{path}//b/two.txt"
    assert results[1].article.title == "two"
    assert isinstance(results[2], Skipped) and "a packed file in a packed file" in results[2].reason


def _flagged(path: Path) -> Path:
    """The packed file, with the mark that its members are protected by a password."""
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(mark) + place] |= 1
    path.write_bytes(data)
    return path


def _claimed(path: Path, size: int) -> Path:
    """The packed file, whose directory says that its member unpacks to so many bytes."""
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.index(b"PK\1\2") + 24, size)
    path.write_bytes(data)
    return path


def test_members_that_may_not_be_read_are_named(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../up.txt", "x")
        archive.writestr("C:\\root.txt", "x")
        archive.writestr("/root.txt", "x")
        archive.writestr("bomb.txt", b" " * 50_000_000)
        archive.writestr(link, "/etc/hostname")
        archive.writestr("ok.txt", "A ferry.")
    results = list(read_paths(tmp_path / "a.zip"))
    reasons = {one.source.partition("//")[2]: one.reason for one in results if isinstance(one, Skipped)}
    assert [one.article.text for one in results if isinstance(one, Found)] == ["A ferry."]
    for name, words in {
        "../../up.txt": "points out of the packed file",
        "C:/root.txt": "points out of the packed file",
        "/root.txt": "points out of the packed file",
        "bomb.txt": "more than 200 times",
        "link.txt": "it is a link",
    }.items():
        assert words in reasons.pop(name)
    assert not reasons
    (skipped,) = read_paths(_flagged(files.zipped(tmp_path / "b.zip", [("a.txt", b"x")])))
    assert isinstance(skipped, Skipped) and "protected by a password" in skipped.reason
    assert skipped.source.endswith("b.zip//a.txt")


def test_no_more_is_unpacked_than_was_declared(tmp_path: Path) -> None:
    path = _claimed(files.zipped(tmp_path / "a.zip", [("a.txt", b"x" * 500_000)]), 100)
    (skipped,) = read_paths(path)
    assert isinstance(skipped, Skipped) and "cannot be unpacked" in skipped.reason
    written: list[int] = []
    with pytest.raises(ReadError), packed.extracted(str(path), 0, str(tmp_path), written.append):
        pass
    assert written == [100, 0] and sorted(os.listdir(tmp_path)) == ["a.zip"]


def test_a_packed_file_that_is_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = files.zipped(tmp_path / "a.zip", ((f"{n}.txt", b"") for n in range(10_001)))
    assert "10,001 members" in reason(many)
    large = _claimed(files.zipped(tmp_path / "b.zip", [("a.txt", b"x")]), 2_000_000_001)
    assert "2,000,000,001 bytes" in reason(large)
    assert "it is no whole .zip file" in reason(tmp_path / "c.zip", b"PK\3\4torn")
    assert "it holds no files" in reason(files.zipped(tmp_path / "d.zip", []))


def test_a_member_that_breaks_its_reader_costs_only_itself(tmp_path: Path) -> None:
    members = [("a.txt", b"One."), ("b.pdf", files.pdf([["x"]], count=10**9)), ("c.txt", b"Two.")]
    results = list(read_paths(files.zipped(tmp_path / "a.zip", members)))
    assert [type(one) for one in results] == [Found, Skipped, Found]


# Pages


@pytest.mark.parametrize(
    "page",
    ["<div>" * 20_000 + "x" + "</div>" * 20_000, "<p><b><i>" * 20_000 + "x", ENTITIES, "<table><tr><td>" * 20_000],
    ids=["deep", "unclosed", "entities", "tables"],
)
def test_a_hostile_page_ends_in_a_clear_message(tmp_path: Path, page: str) -> None:
    started = time.monotonic()
    said = reason(tmp_path / "a.html", page.encode())
    assert said and "exit code" not in said
    assert time.monotonic() - started < 30
