"""Measures what lies between an engine's tokens and a reader's screen, and how much of an engine's speed arrives."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from surefoot.core import telemetry
from surefoot.eval.benchmark.memory import cpu_seconds
from surefoot.eval.benchmark.rows import Told
from surefoot.eval.benchmark.streams import Stream, asked, told, written

_MARK = re.compile(r"\s*\[\d+\]\.?")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where to ask: the product, the process that serves it, and the engine behind it."""

    url: str
    pid: int
    engine: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A question for an assistant."""

    assistant: str
    text: str


@dataclass(slots=True)
class Lags:
    """What one answer after the other took, in milliseconds."""

    evidence: list[float] = field(default_factory=list[float])
    """From the question to its evidence at the reader."""
    first_token: list[float] = field(default_factory=list[float])
    """From the engine's sending its first token to the product's having it."""
    first_text: list[float] = field(default_factory=list[float])
    """From the question to the first checked sentence at the reader."""
    sentences: list[float] = field(default_factory=list[float])
    """From the token that ends a sentence, sent, to the sentence at the reader, without the engine's time to judge."""
    judged: list[float] = field(default_factory=list[float])
    """The same with it."""
    last_token: list[float] = field(default_factory=list[float])
    """From the sentence's own last token, without the engine's time to judge."""
    wrote: list[Ask] = field(default_factory=list[Ask])
    """Questions whose answers the model wrote."""
    prompts: list[list[Row]] = field(default_factory=list[list[Row]])
    """What it read for them."""
    rates: list[float] = field(default_factory=list[float])
    """Tokens a second of each while it wrote."""
    failed: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Together:
    """What many streams at once did."""

    asked: int
    wrote: int
    """Streams with checked sentences of the model."""
    failed: list[str]
    tokens: int
    """That the engine sent."""
    evidence: float
    """Seconds from the questions to the first token of all streams, which begin together."""
    writing: float
    """Seconds from there to the last sentence at a reader."""
    cpu_evidence: float
    """Seconds of the product's processor time in each of the two."""
    cpu_writing: float


async def one_by_one(place: Place, asks: Sequence[Ask], tell: Told, *, stub: bool = True) -> Lags:
    """Ask one question after the other; an engine that is no stub keeps no log of its own."""
    lags = Lags()
    for done, ask in enumerate(asks):
        tell("one question after the other", done, len(asks))
        if stub:
            await told(f"{place.engine}/begin", {"together": 1})
        stream = await asked(place.url, ask.assistant, ask.text)
        if stream.error:
            lags.failed.append(stream.error)
            continue
        lags.evidence.append(1000 * (stream.evidence - stream.sent))
        if stream.written:
            lags.wrote.append(ask)
            lags.first_text.append(1000 * (stream.first - stream.sent))
            span = await _generation(place.url, str(stream.answer["trace_id"]))
            _rate(lags, span)
            if stub:
                _compared(lags, stream, span, await told(f"{place.engine}/log"))
    return lags


async def together(place: Place, asks: Sequence[Ask]) -> Together:
    """Ask many questions at once of a stub that begins all streams together."""
    await told(f"{place.engine}/begin", {"together": len(asks)})
    started, before = time.time(), cpu_seconds(place.pid)
    watch = asyncio.create_task(_begun(place))
    streams = await asyncio.gather(*(asked(place.url, ask.assistant, ask.text) for ask in asks))
    after = cpu_seconds(place.pid)
    watch.cancel()
    middle = watch.result() if watch.done() and not watch.cancelled() else after
    served = [one for one in await told(f"{place.engine}/log") if one["sent"]]
    first = min((one["sent"][0] for one in served), default=started)
    return Together(
        asked=len(asks),
        wrote=sum(stream.written for stream in streams),
        failed=[stream.error for stream in streams if stream.error],
        tokens=sum(len(one["sent"]) for one in served),
        evidence=first - started,
        writing=max((stream.last for stream in streams), default=first) - first,
        cpu_evidence=middle - before,
        cpu_writing=after - middle,
    )


