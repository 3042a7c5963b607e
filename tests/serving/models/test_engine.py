"""The embedded engine's process: its start, its secrets, its ends."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import httpx
import pytest

from surefoot.serving.errors import EngineFailed
from surefoot.serving.models.chat_model import GenerateOptions, Message
from surefoot.serving.models.engine import Engine, EngineSettings
from surefoot.serving.models.engine_log import FILE_BYTES, EngineLog
from surefoot.serving.models.openai_model import OpenAIModel

pytestmark = pytest.mark.model


def until(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def counters(engine: Engine) -> dict[str, float]:
    address = engine.url.removesuffix("/v1")
    answer = httpx.get(f"{address}/metrics", headers={"Authorization": f"Bearer {engine.key}"}, timeout=60)
    return {name: float(value) for name, value in re.findall(r"^llamacpp:(\w+) (\S+)$", answer.text, re.MULTILINE)}


async def test_five_tokens_after_the_reader_has_left_the_engines_token_count_stands_still(engine: Engine) -> None:
    """`n_decode_total` counts every step at once, one token each for a single reader; the other totals lag."""
    model = OpenAIModel(engine.endpoint)
    rambling = [Message("user", "Tell a very long story of a ship and its crew, with twelve chapters, in full detail.")]
    before = counters(engine)["n_decode_total"]
    read = 0
    async with aclosing(model.stream(rambling, GenerateOptions(max_tokens=400, temperature=0.8))) as tokens:
        async for _ in tokens:
            read += 1
            if read == 10:
                break
    until(lambda: counters(engine)["requests_processing"] == 0)
    stopped = counters(engine)
    generated = stopped["n_decode_total"] - before
    assert read <= generated <= read + 5
    await asyncio.sleep(1.0)
    later = counters(engine)
    assert later["n_decode_total"] == stopped["n_decode_total"]
    assert later["tokens_predicted_total"] == stopped["tokens_predicted_total"]


async def test_a_cancelled_task_stops_the_engine_too(engine: Engine) -> None:
    model = OpenAIModel(engine.endpoint)
    begun = asyncio.Event()

    async def read() -> None:
        async for _ in model.stream([Message("user", "Tell a very long story.")], GenerateOptions(max_tokens=400)):
            begun.set()

    task = asyncio.create_task(read())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    until(lambda: counters(engine)["requests_processing"] == 0)
    stopped = counters(engine)["n_decode_total"]
    await asyncio.sleep(0.5)
    assert counters(engine)["n_decode_total"] == stopped


async def test_many_readers_who_leave_early_do_not_spoil_the_next_requests(engine: Engine) -> None:
    model = OpenAIModel(engine.endpoint)
    for _ in range(8):
        async with aclosing(model.stream([Message("user", "Count to 90.")], GenerateOptions(50))) as tokens:
            async for _token in tokens:
                break
        texts = [token.text async for token in model.stream([Message("user", "Hi")], GenerateOptions(2))]
        assert texts


async def test_requests_that_each_fit_do_not_fail_together(small_model: Path) -> None:
    narrow = Engine(small_model, EngineSettings(context=256, parallel=2))
    narrow.start()
    try:
        narrow.wait_ready()
        model = OpenAIModel(narrow.endpoint)
        long = [Message("user", "word " * 180)]
        counted = await asyncio.gather(*(last_usage(model, long) for _ in range(2)))
        assert min(counted) > 128
    finally:
        narrow.stop()


async def last_usage(model: OpenAIModel, messages: list[Message]) -> int:
    tokens = [token async for token in model.stream(messages, GenerateOptions(4))]
    usage = tokens[-1].usage
    assert usage
    return usage.prompt_tokens


def test_its_key_stands_in_no_process_list_and_no_log(engine: Engine) -> None:
    assert engine.pid
    shown = Path(f"/proc/{engine.pid}/cmdline").read_bytes() + Path(f"/proc/{engine.pid}/environ").read_bytes()
    assert engine.key.encode() not in shown
    logged = engine.log_path.read_text("utf-8") if engine.log_path and engine.log_path.exists() else ""
    assert engine.key not in logged


def test_it_answers_nobody_without_the_key(engine: Engine) -> None:
    answer = httpx.get(f"{engine.url}/models", timeout=60)
    assert answer.status_code == 401


def test_it_listens_on_loopback_only(engine: Engine) -> None:
    assert engine.url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize("state", ["loading", "ready"])
def test_it_ends_when_its_parent_is_killed(small_model: Path, state: str) -> None:
    command = [sys.executable, "-m", "tests.serving.models.engine_parent", str(small_model), state]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        assert runs(pid)
        parent.kill()
    until(lambda: not runs(pid), seconds=30)


def test_an_interrupt_for_the_terminals_process_group_does_not_reach_it(engine: Engine) -> None:
    assert engine.pid
    assert os.getpgid(engine.pid) == engine.pid != os.getpgid(0)


def test_stopping_ends_it_also_while_it_loads_and_twice(small_model: Path) -> None:
    engine = Engine(small_model)
    engine.start()
    pid = engine.pid
    engine.stop()
    engine.stop()
    assert pid
    assert not engine.alive()
    assert not runs(pid)


def test_one_that_ignores_the_polite_signal_is_killed(small_model: Path) -> None:
    engine = Engine(small_model)
    engine.start()
    assert engine.pid
    os.kill(engine.pid, signal.SIGSTOP)
    engine.stop()
    assert not engine.alive()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineFailed, match=r"gone\.gguf cannot be read"):
        Engine(tmp_path / "gone.gguf").start()


def test_a_file_that_is_no_model_is_refused_before_anything_starts(tmp_path: Path) -> None:
    page = tmp_path / "page.gguf"
    page.write_text("<html>")
    engine = Engine(page)
    with pytest.raises(EngineFailed, match="is not a GGUF file"):
        engine.start()
    assert engine.pid is None


def test_a_model_that_was_cut_off_fails_with_the_engines_last_lines(small_model: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.gguf"
    with small_model.open("rb") as whole:
        cut.write_bytes(whole.read(3_000_000))
    engine = Engine(cut)
    engine.start()
    with pytest.raises(EngineFailed, match=r"died while loading(.|\n)*last lines(.|\n)*not loaded"):
        engine.wait_ready()
    engine.stop()


def test_its_death_is_noticed_and_explained(small_model: Path) -> None:
    engine = Engine(small_model)
    engine.start()
    engine.wait_ready()
    assert engine.pid
    os.kill(engine.pid, signal.SIGKILL)
    with pytest.raises(EngineFailed, match="signal 9: the machine may have run out of memory"):
        engine.watch(threading.Event())
    engine.stop()


def test_one_that_lives_and_does_not_answer_is_noticed(small_model: Path) -> None:
    engine = Engine(small_model)
    engine.start()
    engine.wait_ready()
    assert engine.pid
    os.kill(engine.pid, signal.SIGSTOP)
    with pytest.raises(EngineFailed, match="runs but does not answer"):
        engine.watch(threading.Event(), look_every=0.1)
    engine.stop()


def test_watching_ends_when_asked(engine: Engine) -> None:
    stop = threading.Event()
    stop.set()
    engine.watch(stop)
    assert engine.alive()


def test_its_address_is_refused_before_it_is_ready(small_model: Path) -> None:
    with pytest.raises(EngineFailed, match="no address yet"):
        _ = Engine(small_model).url


def test_its_log_is_of_bounded_size(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "engine.log"
    log = EngineLog(path)
    for number in range(3000):
        log.add(f"{number} {'x' * 900}\n")
    log.add("\n")
    kept = [file.stat().st_size for file in path.parent.iterdir()]
    assert len(kept) == 2
    assert max(kept) < FILE_BYTES + 2000
    assert "2999 xxx" in log.ending()


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    log = EngineLog(tmp_path / "file" / "engine.log")
    log.add("a line")
    assert "a line" in log.ending()
