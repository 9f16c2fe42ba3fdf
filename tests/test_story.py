"""Copies of one story: what is linked, what is not, and that the keys never change."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.story import BANDS, COPY, SHORT, _settled, alike, sketch

PAIRS = Path(__file__).parent / "pairs"


def pairs(name: str, half: str = "") -> list[dict[str, str]]:
    rows = [json.loads(line) for line in (PAIRS / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return [row for row in rows if half in ("", row["half"])]


def others(what: str) -> list[dict[str, str]]:
    found = [row for row in pairs("others") if row["what"] == what]
    assert len(found) >= 4
    return found


def made(seed: int, count: int) -> str:
    """So many words, drawn from a thousand that stand in no other text here."""
    draw = random.Random(seed)
    return " ".join(
        f"{draw.choice('bdfgklmnprst')}a{draw.choice('bdfgklmnprst')}o{draw.choice('bdfgkln')}in" for _ in range(count)
    )


STORY = pairs("copies")[0]["a"]
PARAGRAPHS = STORY.split("\n\n")


# what is measured. The numbers were chosen by the first part. Two follow-ups of the second came too near, which is why
# long gaps are counted; the third was written after that and changed nothing.


@pytest.mark.parametrize("half", ["tune", "held out", "fresh"])
def test_copies_are_found_and_other_texts_are_not(half: str) -> None:
    copies, apart = pairs("copies", half), pairs("others", half)
    assert len(copies) >= 9 and len(apart) >= 6
    hits = sum(alike(row["a"], row["b"]) >= COPY for row in copies)
    false = sum(alike(row["a"], row["b"]) >= COPY for row in apart)
    assert hits / (hits + false) >= 0.95 and hits / len(copies) >= 0.9


def test_a_margin_is_kept_on_the_side_of_the_copies() -> None:
    assert min(alike(row["a"], row["b"]) for row in pairs("copies")) >= COPY + 0.1


def test_every_copy_would_be_looked_at() -> None:
    for row in pairs("copies"):
        shared = len(set(sketch(row["a"])) & set(sketch(row["b"])))
        assert shared >= 4, row["what"]


# one law for each thing that tells copies from other texts


def test_reports_of_one_template_are_told_apart_by_their_names_and_numbers() -> None:
    for row in others("one template"):
        assert alike(row["a"], row["b"]) < COPY - 0.1


def test_a_template_whose_names_and_numbers_stay_is_a_copy() -> None:
    row = others("one template")[0]
    assert alike(row["a"], row["a"].replace("closed", "finished").replace("traded", "dealt in")) > 0.9


def test_a_follow_up_that_repeats_two_paragraphs_is_no_copy() -> None:
    for row in others("follow-up with two old paragraphs"):
        assert 0.25 < alike(row["a"], row["b"]) < COPY - 0.1


def test_one_press_release_quoted_twice_makes_no_copy() -> None:
    for row in others("the same press release quoted"):
        assert alike(row["a"], row["b"]) < COPY - 0.1


def test_boilerplate_of_an_outlet_links_nothing() -> None:
    line = "Sign up for the morning letter of the Harbour Ledger and never miss a story that matters to you. "
    footer = (
        line + "All rights reserved. The Harbour Ledger is a member of the Press Council of Norland since 1988. " * 3
    )
    assert len(footer.split()) > 60
    assert alike(f"{line}{made(1, 150)}\n\n{footer}", f"{line}{made(2, 150)}\n\n{footer}") < COPY - 0.1


def test_a_note_inside_a_long_article_is_no_copy_of_it() -> None:
    note = PARAGRAPHS[0] + " " + PARAGRAPHS[1]
    assert alike(note, STORY) >= COPY
    assert alike(note, "\n\n".join([made(3, 600), note, made(4, 600)])) < COPY


def test_single_runs_strewn_over_a_long_text_make_no_copy() -> None:
    words = STORY.split()
    runs = [" ".join(words[i : i + 3]) for i in range(0, len(words) - 2, 3)]
    random.Random(5).shuffle(runs)
    assert alike(STORY, " ".join(f"{run} {made(i, 4)}" for i, run in enumerate(runs))) < COPY - 0.1


def test_one_run_said_again_and_again_makes_no_copy() -> None:
    refrain = "and the people of the valley sang"
    long = f"{refrain} {made(6, 200)}"
    assert alike(" ".join(f"{refrain} {made(i, 3)}" for i in range(20)), long) < COPY


def test_paragraphs_in_another_order_are_still_the_story() -> None:
    assert alike(STORY, "\n\n".join(reversed(PARAGRAPHS))) > 0.9


def test_numbers_may_be_spelled_otherwise() -> None:
    rest = made(7, 30)
    text = (
        "The town paid 4.5 million crowns for 12 lamps, 15 bridges, 8 squares, eighteen roofs, seven halls and 9,200 "
    )
    same = (
        "The town paid 4,500,000 crowns for twelve lamps, fifteen bridges, eight squares, 18 roofs, 7 halls and 9200 "
    )
    other = (
        "The town paid 7.1 million crowns for 17 lamps, 14 bridges, 5 squares, eighteen roofs, seven halls and 8,350 "
    )
    assert alike(text + rest, same + rest) > 0.95
    assert alike(text + rest, other + rest) < COPY - 0.1
    whole = "The town paid 4,500,000 crowns, 9,200 for oil, 2.50 for salt, 3,1 for milk and 7,300,000 for bread "
    short = "The town paid 4.5 million crowns, 9200 for oil, 2.5 for salt, 3.1 for milk and 7.3 million for bread "
    assert alike(whole + rest, short + rest) > 0.9


@pytest.mark.parametrize(
    "written, settled",
    [line.split() for line in "9,200 9200|9.200 9200|9200 9200|1,500 1500|15 15|10 10|ten 10".split("|")],
)
def test_numbers_are_settled(written: str, settled: str) -> None:
    assert _settled(written) == settled


@pytest.mark.parametrize("written", ["4.5", "4,5", "4,500,000", "4500000", "4.50"])
def test_decimals_and_millions_are_settled(written: str) -> None:
    assert _settled(written) == "45" and _settled("0.0") == _settled("0") == "0"


def test_a_skeleton_of_common_phrases_makes_no_copy() -> None:
    words = STORY.split()
    strewn = [" ".join(words[i : i + 3]) for i in range(0, len(words) - 2, 16)]
    other = " ".join(f"{run} {made(i, 13)}" for i, run in enumerate(strewn))
    assert 0.3 < alike(STORY, other) < COPY


def test_a_third_of_all_words_may_be_replaced() -> None:
    draw = random.Random(8)
    for row in pairs("copies")[::6]:
        words = row["a"].split()
        edited = " ".join(made(i, 1) if draw.random() < 1 / 3 else word for i, word in enumerate(words))
        if not row["story"].startswith("chinese"):
            assert alike(row["a"], edited) >= COPY, row["story"]


def test_common_short_words_give_no_common_keys() -> None:
    a = " was not in the sun by the end of it ".join(f"{letter}{letter}anorin" for letter in "bcdfghjklmnprstvwz")
    b = " was not in the sun by the end of it ".join(f"{letter}{letter}edolun" for letter in "bcdfghjklmnprstvwz")
    assert not set(sketch(a)) & set(sketch(b))


# short texts, scripts, keys


def test_of_short_texts_only_the_same_words_are_a_copy() -> None:
    text = " ".join(STORY.split()[: SHORT - 1])
    assert alike(text, text.upper() + " ...") == 1.0 and sketch(text) == sketch(text.upper() + " ...")
    assert alike(text, text.replace("Norland", "Lethia")) == 0.0
    assert sketch(text) != sketch(text.replace("Norland", "Lethia"))
    assert alike("", "") == 0.0 and sketch("") == sketch("...") == ()


def test_case_accents_and_quotation_marks_do_not_matter() -> None:
    other = STORY.replace('"', "“").replace("\n\n", "\n \n").replace("council", "cöuncil")
    assert alike(STORY, other) == 1.0 and sketch(STORY) == sketch(other)


def test_chinese_is_compared_by_characters() -> None:
    chinese = [row for row in pairs("copies") if row["story"].startswith("chinese")]
    assert len(chinese) == 3
    for row in chinese:
        assert alike(row["a"], row["b"]) >= COPY
        assert alike(row["a"], row["a"][::-1]) < 0.1
    apart = next(row for row in pairs("others") if row["story"] == "chinese")
    assert alike(apart["a"], apart["b"]) < 0.2


def test_the_keys_are_the_same_on_every_machine_and_with_every_version() -> None:
    """They stand in the archive: whoever changes this test must have all articles sketched anew."""
    assert sketch("The old bridge over the Sarn was closed on Monday after a vote of the council.") == (2141115992,)
    keys = sketch(" ".join(f"word{i} stands beside number {i * 7}" for i in range(40)))
    assert keys[:3] == (851729465, 502400620, 1380040382) and len(keys) == BANDS
    assert all(-(2**31) <= key < 2**31 for key in keys)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_can_be_compared(a: str, b: str) -> None:
    for x, y in ((a, b), (a + STORY, b + STORY), (STORY, STORY[: len(a)] + b)):
        assert 0.0 <= alike(x, y) <= 1.0
        assert alike(x, y) == alike(y, x)
        assert alike(x, x) == float(bool(sketch(x)))


def test_the_order_of_the_two_does_not_matter() -> None:
    for row in pairs("others"):
        assert alike(row["a"], row["b"]) == alike(row["b"], row["a"])


def test_a_book_is_compared_by_its_beginning() -> None:
    assert alike(made(9, 20_000) + made(10, 20_000), made(9, 20_000) + made(11, 20_000)) == 1.0
