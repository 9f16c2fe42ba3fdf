"""Whether two articles tell one story in the same words: a wire copy, edited. Pure: text in, sketch and verdict out.

`sketch` gives the keys under which copies are looked up, `alike` compares two texts. A text is a row of words; for
scripts without spaces, of characters. What two texts share are runs of three words (five characters). Copies share
such runs from end to end, however much was edited; a follow-up that repeats two paragraphs, or two writers who quote
one press release, share them in one place. Reports of one template also share runs from end to end, but where one
has its names and numbers the other has different ones: a copy may lack a figure, it does not put another in its place.

The keys are those of MinHash. The hashes are our own few lines, since what is stored must be the same on every machine
and with every version of any library.
"""

import re
import zlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.normalise import fold
from index.numerals import ONES, TENS

COPY = 0.75  # from here on two texts are copies of one story
BANDS = 64  # keys in a sketch
SHORT = 30  # words; shorter texts are copies only when all their words are the same

_RUN, _RUN_OF_CHARACTERS = 3, 5
_GAP = 10  # words: a gap up to here is an edit, what is more is a passage of one's own
_THIN = 0.25  # of the words, so many must be shared for the verdict to rest on
_NEAR = 20  # words: what edits may add or take away between two shared runs that belong together
_FEW = 0.15  # where less than this share of the longer text is in common, the shorter is a note beside it
_TRUST = 0.5  # this share of names and numbers that are confirmed is as good as all of them
_LONG = 5  # letters: shorter words say little about a story
_LONGEST = 100_000  # characters of a text that are looked at: a book is compared by its beginning

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"  # Thai to Chinese
_OPENING = '.!?:\n"“”„«»—–•'  # after one of these a capital letter makes no name
_TOKEN = re.compile(
    rf"[{_OPENING}{_UNSPACED}]|\d+(?:[.,:]\d+)*|[^\W_{_UNSPACED}]+(?:['’][^\W\d_{_UNSPACED}]+)*",
)
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_NUMBERS = {word: str(value) for word, value in (*ONES.items(), ("twenty", TENS["twenty"]))}


@dataclass(frozen=True, slots=True, eq=False)
class _Text:
    """A text as it is compared: its words, folded, as numbers; its runs of words; and where its digits and its names
    (capitals inside a sentence) stand."""

    words: NDArray[np.uint64]
    vocabulary: frozenset[int]
    runs: NDArray[np.uint64]
    run: int
    telling: NDArray[np.bool_]
    named: tuple[dict[int, int], ...]  # for digits and for names: place -> word

    def __len__(self) -> int:
        return len(self.words)


def sketch(text: str) -> tuple[int, ...]:
    """The keys of a text, 32 bits each and signed; copies share some, other texts hardly any. None without words."""
    read = _read(text)
    if not len(read):
        return ()
    if len(read) < SHORT:
        return tuple(_signed(_chain(read.words, len(read))))
    told = read.words[read.telling]
    pairs = _chain(told, 2) if read.run == _RUN and len(told) > SHORT // 2 else read.runs
    # The least of many hashes, under BANDS different ones: two texts agree as often as their pairs do (MinHash).
    least = ((np.unique(pairs)[None, :] ^ _SALTS[:, None]) * _FACTOR).min(axis=1)
    return tuple(_signed(_stirred(least ^ _SALTS)))


def alike(a: str, b: str) -> float:
    """How sure it is that one text is an edited copy of the other, 0 to 1; from COPY on it is taken for one."""
    first, second = _read(a), _read(b)
    if np.array_equal(first.words, second.words):
        return float(len(first) > 0)
    short, long = sorted((first, second), key=lambda read: (len(read), read.words.tobytes()))
    if len(short) < SHORT or short.run != long.run:
        return 0.0
    here, there = _shared(short, long)
    shared, back = _marks(short, here), _marks(long, there)
    common = min(int(shared.sum()), int(back.sum()))  # one run that is often repeated counts once
    spread = _spread(shared) * min(1.0, common / len(short) / _THIN)
    if spread < COPY:
        return spread  # the rest can only take away
    inside, outside = _near(shared), _near(back)
    trust = 1.0
    for ours, theirs in zip(short.named, long.named, strict=True):
        trust *= _confirmed(_of(ours, inside), _of(theirs, outside), short, long)
    return spread * min(1.0, common / len(long) / _FEW) * min(1.0, trust / _TRUST) ** 2


