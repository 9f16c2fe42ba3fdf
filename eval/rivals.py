"""Byline's ranking beside the hybrid retrievers that other libraries build: `python -m eval.rivals --data DIR`.

DIR holds a folder for each public set, as for `byline eval ablate`. All read the same articles (a line of title, one
of outlet, text) with the same model, all-MiniLM-L6-v2:

- LangChain: RecursiveCharacterTextSplitter(1000, 200), FAISS and BM25Retriever joined by EnsembleRetriever (.5, .5).
  Its BM25 splits at blanks and tells "Storm" from "storm,"; a second row gives it words in lower case.
- LlamaIndex: SentenceSplitter (1,024 tokens, 200 shared), VectorStoreIndex and BM25Retriever joined by
  QueryFusionRetriever("reciprocal_rerank", num_queries=1). The model reads only 256 tokens of such a chunk; a second
  row has chunks of 256 tokens, 20 shared.
- txtai: Embeddings(hybrid=True, content=True) over LangChain's chunks.

They are no part of Byline and are installed apart: pip install langchain-classic langchain-community rank-bm25
llama-index-core llama-index-retrievers-bm25 txtai. One that is missing is named and left out.

An article stands where its best chunk stands. 100 chunks are asked for, of each half of a hybrid where it takes a
number, and more while they are of fewer than 10 articles. Chunks of two articles are never one, however equal.
"""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # before anything below imports a library that reads it

import numpy as np

from eval import ablate
from eval.benchmarks import ranking, realtimeqa
from eval.benchmarks.bench import Bench, Corpus
from eval.benchmarks.kept import cache_folder, kept_archive
from eval.benchmarks.questions import Questions
from eval.cases import Case, spread
from eval.hybrids import RIVALS, Encode, Rival
from eval.metrics import Figure, hit_at_k, mean, ndcg_at_k, reciprocal_rank
from eval.options import positive
from eval.progress import watched
from eval.rows import Topic
from eval.run import Job, Opener
from index.embed import Embedder, Vectors, open_embedder
from index.errors import BylineError, EvalError
from rag import Assistant, Settings

Scores = Mapping[str, Sequence[float]]  # of each measure, the value for each question

# Those of `byline eval ablate` that rank articles, and RealTimeQA with nothing but the articles its quiz links to.
SETS = {name: row for name, row in ablate.SETS.items() if row[1]}
SETS["realtimeqa"] = (SETS["realtimeqa-all"][0], realtimeqa.MEASURES)
OWN = "Byline"
DEPTH, FIRST, BATCH = 10, 100, 512
MEASURES: Mapping[str, Callable[[Sequence[bool], int], float]] = {
    "hit@1": lambda found, _: hit_at_k(found, 1),
    f"hit@{DEPTH}": lambda found, _: hit_at_k(found, DEPTH),
    f"MRR@{DEPTH}": lambda found, _: reciprocal_rank(found, DEPTH),
    f"nDCG@{DEPTH}": lambda found, relevant: ndcg_at_k(found, relevant, DEPTH),
}


def ranked(search: Callable[[int], Sequence[str]], want: int = DEPTH, first: int = FIRST) -> tuple[str, ...]:
    """The first `want` articles in order of their best chunk: asks for more chunks until there are enough."""
    k = first
    while True:
        owners = search(k)
        articles = tuple(dict.fromkeys(owners))
        if len(articles) >= want or len(owners) < k:
            return articles[:want]
        k *= 4


def scored(cases: Sequence[Case], runs: Mapping[str, Sequence[str]]) -> Scores:
    """The value of each measure for each case, of the articles that were found for it."""
    found = [([article in case.articles for article in runs[case.id]], len(case.articles)) for case in cases]
    return {name: [measure(*one) for one in found] for name, measure in MEASURES.items()}


