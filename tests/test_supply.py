"""What is known against the locked packages is asked of an index; what it cannot tell counts as not looked at."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tools.supply import locked, look, summary

ROOT = Path(__file__).parent.parent
HOLE = {"id": "GHSA-1", "withdrawn": None}
TOLD: dict[str, object] = {
    "/safe/1.0/json": {"info": {"version": "1.0"}, "vulnerabilities": []},
    "/open/1.0/json": {"info": {"version": "1.0"}, "vulnerabilities": [HOLE, {"id": "GHSA-2", "withdrawn": "2026"}]},
    "/newest/json": {"info": {"version": "2.0"}, "vulnerabilities": [HOLE]},
    "/silent/1.0/json": {"info": {"version": "1.0"}},
}


class Index(BaseHTTPRequestHandler):
    """An index that knows a few packages, of one its newest release alone, and breaks at another."""

    def do_GET(self) -> None:
        told = TOLD.get(self.path)
        self.send_response(500 if "broken" in self.path else 404 if told is None else 200)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Be quiet."""


@pytest.fixture
def index() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Index)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_package_that_the_index_cannot_tell_of_is_never_counted_as_safe(index: str) -> None:
    names = ["safe==1.0", "open==1.0", "newest==2.0", "newest==1.9", "silent==1.0", "unknown==1.0", "broken==1.0"]
    found = summary(look([(name, version) for name, _, version in (one.partition("==") for one in names)], index))
    assert (found["packages"], found["looked_at"]) == (7, 3)
    assert found["vulnerable"] == {"open==1.0": ["GHSA-1"], "newest==2.0": ["GHSA-1"]}
    assert set(found["not_looked_at"]) == {"newest==1.9", "silent==1.0", "unknown==1.0", "broken==1.0"}


def test_an_index_that_is_not_there_leaves_everything_unlooked_at() -> None:
    found = summary(look([("safe", "1.0")], "http://127.0.0.1:9"))
    assert (found["looked_at"], found["not_looked_at"]) == (0, {"safe==1.0": "ConnectError"})


def test_every_package_of_the_lock_is_asked_for() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert len(locked(lock)) == sum("==" in line for line in lock.splitlines() if not line.startswith((" ", "#")))
