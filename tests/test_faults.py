"""A disk that fails under an archive: at every call of a commit, in six ways. Nothing acknowledged may be lost.

The shim `faults.c` stands between the process and libc. For each operation and each of its calls that change a file, a
forked child runs the operation on a copy of a prepared archive while that call fails; another child then looks at
what is left. Started as a program, this file is the process that forks.
"""

import ctypes
import errno
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import crashing
import pytest
from crashing import (
    EMBEDDER,
    HANG,
    Colleague,
    Model,
    Say,
    article,
    child,
    holdings,
    lanes,
    listen,
    problems,
    quietly,
    word,
)

from index import shadows
from index.archive import Archive
from index.errors import BylineError
from index.language import language_of

OFF, COUNT, FAIL_ONCE, DISK_FULL, SYNC_FAILS, DIE, SHORT_WRITE, HALF_THEN_DIE = range(8)
MODES = {  # how it fails; the calls at which that differs from the next call
    "input/output error": (FAIL_ONCE, errno.EIO, "wstr"),
    "disk full from then on": (DISK_FULL, errno.ENOSPC, "wst"),
    "every sync fails from then on": (SYNC_FAILS, errno.EIO, "s"),
    "killed": (DIE, 0, "wstr"),
    "half a write": (SHORT_WRITE, 0, "w"),
    "half a write, then killed": (HALF_THEN_DIE, 0, "w"),
}
TWO = ("input/output error", "killed")
THREE = (*TWO, "disk full from then on")
LONG = " Ferries and bridges and harbours of the coast were shut in May." * 40  # several passages


@dataclass(frozen=True)
class Operation:
    """One command: on which prepared archive, what it does, and the states it may leave besides the one before."""

    act: Callable[[Archive], object]
    after: Callable[[Model], Model]
    prepared: str = "base"
    patch: Callable[[], None] = lambda: None
    between: Callable[[Model], list[Model]] = lambda _: []
    touches: str = "lexical"  # a part of a path that the operation must be seen to write
    since: str = ""  # only calls from the first on a path with this in it: those before are another operation's
    modes: tuple[str, ...] = tuple(MODES)
    erased: str = ""  # what no file may hold any more once the article is gone


def _with(*changed: tuple[str, int]) -> Callable[[Model], Model]:
    return lambda held: {**held, **{id: crashing.text(id, version) for id, version in changed}}


def _without(*ids: str) -> Callable[[Model], Model]:
    return lambda held: {id: text for id, text in held.items() if id not in ids}


def _add(*changed: tuple[str, int]) -> Callable[[Archive], object]:
    return lambda archive: archive.add_articles([article(id, version) for id, version in changed])


def _after_undo(held: Model) -> Model:
    return _without("m")(_with(("b", 1))(held))


def _texts(versions: dict[str, int]) -> Model:
    return {id: crashing.text(id, version) for id, version in versions.items()}


def _cut_at_once() -> None:
    """Let the file of vectors fall behind after one row, so that every write cuts it anew."""
    shadows._stale = lambda _: True


OPERATIONS = {
    "add": Operation(_add(("n", 1)), _with(("n", 1))),
    "add over what a killed process left": Operation(_add(("n", 1)), _with(("n", 1)), "left", modes=TWO),
    "update": Operation(_add(("b", 2)), _with(("b", 2)), modes=TWO),  # see "batch" for the others
    "remove": Operation(lambda archive: archive.remove(["c"]), _without("c")),
    "batch": Operation(_add(("n", 1), ("b", 2), ("m", 1)), _with(("n", 1), ("b", 2), ("m", 1)), modes=THREE),
    "add, vectors cut": Operation(
        _add(("n", 1)), _with(("n", 1)), patch=_cut_at_once, touches="vectors", since="vectors"
    ),
    "heal by reading": Operation(lambda archive: archive.search_by_words("ferry"), dict, "behind", modes=THREE),
    "heal by writing": Operation(_add(("n", 1)), _with(("n", 1)), "behind", modes=THREE),
    "undo": Operation(lambda archive: archive.undo(), _after_undo, "changed", modes=TWO),
    "remove forever": Operation(
        lambda archive: archive.remove(["c"], forever=True), _without("c"), modes=THREE, erased=word("c", 1)
    ),
    "sync": Operation(
        lambda archive: archive.sync(archive.path.parent / "articles"),
        lambda _: _texts({"a": 1, "b": 2, "n": 1}),
        "mirrored",
        between=lambda _: [_texts({"a": 1, "b": 2, "c": 1, "n": 1})],  # all removals come last, as one
        modes=TWO,
    ),
}


