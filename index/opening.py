"""Making an archive's folder, and opening one: the manifest and the database must say the same.

The database knows the model too, so that a change of models is one transaction. manifest.json is what people and other
versions read first; it is put right here when a re-embedding was cut short between the two.
"""

from dataclasses import replace
from pathlib import Path

from index import lock
from index import manifest as manifests
from index.embed import BUNDLED, BUNDLED_SHA256, TITLE_TOKENS, Embedder, bundled_path
from index.errors import ArchiveDamaged, ArchiveMissing, EmbedderMismatch, SettingsError, WriteFailed
from index.manifest import Manifest
from index.normalise import VERSION
from index.storage import FILE, Connection, Storage, set_state, state
from index.upgrade import upgrade

PASSAGE_TOKENS = 180  # chosen in eval/RETRIEVAL.md
_FEWEST = 16
_BUNDLED_READS = 254  # tokens; a title takes up to 32 of them
# What an attempt to make an archive leaves when it is killed: it may be made again over these.
_UNFINISHED = {manifests.FILE, manifests.FILE + ".new", "archive.new", "archive.new-journal", lock.FILE, lock.HOLDER}


def create(folder: Path, embedder: Embedder | None, tokens: int = PASSAGE_TOKENS) -> tuple[Manifest, Storage]:
    """Make the folder of an empty archive, whose passages will have at most so many tokens.

    Raises:
        SettingsError: passages of so many tokens cannot be.
        ArchiveDamaged: the folder holds something else.
        WeightsMissing: no embedder is given and the bundled model is not installed.
        WriteFailed: the folder cannot be written to.
    """
    made = manifest_for(embedder, tokens)
    try:
        _check_free(folder)
        folder.mkdir(parents=True, exist_ok=True)
        with lock.write_lock(folder, "create"):
            _check_free(folder)  # another process may have been quicker
            made.write(folder)
            return made, Storage.create(folder / FILE, lambda db: store_model(db, made))
    except OSError as error:
        raise WriteFailed(f"'{folder}' cannot be made: {error.strerror or error}. Choose another folder.") from error


def reopen(folder: Path) -> tuple[Manifest, Storage]:
    """The manifest and the database of an archive, in step with each other and of today's format.

    Raises:
        ArchiveMissing: there is no archive here.
        ArchiveDamaged: a file of it cannot be used.
        EmbedderMismatch: the manifest names another model than the database.
    """
    if not (folder / manifests.FILE).exists() and (folder / FILE).exists():
        raise ArchiveDamaged(f"'{folder / manifests.FILE}' is missing. To make it anew: byline doctor --repair")
    made = manifests.read(folder)
    if not (folder / FILE).exists():
        raise ArchiveMissing(f"There is no archive at '{folder}'. Make one with: byline add FOLDER")
    if made.format < manifests.FORMAT:
        made = upgrade(folder, made)
    storage = Storage(folder / FILE)
    with storage.reading() as db:
        stored, switching = stored_model(db, made), state(db, "switching")
    if stored != made and not switching:
        storage.close()
        raise EmbedderMismatch(
            f"'{folder / manifests.FILE}' names the model '{made.embedder}' ({str(made.sha256)[:12]}...), but the "
            f"vectors are of '{stored.embedder}' ({stored.sha256[:12]}...). To put the manifest right: "
            "byline doctor --repair. To change the model: byline reembed --model NAME"
        )
    if switching:
        settle(folder, stored, storage)
    return stored, storage


def settle(folder: Path, stored: Manifest, storage: Storage) -> None:
    """Let the manifest say what the database says."""
    stored.write(folder)
    with storage.writing() as db:
        set_state(db, "switching", 0)


def manifest_for(embedder: Embedder | None, tokens: int = PASSAGE_TOKENS) -> Manifest:
    """What an archive made with this embedder (None: the bundled one, not loaded yet) is built with.

    Passages have fewer tokens than `tokens` where the embedder reads fewer.

    Raises:
        SettingsError: passages of so many tokens cannot be.
        WeightsMissing: the bundled model is not installed.
    """
    if not isinstance(tokens, int) or tokens < _FEWEST:
        raise SettingsError(f"tokens is {tokens!r}: a passage needs at least {_FEWEST}.")
    if embedder is None:
        bundled_path()  # better to miss it now than after the articles were read
        return Manifest(BUNDLED, BUNDLED_SHA256, 384, min(tokens, _BUNDLED_READS - TITLE_TOKENS), VERSION)
    tokens = min(tokens, embedder.limit - TITLE_TOKENS)
    return Manifest(embedder.name, embedder.fingerprint, embedder.dimension, tokens, VERSION)


def store_model(db: Connection, made: Manifest) -> int:
    """The row of this model, stored now unless it is known."""
    values = (made.embedder, made.sha256, made.dimension, made.tokens)
    sql = "SELECT model FROM models WHERE (embedder, sha256, dimension, tokens) = (?, ?, ?, ?)"
    row = db.execute(sql, values).fetchone()
    if row:
        return int(row[0])
    sql = "INSERT INTO models(embedder, sha256, dimension, tokens) VALUES (?, ?, ?, ?)"
    return int(db.execute(sql, values).lastrowid or 0)


def stored_model(db: Connection, made: Manifest) -> Manifest:
    """The manifest as the database has it.

    Raises:
        ArchiveDamaged: the database names no model.
    """
    row = db.execute(
        "SELECT embedder, sha256, dimension, tokens FROM models WHERE model = ?", (state(db, "model"),)
    ).fetchone()
    if row is None:
        raise ArchiveDamaged("The archive's database names no model: it is damaged. To see more: byline doctor")
    return replace(made, embedder=row[0], sha256=row[1], dimension=row[2], tokens=row[3])


def _check_free(folder: Path) -> None:
    if (folder / FILE).exists():
        raise ArchiveDamaged(f"There is an archive at '{folder}' already: open it, or choose another folder.")
    if folder.exists() and (not folder.is_dir() or {entry.name for entry in folder.iterdir()} - _UNFINISHED):
        raise ArchiveDamaged(f"'{folder}' is not an empty folder and not an archive: choose another one.")
