"""What add, sync, list, show and eval do: ask the rooms below, print, and say how it went as an exit code."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from index.errors import ArchiveMissing, ArticleMissing, BylineError
from index.records import SCHEMES, AddReport, Article, Skipped
from ui.plain import article_lines, counted, list_lines, report_lines, say, trouble_lines, warn
from ui.shapes import article_json, report_json, row_json, to_text
from ui.table import SHOWN, table_lines

if TYPE_CHECKING:
    from index.archive import Archive

DONE, SKIPPED, NOTHING = 0, 1, 2
_NAMED = 12  # ids named where one is wanted


def add(args: argparse.Namespace) -> int:
    """Read files, folders and addresses into the archive; makes the archive when there is something to put in it."""
    ways = _ways(args)
    opening = opened(args, ways["columns"])
    if isinstance(opening, AddReport):
        return told(args, opening)
    with opening as archive:
        with bars() as progress:
            report = archive.add(args.paths, progress=progress, **ways)
        return told(args, report, archive)


def sync(args: argparse.Namespace) -> int:
    """Mirror folders: add what is new, update what changed, remove what is gone."""

    ways = _ways(args)
    with ExitStack() as left:
        opening = _rehearsed(args, left) if args.dry_run else opened(args, ways["columns"])
        if isinstance(opening, AddReport):
            return told(args, opening)
        archive = left.enter_context(opening)
        with bars() as progress:
            report = archive.sync(args.paths, dry_run=args.dry_run, progress=progress, **ways)
        code = told(args, report, archive, args.dry_run)
        if (report.removed or report.updated) and not (args.dry_run or args.json):
            warn("To bring back what was removed or replaced: byline undo")
        return code


def _rehearsed(args: argparse.Namespace, left: ExitStack) -> "Archive":
    """The archive; where there is none yet, an empty one elsewhere, until `left` is closed: a dry run makes none."""
    from index.archive import Archive

    try:
        return Archive.open(args.archive)
    except ArchiveMissing:
        return Archive.create(Path(left.enter_context(TemporaryDirectory())) / "archive")


def _ways(args: argparse.Namespace) -> dict[str, Any]:
    """How to read, as the options say."""
    from index.read import Web
    from index.read.mapping import parse

    web = Web(tuple(args.feed), tuple(args.sitemap), tuple(args.allow_host), args.most)
    return {"replace": args.replace, "columns": parse(args.columns), "web": web}


def opened(args: argparse.Namespace, columns: Mapping[str, str]) -> "Archive | AddReport":
    """The archive, made now if there is something to put in it; the report of what cannot be read otherwise."""
    from index.archive import Archive
    from index.read import Found, read_paths

    if not (args.paths or args.feed or args.sitemap):
        raise BylineError("There is nothing to read: name a file, a folder, an address, or a --feed.")
    try:
        return Archive.open(args.archive)
    except ArchiveMissing:
        if args.feed or args.sitemap or any(path.startswith(SCHEMES) for path in args.paths):
            return Archive.create(args.archive)  # nothing is fetched twice
        skipped = []
        for source in read_paths(args.paths, columns=columns):
            if isinstance(source, Found):
                return Archive.create(args.archive)
            if isinstance(source, Skipped):
                skipped.append(source)
        return AddReport(skipped=tuple(skipped))


def told(
    args: argparse.Namespace,
    report: AddReport,
    archive: "Archive | None" = None,
    dry_run: bool = False,
    nothing: str = "",
) -> int:
    """Say what an add or a sync did, and how it went as an exit code; `nothing`: what to say when nothing came."""
    for line in trouble_lines(report):
        warn(line)
    ids = (*report.added, *report.updated) if archive and not dry_run else ()
    if args.json:
        read = [row_json(article) | {"copies": list(copies)} for article, copies in _read(archive, ids)]
        print(to_text({**report_json(report), "articles": read, "dry_run": dry_run}))
    else:
        say(table_lines(list(_read(archive, ids[:SHOWN])), len(ids)))
        say(report_lines(report, dry_run))
    if report.added or report.updated or report.unchanged or report.removed:
        return SKIPPED if report.skipped or report.kept else DONE
    if not report.skipped:
        from index.read import FORMATS

        warn(nothing or f"No articles were found there: Byline reads {FORMATS}.")
    return NOTHING


def _read(archive: "Archive | None", ids: Iterable[str]) -> Iterator[tuple[Article, tuple[str, ...]]]:
    """These articles, each with the ids of its copies."""
    if archive is not None:
        yield from ((archive.article(id), archive.copies(id)) for id in ids)


def list_articles(args: argparse.Namespace) -> int:
    """List the articles, in the order of adding."""
    from index.archive import Archive

    with Archive.open(args.archive) as archive:
        if args.json:
            say(to_text([row_json(article) for article in archive.articles()]))
            return DONE
        say(list_lines(archive.articles()))
        count = archive.counts()["articles"]
    warn("The archive is empty. Add articles with: byline add FOLDER" if not count else f"{counted(count, 'article')}.")
    return DONE


def show(args: argparse.Namespace) -> int:
    """Print one article."""
    from index.archive import Archive

    with Archive.open(args.archive) as archive:
        article = archive.article(one_id(archive, args.id))
    show_value(args, article_json(article), lambda: article_lines(article))
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


def one_id(archive: "Archive", named: str) -> str:
    """The one id that a name stands for; the name itself where the archive does not know it.

    Raises:
        ArticleMissing: it is the path of a file of several articles.
    """
    ids = archive.ids_of(named) or (named,)
    if len(ids) > 1:
        more = ", ..." if len(ids) > _NAMED else ""
        raise ArticleMissing(f"'{named}' holds {len(ids):,} articles. Name one: {', '.join(ids[:_NAMED])}{more}")
    return ids[0]


def show_value(args: argparse.Namespace, value: Any, lines: Callable[[], Iterable[str]]) -> None:
    """Print one JSON value, or lines for people."""
    if args.json:
        print(to_text(value))
    else:
        say(lines())


@contextmanager
def bars() -> Iterator[Callable[[str, int, int], None] | None]:
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
