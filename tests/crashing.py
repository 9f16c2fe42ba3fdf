"""What the crash tests share: articles that can be told apart, what an archive must then hold, and forked children.

A test starts its own file as a program (`zygote`): that process imports everything, starts no thread, and forks a child
for each experiment, so that one costs milliseconds. Nothing here knows how an archive is stored.
"""

import contextlib
import faulthandler
import gc
import importlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from index.archive import Archive
from index.doctor import examine
from index.embed import HashEmbedder
from index.errors import ArticleMissing
from index.records import Article, Hit

EMBEDDER = HashEmbedder(8192)  # so wide that two articles, or two versions of one, hardly fall together
Say = Callable[..., None]
Model = dict[str, str]  # id to text: all that an archive must hold
HANG = 20.0  # seconds after which a child that should take a fraction of one has hung
ROOT = Path(__file__).parent.parent


# Articles, and what an archive must hold.


def word(id: str, version: int) -> str:
    """A word that stands in one version of one article only."""
    return f"w{id.replace('-', '')}v{version}"


def text(id: str, version: int, extra: str = "") -> str:
    """The text of an article: its sentences are found by words and by vector."""
    return f"The ferry {word(id, version)} left Holm on Monday. Crews of {id} want higher pay.{extra}"


def article(id: str, version: int, extra: str = "") -> Article:
    """An article that says which one it is, and in which version."""
    return Article(id, text(id, version, extra), language="en")


def holdings(archive: Archive) -> Model:
    """All that an archive says it holds."""
    return {article.id: article.text for article in archive.articles()}


def problems(archive: Archive, gone: Iterable[str] = (), doctor: bool = False) -> list[str]:
    """What is wrong with an archive: lost, torn, dead but found, or found wrongly. `gone`: words no text holds.

    `doctor`: ask index.doctor too; a file that was left over is no harm, and gone after a repair.
    """
    held, found = holdings(archive), []
    counts = archive.counts()
    if counts["articles"] != len(held):
        found.append(f"counts() says {counts['articles']} articles, articles() gives {len(held)}")
    everything = archive.search_by_vector(EMBEDDER.encode_question("ferry"), 10_000)
    found += _torn(everything, held)
    if {hit.passage.article.id for hit in everything} != set(held) or len(everything) != counts["passages"]:
        found.append(f"by vector: {sorted(hit.passage.article.id for hit in everything)} of {sorted(held)}")
    for id, said in held.items():
        try:
            known = archive.article(id)
        except ArticleMissing:
            found.append(f"articles() gives {id!r}, article({id!r}) does not")
            continue
        if known.text != said:
            found.append(f"article({id!r}) differs from articles()")
        name = said.split()[2]
        hits = archive.search_by_words(name, 10)
        found += _torn(hits, held)
        if {hit.passage.article.id for hit in hits} != {id}:
            found.append(f"by word {name}: {[hit.passage.article.id for hit in hits]} instead of {id}")
        encoded = f"{known.title} {hits[0].passage.text if hits else said}"
        nearest = archive.search_by_vector(EMBEDDER.encode_question(encoded), 1)
        if not (nearest and nearest[0].score > 0.99 and nearest[0].passage.text in said):
            found.append(f"by vector: {id} is not the nearest to its own words")
    for name in gone:
        if hits := archive.search_by_words(name, 10):
            found.append(f"by word {name}: {[hit.passage.article.id for hit in hits]}, and no article says that")
    if doctor:
        found += [f"doctor: {one}" for one in examine(archive.path, EMBEDDER) if one.kind != "left-over"]
    return found


def _torn(hits: Iterable[Hit], held: Mapping[str, str]) -> list[str]:
    return [
        f"a hit of {hit.passage.article.id} is no slice of what articles() gives"
        for hit in hits
        if not hit.passage.text
        or hit.passage.text != held.get(hit.passage.article.id, "")[hit.passage.span.start : hit.passage.span.end]
    ]


# Children.


def child(work: Callable[[Say], None]) -> tuple[int, int]:
    """Fork a child that does `work` and leaves at once; returns its id and the pipe on which it says things."""
    ear, mouth = os.pipe()
    pid = os.fork()
    if pid:
        os.close(mouth)
        return pid, ear
    code = 1
    try:
        os.close(ear)
        work(lambda *said: os.write(mouth, (json.dumps(said) + "\n").encode()) and None)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def listen(pid: int, ear: int, seconds: float) -> tuple[list[list[Any]], int | None]:
    """What a child said until it was gone, and its exit code; no code when it hung and had to be killed."""
    end, heard, hung = time.monotonic() + seconds, b"", False
    while True:
        ready, _, _ = select.select([ear], [], [], max(0.0, end - time.monotonic()))
        part = os.read(ear, 1 << 16) if ready else b""
        heard += part
        if not ready and not hung:
            hung, end = True, time.monotonic() + 5
            os.kill(pid, signal.SIGKILL)
        elif not part:
            break
    os.close(ear)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return _lines(heard), None if hung else code


