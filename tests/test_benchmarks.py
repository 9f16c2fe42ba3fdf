"""Benchmarks that rank articles: each layout as read, the measures by hand, and what is kept between runs."""

import gzip
import json
import math
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from eval import __main__ as door
from eval.benchmarks import (
    beir,
    chunking,
    clapnq,
    kept,
    multihop,
    ranking,
    realtimeqa,
    run_benchmark,
    smart,
)
from eval.benchmarks.bench import Bench, Corpus, read_bytes, read_text
from eval.benchmarks.questions import Questions
from eval.cases import Place
from eval.report import as_dict
from eval.run import Asker, Job, Run
from index.archive import Archive
from index.embed import HashEmbedder, Vectors
from index.errors import ArchiveBusy, ArchiveMissing, EvalError
from index.lock import write_lock
from index.records import Article, Hit, Span
from rag import Assistant, Settings


class CountingEmbedder(HashEmbedder):
    """Says which questions it was asked to encode."""

    asked: list[str] = []  # noqa: RUF012 - shared on purpose

    def encode_question(self, question: str) -> Vectors:
        self.asked.append(question)
        return super().encode_question(question)


@contextmanager
def hashed(path: Path, settings: Settings) -> Iterator[Assistant]:
    try:
        archive = Archive.open(path, CountingEmbedder())
    except ArchiveMissing:
        archive = Archive.create(path, CountingEmbedder())
    with Assistant(archive, settings) as assistant:
        yield assistant


def job(**changes: Any) -> Job:
    return replace(Job(cast(Any, hashed), Settings()), **changes)


def figure(run: Run, name: str) -> float:
    return next(f.value for f in run.figures if f.name == name)


def write_lines(path: Path, rows: Iterable[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def qrels(corpus: Corpus) -> Mapping[str, Mapping[str, int]]:
    return corpus.qrels


# ---- measures


def test_measures_by_hand() -> None:
    judged = {"a": {"x": 1, "y": 1}, "none": {"x": 1}}
    values = ranking.measured(judged, {"a": ["z", "x", "w", "y"], "none": []}, list(ranking.NAMES))
    gain, ideal = 1 / math.log2(3) + 1 / math.log2(5), 1 + 1 / math.log2(3)
    assert values["a"] == pytest.approx(
        {
            "MAP": (1 / 2 + 2 / 4) / 2,
            "MRR": 1 / 2,
            "nDCG@10": gain / ideal,
            "recall@10": 1,
            "hit@1": 0,
            "hit@4": 1,
            "hit@10": 1,
        }
    )
    assert values["none"] == dict.fromkeys(ranking.NAMES.values(), 0)  # found nothing: 0, and not left out
    graded = ranking.measured({"a": {"x": 2, "y": 1}}, {"a": ["y", "x"]}, ["nDCG@10"])
    assert graded["a"]["nDCG@10"] == pytest.approx((1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3)))
    assert ranking.measured({"a": {"x": 1}}, {}, ["RR"]) == {"a": {"MRR": 0}}


def test_the_order_of_the_ranking_is_kept() -> None:
    ranked = [f"d{i}" for i in range(200)]
    for rank in (1, 10, 11, 137):
        values = ranking.measured({"q": {f"d{rank - 1}": 1}}, {"q": ranked}, ["RR", "Success@10"])
        assert values["q"] == {"MRR": pytest.approx(1 / rank), "hit@10": float(rank <= 10)}


def test_a_pool_leaves_out_what_cannot_be_measured_and_says_so() -> None:
    articles = [Article("x", "One."), Article("y", "Two.")]
    questions = {"a": "One?", "blank": " ", "unjudged": "Two?", "zero": "Three?"}
    judged = {"a": {"x": 1, "y": 0, "gone": 2}, "blank": {"x": 1}, "zero": {"x": 0}}
    corpus = ranking.pool(articles, questions, judged, ["RR"], ["A note."])
    assert [case.id for case in corpus.cases] == ["a"]
    assert qrels(corpus) == {"a": {"x": 1, "gone": 2}}
    assert corpus.notes == (
        "2 articles, 1 questions.",
        "A note.",
        "3 questions are blank or have no relevant article, and are left out.",
        "1 relevant articles are not in the pool and count as not found.",
    )
    with pytest.raises(EvalError, match="None of the questions"):
        ranking.pool(articles, questions, {"a": {"x": 0}}, ["RR"])


def test_without_ir_measures_it_is_said_before_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "find_spec", lambda name: None)
    with pytest.raises(EvalError, match="pip install ir-measures"):
        ranking.pool([Article("x", "One.")], {"a": "One?"}, {"a": {"x": 1}}, ["RR"])


