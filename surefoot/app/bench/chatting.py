"""`bench chat`: the product's own server between its readers and an engine of known speed, and the real engine."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from surefoot.app.bench.telling import tell
from surefoot.app.client.child import Child, start_child
from surefoot.app.client.server import find, find_or_start, wait_for_engine
from surefoot.app.errors import MeasurementFailed
from surefoot.app.settings import Settings
from surefoot.app.wiring import SHIPPED_ASSISTANTS, build_database, build_weights
from surefoot.eval.benchmark import stub_engine
from surefoot.eval.benchmark.chat import Ask, Lags, Place, engine_alone, one_by_one, rates_alone, together
from surefoot.eval.benchmark.rows import Row, alone, beside
from surefoot.serving.assistants import AssistantRegistry, Measured
from surefoot.serving.measurements import Measurements
from surefoot.serving.models.declared import ENCODER, MODELS
from surefoot.serving.models.engine import Engine, EngineSettings
from surefoot.serving.models.memory import available_memory, choose_model
from surefoot.serving.models.openai_model import Endpoint

STREAMS = (8, 100, 500)
QUESTIONS, REAL_QUESTIONS = 30, 4
EVIDENCE_MS, TOKEN_MS, SENTENCE_MS = 500.0, 30.0, 50.0
"""What is asked of the product: evidence on screen, a token taken, a checked sentence shown."""
ENGINE_SECONDS = 60.0
UNSET = ("DATABASE_URL", "QDRANT_URL", "RECORDS_URL", "MQTT_URL", "ENGINE_KEY", "ENGINE_MODEL", "EVIDENCE_TOKENS")
"""Settings of this installation that a server for measuring must not have."""


def chat_rows(settings: Settings, folder: Path, questions: int, streams: Sequence[int], *, real: bool) -> Iterator[Row]:
    """What lies between the engine and the reader, one question after the other and many at once."""
    asks = list(islice(cycle(_asks()), questions))
    speed = stub_engine.Speed()
    own = settings.model_copy(update={"data": folder / "stub", "database_url": None})
    with _stub() as engine, _product(own, stub_engine.NAME, Endpoint(f"{engine}/v1")) as (url, pid):
        place = Place(url, pid, engine)
        asyncio.run(one_by_one(place, asks[:1], tell))  # what is loaded at the first question is loaded now
        lags = asyncio.run(one_by_one(place, asks, tell))
        yield from _single(lags, speed)
        for count in streams:
            yield from _many(place, lags, count)
    if real and (found := _engine(settings, folder)) is not None:
        yield from _real(found, own.model_copy(update={"data": folder / "real"}), asks[:REAL_QUESTIONS], lags)


def run_stub(first_token: float, tokens_a_second: float) -> None:
    """Be the stub engine until the process is ended."""
    asyncio.run(stub_engine.run(stub_engine.Speed(first_token, tokens_a_second)))


def _asks() -> list[Ask]:
    """The shipped assistants' questions that have an answer, one of each assistant in turn."""
    rows = [
        [
            Ask(path.parent.name, case["question"])
            for case in map(json.loads, path.read_text(encoding="utf-8").splitlines())
            if case["outcome"] == "answered" and case["category"] in {"simple", "table"}
        ]
        for path in sorted(SHIPPED_ASSISTANTS.glob("*/cases.jsonl"))
    ]
    return [ask for turn in zip(*rows, strict=False) for ask in turn]


def _single(lags: Lags, speed: stub_engine.Speed) -> Iterator[Row]:
    _require(lags)
    one = "one stream"
    yield alone(f"first token of the engine, {one}", 1000 * speed.first_token, "ms")
    yield beside(f"tokens while the model writes, {one}", _half(lags.rates), "tokens/s", speed.tokens_a_second)
    yield beside(f"evidence on screen, 95 % of questions, {one}", _most(lags.evidence), "ms", EVIDENCE_MS)
    yield alone(f"evidence on screen, half of questions, {one}", _half(lags.evidence), "ms")
    yield alone(f"first checked sentence on screen, half of questions, {one}", _half(lags.first_text), "ms")
    yield beside(f"engine's first token until it is here, half, {one}", _half(lags.first_token), "ms", TOKEN_MS)
    yield beside(f"engine's first token until it is here, 95 %, {one}", _most(lags.first_token), "ms", TOKEN_MS)
    ended = "sentence on screen after the token that ends it"
    yield beside(f"{ended}, half, {one}", _half(lags.sentences), "ms", SENTENCE_MS)
    yield beside(f"{ended}, 95 %, {one}", _most(lags.sentences), "ms", SENTENCE_MS)
    yield alone(f"{ended}, the engine's judging included, half, {one}", _half(lags.judged), "ms")
    yield alone(f"sentence on screen after its own last token, half, {one}", _half(lags.last_token), "ms")


def _many(place: Place, lags: Lags, count: int) -> Iterator[Row]:
    asks = list(islice(cycle(lags.wrote), count))
    prompts = list(islice(cycle(lags.prompts), count))
    at = f"{count} streams at once"
    tell(f"the engine alone, {at}", 0, 1)
    limit = asyncio.run(engine_alone(place.engine, prompts, _answer_tokens()))
    tell(at, 0, 1)
    ours = asyncio.run(together(place, asks))
    for words in sorted(set(ours.failed + limit.failed))[:3]:
        tell(words, 0, 1)
    yield alone(f"streams that failed, {at}", len(ours.failed), "streams")
    yield beside(f"streams that the model wrote, {at}", ours.wrote, "streams", count)
    if not ours.tokens or not limit.tokens:
        raise MeasurementFailed(f"No token came of {at}: {', '.join(ours.failed[:1] + limit.failed[:1]) or 'nothing'}.")
    yield beside(
        f"tokens against the engine alone, {at}", ours.tokens / ours.writing, "tokens/s", limit.tokens / limit.writing
    )
    yield alone(f"evidence for all of them, {at}", ours.evidence, "s")
    yield alone(f"processor time of an answer's evidence, {at}", ours.cpu_evidence / count, "s")
    yield alone(f"processor time of an answer's checks and stream, {at}", ours.cpu_writing / count, "s")


