"""The command line: exit codes, one JSON value on stdout and nothing else, no heavy import where none is needed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from index.archive import Archive
from index.embed import HashEmbedder
from ui.cli import main
from ui.places import default_archive, sample_archive, sample_articles, sample_questions

ROOT = Path(__file__).resolve().parents[1]
BYLINE = [sys.executable, "-c", "import sys; from ui.cli import main; sys.exit(main())"]
FERRY = "Orsk ferry back in service\n\nBy Nell Tarrow\n\nThe ferry sails again. Ice had bent its propeller shaft.\n"
ROWS = [
    {"id": "mill-1", "title": "Mill reopens", "text": "The Torvale mill reopened. It hired 40 weavers.",
     "outlet": "The Torvale Post", "author": "Ida Merrow", "published": "2021-05-03", "url": "https://example.org/m"},
    {"id": "mill-2", "title": "Mill to close", "text": "The Torvale mill will close. Its 40 weavers leave in June.",
     "outlet": "Hask Daily", "published": "2023"},
]  # fmt: skip


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test touches a real archive."""
    monkeypatch.setenv("BYLINE_ARCHIVE", str(tmp_path / "archive"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS), encoding="utf-8")
    return path


@pytest.fixture
def archive(tmp_path: Path, rows: Path) -> Path:
    """An archive of two articles, made without weights."""
    with Archive.create(tmp_path / "archive", embedder=HashEmbedder()) as made:
        made.add([rows])
    return tmp_path / "archive"


Captured = pytest.CaptureFixture[str]


def told(capsys: Captured, *argv: str, code: int = 0) -> tuple[str, str]:
    """What a command printed, on stdout and on stderr."""
    capsys.readouterr()
    assert main(argv) == code
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return out, err


def value(capsys: Captured, *argv: str, code: int = 0) -> Any:
    """The one JSON value a command printed."""
    return json.loads(told(capsys, *argv, "--json", code=code)[0])


# --- grammar and places


def test_help_and_version(capsys: Captured) -> None:
    out, _ = told(capsys, "--help")
    for name in (
        "add",
        "sync",
        "ask",
        "search",
        "explain",
        "list",
        "show",
        "remove",
        "undo",
        "chat",
        "doctor",
        "reembed",
        "eval",
    ):
        assert f"\n    {name} " in out
    assert told(capsys, "--version")[0].startswith("byline ")
    assert "byline --help" in told(capsys, code=2)[1]
    assert "--colour" in value(capsys, "list", "--colour", code=2)["error"]
    for port in ("-1", "65536", "http"):
        assert "port" in told(capsys, "chat", "--port", port, code=2)[1]


def test_where_the_archive_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert default_archive() == tmp_path / "archive"
    monkeypatch.delenv("BYLINE_ARCHIVE")
    assert default_archive().name == "archive" and default_archive().parent.name == "byline"
    assert sample_archive() != default_archive()


def test_the_sample_is_found_and_asks_what_it_answers() -> None:
    assert sample_articles().is_file()
    questions = sample_questions()
    assert questions[0] == "Why did IBM partner with Inspur?" and len(questions) == len(set(questions)) == 4
    assert "eval" not in sys.modules or Path(str(sys.modules["eval"].__file__)).parent.name == "eval"


@pytest.mark.parametrize("argv", [["--help"], ["list"], ["show", "mill-1"], ["remove", "mill-2"], ["list", "--json"]])
def test_quick_commands_import_nothing_heavy(archive: Path, argv: list[str]) -> None:
    heavy = "torch", "gradio", "sentence_transformers", "transformers", "fastapi", "langchain_text_splitters"
    code = (
        f"import sys; from ui.cli import main; main({argv!r}); print([m for m in {heavy} if m in sys.modules], end='')"
    )
    begin = time.monotonic()
    run = subprocess.run([sys.executable, "-c", code], env=_env(), capture_output=True, text=True, check=True)
    took = time.monotonic() - begin
    assert run.stdout.endswith("[]")
    assert took < 5  # 1 s on a quiet machine; this one may be busy


# --- no archive


@pytest.mark.parametrize(
    "argv",
    [
        ["list"],
        ["show", "x"],
        ["remove", "x"],
        ["ask", "Why?"],
        ["search", "Why?"],
        ["explain", "Why?", "--article", "x"],
    ],
)
def test_no_archive_is_said_and_none_is_made(tmp_path: Path, capsys: Captured, argv: list[str]) -> None:
    out, err = told(capsys, *argv, code=2)
    assert out == "" and "no archive" in err and "byline add" in err
    assert not (tmp_path / "archive").exists()
    if argv[0] != "remove":
        assert "no archive" in value(capsys, *argv, code=2)["error"]


