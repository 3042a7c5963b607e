"""Keeps the API and the pages running until it is told to stop, and leaves no process behind."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from surefoot.app.cli.announcing import Announcer
from surefoot.app.cli.ports import LOOPBACK, near
from surefoot.app.client.child import BoundedLog, Child, start_child
from surefoot.app.client.errors import ClientError
from surefoot.app.client.server import BUSY, Places, find
from surefoot.app.client.transport import answers

PAGES = Path(__file__).parents[1] / "pages"
OWN_NAMES = ("localhost", "127.0.0.1", "::1")
POLL_SECONDS, SETTLED_POLL_SECONDS = 0.25, 5.0
STATUS_SECONDS = 2.0
GRACE_SECONDS = 10.0
RESTARTS, RESTART_WINDOW_SECONDS = 3, 60.0
WORDS_LINES = 12


@dataclass(slots=True)
class Kept:
    """A child that is started again when it ends."""

    name: str
    log: Path
    start: Callable[[BoundedLog], Child]
    child: Child | None = None
    has_answered: bool = False
    ends: deque[float] = field(default_factory=lambda: deque[float](maxlen=RESTARTS))

    def begin(self) -> None:
        """Start it."""
        self.child = self.start(BoundedLog(self.log))

    def ended(self) -> bool:
        """Whether it runs no longer."""
        return self.child is not None and not self.child.running

    def hopeless(self) -> bool:
        """Note an end, and say whether it is no use to start it again: it never worked, or ends again and again."""
        self.ends.append(time.monotonic())
        often = len(self.ends) == RESTARTS and self.ends[-1] - self.ends[0] < RESTART_WINDOW_SECONDS
        return often or not self.has_answered


def seen_from_elsewhere(places: Places) -> Sequence[tuple[str, str]]:
    """Options by which the pages know their public address: they talk to no page of another origin or host name."""
    if places.public_url is None:
        return ()
    parts = urlsplit(places.public_url)
    public = parts.hostname or LOOPBACK
    return (
        ("browser.serverAddress", public),
        ("browser.serverPort", str(parts.port or {"https": 443}.get(parts.scheme, 80))),
        *(("server.allowedHosts", name) for name in (*OWN_NAMES, public, places.host)),
    )


class Supervisor:
    """Starts API and pages on the given ports, and stops both."""

    def __init__(self, places: Places, announcer: Announcer) -> None:
        self._places = places
        self._announcer = announcer
        self._stop = threading.Event()
        self._hurry = False
        logs = places.data / "logs"
        self._api = Kept("API", logs / "api.log", self._start_api)
        self._pages = Kept("pages", logs / "pages.log", self._start_pages)
        self.url = f"http://{near(places.host)}:{places.pages_port}"
        self._announced = False
        self._next_look = 0.0
        self._patient_until = time.monotonic() + GRACE_SECONDS

    def run(self, announced: Callable[[str], None]) -> int:
        """Run until Ctrl-C or SIGTERM (0), or until a child cannot be kept running (1).

        `announced` is called with the address of the pages once they answer.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        try:
            self._announcer.say("Starting API and pages.")
            self._api.begin()
            self._pages.begin()
            while not self._stop.wait(POLL_SECONDS):
                if not (self._keep(self._api) and self._keep(self._pages)):
                    return 1
                if time.monotonic() >= self._next_look:
                    self._look(announced)
        finally:
            self._announcer.quiet()
            self._end()
        return 0

    def _start_api(self, log: BoundedLog) -> Child:
        port = str(self._places.port)
        command = [sys.executable, "-P", "-m", "surefoot.app.serve", "--port", port, "--die-with-parent", "--simulate"]
        return start_child(command, self._settings(), log, bound=signal.SIGTERM)

    def _start_pages(self, log: BoundedLog) -> Child:
        options = {
            "server.headless": "true",
            "server.address": self._places.host,
            "server.port": str(self._places.pages_port),
            "server.fileWatcherType": "none",
            "server.showEmailPrompt": "false",
            "server.maxUploadSize": str(self._places.upload_limit_mb),
            "browser.gatherUsageStats": "false",
        }
        command = [sys.executable, "-P", "-m", "streamlit", "run", str(PAGES / "application.py")]
        command += [f"--{name}={value}" for name, value in (*options.items(), *seen_from_elsewhere(self._places))]
        return start_child(command, self._settings(), log, bound=signal.SIGKILL, folder=PAGES)

    def _settings(self) -> dict[str, str]:
        return {"SUREFOOT_DATA": str(self._places.data), "SUREFOOT_PAGES_PORT": str(self._places.pages_port)}

    def _keep(self, kept: Kept) -> bool:
        """Start a child again that has ended, saying why; False where that is no use."""
        if not kept.ended() or kept.child is None:
            return True
        if kept.child.exit_code == BUSY and time.monotonic() < self._patient_until:
            kept.begin()  # the folder's last server is still stopping
            return True
        words = kept.child.last_words(WORDS_LINES)
        kept.child.kill()
        self._announcer.say(f"The {kept.name} ended with status {kept.child.exit_code}. Its last words:\n{words}")
        if kept.hopeless():
            self._announcer.say(f"The {kept.name} cannot be kept running. Its log is {kept.log}.")
            return False
        self._announcer.say(f"Starting the {kept.name} again.")
        kept.begin()
        return True

    def _look(self, announced: Callable[[str], None]) -> None:
        """Look whether API and pages answer, and say how far the loading is."""
        self._pages.has_answered = self._pages.has_answered or answers(f"{self.url}/_stcore/health")
        server = find(self._places.data)
        if server is None or self._api.child is None or server.pid != self._api.child.pid:
            return
        self._api.has_answered = True
        if self._pages.has_answered and not self._announced:
            self._announced = True
            self._announcer.address(self._places.public_url or self.url, server.url)
            announced(self.url)
        try:
            with server.client(STATUS_SECONDS) as client:
                if not self._announcer.progress(client.status()) and self._announced:
                    self._next_look = time.monotonic() + SETTLED_POLL_SECONDS
        except ClientError:
            return  # it is busy, or has just ended: the next look tells

    def _asked_to_stop(self, number: int, _frame: FrameType | None) -> None:
        if self._stop.is_set() and number == signal.SIGINT:
            self._hurry = True
        self._stop.set()

    def _end(self) -> None:
        """Ask both to stop, wait a while, and end what is left; a second Ctrl-C ends the waiting."""
        running = [kept.child for kept in (self._pages, self._api) if kept.child is not None]
        for child in running:
            child.ask_to_stop()
        deadline = time.monotonic() + GRACE_SECONDS
        while any(child.running for child in running) and time.monotonic() < deadline and not self._hurry:
            time.sleep(0.05)
        for child in running:
            child.kill()