@pytest.mark.parametrize(("measures", "depth"), [(["RR"], 100), (["RR", "AP"], 4000)])
def test_how_deep_a_ranking_is_looked_at(tmp_path: Path, measures: Sequence[str], depth: int) -> None:
    asked: list[tuple[str, int]] = []

    class Silent:
        def search(self, question: str, *, k: int = 10) -> list[Hit]:
            asked.append((question, k))
            return []

    @contextmanager
    def silent(path: Path, settings: Settings) -> Iterator[Asker]:
        yield cast(Asker, Silent())

    corpus = ranking.pool([Article("x", "One.")], {"a": "One?"}, {"a": {"x": 1}}, measures)
    figures, _ = ranking.measure(Bench(tmp_path, corpus, corpus.cases, Job(silent, Settings())))
    assert asked == [("One?", depth)]
    assert figures[0].value == 0


# ---- layouts


def smart_files(folder: Path) -> Path:
    (folder / "town.all.3.gz").write_bytes(
        gzip.compress(
            b".I 1\n.T\nthe harbour\nbridge .\n.A\norr,i.\n.W\nthe harbour\nbridge .\n  engineers found a crack .\n"
            b".I 2\n.W\nthe old mill was sold .\n.I 3\n.T\nflour\n.W\n\n"
        )
    )
    (folder / "town.QRY").write_bytes(b".I 001\n.W\nwho found\na crack\n.I 7\r\n.W\r\nwhat of flour and the mill\r\n")
    (folder / "townqrels.qrels").write_text("1 1 2 \n1 2 -1\n2 3 4\n2 2 1\n")
    return folder


def test_smart(tmp_path: Path) -> None:
    corpus = smart.load(smart_files(tmp_path))
    assert [(a.id, a.title, a.text) for a in corpus.articles] == [
        ("1", "the harbour bridge .", "engineers found a crack ."),
        ("2", "", "the old mill was sold ."),
        ("3", "", "flour"),
    ]
    assert [(c.id, c.question) for c in corpus.cases] == [
        ("1", "who found a crack"),
        ("2", "what of flour and the mill"),
    ]
    assert qrels(corpus) == {"1": {"1": 1}, "2": {"3": 1, "2": 1}}  # -1 is not relevant; the second is judged as 2
    assert corpus.notes[1] == "1 judgements have a code below 1 and do not count as relevant."
    run = run_benchmark("cranfield", tmp_path, job())
    assert figure(run, "MAP") == figure(run, "MRR") == 1
    assert run.archive["articles"] == 3


def test_smart_questions_are_known_by_their_numbers_where_they_can_be(tmp_path: Path) -> None:
    smart_files(tmp_path)
    (tmp_path / "townqrels.qrels").write_text("7 0 3 1\n")
    corpus = smart.load(tmp_path)
    assert {case.id: case.question for case in corpus.cases} == {"7": "what of flour and the mill"}


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("1 0 13 1\n1 0 014 0\n", {"1": {"13": 1, "14": 0}}),  # trec_eval
        ("1   13     0   0.000000\n2  0013 0 0.0\n", {"1": {"13": 1}, "2": {"13": 1}}),  # SMART's own
        ("1 13\n1 14\n", {"1": {"13": 1, "14": 1}}),
        ("1 13 -1\n1 14 4\n", {"1": {"13": 0, "14": 1}}),
    ],
)
def test_smart_judgements(lines: str, found: dict[str, dict[str, int]]) -> None:
    assert smart.judgements(lines) == found


def test_smart_files_that_are_not_there_or_not_one(tmp_path: Path) -> None:
    smart_files(tmp_path)
    (tmp_path / "other.REL").write_text("1 1\n")
    with pytest.raises(EvalError, match=r"holds 2 files like \*\.REL"):
        smart.load(tmp_path)
    (tmp_path / "other.REL").unlink()
    (tmp_path / "townqrels.qrels").write_text("1\n")
    with pytest.raises(EvalError, match="'1' has 1 columns"):
        smart.load(tmp_path)
    (tmp_path / "townqrels.qrels").write_text("1 1\n")
    (tmp_path / "town.QRY").write_text("who found a crack\n")
    with pytest.raises(EvalError, match="no record begins"):
        smart.load(tmp_path)


