"""A benchmark's archive, kept from run to run, so that a second run encodes nothing and takes seconds.

It lies in the user's cache under the benchmark's name and a hash of its articles and of the code that turns articles
into an archive: other data or another way of cutting gets an archive of its own, a changed ranking finds the old one.
An archive encodes a text once, and one that was cut short while it was built is filled up by the next run.
"""

import hashlib
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from eval.benchmarks.questions import Questions
from eval.run import Job, archive_folder, fill
from index import opening
from index.embed import BUNDLED_SHA256
from index.errors import EvalError
from index.lock import write_lock
from index.records import Article
from index.write import content_hash

# What decides the rows and the words of an archive, under index/.
_CODE = (
    *("chunk.py", "embed/hashed.py", "embed/transformer.py", "lexical.py"),
    *("normalise.py", "sentences.py", "words.py", "write.py"),
)
ARCHIVE, QUESTIONS = "archive", "questions.db"


def cache_folder() -> Path:
    """Where archives of benchmarks are kept on this machine."""
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("byline", appauthor=False), "eval")


@dataclass(frozen=True, slots=True)
class Kept:
    """A filled archive, the job to open it with, and what was remarked while it was filled."""

    path: Path
    job: Job
    remarks: tuple[str, ...]
    questions: Questions | None = None

    def notes(self) -> tuple[str, ...]:
        """The remarks, and how many questions were not encoded, so far."""
        known = self.questions.found if self.questions else 0
        told = f"{known:,} times a question's vector was known: the seconds leave out its encoding."
        return (*self.remarks, told) if known else self.remarks


@contextmanager
def kept_archive(name: str, articles: Sequence[Article], job: Job) -> Iterator[Kept]:
    """An archive that holds the articles.

    Two runs at once share it: the second waits for the first to build it, for a moment, and is then told.

    Raises:
        EvalError: nothing can be kept in the cache.
        ArchiveBusy: another run is building it.
    """
    if job.archive is not None or job.cache is None:
        with archive_folder(job) as path:
            yield Kept(path, job, _filled(path, articles, job))
        return
    folder = job.cache / f"{name}-{_key(articles)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with write_lock(folder, f"benchmark {name}"):
            if job.fresh and folder.exists():
                _clear(folder)
            print(f"The archive of {name} is kept in {folder} (--fresh builds it anew).", file=sys.stderr)
            remarks = _filled(folder / ARCHIVE, articles, job, whole=True)
        known = Questions(folder / QUESTIONS)
    except OSError as error:
        message = f"'{folder}' cannot be written to: {error.strerror or error}. Name a folder with --archive."
        raise EvalError(message) from error
    with known:
        yield Kept(folder / ARCHIVE, replace(job, opener=known.opener(job.opener)), remarks, known)


def _filled(path: Path, articles: Sequence[Article], job: Job, *, whole: bool = False) -> tuple[str, ...]:
    """Put the articles into the archive; with `whole` nothing else can be in it, and their number says enough."""
    with job.opener(path, job.settings) as assistant:
        if whole and assistant.archive.counts()["articles"] == len({article.id for article in articles}):
            return ()
        return fill(assistant.archive, articles)


def _clear(folder: Path) -> None:
    shutil.rmtree(folder / ARCHIVE, ignore_errors=True)
    for file in folder.glob(f"{QUESTIONS}*"):
        file.unlink(missing_ok=True)


def _key(articles: Sequence[Article]) -> str:
    total = hashlib.sha256(f"{BUNDLED_SHA256} {opening.PASSAGE_TOKENS}".encode())
    here = Path(opening.__file__).parent
    for pattern in _CODE:
        for file in sorted(here.glob(pattern)):
            total.update(hashlib.sha256(file.read_bytes()).digest())
    for article in articles:
        total.update(content_hash(article))
    return total.hexdigest()[:16]
