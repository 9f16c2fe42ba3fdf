"""Printed dates in many languages: the day, the time as it is printed, and a zone only where its name means one."""

import pytest

from index.dates import parse_written
from index.months import _NAMES, MONTHS
from index.read.labels import dated
from index.read.page import page
from index.written import settled
from tests.test_pages import BODY, made


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("14 lutego 2023, 12:05", "2023-02-14T12:05"),
        ("11 Eylül 2022 - 15:20", "2022-09-11T15:20"),
        ("5. května 2021", "2021-05-05"),
        ("9. maj 2023 kl. 10.15", "2023-05-09T10:15"),
        ("3 mars 2023", "2023-03-03"),
        ("17. desember 2022", "2022-12-17"),
        ("5. marraskuuta 2022 klo 9.05", "2022-11-05T09:05"),
        ("24 серпня 2022 р., 10:35", "2022-08-24T10:35"),
        ("2022. szeptember 11. 15:20", "2022-09-11T15:20"),
        ("7 iulie 2022, ora 10:00", "2022-07-07T10:00"),
        ("11 Φεβρουαρίου 2022", "2022-02-11"),
        ("17 Agustus 2022", "2022-08-17"),
        ("5 listopada 2022", "2022-11-05"),
        ("5. listopada 2022", ""),  # October, in Croatian
        ("18 мая 2021, 10:35", "2021-05-18T10:35"),
        ("2023年4月11日 7時30分", "2023-04-11T07:30"),
        ("2023年4月11日 午後7時5分", "2023-04-11T19:05"),
        ("2022年09月06日 10:23", "2022-09-06T10:23"),
        ("22.01.2023 | 08:40", "2023-01-22T08:40"),
        ("22:01, 4 February 2022", "2022-02-04T22:01"),
        ("Thursday, 14 June, 2001, 16:22 GMT 17:22 UK", "2001-06-14T16:22Z"),
        ("18th October 2022 at 7:42am", "2022-10-18T07:42"),
        ("12 October 2022 12:30 AM", "2022-10-12T00:30"),
        ("12 October 2022 12:30 PM", "2022-10-12T12:30"),
        ("12 October 2022 4 PM", "2022-10-12T16:00"),
        ("12 October 2022 16:30 PM", "2022-10-12"),  # no such time
        ("12 October 2022 25:30", "2022-10-12"),
        ("3 March 2024, 10:15 CET", "2024-03-03T10:15+01:00"),
        ("Mar. 3, 2023 at 4:10 PM EST", "2023-03-03T16:10-05:00"),
        ("3 March 2023 4:10 PM EST", "2023-03-03T16:10"),  # Australia's, perhaps
        ("March 3, 2023 16:10 CST", "2023-03-03T16:10"),  # China's, perhaps
        ("21 July 2023 13:55 BST", "2023-07-21T13:55"),  # Bangladesh's, perhaps
        ("3 March 2024 10:15 IST", "2024-03-03T10:15"),
    ],
)
def test_a_date_with_its_time(raw: str, expected: str) -> None:
    assert parse_written(raw) == expected


def test_no_name_is_of_two_months() -> None:
    listed = [name.casefold() for names in _NAMES for name in names.split()]
    assert len(listed) == len(set(listed)) == len(MONTHS)


@pytest.mark.parametrize(
    ("raw", "language", "expected"),
    [
        ("03/04/2024 06h12", "pt-BR", "2024-04-03T06:12"),
        ("03/04/2024", "fr", "2024-04-03"),
        ("03/14/2024", "fr", "2024-03-14"),  # whatever the language says, there is one reading
        *(("03/04/2024", language, "") for language in ("en", "en-GB", "es", "fr-CA", "hu", "")),
        ("21 July 2023 13:55 BST", "en-GB", "2023-07-21T13:55+01:00"),
        ("12 Jul 2022, 11:45 PM BST", "en_GB", "2022-07-12T23:45+01:00"),
        ("21 July 2023 13:55 BST", "en", "2023-07-21T13:55"),
    ],
)
def test_the_language_settles_what_only_it_can(raw: str, language: str, expected: str) -> None:
    assert parse_written(settled(raw, language)) == expected
    markup = f"<html lang='{language}'><body><h1>Norland closes</h1><p class='date'>{raw}</p>{BODY}</body></html>"
    assert page(markup).published == expected


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        *((f"{label} 5 March 2024", "published") for label in ("Data publikacji:", "Publicerad", "Yayınlanma:")),
        *((f"{label} 5 March 2024", "published") for label in ("Publiceret", "Julkaistu", "Опубліковано", "Publicat")),
        *((f"{label} 5 March 2024", "modified") for label in ("Aktualizacja:", "Uppdaterad", "Son güncelleme:")),
        *((f"{label} 5 March 2024", "modified") for label in ("Opdateret", "Päivitetty", "Оновлено", "Atualizado em")),
    ],
)
def test_a_label_says_which_date_it_is(line: str, kind: str) -> None:
    assert dated(line) == (kind, "2024-03-05")


@pytest.mark.parametrize(
    ("markup", "published", "modified"),
    [
        ("<div class='date'>Brenna, 3 March 2024 - 20:30</div>", "2024-03-03T20:30", ""),
        ("<div class='date'>Updated, 3 March 2024</div>", "", "2024-03-03"),
        ("<div class='event-date'>Brenna, 3 March 2024</div>", "", ""),
        ("<p>Published <time datetime='2024-03-03T09:15Z'>10:15, 3 March 2024</time></p>", "2024-03-03T09:15Z", ""),
        ("<p>3 March 2024 | 08:40</p>", "2024-03-03T08:40", ""),
    ],
)
def test_a_date_line_with_more_than_its_day(markup: str, published: str, modified: str) -> None:
    read = made("", markup + BODY)
    assert (read.published, read.modified) == (published, modified)


def test_a_date_above_the_headline_is_the_articles_only_within_it() -> None:
    def above(markup: str) -> str:
        return str(made("", BODY, markup).published)

    line = "<p>July 19, 2022</p>"
    assert above(f"<main>{line}") == "2022-07-19"
    assert above(line) == above("<main><p class='today'>July 19, 2022</p>") == ""