def as_table(scores: Mapping[str, Scores]) -> str:
    """The table in Markdown; its last column is the mean of a rival's nDCG less Byline's, question by question."""
    last = list(MEASURES)[-1]
    heads = ["", *MEASURES, f"{last} less {OWN}'s"]
    lines = [_line(heads), "|" + "---|" * len(heads)]
    for name, values in scores.items():
        less = [one - own for one, own in zip(values[last], scores[OWN][last], strict=True)]
        cells = [_cell(mean(measure, values[measure])) for measure in MEASURES]
        lines.append(_line([name, *cells, _cell(mean(last, less)) if name != OWN else "-"]))
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(figure: Figure) -> str:
    assert figure.low is not None and figure.high is not None
    return f"{_short(figure.value)} [{_short(figure.low)}, {_short(figure.high)}]"


def _short(value: float) -> str:
    return f"{value:.3f}".replace("0.", ".", 1)


def encoder(embedder: Embedder, known: Questions) -> Encode:
    """Encodes texts and keeps their vectors, so that none is ever encoded twice."""

    def encode(texts: Sequence[str]) -> Vectors:
        vectors = {text: known.find(embedder.fingerprint, text) for text in dict.fromkeys(texts)}
        new = [text for text, vector in vectors.items() if vector is None]
        parts = [new[at : at + BATCH] for at in range(0, len(new), BATCH)]
        for part in watched(parts, "encoding", len(parts)) if len(parts) > 1 else parts:
            for text, vector in zip(part, embedder.encode_texts(part), strict=True):
                known.keep(embedder.fingerprint, text, vector)
                vectors[text] = vector
        return np.asarray([vectors[text] for text in texts], dtype=np.float32)

    return encode


def byline(name: str, corpus: Corpus, cases: tuple[Case, ...], opener: Opener) -> dict[str, Sequence[str]]:
    """What Byline finds, as `byline eval run` measures it, in the archive that this keeps."""
    with kept_archive(name, corpus.articles, Job(opener, Settings(), cache=cache_folder())) as kept:
        _, topics = ranking.measure(Bench(kept.path, corpus, cases, kept.job))
    return {topic.id: topic.found[:DEPTH] for topic in topics if isinstance(topic, Topic)}


def compared(corpus: Corpus, cases: Sequence[Case], rivals: Sequence[Rival], encode: Encode) -> dict[str, Scores]:
    """The scores of each rival."""
    scores = {}
    for rival in rivals:
        search = rival.build(corpus.articles, encode)
        asked = watched(cases, rival.name, len(cases))
        scores[rival.name] = scored(cases, {case.id: ranked(partial(search, case.question)) for case in asked})
    return scores


def main(argv: Sequence[str] | None = None, opener: Opener = Assistant.open, rivals: Sequence[Rival] = RIVALS) -> int:
    """Compare, print the table and the versions; the exit code."""
    options = _parser().parse_args(argv)
    for rival in rivals:
        if names := rival.missing():
            print(f"{rival.name} is left out: {' and '.join(names)} must be installed for it.", file=sys.stderr)
    here = [rival for rival in rivals if not rival.missing()]
    try:
        corpus = ablate.read(options.benchmark, options.data, SETS)
        cases = spread(corpus.cases, options.limit)
        scores = {OWN: scored(cases, byline(options.benchmark, corpus, cases, opener))}
        with _vectors(options.cache) as known:
            scores |= compared(corpus, cases, here, encoder(open_embedder(), known))
    except BylineError as error:
        print(f"eval.rivals: {error}", file=sys.stderr)
        return 2
    used = {name: number for rival in here for name, number in rival.versions().items()}
    print(as_table(scores), "", ", ".join(f"{name} {number}" for name, number in used.items()), sep="\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.rivals", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="a folder with the public sets")
    parser.add_argument("--benchmark", choices=sorted(SETS), default="realtimeqa-all", help="default: realtimeqa-all")
    parser.add_argument("--limit", type=positive, metavar="N", help="N questions only, evenly spread over the set")
    parser.add_argument(
        "--cache", type=Path, default=cache_folder() / "rivals", metavar="DIR", help="keeps the vectors"
    )
    return parser


def _vectors(folder: Path) -> Questions:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EvalError(f"'{folder}' cannot be made: {error.strerror}. Name another folder with --cache.") from error
    return Questions(folder / "vectors.db")


if __name__ == "__main__":
    sys.exit(main())
