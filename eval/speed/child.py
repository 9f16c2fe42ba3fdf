"""The process that measures one archive: `python -m eval.speed.child ARCHIVE`, questions as JSON on stdin.

It prints one JSON value. With --cold it only opens the archive, its files dropped from the system's cache before.
The articles that it adds are removed again, so that the archive answers the next time as it did this time.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np

from eval.speed.exact import Ids, Truth, survey
from eval.speed.text import FILTERS
from eval.speed.timing import Times, Watched, resident
from index import manifest
from index.archive import Archive
from index.embed import open_embedder
from index.lexical import query_terms
from index.records import Article, Where
from index.rows import blocks
from index.storage import FILE, Storage, generation
from index.view import Floats, View
from rag import Assistant

ADDED = 50
_K = 10


def main() -> int:
    """Measure, print."""
    folder, cold = Path(sys.argv[1]), "--cold" in sys.argv[2:]
    asked: list[str] = json.load(sys.stdin)
    print(json.dumps(opened(folder, asked[:1]) if cold else measured(folder, asked)))
    return 0


def opened(folder: Path, asked: list[str]) -> dict[str, Any]:
    """Seconds until an archive whose files are not in the system's cache gives its first hit."""
    embedder = _model(folder)
    for path in folder.rglob("*"):
        if path.is_file() and hasattr(os, "posix_fadvise"):
            with open(path, "rb") as handle:
                os.posix_fadvise(handle.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    begun = time.perf_counter()
    with Archive.open(folder, embedder) as archive:
        Assistant(archive).search(asked[0])
        return {"cold": round(time.perf_counter() - begun, 3)}


def measured(folder: Path, asked: list[str]) -> dict[str, Any]:
    """All figures of one archive."""
    embedder = _model(folder)
    out: dict[str, Any] = {"rss_model": resident()}
    first = Times()
    with first.of(lambda: Archive.open(folder, embedder)) as archive:
        assistant = Assistant(archive)
        begun, cpu = time.perf_counter(), time.process_time()
        assistant.search(asked[0])
        took = first.spread()
        out["open"] = round(time.perf_counter() - begun + took["wall_p50"] / 1000, 3)
        out["open_cpu"] = round(time.process_time() - cpu + took["cpu_p50"] / 1000, 3)
        out["rss_open"] = resident()
        vectors = np.stack([embedder.encode_question(question) for question in asked])
        with archive.view() as view:
            found, allowed = _searched(view, asked, vectors, out)
        _asked(assistant, asked, out)
        out["rss_queries"] = resident()
        out["add"] = added(archive, embedder)
        out["rss_add"] = resident()
        out.update(_recalls(folder, vectors, found, allowed))
    return out


def _asked(assistant: Assistant, asked: list[str], out: dict[str, Any]) -> None:
    """Time what a person waits for: a search with both indexes, narrowed too, and a whole answer."""
    calls: dict[str, Callable[[str], object]] = {"hybrid": assistant.search, "answer": assistant.ask}
    for name, where in FILTERS.items():
        narrowed = {field: value for field, value in asdict(where).items() if value}
        calls[f"hybrid, {name}"] = partial(assistant.search, **narrowed)
    for name, call in calls.items():
        times = Times()
        for question in asked:
            times.of(partial(call, question))
        out[name] = times.spread()


def _searched(
    view: View, asked: list[str], vectors: Floats, out: dict[str, Any]
) -> tuple[dict[str, list[Ids]], dict[str, Ids | None]]:
    """Time every search; what each found, and the ids that each filter allows."""
    words = Times()
    terms = [query_terms(question) for question in asked]
    for one in terms:
        words.of(partial(view.lexical, one, _K))
    out["lexical"] = words.spread()
    found: dict[str, list[Ids]] = {}
    allowed: dict[str, Ids | None] = {}
    for name, where in {"dense": None, **FILTERS}.items():
        times, anew = Times(), Times()
        allowed[name] = anew.of(partial(view.allowed, where)) if where else None
        found[name] = [times.of(partial(_dense, view, vector, where)) for vector in vectors]
        out[name] = times.spread()
        passed = allowed[name]
        out[name]["first"] = anew.spread()["wall_p50"] if where else 0.0
        out[name]["share"] = 1.0 if passed is None else len(passed) / max(1, view.size)
        out[name]["hits"] = sum(map(len, found[name]))
    out["passages"] = view.size
    return found, allowed


def _dense(view: View, vector: Floats, where: Where | None) -> Ids:
    return view.dense(vector, _K, view.allowed(where) if where else None)[0]


def _recalls(
    folder: Path, vectors: Floats, found: dict[str, list[Ids]], allowed: dict[str, Ids | None]
) -> dict[str, dict[str, float]]:
    truths = {name: Truth(vectors, ids) for name, ids in allowed.items()}
    storage = Storage(folder / FILE)
    with storage.reading() as db:
        survey(vectors, blocks(db, 0, generation(db)), list(truths.values()))
    storage.close()
    return {"recall": {name: round(truth.recall(found[name]), 5) for name, truth in truths.items()}}


def added(archive: Archive, embedder: Watched) -> dict[str, float]:
    """Milliseconds that adding one article takes, its encoding apart: median and worst of ADDED.

    The one before them stands apart too: it loads the model that tells languages and the text splitter, once a process.
    """
    took, ids = [], []
    for number in range(ADDED + 1):
        name = f"added-{time.time_ns()}"
        lines = (f"In edition {name}, line {i}, the council of town {number} votes on a new bridge." for i in range(60))
        before, begun = embedder.seconds, time.perf_counter()
        archive.add_articles([Article(name, " ".join(lines), title=f"Bridge {number}")])
        took.append(1000 * (time.perf_counter() - begun - (embedder.seconds - before)))
        ids.append(name)
    archive.remove(ids)
    first, *others = (round(one, 1) for one in took)
    return {"median": round(statistics.median(others), 1), "max": max(others), "first": first}


def _model(folder: Path) -> Watched:
    made = manifest.read(folder)
    embedder = Watched(open_embedder(made.embedder, made.sha256))
    embedder.encode_question("Is the model loaded?")
    return embedder


if __name__ == "__main__":
    sys.exit(main())
