"""Retrievers for other people's frameworks: one column a framework, equal in shape. Nobody in the house imports them.

from rag.adapters.langchain import BylineRetriever    # pip install 'byline[langchain]'
from rag.adapters.llamaindex import BylineRetriever   # pip install 'byline[llamaindex]'
"""