@lru_cache(maxsize=32)  # those that a new article is compared with are mostly those of the one before
def _read(text: str) -> _Text:
    found = ["\n", *_TOKEN.findall(text[:_LONGEST])]
    written = [token for token in found if token not in _OPENING]
    joined = "\n".join(written)
    folded = (joined.casefold() if joined.isascii() else fold(joined)).split("\n") if written else []
    codes = {word: zlib.crc32(_settled(word).encode()) for word in set(folded)}
    inside = [before not in _OPENING for before, token in pairwise(found) if token not in _OPENING]
    digits: dict[int, int] = {}
    names: dict[int, int] = {}
    for i, (token, word) in enumerate(zip(written, folded, strict=True)):
        if word[0].isdigit():
            digits[i] = codes[word]
        elif inside[i] and token[0].isupper():
            names[i] = codes[word]
    characters = 0 if joined.isascii() else sum(word >= "\u0e00" and len(word) == 1 for word in folded)
    run = _RUN_OF_CHARACTERS if characters * 2 > len(written) else _RUN
    words = np.array([codes[word] for word in folded], dtype=np.uint64)
    telling = np.array([len(word) >= _LONG or word[0].isdigit() for word in folded], dtype=np.bool_)
    return _Text(words, frozenset(codes.values()), _chain(words, run), run, telling, (digits, names))


def _settled(word: str) -> str:
    """A word as it is compared: of numbers what outlets write alike, so that 4.5 [million] is 4,500,000 and ten 10."""
    if not word[0].isdigit():
        return _NUMBERS.get(word, word)
    bare = "".join(filter(str.isdigit, word))
    whole = bare == word or _THOUSANDS.fullmatch(word)
    return bare if whole and len(bare) < 6 else bare.rstrip("0") or "0"


def _chain(words: NDArray[np.uint64], length: int) -> NDArray[np.uint64]:
    """A number for each run of so many words."""
    count = max(0, len(words) - length + 1)
    runs = np.zeros(count, dtype=np.uint64)
    for i in range(length):
        runs = _stirred(runs ^ words[i : i + count])
    return runs


def _stirred(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    numbers = numbers * _FACTOR
    return numbers ^ (numbers >> np.uint64(29))


def _signed(numbers: NDArray[np.uint64]) -> list[int]:
    """The upper half of each number: they take half the room in the database, and by chance hardly any are equal."""
    return [number - 2**31 for number in (_stirred(numbers) >> np.uint64(32)).tolist()]


def _shared(text: _Text, other: _Text) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where runs begin that both texts have, and where they stand in the other one. A run counts if the next or
    the last one has moved about as far: single runs ("one of the") are found in any two texts."""
    runs, first = np.unique(other.runs, return_index=True)
    at = np.minimum(np.searchsorted(runs, text.runs), len(runs) - 1)
    here = np.flatnonzero(runs[at] == text.runs)
    there = first[at[here]]
    fits = np.abs(np.diff(there) - np.diff(here)) <= _NEAR
    held = np.zeros(len(here), dtype=np.bool_)
    held[1:] |= fits
    held[:-1] |= fits
    return here[held], there[held]


def _marks(text: _Text, starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Of each word whether it stands in one of the runs."""
    marks = np.zeros(len(text), dtype=np.bool_)
    for i in range(text.run):
        marks[starts + i] = True
    return marks


def _gaps(shared: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The lengths of the stretches before, between and after the shared words."""
    return np.diff(np.concatenate(([-1], np.flatnonzero(shared), [len(shared)]))) - 1


def _spread(shared: NDArray[np.bool_]) -> float:
    """The part of a text through which what it shares is spread: all but the long gaps, an edited word makes none."""
    free = min(_GAP, len(shared) // 15)
    return 1 - float(np.maximum(0, _gaps(shared) - free).sum() / len(shared))


def _near(shared: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The words that are shared or stand close to one that is."""
    reach = np.ones(2 * (_GAP // 2) + 1)
    return np.convolve(shared, reach)[_GAP // 2 :][: len(shared)] > 0


def _of(named: dict[int, int], where: NDArray[np.bool_]) -> set[int]:
    return {word for place, word in named.items() if where[place]}


def _confirmed(ours: set[int], theirs: set[int], a: _Text, b: _Text) -> float:
    """The share of the names (or digits) that both texts give, among those and those that stand against another."""
    against = min(len(ours - b.vocabulary), len(theirs - a.vocabulary))
    both = len(ours & b.vocabulary | theirs & a.vocabulary)
    return (both + 1) / (both + against + 1)


def _salts(count: int) -> NDArray[np.uint64]:
    """Numbers that look drawn by lot and are always the same (multiples of the golden ratio, stirred)."""
    return _stirred(_stirred(np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)))


_FACTOR = np.uint64(0x94D049BB133111EB)
_SALTS = _salts(BANDS)