def test_a_file_is_no_archive(rows: Path, capsys: Captured) -> None:
    err = told(capsys, "ask", "Why?", "--archive", str(rows), code=2)[1]
    assert "no archive" in err and "That is a file" in err and "Errno" not in err


def test_a_folder_that_is_no_archive_is_left_alone(tmp_path: Path, rows: Path, capsys: Captured) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "letter.doc").write_text("Dear")
    assert "not" in told(capsys, "add", str(rows), code=2)[1]
    assert [path.name for path in (tmp_path / "archive").iterdir()] == ["letter.doc"]


# --- add


def test_add_tells_what_it_did(tmp_path: Path, archive: Path, rows: Path, capsys: Captured) -> None:
    (tmp_path / "ferry.txt").write_text(FERRY, encoding="utf-8")
    report = value(capsys, "add", str(tmp_path / "ferry.txt"), str(rows))
    assert len(report["added"]) == 1 and report["unchanged"] == ["mill-1", "mill-2"]
    assert report["updated"] == report["skipped"] == []
    assert set(report) == {
        "added",
        "updated",
        "unchanged",
        "removed",
        "kept",
        "skipped",
        "notes",
        "articles",
        "dry_run",
    }
    (row,) = report["articles"]
    assert row["author"] == "Nell Tarrow" and row["words"] > 5 and row["copies"] == [] and "text" not in row
    assert told(capsys, "add", str(rows))[0] == "2 unchanged.\n"


def test_add_names_what_it_skips_and_adds_the_rest(tmp_path: Path, archive: Path, capsys: Captured) -> None:
    (tmp_path / "ferry.txt").write_text(FERRY, encoding="utf-8")
    (tmp_path / "empty.txt").touch()
    (tmp_path / "more.jsonl").write_text('{"id": "a", "text": "The owl is awake tonight."}\n{"id": broken\n')
    names = ["ferry.txt", "empty.txt", "more.jsonl", "missing.txt"]
    out, err = told(capsys, "add", *names, code=1)
    assert "2 added" in out and "3 skipped" in out
    for name in ("empty.txt", "more.jsonl", "missing.txt"):
        assert f"{name}" in err
    assert "2" in next(line for line in err.splitlines() if "more.jsonl" in line)  # the number of the broken line
    report = value(capsys, "add", *names, code=1)
    assert [set(skipped) for skipped in report["skipped"]] == [{"source", "reason"}] * 3


def test_add_with_nothing_to_add_makes_nothing(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 40)
    report = value(capsys, "add", "missing.txt", "empty.txt", "folder", "binary.txt", code=2)
    assert len(report["skipped"]) == 4 and report["added"] == []
    assert not (tmp_path / "archive").exists()


def test_add_leaves_an_archive_untouched_when_nothing_can_be_done(archive: Path, capsys: Captured) -> None:
    before = value(capsys, "list")
    assert "missing.txt" in told(capsys, "add", "missing.txt", code=2)[1]
    assert value(capsys, "list") == before


# --- ask and search


def test_ask_prints_marks_sources_and_quotes(archive: Path, capsys: Captured) -> None:
    out, _ = told(capsys, "ask", "How many weavers did the Torvale mill hire?", "--refuse-below", "0")
    assert "[1]" in out and "\n[1] Mill " in out and "\u201c" in out
    assert "The Torvale Post, Ida Merrow, 3 May 2021" in out or "Hask Daily, 2023" in out


def test_ask_as_json_keeps_the_law(archive: Path, capsys: Captured) -> None:
    answer = value(capsys, "ask", "How many weavers did the mill hire?", "--refuse-below", "0", "--sentences", "1")
    assert list(answer) == [
        "question", "searched_for", "answered", "text", "short", "other", "confidence", "citations", "hits", "seconds",
        "period", "outlets", "notes",
    ]  # fmt: skip
    (citation,) = answer["citations"]
    text = value(capsys, "show", citation["article_id"])["text"]
    quote = citation["quote"]
    assert text[quote["start"] : quote["end"]] == quote["text"] == answer["text"][slice(*citation["claim"])]
    assert set(citation) == {
        "claim", "article_id", "title", "url", "outlet", "author", "published", "page", "quote", "verdict",
        "days",
    }  # fmt: skip
    assert all(
        set(hit) == {"article_id", "title", "start", "end", "text", "score", "why", "days"} for hit in answer["hits"]
    )


