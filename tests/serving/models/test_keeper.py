"""The keeper: from no weights to a running engine, and back after every kind of death."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from surefoot.serving.errors import EngineFailed, WeightsUnavailable
from surefoot.serving.models.engine import Engine
from surefoot.serving.models.keeper import EngineKeeper, RestartPolicy
from surefoot.serving.models.openai_model import OpenAIModel
from surefoot.serving.models.progress import Progress, ReportProgress
from surefoot.serving.models.sources import HubSource
from surefoot.serving.models.weights import Fetched, WeightStore
from tests.serving.models.depot import Depot, hub_file, some_bytes

QUICK = RestartPolicy(restarts=2, first_wait=0.05, longest_wait=0.1, fetch_again_after=0.1, look_every=0.1)


def until(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


@contextmanager
def kept(keeper: EngineKeeper) -> Generator[EngineKeeper]:
    keeper.start()
    try:
        yield keeper
    finally:
        keeper.stop()


class Bench:
    """Builds engines and remembers them."""

    def __init__(self) -> None:
        self.built: list[Engine] = []

    def build(self, fetched: Fetched) -> Engine:
        self.built.append(Engine(fetched.path, alias=fetched.model))
        return self.built[-1]


@pytest.mark.model
def test_an_engine_that_is_killed_comes_back_with_a_new_key(small_model: Path) -> None:
    bench = Bench()
    with kept(EngineKeeper(lambda _: Fetched("smollm2-135m", small_model, "a note"), bench.build, QUICK)) as keeper:
        model = OpenAIModel(keeper.endpoint)
        until(model.ready)
        assert keeper.status().state == "ready"
        assert keeper.status().reason == "a note"
        assert model.name == "smollm2-135m"
        first = keeper.endpoint()
        pid = bench.built[0].pid
        assert pid
        os.kill(pid, signal.SIGKILL)
        until(lambda: keeper.endpoint() != first)
        until(model.ready)
        second = keeper.endpoint()
        assert first
        assert second
        assert first.key != second.key
    assert keeper.endpoint() is None
    assert not any(engine.alive() for engine in bench.built)


def test_an_engine_that_cannot_start_is_given_up_after_some_attempts_with_the_reason(tmp_path: Path) -> None:
    bench = Bench()
    with kept(EngineKeeper(lambda _: Fetched("gone", tmp_path / "gone.gguf"), bench.build, QUICK)) as keeper:
        until(lambda: "given up" in keeper.status().stage)
        status = keeper.status()
        assert status.state == "failed"
        assert status.reason
        assert "gone.gguf cannot be read" in status.reason
        assert len(bench.built) == 3
        assert keeper.endpoint() is None


def test_weights_that_cannot_be_fetched_are_tried_again(tmp_path: Path) -> None:
    attempts: list[int] = []

    def prepare(_report: ReportProgress) -> Fetched:
        attempts.append(1)
        if len(attempts) < 3:
            raise WeightsUnavailable("no network")
        raise EngineFailed("fetched, at last")

    with kept(EngineKeeper(prepare, Bench().build, QUICK)) as keeper:
        until(lambda: len(attempts) >= 3)
        until(lambda: keeper.status().reason == "fetched, at last")


def test_the_download_shows_and_ends_when_the_keeper_stops(tmp_path: Path, depot: Depot) -> None:
    file = hub_file(depot, some_bytes(5_000_000))
    depot.seconds_per_block = 0.02
    store = WeightStore(tmp_path, [HubSource(depot.url)])

    def prepare(report: ReportProgress) -> Fetched:
        return Fetched("big", store.fetch(file, report))

    keeper = EngineKeeper(prepare, Bench().build, QUICK, cancel=store.stop)
    with kept(keeper):
        until(lambda: keeper.status().bytes_done > 0)
        status = keeper.status()
        assert status.state == "downloading"
        assert status.bytes_total == file.size
    assert store.path(file.sha256) is None
    assert list((tmp_path / "partial").iterdir())


def test_a_fault_of_our_own_is_told_and_does_not_vanish(tmp_path: Path) -> None:
    def prepare(report: ReportProgress) -> Fetched:
        report(Progress("starting", "m", 0, 1))
        raise ZeroDivisionError("a fault")

    with kept(EngineKeeper(prepare, Bench().build, QUICK)) as keeper:
        until(lambda: keeper.status().state == "failed")
        assert keeper.status().reason == "a fault"
