"""A child with one more column, whose files say how their parser is to misbehave. Only tests start it.

`index.read.child` knows nothing of it: the tests name this module instead of that one.
"""

import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from index.read import child, formats
from index.read.found import Found, Parts, finish

SUFFIX = ".planted"
HELD: list[bytearray] = []


def read(path: str, source: str, limit: int) -> Iterator[Found]:
    """Does what the file says, then is an article."""
    word, _space, rest = Path(path).read_text().partition(" ")
    deeds = {
        "loop": _loop,
        "hold": lambda: re.match("(a+)+$", "a" * 40 + "b"),  # which lets no other thread run
        "sleep": lambda: time.sleep(600),
        "eat": _eat,
        "die": lambda: os.kill(os.getpid(), signal.SIGSEGV),
        "leave": lambda: os._exit(3),
        "nonsense": lambda: os.write(_answers(), b'{"Found": {"article": 5}}\n'),
        "flood": lambda: os.write(_answers(), b"x" * 60_000) and _flood(),
        "foreign": lambda: os.write(_answers(), b'{"Skipped": {"source": "/other", "reason": "x"}}\n'),
        "talk": lambda: print("words on standard output", flush=True),
        "shout": lambda: os.write(2, b"words on standard error\n"),
        "write": lambda: Path(rest).write_text("x"),
        "open": lambda: [HELD.append(open(os.devnull, "rb")) for _ in range(200)],  # type: ignore[arg-type]  # noqa: SIM115
        "raise": _raise,
    }
    if word in deeds:
        Path(path).with_suffix(".begun").touch()  # an empty file: nothing can be written
        deeds[word]()
    for number in range(int(rest) if word == "many" else 1):
        told = f"{source}:{number + 1}" if word == "many" else source
        yield finish(Parts(f"{word} of process {os.getpid()}, torch {'torch' in sys.modules}"), told, told, limit)


def _loop() -> None:
    while True:
        pass


def _eat() -> None:
    while True:
        HELD.append(bytearray(10_000_000))


def _raise() -> None:
    raise KeyError("a parser's own error")


def _flood() -> None:
    while True:
        os.write(_answers(), b"x" * 60_000)


def _answers() -> int:
    """The pipe that answers go to: not 0, 1 or 2."""
    for number in range(3, 60):
        try:
            if os.readlink(f"/proc/self/fd/{number}").startswith("pipe:"):
                return number
        except OSError:
            continue
    raise AssertionError("no pipe")


if __name__ == "__main__":
    formats.RISKY[SUFFIX] = read
    child.MEMORY = 700_000_000
    child.main()
