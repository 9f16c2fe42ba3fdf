"""Bylines with more than people in them, and headers in an order of their own."""

import pytest

from index.read.bylines import byline, role
from index.read.credits import take_credits
from index.read.found import Parts, finish
from index.read.header import take_header
from index.read.names import names

TITLE = "Norland closes its bridge"
BODY = (
    "The council of Norland voted on Monday to close the old bridge over the Sarn.\n\n"
    "Repairs will cost 4.5 million crowns, according to a report that the council published in May."
)


def taken(text: str) -> Parts:
    parts = Parts(text)
    take_credits(parts)
    return parts


BYLINES = [
    ("By Ann Reporter and Staff", "Ann Reporter"),
    ("By Ann Reporter and staff", "Ann Reporter"),
    ("BY ANN REPORTER AND STAFF WRITERS", "ANN REPORTER"),
    ("By Ann Reporter, staff", "Ann Reporter"),
    ("By Ann Reporter and Ben Other, Staff Writers", "Ann Reporter, Ben Other"),
    ("By Ann Reporter, Ben Other and wire services", "Ann Reporter, Ben Other"),
    ("By Ann Reporter with agencies", "Ann Reporter"),
    ("By Ann Reporter and Reuters", "Ann Reporter"),
    ("By Ann Reporter and the Harbour Ledger data team", "Ann Reporter"),
    ("By Staff and Ann Reporter", "Ann Reporter"),
    ("By Staff", ""),
    ("By staff", ""),
    ("By Staff Reporters", ""),
    ("By the Harbour Ledger Staff", ""),
    ("By Agencies", ""),
    ("From staff and wire reports", ""),
    ("By The Associated Press", "Associated Press"),
    ("By Reuters", "Reuters"),
]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize(("line", "author"), BYLINES)
def test_a_desk_adds_no_name_and_hides_no_header(line: str, author: str, gap: str) -> None:
    parts = taken(f"{TITLE}{gap}{line}\nMarch 3, 2026{gap}{BODY}")
    assert (parts.title, parts.author, parts.published) == (TITLE, author, "2026-03-03")
    assert (parts.text, parts.credits) == (BODY, f"{line}\nMarch 3, 2026")
    assert parts.found.get("author") == ("byline" if author else None)


@pytest.mark.parametrize("line", ["By Ann Huber and Staff", "By Staff", "By Staff Writers", "By Agencies"])
def test_pages_and_texts_name_the_same_people(line: str) -> None:
    read = byline(line)
    assert read is not None and read[0] == ", ".join(names(line))


@pytest.mark.parametrize(
    "line",
    [
        "By staff accounts",
        "By Staff.",
        "By agencies and by rail",
        "By the staff of the hall, as it seemed",
        "From Staff to Head",
        "From Norland",
        "By all reports",
        "By Ann Reporter and his staff",
        "By a team",
    ],
)
def test_prose_about_a_staff_is_no_byline(line: str) -> None:
    assert byline(line) is None


@pytest.mark.parametrize("under", ["Staff Writer", "Harbour Ledger Staff", "Senior Harbour Correspondent"])
def test_a_role_below_the_byline_goes_with_it(under: str) -> None:
    parts = taken(f"{TITLE}\n\nBy Ann Reporter\n{under}\nMarch 3, 2026\n\n{BODY}")
    assert (parts.author, parts.published, parts.text) == ("Ann Reporter", "2026-03-03", BODY)
    assert taken(f"{TITLE}\n\n{under}\n\n{BODY}").text == f"{under}\n\n{BODY}"  # without a byline it is of the text
    assert not role("The writer said so")


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (f"By Ann Reporter\nPublished March 3, 2026\n\n{TITLE}\n\n", TITLE),
        (f"By Ann Reporter\n\nMarch 3, 2026\n\n{TITLE}\n\n", TITLE),
        (f"March 3, 2026\n\nBy Ann Reporter and Staff\n\n{TITLE}\n\n", TITLE),
    ],
)
def test_the_title_may_stand_below_the_byline(head: str, title: str) -> None:
    parts = taken(head + BODY)
    assert (parts.title, parts.author, parts.published) == (title, "Ann Reporter", "2026-03-03")
    assert parts.text == BODY and TITLE not in parts.credits


@pytest.mark.parametrize(
    "first",
    [
        "It will stay shut.\n\n",  # a sentence
        "NEW NORLAND\n\n",  # the place that the report is from
        f"It will stay shut.\n\n{TITLE}\n\n",  # a heading within the text
        f"{TITLE}\n",  # not set apart
    ],
)
def test_what_is_no_title_below_a_byline_stays(first: str) -> None:
    parts = taken(f"By Ann Reporter\n\n{first}{BODY}")
    assert (parts.title, parts.author, parts.text) == ("", "Ann Reporter", first + BODY)


