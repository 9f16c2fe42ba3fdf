"""Byline as a retriever of LlamaIndex. `pip install 'byline[llamaindex]'` brings what it needs."""

import asyncio
from pathlib import Path
from typing import Any

from rag.adapters.searches import Search, metadata, missing, name_of, opened
from rag.assistant import Assistant

try:
    from llama_index.core.retrievers import BaseRetriever
    from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
except ImportError as error:
    raise missing("llama-index-core", "llamaindex") from error

_OURS = ["start", "end", "score", "why"]  # not for a language model, nor for an embedder


class BylineRetriever(BaseRetriever):
    """The passages of an archive for a question, in the order of `Assistant.search`. Safe in several threads.

    retriever = BylineRetriever("my-archive", k=5, outlet="Holm Post")
    for node in retriever.retrieve("Why did the crews walk out?"): ...
    """

    def __init__(self, archive: Assistant | str | Path, **choices: Any) -> None:
        """`choices` are those of `Assistant.search`: k, fold, per_article, dates, today, and filters."""
        super().__init__()
        self.search = Search(opened(archive), choices)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        nodes = []
        for hit in self.search(query_bundle.query_str):
            node = TextNode(
                id_=name_of(hit),
                text=hit.passage.text,
                metadata=metadata(hit),
                start_char_idx=hit.passage.span.start,
                end_char_idx=hit.passage.span.end,
                excluded_llm_metadata_keys=_OURS,
                excluded_embed_metadata_keys=_OURS,
            )
            nodes.append(NodeWithScore(node=node, score=hit.score))
        return nodes

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)
