"""Quotation marks of a text. Pure."""


def closes(text: str) -> bool:
    """Whether each quotation mark of a text has its other half in it, in the right order."""
    depth = 0
    for mark in text:
        depth += {"“": 1, "”": -1}.get(mark, 0)
        if depth < 0:
            return False
    return depth == 0 and text.count('"') % 2 == 0
