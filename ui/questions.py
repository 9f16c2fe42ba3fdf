"""What `ask`, `search` and `explain` do: put a question to an archive and print what comes of it."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rag import Assistant, Settings
from rag.attempt import PER_ARTICLE
from rag.filters import Filters, names_days
from ui.answers import answer_lines, explanation_lines, hit_lines, understood_lines
from ui.commands import DONE, one_id, show_value
from ui.misses import missed
from ui.plain import warn
from ui.shapes import answer_json, explanation_json, hit_json

if TYPE_CHECKING:
    from index.archive import Archive

_SETTINGS = ("sentences", "refuse_below", "rerank", "reader")


def ask(args: argparse.Namespace) -> int:
    """Answer a question, or say that the articles do not."""
    with _assistant(args) as assistant:
        filters = _filters(args, assistant.archive)
        answer = assistant.ask(_question(args), today=args.today, searched_for=args.searched_for, **filters)
        notes = missed(assistant.archive, filters, answer.period)
        threshold = assistant.settings.refuse_below
    show_value(args, answer_json(answer, notes), lambda: answer_lines(answer, args.explain, threshold))
    return _done(notes)


def search(args: argparse.Namespace) -> int:
    """List the passages nearest to a question."""
    fold = not (args.plain or args.story) if args.fold is None else args.fold
    several = (0 if args.plain else PER_ARTICLE) if args.per_article is None else args.per_article
    with _assistant(args) as assistant:
        archive, question = assistant.archive, _question(args)
        filters = _filters(args, archive)
        dates = not args.plain and not names_days(filters)
        found = assistant.find(
            question, k=args.k, fold=fold, per_article=several, dates=dates, today=args.today, **filters
        )
        notes = missed(archive, filters, found.period)
        if not archive.counts()["articles"]:
            notes.append("The archive is empty. Add articles with: byline add FOLDER")
    hits = hit_lines(found.hits, args.explain) if found.hits else ["Nothing found."]
    show_value(args, [hit_json(hit) for hit in found.hits], lambda: [*understood_lines(found.period), *hits])
    return _done(notes)


def explain(args: argparse.Namespace) -> int:
    """Say why an article is, or is not, in the answer to a question."""
    with _assistant(args) as assistant:
        filters = _filters(args, assistant.archive)
        id = one_id(assistant.archive, args.article)
        said = {"today": args.today, "searched_for": args.searched_for}
        told = assistant.explain(_question(args), id, **said, **filters)
        notes = missed(assistant.archive, filters)
    show_value(args, explanation_json(told), lambda: explanation_lines(told))
    return _done(notes)


def _assistant(args: argparse.Namespace) -> Assistant:
    """An assistant on the archive, which must be there, with the settings that were given."""
    from index.archive import Archive

    given = {name: getattr(args, name, None) for name in _SETTINGS}
    chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if chosen.get("reader") == "none":
        chosen["reader"] = None
    settings = Settings(**chosen)
    return Assistant(Archive.open(args.archive), settings)


def _question(args: argparse.Namespace) -> str:
    return " ".join(args.question)


def _filters(args: argparse.Namespace, archive: "Archive") -> Filters:
    """The filters that were given; an id may be the path of a file."""
    named = getattr(args, "articles", ())
    filters: Filters = {
        "outlet": args.outlet,
        "author": args.author,
        "language": args.language,
        "since": args.since,
        "until": args.until,
        "story": args.story and one_id(archive, args.story),
        "articles": [id for name in named for id in archive.ids_of(name) or (name,)],
    }
    if args.no_dates and not names_days(filters):
        filters["since"] = ""
    return filters


def _done(notes: Sequence[str]) -> int:
    for note in notes:
        warn(note)
    return DONE
