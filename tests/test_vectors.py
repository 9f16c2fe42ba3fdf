"""The vector index against numpy: exact below a size; above it, what is found and then re-scored."""

import hashlib
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index import vectors
from index.dot import dots
from index.vectors import OVERSAMPLE, Block, Blocks, Ids, Matrix, Vectors

WIDTH = 32
NONE = np.zeros(0, np.int64)


def unit(rows: np.ndarray) -> Matrix:
    """Unit vectors as the database keeps them: rounded to half floats."""
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16).astype(np.float32)


def unit_rows(count: int, seed: int, width: int = WIDTH) -> Matrix:
    return unit(np.random.default_rng(seed).normal(size=(count, width)))


def near_topics(count: int, seed: int) -> Matrix:
    """Rows that lie about 60 topics, as passages do."""
    draw = np.random.default_rng(seed)
    return unit(unit_rows(60, 99)[draw.integers(0, 60, count)] + 0.6 * unit_rows(count, seed))


def streamed(ids: Ids, rows: Matrix, size: int = 700) -> Blocks:
    def blocks() -> Iterator[Block]:
        for start in range(0, len(ids), size):
            yield ids[start : start + size], rows[start : start + size]

    return blocks


def made(ids: Ids, rows: Matrix, probes: Matrix | None = None) -> Vectors:
    return vectors.build(streamed(ids, rows), len(ids), rows.shape[1], 1, probes)


def best(ids: Ids, rows: Matrix, query: Matrix, k: int) -> list[int]:
    return ids[np.argsort(-(rows @ query), kind="stable")][:k].tolist()


def recall(held: Vectors, ids: Ids, rows: Matrix, queries: Matrix, allowed: Ids | None = None) -> float:
    """Share of the true ten that are among the OVERSAMPLE x 10 found, which is what re-scoring then keeps."""
    hits = 0.0
    for query in queries:
        wanted = best(ids, rows, query, 10)
        hits += np.isin(wanted, held.search(query, 10 * OVERSAMPLE, allowed)[0]).mean()
    return hits / len(queries)


