"""Children that parse what strangers wrote: started at need, watched, killed and replaced, gone with the reading.

A parser may hang, crash, or eat memory over one file. It does so in a child process (spawned, never forked: the parent
may hold a model and its threads), and the file is skipped with a reason. A thread for each child asks it for one job
after the other; answers are taken up in the order of the jobs.
"""

import os
import queue
import threading
import time
from collections.abc import Iterator

from index.read import process
from index.read.process import Child
from index.read.wire import Answer, Job
from index.records import Skipped

CHILDREN = max(1, min(4, os.cpu_count() or 1))
AHEAD = 4 * CHILDREN  # jobs that may wait while the first is being read
_WAITING = 16  # answers to one job that may wait; then its child waits


class Pending:
    """The answers to one job, as they come."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.answers: queue.Queue[Answer | None] = queue.Queue(_WAITING)

    def __iter__(self) -> Iterator[Answer]:
        while (answer := self.answers.get()) is not None:
            yield answer


class Sandbox:
    """A few children. Used as a context, at whose end none is left."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Pending | None] = queue.SimpleQueue()
        self._children: set[Child] = set()
        self._threads: list[threading.Thread] = []
        self._unfinished = 0
        self._lock = threading.Lock()
        self._closed = threading.Event()

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        with self._lock:
            children = list(self._children)
        for child in children:
            child.end()
        for _thread in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(5)

    def submit(self, job: Job) -> Pending:
        """Have a file read. The first calls start the children, one each."""
        pending = Pending(job)
        with self._lock:
            self._unfinished += 1
            needed = min(self._unfinished, CHILDREN)
        self._jobs.put(pending)
        if not self._threads:
            threading.Thread(target=self._watch, daemon=True).start()
        if len(self._threads) < needed:
            self._threads.append(threading.Thread(target=self._work, daemon=True))
            self._threads[-1].start()
        return pending

    def _work(self) -> None:
        """What each thread does: jobs, with a child that is replaced as often as it takes."""
        child: Child | None = None
        while (pending := self._jobs.get()) is not None and not self._closed.is_set():
            try:
                if child is None or not child.alive():
                    child = self._fresh(child)
                for answer in child.answers(pending.job):
                    self._give(pending, answer)
            except Exception as error:
                detail = getattr(error, "strerror", None) or type(error).__name__
                reason = f"the process that reads its format cannot be used ({detail}): try again"
                self._give(pending, Skipped(pending.job.source, reason))
            with self._lock:
                self._unfinished -= 1
            self._give(pending, None)
        if child:
            child.close()

    def _fresh(self, old: "Child | None") -> "Child":
        if old:
            old.close()
            with self._lock:
                self._children.discard(old)
        child = Child()
        with self._lock:
            self._children.add(child)
        if self._closed.is_set():
            child.end()
        child.start()
        return child

    def _give(self, pending: Pending, answer: Answer | None) -> None:
        """Hand an answer over, however long the taker is busy: that is not the child's time."""
        while not self._closed.is_set():
            try:
                pending.answers.put(answer, timeout=0.5)
                return
            except queue.Full:
                continue

    def _watch(self) -> None:
        """Kill the children whose time is over."""
        while not self._closed.wait(min(1.0, process.SECONDS / 4)):
            with self._lock:
                children = list(self._children)
            for child in children:
                if time.monotonic() > child.deadline:
                    child.late = True
                    child.kill()
