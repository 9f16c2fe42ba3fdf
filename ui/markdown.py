"""An answer as markdown for the chat. Pure functions; how strange text is made safe stands in `render`."""

from collections.abc import Iterable

from index.records import Article
from rag.records import Answer, Citation
from ui.render import NEAREST, escape, facts, heading, pieces, snippet, sources, spoken_lines
from ui.short import ALONE, alone, differing, in_short

_LINE = 72  # characters of the line under a title that relative words may still join
_BOLD = "\x02", "\x03"  # around what is to be bold while it is escaped: no article holds control characters


def answer_markdown(answer: Answer, turn: int) -> str:
    """An answer for the chat; `turn` keeps its links apart from those of other answers."""
    if not answer.answered:
        return _refusal_markdown(answer, turn)
    # The word joiner keeps a mark on the line of the words it stands for.
    words = [
        text + "".join(f"\u2060[[{n}]](#cite-{turn}-{n})" for n in numbers) for text, numbers in emphasised(answer)
    ]
    lines = [
        f"- {' '.join(f'[[{n}]](#cite-{turn}-{n})' for n in numbers)} {escape(heading(article))}"
        + _after(article, copies(answer, article), _said_days(article, [answer.citations[n - 1] for n in numbers]))
        for article, numbers in sources(answer.citations)
    ]
    told = f"\n\n*{ALONE}*" if alone(answer) else ""
    if len(answer.outlets) > 1:
        told = f"\n\n*Quoted from {len(answer.outlets)} independent outlets.*"
    apart, short = differing(answer), in_short(answer)
    dated = f"*In short: {escape(short)}.*\n\n" if short.endswith(")") and not apart else ""  # the bold words say less
    differ = f"*Different figures in the articles: {escape('; '.join(apart))}.*\n\n" if apart else ""
    return " ".join(words) + "\n\n" + dated + differ + "\n".join(lines) + told


def _refusal_markdown(answer: Answer, turn: int) -> str:
    said = f"> {escape(answer.text)}"
    if not answer.hits:
        return said
    rows = [
        f"- [{escape(heading(article))}](#near-{turn}-{n}){_after(article, copies(answer, article))}  \n"
        f"  {escape(snippet(hit.passage.text))}"
        for n, hit in enumerate(answer.hits[:NEAREST], 1)
        for article in [hit.passage.article]
    ]
    return f"{said}\n\nThe nearest passages:\n\n" + "\n".join(rows)


def copies(answer: Answer, article: Article) -> int:
    """How many other articles repeat what was found in this one, as printed copies of a story do."""
    mine = (hit.why.get("copies", ()) for hit in answer.hits if hit.passage.article.id == article.id)
    return len({id for ids in mine for id in ids})


def _said_days(article: Article, citations: Iterable[Citation]) -> str:
    """What the relative words of the quotes mean, where it is one day or stretch of days only."""
    said = list(dict.fromkeys(line for citation in citations for line in spoken_lines(article, citation.quote)))
    return said[0] if len(said) == 1 else ""


def _after(article: Article, copied: int = 0, said: str = "") -> str:
    also = f"also in {copied:,} other {'copy' if copied == 1 else 'copies'}" if copied else ""
    known = " \u00b7 ".join(part for part in (*facts(article), also) if part)
    if said and len(known) + len(said) <= _LINE:
        known = f"{known} \u00b7 {said}"
    return f"  \n  *{escape(known)}*" if known else ""


def emphasised(answer: Answer) -> list[tuple[str, list[int]]]:
    """The answer's stretches as safe markdown, its short words in bold. These tags are the only ones."""
    bold = [span for span in (answer.short, answer.other) if span]
    found, start = [], 0
    for text, numbers in pieces(answer):
        words = text
        for span in sorted(bold, reverse=True):  # from the end, so that what is put in moves nothing
            if start <= span.start < span.end <= start + len(text):
                a, b = span.start - start, span.end - start
                words = f"{words[:a]}{_BOLD[0]}{words[a:b]}{_BOLD[1]}{words[b:]}"
        found.append((escape(words).replace(_BOLD[0], "<strong>").replace(_BOLD[1], "</strong>"), numbers))
        start += len(text)
    return found
