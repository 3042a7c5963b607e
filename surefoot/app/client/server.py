"""Finds the running server of a data folder, or starts one for as long as a command takes."""

from __future__ import annotations

import fcntl
import json
import signal
import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from surefoot.app.client.child import Child, start_child
from surefoot.app.client.errors import ClientError
from surefoot.app.client.folder import folder_name
from surefoot.app.client.forms import EngineStatus
from surefoot.app.client.http import ANSWER_SECONDS, Client

ADDRESS_FILE = "server.json"
USERS_LOCK = "server.users"
POLL_SECONDS = 0.1
BUSY = 3
"""Exit status of a server that finds the data folder in use."""
START_SECONDS = 60.0
"""A cold start imports for some seconds; a busy machine takes longer."""
PATIENCE_SECONDS = 300.0
"""How long a server may be getting ready without any change in what it says about it."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Server:
    """Where a data folder's server listens."""

    url: str
    pid: int
    token: str | None = None

    def client(self, seconds: float = ANSWER_SECONDS) -> Client:
        """Open a client of it that waits so many seconds for an answer."""
        return Client(self.url, self.token, seconds)

    def client_of(self, session: str | None, seconds: float = ANSWER_SECONDS) -> Client:
        """Open a client for a person's session, or for nobody's; it does not bring what the machine's owner brings."""
        return Client(self.url, session, seconds, folder_name(self.token) if self.token else None)


@dataclass(frozen=True, slots=True)
class Places:
    """Where this process's settings put the data, the API and the pages."""

    data: Path
    port: int
    pages_port: int
    upload_limit_mb: int
    remote: bool = False
    """Whether the language model is on another server."""
    host: str = "127.0.0.1"
    """Address that API and pages bind to."""
    public_url: str | None = None
    """Address of the pages as browsers see it; None: that of this machine."""
    public_api_url: str | None = None
    """Address of the API as browsers see it; None: the pages' host at the API's port."""
    hang_seconds: float = 0.0
    """Seconds without an answer after which API or pages are started again; 0: never."""
    api_key: str | None = field(default=None, repr=False)
    """What commands bring in place of the machine's token."""


def places() -> Places:
    """Give the places of this process's settings. Raises ClientError where they cannot be used."""
    from surefoot.app.errors import SettingsInvalid
    from surefoot.app.settings import load_settings

    try:
        settings = load_settings()
    except SettingsInvalid as error:
        raise ClientError(str(error), "settings") from error
    remote = settings.engine_url is not None
    return Places(
        data=settings.data,
        port=settings.port,
        pages_port=settings.pages_port,
        upload_limit_mb=settings.upload_limit_mb,
        remote=remote,
        host=settings.host,
        public_url=settings.public_url,
        public_api_url=settings.public_api_url,
        hang_seconds=settings.hang_seconds,
        api_key=settings.api_key.get_secret_value() if settings.api_key else None,
    )


def find(data: Path) -> Server | None:
    """Give the data folder's running server, or None.

    The address that a dead server left behind is ignored: nobody answers there, or somebody who refuses its token.
    """
    server = _address(data)
    if server is None:
        return None
    with server.client() as client:
        return server if client.alive() else None


@contextmanager
def find_or_start(
    data: Path,
    say: Say = lambda _: None,
    *,
    samples: bool = True,
    settings: Mapping[str, str] | None = None,
    key: str | None = None,
) -> Generator[Client]:
    """Give a client of the data folder's server, starting one for the time of the block where none runs.

    The client brings the machine's token, or this API `key`.
    A server that is started gets these further `settings`; one that runs keeps its own. Waits until the server can
    answer, and where `samples` are needed until they are read, telling `say` what it waits for. Two commands that start
    at once share the first one's server, which then stays until both are done. Raises ClientError.
    """
    with ExitStack() as stack:
        users = stack.enter_context(_shared(data))
        server = find(data) or stack.enter_context(_started(_OwnServer(data, settings or {}), users, say))
        client = stack.enter_context(server.client_of(key) if key else server.client())
        wait_until_ready(client, say, samples=samples)
        yield client


