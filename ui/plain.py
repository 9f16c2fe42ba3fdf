"""What the command line prints for people: wrapped to the terminal, and nothing in it that a terminal would obey."""

import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator

from index.records import AddReport, Article
from ui.render import facts, heading

# Control characters, and the marks that turn the direction of writing around: an article could repaint a screen.
_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Text without characters that a terminal acts on; line ends and tabs stay."""
    return _OBEYED.sub("", text)


def say(lines: Iterable[str] | str = "") -> None:
    """Print to stdout."""
    for line in [lines] if isinstance(lines, str) else lines:
        print(clean(line))


def warn(line: str) -> None:
    """Print to stderr."""
    print(clean(line), file=sys.stderr)


def counted(number: int, one: str) -> str:
    """ "1 article", "2 articles"."""
    many = one[:-1] + "ies" if one.endswith("y") else f"{one}s"
    return f"{number:,} {one if number == 1 else many}"


def fill(text: str, indent: str = "", first: str | None = None) -> str:
    """A paragraph wrapped to the terminal, at most 100 columns."""
    width = min(100, max(40, shutil.get_terminal_size().columns))
    return textwrap.fill(
        clean(text),
        width=width,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def byline(article: Article) -> str:
    """Title, outlet, author and date in one line."""
    known = ", ".join(facts(article))
    return f"{heading(article)} \u2014 {known}" if known else heading(article)


def article_lines(article: Article) -> Iterator[str]:
    """An article with what is known of it, then its text as it is."""
    yield fill(heading(article))
    known = [*facts(article), article.url, f"id {article.id}", f"{len(article.text.split()):,} words"]
    yield from (fill(fact) for fact in known if fact)
    yield ""
    yield article.text


def list_lines(articles: Iterable[Article]) -> Iterator[str]:
    """Each article in two lines: what it is, and the id by which show and remove know it."""
    for article in articles:
        yield fill(byline(article), "    ", "")
        yield f"    {article.id}"


def report_lines(report: AddReport, dry_run: bool = False) -> Iterator[str]:
    """What an add or a sync did (or would do): each article that goes, then all of it in one line."""
    would = "Would remove" if dry_run else "Removed"
    yield from (f"{would} {id}" for id in report.removed)
    counts = [
        ("added", report.added),
        ("updated", report.updated),
        ("removed", report.removed),
        ("unchanged", report.unchanged),
        ("kept though not found", report.kept),
        ("skipped", report.skipped),
    ]
    said = [f"{len(ids):,} {name}" for name, ids in counts if ids]
    if not any(ids for name, ids in counts if name != "skipped"):
        said.insert(0, "nothing added")
    line = ", ".join(said).capitalize() + "."
    yield f"Nothing was done yet. It would be: {line.lower()}" if dry_run else line


def trouble_lines(report: AddReport) -> Iterator[str]:
    """Each source that was skipped, and each note, with its reason."""
    for skipped in report.skipped:
        yield f"Skipped {skipped.source}: {skipped.reason}"
    for kept in report.kept:
        yield f"Kept {kept.source}: {kept.reason}"
    for note in report.notes:
        yield f"Note on {note.source}: {note.reason}"
