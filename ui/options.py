"""The options that several subcommands share, and what their values may be."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

QUESTION = "QUESTION"
T = TypeVar("T")


def reading(sub: argparse.ArgumentParser) -> None:
    """How add and sync read."""
    sub.add_argument("--replace", action="store_true", help="let an article take over an id another file gave before")
    named = "which column of a .csv or .jsonl is what, as text=Body,title=Head (text, title, published, author, ...)"
    sub.add_argument("--columns", default="", metavar="MAP", help=named)
    sub.add_argument("--feed", action="append", default=[], metavar="ADDRESS", help="an RSS or Atom feed (repeat)")
    sub.add_argument("--sitemap", action="append", default=[], metavar="ADDRESS", help="a sitemap (repeat)")
    sub.add_argument("--most", type=count, default=200, metavar="N", help="pages of each feed and sitemap (200)")
    allowed = "a host in a private network that may be asked, as intranet.example:8000 (repeat)"
    sub.add_argument("--allow-host", action="append", default=[], metavar="HOST", help=allowed)


def asking(sub: argparse.ArgumentParser, by_id: bool = True) -> None:
    """A question, and how the answer to it is chosen."""
    searching(sub, by_id)
    said = "the question as it is to be searched, where it was understood wrongly"
    sub.add_argument("--searched-for", metavar="TEXT", help=said)
    sub.add_argument(
        "--sentences", type=few, metavar="N", help="quote N sentences, 1 to 5 (otherwise as many as suffice, at most 3)"
    )
    sub.add_argument("--reader", metavar="FILE", help="weights of another reader; none: faster, less often right")
    sub.add_argument("--refuse-below", type=share, metavar="P", help="refuse below this confidence; 0 never refuses")


def searching(sub: argparse.ArgumentParser, by_id: bool = True) -> None:
    """A question, which articles it may look at (`by_id`: single ones, too), and how it is read."""
    sub.add_argument("question", nargs="+", metavar=QUESTION)
    only = sub.add_argument_group("only articles")
    only.add_argument("--outlet", metavar="NAME", help="of this outlet (the whole name, in any case)")
    only.add_argument("--author", metavar="NAME", help="by an author of this name; one word of it will do")
    only.add_argument("--language", metavar="CODE", help="in this language: en, de")
    only.add_argument("--story", metavar="ID", help="that tell the story of this one: it and its copies")
    only.add_argument("--since", metavar="DATE", help="of this day, month or year or later: 2014-08")
    only.add_argument("--until", metavar="DATE", help="of this day, month or year or earlier")
    if by_id:
        named = "with this id, or from the file of this path (repeat)"
        only.add_argument("--article", action="append", default=[], dest="articles", metavar="ID", help=named)
    how = sub.add_argument_group("how the question is read")
    how.add_argument("--no-dates", action="store_true", help='read no days from it: "in May", "last week", "latest"')
    how.add_argument("--today", metavar="DATE", help='the day from which "last week" is counted (default: today)')
    how.add_argument("--rerank", metavar="MODEL", help="put what is found in order with this cross-encoder")


def explaining(sub: argparse.ArgumentParser) -> None:
    """Whether the reasons are printed, too."""
    sub.add_argument("--explain", action="store_true", help="say why each passage stands where it stands")


def folder(text: str) -> Path:
    """The path of a folder; ~ is the home of whoever types."""
    return Path(text).expanduser()


def port(text: str) -> int:
    """A port of this machine."""
    if not text.isdigit() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: use a number from 0 to 65535")
    return int(text)


def count(text: str) -> int:
    """A number of passages or pages, 1 or more."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of passages: use 1 or more")
    return int(text)


def few(text: str) -> int:
    """A number of sentences; what may be is known to Settings."""
    return _read(int, text, "a number of sentences: use 1 to 5")


def share(text: str) -> float:
    """A probability; what may be is known to Settings."""
    return _read(float, text, "a probability: use 0 to 1")


def _read(kind: Callable[[str], T], text: str, wanted: str) -> T:
    try:
        return kind(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}") from None


def limit(text: str) -> int:
    """A largest number; 0 is none."""
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number: use 1 or more, 0 for no limit")
    return int(text)
