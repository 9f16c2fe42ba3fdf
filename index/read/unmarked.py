"""The words that Markdown prints, without its marks: markdown-it parses, so that nothing is guessed.

Gone are the marks of emphasis, headings, quotations and code, tags, rules and pictures; a link is its words, a list
keeps its bullets and numbers, a table its rows. Struck words keep their marks: without them they would say what their
author withdrew. A star within a word or a file's name ("2*3*4", "*.txt") is left alone: it may be no mark.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from markdown_it.tree import SyntaxTreeNode

_LONGEST = 20_000  # characters of a paragraph whose marks are looked for: nobody writes longer ones
MOST_LINES = 20_000  # of a text that is parsed at all
_MARKS = re.compile(r"[\\`*_\[<&]")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:|www\.|[/.#?]|.*(?:/|[\w-]\.\w)", re.IGNORECASE)
_BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")
_TAG = re.compile(r"<!--|-->|</?([a-zA-Z][a-zA-Z0-9]*)(?:[\s/][^<>]*)?>")
_TAGS = frozenset(
    "a abbr address article aside audio b big blockquote br button caption center cite code dd del details div dl dt em"
    " figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i iframe img ins kbd label li main mark nav object ol p"
    " picture pre q s samp script section small source span strike strong style sub summary sup svg table tbody td"
    " tfoot th thead time tr tt u ul var video".split()
)
_BREAKS = frozenset("br p div li tr h1 h2 h3 h4 h5 h6 blockquote figure figcaption section hr dt dd".split())
_HIDING = frozenset(("script", "style"))


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a list, a quotation. `level`: of a heading, else 0."""

    text: str
    level: int = 0


def blocks(text: str) -> list[Block]:
    """The blocks of the text that hold words. More than MOST_LINES are no article, and one block as they stand."""
    if text.count("\n") >= MOST_LINES and (text := _BLANK.sub("\n\n", text)).count("\n") >= MOST_LINES:
        return [Block(text)]
    from markdown_it.tree import SyntaxTreeNode

    parser = _parser()
    env: dict[str, object] = {}
    tokens = parser.parse(_BLANK.sub("\n\n", text), env)
    for token in tokens:
        if token.type == "inline" and len(token.content) <= _LONGEST and _MARKS.search(token.content):
            token.children = []
            parser.inline.parse(token.content, parser, env, token.children)
    found = [
        Block(_block(node), int(node.tag[1:]) if node.type == "heading" else 0)
        for node in SyntaxTreeNode(tokens).children
    ]
    return [block for block in found if block.text.strip()]


@lru_cache(maxsize=1)
def _parser() -> "MarkdownIt":
    """Tables beside CommonMark; no code by indentation, which is how prose begins its paragraphs."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": True}).enable("table").disable(["code", "inline", "text_join"])
    # "[Mayor]: No." is an answer, and would be the definition of a link and gone
    parser.validateLink = lambda url: bool(_ADDRESS.match(url))  # type: ignore[method-assign]
    return parser


def _block(node: "SyntaxTreeNode") -> str:
    if node.type == "inline":
        return _words(node.token.children) if node.token and node.token.children else _lines(node.content)
    if node.type in ("bullet_list", "ordered_list"):
        return "\n".join(map(_item, node.children))
    if node.type == "tr":
        return " | ".join(_block(cell) for cell in node.children)
    if node.type in ("fence", "html_block"):
        return node.content.strip("\n") if node.type == "fence" else _without_tags(node.content)
    between = "\n" if node.type in ("table", "thead", "tbody") else "\n\n"
    return between.join(filter(None, map(_block, node.children)))


def _item(node: "SyntaxTreeNode") -> str:
    """An item with its bullet or number; what belongs to it stands indented below."""
    mark = f"{node.info}{node.markup}" if node.info else node.markup.replace("*", "-")
    pieces = [_block(child).replace("\n", " " if child.type == "paragraph" else "\n  ") for child in node.children]
    return f"{mark} " + "\n  ".join(filter(None, pieces))


def _lines(content: str) -> str:
    return "\n".join(map(str.strip, content.split("\n")))


def _words(tokens: "Sequence[Token]") -> str:
    """The words of a paragraph."""
    pieces: list[str] = []
    opened: list[int] = []
    pairs: list[tuple[int, int, str]] = []
    for token in tokens:
        if token.type in ("em_close", "strong_close"):
            pairs.append((opened.pop(), len(pieces), token.markup))
        elif token.type in ("em_open", "strong_open"):
            opened.append(len(pieces))
        pieces.append(_printed(token))
    for first, last, mark in pairs:
        if _is_no_mark(pieces, first, last, mark):
            pieces[first] = pieces[last] = mark
    return "".join(pieces).strip()


def _printed(token: "Token") -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type == "html_inline":
        return _without_tags(token.content, strip=False)
    return token.content if token.type in ("text", "text_special", "code_inline") else ""


def _is_no_mark(pieces: list[str], first: int, last: int, mark: str) -> bool:
    """Whether what markdown-it takes for a pair of marks stands within a word, or in the name of a file."""
    before = next((piece[-1] for piece in reversed(pieces[:first]) if piece), "")
    inside = next((piece for piece in pieces[first + 1 : last] if piece), "")
    after = next((piece for piece in pieces[last + 1 :] if piece), "")
    if "_" in mark:
        return bool(re.match(r"\.\w", after))
    within = re.fullmatch("[a-zA-Z0-9]{2}", before + after[:1])
    return bool(within or re.match(r"\.\w|/", inside))


def _without_tags(content: str, strip: bool = True) -> str:
    """The words of HTML. What is no tag of HTML is left as it stands, and so is a comment without an end."""
    pieces: list[str] = []
    at, hidden = 0, ""
    for match in _TAG.finditer(content):
        mark, name = match[0], (match[1] or "").lower()
        if hidden:
            if mark == hidden or mark.lower().startswith(hidden):
                at, hidden = match.end(), ""
            continue
        if name and name not in _TAGS:
            continue
        pieces += [content[at : match.start()], "\n" if name in _BREAKS else ""]
        at = match.end()
        hidden = "-->" if mark == "<!--" else f"</{name}" if name in _HIDING and mark[1] != "/" else ""
    if hidden and strip:
        return content.strip()
    text = "".join([*pieces, content[at:]])
    return "\n".join(filter(None, (line.strip() for line in unescape(text).split("\n")))) if strip else text
