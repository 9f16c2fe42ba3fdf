"""The chat in the browser: an answer on the left, the article it quotes on the right. The only room with gradio.

What is asked and shown stands in `talk` and `render`; here it is wired to the page.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI

from index.errors import BylineError
from ui.talk import Answers, Past, again, editable, messages, opened, reply, welcome
from ui.terms import Narrowed, filter_page, narrowed

_STATIC = Path(__file__).with_name("static")
_SANS = ("system-ui", "-apple-system", "Segoe UI", "Helvetica Neue", "Arial", "sans-serif")
_MONO = ("ui-monospace", "Menlo", "Consolas", "monospace")
_NOTHING = "null"


def build_chat(assistant: Answers, examples: Sequence[str] = ()) -> gr.Blocks:
    """The page, not yet mounted. `examples` are questions to start with, best first."""
    page: gr.Blocks = gr.Blocks(title="Byline", analytics_enabled=False, fill_width=True, delete_cache=(3600, 86400))
    with page:
        parts: dict[str, Any] = {"past": gr.State(()), "narrowed": gr.State(Narrowed())}
        with gr.Column(elem_id="page"):
            with gr.Row(elem_id="top"):
                gr.HTML("<h1>Byline</h1>", elem_id="name")
                parts["clear"] = gr.Button("New conversation", elem_id="clear", size="sm", visible=False)
            with gr.Row(elem_id="desk", equal_height=False):
                with gr.Column(elem_id="talk", min_width=300):
                    parts["chat"] = gr.Chatbot(elem_id="chat", examples=[{"text": text} for text in examples], **_CHAT)
                    with gr.Column(elem_id="asking"):
                        parts["filter"] = _own("filter")
                        parts["box"] = gr.Textbox(elem_id="question", **_BOX)
                with gr.Column(elem_id="side", min_width=300):
                    parts["source"] = _own("source")
            parts["edit"] = _own("edit")
        _wire(assistant, page, parts)
    return page


def _own(name: str) -> gr.HTML:
    """A part that Gradio does not have: its HTML and its script are fixed, what it shows comes as JSON."""
    fixed = {"html_template": _read(f"{name}.html"), "js_on_load": _read(f"{name}.js")}
    return gr.HTML(_NOTHING, elem_id=name, apply_default_css=False, **fixed)


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
_BOX: dict[str, Any] = {
    "show_label": False,
    "label": "Your question",
    "container": False,
    "placeholder": "Ask the articles",
    "lines": 1,
    "max_lines": 5,
    "submit_btn": True,
    "autofocus": True,
}


def _wire(assistant: Answers, page: gr.Blocks, parts: dict[str, Any]) -> None:
    past, chat, box, source, limits = (parts[name] for name in ("past", "chat", "box", "source", "narrowed"))
    shown = [past, chat, source, parts["edit"], box, parts["clear"]]
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

    def ask(question: Any, before: Past, now: Narrowed) -> Iterator[Any]:
        yield from _ask(assistant, question, before, now)

    def ask_example(before: Past, now: Narrowed, event: gr.SelectData) -> Iterator[Any]:
        yield from _ask(assistant, _sent(event.value).get("text"), before, now)

    def revise(before: Past, event: gr.EventData) -> Iterator[Any]:
        yield from _revise(assistant, _sent(event._data), before)

    def narrow(before: Narrowed, event: gr.EventData) -> Any:
        return _narrow(assistant, _sent(event._data), before)

    def show(before: Past, event: gr.EventData) -> Any:
        found = _clicked(before, _sent(event._data))
        return _data(found) if found else gr.skip()

    def forget() -> Any:
        return (), [], _NOTHING, _NOTHING, "", gr.Button(visible=False)

    def begin(now: Narrowed) -> Any:
        return gr.Chatbot(placeholder=welcome(assistant)), _data(filter_page(assistant.archive, now))

    asked = box.submit(ask, [box, past, limits], shown, concurrency_limit=4, **quiet)
    picked = chat.example_select(ask_example, [past, limits], shown, concurrency_limit=4, **quiet)
    revised = parts["edit"].submit(revise, [past], shown, concurrency_limit=4, **quiet)
    kept = [limits, parts["filter"]]
    parts["filter"].submit(narrow, [limits], kept, trigger_mode="multiple", queue=False, **quiet)
    source.select(show, [past], source, **quiet)
    parts["clear"].click(forget, None, shown, cancels=[asked, picked, revised], **quiet)
    page.load(begin, [limits], [chat, parts["filter"]], **quiet)


def _ask(assistant: Answers, question: Any, before: Past, now: Narrowed) -> Iterator[Any]:
    """The parts of the page as an answer grows: state, messages, panel, fields, box, button."""
    if not isinstance(question, str) or not question.strip():
        yield (gr.skip(),) * 6
        return
    box: Any = ""
    for past in reply(assistant, question, before, now):
        yield *_shown(past), box, gr.Button(visible=True)
        box = gr.skip()  # what is typed meanwhile stays


def _revise(assistant: Answers, data: dict[str, Any], before: Past) -> Iterator[Any]:
    """The same parts as the newest answer is given anew."""
    yield (gr.skip(),) * 6  # where nothing follows, Gradio would empty all six
    for past in again(assistant, before, data):
        yield *_shown(past), gr.skip(), gr.skip()


def _shown(past: Past) -> tuple[Any, ...]:
    """State, messages, panel and the fields to set an answer right."""
    return past, messages(past), _first(past), _data(editable(past))


def _narrow(assistant: Answers, data: dict[str, Any], before: Narrowed) -> tuple[Narrowed, str]:
    """The filter that holds from now on, and what the page shows of it."""
    try:
        now, note = narrowed(data), ""
    except BylineError as error:
        now, note = before, str(error)
    told = data.get("told")
    return now, _data({**filter_page(assistant.archive, now, note), "told": told if type(told) is int else 0})


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


def _sent(data: Any) -> dict[str, Any]:
    """What a page sends with an event, or nothing where it is of another kind: any program can send it."""
    return data if isinstance(data, dict) else {}


def _data(shown: dict[str, Any] | None) -> str:
    """JSON for a part of the page, without the signs that would look like HTML to anything on the way."""
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
