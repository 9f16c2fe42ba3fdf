"""The one error tree of Byline. Every door catches `BylineError` and nothing else.

    BylineError
    ├── ArchiveError
    │   ├── ArchiveMissing      there is no archive at that path
    │   ├── ArchiveBusy         another process is writing to it
    │   ├── ArchiveDamaged      a file in it cannot be used
    │   ├── WriteFailed         the disk is full, failing or not writable
    │   ├── NothingToUndo       no command is left that could be undone
    │   └── EmbedderMismatch    its vectors were made by other weights
    ├── WeightsMissing          a model's files are not there, or not what they should be
    ├── ReadError               one source could not be read (add() skips it and says so)
    ├── ArticleMissing          no article has that id
    ├── QuestionError           an empty or over-long question
    ├── SettingsError           a setting that is unknown or out of range
    └── EvalError               an evaluation set or run that cannot be used

Each message says what happened, where, and what to do.
"""


class BylineError(Exception):
    """Anything Byline can explain to the person at the door."""


class ArchiveError(BylineError):
    """The archive as a whole cannot be used."""


class ArchiveMissing(ArchiveError):
    """There is no archive at that path."""


class ArchiveBusy(ArchiveError):
    """Another process holds the write lock."""


class ArchiveDamaged(ArchiveError):
    """A file of the archive is missing, torn or from another format."""


class WriteFailed(ArchiveError):
    """A write did not reach the disk; everything reported before is safe."""


class NothingToUndo(ArchiveError):
    """There is no command that could be undone."""


class EmbedderMismatch(ArchiveError):
    """The archive's vectors were made by other weights than those at hand."""


class WeightsMissing(BylineError):
    """A model's files are missing or differ from what was promised."""


class ReadError(BylineError):
    """One source could not be read; the message is the reason that add() reports."""


class ArticleMissing(BylineError):
    """No article has that id."""


class QuestionError(BylineError):
    """The question is empty or too long."""


class SettingsError(BylineError):
    """A setting is unknown or out of range."""


class EvalError(BylineError):
    """An evaluation set, benchmark or run cannot be used."""