def beir_files(folder: Path) -> Path:
    documents = [
        {"_id": "d1", "title": "Bridge shut", "text": "Engineers found a crack in the harbour bridge."},
        {"_id": "d2", "title": "Mill", "text": "The old mill was sold to Dora Quell."},
        {"_id": "d3", "title": "Flour market", "text": ""},
    ]
    asked = [{"_id": "q1", "text": "harbour bridge crack"}, {"_id": "q2", "text": "the old mill sold"}]
    asked.append({"_id": "q3", "text": "flour market"})
    write_lines(folder / "corpus.jsonl", documents)
    write_lines(folder / "queries.jsonl", asked)
    (folder / "qrels").mkdir()
    head = "query-id\tcorpus-id\tscore\n"
    (folder / "qrels" / "dev.tsv").write_text(f"{head}q3\td3\t1\n")
    (folder / "qrels" / "test.tsv").write_text(f"{head}q1\td1\t2\nq1\td3\t0\nq2\td1\t1\n")
    return folder


def test_beir(tmp_path: Path) -> None:
    corpus = beir.load(beir_files(tmp_path))
    assert [(a.id, a.title) for a in corpus.articles] == [("d1", "Bridge shut"), ("d2", "Mill"), ("d3", "")]
    assert corpus.articles[2].text == "Flour market"
    assert qrels(corpus) == {"q1": {"d1": 2}, "q2": {"d1": 1}}  # test before dev, without grade 0
    run = run_benchmark("beir", tmp_path, job())
    # q1 finds d1 first: 1. q2 finds the mill first and d1, which is judged, second or third.
    first, second = run.topics
    assert first.values == {"nDCG@10": 1, "recall@10": 1}
    assert second.found[0] == "d2"
    assert second.values["nDCG@10"] == pytest.approx(1 / math.log2(2 + second.found.index("d1")))
    assert figure(run, "nDCG@10") == pytest.approx((1 + second.values["nDCG@10"]) / 2)
    row = as_dict(run)["topics"][0]
    assert (row["id"], row["relevant"], row["values"]) == ("q1", 1, {"nDCG@10": 1, "recall@10": 1})
    assert "topics" not in as_dict(run, rows=False)
    (tmp_path / "qrels" / "test.tsv").unlink()
    assert qrels(beir.load(tmp_path)) == {"q3": {"d3": 1}}
    (tmp_path / "corpus.jsonl").write_text('{"id": "d1"}\n')
    with pytest.raises(EvalError, match="not laid out like BEIR"):
        beir.load(tmp_path)


def test_clapnq(tmp_path: Path) -> None:
    bridge = {"title": "Bridge", "text": "Engineers found a crack ."}
    mill = {"title": "Mill", "text": "The old mill was sold ."}
    answerable = [
        {"id": "1", "input": "who found a crack", "passages": [bridge]},
        {"id": "2", "input": "what did engineers find", "passages": [bridge]},
    ]
    write_lines(tmp_path / "clapnq_dev_answerable.jsonl", answerable)
    write_lines(tmp_path / "unanswerable.jsonl", [{"id": "3", "input": "who sold it", "passages": [mill]}])
    corpus = clapnq.load(tmp_path)
    assert [(a.id, a.title) for a in corpus.articles] == [("Bridge#0", "Bridge"), ("Mill#1", "Mill")]
    assert qrels(corpus) == {"1": {"Bridge#0": 1}, "2": {"Bridge#0": 1}}
    run = run_benchmark("clapnq", tmp_path, job(limit=1))
    assert figure(run, "hit@1") == figure(run, "MRR") == figure(run, "nDCG@10") == 1
    assert len(run.topics) == 1
    write_lines(tmp_path / "unanswerable.jsonl", [{"id": "3"}])
    with pytest.raises(EvalError, match="not laid out like CLAPNQ"):
        clapnq.load(tmp_path)


def fact(text: str, page: str) -> dict[str, Any]:
    return {"fact": text, "url": f"https://n.example/{page}", "title": page.title(), "source": "The Quay",
            "author": None, "published_at": "2023-09-26T17:01:22+00:00"}  # fmt: skip


