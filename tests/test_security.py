"""An archive, or a part of one, that somebody else made must not run code here, nor reach files outside of it."""

import ast
import os
import pickle
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from index.archive import Archive
from index.doctor import examine, repair
from index.embed import HashEmbedder
from index.errors import BylineError
from index.records import Article

ROOT = Path(__file__).parent.parent
SOURCES = sorted(path for room in ("rag", "index", "ui", "eval") for path in (ROOT / room).rglob("*.py"))
FORBIDDEN_MODULES = {"pickle", "_pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "jsonpickle"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "torch.load", "os.system", "os.popen", "yaml.load"}
ARTICLES = (
    Article("ferry", "The Orsk ferry sails again. Ice had bent its propeller shaft.", title="Ferry"),
    Article("mill", "The Torvale mill reopened. It hired forty weavers."),
)


def faults(source: str) -> Iterator[str]:
    """What in a program could run code that is hidden in data."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in FORBIDDEN_MODULES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in FORBIDDEN_MODULES:
            yield str(node.module)
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            shell = [k for k in node.keywords if k.arg in ("shell", "allow_pickle", "trust_remote_code")]
            unsafe = [k for k in shell if not (isinstance(k.value, ast.Constant) and k.value.value is False)]
            if name in FORBIDDEN_CALLS or unsafe or name.split(".")[-1] in ("read_pickle", "to_pickle"):
                yield f"{name} in line {node.lineno}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_can_run_code_that_is_hidden_in_data(path: Path) -> None:
    assert list(faults(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "program",
    [
        "import pickle",
        "import os, marshal as m",
        "from shelve import open",
        "from joblib.numpy_pickle import load",
        "import numpy as np\nnp.load(path, allow_pickle=True)",
        "np.load(path, allow_pickle=flag)",
        "torch.load(path)",
        "eval(text)",
        "exec(text)",
        "subprocess.run(line, shell=True)",
        "SentenceTransformer(name, trust_remote_code=True)",
        "pandas.read_pickle(path)",
    ],
)
def test_the_search_for_such_code_finds_it(program: str) -> None:
    assert list(faults(program))


class Payload:
    """Makes a file when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self._marker = str(marker)

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (self._marker,)


def made(folder: Path) -> Path:
    with Archive.create(folder, HashEmbedder()) as archive:
        archive.add_articles([*ARTICLES, Article("secret", "Nothing of this stays.")])
        archive.remove(["secret"], forever=True)  # makes a file of vectors
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("model") / "archive")


@pytest.fixture
def folder(model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(model, tmp_path / "archive"))


def add(folder: Path) -> None:
    with Archive.open(folder) as archive:
        archive.add_articles([Article("late", "The harbour of Orsk froze on Sunday.")])


def search(folder: Path) -> None:
    with Archive.open(folder) as archive:
        words = archive.search_by_words("ferry propeller", 1)
        vectors = archive.search_by_vector(HashEmbedder().encode_question("Orsk ferry propeller shaft"), 1)
        assert {hit.passage.article.id for hit in [*words, *vectors]} == {"ferry"}
        assert {article.id for article in archive.articles()} >= {"ferry", "mill"}


def remove(folder: Path) -> None:
    with Archive.open(folder) as archive:
        archive.remove(["mill"], forever=True)


def doctor(folder: Path) -> None:
    list(examine(folder))


def mend(folder: Path) -> None:
    repair(folder)


DEEDS: tuple[Callable[[Path], None], ...] = (search, add, doctor, mend, remove)
NAMES = (
    "manifest.json",
    "manifest.json.new",
    "archive.db",
    "archive.db-wal",
    "archive.new",
    "vectors-*.faiss",
    "vectors.faiss",
    "vectors.json",
    "lexical-*/meta.json",
    "lexical-*/.managed.json",
    "lexical-*/*.term",
    "lexical-*/*.idx",
    "lexical-*/*.pos",
    "lexical-*/*.store",
    "lexical-*/*.fast",
    "lexical-*/*.fieldnorm",
    "lexical/meta.json",
    "write.holder",
    "write.lock",
    "extra.pkl",
    "codes",
)


def plant(folder: Path, name: str, data: bytes) -> None:
    if name == "codes":  # in the place of vectors
        db = sqlite3.connect(folder / "archive.db")
        db.execute("UPDATE codes SET vector = ?, marks = ?, sentences = ?", (data, data, data))
        db.commit()
        db.close()
        return
    found = list(folder.glob(name))
    assert found or "*" not in name, f"the archive has no {name}"
    for path in found or [folder / name]:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)


