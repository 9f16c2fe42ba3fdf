"""Nearest passages by vector: a shadow of the database, kept by FAISS. The only room that knows it.

A snapshot is a base, which FAISS searches, and a tail of younger rows: a plain matrix, searched exactly. A small base
holds half floats, as the database does, and is exact. A large one holds each row twice: in two bits a number, sorted
into lists near each other, to find candidates fast; and in six bits a number, to rank them. Its scores are
approximate, so its caller asks for OVERSAMPLE times as many ids as it needs and re-scores them with the stored
vectors. Which file is current, and where rows come from, is not known here.
"""

import hashlib
import math
import mmap
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import faiss as _faiss
import numpy as np
from numpy.typing import NDArray

from index.dot import dots

faiss: Any = _faiss  # its type stubs do not know all that it takes

Ids = NDArray[np.int64]
Matrix = NDArray[np.float32]
Flags = NDArray[np.bool_]
Block = tuple[Ids, Matrix]
Blocks = Callable[[], Iterable[Block]]  # a large build reads the rows twice

OVERSAMPLE = 2  # ask for this many times k, re-score, keep k
_EXACT = 38_400_000  # numbers (rows x dimension) up to which the base is exact: about 6 ms a question on one thread
_FEW = 1_000  # a filter that lets no more than this through is answered with all of it
_BRUTE = 50_000  # and up to here by scoring each row it lets through, which does not depend on where the rows lie
_SCANNED = 400_000  # rows a question looks at, at least: about 5 ms on one thread
_CANDIDATES = 800, 4_000  # rows ranked by their six-bit codes: at least, at most
_SAMPLE = 32  # rows for each list to train on
_TARGET, _MARGIN = 0.995, 4  # recall@10 wanted on the probes; questions are harder to serve than sentences
_DEPTH = 32  # true neighbours kept for each probe: more than ten, since scores may be equal
_TAIL = 1_000, 20_000  # a base is cut again when a tenth of it has changed, within these bounds
_USUAL = 10 * OVERSAMPLE  # rows asked for where ten are wanted
_SEED = 1
_PIECE = 1 << 20  # bytes written at once


@dataclass(frozen=True, slots=True)
class Vectors:
    """An immutable set of (id, unit vector) pairs as of `generation`. All of it may be searched from many threads."""

    base: Any  # faiss.IndexIDMap over an IndexScalarQuantizer of half floats, or over an IndexRefine; ids rise
    cut_at: int  # the generation the base was cut at
    tail_ids: Ids
    tail: Matrix
    dead: Ids  # sorted ids that died since the cut
    generation: int
    living: Flags | None = None  # which rows of the base are not dead; None when all are

    @property
    def exact(self) -> bool:
        """Whether scores are true. Otherwise those of the base are approximate, and the caller re-scores."""
        return not isinstance(_inner(self.base), faiss.IndexRefine)

    @property
    def behind(self) -> int:
        """How many rows have come or gone since the base was cut."""
        return len(self.tail_ids) + len(self.dead)

    @property
    def stale(self) -> bool:
        """Whether the base should be cut again."""
        return due(self.behind, int(self.base.ntotal))

    def ids(self) -> Ids:
        """The ids of all rows that are not dead, sorted."""
        held = _ids(self.base)
        return np.concatenate([held if self.living is None else held[self.living], self.tail_ids])

    def search(self, vector: Matrix, k: int, allowed: Ids | None = None) -> tuple[Ids, Matrix]:
        """The k nearest ids and their scores, best first; `allowed` (sorted ids) narrows the search.

        Where scores are approximate and few ids are allowed, all of those that are held are returned, be it more
        than k.
        """
        if allowed is not None and not len(allowed):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        keep, tail_ids, tail_scores = self.living, self.tail_ids, dots(self.tail, query[0])
        if allowed is not None:
            if len(allowed) <= _FEW and not self.exact:
                k = max(k, len(allowed))
            keep = _among(_ids(self.base), allowed)
            keep = keep if self.living is None else keep & self.living
            near = _among(tail_ids, allowed)
            tail_ids, tail_scores = tail_ids[near], tail_scores[near]
        ids, scores = _nearest(self.base, query, k, keep)
        ids, scores = np.concatenate([ids, tail_ids]), np.concatenate([scores, tail_scores])
        order = np.argsort(-scores, kind="stable")[: max(k, 0)]
        return ids[order], scores[order]

    def with_rows(self, ids: Ids, rows: Matrix, dead: Ids, generation: int) -> "Vectors":
        """The next snapshot: the same base, a longer tail. `dead` may hold ids that are not here."""
        ids = np.concatenate([self.tail_ids, ids])
        rows = np.concatenate([self.tail, rows])
        gone, living = self.dead, self.living
        if len(dead):
            gone = np.union1d(gone, dead)
            stay = ~_among(ids, gone)
            ids, rows = ids[stay], rows[stay]
            living = ~_among(_ids(self.base), gone)
        return Vectors(self.base, self.cut_at, ids, rows, gone, generation, living)