def test_multihop(tmp_path: Path) -> None:
    crack, open_, mill = fact("A crack.", "bridge"), fact("It opens in May.", "bridge"), fact("A mill.", "mill")
    asked = [{"id": str(i), "question": f"Which of {i}?"} for i in range(3)]
    (tmp_path / "queries.json").write_text(json.dumps({"queries": asked}))
    truth = {"0": {"evidence_list": [crack, mill]}, "1": {"evidence_list": [open_, crack]}, "2": {"evidence_list": []}}
    (tmp_path / "ground_truth.json.gz").write_bytes(gzip.compress(json.dumps(truth).encode()))
    corpus = multihop.load(tmp_path)
    first = corpus.articles[0]
    assert [a.text for a in corpus.articles] == ["A crack.", "A mill.", "It opens in May."]
    assert (first.id, first.title, first.outlet) == ("https://n.example/bridge#0", "Bridge", "The Quay")
    assert first.published.startswith("2023-09-26")
    assert [sorted(row) for row in qrels(corpus).values()] == [
        ["https://n.example/bridge#0", "https://n.example/mill#1"],
        ["https://n.example/bridge#0", "https://n.example/bridge#2"],
    ]
    (tmp_path / "queries.json").write_text("[]")
    with pytest.raises(EvalError, match="not laid out like MultiHop-RAG"):
        multihop.load(tmp_path)


def test_realtimeqa_among_all_articles(tmp_path: Path) -> None:
    long = " The council said more would follow in time." * 6
    gold = {"url": "https://n.example/bridge", "text": "The harbour bridge closed." + long}
    other = {"url": "https://n.example/mill", "text": "The old mill was sold." + long, "title": "Mill sold"}
    again = gold | {"text": "Another cut of the page." + long, "title": "Not this one"}
    write_lines(tmp_path / "w_gold.jsonl", [{"question_id": "w_0", "search_result": [gold]}])
    write_lines(
        tmp_path / "w_qa.jsonl",
        [{"question_id": "w_0", "question_sentence": "Which bridge closed?", "choices": ["a"], "answer": ["0"]}],
    )
    found = json.dumps({"question_id": "w_0", "search_result": str([again, other, {"url": "x", "text": "Short."}])})
    (tmp_path / "w_gcs.jsonl.gz").write_bytes(gzip.compress(found.encode()))
    corpus = realtimeqa.load_all(tmp_path)
    assert [(a.url, a.title) for a in corpus.articles] == [(gold["url"], ""), (other["url"], "Mill sold")]
    assert corpus.articles[0].text == gold["text"]
    assert qrels(corpus) == {"w_0": {gold["url"]: 1}}
    assert figure(run_benchmark("realtimeqa-all", tmp_path, job()), "hit@10") == 1
    (tmp_path / "w_gcs.jsonl.gz").write_bytes(gzip.compress(b'{"search_result": "os.remove(1)"}'))
    with pytest.raises(EvalError, match="not laid out like RealTimeQA"):
        realtimeqa.load_all(tmp_path)


# ---- excerpts


def test_overlap_by_hand() -> None:
    references = [Place("a", Span(10, 20)), Place("a", Span(50, 60))]
    passages = [Place("a", Span(0, 15)), Place("a", Span(15, 18)), Place("b", Span(10, 22))]
    # 8 characters of 20 are held; 15 + 3 + 12 = 30 were retrieved; together 20 + 30 - 8 = 42
    assert chunking.overlap(references, passages) == pytest.approx((8 / 20, 8 / 30, 8 / 42))
    assert chunking.overlap(references, []) == (0, 0, 0)


def test_a_reference_is_found_in_the_normalised_text() -> None:
    raw = "one\r\ntwo\u00a0three\r\none\r\nfour"
    text = "one\ntwo three\none\nfour"
    assert chunking.place_of(raw, text, "two\u00a0three", 5) == Span(4, 13)
    assert chunking.place_of(raw, text, "one", raw.rindex("one")) == Span(14, 17)
    assert chunking.place_of(raw, text, "one", 0) == Span(0, 3)
    assert chunking.place_of(raw, text, "five", 0) is None
    assert chunking.place_of(raw, text, "", 0) is None


