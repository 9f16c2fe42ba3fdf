"""Laws of the normaliser, and what it may and may not touch."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.normalise import fold, normalise, single_line

# st.text() leaves surrogates out unless asked; the alphabet is thick with what the normaliser is about
ANY = st.text(st.one_of(st.characters(), st.characters(categories=["Cs", "Cc", "Cf", "Mn", "Zs", "Zl"])))
ODD = st.text(
    "a\r\n\t\v\u0085\u2028\u00a0\u00ad\u200b\u200c\u200d\u202eé\u0301\u0315\u212a\U0001f3f4\U000e0067\U000e007f"
)


@given(st.one_of(ANY, ODD))
def test_normalising_is_idempotent(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert single_line(single_line(text)) == single_line(text)


@given(st.one_of(ANY, ODD))
def test_what_comes_out_is_composed_and_can_be_stored(text: str) -> None:
    once = normalise(text)
    once.encode("utf-8")
    assert unicodedata.is_normalized("NFC", once)
    assert not [char for char in once if unicodedata.category(char) == "Cc" and char not in "\n\t"]
    assert not set(once) & set("\u00a0\u202f\u2007\u200b\ufeff\u202a\u202e\u2066\u2069")
    assert "\n" not in single_line(text) and single_line(text) == single_line(text).strip()


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"])))
def test_printed_ascii_is_left_alone(text: str) -> None:
    assert normalise(text) == text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a\r\nb\rc\u2028d\u2029e\ff\vg\x85h", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("tab\tstays\n\n", "tab\tstays\n\n"),
        ("20\u00a0percent, 4\u202f500, 1\u2007000", "20 percent, 4 500, 1 000"),
        ("cafe\u0301", "caf\u00e9"),
        ("nul\0 bell\x07 del\x7f c1\x9f", "nul bell del c1"),
        ("lone \ud800 surrogate \udfff.", "lone  surrogate ."),
        ("\ufeffco\u00adop\u200bera\u2060tion", "cooperation"),
        ("\u202eevil\u202c \u2066x\u2069\u200e", "evil x"),
        ("In\u200dspur\u200c", "Inspur"),  # a joiner between ASCII letters only hides the word
        ("\u200d\u200c", ""),
        ("e\u200d\u0301", "e\u200d\u0301"),
        ("hidden\U000e0068\U000e0069 words", "hidden words"),
    ],
)
def test_what_no_reader_sees_goes(raw: str, expected: str) -> None:
    assert normalise(raw) == expected


@pytest.mark.parametrize(
    "printed",
    [
        "“I2I,” or ‘IBM-to-Inspur’ – painted — as a threat…",
        "two  spaces stay",
        "👩\u200d🚒 and 👨\u200d👩\u200d👧",  # joined emoji
        "می\u200cخواهم",  # Persian, with its zero-width non-joiner
        "क्\u200dष",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f beat Wales",  # a flag is spelt in tags
        "❤\ufe0f 1\ufe0f\u20e3",
        "ﬁne ½ ² Ⅷ ＡＢ",  # compatibility letters are printed so
    ],
)
def test_what_is_printed_stays(printed: str) -> None:
    assert normalise(unicodedata.normalize("NFC", printed)) == unicodedata.normalize("NFC", printed)


@pytest.mark.parametrize(
    "text",
    ["a" + "\u0315\u0300" * 200_000, "\u200d" * 400_000, "x\u00a0é\u200c" * 100_000, "\r" * 400_000, "🏴" * 400_000],
    ids=["marks out of order", "joiners", "mixed", "returns", "flags"],
)
def test_no_text_takes_more_than_linear_time(text: str) -> None:
    before = time.process_time()
    normalise(text)
    fold(text)
    assert time.process_time() - before < 3  # quadratic time would be minutes


def test_long_runs_of_marks_come_out_as_unicode_orders_them() -> None:
    text = "e" + "\u0315\u0344\u0300\u0323" * 60 + "x" + "\u0301\u0316" * 70
    assert normalise(text) == unicodedata.normalize("NFC", text)


def test_fold_is_for_matching_only() -> None:
    assert fold("“Café” – Straße’s ÉCOLE") == '"cafe" - strasse\'s ecole'
    assert fold("Inspur") == fold("INSPUR")
    assert fold("がく") == "がく"  # a voicing mark is a letter's own, not an accent


@given(ANY)
def test_fold_never_fails_and_settles(text: str) -> None:
    folded = fold(normalise(text))
    assert "\u2019" not in folded and "\u201c" not in folded