def due(changed: int, rows: int) -> bool:
    """Whether a base of so many rows, so many of which have come or gone since, should be cut again."""
    low, high = _TAIL
    return changed > min(max(low, rows // 10), high)


def empty(dimension: int, generation: int) -> Vectors:
    """A snapshot without rows."""
    return _snapshot(faiss.IndexIDMap(_halves(dimension)), generation)


def build(blocks: Blocks, count: int, dimension: int, generation: int, probes: Matrix | None = None) -> Vectors:
    """A snapshot whose base holds all the rows of `blocks`, about `count` of them.

    Ids rise; `blocks` is called once or twice, and gives the same each time. `probes` (vectors like those of
    questions) tell a large base how far it must look.
    """
    if _small(count, dimension):
        base = faiss.IndexIDMap(_halves(dimension))
        _add(base, blocks())
        return _snapshot(base, generation)
    probes = np.zeros((0, dimension), np.float32) if probes is None else probes
    sample, truth = _first_pass(blocks(), min(1.0, _SAMPLE * _lists(count) / count), probes)
    base = faiss.IndexIDMap(_trained(sample, min(_lists(count), len(sample))))
    del sample
    _add(base, blocks())
    _tune(base, probes, *truth)
    return _snapshot(base, generation)


def extend(held: Vectors) -> Vectors | None:
    """The same rows with the tail in the base and the dead gone, without training; None when a build is due.

    That is so when the base is exact, which is quick to build, or has become half or twice what it was trained for.
    """
    dimension = int(held.base.d)
    if held.exact or _small(len(held.ids()), dimension):
        return None
    ivf, codes = _parts(_inner(held.base))
    trained_for = (ivf.nlist / 4) ** 2
    if not trained_for / 2 <= len(held.ids()) <= trained_for * 2:
        return None
    living = np.ones(ivf.ntotal, np.bool_) if held.living is None else held.living
    refine = faiss.IndexRefine(_without(ivf, living), _copied(codes, living))
    refine.k_factor = _inner(held.base).k_factor
    count, refine.ntotal = refine.ntotal, 0  # IndexIDMap takes an index only while it is empty
    base = faiss.IndexIDMap(refine)
    refine.ntotal = base.ntotal = count
    faiss.copy_array_to_vector(_ids(held.base)[living], base.id_map)
    _add(base, [(held.tail_ids, held.tail)])
    return _snapshot(base, held.generation)


def save(vectors: Vectors, path: Path) -> tuple[str, int]:
    """Write the base aside, sync it, put it in place; returns its sha256 and size.

    Raises:
        OSError: the disk would not take it. What was at `path` is still there.
    """
    aside = path.with_name(path.name + ".new")
    try:
        with open(aside, "wb") as handle:
            digest = _write(vectors.base, handle)
            handle.flush()
            os.fsync(handle.fileno())
            size = handle.tell()
        aside.replace(path)
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return digest, size


def load(path: Path, dimension: int, generation: int, digest: str, size: int) -> Vectors | None:
    """The saved base, mapped rather than read; None when the file is missing or is not what it should be."""
    try:
        with open(path, "rb") as handle:  # compared before FAISS's parser sees a byte
            if os.fstat(handle.fileno()).st_size != size or hashlib.file_digest(handle, "sha256").hexdigest() != digest:
                return None
            mapped = mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
        base = faiss.read_index(faiss.ZeroCopyIOReader(faiss.swig_ptr(np.frombuffer(mapped, np.uint8)), size))
    except (OSError, RuntimeError, ValueError):
        return None
    if not isinstance(base, faiss.IndexIDMap) or base.d != dimension:
        return None
    base.referenced_objects = [mapped]  # its codes lie there
    if hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)  # what was only parsed need not stay in memory
    return _snapshot(base, generation)


def _small(count: int, dimension: int) -> bool:
    return count * dimension <= _EXACT or dimension % 2 == 1  # two numbers share a code


def _lists(count: int) -> int:
    return max(1, int(4 * math.sqrt(count)))


def _among(ids: Ids, wanted: Ids) -> Flags:
    """Which of `ids` are wanted; both are sorted."""
    if not len(ids):
        return np.zeros(0, np.bool_)
    flags = np.zeros(int(ids[-1]) + 1, np.bool_)
    flags[wanted[: np.searchsorted(wanted, ids[-1], "right")]] = True
    return flags[ids]


def _recall(found: Ids, scores: Matrix, ids: Ids) -> float:
    """Mean recall@10 of the rows found for each probe, given its best rows; equal scores count as equal."""
    hits = 0.0
    for row, best, near in zip(found, scores, ids, strict=True):
        tenth = np.sort(best)[-10:][0]
        good = near[best >= tenth - 1e-6]
        hits += min(10, int(np.isin(good, row).sum())) / min(10, len(best))
    return hits / len(found)


def _first_pass(blocks: Iterable[Block], share: float, probes: Matrix) -> tuple[Matrix, tuple[Matrix, Ids]]:
    """A sample of the rows, and the best rows of each probe: their scores and ids."""
    draw = np.random.default_rng(_SEED)
    sample = []
    best, near = np.zeros((len(probes), 0), np.float32), np.zeros((len(probes), 0), np.int64)
    for ids, rows in blocks:
        sample.append(rows[draw.random(len(rows)) < share].astype(np.float16))  # as they were stored
        if len(probes):
            best = np.concatenate([best, probes @ rows.T], axis=1)
            near = np.concatenate([near, np.broadcast_to(ids, (len(probes), len(ids)))], axis=1)
            top = np.argsort(-best, axis=1) if best.shape[1] <= _DEPTH else np.argpartition(-best, _DEPTH - 1, axis=1)
            top = top[:, :_DEPTH]
            best, near = np.take_along_axis(best, top, axis=1), np.take_along_axis(near, top, axis=1)
    return np.concatenate(sample).astype(np.float32), (best, near)


def _snapshot(base: Any, generation: int) -> Vectors:
    dimension = int(base.d)
    none = np.zeros(0, np.int64)
    return Vectors(base, generation, none, np.zeros((0, dimension), np.float32), none, generation)


def _inner(base: Any) -> Any:
    return faiss.downcast_index(base.index)


def _parts(refine: Any) -> tuple[Any, Any]:
    """The lists of two-bit codes, and the flat six-bit codes, of a large base."""
    return faiss.downcast_index(refine.base_index), faiss.downcast_index(refine.refine_index)


def _ids(base: Any) -> Ids:
    """The ids of the base by place: a look at FAISS's own memory, to be kept no longer than the base."""
    if not base.ntotal:
        return np.zeros(0, np.int64)
    ids: Ids = faiss.rev_swig_ptr(base.id_map.data(), base.ntotal)
    return ids


def _add(base: Any, blocks: Iterable[Block]) -> None:
    for ids, rows in blocks:
        if len(ids):
            base.add_with_ids(np.ascontiguousarray(rows, np.float32), np.ascontiguousarray(ids, np.int64))


def _chosen(keep: Flags) -> Any:
    return faiss.IDSelectorBitmap(np.packbits(keep, bitorder="little"))


def _nearest(base: Any, query: Matrix, k: int, keep: Flags | None) -> tuple[Ids, Matrix]:
    """The k best rows of the base among those to keep."""
    total = int(base.ntotal)
    count = total if keep is None else int(np.count_nonzero(keep))
    k = min(k, count)
    if k < 1:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    narrowed = {} if keep is None else {"sel": _chosen(keep)}
    index, parameters = _inner(base), faiss.SearchParameters(**narrowed)
    if isinstance(index, faiss.IndexRefine):
        ivf, codes = _parts(index)
        if count <= _BRUTE:
            index = codes
        else:
            nprobe = min(ivf.nlist, math.ceil(ivf.nprobe * total / count))
            parameters = faiss.IndexRefineSearchParameters(
                k_factor=max(4, index.k_factor * _USUAL / k),
                base_index_params=faiss.SearchParametersIVF(nprobe=nprobe, **narrowed),
            )
    with _one_thread():
        scores, places = index.search(query, k, params=parameters)
    real = places[0] >= 0  # FAISS pads with -1
    return _ids(base)[places[0][real]], scores[0][real]


@contextmanager
def _one_thread() -> Iterator[None]:
    """One thread for a question: on a busy machine, waiting for a second one costs more than it gives.

    The number is OpenMP's for the calling thread alone, and is put back: building uses all.
    """
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


def _halves(dimension: int) -> Any:
    return faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)


