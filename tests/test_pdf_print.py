"""PDF files that a browser printed: what it prints around a page is no word of the article."""

import shutil
import subprocess
import zlib
from pathlib import Path

import pytest
from fakes import files

from index.read import Found, pdf
from index.read.frame import unframed
from index.records import Article

TITLE = "Norland closes its bridge"
PROSE = [
    "The council of Norland voted on Monday to close the old bridge over the Sarn.",
    "Repairs will cost 4.5 million crowns, says a report that the council published in May.",
]
PAGE = "https://ledger.example.org/news/bridge?id=3"
STAMPS = ["11/24/26, 2:10 PM", "24/11/2026, 14:10", "24.11.26, 14:10", "2026/11/24 14:10", "2026-11-24, 2:10:05 p.m."]


def article(path: Path, data: bytes) -> Article:
    path.write_bytes(data)
    (found,) = pdf.read(str(path), str(path), 100_000)
    assert isinstance(found, Found)
    return found.article


def framed(first: list[str], last: list[str], title: str = TITLE) -> tuple[list[str], str]:
    (lines,), address = unframed([[*first, *PROSE, *last]], title)
    return lines, address


@pytest.mark.parametrize("stamp", STAMPS)
@pytest.mark.parametrize("pages", [1, 2])
def test_the_frame_of_a_printed_page_leaves_its_text(tmp_path: Path, stamp: str, pages: int) -> None:
    printed = [
        [*(f"{line} {number}" for line in PROSE), f"{stamp} {TITLE} - The Harbour Ledger", f"{PAGE} {number}/{pages}"]
        for number in range(1, pages + 1)
    ]
    printed[0][:0] = [TITLE, "By Ann Huber", "March 3, 2026"]
    read = article(tmp_path / "a.pdf", files.pdf(printed, f"/Title ({TITLE} - The Harbour Ledger)"))
    assert read.text.startswith(PROSE[0]) and read.text.endswith(f"May. {pages}")
    assert "26" not in read.text and "ledger.example.org" not in read.text
    assert (read.title, read.author, read.published) == (TITLE, "Ann Huber", "2026-03-03")
    assert (read.url, read.id, read.found["url"]) == (PAGE, PAGE, "print footer")


@pytest.mark.parametrize(
    ("first", "last", "address"),
    [
        ([f"11/24/26, 2:10 PM {TITLE}"], [f"{PAGE} 1/1"], PAGE),  # Chromium
        ([f"{TITLE} {PAGE}"], ["1 of 1 11/24/26, 2:10 PM"], PAGE),  # Firefox
        ([f"{TITLE} 24.11.26, 14:10"], [f"{PAGE} Seite 1 von 1"], PAGE),  # Safari
        (["11/24/26, 2:10 PM Norland closes…"], ["file:///home/ann/bridge.html 1/1"], ""),
        (["11/24/26, 2:10 PM A title that the file does not know"], [f"{PAGE} 1/1"], PAGE),
        ([], [f"11/24/26, 2:10 PM {TITLE}", f"{PAGE[:30]}… 1/1"], ""),  # an address that was cut is none
        ([f"11/24/26, 2:10 PM {TITLE}"], ["https://ledger.example.org/ 1/1"], ""),  # nor is a home page
    ],
)
def test_the_shapes_of_browsers(first: list[str], last: list[str], address: str) -> None:
    assert framed(first, last) == (PROSE, address)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ([TITLE], ["Read more at https://ledger.example.org/more"]),
        (["11/24/26, 2:10 PM The mayor spoke."], []),  # a diary
        (["November 24, 2026"], ["https://ledger.example.org/source"]),
        ([f"{TITLE} 1/2"], ["The vote was 7/2"]),
        (["Council votes https://ledger.example.org/votes"], ["It ended 3/4"]),
    ],
)
def test_what_no_browser_prints_stays(first: list[str], last: list[str]) -> None:
    assert framed(first, last) == ([*first, *PROSE, *last], "")


def test_only_the_edges_of_a_page_are_looked_at() -> None:
    middle = [*PROSE, f"{PAGE} 1/1", *PROSE]
    assert unframed([middle], TITLE) == ([middle], "")


def test_a_heading_with_a_count_is_no_frame() -> None:
    lines = ["The crossing 1/2", *PROSE]
    assert unframed([lines], "The crossing") == ([lines], "")


def test_pages_of_two_addresses_have_none() -> None:
    pages = [[*PROSE, f"{PAGE}{number} 1/1"] for number in (1, 2)]
    assert unframed(pages, "") == ([PROSE, PROSE], "")


def test_the_date_below_the_author_is_read_under_a_headline_of_two_lines(tmp_path: Path) -> None:
    stream = b"BT /F1 20 Tf 40 760 Td 22 TL (Norland closes its) Tj T* (bridge for good) Tj T* ET\n"
    stream += b"BT /F1 10 Tf 40 690 Td 12 TL (By Ann Huber) Tj T* (March 3, 2026) Tj T* "
    stream += b"".join(b"(%s) Tj T* " % line.encode() for line in PROSE) + b"ET"
    read = article(tmp_path / "a.pdf", files.pdf([[""]], contents=zlib.compress(stream)))
    assert (read.author, read.published) == ("Ann Huber", "2026-03-03")
    assert "March 3" not in read.text


@pytest.mark.slow
def test_a_page_that_chromium_really_printed(tmp_path: Path) -> None:
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        pytest.skip("no Chromium is installed; on Debian: apt-get install chromium")
    # No two lines alike, wherever this machine's letters break them: a line that ends every page is no text.
    names = (f"{chr(65 + number % 26)}{chr(97 + number // 26)}rn" for number in range(676))
    words = " ".join(PROSE).split()
    told = [
        " ".join(f"{word} {next(names)}" if i % 3 == 1 else word for i, word in enumerate(words)) for _ in range(60)
    ]
    body = "".join(f"<p>{paragraph}</p>" for paragraph in told)
    head = f"<title>{TITLE} - The Harbour Ledger</title><h1>{TITLE}</h1><p>By Ann Huber</p><p>March 3, 2026</p>"
    (tmp_path / "a.html").write_text(f"<!doctype html><meta charset=utf-8>{head}{body}")
    made = tmp_path / "a.pdf"
    flags = ["--headless", "--no-sandbox", f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={made}"]
    subprocess.run([browser, *flags, str(tmp_path / "a.html")], check=True, capture_output=True, timeout=60)
    read = article(made, made.read_bytes())
    assert len(read.places) > 2 and "file:" not in read.text and "Harbour Ledger" not in read.text
    assert (read.title, read.author, read.published) == (TITLE, "Ann Huber", "2026-03-03")
    assert read.text.split() == " ".join(told).split()
