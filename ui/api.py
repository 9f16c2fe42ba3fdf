"""The HTTP door: the chat page at "/" and a small JSON API beside it, on one FastAPI app.

Bound to this machine it still has strangers at the door: any page open in the same browser. So the host name is
checked (a rebound DNS name is turned away), a body is bounded, JSON must call itself JSON (which a foreign page
cannot send unasked), and each response carries a policy under which a page loads and tells nothing elsewhere.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from index.errors import ArticleMissing, BylineError, QuestionError, SettingsError
from rag import Assistant
from rag.records import Turn
from ui.app import build_chat, mount
from ui.guard import Guard
from ui.shapes import answer_json, article_json, hit_json

HOSTS = ("127.0.0.1", "localhost", "[::1]", "testserver")
_Text = Annotated[str, Field(max_length=20_000)]


class Exchange(BaseModel):
    """One earlier turn of a conversation."""

    model_config = ConfigDict(extra="forbid")
    question: _Text
    answer: _Text


class Asked(BaseModel):
    """The body of POST /api/ask."""

    model_config = ConfigDict(extra="forbid")
    question: str
    history: list[Exchange] = Field(default=[], max_length=50)
    outlet: _Text | None = None
    since: _Text | None = None
    until: _Text | None = None


class Searched(BaseModel):
    """The body of POST /api/search."""

    model_config = ConfigDict(extra="forbid")
    question: str
    k: int = Field(default=10, ge=1, le=1_000)
    outlet: _Text | None = None
    since: _Text | None = None
    until: _Text | None = None


def make_app(assistant: Assistant, examples: Sequence[str] = ()) -> FastAPI:
    """The whole HTTP side of one archive. `examples` are questions the chat offers to start with."""
    app = FastAPI(title="Byline", docs_url=None, redoc_url=None, openapi_url=None)
    _add_errors(app)
    _add_doors(app, assistant)
    mount(app, build_chat(assistant, examples))
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(HOSTS), www_redirect=False)
    app.add_middleware(Guard)
    return app


def _add_doors(app: FastAPI, assistant: Assistant) -> None:
    @app.get("/api/health")
    def health() -> dict[str, Any]:
        return {"ok": True, **assistant.archive.counts()}

    @app.post("/api/ask")
    def ask(asked: Asked) -> dict[str, Any]:
        history = [Turn(turn.question, turn.answer) for turn in asked.history]
        return answer_json(
            assistant.ask(asked.question, history, outlet=asked.outlet, since=asked.since, until=asked.until)
        )

    @app.post("/api/search")
    def search(asked: Searched) -> list[dict[str, Any]]:
        hits = assistant.search(asked.question, k=asked.k, outlet=asked.outlet, since=asked.since, until=asked.until)
        return [hit_json(hit) for hit in hits]

    @app.get("/api/articles/{id:path}")
    def article(id: str) -> dict[str, Any]:
        return article_json(assistant.archive.article(id))

    @app.api_route("/api/{rest:path}", methods=["GET", "POST"])
    def nothing(rest: str) -> None:
        raise HTTPException(404, f"There is no /api/{rest} here.")


def _add_errors(app: FastAPI) -> None:
    @app.exception_handler(BylineError)
    def byline_error(_: Request, error: BylineError) -> JSONResponse:
        status = 404 if isinstance(error, ArticleMissing) else 400
        if not isinstance(error, ArticleMissing | QuestionError | SettingsError):
            status = 503  # the archive's trouble, not the caller's
        return JSONResponse({"error": str(error)}, status)

    @app.exception_handler(RequestValidationError)
    def bad_request(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            said = f"The body is not JSON ({first['ctx']['error']}, character {first['loc'][-1]})."
            return JSONResponse({"error": f'{said} Send for example {{"question": "..."}}.'}, 400)
        where = ".".join(str(part) for part in first["loc"] if part != "body") or "the body"
        return JSONResponse({"error": f"{where}: {first['msg']}"}, 400)

    @app.exception_handler(HTTPException)
    def http_error(_: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse({"error": error.detail}, error.status_code)