# The child that meets the fault, and the child that looks at what is left.


def _library() -> Any:
    library = ctypes.CDLL(None)
    library.fault_arm.argtypes = [ctypes.c_int, ctypes.c_long, ctypes.c_int]
    library.fault_count.restype = library.fault_fired.restype = ctypes.c_long
    return library


def meet(folder: Path, operation: Operation, mode: int, n: int, error: int, say: Say) -> None:
    """Run the operation with the n-th call failing; say what was acknowledged. Then go on with a sound disk."""
    crashing.faulthandler.dump_traceback_later(HANG - 2)
    library = _library()
    operation.patch()
    os.environ["FAULT_DIR"] = str(folder)
    archive = None
    library.fault_arm(mode, n, error)
    try:
        archive = Archive.open(folder, EMBEDDER)
        operation.act(archive)
        say("acknowledged")
        archive.close()
        archive = None
    except BylineError as failure:
        say("error", type(failure).__name__, str(failure))
    except BaseException as failure:
        say("foreign error", type(failure).__name__, str(failure)[:300])
    counted = library.fault_count(), library.fault_fired()
    library.fault_arm(OFF, 0, 0)
    say("counted", *counted)
    if mode not in (FAIL_ONCE, DISK_FULL) or archive is None:
        return
    try:
        with archive:
            archive.add_articles([article("later", 1)])
            say("later")
            for problem in problems(archive) if mode == FAIL_ONCE and n % 3 == 0 else []:  # it takes long
                say("problem", f"in the process that met the fault: {problem}")
    except BaseException as failure:
        say("problem", f"the process that met the fault cannot go on: {type(failure).__name__}: {failure}")


def record(folder: Path, operation: Operation, log: Path, say: Say) -> None:
    """Run the operation without a fault; the calls it makes are written to a file."""
    library = _library()
    operation.patch()
    os.environ["FAULT_DIR"] = str(folder)
    fd = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    library.fault_record(fd)
    library.fault_arm(COUNT, 0, 0)
    with Archive.open(folder, EMBEDDER) as archive:
        operation.act(archive)
    say(library.fault_sees_all_renames())
    library.fault_arm(OFF, 0, 0)
    with Archive.open(folder, EMBEDDER) as archive:
        say(holdings(archive), problems(archive))


def experiments(prepared: Path, work: Path, operation: Operation, states: list[Model], jobs: Any, say: Say) -> None:
    """Faults one after the other; says what came of each."""
    looker = Colleague(_left)
    for how, n in jobs:
        mode, error, _ = MODES[how]
        folder = work / f"{n}-{mode}"
        shutil.copytree(prepared, folder)
        said, code = listen(*child(partial(meet, folder, operation, mode, n, error)), seconds=HANG)
        kinds = [one[0] for one in said]
        wrong = [one[1] for one in said if one[0] == "problem"]
        wrong += [f"the child raised {one[1]}: {one[2]}" for one in said if one[0] == "foreign error"]
        if code is None:
            wrong.append("the child hung")
        elif code != (0 if "counted" in kinds else 137):
            wrong.append(f"the child ended with {code}")
        allowed = states[-1:] if "acknowledged" in kinds else states
        if "later" in kinds:
            allowed = [_with(("later", 1))(state) for state in allowed]
        wrong += looker.ask([str(folder), allowed, operation.erased])
        shutil.rmtree(folder)
        errors = [f"{one[1]}: {one[2]}" for one in said if one[0] == "error"]
        fired = code == 137 or any(one[0] == "counted" and one[2] for one in said)
        say(how, n, fired, "acknowledged" in kinds, errors, wrong)
    looker.leave()


