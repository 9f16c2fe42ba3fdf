"""The assistant: a question in, an answer out. The one face of the hall; the rooms beside it do the thinking."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Self, Unpack

from index.archive import Archive, Progress
from index.embed import CrossEncoderReranker, HashEmbedder, SpanReader
from index.errors import ArchiveMissing
from index.normalise import single_line
from index.read import Web
from index.records import AddReport, Hit
from rag import replies
from rag.answers import answers
from rag.attempt import Attempt, Models, Request, Rerank, dated, shown, ways
from rag.attempt import search as look_for
from rag.checked import check_counts, checked_question, request_of
from rag.explain import Explanation
from rag.filters import Choices, Filters, names_days, where_of
from rag.inquire import inquire
from rag.period import parse_today
from rag.records import Answer, Results, Turn
from rag.rerank import Reranker, rerank
from rag.settings import BUNDLED_READER, Settings
from rag.spans import Reader


class Assistant:
    """Answers from one archive. A context manager; safe to use from several threads.

    with Assistant.open("my-archive") as assistant:
        assistant.add(["articles/"])
        print(assistant.ask("Why did IBM partner with Inspur?").text)
    """

    def __init__(self, archive: Archive, settings: Settings | None = None, *, reranker: Reranker | None = None) -> None:
        """`reranker` stands in for the one that the settings name; see rag.rerank."""
        self.archive = archive
        self.settings = settings or Settings()
        self._models = Models(_reranked(reranker, self.settings), _reader_of(archive, self.settings))

    @classmethod
    def open(cls, path: str | Path, settings: Settings | None = None, *, reranker: Reranker | None = None) -> Self:
        """Open the archive at `path`; an empty one is made where there is none.

        Raises:
            ArchiveError: the folder holds something else, or a file of the archive cannot be used.
        """
        try:
            archive = Archive.open(path)
        except ArchiveMissing:
            archive = Archive.create(path)
        return cls(archive, settings, reranker=reranker)

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

    def search(self, question: str, **choices: Unpack[Choices]) -> list[Hit]:
        """The k best passages for a question, best first: the hits of `find`, which tells what the choices are."""
        return list(self.find(question, **choices).hits)

    def find(
        self,
        question: str,
        *,
        k: int = 10,
        fold: bool = False,
        per_article: int = 0,
        dates: bool = False,
        today: date | str | None = None,
        **filters: Unpack[Filters],
    ) -> Results:
        """The k best passages for a question, best first (scores fall), with what the question says about time.

        Args:
            fold: copies of one story are one hit, whose `why["copies"]` lists the ids of the others.
            per_article: at most so many hits of an article before those of others that score near; 0 is no such limit.
                With it, the order is not by score alone.
            dates: what the question says about time filters, or moves what is found (see `ask`).
            today: the day from which "last week" is counted; an ISO date, or the day of the computer's clock.
            filters: see rag.filters.Filters.

        Raises:
            QuestionError: the question is empty, too long or without words.
            SettingsError: a filter, a day or a number is none.
        """
        question = checked_question(question, self.settings.max_question)
        check_counts(k=k, per_article=per_article)
        attempt = Attempt(question, question, where_of(filters))
        day = parse_today(today)
        if k < 1:
            return Results()
        with self.archive.view() as view:
            if not view.size:
                return Results()
            if dates and not names_days(filters):
                attempt = dated(view, attempt, question, day)
            found = look_for(view, attempt, self.settings, self._models.rerank, {}, k)
            hits = tuple(one.hit for one in shown(view, found, k, fold, per_article))
            return Results(hits, attempt.period)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        today: date | str | None = None,
        searched_for: str | None = None,
        **filters: Unpack[Filters],
    ) -> Answer:
        """Answer a question with quoted sentences, or refuse.

        Args:
            history: the turns before, oldest first; a follow-up carries their subject along.
            today: the day from which "last week" is counted; an ISO date, or the day of the computer's clock.
            searched_for: the question as it is to be searched, where a follow-up was understood wrongly.
            filters: see rag.filters.Filters. Without since and until, what the question says about time is a filter
                on the day of publication, where the archive's articles carry dates (see Answer.period).

        Raises:
            QuestionError: the question is empty, too long or without words.
            SettingsError: a filter, a day or a turn is none.
        """
        *_, last = self.stream(question, history, today=today, searched_for=searched_for, **filters)
        return last

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        today: date | str | None = None,
        searched_for: str | None = None,
        **filters: Unpack[Filters],
    ) -> Iterator[Answer]:
        """The same as `ask`, as it grows: first the passages found, then one quoted sentence more each time."""
        request = self._request(question, history, today, searched_for, filters)
        if request is None:
            text = single_line(question)
            yield Answer(text, text, False, replies.greeting(self.archive.counts()["articles"]))
            return
        with self.archive.view() as view:
            if not view.size:
                yield Answer(request.question, request.searched, False, replies.EMPTY)
                return
            attempts = ways(view, request)
        yield from answers(self.archive, request.question, attempts, self.settings, self._models)

    def explain(
        self,
        question: str,
        article_id: str,
        *,
        history: Sequence[Turn] = (),
        today: date | str | None = None,
        searched_for: str | None = None,
        **filters: Unpack[Filters],
    ) -> Explanation:
        """Why an article is quoted in the answer to a question, or why not. The other arguments are those of `ask`.

        Raises:
            ArticleMissing: the archive holds no such article.
            QuestionError: the question is empty, too long or without words.
            SettingsError: a filter, a day or a turn is none.
        """
        request = self._request(question, history, today, searched_for, filters)
        with self.archive.view() as view:
            return inquire(view, single_line(question), request, article_id, self.settings, self._models)

    def _request(
        self,
        question: str,
        history: Sequence[Turn],
        today: date | str | None,
        searched_for: str | None,
        filters: Filters,
    ) -> Request | None:
        return request_of(question, history, today, searched_for, filters, self.settings.max_question)


def _reranked(given: Reranker | None, settings: Settings) -> Rerank | None:
    """What puts the best candidates in the order of the reranker: the one given, or else the one that is named."""
    reranker = given or (CrossEncoderReranker(settings.rerank) if settings.rerank else None)
    return partial(rerank, reranker, first=settings.reranked) if reranker else None


def _reader_of(archive: Archive, settings: Settings) -> Reader | None:
    """The reader that the settings name. An archive that was made without a model is read without one."""
    if settings.reader is None or isinstance(archive.embedder, HashEmbedder):
        return None
    return SpanReader() if settings.reader == BUNDLED_READER else SpanReader(settings.reader)
