"""Surefoot running for a test: as parts behind a real HTTP server in a thread, or as the real server process."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.types import ASGIApp

from surefoot.app.client.forms import EngineStatus
from surefoot.app.engine import EngineRoom
from surefoot.app.settings import Settings
from surefoot.serving.models.chat_model import ChatModel
from surefoot.serving.models.weights import WeightStore

PATIENCE = 120.0
"""Seconds that a busy machine may take; nothing is asserted about them."""


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 27, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


class ScriptedRoom(EngineRoom):
    """An engine room whose model is given."""

    def __init__(self, settings: Settings, model: ChatModel) -> None:
        super().__init__(settings, WeightStore(settings.weights))
        self._given = model

    def start(self) -> None:
        """Nothing has to be brought."""

    def model(self) -> ChatModel | None:
        return self._given if self._given.ready() else None

    def status(self) -> EngineStatus:
        return EngineStatus(state="ready", model=self._given.name, stage="scripted")


@contextmanager
def listening(api: ASGIApp) -> Generator[str]:
    """An API behind a real server in a thread; gives its address."""
    server = uvicorn.Server(
        uvicorn.Config(
            api, port=0, http="h11", lifespan="off", log_config=None, proxy_headers=False, timeout_graceful_shutdown=1
        )
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def until(condition: Any, seconds: float = PATIENCE) -> None:
    """Wait until something holds; fails when it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.02)


@dataclass(frozen=True)
class ServerProcess:
    """The real server of a data folder."""

    process: subprocess.Popen[str]
    data: Path

    def address(self) -> dict[str, Any] | None:
        """What server.json says."""
        path = self.data / "server.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    @property
    def url(self) -> str:
        address = self.address()
        assert address is not None
        return str(address["url"])

    def wait_listening(self) -> str:
        """Wait until it listens; gives its address."""
        until(lambda: self.address() is not None or self.process.poll() is not None)
        assert self.process.poll() is None, self.process.stderr and self.process.stderr.read()
        return self.url

    def wait_ready(self) -> str:
        """Wait until it can answer; gives its address."""
        url = self.wait_listening()
        until(lambda: httpx.get(f"{url}/ready").status_code == 200)
        return url

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop it; gives its exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def environment(data: Path, weights: Path, **more: str) -> dict[str, str]:
    """This process's environment without settings of its own, and with these."""
    ours = ("SUREFOOT_", "LANGFUSE_", "HF_")
    base = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return base | {
        "SUREFOOT_DATA": str(data),
        "SUREFOOT_WEIGHTS": str(weights),
        "SUREFOOT_MODEL": "none",
        **more,
    }


@contextmanager
def server_process(data: Path, weights: Path, *arguments: str, **more: str) -> Generator[ServerProcess]:
    """The real server on a free port, killed at the end if it still runs."""
    command = [sys.executable, "-m", "surefoot.app.serve", "--port", "0", *arguments]
    process = subprocess.Popen(
        command, env=environment(data, weights, **more), stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield ServerProcess(process, data)
    finally:
        process.kill()
        process.communicate()


def own_address() -> str:
    """An address of this machine that others could reach; no packet is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no address that others could reach")
        return str(sock.getsockname()[0])