class Colleague:
    """A child that lives on and answers one thing after another; made anew when it dies or takes a minute."""

    def __init__(self, answer: Callable[[Any], Any]) -> None:
        self._answer = answer
        self._pid = 0

    def ask(self, thing: Any) -> Any:
        """Its answer, or what became of it."""
        if not self._pid:
            self._hear, self._mouth = os.pipe()
            self._pid, self._ear = child(self._live)
            os.close(self._hear)
        with contextlib.suppress(BrokenPipeError):  # it died after its last answer: its silence tells
            os.write(self._mouth, (json.dumps(thing) + "\n").encode())
        heard = b""
        while not heard.endswith(b"\n"):
            ready, _, _ = select.select([self._ear], [], [], 60)
            part = os.read(self._ear, 1 << 16) if ready else b""
            heard += part
            if not part:
                return [f"the process that looks at what is left has {'died' if ready else 'hung'}: {self.leave()}"]
        return json.loads(heard)[0]

    def leave(self) -> int:
        """End it; its exit code, negative when it was killed by a signal."""
        if not self._pid:
            return 0
        os.close(self._mouth)
        _, code = listen(self._pid, self._ear, seconds=1)
        self._pid = 0
        return -9 if code is None else code

    def _live(self, say: Say) -> None:
        os.close(self._mouth)
        with os.fdopen(self._hear) as lines:
            for line in lines:
                say(self._answer(json.loads(line)))


def lanes(work: Callable[[list[Any], Say], None], jobs: list[Any]) -> list[Any]:
    """Share jobs among forked children that run side by side, one a processor; all that they said."""
    running, width = {}, max(2, os.cpu_count() or 2)
    for i in range(width):
        pid, ear = child(partial(work, jobs[i::width]))
        running[ear] = (pid, [])
    said = []
    while running:
        for ear in select.select(list(running), [], [])[0]:
            pid, parts = running[ear]
            parts.append(os.read(ear, 1 << 16))
            if not parts[-1]:
                del running[ear]
                os.close(ear)
                code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                assert code == 0, f"a child that runs experiments ended with {code}"
                said += _lines(b"".join(parts))
    return said


def quietly(work: Callable[[Say], None]) -> list[list[Any]]:
    """Do `work` in a child that must not fail; what it said."""
    said, code = listen(*child(work), seconds=60)
    assert code == 0, f"a child without faults ended with {code} after {said}"
    return said


def _lines(heard: bytes) -> list[list[Any]]:
    whole, _, torn = heard.rpartition(b"\n")
    assert not torn, "a child died while it spoke"
    return [json.loads(line) for line in whole.splitlines()]


# The process that forks.


def warm() -> None:
    """Import here what an add would import in every child. Starts no thread: a fork does not copy one."""

    def names(say: Say) -> None:
        with tempfile.TemporaryDirectory() as folder, Archive.create(Path(folder) / "a", EMBEDDER) as archive:
            archive.add_articles([article("a", 1)])
            problems(archive)
        say(*sys.modules)

    for name in quietly(names)[0]:
        if name not in sys.modules:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    threads = os.listdir("/proc/self/task")
    assert len(threads) == 1 and "torch" not in sys.modules, "a fork would copy neither threads nor torch well"
    gc.collect()
    gc.freeze()
    faulthandler.enable()


def zygote(program: str, order: Mapping[str, Any], log: Path, preload: str = "") -> Any:
    """Run a file of tests as a program; its order goes in as JSON and its report comes back so.

    The folder it may fill is made and deleted here, so that nothing stays in memory when the program is stopped.
    """
    settings = {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", "PYTHONDONTWRITEBYTECODE": "1"}
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with fast_folder() as place, open(log, "w", encoding="utf-8") as errors:
        command = [sys.executable, program, json.dumps({**order, "place": str(place)})]
        done = subprocess.run(
            command,
            env={**os.environ, **settings, **one_thread, **({"LD_PRELOAD": preload} if preload else {})},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            check=False,
        )
    assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}:\n{log.read_text()[-4000:]}"
    return json.loads(done.stdout)


@contextlib.contextmanager
def fast_folder() -> Iterator[Path]:
    """A folder for thousands of small archives: in memory where that is possible."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 40_000_000
    with tempfile.TemporaryDirectory(dir=memory if roomy else None) as folder:
        yield Path(folder).resolve()
