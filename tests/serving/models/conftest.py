"""One running engine for all tests here, a depot for each that downloads, a server that a test makes answer."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from surefoot.serving.models.engine import Engine
from tests.serving.models.depot import Depot, open_depot
from tests.serving.models.openai_double import Double, open_double


@pytest.fixture
def depot() -> Generator[Depot]:
    with open_depot() as opened:
        yield opened


@pytest.fixture
def double() -> Generator[Double]:
    with open_double() as opened:
        yield opened


@pytest.fixture(scope="session")
def engine(small_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[Engine]:
    running = Engine(small_model, log=tmp_path_factory.mktemp("engine") / "engine.log")
    running.start()
    try:
        running.wait_ready()
        yield running
    finally:
        running.stop()
