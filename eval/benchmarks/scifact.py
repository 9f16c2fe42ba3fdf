"""SciFact: claims and the abstracts they cite. How well does retrieval rank documents, part by part?

Under the path stands scifact.zip (or its CSV files): corpus_train.csv and claims_validation.csv, whose 300 claims are
the test set of BEIR. How they are read: `cited_doc_ids` of a claim are its relevant documents (339 pairs; a claim has
several rows, one a piece of evidence), and an abstract is the printed form of a numpy list of sentences. Documents are
ranked by their best passage. The published figure for the bundled model, one vector a document, is nDCG@10 .645: a
run further than .01 from it has a wrong encoder or a wrong index.
"""

import ast
import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from eval.benchmarks.bench import Bench, Corpus, rank_articles
from eval.cases import Case, EvidenceItem
from eval.metrics import Figure, mean, ndcg_at_k
from eval.progress import watched
from eval.rows import Row
from index.embed import Embedder, Vectors
from index.errors import EvalError
from index.records import Article, Hit

ZIP, DOCUMENTS, CLAIMS = "scifact.zip", "corpus_train.csv", "claims_validation.csv"
_LITERAL = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
_K = 10
_BATCH = 512


def load(path: Path) -> Corpus:
    """Read documents and claims.

    Raises:
        EvalError: the files are missing or laid out otherwise.
    """
    try:
        articles = tuple(
            Article(id=row["doc_id"], title=row["title"], text=" ".join(sentences(row["abstract"])))
            for row in _table(path, DOCUMENTS)
        )
        claims: dict[str, Case] = {}
        for row in _table(path, CLAIMS):
            cited = tuple(EvidenceItem(number, "") for number in re.findall(r"\d+", row["cited_doc_ids"]))
            claims[row["id"]] = Case(row["id"], row["claim"], (), (cited,), kind="claim")
    except (KeyError, TypeError, ValueError, csv.Error, zipfile.BadZipFile) as error:
        raise EvalError(f"The files in {path} are not laid out like SciFact: {error!r}") from error
    return Corpus(articles, tuple(claims.values()))


def sentences(printed: str) -> list[str]:
    """The strings of a printed numpy array of strings: quoted either way, with no comma between them."""
    found = (str(ast.literal_eval(literal.replace("\n", " "))) for literal in _LITERAL.findall(printed))
    return [sentence for sentence in found if sentence.strip()]


def _table(path: Path, name: str) -> Iterator[dict[str, str]]:
    csv.field_size_limit(1 << 24)
    archive = path if path.suffix == ".zip" else path / ZIP
    try:
        if archive.is_file():
            with zipfile.ZipFile(archive) as files:
                text = files.read(name).decode("utf-8")
        else:
            text = (path / name).read_text("utf-8")
    except (OSError, KeyError) as error:
        raise EvalError(f"{path} holds neither {ZIP} nor {name}. Point --data at the folder with it.") from error
    return csv.DictReader(io.StringIO(text, newline=""))


def measure(bench: Bench) -> tuple[Sequence[Figure], Sequence[Row]]:
    """One vector a document, then the dense part of the chunked archive, then its default hybrid."""
    with bench.assistant() as assistant:
        archive = assistant.archive
        embedder = archive.embedder
        questions = embedder.encode_texts([case.question for case in bench.cases])
        whole = _one_vector(bench, embedder, questions)
        vectors = {case.question: vector for case, vector in zip(bench.cases, questions, strict=True)}
        dense = _ndcg(bench, "dense part", lambda text, k: archive.search_by_vector(vectors[text], k))
        words = _ndcg(bench, "words", lambda text, k: archive.search_by_words(text, k))
        hybrid = _ndcg(bench, "hybrid", lambda text, k: assistant.search(text, k=k))
    return [
        mean("nDCG@10, one vector a document", whole),
        mean("nDCG@10, dense part of the chunked archive", dense),
        mean("nDCG@10, words of the chunked archive", words),
        mean("nDCG@10, default hybrid", hybrid),
    ], ()


def _one_vector(bench: Bench, embedder: Embedder, questions: Vectors) -> list[float]:
    articles = bench.corpus.articles
    starts = range(0, len(articles), _BATCH)
    rows = [
        embedder.encode_texts([f"{article.title} {article.text}" for article in articles[start : start + _BATCH]])
        for start in watched(starts, "one vector a document", len(starts))
    ]
    order = np.argsort(-(questions @ np.concatenate(rows).T), axis=1, kind="stable")[:, :_K]
    found = [[articles[i].id in case.articles for i in top] for case, top in zip(bench.cases, order, strict=True)]
    return [ndcg_at_k(hits, len(case.articles), _K) for case, hits in zip(bench.cases, found, strict=True)]


def _ndcg(bench: Bench, what: str, search: Callable[[str, int], Sequence[Hit]]) -> list[float]:
    out = []
    for case in watched(bench.cases, what, len(bench.cases)):
        ranked = rank_articles(partial(search, case.question), _K)
        out.append(ndcg_at_k([article in case.articles for article in ranked], len(case.articles), _K))
    return out
