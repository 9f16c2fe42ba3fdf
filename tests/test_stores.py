"""Both indexes against plain arithmetic: FAISS against numpy, tantivy's BM25 against counting."""

import math
from pathlib import Path

import numpy as np
import pytest

from index import vectors
from index.lexical import Entry, Lexical, analyse, query_terms

DRAW = np.random.default_rng(7)


def unit_rows(count: int, dimension: int = 16) -> np.ndarray:
    rows = DRAW.normal(size=(count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def best(ids: np.ndarray, rows: np.ndarray, query: np.ndarray, k: int) -> list[int]:
    return ids[np.argsort(-(rows @ query))][:k].tolist()


def test_two_vectors_by_hand() -> None:
    rows = np.array([[0.6, 0.8], [1.0, 0.0]], dtype=np.float32)
    ids, scores = vectors.build(np.array([11, 12]), rows, 2, 1).search(np.array([1.0, 0.0], dtype=np.float32), 5)
    assert ids.tolist() == [12, 11]
    assert scores.tolist() == pytest.approx([1.0, 0.6])


def test_search_equals_numpy_with_tail_dead_rows_and_filters() -> None:
    ids, rows = np.arange(10, 310), unit_rows(300)
    held = vectors.build(ids[:200], rows[:200], 16, 1)
    held = held.with_rows(ids[200:], rows[200:], np.array([10, 250]), 2)
    alive = ~np.isin(ids, [10, 250])
    assert len(held) == 298
    for query in unit_rows(20):
        found, scores = held.search(query, 10)
        assert found.tolist() == best(ids[alive], rows[alive], query, 10)
        assert np.allclose(scores, np.sort(rows[alive] @ query)[::-1][:10], atol=1e-6)
        for step in (2, 60):  # a filter that lets half through, and one that lets few
            allowed = ids[::step]
            keep = alive & np.isin(ids, allowed)
            assert held.search(query, 10, allowed)[0].tolist() == best(ids[keep], rows[keep], query, 10)
        assert held.search(query, 10, np.zeros(0, np.int64))[0].tolist() == []


def test_a_damaged_vector_file_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    held = vectors.build(np.arange(5), unit_rows(5), 16, 3)
    vectors.save(held, tmp_path)
    again = vectors.load(tmp_path, 16)
    assert again is not None and again.cut_at == 3 and again.ids().tolist() == list(range(5))
    assert vectors.load(tmp_path, 17) is None
    whole = (tmp_path / "vectors.faiss").read_bytes()
    for damaged in (whole[:-1], whole[:40] + bytes([whole[40] ^ 1]) + whole[41:], b""):
        (tmp_path / "vectors.faiss").write_bytes(damaged)
        assert vectors.load(tmp_path, 16) is None


def test_bm25_by_counting(tmp_path: Path) -> None:
    bodies = ["a cat sat", "the cat and the cat ran far", "dogs bark"]
    lexical = Lexical(tmp_path / "words")
    lexical.commit(1, [Entry(i, "", body) for i, body in enumerate(bodies)], [])
    view = lexical.view()
    ids, scores = view.search(["cat"], 10)
    # The marker of the generation is a document too, without words: N = 4, mean length (3 + 7 + 2 + 0) / 4 = 3.
    idf = math.log(1 + (4 - 2 + 0.5) / (2 + 0.5))
    bm25 = {i: idf * f * 2.2 / (f + 1.2 * (0.25 + 0.75 * n / 3)) for i, f, n in ((0, 1, 3), (1, 2, 7))}
    assert ids.tolist() == sorted(bm25, key=lambda i: -bm25[i])
    assert scores.tolist() == pytest.approx(sorted(bm25.values(), reverse=True), rel=1e-4)
    assert view.scores(["cat"], np.array([2, 1, 0])).tolist() == pytest.approx([0, bm25[1], bm25[0]], rel=1e-4)
    assert (view.frequency("cat"), view.frequency("ostrich")) == (2, 0)


def test_a_view_stays_while_the_index_moves_on(tmp_path: Path) -> None:
    lexical = Lexical(tmp_path / "words")
    lexical.commit(1, [Entry(1, "Ferry", "it sank"), Entry(2, "", "a ferry")], [])
    before = lexical.view()
    lexical.commit(2, [Entry(3, "", "another ferry")], [1])
    assert sorted(before.search(["ferri"], 9)[0].tolist()) == [1, 2]
    after = Lexical(tmp_path / "words").view()
    assert (after.generation, after.count) == (2, 2)
    assert sorted(after.search(["ferri"], 9)[0].tolist()) == [2, 3]
    assert after.search(["ferri"], 9, np.array([3]))[0].tolist() == [3]


def test_no_question_is_query_language(tmp_path: Path) -> None:
    lexical = Lexical(tmp_path / "words")
    lexical.commit(1, [Entry(1, "", "foo and bar")], [])
    for question in ("foo AND", 'title:"', "(((", "a OR *", "", "?"):
        lexical.view().search(query_terms(question), 5)


def test_terms_leave_function_words_out_unless_there_is_nothing_else() -> None:
    assert query_terms("Why did the ferries sink?") == ["ferri", "sink"]
    assert query_terms("who are they?") == ["who", "are", "they"]
    assert analyse("Café IBM’s") == ["cafe", "ibm", "s"]
