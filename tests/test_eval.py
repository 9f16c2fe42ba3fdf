"""Sets and benchmarks as read, the runner with a fake assistant, the report and the door."""

import gzip
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from eval.__main__ import main, read_settings
from eval.benchmarks import BENCHMARKS, realtimeqa, run_benchmark, scifact, squad2
from eval.cases import Case, EvidenceItem, Place, load_cases, locate, spread
from eval.progress import Progress
from eval.report import as_dict, as_text, default_path, write
from eval.rows import worst
from eval.run import SETS, Asker, Job, Run, find_set, run_set, sources
from index.archive import Archive
from index.errors import ArticleMissing, EvalError, SettingsError
from index.records import AddReport, Article, Hit, Passage, Skipped, Span
from rag import Settings
from rag.records import Answer, Citation, Turn

HARBOUR = "The harbour bridge closed on Monday. Engineers found a crack. It will open in May."
MILL = "The old mill was sold. Dora Quell paid 4 million for it."
ROWS = [
    {"id": "harbour", "title": "Bridge shut", "text": HARBOUR},
    {"id": "mill", "title": "Mill sold", "text": MILL},
]


def case(name: str, question: str, article: str = "", quote: str = "", **more: Any) -> dict[str, Any]:
    evidence = [[{"article": article, "quote": quote}]] if article else []
    return {"id": name, "question": question, "evidence": evidence, "answerable": bool(article), **more}


QUESTIONS = [
    case("q1", "Why was the bridge closed?", "harbour", "Engineers found a crack.", kind="why", answer="A crack."),
    case("q2", "What did the mill cost?", "mill", "Dora Quell paid 4 million for it.", kind="number"),
    case("q3", "Who built the mill?", kind="unanswerable"),
    case("q4", "When will it open?", "harbour", "It will open in May.", kind="follow-up")
    | {"history": [{"question": "What of the bridge?", "answer": "It closed."}]},
]


class FakeArchive:
    """Articles in a dict that outlives the assistant, as a folder would."""

    def __init__(self, articles: dict[str, Article]) -> None:
        self.held = articles
        self.embedder = FakeEmbedder()

    def article(self, name: str) -> Article:
        if name not in self.held:
            raise ArticleMissing(f"No article '{name}'.")
        return self.held[name]

    def counts(self) -> dict[str, int]:
        return {"articles": len(self.held), "passages": len(self.held)}

    def add_articles(self, articles: Iterable[Article], progress: Progress | None = None) -> AddReport:
        self.held.update({article.id: article for article in articles})
        return AddReport()

    def remove(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.held.pop(name).id for name in tuple(names))

    def search_by_words(self, text: str, k: int) -> list[Hit]:
        wanted = set(text.lower().rstrip("?").split())
        shared = {a.id: len(wanted & set(a.text.lower().rstrip(".").split())) for a in self.held.values()}
        order = sorted(self.held.values(), key=lambda a: -shared[a.id])
        return [Hit(Passage(a, Span(0, len(a.text))), float(shared[a.id])) for a in order if shared[a.id]][:k]

    def search_by_vector(self, vector: Any, k: int) -> list[Hit]:
        return self.search_by_words(" ".join(FakeEmbedder.texts[int(vector[1])].split()), k)


class FakeEmbedder:
    """The second number of a vector says which text it stands for; the first is the same for all."""

    texts: list[str] = []  # noqa: RUF012 - shared on purpose

    def encode_texts(self, texts: Sequence[str]) -> Any:
        import numpy as np

        start = len(self.texts)
        self.texts.extend(texts)
        return np.asarray([[1.0, start + i] for i in range(len(texts))], dtype=np.float32)


