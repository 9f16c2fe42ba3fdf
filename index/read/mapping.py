"""Which column of a table, or key of a JSON line, is which field of an article: as the user says, or by names."""

from collections.abc import Iterable, Mapping

from index.errors import SettingsError

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
    pairs = [pair.partition("=") for pair in raw.split(",") if pair.strip()]
    return checked({name.strip().lower(): column.strip() for name, _equals, column in pairs})


def checked(columns: Mapping[str, str]) -> dict[str, str]:
    """The mapping, when each of its fields is one that an article has.

    Raises:
        SettingsError: when it is not.
    """
    for name, column in columns.items():
        if name not in USUAL or not column:
            raise SettingsError(
                f"columns says '{name}={column}': write it as text=Body,title=Head, with the fields {' '.join(USUAL)}."
            )
    return dict(columns)


def chosen(names: Iterable[str], columns: Mapping[str, str]) -> dict[str, str]:
    """Field to the name of the column that holds it, of those that are there. What the user named goes first."""
    plain = {fold(name): name for name in reversed(list(names))}
    usual = {name: next((plain[one] for one in keys if one in plain), "") for name, keys in USUAL.items()}
    said = {name: plain.get(fold(column), "") for name, column in columns.items()}
    taken = set(filter(None, said.values()))
    return {
        name: column for name, column in {**usual, **said}.items() if column and (name in said or column not in taken)
    }


def fold(name: str) -> str:
    """A name without case, with one spelling of what is between its words."""
    return "_".join(name.strip().lower().replace("-", " ").replace("_", " ").split())
