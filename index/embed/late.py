"""What takes seconds to load, and is loaded when it is first needed."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Late(Generic[_T]):
    """What is made when it is first asked for, by one thread, and kept."""

    def __init__(self, make: Callable[[], _T]) -> None:
        self._make = make
        self._made: _T | None = None
        self._lock = threading.Lock()

    def __call__(self) -> _T:
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made
