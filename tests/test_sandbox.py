"""The sandbox: whatever a parser does to its own process, the file is skipped with a reason and the rest is read."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import planted

from index.read import Found, formats, process, read_paths, sandbox, wire
from index.records import Article, Skipped

ROOT = Path(__file__).parent.parent
HTML = (
    "<html><body><article><p>The council of Norland voted on Monday to close the old bridge over the Sarn.</p>"
    "<p>Repairs will cost 4.5 million crowns, the council said in a report of May.</p></article></body></html>"
)


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder for temporary files that no other process uses, and that is empty in the end."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("temporary")))
    yield
    assert _folders() == set()


@pytest.fixture
def plant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Children that know the planted format, and little patience."""
    monkeypatch.setattr(process, "MODULE", "fakes.planted")
    monkeypatch.setattr(process, "SECONDS", 2.0)
    monkeypatch.setitem(formats.RISKY, planted.SUFFIX, planted.read)


def put(folder: Path, *words: str) -> list[Path]:
    paths = [folder / f"{number:03}{planted.SUFFIX}" for number in range(len(words))]
    for path, word in zip(paths, words, strict=True):
        path.write_text(word)
    return paths


def children() -> set[int]:
    """The processes that this one has started and that are not over."""
    own = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, rest = stat.read_text().split(" (", 1)
            state, parent = rest.rsplit(") ", 1)[1].split()[:2]
        except OSError:
            continue
        if int(parent) == os.getpid() and state != "Z":
            own.add(int(pid))
    return own


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("loop", "took more than 2 seconds"),
        ("hold", "took more than 2 seconds"),
        ("sleep", "took more than 2 seconds"),
        ("eat", "needs more memory than a file may have"),
        ("die", "broke down over it (SIGSEGV)"),
        ("leave", "broke down over it (exit code 3)"),
        ("nonsense", "answered nonsense"),
        ("flood", "answered nonsense"),
        ("foreign", "answered nonsense"),
        ("raise", "of a kind that cannot be read (KeyError)"),
        ("write /tmp/written-by-a-child", "it cannot be read (File too large)"),
        ("open", "it cannot be read (Too many open files)"),
    ],
)
def test_a_parser_that_misbehaves_costs_one_file(plant: None, tmp_path: Path, word: str, reason: str) -> None:
    paths = put(tmp_path, "fine", word, "fine", "fine")
    (tmp_path / "100.txt").write_text("A bridge is closed.")
    started = time.monotonic()
    results = list(read_paths(tmp_path, limit=1_000))
    assert time.monotonic() - started < 20
    assert [type(one) for one in results] == [Found, Skipped, Found, Found, Found]
    assert [one.source for one in results if not isinstance(one, Skipped)] == [str(paths[n]) for n in (0, 2, 3)] + [
        str(tmp_path / "100.txt")
    ]
    (skipped,) = (one for one in results if isinstance(one, Skipped))
    assert reason in skipped.reason and skipped.source == str(paths[1])
    Path("/tmp/written-by-a-child").unlink(missing_ok=True)
    assert children() == set()


def test_results_come_in_the_order_of_the_walk_from_several_children(plant: None, tmp_path: Path) -> None:
    paths = put(tmp_path, *["many 40", "fine", "fine", "many 3"] * 10)
    expected = [
        f"{path}:{line}" if path.read_text() != "fine" else str(path)
        for path in paths
        for line in range(1, int(path.read_text().partition(" ")[2] or 1) + 1)
    ]
    results = [one for one in read_paths(tmp_path) if isinstance(one, Found)]
    assert [one.source for one in results] == expected
    processes = {one.article.text.split()[3] for one in results}
    assert str(os.getpid()) + "," not in processes
    assert 1 <= len(processes) <= sandbox.CHILDREN
    assert all(one.article.text.endswith("torch False") for one in results)


def test_a_child_of_a_large_parent_is_not_taken_for_large(plant: None, tmp_path: Path) -> None:
    put(tmp_path, *["fine"] * 12)
    code = (
        "from fakes import planted; from index import read; from index.read import formats, process\n"
        "held = bytearray(b'x') * (1_200 << 20); process.MODULE = 'fakes.planted'\n"
        "formats.RISKY[planted.SUFFIX] = planted.read\n"
        f"print(len({{one.article.text.split()[3] for one in read.read_paths({str(tmp_path)!r})}}))"
    )
    places = os.pathsep.join(map(str, (ROOT, ROOT / "tests")))
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], env={**os.environ, "PYTHONPATH": places}, capture_output=True
    )
    assert 1 <= int(done.stdout) <= sandbox.CHILDREN, done.stderr