def _left(question: tuple[str, list[Model], str]) -> list[str]:
    """What is wrong with an archive after a fault; a further add must work."""
    folder, allowed, erased = question
    try:
        with Archive.open(folder, EMBEDDER) as archive:
            held = holdings(archive)
            if held not in allowed:
                states = " or ".join(str(sorted(state)) for state in allowed)
                return [f"it holds {sorted(held)} instead of {states}, or the texts differ"]
            every = {word(id, version) for id in "abcnm" for version in (1, 2)}
            gone = every - {name for text in held.values() for name in text.split()}
            wrong = problems(archive, gone, doctor=True)
            archive.add_articles([article("last", 1)])
            if holdings(archive) != _with(("last", 1))(held) or len(archive.search_by_words(word("last", 1))) != 1:
                wrong.append("a further add was not kept")
            if erased and not any(erased in text for text in held.values()):
                files = [path for path in Path(folder).rglob("*") if path.is_file()]
                wrong += [f"{path.name} holds {erased}" for path in files if erased.encode() in path.read_bytes()]
            return wrong
    except BaseException as failure:
        return [f"what is left cannot be used: {type(failure).__name__}: {failure}"]


# The process that forks.


def prepare(name: str, work: Path) -> Path:
    """An archive to start from; each is made by a process that has ended."""
    folder = work / name

    def build(say: Say) -> None:
        archive = Archive.create(folder, EMBEDDER)
        archive.add_articles([article("a", 1, LONG), article("b", 1), article("c", 1)])
        archive.add_articles([article("d", 1)])
        if name == "changed":
            archive.add_articles([article("b", 2), article("m", 1)])
        if name != "left":  # that one is left open: the process ends as if it were killed
            archive.close()

    if name == "mirrored":
        return mirror(folder, work / "articles")
    if name != "behind":
        quietly(build)
        return folder
    base = prepare("base", work)
    for n in range(1, 1000):  # killed after the article was in the database, before the words knew it
        shutil.copytree(base, folder)
        adding = Operation(_add(("e", 1)), dict)
        said, _ = listen(*child(partial(meet, folder, adding, DIE, n, 0)), seconds=HANG)
        assert not said, "no call of an add lies between its two commits"
        if quietly(lambda say: say(*holdings(Archive.open(folder))))[0][-1] == "e":
            return _again(base, folder, n)
        shutil.rmtree(folder)
    raise AssertionError("no add of one article makes a thousand calls")


def mirror(folder: Path, articles: Path) -> Path:
    """An archive that mirrors a folder, in which one article has changed since, one is new and one is gone."""
    articles.mkdir()

    def write(id: str, version: int) -> None:
        row = {"id": id, "text": crashing.text(id, version)}
        (articles / f"{id}.jsonl").write_text(json.dumps(row), "utf-8")

    for id in "abc":
        write(id, 1)

    def build(say: Say) -> None:
        with Archive.create(folder, EMBEDDER) as archive:
            archive.sync(articles)

    quietly(build)
    write("b", 2)
    write("n", 1)
    (articles / "c.jsonl").unlink()
    return folder


def _again(base: Path, folder: Path, n: int) -> Path:
    """The same once more: whoever looks may have healed it."""
    shutil.rmtree(folder)
    shutil.copytree(base, folder)
    listen(*child(partial(meet, folder, Operation(_add(("e", 1)), dict), DIE, n, 0)), seconds=HANG)
    return folder


