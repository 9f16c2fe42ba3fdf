"""Building the archives: through a command and its transactions, as an ingest does, but with nothing left to encode.

A pool of real passages is cut and encoded once, by an ordinary add; every archive is made from it.
"""

import json
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np

from eval.progress import adding
from eval.speed.made import Made, Seeds, articles, vocabulary
from eval.speed.text import Texts, filed, stream
from index import opening
from index.archive import Archive
from index.chunk import Chunk
from index.command import Command
from index.embed import Embedder, Encoded, unit
from index.lock import write_lock
from index.records import Article, Span
from index.shadows import Shadows
from index.storage import ALIVE, FILE, Storage
from index.words import words
from index.write import Blobs, piece_hash, piece_of

REAL = 10_000  # passages up to which an archive holds real text
BATCH = 128  # articles in a transaction, as many as an ingest takes
Ready = tuple[Article, list[Chunk], Mapping[bytes, Encoded | Blobs]]


@dataclass(frozen=True, slots=True)
class Built:
    """A finished archive. `size` counts its bytes when every log is written back; `repeated` says that texts of it
    are numbered copies of others."""

    passages: int
    articles: int
    characters: int
    seconds: float
    size: int
    made: bool
    repeated: bool = False


def pool(folder: Path, texts: Texts, passages: int, embedder: Embedder) -> int:
    """An archive of at least `passages` real passages, made now unless it is there. Returns how many of the first
    are no copies of others."""
    note = note_of(folder)
    if note.is_file():
        return int(json.loads(note.read_text("utf-8"))["own"])
    shutil.rmtree(folder, ignore_errors=True)
    source, own = stream(texts.articles), 0
    with Archive.create(folder, embedder) as archive, adding() as progress:
        while (held := archive.counts()["passages"]) < passages:
            part = list(islice(source, BATCH))
            archive.add_articles([article for article, _ in part])
            if part[-1][1]:
                own = archive.counts()["passages"]
            elif part[0][1]:  # the last of the articles, and the first copies
                own = held
            progress("encoding passages", min(held, passages), passages)
    note.write_text(json.dumps({"own": own}), "utf-8")
    return own


def build(folder: Path, passages: int, source: Path, embedder: Embedder, own: int, made: bool) -> Built:
    """An archive of exactly `passages` passages from the pool at `source`; `own` of those are no copies."""
    note = note_of(folder)
    if note.is_file():
        return Built(**json.loads(note.read_text("utf-8")))
    shutil.rmtree(folder, ignore_errors=True)
    ready = _made(seeds(source), passages) if made else _real(source, passages)
    count, characters, seconds = _write(folder, ready, embedder, passages)
    built = Built(
        passages, count, characters, round(seconds, 2), _checkpoint(folder), made, passages > own and not made
    )
    note.write_text(json.dumps(asdict(built)), "utf-8")
    return built


def note_of(folder: Path) -> Path:
    """What is written beside an archive when it is complete: an archive's folder holds nothing foreign."""
    return folder.with_name(folder.name + ".json")


def seeds(source: Path) -> Seeds:
    """Words and vectors of the pool."""
    storage = Storage(source / FILE)
    with storage.reading() as db:
        texts = (words(row[0]) for row in db.execute(f"SELECT text FROM articles WHERE died = {ALIVE} ORDER BY row"))
        vocab = vocabulary(texts)
        vectors, inner = [], []
        sql = "SELECT c.vector, c.sentences FROM passages p JOIN codes c USING (code) ORDER BY p.pid"
        for vector, sentences in db.execute(sql):
            vectors.append(np.frombuffer(vector, np.float16).astype(np.float32))
            inner.append(unit(np.frombuffer(sentences, np.int8).reshape(-1, len(vectors[-1]))))
    storage.close()
    return Seeds(vocab, unit(np.asarray(vectors)), inner)


def _real(source: Path, passages: int) -> Iterator[Ready]:
    """The first passages of the pool with their vectors as stored; the last article is cut where they end."""
    storage, left = Storage(source / FILE), passages
    with storage.reading() as db:
        found = db.execute(f"SELECT row, text, title, language FROM articles WHERE died = {ALIVE} ORDER BY row")
        for row, text, title, language in found.fetchall():
            if left <= 0:
                break
            rows = db.execute(
                "SELECT p.start, p.stop, c.vector, c.marks, c.sentences FROM passages p JOIN codes c USING (code) "
                "WHERE p.article = ? ORDER BY p.pid LIMIT ?",
                (row, left),
            ).fetchall()
            left -= len(rows)
            article = Article("", text[: rows[-1][1]], title=title, language=language)
            chunks, blobs = [], {}
            for start, stop, *stored in rows:
                marks = np.frombuffer(stored[1], np.int32).reshape(-1, 2) + start
                chunks.append(Chunk(Span(start, stop), tuple(Span(int(a), int(b)) for a, b in marks)))
                blobs[piece_hash(piece_of(article, chunks[-1]))] = Blobs(*stored)
            yield article, chunks, blobs
    storage.close()


def _made(seeds: Seeds, passages: int) -> Iterator[Ready]:
    for article, chunks, encoded in articles(seeds, passages, passages):
        yield _keyed((article, chunks, encoded))


def _keyed(one: Made) -> Ready:
    article, chunks, encoded = one
    keys = [piece_hash(piece_of(article, part)) for part in chunks]
    return article, chunks, dict(zip(keys, encoded, strict=True))


def _write(folder: Path, ready: Iterable[Ready], embedder: Embedder, passages: int) -> tuple[int, int, float]:
    """Write an archive; how many articles and characters went in, and the seconds that writing took."""
    _, storage = opening.create(folder, embedder)
    shadows, stream, spent = Shadows(folder), iter(ready), 0.0
    count = characters = done = 0
    with write_lock(folder, "speed"), adding() as progress:
        shadows.catch_up(storage)
        command = Command("add", storage, shadows)
        while batch := list(islice(stream, BATCH)):
            begun = time.perf_counter()
            with command.change() as change:
                for article, chunks, encoded in batch:
                    one = replace(filed(article, count), added="2026-01-01T00:00:00+00:00")
                    change.put(one, "", False, None, chunks, encoded)
                    count, characters, done = count + 1, characters + len(one.text), done + len(chunks)
            spent += time.perf_counter() - begun
            progress("building", done, passages)
    storage.close()
    return count, characters, spent


def _checkpoint(folder: Path) -> int:
    """The bytes of the folder when the database's log is written back."""
    storage = Storage(folder / FILE)
    with storage.outside() as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    storage.close()
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
