"""What tests share: no network, no telemetry, a model loaded once, tiny archives without a model."""

import os

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.archive import Archive
from index.embed import Embedder, HashEmbedder, SentenceTransformerEmbedder


@pytest.fixture(scope="session")
def minilm() -> Embedder:
    """The bundled model; tests that use it are marked slow."""
    return SentenceTransformerEmbedder()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive whose vectors need no model."""
    with Archive.create(tmp_path / "archive", HashEmbedder()) as made:
        yield made
