"""The typed client against a small server that answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from surefoot.app.client.errors import ClientError
from surefoot.app.client.eval_forms import EvalForm, EvalProgress
from surefoot.app.client.events import AnswerReady, Ask, ClaimChecked, EvidenceFound, TextAdded
from surefoot.app.client.http import Client

PASSAGE = {"document_id": "d", "title": "Brakes", "text": "3.2 mm", "page": 1, "score": 0.5}
ANSWER = {
    "id": "a",
    "assistant": "fleet",
    "question": "When?",
    "answer": "Below 3.2 mm.",
    "outcome": "quoted",
    "support": "full",
    "citations": [],
    "release": "r",
    "model": None,
    "usage": {},
    "timings_ms": {"evidence": 1, "first_text": 2, "total": 3},
    "trace_id": "0" * 32,
}


class _Told(BaseHTTPRequestHandler):
    """Answers every request with what the server holds, chunk by chunk."""

    protocol_version = "HTTP/1.1"
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride]  the base class knows no narrower one

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.server.bodies.append(self.rfile.read(int(self.headers["content-length"])))
        self._answer()

    def _answer(self) -> None:
        self.send_response(self.server.status)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        try:
            for part in self.server.parts:
                self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
                self.wfile.flush()
                self.server.go_on.wait(10)
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.server.reader_left.set()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class's name
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    def __init__(self, status: int, parts: list[bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Told)
        self.status = status
        self.parts = parts
        self.bodies: list[bytes] = []
        self.go_on = threading.Event()
        self.go_on.set()
        self.reader_left = threading.Event()


@contextmanager
def _telling(*parts: bytes, status: int = 200) -> Generator[tuple[Client, _Server]]:
    server = _Server(status, list(parts))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        with Client(f"http://127.0.0.1:{server.server_port}", "sft_token") as client:
            yield client, server
    finally:
        server.go_on.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _chunk(**event: Any) -> bytes:
    return f"data: {json.dumps({'object': 'chat.completion.chunk', 'surefoot': event})}\n\n".encode()


def test_a_stream_becomes_typed_events_and_unknown_ones_are_passed_over() -> None:
    parts = [
        _chunk(event="evidence_found", passages=[PASSAGE]),
        _chunk(event="claim_checked", text="No.", supported=False, reason="no source"),
        _chunk(event="sung", text="la"),
        _chunk(event="text_added", text="Below 3.2 mm.", citations=[]),
        b": a comment\n\n",
        _chunk(event="answer_ready", answer=ANSWER),
        b"data: [DONE]\n\n",
    ]
    with _telling(*parts) as (client, server):
        events = list(client.ask(Ask("When?", "fleet")))
    assert [type(event) for event in events] == [EvidenceFound, ClaimChecked, TextAdded, AnswerReady]
    sent = json.loads(server.bodies[0])
    assert (sent["model"], sent["messages"][-1]["content"], sent["stream"]) == ("fleet", "When?", True)


def test_an_event_that_is_cut_between_two_packets_is_read_whole() -> None:
    whole = _chunk(event="answer_ready", answer={**ANSWER, "answer": "Größe 3,2 mm — 重み"})
    with _telling(whole[:90], whole[90:180], whole[180:]) as (client, _):
        (ready,) = client.ask(Ask("When?", "fleet"))
    assert isinstance(ready, AnswerReady)
    assert ready.answer.answer == "Größe 3,2 mm — 重み"


def test_closing_the_stream_closes_the_connection() -> None:
    many = [_chunk(event="text_added", text="x" * 4096) for _ in range(1000)]
    with _telling(*many) as (client, server):
        events = client.ask(Ask("When?", "fleet"))
        next(events)
        events.close()
        assert server.reader_left.wait(10)


def test_a_stream_that_breaks_off_is_an_error_and_no_answer() -> None:
    with _telling(_chunk(event="text_added", text="Below")) as (client, _):
        events = client.ask(Ask("When?", "fleet"))
        assert isinstance(next(events), TextAdded)
        with pytest.raises(ClientError, match="before the answer was complete"):
            next(events)


def test_an_error_in_the_middle_of_a_stream_keeps_the_servers_words() -> None:
    told = b'data: {"error": {"message": "The engine died.", "type": "server_error", "code": "engine"}}\n\n'
    with _telling(told) as (client, _), pytest.raises(ClientError, match=r"The engine died\.") as caught:
        list(client.ask(Ask("When?", "fleet")))
    assert caught.value.code == "engine"


def test_an_error_in_the_middle_of_a_stream_may_have_any_form() -> None:
    with _telling(b'data: {"error": "no"}\n\n') as (client, _), pytest.raises(ClientError, match="no"):
        list(client.ask(Ask("When?", "fleet")))


@pytest.mark.parametrize("stream", [True, False])
def test_a_refusal_keeps_the_servers_words_and_code(stream: bool) -> None:
    body = b'{"error": {"message": "There is no assistant x.", "type": "not_found", "code": "unknown_assistant"}}'
    with _telling(body, status=404) as (client, _), pytest.raises(ClientError, match="no assistant x") as caught:
        list(client.ask(Ask("When?", "x"))) if stream else client.search("When?", "x")
    assert (caught.value.code, caught.value.status) == ("unknown_assistant", 404)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"error": "no"}', b""])
def test_an_error_that_is_not_in_our_form_is_told_all_the_same(body: bytes) -> None:
    with _telling(*([body] if body else []), status=502) as (client, _), pytest.raises(ClientError, match="502"):
        client.assistants()


def test_something_else_on_the_port_is_no_server_of_ours() -> None:
    with _telling(b"<html>welcome</html>") as (client, _):
        assert not client.alive()
        with pytest.raises(ClientError, match="did not answer as Surefoot"):
            client.assistants()


def test_a_server_that_is_not_there_is_told_with_a_remedy(free_port: int) -> None:
    with Client(f"http://127.0.0.1:{free_port}") as client:
        assert not client.alive()
        with pytest.raises(ClientError, match="surefoot doctor") as caught:
            client.status()
    assert caught.value.code == "unreachable"


def test_a_server_that_hangs_is_given_up() -> None:
    with _telling(b"{", b"}") as (client, server):
        server.go_on.clear()
        with Client(client.url, seconds=0.2) as hasty, pytest.raises(ClientError) as caught:
            hasty.status()
        assert caught.value.code == "timeout"


def test_playing_cases_tells_the_progress_and_then_the_result() -> None:
    score = {"mode": "quotes", "category": "simple", "cases": 1, "right": 1, "refused": 0, "cited": 1, "seconds": 0.1}
    result = {"assistant": "fleet", "split": "dev", "scores": [score], "seconds": 1.0}
    lines = [b'{"done": 1, "total": 1, "case": {}}\n', json.dumps({"result": result}).encode() + b"\n"]
    with _telling(*lines) as (client, _):
        steps = list(client.evaluate("fleet", "dev"))
    assert steps == [EvalProgress(done=1, total=1), EvalForm.model_validate(result)]


def test_a_documents_chunks_are_kept_beside_their_number() -> None:
    row = {"document_id": "d", "title": "t", "status": "ready", "reason": None, "pages": None, "version": "1"}
    body = json.dumps({**row, "text": "ab", "chunks": [{"text": "ab", "page": None, "heading": []}]}).encode()
    with _telling(body) as (client, _):
        document = client.document("d/../x")
    assert (document.chunks, document.chunk_list[0].text) == (1, "ab")
