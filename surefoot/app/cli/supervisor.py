"""Keeps the API and the pages running until it is told to stop, and leaves no process behind."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
POLL_SECONDS, LOOK_SECONDS, SETTLED_POLL_SECONDS = 0.25, 1.0, 5.0
STATUS_SECONDS = 2.0
GRACE_SECONDS = 10.0
HUNG_STOP_SECONDS = 5.0
"""How long one that answers no longer may take to stop before it is ended by force."""
LONGEST_WAIT_SECONDS = 60.0
"""The waits before a start again are 0, 1, 2, 4 … seconds, and never longer than this."""
STEADY_SECONDS = 60.0
"""What has answered for so long may end once more without a wait."""
STARTS = 2
"""Times as long as one that has answered, one that starts may do nothing."""
LOOK_COUNTS_SECONDS = 10.0
"""So much silence a single look tells of at most: a machine that slept says nothing about its processes."""
WORDS_LINES = 12


@dataclass(slots=True)
class Kept:
    """A child that is started again when it ends, or when it answers no longer."""

    name: str
    log: Path
    start: Callable[[BoundedLog], Child]
    child: Child | None = None
    has_answered: bool = False
    """Whether it ever did."""
    answering_since: float | None = None
    """Since when it has answered, of this start."""
    looked: float = 0.0
    silent_seconds: float = 0.0
    """For how long it has not answered; of one that starts, for how long it has done nothing either."""
    worked: float | None = None
    """Seconds that the processor had worked for it when it was looked at last, of this start."""
    failures: int = 0
    """Ends in a row, none of which came after a steady time."""
    begin_at: float = 0.0
    last_words: tuple[int | None, str] = (None, "")

    def begin(self) -> None:
        """Start it."""
        self.answering_since, self.silent_seconds, self.worked = None, 0.0, None
        self.child = self.start(BoundedLog(self.log))

    def ended(self) -> bool:
        """Whether it runs no longer."""
        return self.child is not None and not self.child.running

    def answered(self, *, does: bool) -> bool:
        """Note whether it answers; True where it is the first answer of a start that is not its first."""
        now = time.monotonic()
        since_last, self.looked = now - self.looked, now
        if not does:
            silent = self.answering_since is not None or self._stands_still()
            self.silent_seconds = self.silent_seconds + min(since_last, LOOK_COUNTS_SECONDS) if silent else 0.0
            return False
        again = self.has_answered and self.answering_since is None
        self.has_answered, self.silent_seconds = True, 0.0
        self.answering_since = self.answering_since or now
        return again

    def _stands_still(self) -> bool:
        """Whether it has done nothing since the last look: starting may take long, such as for a large database."""
        before, self.worked = self.worked, self.child.worked_seconds() if self.child is not None else None
        return self.worked is not None and self.worked == before

    def patience(self, seconds: float) -> float:
        """For how long it may be silent, where one that has answered may be so for so many seconds."""
        return seconds if self.answering_since is not None else STARTS * seconds

    def hopeless(self) -> bool:
        """Whether it is no use to start it again: it ended by itself before it ever worked."""
        return not self.has_answered and self.child is not None and (self.child.exit_code or 0) >= 0

    def wait(self) -> float:
        """Note an end, and give the seconds until it is started again."""
        steady = self.answering_since and time.monotonic() - self.answering_since >= STEADY_SECONDS
        self.failures = 1 if steady else self.failures + 1
        exponent = min(self.failures - 2, 10)
        seconds = 0.0 if exponent < 0 else min(LONGEST_WAIT_SECONDS, 2.0**exponent)
        self.begin_at = time.monotonic() + seconds
        return seconds


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
        """Run until Ctrl-C or SIGTERM (0); 1 where a child ends by itself before it ever worked.

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
        """Start a child again that has ended, once it is time, saying why; False where that is no use."""
        if not kept.ended() or kept.child is None:
            return True
        if kept.begin_at:
            if time.monotonic() >= kept.begin_at:
                kept.begin_at = 0.0
                kept.begin()
            return True
        if kept.child.exit_code == BUSY and time.monotonic() < self._patient_until:
            kept.begin()  # the folder's last server is still stopping
            return True
        return self._tell_of_end(kept, kept.child)

    def _tell_of_end(self, kept: Kept, child: Child) -> bool:
        """Say that a child has ended, and when it is started again; False where that is no use."""
        words = child.last_words(WORDS_LINES)
        child.kill()
        last, kept.last_words = kept.last_words, (child.exit_code, words)
        said = "again, as before." if last == kept.last_words else f"Its last words:\n{words}"
        self._announcer.say(
            f"The {kept.name} ended with status {child.exit_code}{', ' if said[0] == 'a' else '. '}{said}"
        )
        if kept.hopeless():
            self._announcer.say(f"The {kept.name} cannot be kept running. Its log is {kept.log}.")
            return False
        seconds = kept.wait()
        self._announcer.say(f"Starting the {kept.name} again{f' in {seconds:.0f} s' if seconds else ''}.")
        return True

    def _look(self, announced: Callable[[str], None]) -> None:
        """Look whether API and pages answer, and say how far the loading is."""
        self._next_look = time.monotonic() + (LOOK_SECONDS if self._announced else 0.0)
        self._heard(self._pages, does=answers(f"{self.url}/_stcore/health"))
        server = find(self._places.data)  # asks for /health, which needs no database and no thread
        if server is not None and (self._api.child is None or server.pid != self._api.child.pid):
            return
        self._heard(self._api, does=server is not None)
        if server is None:
            return
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

    def _heard(self, kept: Kept, *, does: bool) -> None:
        """Note whether a child answers; one that has not for long is ended, and so started again."""
        limit = self._places.hang_seconds
        many = kept is self._pages
        if kept.answered(does=does):
            self._announcer.say(f"The {kept.name} {'answer' if many else 'answers'} again.")
        if limit and kept.silent_seconds >= kept.patience(limit) and kept.child is not None and kept.child.running:
            have, are = ("have", "they are") if many else ("has", "it is")
            did = "not answered" if kept.answering_since is not None else "begun to start and done nothing"
            self._announcer.say(f"The {kept.name} {have} {did} for {kept.silent_seconds:.0f} s, so {are} ended.")
            kept.child.stop(HUNG_STOP_SECONDS)

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
