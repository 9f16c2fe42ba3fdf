"""Vectors of questions, remembered by a hash of the model and the text: asked again, the model is not even loaded."""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from eval.run import Asker, Opener
from index.archive import Archive
from index.embed import TITLE_TOKENS, Encoded, Piece, Vectors
from index.errors import EvalError
from rag import Assistant, Settings

_SCHEMA = "CREATE TABLE IF NOT EXISTS questions (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"


class Questions:
    """A file of question vectors. Several runs may use it at once; what one has encoded the others find.

    `found` counts what was asked for and known.
    """

    def __init__(self, file: Path) -> None:
        self.found = 0
        self._file = file
        try:
            self._db = sqlite3.connect(file, timeout=30, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute(_SCHEMA)
        except sqlite3.Error as error:
            raise self._failure(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def find(self, model: str, text: str) -> Vectors | None:
        """The vector of a text by a model, if it is known."""
        try:
            row = self._db.execute("SELECT vector FROM questions WHERE key = ?", (_key(model, text),)).fetchone()
        except sqlite3.Error as error:
            raise self._failure(error) from error
        self.found += row is not None
        return np.frombuffer(row[0], np.float32) if row else None

    def keep(self, model: str, text: str, vector: Vectors) -> None:
        """Remember a vector."""
        data = np.asarray(vector, np.float32).tobytes()
        try:
            self._db.execute("INSERT OR REPLACE INTO questions VALUES (?, ?)", (_key(model, text), data))
        except sqlite3.Error as error:
            raise self._failure(error) from error

    def opener(self, opener: Opener) -> Opener:
        """Opens what `opener` opens, with the question vectors of this file."""

        def opened(path: Path, settings: Settings) -> AbstractContextManager[Asker]:
            return self._opened(opener, path, settings)

        return opened

    @contextmanager
    def _opened(self, opener: Opener, path: Path, settings: Settings) -> Iterator[Asker]:
        with opener(path, settings) as assistant:
            if not isinstance(assistant, Assistant):
                yield assistant
                return
            with Archive.open(path, _Remembering(assistant.archive, self)) as archive:
                yield Assistant(archive, assistant.settings)

    def _failure(self, error: sqlite3.Error) -> EvalError:
        return EvalError(f"'{self._file}' cannot be used: {error}. Build it anew with --fresh.")


class _Remembering:
    """An archive's embedder, which is loaded only for what is not known. See Embedder."""

    def __init__(self, archive: Archive, known: Questions) -> None:
        made = archive.manifest
        self.name = made.embedder
        self.fingerprint = made.sha256
        self.dimension = made.dimension
        self.limit = made.tokens + TITLE_TOKENS
        self._archive = archive
        self._known = known

    def offsets(self, text: str) -> NDArray[np.int64]:
        return self._archive.embedder.offsets(text)

    def encode(self, pieces: Sequence[Piece]) -> Iterator[tuple[int, Encoded]]:
        return self._archive.embedder.encode(pieces)

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        return self._archive.embedder.encode_texts(texts)

    def encode_question(self, question: str) -> Vectors:
        vector = self._known.find(self.fingerprint, question)
        if vector is None:
            vector = self._archive.embedder.encode_question(question)
            self._known.keep(self.fingerprint, question, vector)
        return vector


def _key(model: str, text: str) -> bytes:
    return hashlib.sha256(f"{model}\x00{text}".encode("utf-8", "surrogatepass")).digest()
