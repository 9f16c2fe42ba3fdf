"""Byline's hall: a question in, an answer out, each sentence tied to exact words of an article."""

from index.errors import BylineError
from index.read import Web
from index.records import AddReport, Article, Hit, Passage, Skipped, Span
from rag.assistant import Assistant
from rag.explain import Explanation
from rag.records import Answer, Citation, Results, Turn
from rag.rerank import Reranker
from rag.settings import Settings

__all__ = [
    "AddReport",
    "Answer",
    "Article",
    "Assistant",
    "BylineError",
    "Citation",
    "Explanation",
    "Hit",
    "Passage",
    "Reranker",
    "Results",
    "Settings",
    "Skipped",
    "Span",
    "Turn",
    "Web",
]
