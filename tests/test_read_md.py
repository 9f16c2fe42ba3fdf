"""Markdown becomes the words it prints: what is markup goes, and nothing else."""

from pathlib import Path

import pytest

from index.read import Found, md
from index.read.unmarked import MOST_LINES, blocks
from index.records import Article

BODY = "The council of Norland voted on Monday to close the old bridge over the Sarn."


def words(text: str) -> str:
    return "\n\n".join(block.text for block in blocks(text))


def article(path: Path, text: str) -> Article:
    path.write_text(text, "utf-8")
    (found,) = md.read(str(path), str(path), 1_000_000)
    assert isinstance(found, Found)
    return found.article


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("**bold**, *italic*, __bold__, _italic_, ***both***", "bold, italic, bold, italic, both"),
        ("“*Quoted*” and (**set apart**).", "“Quoted” and (set apart)."),
        ("桥**关闭**了", "桥关闭了"),
        ("The [report](https://ledger.example.org/r 'x') says", "The report says"),
        ("The [**old** bridge][1]\n\n[1]: https://ledger.example.org/b", "The old bridge"),
        ("See <https://ledger.example.org/r>", "See https://ledger.example.org/r"),
        ("A ![map](map.png) picture\n\n[![map](map.png)](https://ledger.example.org)", "A  picture"),
        ("Type `ls *.txt` now", "Type ls *.txt now"),
        ("```\nx = **y**\n```", "x = **y**"),
        ("Why\n---\n\n## How ##\n\nSo", "Why\n\nHow\n\nSo"),
        ("> It was **not** safe,\n> she said.\n>\n> And left.", "It was not safe,\nshe said.\n\nAnd left."),
        ("- one\n- *two*\n  wrapped\n  - three\n* four", "- one\n- two wrapped\n  - three\n\n- four"),
        ("3. one\n4. two", "3. one\n4. two"),
        ("1986. A great year.", "1986. A great year."),
        ("+ 5 degrees", "+ 5 degrees"),
        ("town | votes\n---|---\n*Norland* | 12", "town | votes\nNorland | 12"),
        ("one\n\n* * *\n\ntwo", "one\n\ntwo"),
        (r"4 \* 5 &amp; more", "4 * 5 & more"),
        ("<b>Norland</b> is<br>shut", "Norland is\nshut"),
        ("<div>\n<p>Fish &amp; chips</p>\n</div>\n\nnext", "Fish & chips\n\nnext"),
        ("<!-- a note -->\n\nseen", "seen"),
        ("<style>\np { color: red }\n</style>\n\nseen", "seen"),
    ],
)
def test_marks_go(text: str, printed: str) -> None:
    assert words(text) == printed


@pytest.mark.parametrize(
    "text",
    [
        "5 * 3 * 2 = 30",
        "2*3*4 and 2**3**4",
        "snake_case_name and a_b_c",
        "A ** alone, and one * too",
        "*.py and *.md",
        "src/*.py,lib/*.py and **/*.md",
        "the file __init__.py",
        "an un*frigging*believable day",
        "a < b and <Ann Reporter> says",
        "He said [sic] in note [1].",
        "[Mayor]: No.\n\n[Hall]: Never.",
        "~~withdrawn~~",
        "#hashtag and C#",
        "A & B, 100 % of it",
        "one\ntwo",
        "<!-- never closed\n\nso all of it is text",
    ],
)
def test_what_is_no_markup_stays(text: str) -> None:
    assert words(text) == text


def test_prose_with_indented_paragraphs_is_no_code() -> None:
    assert words(f"    *One* paragraph.\n\n    {BODY}") == f"One paragraph.\n\n{BODY}"


def test_an_article_is_quoted_without_marks(tmp_path: Path) -> None:
    head = (
        "# The *old* [bridge](https://ledger.example.org/b) is shut\n\n**By Ann Reporter and Staff**  \nMarch 3, 2026\n"
    )
    read = article(tmp_path / "a.md", f"{head}\nThe **council** of `Norland` voted.\n\n> {BODY}\n")
    assert (read.title, read.author, read.published) == ("The old bridge is shut", "Ann Reporter", "2026-03-03")
    assert read.text == f"The council of Norland voted.\n\n{BODY}"


def test_only_a_byline_may_stand_above_the_first_heading(tmp_path: Path) -> None:
    read = article(tmp_path / "a.md", f"By Ann Reporter\n\nMarch 3, 2026\n\n# Why is it shut?\n\n{BODY}")
    assert (read.title, read.author, read.published) == ("Why is it shut?", "Ann Reporter", "2026-03-03")
    assert (read.text, read.found["title"]) == (BODY, "heading")
    read = article(tmp_path / "b.md", f"{BODY}\n\n# Why is it shut?\n\n{BODY}")
    assert (read.title, read.text) == ("b", f"{BODY}\n\nWhy is it shut?\n\n{BODY}")


def test_a_text_beyond_measure_keeps_its_marks_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    for count, marked in ((MOST_LINES, "- *a*"), (10, "- a")):
        path.write_text("- *a*\n" * (count + 1))
        (found,) = md.read(str(path), str(path), 1_000_000)
        assert isinstance(found, Found) and found.article.text.startswith(marked)
        assert ("marks of Markdown were left" in found.note) is (count == MOST_LINES)