def chunking_files(folder: Path, *quotes: str) -> Path:
    (folder / "corpora").mkdir(exist_ok=True)
    (folder / "corpora" / "quay.md").write_text("Engineers found a crack. The bridge closed.")
    (folder / "corpora" / "mill.md.gz").write_bytes(gzip.compress(b"Dora Quell paid for the mill."))
    told = json.dumps([{"content": quote, "start_index": 0, "end_index": 1} for quote in quotes])
    quoted = told.replace('"', '""')
    (folder / "questions_df.csv").write_text(f'question,references,corpus_id\nwho found a crack,"{quoted}",quay\n')
    return folder


def test_chunking(tmp_path: Path) -> None:
    run = run_benchmark("chunking-evaluation", chunking_files(tmp_path, "The bridge closed."), job())
    # each text is one passage: 43 and 29 characters, of which the reference is 18; both are retrieved
    assert figure(run, "recall@5") == 1
    assert figure(run, "precision@5") == pytest.approx(18 / (43 + 29))
    assert figure(run, "IoU@5") == pytest.approx(18 / (43 + 29))
    assert run.topics[0].found[0] == "quay[0:43]"
    assert run.notes == ()


def test_a_reference_that_is_not_in_its_text_is_named(tmp_path: Path) -> None:
    corpus = chunking.load(chunking_files(tmp_path, "The bridge closed.", "It opened."))
    assert corpus.notes == ("1 references are not in their texts: quay-0: 'It opened.'",)
    assert corpus.places == {"quay-0": (Place("quay", Span(25, 43)),)}
    with pytest.raises(EvalError, match="holds no question"):
        chunking.load(chunking_files(tmp_path, "It opened."))
    (tmp_path / "questions_df.csv").write_text("question,corpus_id\nwho,quay\n")
    with pytest.raises(EvalError, match="not laid out like Chunking Evaluation"):
        chunking.load(tmp_path)


# ---- what is kept between runs


def folders(cache: Path) -> list[Path]:
    return sorted(cache.iterdir())


def test_a_second_run_encodes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, cache = tmp_path / "data", tmp_path / "cache"
    data.mkdir()
    beir_files(data)
    first = run_benchmark("beir", data, job(cache=cache))
    (folder,) = folders(cache)
    assert f"is kept in {folder}" in capsys.readouterr().err
    CountingEmbedder.asked.clear()
    second = run_benchmark("beir", data, job(cache=cache))
    assert CountingEmbedder.asked == []
    assert [topic.found for topic in second.topics] == [topic.found for topic in first.topics]
    assert [f.value for f in second.figures[:-1]] == [f.value for f in first.figures[:-1]]
    assert folders(cache) == [folder]
    assert second.notes == (*first.notes, "2 times a question's vector was known: the seconds leave out its encoding.")
    run_benchmark("beir", data, job(cache=cache, fresh=True))
    assert "harbour bridge crack" in CountingEmbedder.asked  # a question
    assert "Mill The old mill was sold to Dora Quell." in CountingEmbedder.asked  # a passage
    assert folders(cache) == [folder]


def test_other_data_and_other_code_get_an_archive_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [Article("x", "One."), Article("y", "Two.")]
    with kept.kept_archive("beir", articles, job(cache=tmp_path)):
        pass
    with kept.kept_archive("beir", [articles[0], replace(articles[1], title="Second")], job(cache=tmp_path)):
        pass
    assert len(folders(tmp_path)) == 2
    monkeypatch.setattr(kept, "_CODE", ("chunk.py",))
    with kept.kept_archive("beir", articles, job(cache=tmp_path)):
        pass
    assert len(folders(tmp_path)) == 3


def test_an_archive_that_was_cut_short_is_filled_up(tmp_path: Path) -> None:
    articles = [Article("x", "One."), Article("y", "Two."), Article("empty", " ")]
    with kept.kept_archive("beir", articles, job(cache=tmp_path)) as made:
        assert made.notes() == ("empty: it has no text",)
        with hashed(made.path, Settings()) as assistant:
            assistant.archive.remove(["y"])
    with kept.kept_archive("beir", articles, job(cache=tmp_path)) as made:
        assert made.notes() == ("empty: it has no text",)  # said again each time
        with made.job.opener(made.path, made.job.settings) as assistant:
            assert assistant.archive.counts()["articles"] == 2


