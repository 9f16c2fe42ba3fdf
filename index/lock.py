"""One writer at a time: a lock held by an operation, never by an open archive."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import ArchiveBusy, WriteFailed

PATIENCE = 5.0  # seconds
FILE, HOLDER = "write.lock", "write.holder"


@contextmanager
def write_lock(folder: Path, what: str = "write", patience: float = PATIENCE) -> Iterator[None]:
    """Hold the archive's write lock for the block; `what` is said to those who wait in vain.

    Raises:
        ArchiveBusy: another process holds it, and did so for `patience` seconds.
        WriteFailed: the folder cannot be written to.
    """
    holder = folder / HOLDER
    lock = FileLock(folder / FILE, timeout=patience, is_singleton=False, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise ArchiveBusy(
            f"The archive at '{folder}' is being written to by {_name(holder)}. "
            "Wait until that has finished, then try again."
        ) from None
    except OSError as error:
        raise WriteFailed(f"'{folder}' cannot be written to: {error.strerror or error}.") from error
    try:
        with suppress(OSError):  # a note for others: a full disk must not stop a removal
            holder.write_text(f"process {os.getpid()} ({what}, since {datetime.now():%H:%M:%S})\n", "utf-8")
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def _name(holder: Path) -> str:
    with suppress(OSError, UnicodeDecodeError):
        return holder.read_text("utf-8").strip() or "another process"
    return "another process"