def reach(held: Vectors) -> tuple[int, float]:
    """How many lists of a large base are looked through and how many candidates are ranked."""
    refine = vectors._inner(held.base)
    return vectors._parts(refine)[0].nprobe, refine.k_factor * vectors._USUAL


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every base counts as large, and no filter as narrow."""
    monkeypatch.setattr(vectors, "_EXACT", 0)
    monkeypatch.setattr(vectors, "_BRUTE", 0)
    monkeypatch.setattr(vectors, "_FEW", 0)
    monkeypatch.setattr(vectors, "_SCANNED", 1_500)
    monkeypatch.setattr(vectors, "_CANDIDATES", (100, 1_000))


def test_two_vectors_by_hand() -> None:
    held = made(np.array([11, 12]), np.array([[0.6, 0.8], [1.0, 0.0]], dtype=np.float32))
    ids, scores = held.search(np.array([1.0, 0.0], dtype=np.float32), 5)
    assert held.exact and ids.tolist() == [12, 11]
    assert scores.tolist() == pytest.approx([1.0, np.float16(0.6)])


def test_an_empty_snapshot_finds_nothing_until_rows_come() -> None:
    held = vectors.empty(WIDTH, 3)
    query = unit_rows(1, 1)[0]
    assert (held.exact, held.stale, held.cut_at, len(held.ids())) == (True, False, 3, 0)
    assert held.search(query, 5)[0].tolist() == held.search(query, 5, np.array([4]))[0].tolist() == []
    assert held.with_rows(np.array([4]), query[None], NONE, 4).search(query, 5)[0].tolist() == [4]


def test_a_small_base_equals_numpy_with_tail_dead_rows_and_filters() -> None:
    ids, rows = np.arange(10, 310), unit_rows(300, 2)
    held = made(ids[:200], rows[:200])
    held = held.with_rows(ids[200:], rows[200:], np.array([3, 10, 250, 999]), 2)  # 3 and 999 are nowhere
    alive = ~np.isin(ids, [10, 250])
    assert held.exact and held.ids().tolist() == ids[alive].tolist()
    for query in unit_rows(20, 3):
        found, scores = held.search(query, 10)
        assert found.tolist() == best(ids[alive], rows[alive], query, 10)
        assert np.allclose(scores, np.sort(rows[alive] @ query)[::-1][:10], atol=1e-6)
        for step in (2, 60):  # a filter that lets half through, and one that lets few
            keep = alive & np.isin(ids, ids[::step])
            assert held.search(query, 10, ids[::step])[0].tolist() == best(ids[keep], rows[keep], query, 10)
        assert held.search(query, 10, NONE)[0].tolist() == held.search(query, 0)[0].tolist() == []
        assert held.search(query, -1)[0].tolist() == []
        assert held.search(query, 10, np.array([1, 10, 250, 10**12]))[0].tolist() == []
        assert len(held.search(query, 1_000)[0]) == 298


def test_rows_that_come_and_go_in_any_order_are_those_that_are_held() -> None:
    draw = np.random.default_rng(4)
    rows = unit_rows(400, 5)
    alive = set(range(40))
    held = made(np.arange(40), rows[:40])
    for step in range(1, 10):
        fresh = np.arange(step * 40, step * 40 + 40)
        gone = np.unique(draw.choice(np.array(sorted(alive | set(fresh.tolist()))), 15))
        held = held.with_rows(fresh, rows[fresh], gone, step + 1)
        alive = (alive | set(fresh.tolist())) - set(gone.tolist())
        ids = np.array(sorted(alive))
        assert held.ids().tolist() == ids.tolist() and held.generation == step + 1
        assert held.search(rows[step], 12)[0].tolist() == best(ids, rows[ids], rows[step], 12)


def test_a_snapshot_stays_as_it_is_when_the_next_one_is_made() -> None:
    rows = unit_rows(50, 6)
    before = made(np.arange(50), rows)
    after = before.with_rows(np.array([50]), unit_rows(1, 7), np.array([8]), 2)
    assert before.search(rows[8], 1)[0].tolist() == [8] and after.search(rows[8], 1)[0].tolist() != [8]
    assert (before.behind, after.behind, before.generation, after.generation, after.cut_at) == (0, 2, 1, 2, 1)


@pytest.mark.parametrize(("count", "most"), [(50, 1_000), (15_000, 1_500)])
def test_a_base_is_stale_when_a_tenth_has_changed(count: int, most: int) -> None:
    held = made(np.arange(count), unit_rows(count, 8, 4))
    tail = np.arange(count, count + most - 1)
    held = held.with_rows(tail, unit_rows(len(tail), 9, 4), np.array([0]), 2)
    assert held.behind == most and not held.stale
    assert held.with_rows(np.array([10**6]), unit_rows(1, 9, 4), NONE, 3).stale


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("rows_of", [near_topics, unit_rows])
def test_a_large_base_finds_what_exact_search_finds(rows_of: Callable[[int, int], Matrix]) -> None:
    rows, queries = rows_of(6_000, 10), rows_of(60, 11)
    ids = np.arange(5, 12_005, 2)
    held = made(ids, rows, rows_of(100, 12))
    assert not held.exact
    assert recall(held, ids, rows, queries) >= 0.99
    for share in (0.5, 0.05):
        keep = np.random.default_rng(13).random(len(ids)) < share
        assert recall(held, ids[keep], rows[keep], queries, ids[keep]) >= 0.99
        assert np.isin(held.search(queries[0], 50, ids[keep])[0], ids[keep]).all()
    far = np.sort(np.argsort(rows @ queries.mean(axis=0))[:2_000])  # what the questions are least about
    assert recall(held, ids[far], rows[far], queries, ids[far]) >= 0.99


@pytest.mark.usefixtures("large")
def test_a_large_base_looks_further_where_probes_say_so() -> None:
    def looks(rows: Matrix, probes: Matrix | None) -> tuple[int, float]:
        return reach(made(np.arange(len(rows)), rows, probes))

    floor = looks(near_topics(6_000, 10), None)
    assert floor == (78, 100)  # 1,500 of 6,000 rows are a quarter of int(4 * sqrt(6000)) lists
    assert looks(near_topics(6_000, 10), near_topics(100, 12))[1] < looks(unit_rows(6_000, 10), unit_rows(100, 12))[1]


@pytest.mark.usefixtures("large")
def test_a_large_base_with_tail_dead_rows_and_hard_filters() -> None:
    rows = near_topics(3_200, 14)
    ids, queries = np.arange(3_200), near_topics(30, 15)
    dead = np.unique([best(ids, rows, query, 3) for query in queries])
    held = made(ids[:3_000], rows[:3_000]).with_rows(ids[3_000:], rows[3_000:], dead, 2)
    alive = np.setdiff1d(ids, dead)
    assert held.ids().tolist() == alive.tolist()
    assert recall(held, alive, rows[alive], queries) >= 0.99
    for query in queries:
        found = held.search(query, 5_000)[0]
        assert len(set(found.tolist())) == len(found) and not np.isin(found, dead).any()
        assert held.search(query, 10, NONE)[0].tolist() == held.search(query, 10, dead)[0].tolist() == []
        assert held.search(query, 10, np.array([10**12]))[0].tolist() == []
        assert held.search(query, 0)[0].tolist() == []


def test_all_that_a_narrow_filter_allows_comes_back_to_be_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_EXACT", 0)
    rows = near_topics(3_100, 16)
    held = made(np.arange(3_000), rows[:3_000]).with_rows(np.arange(3_000, 3_100), rows[3_000:], np.array([7]), 2)
    allowed = np.array([1, 7, 500, 2_999, 3_050, 9_000])
    assert sorted(held.search(rows[0], 2, allowed)[0].tolist()) == [1, 500, 2_999, 3_050]
    assert len(held.search(rows[0], 2, np.arange(1_001))[0]) == 2
    queries = unit_rows(50, 17)
    assert recall(held, np.arange(1_000, 3_000), rows[1_000:3_000], queries, np.arange(1_000, 3_000)) == 1.0


@pytest.mark.usefixtures("large")
def test_extending_equals_building(tmp_path: Path) -> None:
    rows, queries = near_topics(3_500, 18), near_topics(40, 19)
    ids = np.arange(1, 3_501)
    first = made(ids[:3_000], rows[:3_000], near_topics(50, 20))
    digest, size = vectors.save(first, tmp_path / "a.faiss")
    mapped = vectors.load(tmp_path / "a.faiss", WIDTH, 1, digest, size)
    assert mapped is not None
    dead = np.array([1, 2, 77, 3_000, 3_100])
    held = mapped.with_rows(ids[3_000:], rows[3_000:], dead, 9)
    longer = vectors.extend(held)
    assert (
        longer is not None
        and reach(longer) == reach(first)
        and (longer.cut_at, longer.generation, longer.behind) == (9, 9, 0)
    )
    alive = np.setdiff1d(ids, dead)
    assert longer.ids().tolist() == alive.tolist()
    assert recall(longer, alive, rows[alive - 1], queries) >= 0.99
    again = vectors.load(tmp_path / "b.faiss", WIDTH, 9, *vectors.save(longer, tmp_path / "b.faiss"))
    assert again is not None and again.ids().tolist() == alive.tolist()
    for query in queries:
        assert again.search(query, 20)[0].tolist() == longer.search(query, 20)[0].tolist()
        new, old = dict(zip(*longer.search(query, 20), strict=True)), dict(zip(*held.search(query, 20), strict=True))
        assert all(new[id] == pytest.approx(old[id], abs=0.05) for id in new.keys() & old.keys())
        assert mapped.search(query, 20)[0].tolist() == first.search(query, 20)[0].tolist()  # the old one is as it was


def test_a_build_is_due_when_a_base_is_exact_or_has_outgrown_its_training(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = near_topics(4_500, 21)
    assert vectors.extend(made(np.arange(100), rows[:100])) is None
    monkeypatch.setattr(vectors, "_EXACT", 900 * WIDTH)
    held = made(np.arange(2_000), rows[:2_000])
    assert vectors.extend(held.with_rows(np.arange(2_000, 3_900), rows[2_000:3_900], NONE, 2)) is not None
    assert vectors.extend(held.with_rows(np.arange(2_000, 4_500), rows[2_000:4_500], NONE, 2)) is None
    assert vectors.extend(held.with_rows(NONE, rows[:0], np.arange(900), 2)) is not None
    assert vectors.extend(held.with_rows(NONE, rows[:0], np.arange(1_100), 2)) is None  # small enough to be exact


def test_a_large_base_is_cut_from_blocks_and_never_from_one_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_EXACT", 0)
    rows, ids = near_topics(4_000, 22), np.arange(4_000)
    calls: list[int] = []

    def blocks() -> Iterator[Block]:
        calls.append(0)
        yield from streamed(ids, rows)()

    held = vectors.build(blocks, 4_000, WIDTH, 1)
    assert len(calls) == 2 and held.ids().tolist() == ids.tolist()
    monkeypatch.setattr(vectors, "_EXACT", 10**9)
    vectors.build(blocks, 4_000, WIDTH, 1)
    assert len(calls) == 3


@pytest.mark.parametrize("exact", [0, 10**9])
def test_a_file_that_is_not_the_one_saved_is_refused_before_it_is_parsed(
    exact: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_EXACT", exact)
    rows, path = near_topics(2_000, 23), tmp_path / "vectors-3.faiss"
    held = made(np.arange(2_000), rows)
    digest, size = vectors.save(held, path)
    whole = path.read_bytes()
    assert (digest, size) == (hashlib.sha256(whole).hexdigest(), len(whole))
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    again = vectors.load(path, WIDTH, 3, digest, size)
    assert again is not None and (again.cut_at, again.generation, again.exact) == (3, 3, exact > 0)
    for query in rows[:20]:
        assert again.search(query, 30)[0].tolist() == held.search(query, 30)[0].tolist()
    assert vectors.load(path, WIDTH + 2, 3, digest, size) is None
    assert vectors.load(tmp_path / "missing", WIDTH, 3, digest, size) is None

    def parse(*_: object) -> None:
        raise AssertionError("the parser saw it")

    monkeypatch.setattr(vectors.faiss, "read_index", parse)
    middle, last = len(whole) // 2, len(whole) - 1
    flipped = [whole[:i] + bytes([whole[i] ^ 1]) + whole[i + 1 :] for i in (0, 40, middle, last)]
    for damaged in (*flipped, whole[:-1], whole + b"\0", b""):
        path.write_bytes(damaged)
        assert vectors.load(path, WIDTH, 3, digest, size) is None


def test_a_file_that_does_not_parse_is_refused(tmp_path: Path) -> None:
    for junk in (b"IxMp" + bytes(200), b"no index", b""):
        (tmp_path / "junk").write_bytes(junk)
        assert vectors.load(tmp_path / "junk", WIDTH, 1, hashlib.sha256(junk).hexdigest(), len(junk)) is None


@pytest.mark.usefixtures("large")
def test_the_furthest_look_that_can_be_set_can_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # FAISS reads no file with a k_factor above 1,000: the real bounds must stay below it
    monkeypatch.setattr(vectors, "_EXACT", 0)
    monkeypatch.setattr(vectors, "_recall", lambda *_: 0.0)
    held = made(np.arange(2_000), unit_rows(2_000, 24), unit_rows(20, 25))
    assert reach(held)[1] == vectors._CANDIDATES[1]
    path = tmp_path / "v"
    assert vectors.load(path, WIDTH, 1, *vectors.save(held, path)) is not None


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("exact", [0, 10**9])
def test_an_opened_file_is_mapped_not_read(exact: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_EXACT", exact)
    path, rows = tmp_path / "vectors-1.faiss", near_topics(20_000, 26)
    held = vectors.load(path, WIDTH, 1, *vectors.save(made(np.arange(20_000), rows), path))
    assert held is not None

    def resident() -> int:
        lines = Path("/proc/self/smaps").read_text().splitlines()
        start = next(i for i, line in enumerate(lines) if line.endswith(path.name))
        return next(int(line.split()[1]) for line in lines[start:] if line.startswith("Rss:"))

    assert resident() < path.stat().st_size / 1024 / 4
    codes = vectors._inner(held.base) if exact else vectors._parts(vectors._inner(held.base))[1]
    assert not codes.codes.is_owned
    assert held.search(rows[5], 10)[0][0] == 5
    assert resident() > 0
    path.unlink()  # whoever has it open can go on reading
    assert held.search(rows[6], 10)[0][0] == 6


def test_an_error_of_the_disk_is_raised_and_the_old_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "vectors-1.faiss"
    digest, size = vectors.save(made(np.arange(50), unit_rows(50, 27)), path)
    write = vectors._write

    class Full:
        def __init__(self, handle: object, room: int) -> None:
            self.handle, self.room = handle, room

        def write(self, data: bytes) -> int:
            self.room -= len(data)
            if self.room < 0:
                raise OSError(28, "No space left on device")
            return int(self.handle.write(data))  # type: ignore[attr-defined]

    for room in (0, 100, 3_000):
        monkeypatch.setattr(vectors, "_write", lambda base, handle, room=room: write(base, Full(handle, room)))
        with pytest.raises(OSError, match="No space left"):
            vectors.save(made(np.arange(90), unit_rows(90, 28)), path)
        assert [each.name for each in tmp_path.iterdir()] == [path.name]
        assert vectors.load(path, WIDTH, 1, digest, size) is not None


def test_products_in_one_thread_are_products() -> None:
    rows, query = unit_rows(3_000, 32), unit_rows(1, 33)[0]
    assert np.allclose(dots(rows, query), rows.astype(np.float64) @ query, atol=1e-6)
    assert dots(rows[:0], query).shape == (0,)


@pytest.mark.usefixtures("large")
def test_questions_at_the_same_time_get_the_answers_they_get_alone() -> None:
    rows, queries = near_topics(4_000, 29), near_topics(200, 30)
    held = made(np.arange(4_000), rows).with_rows(np.array([4_000]), unit_rows(1, 31), np.arange(0, 4_000, 9), 2)
    allowed = np.arange(0, 4_000, 3)

    def ask(query: Matrix) -> tuple[list[int], list[int]]:
        return held.search(query, 20)[0].tolist(), held.search(query, 20, allowed)[0].tolist()

    alone = [ask(query) for query in queries]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, queries)) == alone
