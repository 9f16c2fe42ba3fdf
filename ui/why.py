"""Why a passage stands where it stands, in words and numbers for people. Pure but for the terminal's width."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from index.records import Hit
from ui.plain import counted, fill

SCORE = (
    "A score adds up meaning, words, best sentence and share, each as its distance from the middle of all candidates: "
    "0 is an ordinary one. Places are counted among the candidates."
)
_WIDE = 16


def why_lines(hit: Hit) -> Iterator[str]:
    """Each part of a hit's score, a line each; those that no line is known for by their names."""
    why = dict(hit.why)
    for label, tell in _PARTS:
        if said := tell(why):
            yield fill(said, "    " + " " * _WIDE, f"    {label}".ljust(4 + _WIDE))
    for name, value in why.items():
        if name not in _TOLD:
            yield fill(shown(value), "    " + " " * _WIDE, f"    {name.replace('_', ' ')}".ljust(4 + _WIDE))


def shown(value: Any) -> str:
    """A value of a simple kind for people."""
    if value is None or value == "" or value == () or value == [] or value == {}:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {shown(one)}" for name, one in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(shown(one) for one in value)
    return str(value)


def _meaning(why: Mapping[str, Any]) -> str:
    if "dense" not in why:
        return ""
    return f"{_place(why, 'dense_rank')}cosine {why['dense']:.2f}"


def _words(why: Mapping[str, Any]) -> str:
    if "lexical" not in why:
        return ""
    words = ", ".join(why.get("words", ()))
    if not words:
        return "none of the question's words"
    return f"{_place(why, 'lexical_rank')}BM25 {why['lexical']:.1f}: {words}"


def _place(why: Mapping[str, Any], name: str) -> str:
    return f"place {why[name]}, " if name in why else ""


def _sentence(why: Mapping[str, Any]) -> str:
    return f"{why['sentence']:.2f} (cosine, and more for words that stand together)" if "sentence" in why else ""


def _share(why: Mapping[str, Any]) -> str:
    return f"{why['covered']:.0%} of the question's words, rare ones counting more" if "covered" in why else ""


def _article(why: Mapping[str, Any]) -> str:
    if "rest" not in why or "opening" not in why:
        return ""
    return f"{why['rest']:+.2f} for its next best passage, {why['opening']:.2f} for standing near its opening"


def _date(why: Mapping[str, Any]) -> str:
    return f"{why['date']:+.2f} for the time that the question asks for" if "date" in why else ""


def _copies(why: Mapping[str, Any]) -> str:
    copies = why.get("copies") or ()
    return f"stands for {counted(len(copies), 'copy')}: {', '.join(copies)}" if copies else ""


def _filter(why: Mapping[str, Any]) -> str:
    return shown(why["filter"]) if why.get("filter") else ""


def _rerank(why: Mapping[str, Any]) -> str:
    if "rerank" not in why:
        return ""
    before = f", from place {why['rank_before']}" if "rank_before" in why else ""
    return f"{shown(why['rerank'])} by the cross-encoder{before}"


_PARTS: tuple[tuple[str, Callable[[Mapping[str, Any]], str]], ...] = (
    ("meaning", _meaning),
    ("words", _words),
    ("best sentence", _sentence),
    ("share", _share),
    ("article", _article),
    ("date", _date),
    ("reranked", _rerank),
    ("copies", _copies),
    ("filter", _filter),
)
_TOLD = {
    "dense", "dense_rank", "lexical", "lexical_rank", "words", "sentence", "covered", "rest", "opening", "date",
    "rerank", "rank_before", "copies", "filter",
}  # fmt: skip