def _real(found: Engine | Endpoint, own: Settings, asks: Sequence[Ask], stub: Lags) -> Iterator[Row]:
    with _running(found) as endpoint:
        name = endpoint.model or ""
        tell(f"the real engine, {name}", 0, 1)
        with _product(own, name, endpoint) as (url, pid):
            lags = asyncio.run(one_by_one(Place(url, pid, endpoint.url), asks, tell, stub=False))
        _require(lags)
        yield beside(f"evidence on screen, 95 % of questions, {name}", _most(lags.evidence), "ms", EVIDENCE_MS)
        yield alone(f"first checked sentence on screen, half of questions, {name}", _half(lags.first_text), "ms")
        url = endpoint.url.removesuffix("/v1")
        prompts = [prompt for ask, prompt in zip(stub.wrote, stub.prompts, strict=True) if ask in lags.wrote]
        rates = asyncio.run(rates_alone(url, endpoint.key, name, prompts, _answer_tokens()))
        yield beside(f"tokens while the model writes, {name}", _half(lags.rates), "tokens/s", _half(rates))


@contextmanager
def _product(own: Settings, model: str, endpoint: Endpoint) -> Generator[tuple[str, int]]:
    """The product's server over the sample documents, whose answers a model writes; gives its address and process.

    It writes because a measurement says that it may: in this folder there is one, of this bench's own making.
    """
    database = build_database(own)
    for spec in AssistantRegistry(SHIPPED_ASSISTANTS, own.data / "assistants").list():
        Measurements(database.session).keep(spec.name, model, "bench", Measured(1, 0, 1))
    database.close()
    given = {f"SUREFOOT_{name}": "" for name in UNSET} | {"SUREFOOT_SIMULATOR": "off", "SUREFOOT_MODEL": "auto"}
    given |= {f"LANGFUSE_{name}": "" for name in ("PUBLIC_KEY", "SECRET_KEY", "HOST", "BASE_URL")}
    given |= {"SUREFOOT_ENGINE_URL": endpoint.url, "SUREFOOT_ENGINE_KEY": endpoint.key}
    with find_or_start(own.data, lambda words: tell(words, 0, 1), settings=given) as client:
        deadline = time.monotonic() + ENGINE_SECONDS
        wait_for_engine(client, ENGINE_SECONDS)
        while client.status().engine.state != "ready":
            if time.monotonic() > deadline:
                raise MeasurementFailed(f"The engine does not get ready: {client.status().engine.stage}.")
            time.sleep(0.2)
        server = find(own.data)
        if server is None:
            raise MeasurementFailed("The server has ended; see the log above.")
        yield server.url, server.pid


@contextmanager
def _stub() -> Generator[str]:
    """The stub engine in a process of its own; gives its address."""
    speed = stub_engine.Speed()
    arguments = ("stub-engine", str(speed.first_token), str(speed.tokens_a_second))
    child = start_child([sys.executable, "-P", "-m", "surefoot.app.bench", *arguments], {}, bound=signal.SIGTERM)
    try:
        yield _address(child)
    finally:
        child.kill()


def _address(child: Child) -> str:
    deadline = time.monotonic() + ENGINE_SECONDS
    while child.running and time.monotonic() < deadline:
        if (words := child.last_words(1)).startswith('{"url"'):
            return str(json.loads(words)["url"])
        time.sleep(0.05)
    raise MeasurementFailed(f"The stub engine did not start: {child.last_words() or 'it said nothing'}")


def _engine(settings: Settings, folder: Path) -> Engine | Endpoint | None:
    """The engine that this installation would use, or None where it is none or its weights are not here."""
    if settings.engine_url is not None:
        key = settings.engine_key.get_secret_value() if settings.engine_key else ""
        return Endpoint(settings.engine_url, key, settings.engine_model)
    name = choose_model(available_memory()).name if settings.model == "auto" else settings.model
    if name not in MODELS or MODELS[name] is ENCODER:
        return None
    path = build_weights(settings).path(MODELS[name].file.sha256)
    threads = EngineSettings(threads=settings.threads)
    return Engine(path, threads, log=folder / "engine.log", alias=name) if path else None


@contextmanager
def _running(engine: Engine | Endpoint) -> Generator[Endpoint]:
    if isinstance(engine, Endpoint):
        yield engine
        return
    try:
        engine.start()
        engine.wait_ready()
        yield engine.endpoint
    finally:
        engine.stop()


def _answer_tokens() -> int:
    """Tokens that the model may write, as the first shipped assistant has it."""
    return AssistantRegistry(SHIPPED_ASSISTANTS, SHIPPED_ASSISTANTS / "none").list()[0].answer_tokens


def _require(lags: Lags) -> None:
    if not lags.wrote:
        raise MeasurementFailed(f"The model wrote no answer: {', '.join(lags.failed[:1]) or 'all were quotes'}.")


def _half(figures: Sequence[float]) -> float:
    return float(np.median(figures)) if figures else 0.0


def _most(figures: Sequence[float]) -> float:
    return float(np.quantile(figures, 0.95)) if figures else 0.0
