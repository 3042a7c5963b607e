"""The stub engine keeps its speed and says what carries; what lies between it and a reader is told by the clock."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from surefoot.core.text.sentences import sentence_spans
from surefoot.eval.benchmark.chat import engine_alone, places
from surefoot.eval.benchmark.memory import cpu_seconds
from surefoot.eval.benchmark.streams import asked, told, written
from surefoot.eval.benchmark.stub_engine import Speed, StubEngine, said
from surefoot.serving.models.chat_model import GenerateOptions, Message
from surefoot.serving.models.openai_model import Endpoint, OpenAIModel
from surefoot.serving.prompts import EvidenceItem, Prompt, render
from tests.app.command import surefoot
from tests.eval.test_benchmark import checked

PADS = "The pads of the van are replaced below 3.2 mm."
FLUID = "The brake fluid of the van is changed every 24 months by the workshop in the depot."
ITEMS = [EvidenceItem(1, "Brakes", PADS), EvidenceItem(2, "Fluids (all)", FLUID)]
PROMPT = render(Prompt("answer", 1, "Answer."), ITEMS, "When are the pads replaced?")
MESSAGES = [{"role": message.role, "content": message.content} for message in PROMPT]


@asynccontextmanager
async def engine(speed: Speed) -> AsyncGenerator[str]:
    """A stub engine in this event loop; gives its address."""
    server = await asyncio.start_server(StubEngine(speed).serve, "127.0.0.1", 0, limit=2**22)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def seconds_of(speed: Speed) -> float:
    """How long a whole answer of this engine takes: the least of three, since others share the processor."""
    taken: list[float] = []
    async with engine(speed) as url:
        for _ in range(3):
            stream = await written(url, {"messages": MESSAGES, "max_tokens": 40})
            assert not stream.error
            taken.append(stream.last - stream.sent)
    return min(taken)


def test_the_stub_says_each_piece_of_its_evidence_as_a_sentence_with_its_number() -> None:
    text = "".join(said(MESSAGES))
    assert text == f"{PADS[:-1]} [1]. {FLUID[:-1]} [2]."
    assert len(sentence_spans(text)) == 2


async def test_the_stub_keeps_its_speed_in_proportion() -> None:
    fast = await seconds_of(Speed(first_token=0.0, tokens_a_second=100))
    slow = await seconds_of(Speed(first_token=0.0, tokens_a_second=25))
    assert 2 < slow / fast < 5  # four times as many seconds a token
    late = await seconds_of(Speed(first_token=3 * fast, tokens_a_second=100))
    assert 2 < late / fast < 5


async def test_many_streams_of_the_stub_are_each_as_fast_as_one() -> None:
    async with engine(Speed(first_token=0.05, tokens_a_second=20)) as url:
        one = await engine_alone(url, [MESSAGES], 30)
        many = await engine_alone(url, [MESSAGES] * 12, 30)
    assert not one.failed + many.failed
    assert many.tokens == 12 * one.tokens
    assert many.tokens / many.writing > 4 * one.tokens / one.writing


async def test_the_product_reads_the_stub_as_any_other_server() -> None:
    async with engine(Speed(first_token=0.0, tokens_a_second=2_000)) as url:
        model = OpenAIModel(Endpoint(f"{url}/v1"))
        assert await model.probe() == "stub"
        tokens = [token async for token in model.stream(PROMPT, GenerateOptions(12))]
        assert "".join(token.text for token in tokens) == "".join(said(MESSAGES)[:12])
        assert tokens[-1].usage is not None
        assert tokens[-1].usage.completion_tokens == 12
        chances = await model.first_token_logprobs([Message("user", "Is it so?")], ("yes", "no"))
        assert chances["yes"] > chances["no"]
        log = await told(f"{url}/log")
    assert [len(one["sent"]) for one in log] == [12, 0]
    assert log[0]["received"] <= log[0]["sent"][0] <= log[0]["sent"][-1] <= log[0]["ended"]


async def test_streams_begin_together_once_all_of_them_have_come() -> None:
    async with engine(Speed(first_token=0.0, tokens_a_second=200)) as url:
        await told(f"{url}/begin", {"together": 2})
        first = asyncio.create_task(written(url, {"messages": MESSAGES, "max_tokens": 3}))
        await asyncio.sleep(0.3)
        asked_at = time.time()
        await asyncio.gather(first, written(url, {"messages": MESSAGES, "max_tokens": 3}), told(f"{url}/begun"))
        log: list[dict[str, Any]] = await told(f"{url}/log")
    assert min(one["sent"][0] for one in log) >= asked_at > log[0]["received"]


def test_a_sentence_is_found_by_its_tokens_with_its_mark() -> None:
    tokens = said(MESSAGES)
    first, second = places(tokens, [PADS, FLUID]) or []
    assert first is not None
    assert second is not None
    assert first[0] == 0
    assert tokens[first[1]].strip() == "[1]."
    assert (second[0], second[1]) == (first[1] + 1, len(tokens) - 1)
    assert places(tokens, ["It was never said.", FLUID]) == [None, second]


async def test_a_server_that_is_not_there_is_a_failure_of_its_stream(free_port: int) -> None:
    stream = await asked(f"http://127.0.0.1:{free_port}", "fleet", "Who?")
    assert stream.error
    assert not stream.written


def test_processor_time_grows_with_work() -> None:
    before = cpu_seconds(os.getpid())
    total = 0
    while cpu_seconds(os.getpid()) < before + 0.05:
        total += sum(range(10_000))
    assert total > 0


def test_bench_chat_prints_one_document_of_rows(tmp_path: Path, weights: Path) -> None:
    arguments = ("--streams", "2", "--questions", "2", "--stub-alone", "--json")
    shown = surefoot(tmp_path, "bench", "chat", *arguments, SUREFOOT_WEIGHTS=str(weights))
    assert shown.status == 0, shown.err
    rows = checked(shown.json()["rows"])
    assert rows["tokens while the model writes, one stream"]["ratio"] < 1.05  # no faster than the engine
    assert rows["streams that failed, 2 streams at once"]["value"] == 0
    assert rows["streams that the model wrote, 2 streams at once"]["ratio"] == 1
    assert 0 < rows["tokens against the engine alone, 2 streams at once"]["ratio"] < 1.05
    half, most = (f"sentence on screen after the token that ends it, {share}, one stream" for share in ("half", "95 %"))
    assert 0 < rows[half]["value"] <= rows[most]["value"]
    judged = "sentence on screen after the token that ends it, the engine's judging included, half, one stream"
    assert rows[judged]["value"] >= rows[half]["value"] + 50  # the stub takes a tenth of a second to judge


@pytest.mark.parametrize("arguments", [("--streams", "0"), ("--questions", "0"), ("--streams", "many")])
def test_a_measurement_of_chat_that_makes_no_sense_is_refused(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    shown = surefoot(tmp_path, "bench", "chat", *arguments, "--json")
    assert shown.status == 2
    assert shown.json()["error"]["code"] == "usage"
