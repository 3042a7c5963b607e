"""An OpenAI-compatible engine of a fixed speed: it says the sentences of the evidence that it is given, and when."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

NAME = "stub"
CERTAINTY = (("Yes", -0.01), ("1", -5.0), ("No", -8.0), ("0", -9.0))
"""The likeliest first tokens of an answer to a question that one word answers."""
GATHER_SECONDS = 20.0
"""How long streams that are to begin together wait for another one."""
ALIVE_SECONDS = 15.0
"""How often a stream that waits says so, with a piece without text."""
_EVIDENCE = re.compile(r"^\[(\d+)\] \(.*?\) (.+)$", re.MULTILINE)
TOKEN = re.compile(r"\s*\S{1,6}")
_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n{rest}\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast the engine is, whatever else it does."""

    first_token: float = 0.1
    """Seconds from a request to its first token."""
    tokens_a_second: float = 20.0
    """Of each stream."""


@dataclass(slots=True)
class Served:
    """One request as the engine saw it; moments are seconds of the clock since 1970."""

    messages: list[dict[str, str]]
    streamed: bool
    received: float
    tokens: list[str] = field(default_factory=list[str])
    sent: list[float] = field(default_factory=list[float])
    """When each of them was."""
    ended: float = 0.0
    """When it was told that no more come."""


@dataclass(slots=True)
class StubEngine:
    """The engine: `/begin` forgets what it did and says how many streams begin together, `/begun` waits for them,
    `/log` tells what it did.
    """

    speed: Speed = field(default_factory=Speed)
    log: list[Served] = field(default_factory=list[Served])
    together: int = 1
    """Streams that begin when so many of them have come."""
    _standing: int = 0
    _came: float = 0.0
    _begin: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request of one connection."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            length = re.search(r"(?i)^content-length: *(\d+)", head, re.MULTILINE)
            body = json.loads(await reader.readexactly(int(length[1]))) if length and int(length[1]) else {}
            path = head.split(" ", 2)[1]
            if path == "/v1/chat/completions" and body.get("stream"):
                await self._stream(body, writer)
            else:
                _write_whole(writer, await self._whole(path, body))
            await writer.drain()
        writer.close()

    async def _whole(self, path: str, body: Mapping[str, Any]) -> object:
        if path == "/v1/models":
            return {"object": "list", "data": [{"id": NAME, "object": "model", "created": 0, "owned_by": NAME}]}
        if path == "/begun":
            await self._begin.wait()
            return {}
        if path == "/log":
            return [asdict(one) for one in self.log]
        if path == "/begin":
            self.log, self.together, self._standing = [], int(body["together"]), 0
            self._begin = asyncio.Event()
            return {}
        served = Served(body["messages"], streamed=False, received=time.time())
        self.log.append(served)
        await asyncio.sleep(self.speed.first_token)
        served.ended = time.time()
        return _one_token(body)

    async def _stream(self, body: Mapping[str, Any], writer: asyncio.StreamWriter) -> None:
        served = Served(body["messages"], streamed=True, received=time.time())
        self.log.append(served)
        writer.write(_HEAD.format(kind="text/event-stream", rest="Transfer-Encoding: chunked").encode())
        await asyncio.sleep(self.speed.first_token)
        async for delta in self._gathered():
            _write_piece(writer, delta)
        started = asyncio.get_running_loop().time()
        for place, token in enumerate(said(served.messages)[: body["max_tokens"]]):
            due = started + place / self.speed.tokens_a_second
            await asyncio.sleep(due - asyncio.get_running_loop().time())
            if writer.is_closing():
                return
            _write_piece(writer, {"content": token})
            served.tokens.append(token)
            served.sent.append(time.time())
        _write_end(writer, served, with_usage=bool(body.get("stream_options", {}).get("include_usage")))
        served.ended = time.time()

    async def _gathered(self) -> AsyncGenerator[dict[str, str]]:
        """Wait for the other streams that begin with this one, and say now and then that it is still there."""
        begin = self._begin
        self._standing += 1
        self._came = time.monotonic()
        if self._standing >= self.together:
            begin.set()
        told = time.monotonic()
        yield {"role": "assistant", "content": ""}
        while not begin.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(begin.wait(), 1.0)
            if time.monotonic() > self._came + GATHER_SECONDS:
                begin.set()
            if time.monotonic() > told + ALIVE_SECONDS:
                told = time.monotonic()
                yield {"content": ""}


def said(messages: list[dict[str, str]]) -> list[str]:
    """The tokens of the answer to a prompt: each piece of its evidence as a sentence with its number."""
    found: dict[str, str] = {}
    for number, text in _EVIDENCE.findall(messages[-1]["content"]):
        found.setdefault(text.strip(), number)
    return TOKEN.findall(" ".join(f"{text.rstrip('.')} [{number}]." for text, number in found.items()))


async def run(speed: Speed, port: int = 0) -> None:
    """Serve until the process ends; prints a JSON line with the address first."""
    server = await asyncio.start_server(StubEngine(speed).serve, "127.0.0.1", port, backlog=1024, limit=2**22)
    address = server.sockets[0].getsockname()
    print(json.dumps({"url": f"http://127.0.0.1:{address[1]}"}), flush=True)  # noqa: T201  read by who started it
    async with server:
        await server.serve_forever()


def _one_token(body: Mapping[str, Any]) -> dict[str, Any]:
    """A completion of one token; the first letters of the question that asks for it decide nothing."""
    top = [{"token": token, "logprob": logprob, "bytes": None} for token, logprob in CERTAINTY]
    logprobs = {"content": [{**top[0], "top_logprobs": top}], "refusal": None} if body.get("logprobs") else None
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": CERTAINTY[0][0]},
        "finish_reason": "length",
        "logprobs": logprobs,
    }
    usage = _usage(body["messages"], 1)
    return {"id": NAME, "object": "chat.completion", "created": 0, "model": NAME, "choices": [choice], "usage": usage}


def _usage(messages: list[dict[str, str]], tokens: int) -> dict[str, int]:
    read = sum(len(TOKEN.findall(message["content"])) for message in messages)
    return {"prompt_tokens": read, "completion_tokens": tokens, "total_tokens": read + tokens}


def _write_whole(writer: asyncio.StreamWriter, content: object) -> None:
    body = json.dumps(content).encode()
    writer.write(_HEAD.format(kind="application/json", rest=f"Content-Length: {len(body)}").encode() + body)


def _write_piece(writer: asyncio.StreamWriter, delta: dict[str, str], finish: str | None = None) -> None:
    _write_event(writer, [{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}])


def _write_event(writer: asyncio.StreamWriter, choices: list[object], usage: object = None) -> None:
    row = {"id": NAME, "object": "chat.completion.chunk", "created": 0, "model": NAME, "choices": choices}
    _write_chunk(writer, f"data: {json.dumps(row | ({'usage': usage} if usage else {}))}\n\n".encode())


def _write_end(writer: asyncio.StreamWriter, served: Served, *, with_usage: bool) -> None:
    _write_piece(writer, {}, "stop")
    if with_usage:
        _write_event(writer, [], _usage(served.messages, len(served.tokens)))
    _write_chunk(writer, b"data: [DONE]\n\n")
    writer.write(b"0\r\n\r\n")


def _write_chunk(writer: asyncio.StreamWriter, piece: bytes) -> None:
    writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
