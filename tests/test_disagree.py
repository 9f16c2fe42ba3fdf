"""Which figures of two articles contradict each other, and which only look so."""

from dataclasses import replace

import pytest

from index.records import Article, Span
from rag.disagree import concord, day, differ, dissent
from rag.features import Candidate
from rag.figures import number


def place(text: str, words: str, published: str = "") -> tuple[Article, Span]:
    start = text.index(words)
    return Article(text, text, published=published), Span(start, start + len(words))


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (("The fine was £34 million.", "£34 million"), ("It paid £31 million.", "£31 million"), True),
        (("The fine was £34 million.", "£34"), ("It paid £34,000,000.", "£34,000,000"), False),
        (("The fine was £34 million.", "£34 million"), ("It paid $31 million.", "$31 million"), False),
        (("Some 48,000 patients.", "48,000"), ("The records of 63,400 patients.", "63,400"), True),
        (("Some 48,000 patients.", "48,000"), ("About 1,400 passengers.", "1,400"), False),
        (("Shares fell 10 percent.", "10 percent"), ("They lost 11% then.", "11%"), True),
        (("Shares fell 10 percent.", "10"), ("They lost 10 per cent.", "10"), False),
        (("It sold many.", "many"), ("It sold 12 boats.", "12"), False),
        (("It sold twelve boats.", "twelve"), ("It sold 12 boats.", "12"), False),
        (("It sold twelve boats.", "twelve"), ("It sold Twenty-one boats.", "Twenty-one"), True),
        (("Some forty thousand patients.", "forty thousand"), ("Some 40,000 patients.", "40,000"), False),
        (("Some two hundred and forty crew.", "two hundred"), ("Some 240 crew.", "240"), False),
        (("Some two hundred and forty crew.", "two hundred"), ("Some 187 crew.", "187"), True),
        (("Up two hundred and forty percent.", "two hundred"), ("Up 240% then.", "240%"), False),
        (("Up two hundred and forty percent.", "two hundred"), ("Up 187% then.", "187%"), True),
        (("Shares fell ten percent.", "ten percent"), ("They lost 11% then.", "11%"), True),
        (("It often sold someone boats.", "often"), ("It sold 12 boats.", "12"), False),
    ],
)
def test_numbers(one: tuple[str, str], other: tuple[str, str], apart: bool) -> None:
    assert differ("number", place(*one), place(*other)) == apart == differ("number", place(*other), place(*one))


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (("On Aug. 15 it said so.", "Aug. 15"), ("It was Monday, Aug. 18.", "Aug. 18"), True),
        (("It opened in April 2023.", "April 2023"), ("It opened in April.", "April"), False),
        (("It opened in April 2023.", "April 2023"), ("It opened on 3 April 2024.", "3 April 2024"), True),
        (("It opened in 2023.", "2023"), ("It opened in May.", "May"), False),
        (("It opened long ago.", "long ago"), ("It opened in May.", "May"), False),
    ],
)
def test_days(one: tuple[str, str], other: tuple[str, str], apart: bool) -> None:
    assert differ("date", place(*one), place(*other)) == apart == differ("date", place(*other), place(*one))


def test_a_weekday_is_that_of_the_article() -> None:
    friday = place("They agreed on Friday.", "Friday", "2014-08-23")
    assert day(*friday) == (2014, 8, 22)
    assert not differ("date", friday, place("The deal of 22 August 2014.", "22 August 2014"))
    assert differ("date", friday, place("The deal of 21 August 2014.", "21 August 2014"))


def test_a_number_has_the_units_that_stand_behind_it() -> None:
    article, span = place("It recalled 61,000 battery packs.", "61,000")
    found = number(article.text, span)
    assert found and found[1] == 61_000 and len(found[0]) == 2


def candidate(text: str, words: str, id: str, score: float, **features: float) -> Candidate:
    start = text.index(words)
    known = {"cov": 1.0, "namecov": 1.0, "numcov": 1.0, "best": 5.0, "unmet": 0.0, "echo": 0.0} | features
    return Candidate(Article(id, text), Span(0, len(text)), known, Span(start, start + len(words)), score)


FIRST = candidate("It lost the records of 48,000 patients.", "48,000", "a", 9.0)
SECOND = candidate("It lost those of 63,400 patients.", "63,400", "b", 8.0)


def test_the_other_figure_is_found_in_another_article_that_is_about_the_same() -> None:
    assert dissent([FIRST, SECOND], "number") == SECOND
    assert dissent([FIRST, SECOND], "person") is None
    assert dissent([], "number") is None
    same = candidate("It lost those of 63,400 patients.", "63,400", "a", 8.0)
    less = candidate("It lost those of 63,400 patients.", "63,400", "b", 8.0, cov=0.5)
    unsure = candidate("It lost those of 63,400 patients.", "63,400", "b", 8.0, best=0.0)
    far = candidate("It lost those of 63,400 patients.", "63,400", "b", 5.0)
    for other in (same, less, unsure, far):
        assert dissent([FIRST, other], "number") is None
    assert dissent([FIRST, less, SECOND], "number") == SECOND


def test_who_asks_whether_the_articles_agree_is_shown_a_doubtful_figure_too() -> None:
    text = "It lost those of 63,400 patients."
    doubtful = [candidate(text, "63,400", "b", 8.0, **more) for more in ({"cov": 0.1}, {"best": -3.0}, {})]
    doubtful.append(candidate(text, "63,400", "b", 5.5))
    for other in doubtful:
        assert dissent([FIRST, other], "number", asked=True) == other
        assert dissent([replace(FIRST, features=FIRST.features | {"best": -2.0}), other], "number", asked=True) == other
    assert dissent([FIRST, SECOND], "other", asked=True) == SECOND and dissent([FIRST, SECOND], "other") is None
    never = [candidate(text, "63,400", "a", 8.0), candidate(text, "63,400", "b", 4.0)]
    never.append(candidate("It lost those of 48,000 patients.", "48,000", "b", 8.0))
    never.append(candidate("It lost 63,400 pounds.", "63,400", "b", 8.0))
    for other in never:
        assert dissent([FIRST, other], "number", asked=True) is None


def test_who_asks_whether_the_articles_agree_is_shown_another_that_says_the_same() -> None:
    again = candidate("The records of 48,000 patients are gone.", "48,000", "b", 6.0)
    assert concord([FIRST, SECOND, again], "number") == again and concord([FIRST, again], "other") == again
    never = [replace(again, score=4.0), replace(again, article=FIRST.article), replace(again, short=None)]
    never.append(replace(again, features=again.features | {"best": -3.0}))
    never.append(candidate("It lost 48,000 pounds.", "48,000", "b", 8.0))
    for other in never:
        assert concord([FIRST, other], "number") is None
    assert concord([], "number") is None and concord([replace(FIRST, short=None), again], "number") is None


def test_reports_of_other_years_are_of_other_events() -> None:
    def on(one: Candidate, day: str) -> Candidate:
        return replace(one, article=replace(one.article, published=day))

    assert dissent([on(FIRST, "2024-05"), on(SECOND, "2025-08-01")], "number")  # a month is no day to count from
    assert dissent([on(FIRST, "2024-05-01"), on(SECOND, "2025-05-01")], "number")
    assert dissent([on(FIRST, "2024-05-01"), on(SECOND, "2025-08-01")], "number") is None