def _six_bits(dimension: int) -> Any:
    return faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_6bit, faiss.METRIC_INNER_PRODUCT)


def _trained(sample: Matrix, lists: int) -> Any:
    """An empty large index that has learnt how rows like those of the sample lie."""
    dimension = sample.shape[1]
    quantizer = faiss.IndexFlatIP(dimension)
    ivf = faiss.IndexIVFPQFastScan(quantizer, dimension, lists, dimension // 2, 4, faiss.METRIC_INNER_PRODUCT)
    ivf.by_residual = True
    ivf.cp.spherical, ivf.cp.niter = True, 8
    ivf.cp.min_points_per_centroid, ivf.cp.max_points_per_centroid = 1, _SAMPLE
    ivf.train(sample)
    codes = _six_bits(dimension)
    codes.train(sample)
    return faiss.IndexRefine(ivf, codes)


def _tune(base: Any, probes: Matrix, scores: Matrix, near: Ids) -> None:
    """Set how many lists are looked through and how many candidates are ranked.

    Both have a floor that questions need on archives where sentences, the probes, are content with far less.
    """
    refine = _inner(base)
    ivf, _ = _parts(refine)
    ids = _ids(base)
    candidates, most = _CANDIDATES
    lists = math.ceil(ivf.nlist * min(1.0, _SCANNED / max(1, int(ivf.ntotal))))

    def recall(count: int, nprobe: int) -> float:
        _, places = ivf.search(probes, count, params=faiss.SearchParametersIVF(nprobe=nprobe))
        return _recall(np.where(places < 0, -1, ids[places]), scores, near)

    if len(probes):
        need = candidates // _MARGIN
        while need < most // _MARGIN and recall(need, ivf.nlist) < _TARGET:
            need = min(need * 2, most // _MARGIN)
        candidates = max(candidates, need * _MARGIN)
        need = math.ceil(ivf.nlist / 64)
        while need < ivf.nlist and recall(candidates, need) < _TARGET:
            need = min(need * 2, ivf.nlist)
        lists = max(lists, need * _MARGIN)
    ivf.nprobe = min(lists, ivf.nlist)
    refine.k_factor = candidates / _USUAL  # FAISS saves it, but reads none above 1,000


def _without(ivf: Any, living: Flags) -> Any:
    """A copy without the rows that are not living; the others move up."""
    copy = faiss.clone_index(ivf)
    if not living.all():
        copy.remove_ids(_chosen(~living))
        place = np.cumsum(living) - 1
        lists = faiss.downcast_InvertedLists(copy.invlists)
        for i in range(copy.nlist):
            if size := lists.list_size(i):
                held = faiss.rev_swig_ptr(lists.get_ids(i), size)
                held[:] = place[held]
    return copy


def _copied(codes: Any, living: Flags) -> Any:
    """A copy of flat codes without the rows that are not living. The original may be mapped, so it is only read."""
    copy = _six_bits(codes.d)
    faiss.copy_array_to_vector(faiss.vector_to_array(codes.sq.trained), copy.sq.trained)
    copy.is_trained = True
    held = faiss.rev_swig_ptr(codes.codes.data(), codes.ntotal * codes.code_size).reshape(codes.ntotal, -1)
    for start in range(0, codes.ntotal, 100_000):
        part = slice(start, start + 100_000)
        copy.add_sa_codes(np.ascontiguousarray(held[part][living[part]]))
    return copy


def _write(base: Any, handle: BinaryIO) -> str:
    """Write the base through Python, so that an error of the disk is raised; returns the sha256 of what was written."""
    digest = hashlib.sha256()
    failed: list[OSError] = []

    def take(data: bytes) -> int:
        digest.update(data)
        if not failed:
            try:
                handle.write(data)
            except OSError as error:  # raised below: FAISS would hide it
                failed.append(error)
        return len(data)

    faiss.write_index(base, faiss.PyCallbackIOWriter(take, _PIECE))
    if failed:
        raise failed[0]
    return digest.hexdigest()