async def engine_alone(engine: str, prompts: Sequence[Sequence[Row]], limit: int) -> Together:
    """The same number of streams of a stub, read straight from it."""
    await told(f"{engine}/begin", {"together": len(prompts)})
    started = time.time()
    bodies = [{"messages": prompt, "max_tokens": limit} for prompt in prompts]
    streams = await asyncio.gather(*(written(engine, body) for body in bodies))
    served = [one for one in await told(f"{engine}/log") if one["sent"]]
    first = min((one["sent"][0] for one in served), default=started)
    last = max((stream.last for stream in streams), default=first)
    failed = [stream.error for stream in streams if stream.error]
    tokens = sum(stream.pieces for stream in streams)
    return Together(len(prompts), len(served), failed, tokens, first - started, last - first, 0.0, 0.0)


async def rates_alone(engine: str, key: str, model: str, prompts: Sequence[Sequence[Row]], limit: int) -> list[float]:
    """Tokens a second of an engine that is asked itself, one prompt after the other."""
    found: list[float] = []
    for prompt in prompts:
        body = {"model": model, "messages": prompt, "max_tokens": limit, "temperature": 0.0}
        stream = await written(engine, body, key)
        if stream.pieces > 1 and not stream.error:
            found.append((stream.pieces - 1) / (stream.last - stream.first))
    return found


def places(tokens: Sequence[str], sentences: Sequence[str]) -> list[tuple[int, int] | None]:
    """For each sentence, in order, the numbers of its first and last token, its mark included; None if it is lost."""
    letters = [(letter, number) for number, token in enumerate(tokens) for letter in _plain(_MARK.sub("", token))]
    text = "".join(letter for letter, _ in letters)
    found: list[tuple[int, int] | None] = []
    start = 0
    for sentence in sentences:
        wanted = _plain(sentence)
        at = text.find(wanted, start) if wanted else -1
        if at < 0:
            found.append(None)
            continue
        start = at + len(wanted)
        last = letters[start - 1][1]
        while last + 1 < len(tokens) and _MARK.fullmatch(tokens[last + 1]):
            last += 1
        found.append((letters[at][1], last))
    return found


def _compared(lags: Lags, stream: Stream, span: Row, log: Sequence[Row]) -> None:
    """Hold what the reader saw against what the stub sent when."""
    served = next(one for one in log if one["sent"])
    lags.prompts.append(served["messages"])
    if "first" in span:
        lags.first_token.append(1000 * (span["first"] - served["sent"][0]))
    judging = {one["messages"][-1]["content"]: one["ended"] - one["received"] for one in log if not one["sent"]}
    for (text, shown, _), place in zip(
        stream.checked, places(served["tokens"], [text for text, _, _ in stream.checked]), strict=True
    ):
        if place is None:
            continue
        last = place[1]
        ending = served["sent"][last + 1] if last + 1 < len(served["sent"]) else served["ended"]
        engine = next((seconds for asks, seconds in judging.items() if f"Statement: {text}\n" in asks), 0.0)
        lags.judged.append(1000 * (shown - ending))
        lags.sentences.append(1000 * (shown - ending - engine))
        lags.last_token.append(1000 * (shown - served["sent"][last] - engine))


def _rate(lags: Lags, span: Row) -> None:
    if span.get("tokens", 0) > 1 and span["writing"] > 0:
        lags.rates.append((span["tokens"] - 1) / span["writing"])


async def _generation(url: str, trace_id: str) -> Row:
    """What the trace says of the generation: when its first token was here, how many came, in how many seconds."""
    spans = (await told(f"{url}/traces/{trace_id}"))["spans"]
    for span in spans:
        attributes = span["attributes"]
        if span["name"] == telemetry.GENERATION and telemetry.TIME_TO_FIRST_CHUNK in attributes:
            waited = float(attributes[telemetry.TIME_TO_FIRST_CHUNK])
            return {
                "first": datetime.fromisoformat(span["started_at"]).timestamp() + waited,
                "tokens": int(attributes[telemetry.OUTPUT_TOKENS]),
                "writing": span["duration_ms"] / 1000 - waited,
            }
    return {}


async def _begun(place: Place) -> float:
    """The product's processor time at the moment when the streams begin."""
    await told(f"{place.engine}/begun")
    return cpu_seconds(place.pid)


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()
