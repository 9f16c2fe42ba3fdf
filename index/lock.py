"""One writer at a time: a lock held by an operation, never by an open archive."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import ArchiveBusy

PATIENCE = 5.0  # seconds


@contextmanager
def write_lock(folder: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the archive's write lock for the block.

    Raises:
        ArchiveBusy: another process holds it, and did so for `patience` seconds.
    """
    holder = folder / "write.holder"
    lock = FileLock(folder / "write.lock", timeout=patience, is_singleton=False, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        by = holder.read_text("utf-8").strip() if holder.is_file() else "another process"
        raise ArchiveBusy(
            f"The archive at '{folder}' is being written to by {by}. Wait until that has finished, then try again."
        ) from None
    try:
        holder.write_text(f"process {os.getpid()}\n", "utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()