def points(calls: list[str], since: str, modes: tuple[str, ...]) -> list[tuple[str, int]]:
    """Every way of failing at every call where it makes a difference: a rename needs no room, half of it is nothing.

    In a run of writes to one file, the modes but the first and "killed" take both ends only, unless FAULT_POINTS=all
    is set.
    """
    shapes = ["", *(re.sub(r"\.tmp\w+|[0-9a-f]{32}", "", call) for call in calls), ""]
    taken, begun = [], False
    for n, call in enumerate(calls, 1):
        begun = begun or since in call
        inner = shapes[n - 1] == shapes[n] == shapes[n + 1] and os.environ.get("FAULT_POINTS") != "all"
        for how, (mode, _, kinds) in MODES.items():
            if begun and how in modes and call[0] in kinds and not (inner and mode not in (FAIL_ONCE, DIE)):
                taken.append((how, n))
    return taken


def drive(name: str, work: Path) -> dict[str, Any]:
    """Every fault of one operation; the report."""
    operation = OPERATIONS[name]
    prepared = prepare(operation.prepared, work)
    before = holdings_of(prepared, work)
    runs = []
    for i in range(2):
        shutil.copytree(prepared, work / f"clean{i}")
        seen, end = quietly(partial(record, work / f"clean{i}", operation, work / f"calls{i}"))
        runs.append((work / f"calls{i}").read_text().splitlines())
    calls = max(runs, key=len)
    after = operation.after(before)
    assert end == [after, []], f"without a fault: {end}"
    states = [before, *operation.between(before), after]
    jobs = points(calls, operation.since, operation.modes)
    results = lanes(partial(experiments, prepared, work, operation, states), jobs)
    return {"calls": calls, "all renames": bool(seen[0]), "jobs": len(jobs), "results": results}


def holdings_of(prepared: Path, work: Path) -> Model:
    """What a prepared archive holds, looked at in a copy."""
    copy = work / "look"
    shutil.copytree(prepared, copy)
    (held,) = quietly(lambda say: say(holdings(Archive.open(copy))))
    return dict(held[0])


# The tests.


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The compiled shim."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None or not sys.platform.startswith("linux"):
        reason = "fault injection needs Linux and a C compiler (on Debian or Ubuntu: sudo apt-get install gcc)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    made = tmp_path_factory.mktemp("shim") / "faults.so"
    source = Path(__file__).with_name("faults.c")
    command = [compiler, "-O1", "-Wall", "-Wextra", "-shared", "-fPIC", "-o", str(made), str(source), "-ldl"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return str(made)


@pytest.mark.slow
@pytest.mark.parametrize("name", OPERATIONS)
def test_no_fault_loses_what_was_acknowledged(name: str, shim: str, tmp_path: Path) -> None:
    report = crashing.zygote(__file__, {"name": name}, tmp_path / "log", preload=shim)
    calls, results = report["calls"], report["results"]
    assert any(OPERATIONS[name].touches in call for call in calls)
    assert {"w", "s", *("r" if report["all renames"] else "")} <= {call[0] for call in calls}
    assert len(results) == report["jobs"] > 0
    wrong = [(how, n, calls[n - 1], bad) for how, n, _, _, _, bad in results if bad]
    told = Counter(how for how, *_ in wrong)
    assert not wrong, f"{len(wrong)} of {len(results)} faults: {told}\n" + "\n".join(map(str, wrong[:40]))
    fired = Counter(how for how, _, hit, _, _, _ in results if hit)
    assert set(fired) == set(OPERATIONS[name].modes) and sum(fired.values()) >= 0.95 * len(results), (
        f"not every fault came: {fired}"
    )


if __name__ == "__main__":
    order = json.loads(sys.argv[1])
    if order["name"] == "sync":
        language_of(crashing.text("a", 1) * 3)  # reads a model that every child would read
    crashing.warm()
    print(json.dumps(drive(order["name"], Path(order["place"]))))
