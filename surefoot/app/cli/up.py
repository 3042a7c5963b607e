"""`surefoot up`: the whole product in one command."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from surefoot.app.cli.announcing import Announcer
from surefoot.app.cli.ports import free_port, near
from surefoot.app.cli.supervisor import Supervisor
from surefoot.app.cli.terminal import own_foreground
from surefoot.app.client.errors import ClientError
from surefoot.app.client.server import Places, find, in_use, places

ADDRESS_FILE, LOCK_FILE = "up.json", "up.lock"
WAIT_SECONDS = 60.0
STOPPING_SECONDS = 6.0
"""How long a server that has been told to stop may still answer."""


def up(*, as_json: bool) -> int:
    """Start API and pages and keep them running until Ctrl-C; where they run already, say where."""
    wanted, announcer = places(), Announcer(as_json=as_json)
    with own_foreground(), _lock_file(wanted.data) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return _say_where(wanted.data, announcer)
        address = wanted.data / ADDRESS_FILE
        address.unlink(missing_ok=True)  # one that was killed leaves it behind
        _wait_for_commands(wanted.data, announcer)
        try:
            chosen = _with_free_ports(wanted, announcer)
            return Supervisor(chosen, announcer).run(lambda url: _write(address, url, chosen))
        finally:
            address.unlink(missing_ok=True)


@contextmanager
def _lock_file(data: Path) -> Generator[IO[bytes]]:
    """Open the file that one `surefoot up` at a time locks."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        file = (data / LOCK_FILE).open("ab")
    except OSError as error:
        message = f"The data folder {data} cannot be written: {error.strerror}. Set SUREFOOT_DATA to another folder."
        raise ClientError(message, "data_folder") from error
    with file:
        yield file


def _say_where(data: Path, announcer: Announcer) -> int:
    """Say where the other `surefoot up` of this folder is, once it has started."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            row = json.loads((data / ADDRESS_FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            time.sleep(0.2)
            continue
        announcer.say(f"It runs already on the data folder {data}, as process {row['pid']}.")
        announcer.address(str(row["url"]), str(row["api"]))
        return 0
    raise ClientError(f"Another `surefoot up` on {data} has not got ready. Stop it first.", "busy")


def _wait_for_commands(data: Path, announcer: Announcer) -> None:
    """Wait for commands that use a server of their own on this folder; refuse beside any other server."""
    said, deadline = False, time.monotonic() + STOPPING_SECONDS
    while server := find(data):
        if in_use(data):
            deadline = time.monotonic() + STOPPING_SECONDS
        elif time.monotonic() > deadline:
            raise ClientError(
                f"A server of the data folder {data} runs already at {server.url} (process {server.pid}), without "
                "pages. Stop it, or set SUREFOOT_DATA to another folder.",
                "busy",
            )
        if not said:
            announcer.say("Another process is using the data folder; waiting until it is done.")
            said = True
        time.sleep(0.2)


def _with_free_ports(wanted: Places, announcer: Announcer) -> Places:
    port = free_port(wanted.port)
    pages_port = free_port(wanted.pages_port, taken=frozenset({port}))
    for name, old, new in (("API", wanted.port, port), ("pages", wanted.pages_port, pages_port)):
        if old and old != new:
            announcer.say(f"Port {old} is in use; the {name} take{'s' if name == 'API' else ''} {new}.")
    return replace(wanted, port=port, pages_port=pages_port)


def _write(address: Path, url: str, chosen: Places) -> None:
    row = {"url": url, "api": f"http://{near(chosen.host)}:{chosen.port}", "pid": os.getpid()}
    draft = address.with_suffix(".draft")
    draft.write_text(json.dumps(row), encoding="utf-8")
    draft.replace(address)
