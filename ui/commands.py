"""What each subcommand does, chat excepted: ask the rooms below, print, and say how it went as an exit code."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.errors import ArchiveMissing, ArticleMissing
from ui.plain import answer_lines, article_lines, hit_lines, list_lines, report_lines, say, trouble_lines, warn
from ui.shapes import answer_json, article_json, hit_json, report_json, row_json, to_text

DONE, SKIPPED, NOTHING = 0, 1, 2


def add(args: argparse.Namespace) -> int:
    """Read files and folders into the archive; makes the archive when there is something to put in it."""
    from index.archive import Archive
    from index.records import AddReport

    new = False
    try:
        Archive.open(args.archive).close()
    except ArchiveMissing:
        new = True
    skipped = _unreadable(args.paths) if new else None
    if skipped is not None:
        report = AddReport(skipped=tuple(skipped))
    else:
        with _bars() as progress, Archive.create(args.archive) if new else Archive.open(args.archive) as archive:
            report = archive.add(args.paths, replace=args.replace, progress=progress)
    for line in trouble_lines(report):
        warn(line)
    _show(args, report_json(report), lambda: report_lines(report))
    if report.added or report.updated or report.unchanged:
        return SKIPPED if report.skipped else DONE
    if not report.skipped:
        warn("No articles were found there: Byline reads .txt, .md, .html and .jsonl.")
    return NOTHING


def _unreadable(paths: Sequence[str]) -> list[Any] | None:
    """Why nothing of this can be read, or None as soon as one article can."""
    from index.read import Found, read_paths

    skipped = []
    for source in read_paths(paths):
        if isinstance(source, Found):
            return None
        skipped.append(source)
    return skipped


def ask(args: argparse.Namespace) -> int:
    """Answer a question, or say that the articles do not."""
    from rag import Assistant, Settings

    _exists(args.archive)
    chosen = {"sentences": args.sentences, "refuse_below": args.refuse_below}
    settings = Settings(**{name: value for name, value in chosen.items() if value is not None})
    with Assistant.open(args.archive, settings) as assistant:
        answer = assistant.ask(" ".join(args.question), outlet=args.outlet, since=args.since, until=args.until)
    _show(args, answer_json(answer), lambda: answer_lines(answer))
    return DONE


def search(args: argparse.Namespace) -> int:
    """List the passages nearest to a question."""
    from rag import Assistant

    _exists(args.archive)
    with Assistant.open(args.archive) as assistant:
        hits = assistant.search(
            " ".join(args.question), k=args.k, outlet=args.outlet, since=args.since, until=args.until
        )
    _show(args, [hit_json(hit) for hit in hits], lambda: hit_lines(hits) if hits else ["Nothing found."])
    return DONE


def list_articles(args: argparse.Namespace) -> int:
    """List the articles, in the order of adding."""
    from index.archive import Archive

    with Archive.open(args.archive) as archive:
        if args.json:
            say(to_text([row_json(article) for article in archive.articles()]))
            return DONE
        say(list_lines(archive.articles()))
        count = archive.counts()["articles"]
    warn("The archive is empty. Add articles with: byline add FOLDER" if not count else f"{count:,} articles.")
    return DONE


def show(args: argparse.Namespace) -> int:
    """Print one article."""
    from index.archive import Archive

    with Archive.open(args.archive) as archive:
        article = archive.article(args.id)
    _show(args, article_json(article), lambda: article_lines(article))
    return DONE


def remove(args: argparse.Namespace) -> int:
    """Remove articles; all of them or, where an id is wrong, none."""
    from index.archive import Archive

    with Archive.open(args.archive) as archive:
        titles = {}
        for id in args.ids:
            try:
                titles[id] = archive.article(id).title
            except ArticleMissing:
                continue  # remove() says it, for all of them at once
        for id in archive.remove(args.ids):
            say(f"Removed {id}" + (f" ({titles[id]})" if titles.get(id) else ""))
    return DONE


def evaluate(rest: Sequence[str]) -> int:
    """Run `python -m eval` as a child: the two towers do not know each other.

    -P keeps a folder of the same name in the working directory out of it.
    """
    home = str(Path(__file__).resolve().parents[1])
    known = os.environ.get("PYTHONPATH")
    installed = "site-packages" in home
    path = known if installed else os.pathsep.join(filter(None, (home, known)))
    return subprocess.call(
        [sys.executable, "-P", "-m", "eval", *rest], env={**os.environ, **({"PYTHONPATH": path} if path else {})}
    )


def _exists(path: Path) -> None:
    """Raise ArchiveMissing where an assistant would make an empty archive."""
    from index.archive import Archive

    Archive.open(path).close()


def _show(args: argparse.Namespace, value: Any, lines: Callable[[], Iterable[str]]) -> None:
    if args.json:
        print(to_text(value))
    else:
        say(lines())


@contextmanager
def _bars() -> Iterator[Callable[[str, int, int], None] | None]:
    """Progress on stderr, one bar a stage, where someone is looking."""
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    bars: dict[str, Any] = {}

    def progress(stage: str, done: int, total: int) -> None:
        bar = bars.get(stage)
        if bar is None:
            bar = bars[stage] = tqdm(desc=stage, total=total, file=sys.stderr, leave=False)
        bar.total = total
        bar.update(done - bar.n)

    try:
        yield progress
    finally:
        for bar in bars.values():
            bar.close()
