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
# What is dead is kept for undo alone. (To remove it forever would take the living article of its id too.)
GIVEN_UP = f"it goes with the next change to the archive. To have it back: byline undo, then {REPAIR}"


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


def add_again(source: str, file: str, repaired: bool) -> str:
    """How a text that is lost here comes back from where it came from."""
    if not source:
        return "put the article in again from where you have it, or put the archive's folder back from a backup"
    again = f"byline add {shlex.quote(file)}"
    return f"add its file again with: {again}" if repaired else f"{REPAIR}, then add its file again with: {again}"
