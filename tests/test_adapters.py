"""Retrievers for LangChain and LlamaIndex: the same passages in the same order, each cut from its article."""

import asyncio
import importlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.archive import Archive
from index.errors import ArchiveMissing, BylineError, QuestionError, SettingsError
from index.records import Article
from rag import Assistant

ROOT = Path(__file__).parent.parent
ARTICLES = [
    Article(
        "strike",
        "  Crews of the ferry walked out on Monday.\n\nTheir pay was frozen. “A pity”, said Ada Quist 🙂.\n",
        "Ferry strike",
        url="https://example.org/strike",
        outlet="Coast Daily",
        author="Ivo Marr",
        published="2021-05-04",
    ),
    Article("pay", "Pay of the crews rises by 4 percent. " * 90, "Pay rises", outlet="Holm Post"),
    Article("bridge", "The old bridge at Lund reopened.", published="2020"),
]
QUESTION = "Why did the ferry crews walk out?"
KEYS = ["article_id", "title", "url", "outlet", "author", "published", "start", "end", "score", "why"]
Column = tuple[str, Callable[[Any, str], list[tuple[str, dict[str, Any], str]]], Callable[[Any, str], Any]]


def documents(found: Any) -> list[tuple[str, dict[str, Any], str]]:
    return [(one.page_content, one.metadata, one.id) for one in found]


def nodes(found: Any) -> list[tuple[str, dict[str, Any], str]]:
    assert all(one.score == one.metadata["score"] for one in found)
    return [(one.node.get_content(), one.metadata, one.node.node_id) for one in found]


LANGCHAIN = ("rag.adapters.langchain", lambda r, q: documents(r.invoke(q)), lambda r, q: r.ainvoke(q))
LLAMAINDEX = ("rag.adapters.llamaindex", lambda r, q: nodes(r.retrieve(q)), lambda r, q: r.aretrieve(q))
both = pytest.mark.parametrize("column", [LANGCHAIN, LLAMAINDEX], ids=["langchain", "llamaindex"])


@pytest.fixture
def assistant(archive: Archive) -> Assistant:
    archive.add_articles(ARTICLES)
    return Assistant(archive)


def retriever(column: Column, archive: Any, **choices: Any) -> Any:
    return importlib.import_module(column[0]).BylineRetriever(archive, **choices)


@both
@pytest.mark.parametrize("choices", [{}, {"k": 2}, {"k": 5, "per_article": 1, "fold": True}, {"outlet": "holm post"}])
def test_passages_are_those_of_search_and_cut_from_their_articles(
    assistant: Assistant, column: Column, choices: dict[str, Any]
) -> None:
    hits = assistant.search(QUESTION, **choices)
    found = column[1](retriever(column, assistant, **choices), QUESTION)
    assert len(found) == len(hits) > 0 and len({name for _, _, name in found}) == len(hits)
    for (text, meta, _), hit in zip(found, hits, strict=True):
        assert list(meta) == KEYS and json.dumps(meta)
        article = assistant.archive.article(meta["article_id"])
        assert article.text[meta["start"] : meta["end"]] == text == hit.passage.text
        assert (meta["score"], meta["why"]) == (hit.score, hit.why)
        assert all(meta[name] == getattr(article, name) for name in KEYS[1:6])


@both
def test_it_may_be_awaited_many_at_once(assistant: Assistant, column: Column, monkeypatch: pytest.MonkeyPatch) -> None:
    one = retriever(column, assistant, k=3)
    wanted = [hit.passage.text for hit in assistant.search(QUESTION, k=3)]
    used: list[int] = []
    search = assistant.search
    monkeypatch.setattr(assistant, "search", lambda *a, **k: used.append(threading.get_ident()) or search(*a, **k))

    async def ask() -> list[Any]:
        return await asyncio.gather(*(column[2](one, QUESTION) for _ in range(4)))

    read = documents if column is LANGCHAIN else nodes
    for found in asyncio.run(ask()):
        assert [text for text, _, _ in read(found)] == wanted
    assert len(used) == 4 and threading.get_ident() not in used  # the loop was free meanwhile


@both
def test_a_path_will_do_and_a_wrong_one_makes_no_archive(assistant: Assistant, column: Column, tmp_path: Path) -> None:
    path = assistant.archive.path
    one = retriever(column, path)
    found = column[1](one, QUESTION)
    assert [meta["article_id"] for _, meta, _ in found] == [
        hit.passage.article.id for hit in assistant.search(QUESTION)
    ]
    one.search.assistant.close()
    with pytest.raises(ArchiveMissing):
        retriever(column, tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


@both
@pytest.mark.parametrize("choices", [{"k": "3"}, {"autor": "x"}, {"since": "soon"}, {"per_article": None}])
def test_wrong_choices_are_named_where_they_are_made(
    assistant: Assistant, column: Column, choices: dict[str, Any]
) -> None:
    with pytest.raises(SettingsError):
        retriever(column, assistant, **choices)


@both
def test_troubles_of_a_question_reach_the_caller(assistant: Assistant, column: Column) -> None:
    with pytest.raises(QuestionError):
        column[1](retriever(column, assistant), " ")


def test_a_language_model_is_given_the_source_and_not_the_scores(assistant: Assistant) -> None:
    from llama_index.core.schema import MetadataMode

    (first, *_) = retriever(LLAMAINDEX, assistant, outlet="Coast Daily").retrieve(QUESTION)
    read = first.node.get_content(MetadataMode.LLM)
    assert "Ivo Marr" in read and "Coast Daily" in read and "dense" not in read
    assert (first.node.start_char_idx, first.node.end_char_idx) == (first.metadata["start"], first.metadata["end"])


@both
def test_a_missing_framework_is_said_with_what_to_install(column: Column, monkeypatch: pytest.MonkeyPatch) -> None:
    package, extra = {
        LANGCHAIN[0]: ("langchain_core", "langchain"),
        LLAMAINDEX[0]: ("llama_index", "llamaindex"),
    }[column[0]]
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, column[0], raising=False)
    with pytest.raises(BylineError, match=rf"pip install 'byline\[{extra}\]'"):
        importlib.import_module(column[0])


@both
def test_importing_asks_no_network(column: Column) -> None:
    code = (
        "import socket\n"
        "def no(*_, **__): raise SystemExit('asked the network')\n"
        "socket.socket.connect = socket.getaddrinfo = no\n"
        f"import sys, {column[0]}\n"
        "print(not {'torch', 'gradio', 'nltk', 'tiktoken'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
