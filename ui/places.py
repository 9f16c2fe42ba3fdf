"""Where things are on this machine: the archive that is meant, and the sample that came with Byline."""

import json
import os
from importlib.util import find_spec
from pathlib import Path

from platformdirs import user_data_dir

from index.errors import BylineError

_EXAMPLES = 4


def default_archive() -> Path:
    """The archive where none is named: BYLINE_ARCHIVE, else a folder of this person's own."""
    named = os.environ.get("BYLINE_ARCHIVE")
    return Path(named).expanduser() if named else Path(user_data_dir("byline", appauthor=False), "archive")


def sample_archive() -> Path:
    """Where the sample archive is built: beside the person's own, never in it."""
    return Path(user_data_dir("byline", appauthor=False), "sample")


def sample_articles() -> Path:
    """The articles that ship with Byline, found without importing their package."""
    return _sample("articles.jsonl")


def sample_questions() -> list[str]:
    """A few questions that the sample answers, of different kinds, in the order of its file."""
    chosen: dict[str, str] = {}
    for line in _sample("questions.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line) if line.strip() else {}
        if row.get("answerable") and not row.get("history") and row["question"].endswith("?"):
            chosen.setdefault(row.get("kind", ""), row["question"])
    return list(chosen.values())[:_EXAMPLES]


def _sample(name: str) -> Path:
    found = find_spec("eval")
    for folder in (found.submodule_search_locations or []) if found else []:
        path = Path(folder, "sets", "sample", name)
        if path.is_file():
            return path
    raise BylineError(f"The sample is not installed ({name} is missing): install Byline again, or leave --sample out.")