def test_a_refusal_is_no_error(archive: Path, capsys: Captured) -> None:
    question = "Which opera did the lighthouse sing?"
    answer = value(capsys, "ask", question, "--refuse-below", "1")
    assert answer["answered"] is False and answer["citations"] == []
    out, _ = told(capsys, "ask", question, "--refuse-below", "1")
    assert "[1]" not in out and ("nearest passages" in out or not answer["hits"])


def test_search_filters(archive: Path, capsys: Captured) -> None:
    hits = value(capsys, "search", "Torvale", "mill", "-k", "5")
    assert {hit["article_id"] for hit in hits} == {"mill-1", "mill-2"}
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    for options, ids in (
        (["--outlet", "Hask Daily"], {"mill-2"}),
        (["--since", "2022"], {"mill-2"}),
        (["--until", "2021-05-03"], {"mill-1"}),
        (["--until", "2020"], set()),
    ):
        assert {hit["article_id"] for hit in value(capsys, "search", "Torvale mill", *options)} == ids
    said = told(capsys, "search", "mill", "--outlet", "Hask")
    assert said == (
        "Nothing found.\n", "No article is of the outlet 'Hask'. There are: Hask Daily, The Torvale Post.\n"
    )  # fmt: skip
    assert "There are: Hask Daily" in told(capsys, "ask", "Who left the mill?", "--outlet", "Hask")[1]
    assert "until 31 December 2000" in told(capsys, "search", "mill", "--outlet", "hask daily", "--until", "2000")[1]
    assert len(value(capsys, "search", "mill", "-k", "1")) == 1
    assert "1. Mill" in told(capsys, "search", "Torvale mill")[0]


@pytest.mark.parametrize(
    "argv",
    [["ask", " "], ["ask", "why " * 25_000], ["ask", "Why?", "--refuse-below", "7"],
     ["ask", "Why?", "--sentences", "-3"], ["ask", "Why?", "--sentences", "two"],
     ["ask", "Why?", "--refuse-below", "high"], ["search", "Why?", "--since", "yesterday"],
     ["search", "Why?", "-k", "0"], ["search", ""]],
)  # fmt: skip
def test_bad_questions_and_options_are_named(archive: Path, capsys: Captured, argv: list[str]) -> None:
    out, err = told(capsys, *argv, code=2)
    assert out == "" and len(err) < 500 and err.startswith("byline: ")
    assert value(capsys, *argv, code=2)["error"]


# --- list, show, remove


def test_list_and_show(archive: Path, capsys: Captured) -> None:
    listed = value(capsys, "list")
    assert [row["id"] for row in listed] == ["mill-1", "mill-2"]
    assert all("text" not in row for row in listed) and [row["words"] for row in listed] == [8, 11]
    article = value(capsys, "show", "mill-1")
    assert article["text"] == ROWS[0]["text"] and article["published"] == "2021-05-03"
    assert {name: article[name] for name in ROWS[0]} == ROWS[0]
    out, _ = told(capsys, "list")
    assert "Mill reopens \u2014 The Torvale Post, Ida Merrow, 3 May 2021\n    mill-1\n" in out
    assert ROWS[1]["text"] in told(capsys, "show", "mill-2")[0]
    assert "nobody" in value(capsys, "show", "nobody", code=2)["error"]


def test_remove_says_what_it_removed(archive: Path, capsys: Captured) -> None:
    assert "nobody" in told(capsys, "remove", "mill-1", "nobody", code=2)[1]
    assert len(value(capsys, "list")) == 2
    assert (
        told(capsys, "remove", "mill-1", "mill-2")[0]
        == "Removed mill-1 (Mill reopens)\nRemoved mill-2 (Mill to close)\n"
    )
    assert value(capsys, "list") == []
    assert "empty" in told(capsys, "list")[1]


def test_an_article_cannot_paint_the_terminal(archive: Path, capsys: Captured) -> None:
    from index.records import Article

    with Archive.open(archive, embedder=HashEmbedder()) as opened:
        opened.add_articles(
            [Article(id="x\x1b[2J", title="T\x9b31m\u202eevil", text="Red \x1b]0;gone\x07 sky at night.")]
        )
    for argv in (["list"], ["search", "red sky"], ["list", "--json"]):
        out, err = told(capsys, *argv)
        assert not set("\x1b\x07\x9b\u202e") & set(out + err)


# --- stopping


