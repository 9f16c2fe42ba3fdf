"""The measurement of speed: its arithmetic, what the made archives are like, and a small run without a model."""

import argparse
import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from eval.__main__ import main
from eval.speed import Plan, run_speed, sizes
from eval.speed.chart import as_svg, decades, plot
from eval.speed.corpus import Built, build, pool
from eval.speed.exact import Truth, survey
from eval.speed.made import COSINE, PASSAGES, Seeds, articles, noisy, vocabulary
from eval.speed.text import FILTERS, filed, read, stream
from eval.speed.timing import Times, Watched, spread_of
from index.archive import Archive
from index.doctor import examine
from index.embed import HashEmbedder, unit
from index.errors import EvalError
from index.records import Article


def rows(count: int, dimension: int, seed: int = 1) -> np.ndarray:
    return unit(np.random.default_rng(seed).standard_normal((count, dimension)))


@pytest.fixture
def seeds() -> Seeds:
    return Seeds(vocabulary([["the", "sea", "the"], ["salt"]]), rows(9, 64), [rows(3, 64, 7)] * 9)


def test_noise_turns_a_vector_to_the_wanted_cosine() -> None:
    vectors = rows(500, 64)
    turned = noisy(vectors, np.random.default_rng(2))
    assert np.allclose((turned * vectors).sum(axis=1), COSINE, atol=1e-3)
    assert not np.allclose(turned[0], noisy(vectors, np.random.default_rng(3))[0], atol=0.05)


def test_the_vocabulary_falls_in_frequency() -> None:
    assert vocabulary([["b", "a", "b"], ["c", "a", "b"]]).tolist() == ["b", "a", "c"]


def test_made_articles_hold_the_passages_and_sentences_they_say(seeds: Seeds) -> None:
    made = list(articles(seeds, 12, 3))
    assert [len(chunks) for _, chunks, _ in made] == [PASSAGES, PASSAGES, 2]
    for article, chunks, encoded in made:
        assert chunks[0].span.start == 0 and chunks[-1].span.end == len(article.text)
        for chunk, vectors in zip(chunks, encoded, strict=True):
            assert 6 <= len(chunk.sentences) <= 8 and vectors.sentences.shape == (len(chunk.sentences), 64)
            assert all(span.of(article.text).endswith(".") for span in chunk.sentences)
            assert np.isclose(np.linalg.norm(vectors.passage), 1)
    again = list(articles(seeds, 12, 3))
    assert [article.text for article, *_ in again] == [article.text for article, *_ in made]


def test_made_words_follow_zipf() -> None:
    words = np.asarray([f"w{i}" for i in range(1000)], object)
    many = Seeds(words, rows(3, 8), [rows(2, 8)] * 3)
    text = " ".join(article.text for article, *_ in articles(many, 200, 1)).lower().replace(".", "").split()
    common, rare = text.count("w0"), text.count("w99")
    assert 0.6 < (common / rare) / ((100 + 2.7) / (1 + 2.7)) < 1.6


def test_exact_search_in_blocks_is_exact_search() -> None:
    questions, base = rows(5, 16, 4), rows(200, 16, 5)
    ids = np.arange(200) * 3 + 1
    allowed = ids[ids % 2 == 0]
    every, some = Truth(questions), Truth(questions, allowed)
    survey(questions, [(ids[:30], base[:30]), (ids[30:], base[30:])], [every, some])
    best = ids[np.argsort(-(questions @ base.T), axis=1)]
    assert every.recall(list(best)) == 1.0
    assert every.recall([row[5:] for row in best]) == 0.5
    assert every.recall([np.zeros(0, np.int64)] * 5) == 0.0
    narrowed = [row[np.isin(row, allowed)] for row in best]
    assert some.recall(narrowed) == 1.0 and some.recall(list(best)) < 1.0
    assert Truth(questions).recall([ids] * 5) == 1.0  # nothing to find, nothing missed


def test_rows_as_near_as_the_tenth_count_as_it() -> None:
    question = np.asarray([[1.0, 0.0]], np.float32)
    truth = Truth(question)
    survey(question, [(np.arange(30), np.tile(question, (30, 1)))], [truth])
    assert truth.recall([np.arange(20, 30)]) == 1.0
    assert truth.recall([np.arange(25, 30)]) == 0.5


def test_each_filter_lets_its_share_through() -> None:
    filed_ones = [filed(Article("x", "text"), i) for i in range(1000)]
    for name, share in (("0.1 %", 1), ("1 %", 10), ("10 %", 100), ("nothing", 0)):
        where = FILTERS[name]
        passed = [
            one
            for one in filed_ones
            if (not where.outlet or one.outlet == where.outlet)
            and (not where.since or where.since <= one.published <= where.until)
        ]
        assert len(passed) == share, name
    assert len({one.id for one in filed_ones}) == 1000


def test_copies_are_numbered() -> None:
    source = stream([Article("a", "One."), Article("b", "Two.")])
    taken = [next(source) for _ in range(4)]
    assert [own for _, own in taken] == [True, True, False, False]
    assert len({article.text for article, _ in taken}) == len({article.id for article, _ in taken}) == 4