class FakeAssistant:
    """Cites the sentence of the first article that shares most words with the question; refuses below two."""

    kept: dict[Path, dict[str, Article]] = {}  # noqa: RUF012 - stands for the disk
    asked: list[tuple[str, tuple[Turn, ...]]] = []  # noqa: RUF012
    days: list[str | None] = []  # noqa: RUF012

    def __init__(self, path: Path, settings: Settings) -> None:
        path.mkdir(parents=True, exist_ok=True)
        held = self.kept.get(Path((path / "name").read_text())) if (path / "name").exists() else None
        if held is None:
            (path / "name").write_text(str(path))
            held = self.kept.setdefault(path, {})
        self.store = FakeArchive(held)
        self.settings = settings

    def __enter__(self) -> "FakeAssistant":
        return self

    def __exit__(self, *failure: object) -> None:
        return None

    @property
    def archive(self) -> Archive:
        return cast(Archive, self.store)

    def add(self, paths: Iterable[str | Path], *, progress: Progress | None = None) -> AddReport:
        skipped = []
        for path in paths:
            if Path(path).suffix == ".jsonl":
                self.store.add_articles(Article(**json.loads(line)) for line in Path(path).read_text().splitlines())
            else:
                skipped.append(Skipped(str(path), "not an article"))
        return AddReport(skipped=tuple(skipped))

    def search(self, question: str, *, k: int = 10) -> list[Hit]:
        return self.store.search_by_words(question, k)

    def ask(self, question: str, history: Sequence[Turn] = (), *, today: str | None = None) -> Answer:
        self.asked.append((question, tuple(history)))
        self.days.append(today)
        full = " ".join([*(turn.question for turn in history), question])
        hits = self.search(full)
        sure = min(1.0, hits[0].score / 4) if hits else 0.0
        if not hits or sure < self.settings.refuse_below:
            return Answer(question, full, False, "The articles do not answer this.", (), tuple(hits), sure)
        article = hits[0].passage.article
        start = max(article.text.rfind(". ", 0, -1) + 2, 0)
        quote = Span(start, len(article.text))
        cited = Citation(Span(0, len(quote)), article, quote)
        return Answer(question, full, True, quote.of(article.text), (cited,), tuple(hits), sure)