def test_ctrl_c_is_one_line(archive: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ui.commands.list_articles", stop)
    assert told(capsys, "list", code=130) == ("", "Stopped.\n")


def test_a_reader_that_goes_away_is_no_traceback(archive: Path, rows: Path) -> None:
    with Archive.open(archive, embedder=HashEmbedder()) as opened:
        from index.records import Article

        opened.add_articles(Article(id=f"n{n}", text=f"Story {n}. " + "word " * 3_000) for n in range(40))
    run = subprocess.Popen([*BYLINE, "show", "n1"], env=_env(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert run.stdout and run.stderr
    run.stdout.close()
    assert run.stderr.read() == b""
    assert run.wait() == 141


def test_a_write_that_fails_is_a_sentence(rows: Path, capsys: Captured, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert told(capsys, "add", str(rows), "--archive", str(tmp_path / "file" / "deeper"), code=2)[1].startswith(
        "byline: "
    )


# --- eval and chat


def test_eval_is_a_child_and_its_code_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[Any] = []
    monkeypatch.setattr(subprocess, "call", lambda command, env: called.append(command) or 7)
    assert main(["eval", "run", "--json", "set"]) == 7
    assert called[0][1:] == ["-P", "-m", "eval", "run", "--json", "set"]


def test_eval_runs_from_anywhere(tmp_path: Path) -> None:
    (tmp_path / "eval.py").write_text("raise SystemExit('the wrong eval')")
    run = subprocess.run([*BYLINE, "eval", "--help"], env=_env(), cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0 and "usage" in run.stdout.lower()


def test_a_taken_port_is_found_first(archive: Path, capsys: Captured) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        _, err = told(capsys, "chat", "--port", str(port), code=2)
    assert str(port) in err and "--port" in err and len(err.splitlines()) == 1


@contextmanager
def chatting(*options: str, seconds: float = 60) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`byline chat` as a child, until Ctrl-C; gives its address."""
    command = [*BYLINE, "chat", "--port", "0", "--no-browser", *options]
    run = subprocess.Popen(command, env=_env(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert run.stdout
        line = run.stdout.readline()
        assert line.startswith("Byline answers at http://127.0.0.1:"), line + (run.stderr.read() if run.stderr else "")
        yield line.split()[3], run
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=seconds)
        assert run.returncode == 0 and "Traceback" not in err and "ended" in out, err
    finally:
        run.kill()


def _post(address: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def test_chat_serves_and_ends(archive: Path) -> None:
    with chatting() as (address, _):
        with urllib.request.urlopen(f"{address}/api/health") as response:
            assert json.load(response)["articles"] == 2
        hits = _post(f"{address}/api/search", {"question": "mill"})["hits"]
        assert {hit["article_id"] for hit in hits} == {"mill-1", "mill-2"}
        page = urllib.request.urlopen(f"{address}/gradio_api/heartbeat/page")  # open when Ctrl-C comes
    page.close()


@pytest.mark.slow
def test_chat_builds_its_sample_and_answers_from_it() -> None:
    with chatting("--sample") as (address, _):
        answer = _post(f"{address}/api/ask", {"question": sample_questions()[0]})
        assert answer["answered"] and answer["citations"]
        for citation in answer["citations"]:
            with urllib.request.urlopen(f"{address}/api/articles/{citation['article_id']}") as response:
                text = json.load(response)["text"]
            quote = citation["quote"]
            assert text[quote["start"] : quote["end"]] == quote["text"]
        said = [_post(f"{address}/api/ask", {"question": question})["answered"] for question in sample_questions()]
        assert sum(said) >= 3  # an example should show an answer
    assert (sample_archive() / "manifest.json").is_file()


@pytest.mark.slow
def test_a_first_archive_by_hand(tmp_path: Path, capsys: Captured) -> None:
    """add, ask, search, as a person would, with the bundled weights."""
    (tmp_path / "ferry.txt").write_text(FERRY, encoding="utf-8")
    assert told(capsys, "add", "ferry.txt")[0].endswith("\n\n1 added.\n")
    answer = value(capsys, "ask", "Why", "was", "the", "ferry's", "propeller", "shaft", "bent?")
    assert answer["answered"] and "Ice had bent" in answer["text"]
    assert answer["citations"][0]["author"] == "Nell Tarrow"
    assert value(capsys, "search", "ferry")[0]["title"] == "Orsk ferry back in service"


def _env() -> dict[str, str]:
    """The environment of a child: this checkout first."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))}
