"""The word index against plain arithmetic: tantivy's BM25 against counting."""

import math
from pathlib import Path

import numpy as np
import pytest

from index.lexical import Entry, Lexical, analyse, query_terms


def test_bm25_by_counting(tmp_path: Path) -> None:
    bodies = ["a cat sat", "the cat and the cat ran far", "dogs bark"]
    lexical = Lexical(tmp_path / "words")
    lexical.commit(1, [Entry(i, "", "", body) for i, body in enumerate(bodies)], [])
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
    lexical.commit(1, [Entry(1, "Ferry", "", "it sank"), Entry(2, "", "", "a ferry")], [])
    before = lexical.view()
    lexical.commit(2, [Entry(3, "", "", "another ferry")], [1])
    assert sorted(before.search(["ferri"], 9)[0].tolist()) == [1, 2]
    after = Lexical(tmp_path / "words").view()
    assert (after.generation, after.count) == (2, 2)
    assert sorted(after.search(["ferri"], 9)[0].tolist()) == [2, 3]
    assert after.search(["ferri"], 9, np.array([3]))[0].tolist() == [3]


@pytest.mark.parametrize("sieved", [0, 60, 10**6])
def test_a_filter_keeps_the_order_of_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sieved: int) -> None:
    """Whether it is put on the results, on too few of them, or into the query."""
    monkeypatch.setattr("index.lexical._SIEVED", sieved)
    draw = np.random.default_rng(3)
    bodies = [" ".join(draw.choice(["cat", "dog", "sea", "salt", "rope"], draw.integers(1, 30))) for _ in range(400)]
    lexical = Lexical(tmp_path / "words")
    lexical.commit(1, [Entry(3 * i, "", "", body) for i, body in enumerate(bodies)], [])
    view = lexical.view()
    ids, scores = view.search(["cat", "rope"], 400)
    worst_first = ids[::-1]
    for allowed in (ids[:5], worst_first[:5], worst_first[:90], ids[::2], np.array([1, 2, 3_000])):
        among = np.isin(ids, allowed)
        for k in (1, 4, 400):
            found, given = view.search(["cat", "rope"], k, np.sort(allowed))
            assert given.tolist() == pytest.approx(scores[among][:k].tolist(), rel=1e-5)
            assert set(found.tolist()) <= set(allowed.tolist()) and len(set(found.tolist())) == len(found)


def test_no_question_is_query_language(tmp_path: Path) -> None:
    lexical = Lexical(tmp_path / "words")
    lexical.commit(1, [Entry(1, "", "", "foo and bar")], [])
    for question in ("foo AND", 'title:"', "(((", "a OR *", "", "?"):
        lexical.view().search(query_terms(question), 5)


def test_terms_leave_function_words_out_unless_there_is_nothing_else() -> None:
    assert query_terms("Why did the ferries sink?") == ["ferri", "sink"]
    assert query_terms("who are they?") == ["who", "are", "they"]
    assert analyse("Café IBM’s") == ["cafe", "ibm", "s"]