def test_the_payload_works_where_it_is_unpickled(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(Payload(tmp_path / "ran")))
    assert (tmp_path / "ran").exists()


def cases() -> Iterator[object]:
    for name in NAMES:
        for deed in DEEDS:
            yield pytest.param(name, deed, id=f"{name}-{deed.__name__}")


@pytest.mark.parametrize(("name", "deed"), list(cases()))
def test_a_pickle_in_an_archive_is_never_run(
    folder: Path, tmp_path: Path, name: str, deed: Callable[[Path], None]
) -> None:
    marker = tmp_path / "ran"
    plant(folder, name, pickle.dumps(Payload(marker)))
    with suppress(BylineError):  # anything else is a failure
        deed(folder)
    assert not marker.exists()


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("archive.db", "codes")])
def test_whatever_lies_beside_the_database_is_healed_by_a_repair(folder: Path, tmp_path: Path, name: str) -> None:
    marker = tmp_path / "ran"
    plant(folder, name, pickle.dumps(Payload(marker)))
    _, left = repair(folder)
    assert {one.kind for one in left} <= {"unknown"}
    search(folder)
    assert not marker.exists()


NESTED = b"[" * 200_000
HUGE = b'{"segments": [{"segment_id": "' + b"a" * 1_000_000 + b'", "deletes": {"opstamp": 1e999}}]}'


@pytest.mark.parametrize("data", [NESTED, HUGE, b"null", b"[]", b'{"segments": 5}', b'"\xff"', b""])
def test_a_strange_manifest_ends_in_a_clear_message_and_is_healed(folder: Path, data: bytes) -> None:
    plant(folder, "manifest.json", data)
    assert {one.kind for one in examine(folder)} == {"manifest"}
    assert repair(folder)[1] == []
    search(folder)


@pytest.mark.parametrize("data", [NESTED, HUGE, b"null", b"[]", b'{"segments": 5}', b'"\xff"', b""])
def test_a_strange_description_of_the_word_index_is_healed(folder: Path, data: bytes) -> None:
    plant(folder, "lexical-*/meta.json", data)
    assert {one.kind for one in examine(folder)} == {"words"}
    assert repair(folder)[1] == []
    search(folder)


@pytest.mark.parametrize("segment", ["../../outside", "/etc/passwd", "..\\outside"])
def test_a_word_index_that_names_files_elsewhere_is_healed(folder: Path, segment: str) -> None:
    data = f'{{"segments": [{{"segment_id": "{segment}", "deletes": null}}]}}'.replace("\\", "\\\\")
    plant(folder, "lexical-*/meta.json", data.encode())
    assert {one.kind for one in examine(folder)} == {"words"}
    assert repair(folder)[1] == []
    search(folder)


@pytest.mark.parametrize("name", ["vectors", "lexical"])
@pytest.mark.parametrize("deed", [doctor, mend])
def test_the_doctor_touches_nothing_outside_that_the_database_names(
    folder: Path, tmp_path: Path, name: str, deed: Callable[[Path], None]
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text("kept")
    names_elsewhere(folder, name, "../outside")
    assert "shadows" in {one.kind for one in examine(folder)}
    deed(folder)
    assert (outside / "kept.txt").read_text() == "kept" and len(list(outside.iterdir())) == 1


def names_elsewhere(folder: Path, name: str, file: str) -> None:
    db = sqlite3.connect(folder / "archive.db")
    assert db.execute("UPDATE shadows SET file = ? WHERE name = ?", (file, name)).rowcount == 1
    db.commit()
    db.close()


@pytest.mark.parametrize("deed", [search, remove], ids=lambda deed: deed.__name__)
def test_an_archive_deletes_nothing_outside_that_its_database_names(
    folder: Path, tmp_path: Path, deed: Callable[[Path], None]
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text("kept")
    names_elsewhere(folder, "vectors", "../outside")
    with suppress(BylineError):
        deed(folder)
    assert (outside / "kept.txt").exists()


@pytest.mark.parametrize("name", ["manifest.json", "lexical-*/meta.json"])
def test_what_is_nested_too_deeply_ends_in_an_error_of_ours_or_is_healed(folder: Path, name: str) -> None:
    plant(folder, name, NESTED)
    with suppress(BylineError):
        search(folder)
