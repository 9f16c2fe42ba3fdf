"""Who or what something is: the questions that ask it, and the sentences that say it."""

import pytest

from index.archive import Archive
from index.records import Article
from rag import Assistant
from rag.presents import asked_of, presents
from rag.question import asking


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Who is Ann Lee?", "Ann Lee"),
        ("who's Ann Lee", "Ann Lee"),
        ("Who was Dr. Ann Lee?", "Ann Lee"),
        ("What is the Bank of Orle?", "Bank of Orle"),
        ("What are Holm & Sons?", "Holm & Sons"),
        ("What is CFIUS?", "CFIUS"),
        ("Who is the mayor of Orle?", ""),
        ("Who is Ann Lee's brother?", ""),
        ("What is Holm Sound worth?", ""),
        ("Who is she?", ""),
        ("When was Ann Lee born?", ""),
    ],
)
def test_a_question_of_who_somebody_is_asks_nothing_else(question: str, name: str) -> None:
    assert asked_of(question) == name
    assert (asking(question) == "identity") == bool(name)


SAYS = [
    "Ann Lee, who leads the union, spoke first.",
    "The ferry was bought by Ann Lee, 61, of Orle.",
    "Ann Lee, a retired judge, will lead the talks.",
    "Ann Lee is the mayor of Orle.",
    "The harbour master, Ann Lee, saw nothing.",
    "It was opened by chief engineer Dr. Ann Lee on Monday.",
    "Ann Lee (Labour), one of the six, voted against it.",
    "The writer signed as Fox, or Ann Lee, for years.",
]
DOES_NOT = [
    "Ann Lee said the talks had failed.",
    "The strike ended, said Ann Lee.",
    "On Monday Ann Lee, Ben Holm and Cy Orr met.",
    "The report was written for Ann Lee.",
    "On Monday Ben Holm or Ann Lee called.",
    "Joann Lee, who leads the union, spoke first.",
    "Ann Leeson is the mayor.",
    "The harbour master saw nothing.",
]


@pytest.mark.parametrize("sentence", SAYS)
def test_a_clause_or_an_apposition_beside_the_name_says_who_that_is(sentence: str) -> None:
    assert presents("Ann Lee", sentence)


@pytest.mark.parametrize("sentence", DOES_NOT)
def test_a_name_alone_does_not(sentence: str) -> None:
    assert not presents("Ann Lee", sentence)


def test_the_sentence_that_says_who_somebody_is_stands_first_and_nobody_unknown_is_told_of(archive: Archive) -> None:
    said = "Ann Lee, a retired judge, will lead the talks on the ferries of Orle."
    text = f"Ann Lee said on Monday that the strike of Orle was near its end.\n\n{said}\n\nNobody asked Ann Lee why."
    archive.add_articles([Article("a", text, "Talks in Orle"), Article("b", "Ben Holm sold the mill.", "The mill")])
    with Assistant(archive) as assistant:
        answer = assistant.ask("Who is Ann Lee?")
        assert answer.answered and answer.citations[0].quote.of(text) == said and answer.short is None
        assert not assistant.ask("Who is Cy Orr?").answered
        assert "holds enough of the words" in assistant.explain("Who is Cy Orr?", "a").reasons[0]
