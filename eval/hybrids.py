"""The hybrid retrievers that other libraries build, a column each: articles in, a search for chunks out.

The only place that knows these libraries, which are no part of Byline (see eval.rivals). Each stands here in the form
that its documents show, with their defaults. Vectors come from one `encode` for all, so that no chunk is encoded twice:
those of sentence-transformers, which cuts a text at 256 tokens (txtai's own loading of the model would read 512).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from eval.run import version_of
from index.embed import Vectors
from index.records import Article

Encode = Callable[[Sequence[str]], Vectors]
Search = Callable[[str, int], Sequence[str]]  # a question and how many chunks: the article of each chunk, best first


@dataclass(frozen=True, slots=True)
class Rival:
    """A retriever to compare with: what must be installed for it, and how it takes in articles."""

    name: str
    packages: tuple[str, ...]
    build: Callable[[Sequence[Article], Encode], Search]

    def versions(self) -> dict[str, str]:
        """The version of each package; "" for one that is not installed."""
        return {package: version_of(package) for package in self.packages}

    def missing(self) -> list[str]:
        """The packages that are not installed."""
        return [package for package, number in self.versions().items() if not number]


def whole(article: Article) -> str:
    """What rivals read of an article: the same fields as Byline, a line each."""
    return "\n".join(filter(None, (article.title, article.outlet, article.text)))


def lower_words(text: str) -> list[str]:
    """The words of a text in lower case, without punctuation."""
    return re.findall(r"\w+", text.lower())


def _chunks(articles: Sequence[Article]) -> tuple[list[str], list[dict[str, Any]]]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    cut = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_text
    found = [(chunk, article.id) for article in articles for chunk in cut(whole(article))]
    return [chunk for chunk, _ in found], [{"chunk": n, "article": owner} for n, (_, owner) in enumerate(found)]


def langchain(articles: Sequence[Article], encode: Encode, words: Callable[[str], list[str]] = str.split) -> Search:
    """LangChain's vector store and BM25, joined by its ensemble. `words` is what its BM25 counts."""
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_community.vectorstores import FAISS

    texts, places = _chunks(articles)
    pairs = zip(texts, encode(texts).tolist(), strict=True)
    store = FAISS.from_embeddings(pairs, lambda text: encode([text])[0].tolist(), places)
    bm25 = BM25Retriever.from_texts(texts, places, preprocess_func=words)

    def search(question: str, k: int) -> list[str]:
        bm25.k = k
        pair = [bm25, store.as_retriever(search_kwargs={"k": k})]
        both = EnsembleRetriever(retrievers=pair, weights=[0.5, 0.5], id_key="chunk")
        return [document.metadata["article"] for document in both.invoke(question)]

    return search


def llamaindex(articles: Sequence[Article], encode: Encode, tokens: int = 1024, shared: int = 200) -> Search:
    """LlamaIndex's vector index and BM25, joined by its fusion. The vectors are given to it, the question's as well."""
    from llama_index.core import Document, MockEmbedding, QueryBundle, VectorStoreIndex
    from llama_index.core.llms import MockLLM
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.retrievers.bm25 import BM25Retriever

    unread: Any = {"excluded_embed_metadata_keys": ["article"], "excluded_llm_metadata_keys": ["article"]}
    documents = [Document(text=whole(article), metadata={"article": article.id}, **unread) for article in articles]
    nodes = SentenceSplitter(chunk_size=tokens, chunk_overlap=shared).get_nodes_from_documents(documents)
    for node, vector in zip(nodes, encode([node.text for node in nodes]), strict=True):
        node.embedding = vector.tolist()
    index = VectorStoreIndex(nodes, embed_model=MockEmbedding(embed_dim=len(nodes[0].embedding)))
    bm25 = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=1)
    ways: Any = {"mode": "reciprocal_rerank", "num_queries": 1, "use_async": False, "llm": MockLLM()}

    def search(question: str, k: int) -> list[str]:
        bm25.similarity_top_k = min(k, len(nodes))  # it fails when asked for more than there are
        both = QueryFusionRetriever([index.as_retriever(similarity_top_k=k), bm25], similarity_top_k=k, **ways)
        hits = both.retrieve(QueryBundle(question, embedding=encode([question])[0].tolist()))
        return [hit.node.metadata["article"] for hit in hits]

    return search


def txtai(articles: Sequence[Article], encode: Encode) -> Search:
    """txtai's hybrid index."""
    from txtai import Embeddings

    texts, places = _chunks(articles)
    index = Embeddings(hybrid=True, content=True, method="external", transform=lambda some: encode(some))
    index.index((n, text, None) for n, text in enumerate(texts))
    return lambda question, k: [places[int(row["id"])]["article"] for row in index.search(question, k)]


_LANGCHAIN = ("langchain-classic", "langchain-community", "langchain-text-splitters", "rank-bm25", "faiss-cpu")
_LLAMAINDEX = ("llama-index-core", "llama-index-retrievers-bm25")
RIVALS = (
    Rival("LangChain", _LANGCHAIN, langchain),
    Rival("LangChain, words in lower case", _LANGCHAIN, partial(langchain, words=lower_words)),
    Rival("LlamaIndex", _LLAMAINDEX, llamaindex),
    Rival("LlamaIndex, chunks of 256 tokens", _LLAMAINDEX, partial(llamaindex, tokens=256, shared=20)),
    Rival("txtai", ("txtai", "langchain-text-splitters", "faiss-cpu"), txtai),
)