def wait_until_ready(client: Client, say: Say, *, samples: bool) -> None:
    """Wait until the server can answer, and has read the sample documents where they are needed. Raises ClientError."""
    said, deadline = "", time.monotonic() + PATIENCE_SECONDS
    while words := "; ".join(pending(client, samples=samples)):
        if words != said:
            said, deadline = words, time.monotonic() + PATIENCE_SECONDS
            say(words)
        if time.monotonic() > deadline:
            raise ClientError(f"The server does not get ready: {words}. Run `surefoot doctor`.", "not_ready")
        time.sleep(POLL_SECONDS)


def pending(client: Client, *, samples: bool = True) -> list[str]:
    """Give what the server still has to do before it can answer, in words; empty when it can."""
    readiness = client.ready()
    if not readiness.ready:
        return readiness.reasons or ["It is starting"]
    loading = client.status().loading if samples else None
    return [loading] if loading else []


def wait_for_engine(client: Client, seconds: float, show: Callable[[EngineStatus], None] = lambda _: None) -> None:
    """Wait up to so many seconds for a language model that is on its way, showing each status."""
    deadline = time.monotonic() + seconds
    while (engine := client.status().engine).state in {"downloading", "loading"} and time.monotonic() < deadline:
        show(engine)
        time.sleep(POLL_SECONDS)


def _address(data: Path) -> Server | None:
    try:
        row = json.loads((data / ADDRESS_FILE).read_text(encoding="utf-8"))
        url = str(row["url"])
        return Server(url, int(row["pid"]), row.get("token")) if urlsplit(url).hostname else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


@contextmanager
def _shared(data: Path) -> Generator[IO[bytes]]:
    """Hold the data folder's users' lock together with other commands; waits while a server is being stopped."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        handle = (data / USERS_LOCK).open("ab")
    except OSError as error:
        message = f"The data folder {data} cannot be written: {error.strerror}. Set SUREFOOT_DATA to another folder."
        raise ClientError(message, "data_folder") from error
    with handle:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield handle


def in_use(data: Path) -> bool:
    """Whether a command uses the data folder's server at this moment."""
    with _shared(data) as handle:
        return not _taken_alone(handle)


def _taken_alone(handle: IO[bytes]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _started(own: _OwnServer, users: IO[bytes], say: Say) -> Generator[Server]:
    """Use a server for the time of the block, or the one that another command started first."""
    try:
        yield own.answering()
        own.let_others_finish(users, say)
    except ClientError as error:
        if error.code == "unreachable" and (words := own.death()):
            raise ClientError(f"The server has ended: {words}", "server_failed") from error
        own.let_others_finish(users, say)
        raise
    finally:
        own.stop()


class _OwnServer:
    """A server that this command starts."""

    def __init__(self, data: Path, settings: Mapping[str, str]) -> None:
        self._data = data
        self._settings = {**settings, "SUREFOOT_DATA": str(data)}
        self._child = self._start()

    def _start(self) -> Child:
        command = [sys.executable, "-P", "-m", "surefoot.app.serve", "--port", "0", "--die-with-parent"]
        return start_child(command, self._settings, bound=signal.SIGTERM)

    def answering(self) -> Server:
        """Wait until it answers, or the one that holds the folder in its place. Raises ClientError."""
        deadline = time.monotonic() + START_SECONDS
        while (server := find(self._data)) is None:
            if self._child.exit_code == BUSY:  # another one is starting or stopping
                time.sleep(POLL_SECONDS)
                self._child = self._start()
            elif self._child.exit_code is not None or time.monotonic() > deadline:
                words = self._child.last_words() or f"it did not answer within {START_SECONDS:.0f} seconds"
                raise ClientError(f"The server could not be started: {words}", "server_failed")
            time.sleep(POLL_SECONDS)
        return server

    def let_others_finish(self, users: IO[bytes], say: Say) -> None:
        """Wait, before the server is stopped, for the commands that use it too; Ctrl-C does not wait."""
        if self._child.running and not _taken_alone(users):
            say("Another command still uses this command's server; waiting for it.")
            fcntl.flock(users, fcntl.LOCK_UN)
            fcntl.flock(users, fcntl.LOCK_EX)

    def death(self) -> str | None:
        """Give the last words of a server that has ended, or None."""
        self._child.wait(1.0)
        if self._child.running:
            return None
        return self._child.last_words() or f"its status was {self._child.exit_code}"

    def stop(self) -> None:
        """Stop it."""
        self._child.stop()
