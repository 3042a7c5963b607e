"""Requests that hide another one, that are too large, or that never come to their end; spoken byte by byte."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
import uvicorn

from surefoot.app.api.connections import PatientProtocol
from surefoot.app.api.guard import JSON_LIMIT, Guard, Rules
from surefoot.app.metrics import Metrics
from tests.app.running import PATIENCE, until
from tests.app.test_guard import API

HOST = b"Host: 127.0.0.1\r\n"
JSON = b"Content-Type: application/json\r\n"
HIDDEN = b"GET /hidden HTTP/1.1\r\n" + HOST + b"\r\n"
SECONDS = 0.5


class Hasty(PatientProtocol):
    """Waits half a second."""

    seconds = SECONDS


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """An API behind the product's connections, which waits half a second for the rest of a request."""
    rules = Rules(frozenset(), upload_bytes=3 * 1024 * 1024, body_seconds=SECONDS)
    server = uvicorn.Server(
        uvicorn.Config(
            Guard(API, rules, Metrics()),
            port=0,
            http=Hasty,
            lifespan="off",
            log_config=None,
            timeout_graceful_shutdown=1,
        )
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


def spoken(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    """All that the server says until it closes the connection, which it must do; pieces are sent with pauses."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)) as connection:
        sending = threading.Thread(target=_send, args=(connection, pieces, pause))
        sending.start()
        heard = b""
        while part := _received(connection):
            heard += part
        sending.join()
    return heard


def _send(connection: socket.socket, pieces: tuple[bytes, ...], pause: float) -> None:
    try:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
    except OSError:
        return  # the server has closed it


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65536)
    except ConnectionResetError:
        return b""


def post(*headers: bytes, body: bytes = b"") -> bytes:
    return b"POST /echo HTTP/1.1\r\n" + HOST + JSON + b"".join(headers) + b"\r\n" + body


SMUGGLING = {
    "two lengths": post(b"Content-Length: 6\r\n", b"Content-Length: 5\r\n", body=b"{}\r\n\r\n" + HIDDEN),
    "a length and chunks": post(
        b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", body=b"0\r\n\r\n" + HIDDEN
    ),
    "chunks and a length": post(
        b"Transfer-Encoding: chunked\r\n", b"Content-Length: 5\r\n", body=b"0\r\n\r\n" + HIDDEN
    ),
    "an unknown coding": post(b"Transfer-Encoding: xchunked\r\n", body=b"0\r\n\r\n" + HIDDEN),
    "a space before the colon": post(b"Transfer-Encoding : chunked\r\n", body=b"0\r\n\r\n" + HIDDEN),
    "a negative length": post(b"Content-Length: -5\r\n", body=HIDDEN),
    "a length with a sign": post(b"Content-Length: +5\r\n", body=HIDDEN),
    "a length beyond all numbers": post(b"Content-Length: 99999999999999999999999999\r\n", body=HIDDEN),
    "a length in other digits": post("Content-Length: ٥\r\n".encode(), body=HIDDEN),
    "no chunk": post(b"Transfer-Encoding: chunked\r\n", body=b"zz\r\n" + HIDDEN),
    "a bare line end in a header": b"GET /echo HTTP/1.1\r\n" + HOST + b"X: a\rHost: b\r\n\r\n" + HIDDEN,
    "a zero byte in a header": b"GET /echo HTTP/1.1\r\n" + HOST + b"X: a\0b\r\n\r\n" + HIDDEN,
    "two hosts": b"GET /echo HTTP/1.1\r\n" + HOST + b"Host: evil.example\r\n\r\n" + HIDDEN,
    "a head of 200 KB": b"GET /echo HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 200_000,
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 100,
}


@pytest.mark.parametrize("name", SMUGGLING)
def test_a_request_of_two_meanings_is_refused_and_nothing_behind_it_is_served(port: int, name: str) -> None:
    heard = spoken(port, SMUGGLING[name])
    assert heard.startswith(b"HTTP/1.1 400 ")
    assert heard.count(b"HTTP/1.1 ") == 1


def test_many_headers_are_served_up_to_the_size_of_a_head(port: int) -> None:
    many = b"".join(b"X-%d: a\r\n" % number for number in range(1000))
    heard = spoken(port, b"GET /echo HTTP/1.1\r\n" + HOST + many + b"Connection: close\r\n\r\n")
    assert heard.startswith(b"HTTP/1.1 200 ")


def test_chunks_over_the_limit_are_refused_and_the_rest_is_not_waited_for(port: int) -> None:
    chunk = b"%x\r\n%s\r\n" % (65536, b"x" * 65536)
    pieces = [post(b"Transfer-Encoding: chunked\r\n"), *[chunk] * (JSON_LIMIT // 65536 + 1)]
    heard = spoken(port, *pieces, *[b"1\r\nx\r\n"] * 10_000, pause=0.001)
    assert heard.startswith(b"HTTP/1.1 413 ")
    assert b"SUREFOOT_UPLOAD_LIMIT_MB" in heard


@pytest.mark.parametrize(
    ("first", "more"),
    [
        (b"", b""),
        (b"GET /echo HTTP/1.1\r\n" + HOST, b""),
        (b"GET /echo HTTP/1.1\r\n" + HOST, b"X: a\r\n"),
        (b"GET /echo HTTP/1.1\r\n" + HOST + b"\r\nGET /ec", b"x"),
    ],
    ids=["nothing", "half a head", "a head that drips", "a second head that drips"],
)
def test_a_head_that_never_comes_to_its_end_is_not_waited_for(port: int, first: bytes, more: bytes) -> None:
    heard = spoken(port, first, *[more] * 1000, pause=0.01)
    assert heard.count(b"HTTP/1.1 ") == first.count(b"\r\n\r\n")


@pytest.mark.parametrize("more", [b"", b"x"], ids=["stops", "drips"])
def test_a_body_that_never_comes_to_its_end_is_a_408(port: int, more: bytes) -> None:
    heard = spoken(port, post(b"Content-Length: 100000\r\n", body=b'{"a'), *[more] * 1000, pause=0.01)
    assert heard.startswith(b"HTTP/1.1 408 ")
    assert b"too slowly" in heard


def test_a_slow_body_that_comes_steadily_is_taken(port: int) -> None:
    pieces = [b"x" * 1000] * 20
    head = post(b"Content-Length: 20000\r\n", b"Connection: close\r\n")
    heard = spoken(port, head, *pieces, pause=SECONDS / 10)
    assert heard.startswith(b"HTTP/1.1 200 ")
    assert b'{"bytes":20000}' in heard
