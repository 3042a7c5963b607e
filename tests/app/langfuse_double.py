"""A Langfuse in a thread: decodes OTLP, and can refuse, fail or hang."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

Mode = Literal["ok", "refuse", "hang", "5xx"]


class Langfuse:
    """What the double received, and how it behaves."""

    def __init__(self, mode: Mode) -> None:
        self.mode: Mode = mode
        self.spans: list[Span] = []
        self.resource: dict[str, object] = {}
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.requests = 0
        self.arrived = threading.Event()
        """Set when a request has arrived, in every mode."""
        self.release = threading.Event()
        """Lets hanging requests go."""
        self.url = ""

    def receive(self, body: bytes, encoding: str | None) -> None:
        """Decode a request; raises where it is no OTLP."""
        message = ExportTraceServiceRequest()
        message.ParseFromString(gzip.decompress(body) if encoding == "gzip" else body)
        for resource in message.resource_spans:
            self.resource |= {pair.key: value_of(pair.value) for pair in resource.resource.attributes}
            for scope in resource.scope_spans:
                self.spans.extend(scope.spans)


def value_of(value: AnyValue) -> object:
    """A decoded attribute's value."""
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [value_of(item) for item in value.array_value.values]
    return getattr(value, kind) if kind else None


def attributes(span: Span) -> dict[str, object]:
    """A decoded span's attributes."""
    return {pair.key: value_of(pair.value) for pair in span.attributes}


@contextmanager
def langfuse(mode: Mode = "ok") -> Generator[Langfuse]:
    """A double on a free port."""
    double = Langfuse(mode)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            double.requests += 1
            double.headers.append({name.lower(): value for name, value in self.headers.items()})
            double.paths.append(self.path)
            double.arrived.set()
            if double.mode == "hang":
                double.release.wait(60)
            if double.mode == "ok":
                double.receive(body, self.headers.get("Content-Encoding"))
            self.answer({"ok": 200, "refuse": 401, "5xx": 503, "hang": 200}[double.mode])

        def answer(self, status: int) -> None:
            payload = ExportTraceServiceResponse().SerializeToString()
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)
            except OSError:
                self.close_connection = True  # the exporter has given up

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it so
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    double.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield double
    finally:
        double.release.set()
        server.shutdown()
        server.server_close()
        thread.join()
