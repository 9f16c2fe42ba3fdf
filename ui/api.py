"""The HTTP door: the chat page at "/" and a small JSON API beside it, on one FastAPI app.

Bound to this machine it still has strangers at the door: any page open in the same browser. So the host name is
checked (a rebound DNS name is turned away), a body is bounded, JSON must call itself JSON (which a foreign page
cannot send unasked), and each response carries a policy under which a page loads and tells nothing elsewhere.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from index.errors import ArticleMissing, BylineError, QuestionError, SettingsError
from rag import Assistant
from rag.filters import Filters, names_days
from rag.records import Turn
from ui.app import build_chat, mount
from ui.guard import Guard
from ui.misses import missed
from ui.shapes import answer_json, article_json, explanation_json, facets_json, results_json

HOSTS = ("127.0.0.1", "localhost", "[::1]", "testserver")
_Text = Annotated[str, Field(max_length=20_000)]


class Exchange(BaseModel):
    """One earlier turn of a conversation."""

    model_config = ConfigDict(extra="forbid")
    question: _Text
    answer: _Text


class Narrowed(BaseModel):
    """What may be said with every question: which articles it may look at, and the day on which it is asked."""

    model_config = ConfigDict(extra="forbid")
    question: str
    outlet: _Text | None = None
    author: _Text | None = None
    language: _Text | None = None
    since: _Text | None = None
    until: _Text | None = None
    story: _Text | None = None
    articles: list[_Text] | None = Field(default=None, max_length=10_000)
    today: _Text | None = None

    def filters(self) -> Filters:
        """The filters, by the names that the assistant knows."""
        names = Filters.__annotations__
        return cast(Filters, {name: getattr(self, name) for name in names})


class Asked(Narrowed):
    """The body of POST /api/ask; with `dates` false no days are read from the question."""

    history: list[Exchange] = Field(default=[], max_length=50)
    searched_for: _Text | None = None
    dates: bool = True

    def filters(self) -> Filters:
        """The filters; an open end is a bound as well, so that no dates are read."""
        given = super().filters()
        return given if self.dates or names_days(given) else {**given, "since": ""}

    def turns(self) -> list[Turn]:
        """The conversation before the question."""
        return [Turn(turn.question, turn.answer) for turn in self.history]


class Explained(Asked):
    """The body of POST /api/explain."""

    article_id: _Text


class Searched(Narrowed):
    """The body of POST /api/search: what is not said is as in Python, the ranking alone."""

    k: int = Field(default=10, ge=1, le=1_000)
    fold: bool = False
    per_article: int = Field(default=0, ge=0, le=1_000)
    dates: bool = False


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

    @app.get("/api/facets")
    def facets() -> dict[str, Any]:
        archive = assistant.archive
        named = {"outlets": archive.outlets(), "authors": archive.authors(), "languages": archive.languages()}
        return facets_json(named, *archive.dated())

    @app.post("/api/ask")
    def ask(asked: Asked) -> dict[str, Any]:
        filters = asked.filters()
        answer = assistant.ask(
            asked.question, asked.turns(), today=asked.today, searched_for=asked.searched_for, **filters
        )
        return answer_json(answer, missed(assistant.archive, filters, answer.period))

    @app.post("/api/search")
    def search(asked: Searched) -> dict[str, Any]:
        found = assistant.find(
            asked.question,
            k=asked.k,
            fold=asked.fold,
            per_article=asked.per_article,
            dates=asked.dates,
            today=asked.today,
            **asked.filters(),
        )
        return results_json(found)

    @app.post("/api/explain")
    def explain(asked: Explained) -> dict[str, Any]:
        told = assistant.explain(
            asked.question,
            asked.article_id,
            history=asked.turns(),
            today=asked.today,
            searched_for=asked.searched_for,
            **asked.filters(),
        )
        return explanation_json(told)

    @app.get("/api/articles/{id:path}")
    def article(id: str) -> dict[str, Any]:
        return article_json(assistant.archive.article(id))

    @app.api_route("/api/{rest:path}", methods=["GET", "POST"])
    def nothing(rest: str) -> None:
        if f"/api/{rest}" in _BODIES:
            raise HTTPException(405, f"/api/{rest} takes POST, with a JSON body.", {"Allow": "POST"})
        raise HTTPException(404, f"There is no /api/{rest} here.")


def _add_errors(app: FastAPI) -> None:
    @app.exception_handler(BylineError)
    def byline_error(_: Request, error: BylineError) -> JSONResponse:
        status = 404 if isinstance(error, ArticleMissing) else 400
        if not isinstance(error, ArticleMissing | QuestionError | SettingsError):
            status = 503  # the archive's trouble, not the caller's
        return JSONResponse({"error": str(error)}, status)

    @app.exception_handler(RequestValidationError)
    def bad_request(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            said = f"The body is not JSON ({first['ctx']['error']}, character {first['loc'][-1]})."
            return JSONResponse({"error": f'{said} Send for example {{"question": "..."}}.'}, 400)
        return JSONResponse({"error": _refused(request.url.path, first)}, 400)

    @app.exception_handler(HTTPException)
    def http_error(_: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse({"error": error.detail}, error.status_code, error.headers)


def _refused(path: str, error: Mapping[str, Any]) -> str:
    """What a body has wrong, in one sentence, and what it may hold where a name is not known or missing."""
    where = [str(part) for part in error["loc"] if part != "body"]
    if not where:
        return 'The body is not an object of JSON. Send for example {"question": "..."}.'
    model = Exchange if len(where) > 1 else _BODIES.get(path, Asked)
    fields = f"Fields: {', '.join(model.model_fields)}."
    if error["type"] == "extra_forbidden":
        return f"'{where[-1]:.60}' is not a field here. {fields}"
    if error["type"] == "missing":
        return f"'{where[-1]}' is missing. {fields}"
    said = str(error["msg"])
    return f"'{'.'.join(where)}' cannot be used: {said[:1].lower()}{said[1:]}."


_BODIES: dict[str, type[Narrowed]] = {"/api/ask": Asked, "/api/search": Searched, "/api/explain": Explained}
