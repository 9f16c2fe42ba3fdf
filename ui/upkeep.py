"""The subcommands that keep an archive in order: remove, undo, reembed, doctor, export, import."""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.errors import ArchiveMissing, ArticleMissing, ReadError, WriteFailed
from ui.commands import DONE, SKIPPED, bars, show_value, told
from ui.plain import counted, say, warn


def remove(args: argparse.Namespace) -> int:
    """Remove articles; all of them or, where an id is wrong, none."""
    from index.archive import Archive

    with Archive.open(args.archive) as archive:
        ids = [id for named in args.ids for id in archive.ids_of(named) or (named,)]
        titles = {}
        for id in ids:
            try:
                titles[id] = archive.article(id).title
            except ArticleMissing:
                continue  # remove() says it, for all of them at once
        files = sorted({file for id in ids if os.path.exists(file := archive.file_of(id))})
        for id in archive.remove(ids, forever=args.forever):
            say(f"Removed {id}" + (f" ({titles[id]})" if titles.get(id) else ""))
    if files:
        still = files[0] + (f" and {len(files) - 1:,} more" if len(files) > 1 else "")
        warn(f"Still on disk: {still}. The next add or sync of the folder reads it again; move or delete it first.")
    warn("Nothing of that is kept." if args.forever else "Until the next change, this brings it back: byline undo")
    return DONE


def undo(args: argparse.Namespace) -> int:
    """Take back the last command that changed the archive."""
    from index.archive import Archive

    with Archive.open(args.archive) as archive:
        report = archive.undo()
    value = {
        "undone": report.name,
        "at": report.at,
        "restored": list(report.restored),
        "removed": list(report.removed),
    }

    def lines() -> Iterator[str]:
        yield from (f"Back again: {id}" for id in report.restored)
        yield from (f"Gone again: {id}" for id in report.removed)
        yield f"Undid '{report.name}' of {report.at.replace('T', ' ').removesuffix('+00:00')} UTC."

    show_value(args, value, lines)
    if not args.json:
        warn("To take that back in turn: byline undo")
    return DONE


def reembed(args: argparse.Namespace) -> int:
    """Encode every article anew with another model; goes on where it was stopped."""
    from index.archive import Archive
    from index.embed import open_embedder

    with Archive.open(args.archive) as archive, bars() as progress:
        count = archive.reembed(open_embedder(args.model) if args.model else None, progress=progress)
        say(
            f"{counted(count, 'article')} encoded with {archive.manifest.embedder}."
            if count
            else "Nothing to do: same model."
        )
    return DONE


def doctor(args: argparse.Namespace) -> int:
    """Check every law of the archive; mend what can be mended with --repair."""
    from index.doctor import examine, repair

    if not Path(args.archive).is_dir():
        raise ArchiveMissing(f"There is no archive at '{args.archive}'. Make one with: byline add FOLDER")
    with bars() as progress:
        if args.repair:
            mended, left = repair(args.archive, progress=progress)
        else:
            mended, left = [], list(examine(args.archive, progress=progress))
    shapes = [[_finding(one) for one in found] for found in (mended, left)]

    def lines() -> Iterator[str]:
        yield from (f"Mended {one.where}: {one.what}" for one in mended)
        yield from (f"Wrong {one.where}: {one.what}\n    {one.remedy}" for one in left)
        yield f"{counted(len(left), 'thing')} wrong." if left else "The archive is in order."

    show_value(args, {"mended": shapes[0], "wrong": shapes[1]}, lines)
    return SKIPPED if left else DONE


def _finding(one: Any) -> dict[str, str]:
    return {"kind": one.kind, "where": one.where, "what": one.what, "remedy": one.remedy}


def export(args: argparse.Namespace) -> int:
    """Write the whole archive, vectors included, as JSON lines; whole or not at all."""
    from index.archive import Archive

    if args.file == "-":
        with Archive.open(args.archive) as archive:
            archive.export(sys.stdout)
        return DONE
    path = Path(args.file).expanduser()
    if path.exists() and not args.overwrite:
        raise WriteFailed(f"'{path}' is there already. Give another name, or replace it with: --overwrite")
    aside = path.with_name(path.name + ".part")
    with Archive.open(args.archive) as archive, bars() as progress:
        try:
            with open(aside, "w", encoding="utf-8", newline="\n") as handle:
                count = archive.export(handle, progress=progress)
                handle.flush()
                os.fsync(handle.fileno())
            aside.replace(path)
        except OSError as error:
            aside.unlink(missing_ok=True)
            raise WriteFailed(
                f"'{path}' cannot be written: {error.strerror or error}. Give a file in a folder of yours."
            ) from error
    say(f"{counted(count, 'article')} written to {path}.")
    return DONE


def restore(args: argparse.Namespace) -> int:
    """Read an exported archive into this one; makes the archive where there is none."""
    from index.archive import Archive
    from index.embed import open_embedder
    from index.transfer import header

    path = Path(args.file).expanduser()
    if not path.is_file():
        raise ReadError(f"There is no file '{path}': give the path of an exported archive.")
    with bars() as progress:
        try:
            opening = Archive.open(args.archive)
        except ArchiveMissing:
            model = header(path).embedder
            opening = Archive.create(args.archive, open_embedder(model))
        with opening as archive:
            report = archive.restore(path, progress=progress)
            return told(args, report, nothing=f"'{path}' is the export of an empty archive.")
