"""Runs the tools of this installation that need no server, each in a process of its own, and reads what they tell."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Generator
from typing import Any

from surefoot.app.client.child import launcher
from surefoot.app.client.errors import ClientError, UsageMistake

MODULES = {
    "backup": "surefoot.app.backup",
    "bench": "surefoot.app.bench",
    "doctor": "surefoot.app.doctor",
    "weights": "surefoot.app.weights",
}
STOP_SECONDS = 5.0


def tell(tool: str, *arguments: str) -> Generator[dict[str, Any]]:
    """Run a tool and yield each JSON line that it prints; closing the generator ends it. Raises ClientError."""
    command = [sys.executable, "-P", "-m", MODULES[tool], *arguments]
    with subprocess.Popen(  # noqa: S603  our own module
        [*launcher(signal.SIGTERM), *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, process_group=0
    ) as process:
        try:
            for line in process.stdout or ():
                row = dict(json.loads(line))
                if "error" in row:
                    raise _error(row["error"])
                yield row
            if process.wait() != 0:
                raise ClientError(f"`{tool}` ended with status {process.returncode}; what it said stands above.")
        finally:
            _end(process)


def _error(told: dict[str, Any]) -> ClientError:
    message, code = str(told["message"]), str(told["code"])
    return UsageMistake(message) if code == "usage" else ClientError(message, code)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
