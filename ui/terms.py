"""On which terms a question is asked: the filter of the conversation, and what was set right for one answer. Pure.

What a page sends is checked here for its kind and length. What a day is, the archive's own rules say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from index.dates import bounds, check_bound
from index.errors import SettingsError
from index.language import LANGUAGES
from rag.dates import When
from rag.dates import shown as days_shown
from rag.filters import Filters

MOST = 500  # outlets and authors that are offered; others can be typed
_LONGEST = 300  # of a name


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The articles that a conversation keeps to; "" does not narrow."""

    outlet: str = ""
    author: str = ""
    language: str = ""
    since: str = ""
    until: str = ""

    @property
    def shown(self) -> str:
        """For people: "Holm Post · by Ann Lee · since 1 January 2014", "" where nothing is left out."""
        author = f"by {self.author}" if self.author else ""
        language = f"in {language_name(self.language)}" if self.language else ""
        parts = (self.outlet, author, language, days(self.since, self.until))
        return " \u00b7 ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a question is to be asked.

    `days` are from and to as the person said them, both "" for any date; None leaves them to the filter, or else to
    the question. `words` is what is to be searched for; "" leaves it to the assistant.
    """

    narrowed: Narrowed = Narrowed()
    days: tuple[str, str] | None = None
    words: str = ""

    @property
    def kept(self) -> Narrowed:
        """The part of the filter that holds: days set for this answer stand in the place of the filter's."""
        return self.narrowed if self.days is None else replace(self.narrowed, since="", until="")

    def filters(self) -> Filters:
        """The same as keywords of the assistant."""
        one = self.narrowed
        since, until = self.days if self.days is not None else (one.since or None, one.until or None)
        return {"outlet": one.outlet, "author": one.author, "language": one.language, "since": since, "until": until}


AS_ASKED = Terms()


def narrowed(data: Mapping[str, Any]) -> Narrowed:
    """The filter that a page sends.

    Raises:
        SettingsError: a value is no text, too long, or no day; or nothing can pass.
    """
    values = {field.name: _text(data, field.name, _LONGEST) for field in fields(Narrowed)}
    _checked(values["since"], values["until"])
    return Narrowed(**values)


def revised(terms: Terms, data: Mapping[str, Any]) -> Terms | None:
    """The terms with the change that a page sends; None where it sends none.

    Raises:
        SettingsError: a value is no text, too long, or no day; or nothing can pass.
    """
    match data.get("what"):
        case "days":
            since, until = _text(data, "since", _LONGEST), _text(data, "until", _LONGEST)
            _checked(since, until)
            return replace(terms, days=(since, until))
        case "anytime":
            return replace(terms, days=("", ""))
        case "asked":
            return replace(terms, days=None)
        case "words":
            return replace(terms, words=_text(data, "words", 20_000))  # what may be asked is the assistant's to say
        case "carried":
            return replace(terms, words="")
        case "everywhere":
            return replace(terms, narrowed=Narrowed())
    return None


def days(since: str, until: str) -> str:
    """Two ISO dates of any precision for people: "1–31 May 2014", "since 1 January 2013", "" for any date."""
    first, last = bounds(since, until)
    return days_shown(When(first, last, (), ""))


def language_name(code: str) -> str:
    """A language for people."""
    return "English" if code.lower() == "en" else LANGUAGES.get(code.lower(), code)


def filter_page(archive: Any, now: Narrowed, note: str = "") -> dict[str, Any]:
    """What the filter on the page shows: what may be chosen, each with its count, what holds now, and a note."""
    spoken = archive.languages()
    known, all_ = archive.dated()
    count = all_ - known
    left_out = f"{count:,} article{'s' if count > 1 else ''} without a date {'are' if count > 1 else 'is'} left out."
    return {
        "articles": all_,
        "outlet": [[name, name, count] for name, count in list(archive.outlets().items())[:MOST]],
        "author": [[name, name, count] for name, count in list(archive.authors().items())[:MOST]],
        "language": [[code, language_name(code), count] for code, count in spoken.items()] if len(spoken) > 1 else [],
        "shown": now.shown,
        "note": note or (left_out if count and (now.since or now.until) else ""),
    }


def _checked(since: str, until: str) -> None:
    first, last = check_bound(since, "since"), check_bound(until, "until")
    try:
        bounds(first, last)
    except SettingsError:
        raise SettingsError("The first day lies after the last, so nothing can match: swap them.") from None


def _text(data: Mapping[str, Any], name: str, longest: int) -> str:
    value = data.get(name) or ""
    if not isinstance(value, str) or len(value) > longest:
        raise SettingsError(f"{name} must be a text of at most {longest:,} characters.")
    return value.strip()
