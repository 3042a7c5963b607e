"""Starts the whole product as `surefoot up` does, on a data folder of its own, and stops it."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from surefoot.app.client.child import Child, start_child
from surefoot.app.client.server import Server, find
from surefoot.app.errors import MeasurementFailed
from surefoot.eval.benchmark.memory import children

ADDRESS_FILE = "up.json"
POLL_SECONDS = 0.05
PATIENCE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Running:
    """The product, while it runs."""

    child: Child
    data: Path
    began: float
    """When the command was given, seconds since 1970."""

    def wait_for_server(self) -> Server:
        """Wait until the API answers. Raises MeasurementFailed where it does not."""
        while (server := find(self.data)) is None:
            self.wait()
        return server

    def pages_since(self) -> float:
        """Wait until the pages answer; seconds from the command to then."""
        self.wait_for_pages()
        return (self.data / ADDRESS_FILE).stat().st_mtime - self.began

    def wait_for_pages(self) -> str:
        """Wait until the pages answer; gives their address. Raises MeasurementFailed where they do not."""
        file = self.data / ADDRESS_FILE
        while not file.is_file():
            self.wait()
        return str(json.loads(file.read_text(encoding="utf-8"))["url"])

    def wait(self) -> None:
        """Wait a moment. Raises MeasurementFailed where the product has ended, or where it takes too long."""
        if not self.child.running or time.time() - self.began > PATIENCE_SECONDS:
            raise MeasurementFailed(f"`surefoot up` did not get ready. It said: {self.child.last_words()}")
        time.sleep(POLL_SECONDS)

    def processes(self) -> dict[str, int]:
        """The processes by name: supervisor, API, pages, and the engine where there is one."""
        api = self.wait_for_server().pid
        pages = [other for other in children(self.child.pid) if other != api]
        engines = [child for child in children(api) if b"engine_child" in _command(child)]
        names = ("supervisor", "API", *("pages" for _ in pages), *("engine" for _ in engines))
        return dict(zip(names, (self.child.pid, api, *pages, *engines), strict=True))


@contextmanager
def running(data: Path, settings: Mapping[str, str]) -> Generator[Running]:
    """Run the product on this folder for the time of the block, on free ports."""
    given = {"SUREFOOT_DATA": str(data), "SUREFOOT_PORT": "0", "SUREFOOT_PAGES_PORT": "0", **settings}
    command = [str(Path(sys.executable).with_name("surefoot")), "up", "--json"]
    began = time.time()
    child = start_child(command, given, bound=signal.SIGTERM)
    try:
        yield Running(child, data, began)
    finally:
        child.stop()


def _command(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""
