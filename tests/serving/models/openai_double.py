"""A server that speaks the OpenAI protocol as a test wants it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from surefoot.serving.models.openai_model import Timeouts

IMPATIENT = Timeouts(connect=0.5, first_token=0.5, between_tokens=0.5)


@dataclass
class Double:
    """A server that gives one answer to every POST."""

    url: str = ""
    status: int = 200
    body: bytes = b""
    content_type: str = "text/event-stream"
    models: tuple[str, ...] = ("served-model",)
    hang: float = 0.0
    """Seconds of silence after the body, with the connection open."""
    asked: list[dict[str, object]] = field(default_factory=list[dict[str, object]])


@contextmanager
def open_double() -> Generator[Double]:
    double = Double()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            listed = {"object": "list", "data": [{"id": name, "object": "model"} for name in double.models]}
            self._answer(200, "application/json", json.dumps(listed).encode())

        def do_POST(self) -> None:
            double.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._answer(double.status, double.content_type, double.body)
            time.sleep(double.hang)

        def _answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is the base class's)
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    double.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()


def chunk(text: str | None, finish: str | None = None) -> bytes:
    delta = {"content": text} if text is not None else {}
    return event({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def event(body: dict[str, object]) -> bytes:
    whole = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "served-model", **body}
    return b"data: " + json.dumps(whole).encode() + b"\n\n"


def usage(prompt: int, completion: int) -> bytes:
    return event(
        {"choices": [], "usage": {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": 9}}
    )


DONE = b"data: [DONE]\n\n"
