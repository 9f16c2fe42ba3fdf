"""Bodies that travelled compressed, unpacked piece by piece and counted, so that a small body cannot fill the memory.

gzip and deflate only: nothing else is asked for, and what was not asked for is refused unread.
"""

import zlib
from collections.abc import Iterable

from index.errors import ReadError

ENCODINGS = "gzip, deflate"
_PIECE = 1 << 16
_FREE = 1 << 20  # up to here the ratio does not matter: a short page of blanks is no attack


class Unpacker:
    """Takes a body as it arrives and gives it back unpacked: to `most` bytes, and to `ratio` times its size."""

    def __init__(self, encoding: str, most: int, ratio: int) -> None:
        self._encoding = encoding.strip().lower().removeprefix("x-")
        if self._encoding not in ("", "identity", "gzip", "deflate"):
            raise ReadError(f"it is packed as '{encoding[:40]}', which Byline did not ask for")
        self._most, self._ratio = most, ratio
        self._engine: zlib._Decompress | None = None
        self._pieces: list[bytes] = []
        self._taken = self._given = 0

    def take(self, data: bytes) -> None:
        """The next bytes of the body.

        Raises:
            ReadError: when they unpack to too much, or not at all.
        """
        self._taken += len(data)
        if self._encoding in ("", "identity"):
            self._give(data)
            return
        try:
            while data:
                if self._engine is None:
                    self._engine = zlib.decompressobj(self._window(data))
                self._give(self._engine.decompress(data, _PIECE))
                data = self._engine.unconsumed_tail
                if self._engine.eof:  # gzip may hold several members, one after the other
                    data = self._engine.unused_data if self._encoding == "gzip" else b""
                    self._engine = None if data else self._engine
        except zlib.error:
            raise ReadError(f"what it sent is not the {self._encoding} it says it is: try again later") from None

    def end(self) -> bytes:
        """The whole body."""
        if self._engine is not None and not self._engine.eof:
            try:
                while piece := self._engine.decompress(self._engine.unconsumed_tail, _PIECE):
                    self._give(piece)
            except zlib.error:
                pass  # then the end has not been met either
            if not self._engine.eof:
                raise ReadError("the packed body breaks off before its end: try again later")
        return b"".join(self._pieces)

    def _window(self, data: bytes) -> int:
        """zlib's name for the format. Some servers send deflate with its zlib frame and some without."""
        if self._encoding == "gzip":
            return 16 + zlib.MAX_WBITS
        framed = data[0] & 15 == 8 and (len(data) < 2 or int.from_bytes(data[:2]) % 31 == 0)
        return zlib.MAX_WBITS if framed else -zlib.MAX_WBITS

    def _give(self, piece: bytes) -> None:
        self._given += len(piece)
        if self._given > self._most:
            raise ReadError(f"it unpacks to more than {self._most:,} bytes: it is too large to be an article")
        if self._given > _FREE and self._given > self._ratio * self._taken:
            raise ReadError(f"it unpacks to more than {self._ratio} times its size, as only a bomb does: not read")
        self._pieces.append(piece)


def gunzip(pieces: Iterable[bytes], most: int, ratio: int) -> bytes:
    """A gzip file unpacked within the same bounds.

    Raises:
        ReadError: when it is none, is cut short or becomes too large.
    """
    unpacker = Unpacker("gzip", most, ratio)
    for piece in pieces:
        unpacker.take(piece)
    return unpacker.end()
