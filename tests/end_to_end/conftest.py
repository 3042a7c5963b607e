"""Parts that the browser tests share; a browser lives for one module, so that no event loop outlives it."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.app.command import surefoot
from tests.end_to_end.browsing import Person, chromium, pages_of, person
from tests.end_to_end.stand_in import Stand, standing


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, weights: Path) -> Path:
    """A data folder whose server has read the sample documents once; nobody writes into it again."""
    data = tmp_path_factory.mktemp("seeded") / "data"
    listed = surefoot(data, "documents", "list", "--assistant", "fleet", "--json", SUREFOOT_WEIGHTS=str(weights))
    assert listed.status == 0, listed.err
    return data


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory, seeded: Path) -> Callable[[], Path]:
    """Makes a data folder of its own with the sample documents in it."""

    def copied() -> Path:
        data = tmp_path_factory.mktemp("product") / "data"
        subprocess.run(["cp", "-a", "--sparse=always", seeded, data], check=True)
        return data

    return copied


@pytest.fixture
def data(furnished: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own with the sample documents in it; servers of this very process load no model either."""
    monkeypatch.setenv("SUREFOOT_MODEL", "none")
    return furnished()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The pages of a data folder whose server is a stand-in's, by folder and address."""
    data = tmp_path_factory.mktemp("stage")
    with pages_of(data, free_port()) as url:
        yield data, url


@pytest.fixture
def stand(stage: tuple[Path, str]) -> Iterator[Stand]:
    """A fresh stand-in behind the pages."""
    with standing(stage[0], Stand(), free_port()) as one:
        yield one


@pytest.fixture
def visitor(browser: Browser, stage: tuple[Path, str], stand: Stand) -> Iterator[Person]:
    """Somebody on the pages of the stand-in."""
    with person(browser, stage[1]) as somebody:
        yield somebody


def free_port() -> int:
    """A port on loopback that nobody uses."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
