"""The command line: `byline add | sync | ask | search | explain | list | show | remove | undo | chat | eval | ...`.

Here stand the grammar and the exit codes; what a subcommand does stands in `commands`, `questions`, `upkeep` and
`serve`. Exit 0: all good (a refusal too). 1: something was skipped, kept or wrong. 2: nothing could be done. 130:
stopped by Ctrl-C. Heavy imports come late: help and a wrong option need none.
"""

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import NoReturn

from index.errors import BylineError
from ui import options
from ui.places import default_archive

PORT = 7860
NOTHING = 2
_QUESTIONS = ("ask", "search", "explain")
_UPKEEP = ("remove", "undo", "reembed", "doctor", "export", "import")
_CALLED = {"list": "list_articles", "import": "restore"}  # where Python has another use for the name
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
        from ui.plain import warn

        warn("Stopped." + (_AGAIN if words[:1] in _RESUMED else ""))
        return 130
    except BrokenPipeError:
        _mute()
        return 141
    except OSError as error:
        return _fail(f"{error.strerror or error}: {error.filename}" if error.filename else str(error), as_json)


def _run(words: list[str]) -> int:
    if words[:1] == ["eval"]:
        from ui import commands

        return commands.evaluate(words[1:])
    try:
        args = parser().parse_args(words)
    except SystemExit as stop:  # after --help or --version
        return int(stop.code or 0)
    name = args.command
    room = "serve" if name == "chat" else "upkeep" if name in _UPKEEP else "questions" if name in _QUESTIONS else ""
    return int(getattr(import_module(f"ui.{room or 'commands'}"), _CALLED.get(name, name))(args))


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
    options.reading(sub)

    sub = _sub(subs, "sync", "mirror folders: add what is new, update what changed, remove what is gone", json=True)
    sub.add_argument("paths", nargs="*", metavar="FOLDER", help="a folder of articles, one file, or an address")
    sub.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    options.reading(sub)

    _questions(subs)

    _sub(subs, "list", "list the articles", json=True)
    sub = _sub(subs, "show", "print one article", json=True)
    sub.add_argument("id", metavar="ID", help="its id, or the path of its file")
    sub = _sub(subs, "remove", "remove articles")
    sub.add_argument("ids", nargs="+", metavar="ID", help="an id, or the path of a file: all that was read from it")
    sub.add_argument("--forever", action="store_true", help="keep nothing of them, in no file: this cannot be undone")
    _sub(subs, "undo", "take back the last command that changed something; twice is back again", json=True)

    sub = _sub(subs, "chat", "chat in the browser")
    sub.add_argument("--port", type=options.port, default=PORT, help=f"the port on 127.0.0.1 (default: {PORT})")
    sub.add_argument("--sample", action="store_true", help="chat with the sample articles that came with Byline")
    sub.add_argument("--no-browser", action="store_true", help="print the address, open nothing")

    _upkeep(subs)
    subs.add_parser("eval", help="measure answers: byline eval --help", add_help=False)
    return top


def _questions(subs: "argparse._SubParsersAction[_Parser]") -> None:
    sub = _sub(subs, "ask", "answer a question", json=True)
    options.asking(sub)
    options.explaining(sub)

    sub = _sub(subs, "search", "list the passages nearest to a question", json=True)
    options.searching(sub)
    sub.add_argument("-k", type=options.count, default=10, metavar="K", help="how many passages (default: 10)")
    folded = "show the copies of a story as one (the default)"
    sub.add_argument("--fold", action=argparse.BooleanOptionalAction, default=None, help=folded)
    several = "show N passages of an article before those of others (default: 2; 0: as they rank)"
    sub.add_argument("--per-article", type=options.limit, metavar="N", help=several)
    bare = "the ranking alone: nothing folded, no article held back, no days read from the question"
    sub.add_argument("--plain", action="store_true", help=bare)
    options.explaining(sub)

    sub = _sub(subs, "explain", "say why an article is, or is not, in the answer to a question", json=True)
    options.asking(sub, by_id=False)
    sub.add_argument("--article", required=True, metavar="ID", help="the article; an id, or the path of its file")


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
    sub.add_argument("--archive", type=options.folder, metavar="DIR", help=f"the archive (default: {place})")
    if name != "chat":  # which has a default of its own for --sample
        sub.set_defaults(archive=default_archive())
    if json:
        sub.add_argument("--json", action="store_true", help="print one JSON value")
    return sub


def _version() -> str:
    try:
        return version("byline")
    except PackageNotFoundError:
        return "(not installed)"


def _fail(message: str, as_json: bool) -> int:
    from ui.plain import warn
    from ui.shapes import to_text

    warn(f"byline: {message}")
    if as_json:
        print(to_text({"error": message}))
    return NOTHING


def _prepare(as_json: bool) -> None:
    """No name of a file and no odd character may end a command: print what cannot be encoded as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if as_json else None, errors="backslashreplace")


def _mute() -> None:
    """The reader has gone: let the interpreter's last flush go nowhere."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
