"""The attempts at a question made in turn: the first that answers counts, else the refusal of the first one."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.archive import Archive
from index.language import looks_foreign
from rag import replies
from rag.attempt import Attempt, Looked, Models, look
from rag.choice import Choice, chosen, pointed
from rag.cite import quoted
from rag.fold import independent
from rag.records import Answer
from rag.settings import Settings


def answers(
    archive: Archive, question: str, attempts: Sequence[Attempt], settings: Settings, models: Models
) -> Iterator[Answer]:
    """The answer as it grows: what an attempt found, then one quoted sentence more each time; or a refusal."""
    refused: Answer | None = None
    spent: Counter[str] = Counter()
    for one in attempts:
        with archive.view() as view:
            looked = look(view, one, settings, models)
        hits = tuple(found.hit for found in looked.found[: settings.nearest])
        draft = Answer(question, one.searched, False, "", (), hits, round(looked.sure, 4), one.period)
        yield draft
        begun = time.perf_counter()
        choice = chosen(looked, one.wants, settings)
        spent.update({**looked.seconds, "choose": time.perf_counter() - begun})
        seconds = {name: round(value, 5) for name, value in (*spent.items(), ("total", sum(spent.values())))}
        if choice.parts:
            yield from _growing(replace(draft, answered=True, seconds=seconds), choice, looked)
            return
        refused = refused or replace(draft, text=replies.refusal(bool(hits), bool(one.where), looks_foreign(question)))
    if refused:
        yield replace(refused, seconds=seconds)


def _growing(draft: Answer, choice: Choice, looked: Looked) -> Iterator[Answer]:
    """The answer with its first quoted sentence, with its first two, and so on."""
    for count in range(1, len(choice.parts) + 1):
        text, citations = quoted(choice.parts[:count])
        told = independent([c.article.id for c in citations], looked.found, looked.ranking)
        yield pointed(replace(draft, text=text, citations=citations, outlets=told), choice)