def test_a_slow_taker_is_not_the_fault_of_the_file(plant: None, tmp_path: Path) -> None:
    put(tmp_path, "many 60", "many 60")
    results = []
    for one in read_paths(tmp_path):
        if len(results) == 1:
            time.sleep(5)  # longer than a parser may take
        results.append(one)
    assert all(isinstance(one, Found) for one in results) and len(results) == 120


def test_what_parsers_print_is_not_seen(plant: None, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, "talk", "shout")
    assert [type(one) for one in read_paths(tmp_path)] == [Found, Found]
    assert capfd.readouterr() == ("", "")


def test_no_child_is_started_for_plain_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process.subprocess, "Popen", None)
    (tmp_path / "a.txt").write_text("A bridge is closed.")
    assert [type(one) for one in read_paths(tmp_path)] == [Found]


def test_a_child_that_cannot_be_started_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.html").write_text(HTML)
    for module in ("no.such.module", "this"):
        monkeypatch.setattr(process, "MODULE", module)
        (skipped,) = read_paths(tmp_path)
        assert isinstance(skipped, Skipped) and "the process that reads its format cannot be used" in skipped.reason
    monkeypatch.setattr(process.sys, "executable", "/no/such/python")
    (skipped,) = read_paths(tmp_path)
    assert isinstance(skipped, Skipped) and "No such file" in skipped.reason


def test_an_unfinished_reading_leaves_no_child_and_no_folder(plant: None, tmp_path: Path) -> None:
    put(tmp_path, "fine", *["sleep"] * 30)
    reading = read_paths(tmp_path)
    next(reading)
    assert children() and _folders()
    reading.close()  # type: ignore[attr-defined]
    assert children() == set() and _folders() == set()


def test_ctrl_c_reaches_whoever_waits_and_ends_the_children(
    plant: None, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # other tests may have left one of their own
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    put(tmp_path, "sleep")
    threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        list(read_paths(tmp_path))
    assert time.monotonic() - started < 20 and children() == set()


@pytest.mark.parametrize("word", ["sleep", "loop", "hold"])
def test_children_go_when_their_parent_is_killed(tmp_path: Path, word: str) -> None:
    put(tmp_path, word)
    code = (
        "from fakes import planted; from index import read; from index.read import formats, process\n"
        "process.MODULE = 'fakes.planted'; process.SECONDS = 2.5; formats.RISKY[planted.SUFFIX] = planted.read\n"
        f"list(read.read_paths({str(tmp_path)!r}))"
    )
    places = os.pathsep.join(map(str, (ROOT, ROOT / "tests")))
    parent = subprocess.Popen(
        [sys.executable, "-P", "-c", code], env={**os.environ, "PYTHONPATH": places, "TMPDIR": tempfile.gettempdir()}
    )
    child = _until(lambda: _children_of(parent.pid))
    _until((tmp_path / "000.begun").exists)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    _until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in child))
    if word == "hold":  # ended by the system, it could not tidy up
        for folder in _folders():
            folder.rmdir()


def test_modules_beside_the_articles_are_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("json.py", "trafilatura.py", "lxml.py", "index.py"):
        (tmp_path / name).write_text("raise SystemExit(1)")
    (tmp_path / "a.html").write_text(HTML)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    (found,) = read_paths(tmp_path / "a.html")
    assert isinstance(found, Found) and found.article.text.startswith("The council")


def test_answers_survive_the_journey() -> None:
    article = Article("id", "té\n\ud83d".encode("utf-8", "replace").decode(), places=((0, "iv"),), found={"a": "b"})
    job = wire.Job("/p", "/p", 100, columns={"text": "Body"})
    assert wire.asked(wire.ask(job, 1.5)) == (job, 1.5)
    for answer in (Found(article, "/p:3", True, "note"), Skipped("/p//m", "why"), wire.End(True)):
        assert wire.heard(wire.say(answer), job) == answer


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"{}",
        b'{"End": {"last": 1}}',
        b'{"End": {"last": true}, "Skipped": {}}',
        b'{"Skipped": {"source": "/q", "reason": "x"}}',
        b'{"Skipped": {"source": "/p", "reason": null}}',
        b'{"Member": {"number": 1, "name": "x"}}',
        b"[" * 100_000,
        b'{"Found": {"article": {"text": "' + b"x" * 101 + b'"}, "source": "/p"}}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_answer_is_not_believed(line: bytes) -> None:
    with pytest.raises(ValueError):
        wire.heard(line, wire.Job("/p", "/p", 100))


def _folders() -> set[Path]:
    return set(Path(tempfile.gettempdir()).iterdir())


def _children_of(parent: int) -> list[int]:
    listing = Path(f"/proc/{parent}/task/{parent}/children")
    text = " ".join(path.read_text() for path in listing.parent.parent.glob("*/children"))
    return [int(pid) for pid in text.split()]


def _until(condition, seconds: float = 8.0):  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return value
