"""Collections in the format of SMART (Cranfield, MED, CACM, CISI, ...): documents, questions, judgements.

Under the path stand one file of documents (*.all, or cran.all.1400), one of questions (*.qry) and one of judgements
(*.rel or *.qrels), in either case of letters, plain or gzipped. How they are read:
- a record begins with ".I number", its fields with a dot and a letter alone on a line. T is the title, W the text. A
  text that begins with its title, as all of Cranfield's do, loses it there; a record without a text has its title for
  a text. Line ends are spaces.
- questions are known by their numbers; where the judgements name one that no question has, by their positions from 1
  (Cranfield's, whose questions are numbered 1 to 365 and judged as 1 to 225).
- a line of judgements is "question document", "question document code", or of four columns: trec_eval's "question 0
  document code", or SMART's own "question document 0 0.0", which tells none but relevant ones. A code that stands last
  in three or four columns of whole numbers must be 1 or more to be relevant, as trec_eval has it. So Cranfield's -1,
  one a question, is not relevant (225 of 1,837 judgements), though those documents are mostly about the question: a
  figure that counts them as relevant is another one. Its codes 1 to 4 count alike, 1 being the most relevant.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from eval.benchmarks.bench import Corpus, read_text
from eval.benchmarks.ranking import pool
from index.errors import EvalError
from index.records import Article

MEASURES = ("AP", "RR", "Success@1", "R@10")
# How the names end, as an example and as a pattern.
_DOCUMENTS = ".ALL", r".+\.all(\.\d+)?(\.gz)?"
_QUESTIONS = ".QRY", r".+\.qry(\.gz)?"
_JUDGEMENTS = ".REL", r".+\.(rel|qrels)(\.gz)?"
_RECORD = re.compile(r"^\.I\s+(\S+)[^\S\n]*$", re.M)
_FIELD = re.compile(r"^\.([A-Z])[^\S\n]*$", re.M)


def load(path: Path) -> Corpus:
    """Read documents, questions and judgements.

    Raises:
        EvalError: the files are missing or laid out otherwise.
    """
    documents, asked, judged = (_file(path, name) for name in (_DOCUMENTS, _QUESTIONS, _JUDGEMENTS))
    articles = [_article(name, fields) for name, fields in records(read_text(documents))]
    questions = {name: fields.get("W") or fields.get("T", "") for name, fields in records(read_text(asked))}
    try:
        qrels = judgements(read_text(judged))
    except ValueError as error:
        raise EvalError(f"{judged} does not hold judgements of SMART's format: {error}.") from error
    if not articles or not questions or not qrels:
        raise EvalError(f"The files in {path} are not laid out like SMART's: no record begins with '.I number'.")
    if not set(qrels) <= set(questions):
        questions = {str(number): text for number, text in enumerate(questions.values(), 1)}
    low = sum(grade == 0 for row in qrels.values() for grade in row.values())
    notes = [f"{low:,} judgements have a code below 1 and do not count as relevant."] if low else []
    return pool(articles, questions, qrels, MEASURES, notes)


def records(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The number of each record and its fields by their letters, line ends as spaces."""
    parts = _RECORD.split(text)
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        fields = _FIELD.split(body)
        found: dict[str, str] = {}
        for letter, value in zip(fields[1::2], fields[2::2], strict=True):
            found[letter] = " ".join(f"{found.get(letter, '')} {value}".split())
        yield str(int(name)) if name.isdigit() else name, found


def judgements(text: str) -> dict[str, dict[str, int]]:
    """The relevant documents (1) of each question.

    Raises:
        ValueError: a line is none of the forms that are known.
    """
    rows = [line.split() for line in text.splitlines() if line.strip()]
    trec = all(len(row) == 4 and row[1] in ("0", "Q0") and row[3].lstrip("-").isdigit() for row in rows)
    qrels: dict[str, dict[str, int]] = {}
    for row in rows:
        question, document, code = (row[0], row[2], row[3]) if trec else _plain(row)
        qrels.setdefault(str(int(question)), {})[str(int(document))] = int(int(code) > 0)
    return qrels


def _plain(row: Sequence[str]) -> tuple[str, str, str]:
    if not 2 <= len(row) <= 4:
        raise ValueError(f"'{' '.join(row)}' has {len(row)} columns")
    return row[0], row[1], row[2] if len(row) == 3 else "1"


def _article(name: str, fields: dict[str, str]) -> Article:
    title, text = fields.get("T", ""), fields.get("W", "")
    rest = text.removeprefix(title).strip()
    return Article(id=name, text=rest, title=title) if rest else Article(id=name, text=title)


def _file(path: Path, wanted: tuple[str, str]) -> Path:
    example, pattern = wanted
    files = sorted(path.iterdir()) if path.is_dir() else []
    found = [file for file in files if re.fullmatch(pattern, file.name, re.IGNORECASE)]
    if len(found) != 1:
        raise EvalError(
            f"{path} holds {len(found) or 'no'} files like *{example}, where one is needed of documents (.ALL), "
            "questions (.QRY) and judgements (.REL). Point --data at the folder of one collection."
        )
    return found[0]
