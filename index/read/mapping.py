"""Which column of a table, or key of a JSON line, is which field of an article: as the user says, or by names.

What the user said holds for a file as far as the file has such columns. It is remembered with the articles, so that
the file is read in the same way when nothing is said.
"""

import json
from collections.abc import Iterable, Mapping, Sequence

from index.errors import SettingsError

Said = Mapping[str, Sequence[str]]  # field to the names that its column may have: the first that is there holds it
MARK = "columns"  # under this name an article's `found` keeps what was said
_SHOWN, _LONGEST = 12, 60

USUAL = {
    "text": ("text", "body", "content", "article", "article_text", "articletext", "full_text", "fulltext", "story"),
    "title": ("title", "headline", "head", "heading"),
    "published": ("published", "published_at", "publish_date", "publication_date", "pubdate", "date", "datetime"),
    "modified": ("modified", "modified_at", "updated", "updated_at", "last_modified"),
    "author": ("author", "authors", "byline", "by_line", "by", "creator", "writer"),
    "outlet": ("outlet", "source", "publication", "publisher", "newspaper", "site", "sitename"),
    "url": ("url", "link", "address", "canonical", "permalink", "web_url"),
    "id": ("id", "guid", "article_id", "uuid"),
}


def parse(raw: str) -> dict[str, str]:
    """What "text=Body,title=Head" says: field to column.

    Raises:
        SettingsError: for anything else.
    """
    said: dict[str, str] = {}
    for pair in filter(None, map(str.strip, raw.split(","))):
        name, _equals, column = pair.partition("=")
        said |= _checked(name.strip().lower(), column.strip(), pair)
    return said


def checked(columns: Mapping[str, str]) -> dict[str, str]:
    """The mapping, when each of its fields is one that an article has.

    Raises:
        SettingsError: when it is not.
    """
    for name, column in columns.items():
        _checked(name, column, f"{name}={column}")
    return dict(columns)


def _checked(name: str, column: str, typed: str) -> dict[str, str]:
    if name not in USUAL or not column:
        raise SettingsError(
            f"columns says '{typed}': write it as text=Body,title=Head, with the fields {' '.join(USUAL)}."
        )
    return {name: column}


def layered(now: Mapping[str, str], before: Said) -> dict[str, list[str]]:
    """What is said now, and behind it what was said before: that holds where a file has no such column."""
    said = {name: [*([now[name]] if name in now else []), *before.get(name, ())] for name in (*now, *before)}
    return {name: list(dict.fromkeys(names)) for name, names in said.items()}


def mark(columns: Said) -> dict[str, str]:
    """What `found` keeps of an article that was read so."""
    return {MARK: json.dumps(columns, sort_keys=True)} if columns else {}


def remembered(found: str) -> dict[str, list[str]]:
    """What was said when an article was read whose `found` is stored so. A mark may come from a stranger's export."""
    try:
        said = json.loads(json.loads(found)[MARK])
        return {name: names for name, names in said.items() if name in USUAL and _are_names(names)}
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return {}


def _are_names(names: object) -> bool:
    return isinstance(names, list) and bool(names) and all(isinstance(name, str) and name for name in names)


def listed(names: Iterable[str]) -> str:
    """The first names of many, for a message."""
    short = [name if len(name) <= _LONGEST else f"{name[:_LONGEST]}..." for name in names]
    return ", ".join(short[:_SHOWN]) + (", ..." if len(short) > _SHOWN else "")


def lacking(columns: Said, held: Iterable[str], names: Iterable[str]) -> list[str]:
    """A note for each field that was said and stands in no column, neither in the one said nor in a usual one."""
    there = listed(names)
    return [
        f"it has no column '{said[0]}' for the {name}: its columns are {there}"
        for name, said in columns.items()
        if name not in held
    ]


def chosen(names: Iterable[str], columns: Said) -> dict[str, str]:
    """Field to the name of the column that holds it, of those that are there. What the user named goes first."""
    plain = {fold(name): name for name in reversed(list(names))}
    said = {name: _first(plain, map(fold, keys)) for name, keys in columns.items()}
    said = {name: column for name, column in said.items() if column}
    taken = set(said.values())
    usual = {name: _first(plain, keys) for name, keys in USUAL.items()}
    return {**{name: column for name, column in usual.items() if column and column not in taken}, **said}


def _first(plain: Mapping[str, str], keys: Iterable[str]) -> str:
    return next((plain[key] for key in keys if key in plain), "")


def fold(name: str) -> str:
    """A name without case, with one spelling of what is between its words."""
    return "_".join(name.strip().lower().replace("-", " ").replace("_", " ").split())
