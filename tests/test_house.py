"""The house rules that a machine can check: imports, vendors, what the wheel holds, what README promises."""

import ast
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("rag", "index", "ui", "eval")
MAY_IMPORT = {"index": set(), "rag": {"index"}, "ui": {"rag", "index"}, "eval": {"rag", "index"}}
TRAINING = [*(f"eval/reader/{name}.py" for name in ("model", "kept", "loop", "watch")), "eval/train_reader.py"]
VENDORS = {
    "faiss": ["index/vectors.py"],
    "sentence_transformers": ["index/embed/transformer.py", "index/embed/cross.py"],
    "transformers": ["index/embed/transformer.py", "index/embed/cross.py", "eval/reader/model.py"],
    "torch": ["index/embed/transformer.py", "index/embed/cross.py", *TRAINING],
    "onnxruntime": ["index/embed/bert.py"],
    "onnx": ["index/embed/graph.py"],
    "tokenizers": ["index/embed/bert.py"],
    "safetensors": ["index/embed/reader.py", "index/embed/cross.py", "index/embed/bert.py", "eval/reader/kept.py"],
    "langchain_core": ["rag/adapters/langchain.py"],
    "llama_index": ["rag/adapters/llamaindex.py", "eval/hybrids.py"],
    "langchain_text_splitters": ["index/chunk.py", "eval/hybrids.py"],
    "langchain_classic": ["eval/hybrids.py"],
    "langchain_community": ["eval/hybrids.py"],
    "txtai": ["eval/hybrids.py"],
    "tantivy": ["index/lexical.py"],
    "sentencex": ["index/sentences.py"],
    "trafilatura": ["index/read/body.py"],
    "pypdf": ["index/read/pdf.py"],
    "docx": ["index/read/docx.py"],
    "ir_measures": ["eval/benchmarks/ranking.py"],
    "markdown_it": ["index/read/unmarked.py"],
    "httpcore": ["index/fetch/wire.py"],
    "protego": ["index/fetch/robots.py"],
    "feedparser": ["index/fetch/feeds.py"],
    "defusedxml": ["index/fetch/sitemap.py"],
    "idna": ["index/fetch/guard.py"],
    "py3langid": ["index/language.py"],
    "filelock": ["index/lock.py"],
}
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            assert all(alias.name != "eval" for alias in node.names), f"{path}: `import eval` would hide the builtin"
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports name the room, never a dot"
            yield node.module or ""


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way_and_vendors_keep_to_their_room(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    room = name.split("/")[0]
    for module in imports(path):
        top = module.split(".")[0]
        assert top not in ROOMS or top == room or top in MAY_IMPORT[room], f"{name} imports {module}"
        assert name in VENDORS.get(top, [name]), f"{name} imports {module}: that vendor lives in {VENDORS[top]}"
        assert top != "gradio" or name.startswith("ui/"), f"{name} imports gradio"
        assert top != "pickle"
        assert not module.startswith("rag.adapters") or name.startswith("rag/adapters/"), f"{name} imports {module}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_say_what_stands_there_and_hold_no_junk_names(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))
    assert path.stem not in ("utils", "helpers", "common", "core", "manager")


def test_public_names_are_complete_and_sorted() -> None:
    import rag

    assert rag.__all__ == sorted(rag.__all__) and all(hasattr(rag, name) for name in rag.__all__)


@pytest.mark.slow
def test_the_wheel_holds_the_four_packages_and_no_tests(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == set(ROOMS)
    for needed in (
        "rag/weights.json",
        "eval/sets/sample/articles.jsonl",
        "eval/sets/sample/questions.jsonl",
        "eval/__main__.py",
        "ui/static/chat.css",
    ):
        assert needed in names, needed
    unpacked = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(unpacked)
    code = "import rag, index.archive, ui.cli, eval.metrics; print(rag.__file__); rag.weights.weights()"
    done = subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(unpacked)!r}); {code}"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )
    assert done.stdout.startswith(str(unpacked))


def test_each_package_name_has_one_owner() -> None:
    owners = packages_distributions()
    for room in ROOMS:
        assert set(owners.get(room, ["byline"])) == {"byline"}, f"another distribution also installs '{room}'"


def blocks(language: str) -> list[str]:
    readme = (ROOT / "README.md").read_text("utf-8")
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)
    return [text for name, text in fenced if name == language]


def test_readme_names_commands_that_exist() -> None:
    lines = [line for block in blocks("") for line in block.splitlines() if line]
    targets = (ROOT / "Makefile").read_text("utf-8")
    assert [line for line in lines if line.startswith("make")] == ["make chat", "make test"]
    assert all(f"\n{line.split()[1]}:" in targets for line in lines if line.startswith("make"))
    from ui.cli import parser

    for line in lines:
        words = line.split()
        if words[:1] == ["byline"] and words[1] != "eval":
            parser().parse_args(_shell(line)[1:])
    ignored = [line for line in lines if line.split()[0] not in ("make", "byline", ".")]
    assert not ignored


@pytest.mark.slow
def test_readme_program_runs(tmp_path: Path) -> None:
    (program,) = blocks("python")
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "deal.txt").write_text(
        "IBM and Inspur said in August 2014 that they would work together. IBM wanted to mend its falling sales in "
        "China, and Inspur wanted software that banks trust, which is why IBM and Inspur became partners.",
        "utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    assert "True" in done.stdout and "IBM" in done.stdout


def _shell(line: str) -> list[str]:
    import shlex

    return shlex.split(line)
