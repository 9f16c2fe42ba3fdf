"""robots.txt: what a site asks of those who read it by machine, as RFC 9309 says. Fetched once a run for each origin.

No file (any 4xx) means that everything may be read; a server that fails (5xx, 429, no answer) is left alone.
"""

from collections.abc import Callable

from protego import Protego

from index.errors import ReadError
from index.fetch.guard import Target
from index.fetch.wire import Reply

LARGEST = 512_000
_OK, _TOO_MANY = 200, 429
_NO_FILE = range(400, 500)


class Robots:
    """The rules of the origins met. `load` fetches an address under every guard but this one."""

    def __init__(self, agent: str, load: Callable[[str], Reply]) -> None:
        self._name = agent.split("/")[0]
        self._load = load
        self._rules: dict[str, Protego | ReadError] = {}

    def check(self, target: Target) -> None:
        """Raises ReadError where the site does not want the address to be read, or cannot be asked."""
        rules = self._of(target)
        if isinstance(rules, ReadError):
            raise ReadError(str(rules))
        if not rules.can_fetch(target.address, self._name):
            raise ReadError("the site's robots.txt asks not to read it by machine: save the page and add the file")

    def delay(self, target: Target) -> float:
        """How many seconds the site wants between two requests; 0 where it does not say."""
        rules = self._rules.get(target.origin)
        return (rules.crawl_delay(self._name) or 0.0) if isinstance(rules, Protego) else 0.0

    def forget(self) -> None:
        """The next run asks again."""
        self._rules.clear()

    def _of(self, target: Target) -> Protego | ReadError:
        if target.origin not in self._rules:
            self._rules[target.origin] = self._read(target)
        return self._rules[target.origin]

    def _read(self, target: Target) -> Protego | ReadError:
        try:
            reply = self._load(f"{target.origin}/robots.txt")
        except ReadError as error:
            return ReadError(f"{target.host} could not be asked for its robots.txt ({error})")
        if reply.status == _OK:
            return Protego.parse(reply.body.decode("utf-8-sig", "replace"))
        if reply.status in _NO_FILE and reply.status != _TOO_MANY:
            return Protego.parse("")
        return ReadError(f"{target.host} answered {reply.status} when asked for its robots.txt: try again later")
