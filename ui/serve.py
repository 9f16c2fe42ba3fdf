"""`byline chat`: takes the port, opens the archive, serves the page on this machine only, ends cleanly."""

import argparse
import contextlib
import errno
import logging
import os
import socket
import sys
import threading
import webbrowser
from pathlib import Path

import uvicorn

from index.errors import BylineError
from rag import Assistant
from ui.places import default_archive, sample_archive, sample_articles, sample_questions
from ui.plain import say, warn

HOST = "127.0.0.1"


def chat(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    taken = take_port(args.port)  # before anything slow
    try:
        folder = args.archive or (sample_archive() if args.sample else default_archive())
        with Assistant.open(folder) as assistant:
            if args.sample:
                build_sample(assistant, folder)
            _serve(assistant, sample_questions() if args.sample else [], taken, opens=not args.no_browser)
    finally:
        taken.close()
    return 0


def take_port(port: int) -> socket.socket:
    """A socket bound to the port on this machine.

    Raises:
        BylineError: the port is taken, or may not be used.
    """
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere this option would share a port that is in use
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((HOST, port))
        taken.listen(128)
    except OSError as error:
        taken.close()
        known = {errno.EADDRINUSE: "is taken", errno.EACCES: "may not be used by you"}
        why = known.get(error.errno or 0, "cannot be used")
        raise BylineError(f"Port {port} {why}: choose another one with --port, for example --port 8000.") from None
    return taken


def build_sample(assistant: Assistant, folder: Path) -> None:
    """Put the sample articles in an archive that is empty."""
    if assistant.archive.counts()["articles"]:
        return
    warn(f"Building the sample archive in {folder} (once, about half a minute).")
    report = assistant.add([sample_articles()])
    warn(f"{len(report.added)} articles are in it.")


def _serve(assistant: Assistant, examples: list[str], taken: socket.socket, opens: bool) -> None:
    from ui.api import make_app

    app = make_app(assistant, examples)
    threading.Thread(target=_warm, args=(assistant,), daemon=True).start()
    address = f"http://{HOST}:{taken.getsockname()[1]}"
    config = uvicorn.Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=1)
    with contextlib.suppress(KeyboardInterrupt):
        _Announced(config, address, opens).run(sockets=[taken])
    say("\nThe chat has ended.")


class _Announced(uvicorn.Server):
    """A server that says where it is once it can be reached."""

    def __init__(self, config: uvicorn.Config, address: str, opens: bool) -> None:
        super().__init__(config)
        self._address = address
        self._opens = opens

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, then tell."""
        await super().startup(sockets)
        say(f"Byline answers at {self._address} (Ctrl-C ends it).")
        sys.stdout.flush()
        if self._opens and _has_screen():
            threading.Thread(target=_open, args=(self._address,), daemon=True).start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End. The pages that are open are cut off, which uvicorn would report as errors."""
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)


def _has_screen() -> bool:
    shown = sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(shown) and sys.stdout.isatty()


def _open(address: str) -> None:
    with contextlib.suppress(webbrowser.Error, OSError):
        webbrowser.open(address)


def _warm(assistant: Assistant) -> None:
    """Load what the first question needs while its writer is still typing."""
    with contextlib.suppress(BylineError):
        if assistant.archive.counts()["articles"]:
            assistant.ask("What happened?")