def test_a_date_right_below_a_byline_counts_wherever_that_stands() -> None:
    parts = taken(f"{TITLE}\n\nIt will stay shut.\n\nBy Ann Reporter\nMarch 3, 2026\n{BODY}")
    assert (parts.title, parts.author, parts.published) == (TITLE, "Ann Reporter", "2026-03-03")
    assert "March 3" not in parts.text and parts.text.startswith("It will stay shut.")
    apart = taken(f"{TITLE}\n\nIt will stay shut.\n\nMarch 3, 2026\nwas the day. {BODY}")
    assert apart.published == "" and "March 3, 2026\n" in apart.text


HEADS = [  # the lines below the title, in any order and shape
    "The Norland Post\nBy Ann Reporter\nMarch 3, 2026",
    "By Ann Reporter\nThe Norland Post\nMarch 3, 2026",
    "March 3, 2026\nBy Ann Reporter\nThe Norland Post",
    "The Norland Post\nMarch 3, 2026\nBy Ann Reporter",
    "The Norland Post\n\nBy Ann Reporter\n\nMarch 3, 2026",
    "The Norland Post, March 3, 2026\nBy Ann Reporter",
    "The Norland Post | By Ann Reporter\nMarch 3, 2026",
    "Outlet: The Norland Post\nAuthor: Ann Reporter\nDate: March 3, 2026",
]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("head", HEADS)
def test_an_outlet_on_a_line_of_its_own_is_read_and_hides_nothing(head: str, gap: str) -> None:
    parts = taken(f"{TITLE}\n{head}{gap}{BODY}")
    assert (parts.title, parts.author, parts.published) == (TITLE, "Ann Reporter", "2026-03-03")
    assert (parts.outlet, parts.found["outlet"]) == ("The Norland Post", "outlet line")
    assert (parts.text, parts.credits) == (BODY, head.replace("\n\n", "\n"))


def test_the_outlet_may_stand_above_the_title() -> None:
    parts = taken(f"Norland Post\n{TITLE}\nBy Ann Reporter\n\n{BODY}")
    assert (parts.title, parts.outlet, parts.author, parts.text) == (TITLE, "Norland Post", "Ann Reporter", BODY)
    alone = taken(f"Norland Post\nBy Ann Reporter\n\n{BODY}")  # then it is the title
    assert (alone.title, alone.outlet, alone.text) == ("Norland Post", "", BODY)


@pytest.mark.parametrize(
    "line", ["World News", "Council Votes To Close Bridge", "the Norland Post", "The Norland Post said so.", "Norland"]
)
def test_a_line_that_could_be_another_names_no_outlet(line: str) -> None:
    parts = taken(f"{TITLE}\n\n{line}\n\nBy Ann Reporter\n\n{BODY}")
    assert parts.outlet == "" and line in parts.text


def test_an_outlet_that_stands_alone_is_of_the_text() -> None:
    text = f"{TITLE}\n\nThe Norland Post\n\n{BODY}"
    assert taken(text).outlet == "" and "The Norland Post" in taken(text).text


def test_a_date_on_the_byline_needs_no_blank_line_below() -> None:
    parts = taken(f"{TITLE}\nBy Ann Reporter | March 3, 2026\n{BODY}")
    assert (parts.author, parts.published, parts.text) == ("Ann Reporter", "2026-03-03", BODY)


def test_a_header_of_labelled_lines_is_read_and_leaves_the_text() -> None:
    signed = "Outlet: The Orle Post\nBy: Ann Lee and Ben Other"
    lines = f"{signed}\nSection: Local\nURL: https://example.org/a\nPublished: 3 May 2024"
    parts = taken(f"Headline: {TITLE}\n{lines}\n\n{BODY}")
    assert (parts.title, parts.outlet, parts.author) == (TITLE, "The Orle Post", "Ann Lee, Ben Other")
    assert (parts.url, parts.published) == ("https://example.org/a", "2024-05-03")
    assert (parts.text, parts.credits) == (BODY, lines)


def test_a_day_of_a_header_that_is_none_is_told_of() -> None:
    parts = taken(f"Title: {TITLE}\nDate: 2024-02-31\n\n{BODY}")
    assert finish(parts, "a.txt", "a", 1_000).note == "published date '2024-02-31' is unreadable: left empty"
    assert (parts.title, parts.text) == (TITLE, BODY)


@pytest.mark.parametrize(
    "head",
    [
        "Ann: Good evening.\nBen: Is it?",
        f"Title: {TITLE}",
        f"Title: {TITLE}\nIt was closed on Monday.\nDate: 2024-05-03",
        f"Title: {TITLE}\nTitle: {TITLE}\nDate: 2024-05-03",
        "Source: The Orle Post\nDate: 2024-05-03",
    ],
)
def test_other_lines_with_colons_are_no_header(head: str) -> None:
    parts = Parts(f"{head}\n\n{BODY}")
    assert not take_header(parts) and parts == Parts(f"{head}\n\n{BODY}")