def test_a_run_waits_while_another_builds(tmp_path: Path) -> None:
    articles, opened = [Article("x", "One.")], threading.Event()

    @contextmanager
    def telling(path: Path, settings: Settings) -> Iterator[Asker]:
        opened.set()
        with hashed(path, settings) as assistant:
            yield cast(Asker, assistant)

    def run() -> None:
        with kept.kept_archive("beir", articles, Job(telling, Settings(), cache=tmp_path)):
            pass

    with kept.kept_archive("beir", articles, job(cache=tmp_path)):
        (folder,) = folders(tmp_path)
    waiting = threading.Thread(target=run)
    with write_lock(folder, "benchmark beir"):
        waiting.start()
        assert not opened.wait(0.5)
    waiting.join(30)
    assert opened.is_set()


def test_a_run_that_waits_in_vain_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def busy(folder: Path, what: str) -> Iterator[None]:
        with write_lock(folder, what, patience=0):
            yield

    monkeypatch.setattr(kept, "write_lock", busy)
    articles = [Article("x", "One.")]
    with kept.kept_archive("beir", articles, job(cache=tmp_path)):
        (folder,) = folders(tmp_path)
    with (
        write_lock(folder, "benchmark beir"),
        pytest.raises(ArchiveBusy, match="benchmark beir"),
        kept.kept_archive("beir", articles, job(cache=tmp_path)),
    ):
        pass


def test_a_cache_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    unusable = job(cache=tmp_path / "file")
    with (
        pytest.raises(EvalError, match="Name a folder with --archive"),
        kept.kept_archive("beir", [Article("x", "One.")], unusable),
    ):
        pass
    (tmp_path / "questions.db").write_bytes(b"no database" * 100)
    with pytest.raises(EvalError, match="--fresh"):
        Questions(tmp_path / "questions.db")


def test_a_question_vector_is_known_by_model_and_text(tmp_path: Path) -> None:
    vector = HashEmbedder(4).encode_question("who")
    with Questions(tmp_path / "questions.db") as known:
        known.keep("model", "who", vector)
    with Questions(tmp_path / "questions.db") as known:
        found = known.find("model", "who")
        assert found is not None and found.tolist() == vector.tolist()
        assert known.find("other", "who") is None
        assert known.find("model", "what") is None


# ---- the door


def test_fresh_needs_a_kept_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    named = ["--benchmark", "beir", "--data", str(tmp_path)]
    for arguments in (["--fresh"], [*named, "--fresh", "--archive", str(tmp_path / "a")]):
        assert door.main(["run", *arguments], cast(Any, hashed)) == 2
        assert "--fresh is about the archive" in capsys.readouterr().err


def test_the_door_keeps_archives_in_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(door, "cache_folder", lambda: tmp_path / "cache")
    data = tmp_path / "data"
    data.mkdir()
    arguments = ["run", "--benchmark", "beir", "--data", str(beir_files(data)), "--out", str(tmp_path / "r.json")]
    assert door.main(arguments, cast(Any, hashed)) == 0
    assert "nDCG@10" in capsys.readouterr().out
    assert len(folders(tmp_path / "cache")) == 1
    assert [row["id"] for row in json.loads((tmp_path / "r.json").read_text())["topics"]] == ["q1", "q2"]
    assert door.main([*arguments, "--archive", str(tmp_path / "named")], cast(Any, hashed)) == 0
    assert (tmp_path / "named").is_dir()
    assert len(folders(tmp_path / "cache")) == 1


def test_the_cache_lies_in_a_folder_of_byline() -> None:
    assert kept.cache_folder().parts[-2:] == ("byline", "eval")


@pytest.mark.parametrize("data", [b"no gzip", gzip.compress(b"{}")[:-4], gzip.compress(b"{}")[:10] + b"\xff" * 20])
def test_a_file_that_is_damaged_is_named(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "corpus.jsonl.gz").write_bytes(data)
    with pytest.raises(EvalError, match=r"corpus\.jsonl\.gz cannot be read"):
        read_bytes(tmp_path / "corpus.jsonl.gz")


def test_text_that_is_not_utf8_is_latin(tmp_path: Path) -> None:
    (tmp_path / "town.qry").write_bytes(b"\xef\xbb\xbfcaf\xc3\xa9")
    assert read_text(tmp_path / "town.qry") == "caf\u00e9"
    (tmp_path / "town.qry").write_bytes(b"caf\xe9")
    assert read_text(tmp_path / "town.qry") == "caf\u00e9"