def test_clocks() -> None:
    told = spread_of([(0.001, 0.002, 0.003)] * 3)
    assert told["wall_p50"] == told["wall_p95"] == 1 and told["thread_p50"] == 2 and told["cpu_p95"] == 3
    times = Times()
    assert times.of(lambda: sum(range(200_000))) and times.spread()["wall_p50"] > 0


def test_a_watched_embedder_gives_what_the_embedder_gives() -> None:
    plain, watched = HashEmbedder(), Watched(HashEmbedder())
    assert np.array_equal(watched.encode_question("salt sea"), plain.encode_question("salt sea"))
    assert watched.seconds == 0 and len(watched.offsets("salt sea")) == 2 and watched.seconds > 0


def test_sizes_are_read_or_refused() -> None:
    assert sizes("10_000,1000,1000") == (1000, 10000)
    for text in ("", "1k", "0", "5,-1"):
        with pytest.raises(argparse.ArgumentTypeError, match="are not sizes"):
            sizes(text)


def test_the_axes_are_logarithmic() -> None:
    assert decades([3, 40]) == (0, 2) and decades([10]) == (1, 2)
    drawn = plot("t", [("a", [(10, 1), (100, 10), (1000, 100)]), ("absent", [])], 0)
    (line,) = ElementTree.fromstring(f"<svg>{drawn}</svg>").findall("polyline")
    points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
    assert points == [(0, 260), (150, 150), (300, 40)]
    assert "absent" not in drawn


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, dict]:
    """Real text up to 100 passages, made text above."""
    place = tmp_path_factory.mktemp("speed")
    text, found = run_speed(Plan((100, 300), None, place / "work", place / "out", real=100), HashEmbedder())
    return place, text, found


def test_a_small_run_measures_every_size(ran: tuple[Path, str, dict]) -> None:
    place, text, found = ran
    small, large = found["rows"]
    assert (
        [row["built"]["passages"] for row in found["rows"]] == [row["passages"] for row in found["rows"]] == [100, 300]
    )
    assert not small["built"]["made"] and large["built"]["made"]
    for row in found["rows"]:
        assert row["recall"] == dict.fromkeys(row["recall"], 1.0) and row["nothing"]["hits"] == 0
        assert row["dense"]["share"] == 1 and row["dense"]["hits"] == 10 * found["questions"]
        assert all(row[name]["wall_p50"] > 0 for name in ("dense", "lexical", "hybrid", "1 %"))
        assert (
            0 < row["add"]["median"] <= row["add"]["max"]
            and row["add"]["first"] > 0
            and row["open"] > 0
            and row["cold"] > 0
        )
        assert row["built"]["size"] > 300 * row["built"]["passages"]
    assert "recall@10 of dense" in text and "too small to be real" in text
    assert json.loads((place / "out" / "speed.json").read_text("utf-8")) == found
    ElementTree.parse(place / "out" / "speed.svg")
    assert (place / "out" / "speed.txt").read_text("utf-8") == text + "\n"


def test_what_it_builds_is_a_sound_archive_and_is_used_again(ran: tuple[Path, str, dict]) -> None:
    place, _, found = ran
    (large,) = (path for path in (place / "work").glob("archive-300-*") if path.is_dir())
    assert list(examine(large)) == []
    with Archive.open(large) as archive:
        assert archive.counts() == {"articles": 60, "passages": 300}  # what was added to it is gone again
    note = large.with_name(large.name + ".json")
    before = note.stat().st_mtime_ns
    (source,) = (path for path in (place / "work").glob("pool-*") if path.is_dir())
    built = build(large, 300, source, HashEmbedder(), 0, made=True)
    assert built.seconds == found["rows"][1]["built"]["seconds"] and note.stat().st_mtime_ns == before


def test_copies_that_fill_an_archive_are_said(tmp_path: Path) -> None:
    texts = read(None)
    few = type(texts)(texts.articles[:3], texts.questions, "three", True)
    own = pool(tmp_path / "pool", few, 40, HashEmbedder())
    assert build(tmp_path / "a", 40, tmp_path / "pool", HashEmbedder(), own, made=False).repeated
    assert not build(tmp_path / "b", 2, tmp_path / "pool", HashEmbedder(), 2, made=False).repeated
    with Archive.open(tmp_path / "b") as archive:
        assert archive.counts()["passages"] == 2


def test_articles_of_ones_own_are_read(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("The council votes on a new bridge over the river in May.", "utf-8")
    texts = read(tmp_path)
    assert texts.real and [article.text[:11] for article in texts.articles] == ["The council"]


def test_faults_are_told_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(EvalError, match="is not a folder"):
        read(tmp_path / "missing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(EvalError, match="holds no article"):
        read(tmp_path / "empty")
    (tmp_path / "file").write_text("x")
    assert main(["speed", "--sizes", "10", "--out", str(tmp_path / "file")]) == 2
    assert "Choose a folder with --out" in capsys.readouterr().err


def test_a_failing_process_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = Built(5, 1, 1, 1.0, 1, False)
    monkeypatch.setattr("eval.speed.run.build", lambda *_, **__: built)
    with pytest.raises(EvalError, match="5 passages failed"):
        run_speed(Plan((5,), None, tmp_path / "work", tmp_path / "out", real=5), HashEmbedder())


def test_an_svg_of_one_size_is_drawn(ran: tuple[Path, str, dict]) -> None:
    ElementTree.fromstring(as_svg(ran[2]["rows"][:1]))
