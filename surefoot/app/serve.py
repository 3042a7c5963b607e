"""`python -m surefoot.app.serve`: runs the server of a data folder, one process that owns all of its state.

Exit status: 0 after a stop by signal, 2 where settings or stores cannot be used, 3 where another server has the folder.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Generator, Sequence
from types import FrameType
from typing import TYPE_CHECKING

from surefoot.app.address import Address, near_host, remove_address, take_folder, write_address
from surefoot.app.collecting import watch_collections
from surefoot.app.errors import AddressInUse, DataFolderBusy, SettingsInvalid
from surefoot.app.lean import be_lean
from surefoot.app.logs import configure_logs
from surefoot.app.settings import EVERYWHERE, Settings, load_settings
from surefoot.core.errors import SurefootError

if TYPE_CHECKING:
    from pathlib import Path

    import uvicorn

    from surefoot.app.parts import App

logger = logging.getLogger(__name__)

UNUSABLE = 2
BUSY = 3
DRAIN_SECONDS = 2
"""How long running answers may go on after the signal to stop."""
STOP_SECONDS = 4.8
"""After that a stop is forced: everything on disk survives it."""
PARENT_POLL_SECONDS = 0.5


class Stopper:
    """Stops the server on the first signal, and by force where that takes too long."""

    def __init__(self) -> None:
        self._server: uvicorn.Server | None = None
        self._data: Path | None = None
        self._deadline: float | None = None
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    @property
    def requested(self) -> bool:
        """Whether a signal has come."""
        return self._deadline is not None

    def watch(self, server: uvicorn.Server, data: Path) -> None:
        """Stop this server when a signal comes, or has come; no stop leaves its address in its data folder."""
        self._server, self._data = server, data
        server.should_exit = self.requested

    def seconds_left(self) -> float:
        """Seconds until the stop is forced."""
        return STOP_SECONDS if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self.requested:
            return
        self._deadline = time.monotonic() + STOP_SECONDS
        threading.Thread(target=self._force, name="stop", daemon=True).start()
        if self._server is not None:
            self._server.should_exit = True

    def _force(self) -> None:
        time.sleep(STOP_SECONDS)
        if self._data is not None:
            remove_address(self._data)
        os._exit(0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until a signal; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m surefoot.app.serve", description="Run a data folder's server.")
    parser.add_argument("--port", type=int, help="port in place of SUREFOOT_PORT; 0 takes any free one")
    parser.add_argument("--die-with-parent", action="store_true", help="stop when the starting process has ended")
    parser.add_argument("--simulate", action="store_true", help="let the made-up fleet drive, unless that is set off")
    given = parser.parse_args(arguments)
    stopper = Stopper()
    if given.die_with_parent:
        _die_with_parent()
    configure_logs("warning")
    try:
        settings = load_settings()
        configure_logs(settings.log_level)
        if given.simulate and settings.simulator == "auto":
            settings = settings.model_copy(update={"simulator": "on"})
        _serve(settings, settings.port if given.port is None else given.port, stopper)
    except SurefootError as error:
        sys.stderr.write(f"{error}\n")
        return BUSY if isinstance(error, DataFolderBusy) else UNUSABLE
    return 0


def _serve(settings: Settings, port: int, stopper: Stopper) -> None:
    lock = take_folder(settings.data)
    try:
        with _listening(settings.host, port) as listeners:
            be_lean()
            watch_collections()
            from surefoot.app.wiring import build

            app = build(settings)
            try:
                _check_reach(app)
                _run(app, listeners, stopper)
            finally:
                remove_address(settings.data)  # first: what follows may end the process on the spot
                if not app.stop(stopper.seconds_left() - 0.2):
                    os._exit(0)  # a thread is still busy; what it does is healed at the next start
    finally:
        remove_address(settings.data)
        lock.release()


def _check_reach(app: App) -> None:
    """Raise SettingsInvalid where others could reach a server that cannot tell people apart."""
    if app.settings.reached_from_elsewhere and not app.accounts.on:
        raise SettingsInvalid(
            f"{app.settings.public_url or app.settings.host} can be reached from other machines, and there are no "
            "accounts that would tell people apart: everybody could read every document. Make the first administrator "
            "first: run `surefoot people first` with SUREFOOT_HOST and SUREFOOT_PUBLIC_URL unset, open the link that "
            "it prints, then start again."
        )


def _run(app: App, listeners: list[socket.socket], stopper: Stopper) -> None:
    import uvicorn

    from surefoot.app.api.application import create_api, guarded
    from surefoot.app.api.connections import PatientProtocol

    data = app.settings.data
    address = Address.of(app.settings.host, listeners[0].getsockname()[1])

    class Server(uvicorn.Server):
        """Tells where it listens once it does; signals are the stopper's."""

        @contextlib.contextmanager
        def capture_signals(self) -> Generator[None]:
            yield

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if not self.should_exit:
                write_address(data, address)
                app.start()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            remove_address(data)
            await super().shutdown(sockets)

    server = Server(
        uvicorn.Config(
            guarded(create_api(app), app, address.token),
            http=PatientProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
    )
    stopper.watch(server, data)
    asyncio.run(server.serve(listeners))


@contextlib.contextmanager
def _listening(host: str, port: int) -> Generator[list[socket.socket]]:
    """Listen at a host's address, and on loopback too, from where alone the machine's token is taken."""
    with contextlib.ExitStack() as open_ones:
        first = open_ones.enter_context(_bound(host, port))
        near = near_host(host)
        if near == host or host in EVERYWHERE:
            yield [first]
        else:
            yield [first, open_ones.enter_context(_bound(near, first.getsockname()[1]))]


def _bound(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise AddressInUse(
            f"Port {port} of {host} cannot be used: {error.strerror}. Stop what uses it, or set SUREFOOT_PORT."
        ) from error
    return listener


def _die_with_parent(kill: Callable[[int, int], None] = os.kill) -> None:
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_POLL_SECONDS)
        kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()


if __name__ == "__main__":
    status = main()
    sys.stderr.flush()
    os._exit(status)  # all is closed; taking the interpreter down would cost another second
