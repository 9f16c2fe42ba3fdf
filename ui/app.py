"""The chat in the browser: an answer on the left, the article it quotes on the right. The only room with gradio.

What is asked and shown stands in `talk` and `render`; here it is wired to the page.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI

from ui.talk import Answers, Past, messages, opened, reply, welcome

_STATIC = Path(__file__).with_name("static")
_SANS = ("system-ui", "-apple-system", "Segoe UI", "Helvetica Neue", "Arial", "sans-serif")
_MONO = ("ui-monospace", "Menlo", "Consolas", "monospace")
_NOTHING = "null"


def build_chat(assistant: Answers, examples: Sequence[str] = ()) -> gr.Blocks:
    """The page, not yet mounted. `examples` are questions to start with, best first."""
    page: gr.Blocks = gr.Blocks(title="Byline", analytics_enabled=False, fill_width=True, delete_cache=(3600, 86400))
    with page:
        past = gr.State(())
        with gr.Column(elem_id="page"):
            with gr.Row(elem_id="top"):
                gr.HTML("<h1>Byline</h1>", elem_id="name")
                clear = gr.Button("New conversation", elem_id="clear", size="sm", visible=False)
            with gr.Row(elem_id="desk", equal_height=False):
                with gr.Column(elem_id="talk", min_width=300):
                    chat = gr.Chatbot(elem_id="chat", examples=[{"text": text} for text in examples], **_CHAT)
                    box = gr.Textbox(
                        elem_id="question",
                        show_label=False,
                        label="Your question",
                        container=False,
                        placeholder="Ask the articles",
                        lines=1,
                        max_lines=5,
                        submit_btn=True,
                        autofocus=True,
                    )
                with gr.Column(elem_id="side", min_width=300):
                    source = gr.HTML(
                        _NOTHING, html_template=_read("panel.html"), js_on_load=_read("panel.js"), elem_id="source"
                    )
        _wire(assistant, page, {"past": past, "chat": chat, "box": box, "source": source, "clear": clear})
    return page


_CHAT: dict[str, Any] = {
    "show_label": False,
    "label": "Conversation",
    "container": False,
    "height": "100%",
    "layout": "panel",
    "buttons": [],
    "feedback_options": None,
    "latex_delimiters": [],
    "allow_tags": False,
    "allow_file_downloads": False,
    "line_breaks": False,
    "autoscroll": True,
}


def _wire(assistant: Answers, page: gr.Blocks, parts: dict[str, Any]) -> None:
    past, chat, box, source, clear = (parts[name] for name in ("past", "chat", "box", "source", "clear"))
    shown = [past, chat, source, box, clear]
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

    def ask(question: str, before: Past) -> Iterator[Any]:
        yield from _ask(assistant, question, before)

    def ask_example(before: Past, event: gr.SelectData) -> Iterator[Any]:
        yield from _ask(assistant, event.value["text"], before)

    def show(before: Past, event: gr.EventData) -> Any:
        found = _clicked(before, event._data or {})
        return _data(found) if found else gr.skip()

    def forget() -> Any:
        return (), [], _NOTHING, "", gr.Button(visible=False)

    asked = box.submit(ask, [box, past], shown, concurrency_limit=4, **quiet)
    picked = chat.example_select(ask_example, [past], shown, concurrency_limit=4, **quiet)
    source.select(show, [past], source, **quiet)
    clear.click(forget, None, shown, cancels=[asked, picked], **quiet)
    page.load(lambda: gr.Chatbot(placeholder=welcome(assistant)), None, chat, **quiet)


def _ask(assistant: Answers, question: str, before: Past) -> Iterator[Any]:
    """The parts of the page as an answer grows: state, messages, panel, box, button."""
    if not question.strip():
        yield (gr.skip(),) * 5
        return
    box: Any = ""
    for past in reply(assistant, question, before):
        yield past, messages(past), _first(past), box, gr.Button(visible=True)
        box = gr.skip()  # what is typed meanwhile stays


def _first(past: Past) -> Any:
    """The panel beside the newest answer: its first citation, or nothing beside a refusal."""
    now = past[-1]
    found = opened(past, "cite", len(past), 1)
    if found:
        return _data(found)
    refused = now.answer and now.answer.text and not now.answer.answered
    return _NOTHING if now.note or refused else gr.skip()


def _clicked(past: Past, data: dict[str, Any]) -> dict[str, Any] | None:
    """The passage that a link of the page names; the page is not believed."""
    kind, turn, number = data.get("kind"), data.get("turn"), data.get("number")
    if kind in ("cite", "near") and type(turn) is int and type(number) is int:
        return opened(past, kind, turn, number)
    return None


def _data(shown: dict[str, Any]) -> str:
    """JSON for the panel, without the signs that would look like HTML to anything on the way."""
    return json.dumps(shown).replace("<", "\\u003c")


def mount(app: FastAPI, page: gr.Blocks) -> FastAPI:
    """Hang the page in a FastAPI app at "/", with everything switched off that a private page has no use for."""
    theme = gr.themes.Base(font=list(_SANS), font_mono=list(_MONO), radius_size="md", text_size="md")
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        page,
        path="/",
        server_name="127.0.0.1",
        footer_links=[],
        run_history=False,
        show_error=False,
        allowed_paths=[],
        max_file_size="1kb",
        ssr_mode=False,
        enable_monitoring=False,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        theme=theme,
        css=_read("chat.css"),
        head=_read("head.html"),
    )
    return mounted


def _read(name: str) -> str:
    return (_STATIC / name).read_text(encoding="utf-8")
