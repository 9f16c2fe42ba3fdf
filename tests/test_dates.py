"""Dates of any precision: what is read, what it means in days, what a search's bounds let through."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import bounds, check_bound, interval, overlaps, parse_published, parse_written
from index.errors import SettingsError
from index.read import md, txt

DAYS = st.dates(date(1000, 1, 1), date(2999, 12, 30))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2014", "2014"),
        (2014, "2014"),
        ("2014-08", "2014-08"),
        (" 2014-08-22\n", "2014-08-22"),
        ("20140822", "2014-08-22"),
        ("2014/08/22", "2014-08-22"),
        ("2014/8/2", "2014-08-02"),
        ("2014/08", "2014-08"),
        ("2014-08-22T10", "2014-08-22T10"),
        ("2014-08-22T10:05Z", "2014-08-22T10:05Z"),
        ("2014-08-22t10:05:01z", "2014-08-22T10:05:01Z"),
        ("2014-08-22 10:05:01.250+0200", "2014-08-22T10:05:01.250+02:00"),
        ("20140822T100501,5-05", "2014-08-22T10:05:01.5-05"),
        ("2014-08-22T10:05\u221205:30", "2014-08-22T10:05-05:30"),
        ("2014-08-22T24:00", "2014-08-22T24:00"),
        ("2014-W34-5", "2014-08-22"),
        ("2014-234", "2014-08-22"),
        ("2014-W34", "2014-08"),  # the month holds the whole week
        ("2014-W31", "2014"),  # 28 July to 3 August
        ("2016-02-29", "2016-02-29"),
        ("2000-366", "2000-12-31"),
    ],
)
def test_read_no_more_precisely_than_written(raw: object, expected: str) -> None:
    assert parse_published(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        *("", "foo", "August 22", "On August 22", "22.08.2014", "08/22/2014", "2014-13-40", "2014-00", "2014-8-2"),
        *("2015-02-29", "1900-02-29", "2014-04-31", "2014-08-22T25:00", "2014-08-22T24:01", "2014-08-22T10:60"),
        *("2014-08T10:00", "2014-08-22T10:00+25:00", "2014-08-22T", "2014-000", "2015-366", "2014-W54", "2014-W01/x"),
        *("0000", "0999", "3000", "201408", "２０１４", "2014-08-22" + "0" * 100_000, "2019-W01" * 9, "2014–08–22"),
        *(None, True, 14, 20140822, 1408665600, 2014.0, ["2014"], {"y": 2014}, b"2014"),
    ],
)
def test_unreadable_or_impossible_is_empty(raw: object) -> None:
    assert parse_published(raw) == ""
    assert interval(raw) is None if isinstance(raw, str) else True


@given(st.text())
def test_any_text_gives_a_date_or_nothing(raw: str) -> None:
    parsed = parse_published(raw)
    assert parse_published(parsed) == parsed


@given(DAYS, st.sampled_from([4, 7, 10]))
def test_an_interval_holds_its_day_and_nothing_beyond(day: date, precision: int) -> None:
    text = day.isoformat()[:precision]
    first, last = interval(text) or ("", "")
    assert first <= day.isoformat() <= last
    assert first[:precision] == last[:precision] == text
    outside = [date.fromisoformat(first) - timedelta(1), date.fromisoformat(last) + timedelta(1)]
    assert all(other.isoformat()[:precision] != text for other in outside)


def test_a_day_is_the_printed_day() -> None:
    assert interval("2014-08-22T23:30-05:00") == ("2014-08-22", "2014-08-22")
    assert interval("2014-08-22T00:10+14:00") == ("2014-08-22", "2014-08-22")
    assert interval("2016-02") == ("2016-02-01", "2016-02-29")
    assert interval("2100-02") == ("2100-02-01", "2100-02-28")


@pytest.mark.parametrize(
    ("published", "since", "until", "expected"),
    [
        ("2014-12-31", "", "2014", True),  # until reaches to the end of what it names
        ("2014-12-31T23:59Z", "", "2014-12-31", True),
        ("2015-01-01", "", "2014", False),
        ("2014-08-22", "2014-08-22", "2014-08-22", True),
        ("2014-08-21", "2014-08-22", "", False),
        ("2014", "2014-08-22", "2014-09", True),  # it may be from then
        ("2014-08", "2014-08-31", "", True),
        ("2014-08", "2014-09", "", False),
        ("", "2014", "", False),
        ("", "", "2014", False),
        ("foo", "", "2014", False),
        ("", "", "", True),  # no bound, no filter
        ("2014", None, None, True),
        ("2014", " ", "2015/1/1", True),
    ],
)
def test_overlaps(published: str, since: str | None, until: str | None, expected: bool) -> None:
    assert overlaps(published, since, until) is expected


@given(DAYS, DAYS, DAYS)
def test_whole_days_compare_as_days(day: date, one: date, other: date) -> None:
    since, until = sorted((one, other))
    assert overlaps(day.isoformat(), since.isoformat(), until.isoformat()) == (since <= day <= until)


def test_a_bad_bound_is_an_error_that_says_what_to_write() -> None:
    assert check_bound("2014/8/2", "since") == "2014-08-02"
    assert check_bound(None, "since") == check_bound("  ", "until") == ""
    with pytest.raises(SettingsError, match=r"until is 'last week', which is no date: write it as 2014, 2014-08 or"):
        overlaps("2014", "2013", "last week")
    with pytest.raises(SettingsError, match=r"since \(2015\) lies after until \(2014-12\)"):
        bounds("2015", "2014-12")
    with pytest.raises(SettingsError) as caught:
        check_bound("x" * 100_000, "since")
    assert len(str(caught.value)) < 200
    assert bounds("2014-08", "2014") == ("2014-08-01", "2014-12-31")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("3 March 2024", "2024-03-03"),
        ("March 3, 2024", "2024-03-03"),
        ("Sunday, March 3rd, 2024", "2024-03-03"),
        ("12 Oct 2022", "2022-10-12"),
        ("Oct. 12, 2022 10:32 a.m. EST", "2022-10-12T10:32-05:00"),  # the American one, as the form says
        ("Tue, 05 Mar 2024 08:00:00 GMT", "2024-03-05T08:00:00Z"),
        ("Tue Mar 05 2024 10:00:00 GMT+0100", "2024-03-05T10:00:00+01:00"),
        ("5 March 2024 8:00", "2024-03-05T08:00"),
        ("3. März 2024, 18:30 Uhr", "2024-03-03T18:30"),
        ("03.04.2024", "2024-04-03"),
        ("dimanche 3 mars 2024 à 10h32", "2024-03-03T10:32"),
        ("1er août 2024", "2024-08-01"),
        ("3 de marzo de 2024", "2024-03-03"),
        ("domenica 3 marzo 2024", "2024-03-03"),
        ("4 марта 2024 г.", "2024-03-04"),
        ("2024年3月4日", "2024-03-04"),
        ("4 مارس 2024", "2024-03-04"),
        ("4 במרץ 2024", "2024-03-04"),
        ("March 2024", "2024-03"),
        ("25/12/2024", "2024-12-25"),
        ("12/25/2024", "2024-12-25"),
        ("03/03/2024", "2024-03-03"),
        ("2024-03-03T10:00Z", "2024-03-03T10:00Z"),
        (2024, "2024"),
    ],
)
def test_a_written_date_is_read_in_the_words_of_ten_languages(raw: object, expected: str) -> None:
    assert parse_written(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        *("03/04/2024", "13/13/2024", "31 February 2024", "3 Foo 2024", "May", "May 3", "March 3, 24", "", "yesterday"),
        *("March 3, 2024 was a cold day", "Published 3 March 2024", "On 3 March 2024", "3 March 2024 " + "x" * 100_000),
        *(None, True, 3.5, ["3 March 2024"]),
    ],
)
def test_what_is_no_date_or_may_be_two_stays_unread(raw: object) -> None:
    assert parse_written(raw) == ""


@given(st.text())
def test_no_text_raises(text: str) -> None:
    assert parse_written(parse_written(text)) == parse_written(text)


@given(DAYS)
def test_every_day_is_read_back_as_it_was_written(day: date) -> None:
    months = "January February March April May June July August September October November December".split()
    name = months[day.month - 1]
    assert (
        parse_written(f"{day.day} {name} {day.year:04}")
        == parse_written(f"{name} {day.day}, {day.year:04}")
        == day.isoformat()
    )


BODY = "The council met for six hours.\n\nIt voted to close the bridge, and nobody in the room was surprised by that."


@pytest.mark.parametrize(
    ("head", "published", "modified"),
    [
        ("Published: March 3, 2023", "2023-03-03", ""),
        ("A bridge is closed\n\nBy Ellen Huber\n12 Oct 2022", "2022-10-12", ""),
        ("By Ellen Huber and Jo Park | 3 March 2024", "2024-03-03", ""),
        ("A bridge is closed\n\nMarch 3, 2023\nUpdated: 4 March 2023", "2023-03-03", "2023-03-04"),
        ("March 3, 2023", "2023-03-03", ""),
        ("Veröffentlicht am 3. März 2024", "2024-03-03", ""),
    ],
)
def test_date_lines_of_plain_text(tmp_path: Path, head: str, published: str, modified: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"{head}\n\n{BODY}", "utf-8")
    (found,) = txt.read(str(path), str(path), 10_000)
    assert (found.article.published, found.article.modified) == (published, modified)
    assert found.article.text == BODY


@pytest.mark.parametrize("head", ["March 3, 2023.", "March 3, 2023 was cold.", "12 Oct 2022 will be remembered."])
def test_a_date_that_may_begin_the_text_is_text(tmp_path: Path, head: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"{head}\n\n{BODY}", "utf-8")
    (found,) = txt.read(str(path), str(path), 10_000)
    assert (found.article.published, found.article.text) == ("", f"{head}\n\n{BODY}")


@pytest.mark.parametrize(
    ("raw", "published"), [("March 3, 2023", "2023-03-03"), ("12 Oct 2022", "2022-10-12"), ("03/04/2024", "")]
)
def test_front_matter_dates(tmp_path: Path, raw: str, published: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"---\ntitle: A bridge\ndate: {raw}\n---\n{BODY}", "utf-8")
    (found,) = md.read(str(path), str(path), 10_000)
    assert found.article.published == published
    assert bool(found.note) is (not published)  # what is not read is said
