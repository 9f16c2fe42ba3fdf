"""One command that changes an archive: each of its changes is one database transaction, then one of the word index.

Only when both have committed may a change be reported. The caller holds the write lock for the whole command.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from index.chunk import Chunk
from index.embed import Encoded
from index.errors import WriteFailed
from index.history import begin
from index.lexical import Entry
from index.records import Article
from index.shadows import Shadows
from index.storage import ALIVE, Connection, Storage, generation, set_state
from index.write import Blobs, Known, bury, insert

_LOG = logging.getLogger("byline")


@dataclass(slots=True)
class Change:
    """What one transaction does: rows get `generation`; the word index learns `entries` and forgets `gone`.

    `anew`: every passage is another one afterwards, so both indexes are made anew and nobody can look meanwhile.
    """

    db: Connection
    generation: int
    entries: list[Entry] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    anew: bool = False

    def put(
        self,
        article: Article,
        source: str,
        given: bool,
        old: Known | None,
        chunks: Sequence[Chunk],
        vectors: Mapping[bytes, Encoded | Blobs],
    ) -> None:
        """Add an article with its passages, in the place of its old version if there is one."""
        if old:
            self.bury(old.row)
        self.entries += insert(self.db, article, source, given, chunks, vectors, self.generation)

    def bury(self, row: int) -> None:
        """Remove a living article."""
        self.gone += bury(self.db, row, self.generation)


class Command:
    """`name` is what undo calls it by. A command that changes nothing leaves the one before it undoable."""

    def __init__(self, name: str, storage: Storage, shadows: Shadows) -> None:
        self._name = name
        self._storage = storage
        self._shadows = shadows
        self._begun = False

    @contextmanager
    def change(self, undoable: bool = True) -> Iterator[Change]:
        """A transaction; it is complete, and may be reported, when the block has ended without an error.

        Raises:
            WriteFailed: the disk is full or failing. The change is in the archive whole or not at all.
        """
        with self._storage.writing() as db:
            change = Change(db, generation(db) + 1)
            if not self._begun and undoable:
                begin(db, self._name, change.generation - 1)
            yield change
            set_state(db, "generation", change.generation)
            if change.anew:
                set_state(db, "floor", ALIVE)
        self._begun = True
        if change.anew:
            self._shadows.refill(self._storage)
        else:
            self._shadows.commit(change.generation, change.entries, change.gone)
            try:
                self._shadows.recut(self._storage)
            except WriteFailed as error:  # the change is complete all the same, only searching it is slower
                _LOG.warning("%s", error)
