"""What the doctor finds, and the few words that its parts share. No I/O."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[str, int, int], None]

REPAIR = "byline doctor --repair"
BACKUP = (
    "put the archive's folder back from a backup, or build a new one with: byline add FOLDER. "
    "What can still be read can be saved with: byline export FILE"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be: where, what, and what mends it. `kind` is short and stays the same.

    `row` is the article's, passage's or vector's number that a repair works on; 0 where there is none.
    """

    where: str
    what: str
    remedy: str
    kind: str
    row: int = 0


def give_up(id: str) -> str:
    """What can be done about an article that was removed already, and of which only undo still knows."""
    return f"it was removed; to give it up for good: byline remove {shlex.quote(id)} --forever"


def add_again(source: str, file: str, repaired: bool) -> str:
    """How a text that is lost here comes back from where it came from."""
    if not source:
        return "put the article in again from where you have it, or put the archive's folder back from a backup"
    again = f"byline add {shlex.quote(file)}"
    return f"add its file again with: {again}" if repaired else f"{REPAIR}, then add its file again with: {again}"
