"""The process in which a stranger's file is parsed: started by `index.read.sandbox`, limited before it parses anything.

Jobs come as lines on standard input, answers leave as lines on standard output. When the input ends the parent is
gone, and so is the child, whatever it was doing.
"""

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from queue import SimpleQueue
from typing import BinaryIO

from index.language import language_of
from index.read import packed
from index.read.formats import load_all, read_job
from index.read.walk import reason_of
from index.read.wire import LISTING, WHOLE, Answer, End, Job, asked, say
from index.records import Skipped

MEMORY = 2 << 30  # bytes of address space
READY = b"ready\n"
_FILES = 64  # that may be open at once
_JOBS = 1_000  # a child does before it makes room for a fresh one
_SWOLLEN = 1 << 30  # bytes of memory after which it does so at once


def main() -> None:
    """Do jobs until there are no more."""
    _confine()
    out = _own_output()
    jobs: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(jobs, sys.argv[1]), daemon=True).start()
    out.write(READY)
    out.flush()
    done, last = 0, False
    while not last:
        job, seconds = asked(jobs.get())
        done += 1
        _allow(seconds)
        for answer in answers(job, sys.argv[1]):
            out.write(say(answer))
            out.flush()
            _allow(seconds)
        last = done >= _JOBS or _swollen()
        out.write(say(End(last)))
        out.flush()


def answers(job: Job, folder: str) -> Iterator[Answer]:
    """What the file holds. Whatever goes wrong in a parser is said as Skipped."""
    try:
        if job.member == LISTING:
            yield from packed.members(job.path, job.source)
        elif job.member == WHOLE:
            yield from read_job(job, job.path)
        else:
            with packed.extracted(job.path, job.member, folder, _writing) as path:
                yield from read_job(job, path)
    except Exception as error:  # a vendor's parser may stumble in any way; the other files are to be read
        yield Skipped(job.source, reason_of(error))


def _confine() -> None:
    """Limits that the system keeps, where it knows them. Ctrl-C is for the parent, which ends its children."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit("RLIMIT_CORE", 0, 0)
    _limit("RLIMIT_AS", MEMORY, MEMORY)
    _limit("RLIMIT_NOFILE", _FILES, _FILES)
    load_all()
    language_of(
        "Its model is unpacked into a temporary file by its library, so it is loaded while that may be written."
    )
    _limit("RLIMIT_FSIZE", 0, packed.LARGEST)


def _writing(size: int) -> None:
    """How large a file may be written: none, but while a member is unpacked."""
    _limit("RLIMIT_FSIZE", size, packed.LARGEST)


def _allow(seconds: float) -> None:
    """Processor time until the next answer, for a parser that would loop on when nobody is left to stop it."""
    with suppress(ImportError, AttributeError, ValueError, OSError):
        import resource

        _limit("RLIMIT_CPU", int(time.process_time() + seconds) + 2, resource.RLIM_INFINITY)


def _limit(name: str, soft: int, hard: int) -> None:
    with suppress(ImportError, AttributeError, ValueError, OSError):
        import resource

        which = getattr(resource, name)
        top = resource.getrlimit(which)[1]
        if top != resource.RLIM_INFINITY:
            hard = top if hard == resource.RLIM_INFINITY else min(hard, top)
            soft = min(soft, hard)
        resource.setrlimit(which, (soft, hard))


def _swollen() -> bool:
    """Whether this process holds much memory now; what it held at most is no measure, since a parent hands that on."""
    place = "/proc/self/statm"
    if not os.path.exists(place):
        return False  # this system does not tell
    try:
        with open(place, "rb") as handle:
            pages = int(handle.read().split()[1])
    except OSError:
        return True  # a parser has left no file to be opened
    return pages * os.sysconf("SC_PAGE_SIZE") > min(_SWOLLEN, MEMORY // 2)


def _own_output() -> BinaryIO:
    """Standard output for answers alone: what a parser prints goes nowhere."""
    out = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    return out


def _listen(jobs: "SimpleQueue[bytes]", folder: str) -> None:
    """Hand on the lines of the input; at its end, leave nothing behind."""
    while line := sys.stdin.buffer.readline():
        jobs.put(line)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    main()
