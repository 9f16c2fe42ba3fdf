"""What travels between the reading process and its children, as lines of JSON. Nothing that comes back is believed.

A child has parsed what a stranger wrote, so its answers are checked like any other input: their shape, their types,
and that they speak of the source that was asked for. ValueError for all else.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from index.read.found import Found
from index.records import Article, Skipped

WHOLE, LISTING = -1, -2  # instead of the number of a member
_TEXTS = [one.name for one in fields(Article) if one.name not in ("places", "found")]
_ESCAPED = 12  # the most bytes that JSON takes for one character
_FRAME = 4_000_000


@dataclass(frozen=True, slots=True)
class Job:
    """One file to be read, or one member of a packed file, or (LISTING) the names of its members."""

    path: str
    source: str
    limit: int
    member: int = WHOLE
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def longest(self) -> int:
        """The most bytes that one answer may have: a text, as much again in credits, and the small fields."""
        return 2 * _ESCAPED * self.limit + _FRAME


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a packed file that can be read: its number there, and its name as it can be printed."""

    number: int
    name: str


@dataclass(frozen=True, slots=True)
class End:
    """The job is done. `last`: so is the child, which has used up much memory or read many files."""

    last: bool


Answer = Found | Skipped | Member


def ask(job: Job, seconds: float) -> bytes:
    """The line that asks for a job."""
    return _line({**asdict(job), "seconds": seconds})


def asked(line: bytes) -> tuple[Job, float]:
    """What a line of `ask` says."""
    raw = json.loads(line)
    seconds = float(raw.pop("seconds"))
    return Job(**raw), seconds


def say(answer: Answer | End) -> bytes:
    """The line that says an answer."""
    return _line({type(answer).__name__: asdict(answer)})


def heard(line: bytes, job: Job) -> Answer | End:
    """The answer that a line says.

    Raises:
        ValueError: for anything that is no answer to this job.
    """
    try:
        ((kind, raw),) = json.loads(line).items()
        if kind == "Found":
            return _found(raw, job)
        if kind == "Skipped":
            return Skipped(_of(raw["source"], job), _typed(raw["reason"], str))
        if kind == "Member" and job.member == LISTING:
            return Member(_typed(raw["number"], int), _typed(raw["name"], str))
        if kind == "End":
            return End(_typed(raw["last"], bool))
    except (AttributeError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"no answer: {error}") from None
    raise ValueError("no answer of a known kind")


def _line(value: object) -> bytes:
    return json.dumps(value).encode("ascii") + b"\n"


def _found(raw: dict[str, Any], job: Job) -> Found:
    told = raw["article"]
    if len(told["text"]) > job.limit:
        raise ValueError("a longer text than was asked for")
    article = Article(
        **{name: _typed(told[name], str) for name in _TEXTS},
        places=tuple((_typed(offset, int), _typed(label, str)) for offset, label in told["places"]),
        found={_typed(name, str): _typed(where, str) for name, where in told["found"].items()},
    )
    return Found(article, _of(raw["source"], job), _typed(raw["given"], bool), _typed(raw["note"], str))


def _of(source: Any, job: Job) -> str:
    """A source that belongs to the job: its own, or a line or a member of it."""
    if source == job.source or _typed(source, str).startswith((f"{job.source}:", f"{job.source}//")):
        return str(source)
    raise ValueError("the source of another job")


def _typed(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise ValueError(f"{kind.__name__} expected")
    return value
