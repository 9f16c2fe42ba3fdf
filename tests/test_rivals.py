"""What Byline is compared with: chunks to articles, figures by hand, a library that is missing."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from eval import rivals
from eval.benchmarks.kept import Questions
from eval.cases import Case, EvidenceItem
from eval.hybrids import RIVALS, Encode, Rival, Search, lower_words, whole
from index.embed import HashEmbedder
from index.records import Article
from tests.test_ablate import data  # noqa: F401 - a fixture
from tests.test_benchmarks import CountingEmbedder, hashed


def last_first(articles: Sequence[Article], encode: Encode) -> Search:
    """A rival that ranks the last article first, whatever is asked, and encodes what it reads."""
    encode([whole(article) for article in articles])
    return lambda question, k: [article.id for article in reversed(articles)][:k]


def test_an_article_stands_where_its_best_chunk_stands() -> None:
    assert rivals.ranked(lambda k: list("babcab")[:k], want=2, first=6) == ("b", "a")
    assert rivals.ranked(lambda k: list("babcab")[:k], want=9, first=9) == ("b", "a", "c")


def test_more_chunks_are_asked_for_until_there_are_enough_articles() -> None:
    asked = []

    def search(k: int) -> str:
        asked.append(k)
        return ("a" * 5 + "bcd")[:k]

    assert rivals.ranked(search, want=2, first=2) == ("a", "b")
    assert asked == [2, 8]
    assert rivals.ranked(search, want=5, first=2) == ("a", "b", "c", "d")
    assert asked == [2, 8, 2, 8, 32]  # fewer than asked for are all there are


def test_scores_are_those_of_the_articles_found() -> None:
    cases = [case("1", "a"), case("2", "b", "c"), case("3", "d")]
    scores = rivals.scored(cases, {"1": ["x", "a"], "2": ["c", "b"], "3": []})
    assert scores["hit@1"] == [0, 1, 0]
    assert scores["hit@10"] == [1, 1, 0]
    assert scores["MRR@10"] == [0.5, 1, 0]
    assert scores["nDCG@10"] == pytest.approx([0.63093, 1, 0], abs=1e-5)  # 1 / log2(3)


def test_the_table_tells_means_intervals_and_what_is_less_than_bylines() -> None:
    same = {name: [0.25, 0.25] for name in rivals.MEASURES}
    best = {name: [1.0, 1.0] for name in rivals.MEASURES}
    head, rule, own, rival = rivals.as_table({"Byline": best, "Other": same}).splitlines()
    assert head == "|  | hit@1 | hit@10 | MRR@10 | nDCG@10 | nDCG@10 less Byline's |"
    assert rule.count("|") == head.count("|")
    assert own == "| Byline |" + " 1.000 [1.000, 1.000] |" * 4 + " - |"
    assert rival == "| Other |" + " .250 [.250, .250] |" * 4 + " -.750 [-.750, -.750] |"


def test_what_rivals_read() -> None:
    assert whole(Article("1", "It rained.", "Rain", outlet="Holm Post")) == "Rain\nHolm Post\nIt rained."
    assert whole(Article("1", "It rained.")) == "It rained."
    assert lower_words("The STORM, they said: 40 dead.") == ["the", "storm", "they", "said", "40", "dead"]


def test_a_text_is_encoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CountingEmbedder, "asked", [])
    texts = ["a ferry", "a mill", "a ferry"]
    for _ in range(2):
        with Questions(tmp_path / "vectors.db") as known:
            vectors = rivals.encoder(CountingEmbedder(), known)(texts)
            assert (vectors == HashEmbedder().encode_texts(texts)).all()
    assert CountingEmbedder.asked == ["a ferry", "a mill"]


def test_a_comparison_from_files_to_table(
    data: Path,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(rivals, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(rivals, "open_embedder", HashEmbedder)
    known = Rival("Last first", ("numpy",), last_first)
    absent = Rival("Nowhere", ("no-such-package-here",), last_first)
    argv = ["--data", str(data), "--benchmark", "med", "--cache", str(tmp_path / "vectors")]
    assert rivals.main(argv, hashed, [known, absent]) == 0
    out, err = capsys.readouterr()
    assert "Nowhere is left out: no-such-package-here must be installed for it." in err
    assert "| Byline | 1.000 [1.000, 1.000] |" in out
    assert "| Last first | .000 [.000, .000] | 1.000 [1.000, 1.000] | .417 [.333, .500] |" in out  # ranks 3 and 2
    assert "Nowhere" not in out and "numpy " in out


def test_files_that_are_not_there_are_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rivals.main(["--data", str(tmp_path)], hashed, []) == 2
    assert capsys.readouterr().err.startswith("eval.rivals: ")


def test_every_rival_says_what_it_needs() -> None:
    assert len({rival.name for rival in RIVALS}) == len(RIVALS) and all(rival.packages for rival in RIVALS)


def case(name: str, *articles: str) -> Case:
    return Case(name, "?", evidence=(tuple(EvidenceItem(article, "") for article in articles),))
