"""The command line: `byline add | sync | ask | search | list | show | remove | undo | chat | eval | ...`.

Here stand the grammar and the exit codes; what a subcommand does stands in `commands`, `upkeep` and `serve`. Exit 0:
all good (a refusal too). 1: something was skipped, kept or wrong. 2: nothing could be done. 130: stopped by Ctrl-C.
Heavy imports come late.
"""

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NoReturn

from index.errors import BylineError
from ui import commands
from ui.places import default_archive
from ui.plain import warn
from ui.shapes import to_text

PORT = 7860
_UPKEEP = ("remove", "undo", "reembed", "doctor", "export", "import")
_RESUMED = (["add"], ["sync"], ["reembed"], ["import"])
_AGAIN = " What was stored stays; the same command goes on from there."


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in words
    _prepare(as_json)
    try:
        code = _run(words)
        sys.stdout.flush()
        return code
    except BylineError as error:
        return _fail(str(error), as_json)
    except KeyboardInterrupt:
        warn("Stopped." + (_AGAIN if words[:1] in _RESUMED else ""))
        return 130
    except BrokenPipeError:
        _mute()
        return 141
    except OSError as error:
        return _fail(f"{error.strerror or error}: {error.filename}" if error.filename else str(error), as_json)


def _run(words: list[str]) -> int:
    if words[:1] == ["eval"]:
        return commands.evaluate(words[1:])
    try:
        args = parser().parse_args(words)
    except SystemExit as stop:  # after --help or --version
        return int(stop.code or 0)
    if args.command == "chat":
        from ui.serve import chat

        return chat(args)
    if args.command in _UPKEEP:
        from ui import upkeep

        return int(getattr(upkeep, {"import": "restore"}.get(args.command, args.command))(args))
    run = {"list": commands.list_articles}.get(args.command) or getattr(commands, args.command)
    return int(run(args))


class _Parser(argparse.ArgumentParser):
    """A wrong option is said like every other trouble: in one sentence."""

    def error(self, message: str) -> NoReturn:
        raise BylineError(f"{message}. See: {self.prog} --help")


def parser() -> argparse.ArgumentParser:
    """The grammar of the command line."""
    top = _Parser(prog="byline", description="Answers questions from your own articles, each sentence with its source.")
    top.add_argument("--version", action="version", version=f"byline {_version()}")
    subs = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    sub = _sub(subs, "add", "read files, folders, addresses and feeds into the archive", json=True)
    sub.add_argument("paths", nargs="*", metavar="PATH", help="a file, a folder, or an address (https://...)")
    _reading(sub)

    sub = _sub(subs, "sync", "mirror folders: add what is new, update what changed, remove what is gone", json=True)
    sub.add_argument("paths", nargs="*", metavar="FOLDER", help="a folder of articles, one file, or an address")
    sub.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    _reading(sub)

    sub = _sub(subs, "ask", "answer a question", json=True)
    _filters(sub)
    sub.add_argument("--sentences", type=int, metavar="N", help="quote at most N sentences")
    sub.add_argument("--refuse-below", type=float, metavar="P", help="refuse below this confidence; 0 never refuses")

    sub = _sub(subs, "search", "list the passages nearest to a question", json=True)
    _filters(sub)
    sub.add_argument("-k", type=_count, default=10, metavar="K", help="how many passages (default: 10)")

    _sub(subs, "list", "list the articles", json=True)
    sub = _sub(subs, "show", "print one article", json=True)
    sub.add_argument("id", metavar="ID", help="its id, or the path of its file")
    sub = _sub(subs, "remove", "remove articles")
    sub.add_argument("ids", nargs="+", metavar="ID", help="an id, or the path of a file: all that was read from it")
    sub.add_argument("--forever", action="store_true", help="keep nothing of them, in no file: this cannot be undone")
    _sub(subs, "undo", "take back the last command that changed something; twice is back again", json=True)

    sub = _sub(subs, "chat", "chat in the browser")
    sub.add_argument("--port", type=_port, default=PORT, help=f"the port on 127.0.0.1 (default: {PORT})")
    sub.add_argument("--sample", action="store_true", help="chat with the sample articles that came with Byline")
    sub.add_argument("--no-browser", action="store_true", help="print the address, open nothing")

    _upkeep(subs)
    subs.add_parser("eval", help="measure answers: byline eval --help", add_help=False)
    return top


def _reading(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--replace", action="store_true", help="let an article take over an id another file gave before")
    named = "which column of a .csv or .jsonl is what, as text=Body,title=Head (text, title, published, author, ...)"
    sub.add_argument("--columns", default="", metavar="MAP", help=named)
    sub.add_argument("--feed", action="append", default=[], metavar="ADDRESS", help="an RSS or Atom feed (repeat)")
    sub.add_argument("--sitemap", action="append", default=[], metavar="ADDRESS", help="a sitemap (repeat)")
    sub.add_argument("--most", type=_count, default=200, metavar="N", help="pages of each feed and sitemap (200)")
    allowed = "a host in a private network that may be asked, as intranet.example:8000 (repeat)"
    sub.add_argument("--allow-host", action="append", default=[], metavar="HOST", help=allowed)


def _upkeep(subs: "argparse._SubParsersAction[_Parser]") -> None:
    sub = _sub(subs, "doctor", "check that everything in the archive is as it should be", json=True)
    sub.add_argument("--repair", action="store_true", help="mend what can be mended")
    sub = _sub(subs, "reembed", "encode every article with another model; stopped, it goes on where it was")
    sub.add_argument("--model", metavar="NAME", help="the path of a sentence-transformers model (default: bundled)")
    sub = _sub(subs, "export", "write the whole archive, vectors included, as JSON lines")
    sub.add_argument("file", metavar="FILE", help="the file to write; - is the standard output")
    sub.add_argument("--overwrite", action="store_true", help="replace a file that is there already")
    sub = _sub(subs, "import", "read an exported archive into this one", json=True)
    sub.add_argument("file", metavar="FILE", help="a file that export has written")


def _sub(
    subs: "argparse._SubParsersAction[_Parser]", name: str, help: str, json: bool = False
) -> argparse.ArgumentParser:
    sub = subs.add_parser(name, help=help, description=help.capitalize() + ".")
    place = "a folder of your own; BYLINE_ARCHIVE moves it"
    sub.add_argument("--archive", type=_folder, metavar="DIR", help=f"the archive (default: {place})")
    if name != "chat":  # which has a default of its own for --sample
        sub.set_defaults(archive=default_archive())
    if json:
        sub.add_argument("--json", action="store_true", help="print one JSON value")
    return sub


def _filters(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("question", nargs="+", metavar="QUESTION")
    sub.add_argument("--outlet", metavar="NAME", help="only articles of this outlet")
    sub.add_argument("--since", metavar="DATE", help="only articles of this day, month or year or later: 2014-08")
    sub.add_argument("--until", metavar="DATE", help="only articles of this day, month or year or earlier")


def _folder(text: str) -> Path:
    return Path(text).expanduser()


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: use a number from 0 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of passages: use 1 or more")
    return int(text)


def _version() -> str:
    try:
        return version("byline")
    except PackageNotFoundError:
        return "(not installed)"


def _fail(message: str, as_json: bool) -> int:
    warn(f"byline: {message}")
    if as_json:
        print(to_text({"error": message}))
    return commands.NOTHING


def _prepare(as_json: bool) -> None:
    """No name of a file and no odd character may end a command: print what cannot be encoded as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if as_json else None, errors="backslashreplace")


def _mute() -> None:
    """The reader has gone: let the interpreter's last flush go nowhere."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
