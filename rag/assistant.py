"""The assistant: a question in, an answer out. The one face of the hall; the rooms beside it do the thinking."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from index.archive import Archive, Progress
from index.dates import check_bound
from index.errors import ArchiveMissing, QuestionError, SettingsError
from index.language import looks_foreign
from index.normalise import single_line
from index.read import Web
from index.records import AddReport, Article, Hit, Span, Where
from index.sentences import sentences
from rag import extract, replies
from rag.cite import quoted
from rag.confidence import confidence
from rag.features import Candidate, take_apart
from rag.followup import may_stand_alone, searched_for
from rag.question import asking, subject
from rag.records import Answer, Turn
from rag.retrieve import Found, retrieve, with_words
from rag.settings import Settings


class Assistant:
    """Answers from one archive. A context manager; safe to use from several threads.

    with Assistant.open("my-archive") as assistant:
        assistant.add(["articles/"])
        print(assistant.ask("Why did IBM partner with Inspur?").text)
    """

    def __init__(self, archive: Archive, settings: Settings | None = None) -> None:
        self.archive = archive
        self.settings = settings or Settings()

    @classmethod
    def open(cls, path: str | Path, settings: Settings | None = None) -> Self:
        """Open the archive at `path`; an empty one is made where there is none.

        Raises:
            ArchiveError: the folder holds something else, or a file of the archive cannot be used.
        """
        try:
            archive = Archive.open(path)
        except ArchiveMissing:
            archive = Archive.create(path)
        return cls(archive, settings)

    def close(self) -> None:
        """Let go of the archive's files."""
        self.archive.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(
        self,
        paths: Iterable[str | Path] | str | Path,
        *,
        replace: bool = False,
        progress: Progress | None = None,
        columns: Mapping[str, str] | None = None,
        web: Web | None = None,
    ) -> AddReport:
        """Add files, folders and addresses; the report names what was added, updated, unchanged and skipped, and why.

        See Archive.add for `columns` and `web`.

        Raises:
            ArchiveBusy: another process is writing to the archive.
            SettingsError: `columns` or `web` says something that cannot be done.
        """
        limit = self.settings.max_chars
        return self.archive.add(paths, replace=replace, progress=progress, max_chars=limit, columns=columns, web=web)

    def search(
        self,
        question: str,
        *,
        k: int = 10,
        outlet: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> list[Hit]:
        """The k best passages for a question, best first; scores fall.

        Args:
            outlet: only articles of this outlet (case does not matter).
            since, until: only articles published in this time, ISO dates of any precision, both inclusive.

        Raises:
            QuestionError: the question is empty or too long.
            SettingsError: a bound is not a date, or k no whole number.
        """
        question = self._checked(question)
        if not isinstance(k, int) or isinstance(k, bool):
            raise SettingsError(f"k is a whole number of passages, not {k!r}.")
        if k < 1:
            return []
        width = max(k, self.settings.candidates)
        with self.archive.view() as view:
            if not view.size:
                return []
            found = retrieve(view, question, view.encode(question), width, _where(outlet, since, until), k)
        return [with_words(one.hit, question) for one in found]

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        outlet: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Answer:
        """Answer a question with quoted sentences, or refuse. See `search` for the filters and errors."""
        *_, last = self.stream(question, history, outlet=outlet, since=since, until=until)
        return last

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        outlet: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Iterator[Answer]:
        """The same as `ask`, as it grows: first the passages found, then one quoted sentence more each time."""
        begun, nearest = time.perf_counter(), self.settings.nearest
        question = self._checked(question)
        where = _where(outlet, since, until)
        for turn in history:
            if not isinstance(turn, Turn):
                raise SettingsError(f"history is a list of Turn(question, answer), which {turn!r:.60} is not.")
        wants = asking(question)
        if wants in ("greeting", "nothing"):
            yield Answer(question, question, False, replies.greeting(self.archive.counts()["articles"]))
            return
        searched = searched_for(question, history)
        sought = subject(searched) if wants in ("summary", "topic") else searched
        with self.archive.view() as view:
            if not view.size:
                yield Answer(question, searched, False, replies.EMPTY)
                return
            vector = view.encode(sought)
            encoded = time.perf_counter()
            found = retrieve(view, sought, vector, self.settings.candidates, where, max(nearest, extract.PASSAGES))
            asked = take_apart(sought, view.frequency, view.size)
        ranked = extract.rank(asked, found)
        sure = confidence(ranked)
        retrieved = time.perf_counter()
        hits = tuple(with_words(one.hit, sought) for one in found[:nearest])
        draft = Answer(question, searched, False, "", (), hits, round(sure, 4))
        yield draft
        parts = self._parts(wants, found, ranked, sure)
        if not parts and searched != question and may_stand_alone(question):
            alone = list(self.stream(question, outlet=outlet, since=since, until=until))
            if alone[-1].answered:  # the subject has changed
                yield from alone
                return
        ended = time.perf_counter()
        seconds = {
            "encode": encoded - begun,
            "retrieve": retrieved - encoded,
            "choose": ended - retrieved,
            "total": ended - begun,
        }
        seconds = {name: round(value, 5) for name, value in seconds.items()}
        if not parts:
            reply = replies.refusal(bool(hits), bool(where), looks_foreign(question))
            yield replace(draft, text=reply, seconds=seconds)
            return
        for count in range(1, len(parts) + 1):
            text, citations = quoted(parts[:count])
            yield replace(draft, answered=True, text=text, citations=citations, seconds=seconds)

    def _parts(
        self, wants: str, found: Sequence[Found], ranked: Sequence[Candidate], sure: float
    ) -> list[tuple[Article, Span]]:
        """What to quote; nothing is a refusal."""
        limit, threshold = self.settings.sentences, self.settings.refuse_below
        if not ranked:
            return []
        if wants in ("summary", "topic") and threshold > 0:
            covered = max(candidate.features["pcov"] for candidate in ranked)
            if covered < (1.0 if wants == "topic" else 0.5):
                return []
        elif sure < threshold:
            return []
        if wants == "summary":
            article = found[0].hit.passage.article
            return extract.lead(article, sentences(article.text), limit)
        if wants == "topic":
            ranked = sorted(ranked, key=lambda one: -one.features["cov"])
        return [(one.article, one.span) for one in extract.choose(ranked, limit)]

    def _checked(self, question: str) -> str:
        """The question, normalised once."""
        text = single_line(question) if isinstance(question, str) else ""
        longest = self.settings.max_question
        if not text:
            raise QuestionError("The question is empty. Type what you want to know.")
        if len(text) > longest:
            raise QuestionError(
                f"The question has {len(text):,} characters, more than the {longest:,} allowed. Ask a shorter one."
            )
        return text


def _where(outlet: str | None, since: str | None, until: str | None) -> Where:
    return Where(outlet or "", check_bound(since, "since"), check_bound(until, "until"))
