"""A webhook in a thread: takes messages, and can refuse, fail, lead elsewhere, hang or drip."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Mode = Literal["ok", "403", "500", "redirect", "hang", "drip"]
STATUS = {"ok": 204, "403": 403, "500": 500, "redirect": 307}


@dataclass
class Hook:
    """What the double received, and how it behaves."""

    mode: Mode = "ok"
    url: str = ""
    bodies: list[bytes] = field(default_factory=list[bytes])
    """Of all requests, in their order; those that it did not take among them."""
    headers: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    arrived: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)
    """Lets hanging requests go."""

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies]

    @property
    def events(self) -> list[tuple[str, str]]:
        """What came, as (event, vehicle)."""
        return [(m["event"], m["alert"]["thing"]) for m in self.messages]


@contextmanager
def hooked(mode: Mode = "ok") -> Generator[Hook]:
    """A double on a free port."""
    hook = Hook(mode)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hook.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            hook.headers.append({name.lower(): value for name, value in self.headers.items()})
            hook.arrived.set()
            with suppress(OSError):
                self._answer()

        def _answer(self) -> None:
            if hook.mode == "drip":
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                while not hook.release.wait(0.2):
                    self.wfile.write(b"X-More: and more\r\n")
                return
            if hook.mode == "hang":
                hook.release.wait(60)
            self.send_response(STATUS.get(hook.mode, 204))
            if hook.mode == "redirect":
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    hook.url = f"http://127.0.0.1:{server.server_address[1]}/hooks/secret-token"
    try:
        yield hook
    finally:
        hook.release.set()
        server.shutdown()
        server.server_close()
        thread.join()