def fake(path: Path, settings: Settings) -> Asker:
    return FakeAssistant(path, settings)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A set of two articles and four questions."""
    path = tmp_path / "town"
    path.mkdir()
    write_lines(path / "articles.jsonl", ROWS)
    write_lines(path / "questions.jsonl", QUESTIONS)
    return path


def write_lines(path: Path, rows: Iterable[Any]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def job(**changes: Any) -> Job:
    return replace(Job(cast(Any, fake), Settings(refuse_below=0.3)), **changes)


def figure(run: Run, name: str) -> float:
    return next(f.value for f in run.figures if f.name == name)


# ---- sets as read


def test_load_cases(folder: Path) -> None:
    cases = load_cases(folder / "questions.jsonl")
    assert [c.id for c in cases] == ["q1", "q2", "q3", "q4"]
    assert cases[0].evidence == ((EvidenceItem("harbour", "Engineers found a crack."),),)
    assert (cases[2].answerable, cases[2].evidence) == (False, ())
    assert cases[3].history == (Turn("What of the bridge?", "It closed."),)
    assert cases[0].articles == {"harbour"}


GOOD = json.dumps(case("a", "What?", "x", "y"))
BAD: list[tuple[str, str]] = [
    ("{", "line 2: not JSON"),
    ("[1]", "line 2: expected a JSON object, found a list"),
    (json.dumps(case("a", "What?", "x", "y")), "line 2: the id 'a' stands already on line 1"),
    (json.dumps(case("b", " ", "x", "y")), "line 2: 'question' is missing or empty"),
    (json.dumps(case("", "What?", "x", "y")), "line 2: 'id' is missing or empty"),
    (json.dumps(case("b", "What?") | {"answerable": True}), "line 2: an answerable question needs evidence"),
    (json.dumps(case("b", "What?", "x", "y") | {"answerable": False}), "line 2: evidence is given"),
    (json.dumps(case("b", "What?") | {"answerable": "no"}), "line 2: 'answerable' must be true or false, found text"),
    (json.dumps(case("b", "What?") | {"colour": 1}), "line 2: unknown field 'colour'"),
    (json.dumps(case("b", "What?") | {"kind": 3}), "line 2: 'kind' must be text, found a number"),
    (json.dumps(case("b", "What?", "x", "y") | {"today": "soon"}), "line 2: 'today' is 'soon', which is no day"),
    (json.dumps(case("b", "What?", "x", "y") | {"evidence": {}}), "line 2: evidence must be a list, found an object"),
    (json.dumps(case("b", "What?", "x", "y") | {"evidence": [[]]}), "line 2: a group of evidence is empty"),
    (json.dumps(case("b", "What?", "x", "y") | {"evidence": [["x"]]}), "line 2: a piece of evidence must be"),
    (json.dumps(case("b", "What?", "x", "y") | {"history": ["hi"]}), "line 2: a turn of the history must be"),
]


@pytest.mark.parametrize(("line", "message"), BAD)
def test_a_bad_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(f"{GOOD}\n{line}\n", encoding="utf-8")
    with pytest.raises(EvalError) as caught:
        load_cases(path)
    assert str(caught.value).startswith(f"{path}, {message}")


def test_files_that_are_no_set(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="cannot be read"):
        load_cases(tmp_path / "none.jsonl")
    (tmp_path / "empty.jsonl").write_text("\n\n")
    with pytest.raises(EvalError, match="holds no question"):
        load_cases(tmp_path / "empty.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b'\n{"id": "caf\xe9"}')
    with pytest.raises(EvalError, match="line 2: not UTF-8"):
        load_cases(tmp_path / "latin.jsonl")
    (tmp_path / "marked.jsonl").write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert len(load_cases(tmp_path / "marked.jsonl")) == 1


def finding(**texts: str) -> Callable[[str], Article]:
    return FakeArchive({name: Article(name, text) for name, text in texts.items()}).article


def test_locate_finds_every_occurrence() -> None:
    item = Case("q", "?", evidence=((EvidenceItem("x", "aa"), EvidenceItem("y", "")),))
    assert locate(item, finding(x="aaa", y="whole")) == (
        (Place("x", Span(0, 2)), Place("x", Span(1, 3)), Place("y", Span(0, 5))),
    )
    composed = Case("q", "?", evidence=((EvidenceItem("x", "cafe\u0301\u00a0noir"),),))  # the article has it composed
    assert locate(composed, finding(x="un caf\u00e9 noir")) == ((Place("x", Span(3, 12)),),)
    with pytest.raises(EvalError, match="'q': the article 'x' does not hold the quote: 'aa'"):
        locate(item, finding(x="ab", y="whole"))
    with pytest.raises(EvalError, match="'q': its evidence names 'x', which is not an article here"):
        locate(item, finding(y="whole"))


def test_spread_is_even() -> None:
    cases = [Case(str(i), "?") for i in range(10)]
    assert [c.id for c in spread(cases, 3)] == ["0", "3", "6"]
    assert len(spread(cases, None)) == len(spread(cases, 99)) == 10


def test_every_shipped_set_can_be_read() -> None:
    for path in SETS.glob("*/questions.jsonl"):
        assert load_cases(path)
        assert sources(path.parent)


# ---- the runner


def test_run_set(folder: Path) -> None:
    FakeAssistant.asked.clear()
    run = run_set(folder, job())
    assert run.archive == {"articles": 2, "passages": 2}
    assert [question for question, _ in FakeAssistant.asked] == [q["question"] for q in QUESTIONS]
    assert FakeAssistant.asked[3][1] == (Turn("What of the bridge?", "It closed."),)
    # The fake cites each article's last sentence: right for q2 and q4, wrong for q1. It answers q3, as it should not.
    assert [row.answer.answered for row in run.rows] == [True, True, True, True]
    assert [row.precision for row in run.rows] == [0, 1, 0, 1]
    assert figure(run, "citation precision") == pytest.approx(2 / 3)  # over the three answerable ones
    assert figure(run, "right among shown citations") == 0.5  # two of four
    assert figure(run, "hit@1") == 1
    assert figure(run, "MRR@10") == 1
    assert figure(run, "refusal recall") == 0
    assert list(run.kinds) == ["why", "number", "unanswerable", "follow-up"]
    faults = worst(run.rows)
    assert [row.case.id for row in faults["wrong citation"]] == ["q1"]
    assert [row.case.id for row in faults["answered though unanswerable"]] == ["q3"]
    assert faults["refused though answerable"] == ()


def test_refusing_everything_is_right_only_where_nothing_answers(folder: Path) -> None:
    run = run_set(folder, job(settings=Settings(refuse_below=1.0)))
    refused = [not row.answer.answered for row in run.rows]
    assert refused == [True, True, True, False]  # the follow-up shares four words with the bridge
    assert figure(run, "refusal precision") == pytest.approx(1 / 3)
    assert figure(run, "refusal recall") == 1
    assert figure(run, "refusal F1") == pytest.approx(0.5)  # 2 * (1/3 * 1) / (1/3 + 1)
    assert figure(run, "citation precision") == pytest.approx(1 / 3)  # refusals count as zero


def test_the_runner_names_what_it_skipped_and_what_is_not_there(folder: Path) -> None:
    (folder / "notes.bin").write_bytes(b"\x00")
    assert run_set(folder, job(limit=1)).notes == (f"{folder / 'notes.bin'}: not an article",)
    write_lines(folder / "questions.jsonl", [case("q", "What?", "harbour", "Nobody wrote this.")])
    with pytest.raises(EvalError, match=r"Nobody wrote this\."):
        run_set(folder, job())
    (folder / "articles.jsonl").unlink()
    (folder / "notes.bin").unlink()
    with pytest.raises(EvalError, match="no articles"):
        sources(folder)


def test_an_archive_is_kept_where_one_is_named(folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    run_set(folder, job(archive=kept))
    assert kept.is_dir()
    assert find_set(str(folder)) == folder
    with pytest.raises(EvalError, match="There is no set 'nowhere'"):
        find_set("nowhere")


# ---- the report


def test_report(folder: Path, tmp_path: Path) -> None:
    run = run_set(folder, job())
    text = as_text(run)
    assert "citation precision" in text
    assert "wrong citation:\n  q1  Why was the bridge closed?" in text
    path = tmp_path / "new" / "r.json"
    write(run, path)
    assert [p.name for p in path.parent.iterdir()] == ["r.json"]  # nothing is left beside it
    value = json.loads(path.read_text("utf-8"))
    assert value == json.loads(json.dumps(as_dict(run)))
    assert value["rows"][1]["citations"][0] == {
        "article": "mill", "start": 23, "end": 56, "text": "Dora Quell paid 4 million for it.", "right": True,
    }  # fmt: skip
    assert value["worst"]["answered though unanswerable"] == ["q3"]
    assert "rows" not in as_dict(run, rows=False)
    named = default_path(replace(run, started="2026-01-02T03:04:05+00:00"))
    assert named == Path("byline-eval") / "town-20260102T030405Z.json"
    with pytest.raises(EvalError, match="Choose a file with --out"):
        write(run, path / "below-a-file.json")


# ---- benchmarks, on files made up in their layouts


def squad_files(folder: Path) -> Path:
    def question(name: str, text: str, *answers: str) -> dict[str, Any]:
        return {"id": name, "question": text, "is_impossible": not answers,
                "answers": [{"text": a, "answer_start": 0} for a in answers]}  # fmt: skip

    bridge = [question("b1", "When will the harbour bridge open?", "in May", "May"), question("b2", "Who built it?")]
    mill = [question("m1", "Who paid for the old mill?", "Dora Quell")]
    paragraphs = [{"context": HARBOUR, "qas": bridge}, {"context": MILL, "qas": mill}]
    value = {"version": "v2.0", "data": [{"title": "Small_town", "paragraphs": paragraphs}]}
    (folder / "dev-v2.0.json.gz").write_bytes(gzip.compress(json.dumps(value).encode()))
    return folder


def test_squad2(tmp_path: Path) -> None:
    corpus = squad2.load(squad_files(tmp_path))
    assert [a.id for a in corpus.articles] == ["Small_town#0", "Small_town#1"]
    assert {a.title for a in corpus.articles} == {"Small town"}
    assert [c.answerable for c in corpus.cases] == [True, False, True]
    assert corpus.cases[0].evidence == ((EvidenceItem("Small_town#0", "in May"), EvidenceItem("Small_town#0", "May")),)
    run = run_benchmark("squad2", tmp_path, job())
    assert figure(run, "gold paragraph hit@1") == 1
    assert figure(run, "gold paragraph MRR") == 1
    assert figure(run, "first citation holds a gold answer") == 1
    assert figure(run, "refusal recall") == 1  # "Who built it?" shares one word, .25 < .3
    # confidences: b1 shares harbour, bridge, will, open, the: 1; m1 four of them: 1; b2 one: .25
    assert figure(run, "AUC of the confidence") == 1
    assert {row.step for row in run.rows} == {"never refusing", "default settings"}


def realtime_files(folder: Path) -> Path:
    long = " The council said more would follow in time." * 5
    results = [
        {"url": "https://news.example.org/bridge", "text": HARBOUR + long, "authors": ["Ina Orr", "Bo Lund"],
         "publish_date": "2022/06/12"},
        {"url": "https://news.example.org/short", "text": "Too short.", "authors": [], "publish_date": None},
        {"url": "https://news.example.org/mill", "text": MILL + long},
        {"url": "https://news.example.org/gone"},
    ]  # fmt: skip
    gold = [results[:2], [results[1]], [results[2], results[0]]]
    asked = [("Why was the harbour bridge closed?", ["Rust", "“Crack”"], "1"), ("Who?", ["A", "B"], "0"),
             ("Who paid for the old mill?", ["Nobody named", "C"], "0")]  # fmt: skip
    found = [{"question_id": f"w_{i}", "search_result": g} for i, g in enumerate(gold)]
    write_lines(folder / "20220617_gold.jsonl", found)
    questions = [
        {
            "question_id": f"w_{i}",
            "question_date": "2022/06/17",
            "question_sentence": q,
            "choices": choices,
            "answer": [right],
        }
        for i, (q, choices, right) in enumerate(asked)
    ]
    write_lines(folder / "20220617_qa.jsonl", questions)
    write_lines(folder / "20220617_qa_nota.jsonl", [{"not": "read"}])
    return folder


def test_realtimeqa(tmp_path: Path) -> None:
    corpus = realtimeqa.load(realtime_files(tmp_path))
    bridge, mill = corpus.articles
    assert bridge.id == bridge.url == "https://news.example.org/bridge"
    assert (bridge.author, bridge.published) == ("Ina Orr, Bo Lund", "2022-06-12")
    assert (mill.author, mill.published) == ("", "")
    assert [(c.id, c.answer, c.kind) for c in corpus.cases] == [
        ("w_0", "“Crack”", realtimeqa.HELD),
        ("w_2", "Nobody named", realtimeqa.NOT_HELD),
    ]
    assert corpus.cases[1].articles == {bridge.id, mill.id}
    run = run_benchmark("realtimeqa", tmp_path, job())
    assert figure(run, "article hit@1") == 1
    assert figure(run, "any citation holds the answer") == 0  # the fake cites the last sentence
    assert figure(run, "answered, of all") == 1
    # w_0 without the bridge shares "the" and "was" with the mill, 2/4: answered. w_2 without both: nothing left.
    assert figure(run, "gold left out: refused, of all") == 0.5
    left_out = [row for row in run.rows if row.step == "gold left out"]
    assert [[hit.passage.article.id for hit in row.hits] for row in left_out] == [[mill.id], []]
    assert run.archive["articles"] == 2  # all were put back: the second question missed both
    assert FakeAssistant.days[-2:] == ["2022-06-17"] * 2 and FakeAssistant.days[-3] is None
    assert {row.case.today for row in run.rows if row.step == "asked on their day"} == {"2022-06-17"}
    assert {row.case.today for row in run.rows if row.step != "asked on their day"} == {""}
    assert figure(run, "on their day: days filter, of all") == 0


def scifact_files(folder: Path) -> Path:
    documents = (
        "doc_id,title,abstract,structured\n"
        "7,Bridges,\"['The harbour bridge closed.'\n ''\n"
        " \"\"Engineers' crack. Found 'x'.\"\" 'It\\'s open.']\",False\n"
        "9,Mills,['The old mill was sold.'],False\n"
    )
    claims = (
        "id,claim,evidence_doc_id,evidence_label,evidence_sentences,cited_doc_ids\n"
        "1,the harbour bridge closed,7,SUPPORT,[1],[7]\n"
        "1,the harbour bridge closed,7,SUPPORT,[2],[7]\n"
        "2,the old mill,,,[],[    9 7]\n"
    )
    with zipfile.ZipFile(folder / "scifact.zip", "w") as archive:
        archive.writestr("corpus_train.csv", documents)
        archive.writestr("claims_validation.csv", claims)
    return folder


def test_scifact(tmp_path: Path) -> None:
    corpus = scifact.load(scifact_files(tmp_path))
    assert corpus.articles[0].text == "The harbour bridge closed. Engineers' crack. Found 'x'. It's open."
    assert [(c.id, sorted(c.articles)) for c in corpus.cases] == [("1", ["7"]), ("2", ["7", "9"])]
    run = run_benchmark("scifact", tmp_path, job())
    # by shared words: claim 1 ranks 7, 9 (gold 7): 1. Claim 2 ranks 9, 7 (both gold): 1.
    assert figure(run, "nDCG@10, default hybrid") == 1
    assert figure(run, "nDCG@10, dense part of the chunked archive") == 1
    assert any(name.name == "nDCG@10, one vector a document" for name in run.figures)


def test_articles_are_ranked_by_their_best_passage() -> None:
    def passage(name: str) -> Hit:
        return Hit(Passage(Article(name, "text"), Span(0, 4)), 1.0)

    pool = [passage(name) for name in "a" * 30 + "b" * 30 + "cab"]
    asked: list[int] = []

    def search(k: int) -> list[Hit]:
        asked.append(k)
        return pool[:k]

    assert scifact.rank_articles(search, 2) == ["a", "b"]
    assert scifact.rank_articles(search, 9) == scifact.rank_articles(search, 2, 99, cut=False) == ["a", "b", "c"]
    assert asked == [8, 32, 36, 144, 99]


@pytest.mark.parametrize("name", sorted(BENCHMARKS))
def test_a_benchmark_without_its_files(tmp_path: Path, name: str) -> None:
    with pytest.raises(EvalError, match="--data"):
        run_benchmark(name, tmp_path, job())


def test_a_benchmark_in_another_layout(tmp_path: Path) -> None:
    (tmp_path / "dev-v2.0.json").write_text('{"data": [{"name": 1}]}')
    with pytest.raises(EvalError, match=r"not laid out like SQuAD 2\.0"):
        squad2.load(tmp_path)
    (tmp_path / "dev-v2.0.json").write_text("{")
    with pytest.raises(EvalError, match="cannot be read as JSON"):
        squad2.load(tmp_path)
    write_lines(tmp_path / "w_gold.jsonl", [{"question_id": "w"}])
    write_lines(tmp_path / "w_qa.jsonl", [{}])
    with pytest.raises(EvalError, match="not laid out like RealTimeQA"):
        realtimeqa.load(tmp_path)
    (tmp_path / "w_gold.jsonl").write_text("{}\n{")
    with pytest.raises(EvalError, match=r"w_gold\.jsonl, line 1|not laid out"):
        realtimeqa.load(tmp_path)


# ---- the door


def test_the_door(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "r.json"
    assert main(["run", str(folder), "--out", str(out)], cast(Any, fake)) == 0
    shown = capsys.readouterr()
    assert "citation precision" in shown.out
    assert str(out) in shown.err
    assert main(["run", str(folder), "--json", "--limit", "2", "--out", str(out)], cast(Any, fake)) == 0
    value = json.loads(capsys.readouterr().out)
    assert value["report"] == str(out)
    assert [row["id"] for row in json.loads(out.read_text())["rows"]] == ["q1", "q3"]
    assert main(["run", str(folder), "--settings", "refuse_below=1.0", "--out", str(out)], cast(Any, fake)) == 0
    assert json.loads(out.read_text())["settings"]["refuse_below"] == 1.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "There is no set 'nowhere'"),
        (["--benchmark", "squad2"], "--data"),
        (["--data", "x"], "--benchmark"),
        (["sample", "--benchmark", "squad2", "--data", "x"], "not both"),
        (["--benchmark", "squad2", "--data", "no-such-folder"], "--data"),
        (["--settings", "colour=blue"], "colour"),
        (["--settings", "sentences"], "KEY=VALUE"),
        (["--out", "."], "it is a folder"),
    ],
)
def test_nothing_could_be_done(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", *arguments], cast(Any, fake)) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert message in shown.err
    assert "Traceback" not in shown.err


@pytest.mark.parametrize("arguments", ["", "walk", "run --limit 0", "run --limit x", "run --benchmark y"])
def test_a_wrong_command_line_exits_2(arguments: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments.split())
    assert caught.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_settings_are_read_as_json_or_text() -> None:
    settings = read_settings(["sentences=2", "refuse_below=0.25"])
    assert (settings.sentences, settings.refuse_below) == (2, 0.25)
    with pytest.raises(SettingsError):
        read_settings(["refuse_below=high"])
    with pytest.raises(SettingsError, match=r"no setting 'nonsense'\. There are: refuse_below"):
        read_settings(["nonsense=1"])
