"""An archive against a dict: hypothesis writes, undoes, crashes, damages and reopens in every order it can think of.

Each machine has one archive that writes and a second one that stays open and only reads; after every step both must
hold exactly what the dict holds, and find it by words and by vector.
"""

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from crashing import EMBEDDER, Model, article, fast_folder, holdings, problems, text, word
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from index.archive import Archive
from index.errors import ArticleMissing, NothingToUndo
from index.shadows import Shadows

IDS = "abcdef"
TRUTH = ("archive.db", "manifest.json", "write.")  # what these files hold is held nowhere else
CHANGES = st.dictionaries(st.sampled_from(IDS), st.integers(1, 4), min_size=1, max_size=3)
CHOSEN = st.sets(st.sampled_from(IDS), min_size=1, max_size=3).map(sorted)


class Machine(RuleBasedStateMachine):
    """`held` is what the archive must hold; `earlier` what it held before the last command that changed something."""

    @initialize()
    def begin(self) -> None:
        self.stack = ExitStack()
        self.folder = self.stack.enter_context(fast_folder()) / "archive"
        self.archive = Archive.create(self.folder, EMBEDDER)
        self.reader = Archive.open(self.folder, EMBEDDER)
        self.held: Model = {}
        self.earlier: Model | None = None

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.archive.close()
            self.reader.close()
            self.stack.close()

    @rule(changes=CHANGES)
    def add(self, changes: dict[str, int]) -> None:
        wanted = self._with(changes)
        report = self.archive.add_articles([article(id, version) for id, version in changes.items()])
        assert set(report.added) == set(changes) - set(self.held)
        assert set(report.updated) == {id for id in changes if id in self.held and self.held[id] != wanted[id]}
        assert set(report.unchanged) == {id for id in changes if self.held.get(id) == wanted[id]}
        self._become(wanted)

    @rule(ids=CHOSEN)
    def remove(self, ids: list[str]) -> None:
        wanted = {id: said for id, said in self.held.items() if id not in ids}
        if len(wanted) + len(ids) == len(self.held):
            assert self.archive.remove(ids) == tuple(ids)
            self._become(wanted)
        else:
            with pytest.raises(ArticleMissing):
                self.archive.remove(ids)

    @rule()
    def undo(self) -> None:
        if self.earlier is None:
            with pytest.raises(NothingToUndo):
                self.archive.undo()
        else:
            wanted = self.earlier
            self.archive.undo()
            self._become(wanted)

    @rule(changes=CHANGES)
    def crash_in_an_add(self, changes: dict[str, int]) -> None:
        articles = [article(id, version) for id, version in changes.items()]
        self._crash(lambda: self.archive.add_articles(articles), self._with(changes))

    @precondition(lambda self: self.held)
    @rule()
    def crash_in_a_remove(self) -> None:
        id, *others = self.held
        self._crash(lambda: self.archive.remove([id]), {other: self.held[other] for other in others})

    @rule()
    def reopen(self) -> None:
        self.archive.close()
        self.archive = Archive.open(self.folder, EMBEDDER)

    @rule()
    def the_reader_reopens(self) -> None:
        self.reader.close()
        self.reader = Archive.open(self.folder, EMBEDDER)

    @rule(choice=st.integers(0, 1_000), how=st.sampled_from(["cut", "flip", "delete"]), at=st.floats(0, 1))
    def damage(self, choice: int, how: str, at: float) -> None:
        self.archive.close()
        self.reader.close()
        del self.archive, self.reader  # a file that is mapped may not be cut: that would end this process
        if files := self._shadow_files():
            spoil(files[choice % len(files)], how, at)
        self.archive = Archive.open(self.folder, EMBEDDER)
        self.reader = Archive.open(self.folder, EMBEDDER)

    @rule()
    def lose_all_shadows(self) -> None:
        self.archive.close()
        self.reader.close()
        for path in self.folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif not path.name.startswith(TRUTH):
                path.unlink()
        self.archive = Archive.open(self.folder, EMBEDDER)
        self.reader = Archive.open(self.folder, EMBEDDER)

    @invariant()
    def both_hold_what_the_dict_holds(self) -> None:
        gone = {word(id, version) for id in IDS for version in range(1, 5)}
        gone -= {said.split()[2] for said in self.held.values()}
        for archive in (self.archive, self.reader):
            assert holdings(archive) == self.held
            assert problems(archive, gone, doctor=archive is self.archive) == []

    def _with(self, changes: dict[str, int]) -> Model:
        return {**self.held, **{id: text(id, version) for id, version in changes.items()}}

    def _become(self, wanted: Model) -> None:
        if wanted != self.held:
            self.held, self.earlier = wanted, self.held

    def _crash(self, act: Callable[[], object], wanted: Model) -> None:
        """Die between the database's commit and the word index's; then the change is there, though nobody was told."""

        def die(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        if wanted == self.held:
            return
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Shadows, "commit", die)
            with pytest.raises(KeyboardInterrupt):
                act()
        self.archive = Archive.open(self.folder, EMBEDDER)
        self._become(wanted)

    def _shadow_files(self) -> list[Path]:
        files = (path for path in self.folder.rglob("*") if path.is_file() and path.stat().st_size)
        return sorted(path for path in files if not path.relative_to(self.folder).as_posix().startswith(TRUTH))


def spoil(path: Path, how: str, at: float) -> None:
    """Cut a file short, change one of its bytes, or delete it."""
    whole = path.read_bytes()
    place = min(int(at * len(whole)), len(whole) - 1)
    if how == "delete":
        path.unlink()
    elif how == "cut":
        path.write_bytes(whole[:place])
    else:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])


TestMachine = Machine.TestCase
TestMachine.settings = settings(
    max_examples=40, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
