"""What each subcommand does, chat excepted: ask the rooms below, print, and say how it went as an exit code."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import ArchiveMissing, ArticleMissing, BylineError
from index.records import SCHEMES, AddReport, Article, Skipped
from ui.plain import answer_lines, article_lines, counted, hit_lines, list_lines, report_lines, say, trouble_lines, warn
from ui.shapes import answer_json, article_json, hit_json, report_json, row_json, to_text
from ui.table import SHOWN, table_lines

if TYPE_CHECKING:
    from index.archive import Archive

DONE, SKIPPED, NOTHING = 0, 1, 2
_NAMED = 12  # outlets named where one is not known


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
    from index.archive import Archive

    ways = _ways(args)
    opening = Archive.open(args.archive) if args.dry_run else opened(args, ways["columns"])
    if isinstance(opening, AddReport):
        return told(args, opening)
    with opening as archive:
        with bars() as progress:
            report = archive.sync(args.paths, dry_run=args.dry_run, progress=progress, **ways)
        code = told(args, report, archive, args.dry_run)
        if (report.removed or report.updated) and not (args.dry_run or args.json):
            warn("To bring back what was removed or replaced: byline undo")
        return code


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


def ask(args: argparse.Namespace) -> int:
    """Answer a question, or say that the articles do not."""
    from rag import Assistant, Settings

    _exists(args.archive)
    chosen = {"sentences": args.sentences, "refuse_below": args.refuse_below}
    settings = Settings(**{name: value for name, value in chosen.items() if value is not None})
    with Assistant.open(args.archive, settings) as assistant:
        answer = assistant.ask(" ".join(args.question), outlet=args.outlet, since=args.since, until=args.until)
        unknown = "" if answer.hits else _unknown_outlet(assistant.archive, args.outlet)
    show_value(args, answer_json(answer), lambda: answer_lines(answer))
    if unknown and not args.json:
        warn(unknown)
    return DONE


def search(args: argparse.Namespace) -> int:
    """List the passages nearest to a question."""
    from rag import Assistant

    _exists(args.archive)
    with Assistant.open(args.archive) as assistant:
        hits = assistant.search(
            " ".join(args.question), k=args.k, outlet=args.outlet, since=args.since, until=args.until
        )
        unknown = "" if hits else _unknown_outlet(assistant.archive, args.outlet)
    show_value(args, [hit_json(hit) for hit in hits], lambda: hit_lines(hits) if hits else ["Nothing found."])
    if unknown and not args.json:
        warn(unknown)
    return DONE


def _unknown_outlet(archive: "Archive", wanted: str | None) -> str:
    """What to say where no article is of the outlet asked for: which outlets there are."""
    from index.normalise import fold

    known = list(archive.outlets()) if wanted else []
    if not wanted or fold(wanted) in map(fold, known):
        return ""
    if not known:
        return f"No article is of the outlet '{wanted}': none in this archive states its outlet."
    more = f" and {len(known) - _NAMED:,} more" if len(known) > _NAMED else ""
    return f"No article is of the outlet '{wanted}'. There are: {', '.join(known[:_NAMED])}{more}."


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
        ids = archive.ids_of(args.id) or (args.id,)
        if len(ids) > 1:
            more = ", ..." if len(ids) > _NAMED else ""
            raise ArticleMissing(f"'{args.id}' holds {len(ids):,} articles. Name one: {', '.join(ids[:_NAMED])}{more}")
        article = archive.article(ids[0])
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


def _exists(path: Path) -> None:
    """Raise ArchiveMissing where an assistant would make an empty archive."""
    from index.archive import Archive

    Archive.open(path).close()


def show_value(args: argparse.Namespace, value: Any, lines: Callable[[], Iterable[str]]) -> None:
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
