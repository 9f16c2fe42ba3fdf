"""One child process that parses: asked for jobs, heard, and ended, whatever it is doing.

Spawned, never forked: the parent may hold a model and its threads. The child inherits no open file, little of the
environment, and a folder of its own that goes with it.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from index.read.found import HARM
from index.read.wire import Answer, End, Job, ask, heard
from index.records import Skipped

MODULE = "index.read.child"
SECONDS = 60.0  # from one answer to the next
_STARTING = 60.0
_KEPT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class Child:
    """One child process and the folder that it may write to."""

    def __init__(self) -> None:
        self.deadline = float("inf")
        self.late = False
        self._spent = False
        self._ending = threading.Lock()
        self._folder = tempfile.mkdtemp(prefix="byline-")
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", MODULE, self._folder],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self._folder,
                env=_environment(self._folder),
            )
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def start(self) -> None:
        """Wait until it is ready.

        Raises:
            OSError: when it does not come up.
        """
        if self._line(16, _STARTING) != b"ready\n":
            self.end()
            raise OSError(0, "it did not start")

    def alive(self) -> bool:
        return not self._spent and self._process.poll() is None

    def answers(self, job: Job) -> Iterator[Answer]:
        """The answers to a job; Skipped where the child hangs, dies or answers nonsense, which ends it."""
        try:
            self._input.write(ask(job, SECONDS))
            self._input.flush()
            while line := self._line(job.longest, SECONDS):
                answer = heard(line, job)
                if isinstance(answer, End):
                    self._spent = answer.last
                    return
                yield answer
            reason = self._farewell()
        except ValueError:
            reason = f"its reader answered nonsense, since {HARM}"
        except OSError:
            reason = self._farewell()
        self.end()
        yield Skipped(job.source, reason)

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> None:
        """Leave nothing of it behind. May be called from any thread, more than once."""
        self._spent = True
        self._process.kill()
        with self._ending:
            self._process.wait()
            shutil.rmtree(self._folder, ignore_errors=True)

    def close(self) -> None:
        """`end`, and let go of its pipes: only the thread that reads from them may."""
        self.end()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                pipe.close() if pipe else None

    @property
    def _input(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    def _line(self, longest: int, seconds: float) -> bytes:
        """The next line that it says, b"" when it is dead. ValueError for one that is too long."""
        assert self._process.stdout is not None
        self.deadline = time.monotonic() + seconds
        line = self._process.stdout.readline(longest + 1)
        self.deadline = float("inf")
        if len(line) > longest:
            raise ValueError("too long")
        return line if line.endswith(b"\n") else b""

    def _farewell(self) -> str:
        """Why it died."""
        try:
            code = self._process.wait(1)
        except subprocess.TimeoutExpired:
            return f"its reader closed its output, since {HARM}"
        if self.late or code == -getattr(signal, "SIGXCPU", 0):
            return f"reading it took more than {SECONDS:g} seconds: it is too large, or {HARM}"
        name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return f"its reader broke down over it ({name}), since {HARM}"


def _environment(folder: str) -> dict[str, str]:
    """What a child knows of the world: where modules are, and little else. One thread is enough for it."""
    paths = [path for path in sys.path if path and os.path.isabs(path)]
    root = str(Path(__file__).parents[2])
    return {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        "PYTHONPATH": os.pathsep.join([*paths, *([] if root in paths else [root])]),
        "TMPDIR": folder,
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }
