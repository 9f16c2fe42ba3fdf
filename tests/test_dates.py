"""Dates of any precision: what is read, what it means in days, what a search's bounds let through."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import bounds, check_bound, interval, overlaps, parse_published
from index.errors import SettingsError

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
