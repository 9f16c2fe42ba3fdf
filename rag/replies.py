"""What Byline says when it does not quote. Plain sentences, no apologies."""

from index.language import LANGUAGES

EMPTY = "The archive holds no articles yet. Add some with: byline add FOLDER"
REFUSAL = "The articles do not answer this."


def greeting(articles: int) -> str:
    """The reply to "hello" and its like."""
    if not articles:
        return f"Hello. {EMPTY}"
    count = f"{articles:,} articles" if articles != 1 else "one article"
    return (
        f"Hello. Ask me a question about the {count} in this archive. "
        "I answer with sentences quoted from them, or say that they do not answer it."
    )


def refusal(nearest: bool, filtered: bool, language: str) -> str:
    """The reply when the articles do not answer. `nearest`: passages will be shown below it."""
    if language:
        name = LANGUAGES.get(language, "another language")
        return f"{REFUSAL} The question seems to be in {name}; the model in use reads English, so try it in English."
    if not nearest:
        return f"{REFUSAL} No article passes the filter." if filtered else REFUSAL
    return REFUSAL
