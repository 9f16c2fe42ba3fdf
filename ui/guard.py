"""What every request and every response of the HTTP door goes through: a bound on bodies, and the headers."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 1_000_000
TOO_LARGE = f"The body is too large: {LARGEST_BODY:,} bytes at most."
FAILED = "Something went wrong here. The terminal that runs Byline says what."
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-src 'none'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Guard:
    """ASGI middleware: streams pass through it untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request within the bounds."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        begun = False

        async def headed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        refusal = _refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, headed)
            return
        try:
            await self.app(scope, _bounded(receive), headed)
        except Exception:
            if not begun:
                await JSONResponse({"error": FAILED}, 500)(scope, receive, headed)
            raise  # to the log


def _refusal(scope: Scope) -> JSONResponse | None:
    headers = Headers(scope=scope)
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > LARGEST_BODY:
        return JSONResponse({"error": TOO_LARGE}, 413)
    if scope["method"] != "POST":
        return None
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return JSONResponse({"error": "This door opens only to its own page."}, 403)
    is_json = headers.get("content-type", "").split(";")[0].strip().lower() == "application/json"
    if scope["path"].startswith("/api/") and not is_json:
        return JSONResponse({"error": "Send JSON, with the header Content-Type: application/json."}, 415)
    return None


def _bounded(receive: Receive) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST_BODY:
            raise HTTPException(413, TOO_LARGE)  # which FastAPI and Gradio both turn into a response
        return message

    return counted
