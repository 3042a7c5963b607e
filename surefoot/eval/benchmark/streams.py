"""Reads many streamed answers at once and notes when each part of them came, at as little cost as it can."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

PATH = "/v1/chat/completions"
LONGEST_SECONDS = 900.0
LINE = 2**22


@dataclass(slots=True)
class Stream:
    """What came of one request; moments are seconds of the clock since 1970."""

    sent: float
    evidence: float = 0.0
    """When the evidence was there."""
    checked: list[tuple[str, float, bool]] = field(default_factory=list[tuple[str, float, bool]])
    """Each sentence of the model, when it was checked, and whether the evidence carries it."""
    pieces: int = 0
    """Pieces of text."""
    first: float = 0.0
    last: float = 0.0
    answer: Mapping[str, Any] = field(default_factory=dict[str, Any])
    error: str = ""

    @property
    def written(self) -> bool:
        """Whether the model's words are in it."""
        return bool(self.checked) and not self.error


async def asked(url: str, assistant: str, question: str) -> Stream:
    """Ask the product, and read its events."""
    body = {"model": assistant, "messages": [{"role": "user", "content": question}], "stream": True, "fresh": True}
    stream = Stream(time.time())
    try:
        async with asyncio.timeout(LONGEST_SECONDS), aclosing(_lines(url, body)) as lines:
            async for line in lines:
                _event(stream, json.loads(line))
        if not stream.answer:
            stream.error = stream.error or "the stream ended without an answer"
    except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError) as error:
        stream.error = f"{type(error).__name__}: {error}"
    return stream


async def written(url: str, body: Mapping[str, Any], key: str = "") -> Stream:
    """Ask an engine itself, and count its pieces of text."""
    stream = Stream(time.time())
    try:
        async with asyncio.timeout(LONGEST_SECONDS), aclosing(_lines(url, {**body, "stream": True}, key)) as lines:
            async for line in lines:
                if b'"content":' in line and b'"content": ""' not in line and b'"content":null' not in line:
                    stream.last = time.time()
                    stream.first = stream.first or stream.last
                    stream.pieces += 1
    except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError) as error:
        stream.error = f"{type(error).__name__}: {error}"
    return stream


async def told(url: str, body: Mapping[str, Any] | None = None) -> Any:
    """What a small request brings, as JSON."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=LINE)
    try:
        writer.write(_request(url, body))
        head = await reader.readuntil(b"\r\n\r\n")
        content = await reader.read() if b"chunked" not in head.lower() else b""
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise ValueError(f"{url} answers {head.splitlines()[0].decode()}.")
        return json.loads(content)
    finally:
        writer.close()


async def _lines(url: str, body: Mapping[str, Any], key: str = "") -> AsyncGenerator[bytes]:
    """The data of each server-sent event; both servers send an event in one piece of the transfer encoding."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=LINE)
    try:
        writer.write(_request(f"{url}{PATH}", body, key))
        status = await reader.readline()
        if b" 200 " not in status:
            text = (await reader.read(2_000)).decode("utf-8", "replace")
            raise ValueError(f"{status.decode().strip()}: {text[-500:]}")
        while line := await reader.readline():
            if line.startswith(b"data: [DONE]"):
                break
            if line.startswith(b"data: "):
                yield line[6:]
        else:
            raise ValueError("the stream ended in the middle")
    finally:
        writer.close()


def _request(url: str, body: Mapping[str, Any] | None, key: str = "") -> bytes:
    parts = urlsplit(url)
    content = b"" if body is None else json.dumps(body).encode()
    lines = [
        f"{'GET' if body is None else 'POST'} {parts.path} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
        "Connection: close",
    ]
    if key:
        lines.append(f"Authorization: Bearer {key}")
    return "\r\n".join([*lines, "", ""]).encode() + content


def _event(stream: Stream, row: Mapping[str, Any]) -> None:
    now = time.time()
    if "error" in row:
        stream.error = str(row["error"])
        return
    event = row["surefoot"]
    match event["event"]:
        case "evidence_found":
            stream.evidence = now
        case "claim_checked":
            stream.checked.append((event["text"], now, event["supported"]))
        case "text_added":
            if stream.checked:
                text, _, carried = stream.checked[-1]
                stream.checked[-1] = (text, now, carried)
            stream.pieces += 1
            stream.first = stream.first or now
            stream.last = now
        case "answer_ready":
            stream.answer = event["answer"]
        case _:
            pass
