"""Byline as a retriever of LangChain. `pip install 'byline[langchain]'` brings what it needs."""

from pathlib import Path
from typing import Any

from rag.adapters.searches import Search, metadata, missing, name_of, opened
from rag.assistant import Assistant

try:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever
except ImportError as error:
    raise missing("langchain-core", "langchain") from error


class BylineRetriever(BaseRetriever):
    """The passages of an archive for a question, in the order of `Assistant.search`. Safe in several threads.

    retriever = BylineRetriever("my-archive", k=5, outlet="Holm Post")
    for document in retriever.invoke("Why did the crews walk out?"): ...
    """

    search: Any

    def __init__(self, archive: Assistant | str | Path, **choices: Any) -> None:
        """`choices` are those of `Assistant.search`: k, fold, per_article, dates, today, and filters."""
        super().__init__(search=Search(opened(archive), choices))

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [
            Document(page_content=hit.passage.text, metadata=metadata(hit), id=name_of(hit))
            for hit in self.search(query)
        ]
