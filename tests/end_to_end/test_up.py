"""`surefoot up` in a terminal: it comes up, it stops on Ctrl-C with status 0, and it leaves no process behind."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import socket
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.app.command import SUREFOOT, environment, surefoot

ROOT = Path(__file__).parent.parent.parent
SECONDS = 120.0
CTRL_C = b"\x03"
COMMANDS = {"surefoot": [str(SUREFOOT), "up"], "make": ["make", "--no-print-directory", "-f", "Makefile", "up"]}


class Terminal:
    """A command in a terminal of its own."""

    def __init__(self, command: list[str], env: dict[str, str], folder: Path) -> None:
        self.pid, self._screen = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, env)
        self.shown = ""

    def wait_for(self, pattern: str, seconds: float = SECONDS) -> str:
        """Wait until the screen shows something, and give its first group."""
        deadline = time.monotonic() + seconds
        while not (found := re.search(pattern, self.shown)):
            assert self._read(deadline), f"it never showed {pattern!r}, but:\n{self.shown}"
        return found.group(found.lastindex or 0)

    def type(self, keys: bytes) -> None:
        """Type keys."""
        os.write(self._screen, keys)

    def end(self, seconds: float = SECONDS) -> int:
        """Wait for the command's end, and give its exit status (negative for a signal)."""
        deadline = time.monotonic() + seconds
        while self._read(deadline):
            pass
        while time.monotonic() < deadline:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.02)
        raise AssertionError(f"it did not end, and showed:\n{self.shown}")

    def close(self) -> None:
        """End what still runs, and close the screen."""
        if self.pid:
            for pid in processes_of(self.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._screen)

    def _read(self, deadline: float) -> bool:
        """Take what the screen shows; False at its end, or after the deadline."""
        ready, _, _ = select.select([self._screen], [], [], max(0.0, deadline - time.monotonic()))
        try:
            data = os.read(self._screen, 65536) if ready else b""
        except OSError:  # nobody holds the other side any more
            data = b""
        self.shown += data.decode("utf-8", "replace")
        return bool(data)


def processes_of(session: int) -> list[int]:
    """The processes of a session that still run."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, IndexError):
                state, _, _, its_session = entry.joinpath("stat").read_text().rpartition(")")[2].split()[:4]
                if int(its_session) == session and state != "Z":
                    found.append(int(entry.name))
    return found


@contextmanager
def terminal(data: Path, command: str = "surefoot", **settings: str) -> Generator[Terminal]:
    """A terminal in which the product is started on a data folder of its own, with free ports."""
    ports = {"SUREFOOT_PORT": "0", "SUREFOOT_PAGES_PORT": "0", **settings}
    screen = Terminal(COMMANDS[command], environment(data, **ports), ROOT)
    try:
        yield screen
    finally:
        screen.close()


ADDRESS = r"Surefoot is at\s+(http://127\.0\.0\.1:\d+)"


@pytest.mark.parametrize("command", COMMANDS)
def test_it_comes_up_and_ctrl_c_stops_all_of_it_with_status_0(command: str, data: Path) -> None:
    with terminal(data, command) as screen:
        session = screen.pid
        pages = screen.wait_for(ADDRESS)
        assert httpx.get(pages).status_code == 200
        api = json.loads((data / "server.json").read_text())["url"]
        assert httpx.get(f"{api}/health").json() == {"status": "ok"}
        screen.wait_for("no language model is set")
        assert httpx.get(f"{api}/ready").status_code == 200
        assert len(processes_of(session)) >= 3
        screen.type(CTRL_C)
        assert screen.end() == 0
        assert processes_of(session) == []
        assert "Traceback" not in screen.shown
    assert not (data / "up.json").exists()
    with pytest.raises(httpx.TransportError):
        httpx.get(pages)


def test_nothing_is_left_when_it_is_killed_and_it_comes_up_again_at_once(data: Path) -> None:
    with terminal(data) as screen:
        screen.wait_for(ADDRESS)
        session = screen.pid
        os.kill(session, signal.SIGKILL)
        with terminal(data) as again:
            again.wait_for(ADDRESS)
            assert processes_of(session) == []
            again.type(CTRL_C)
            assert again.end() == 0


def test_ctrl_c_before_anything_answers_stops_it_too(data: Path) -> None:
    with terminal(data) as screen:
        session = screen.pid
        screen.wait_for("Starting")
        screen.type(CTRL_C)
        assert screen.end() == 0
        assert processes_of(session) == []


def test_a_second_one_says_where_the_first_is(data: Path) -> None:
    with terminal(data) as screen:
        pages = screen.wait_for(ADDRESS)
        second = surefoot(data, "up", "--json")
        assert second.status == 0
        assert second.json()["url"] == pages
        asked = surefoot(data, "assistants", "list", "--json")
        assert {"fleet", "support", "compliance"} <= {row["name"] for row in asked.json()["assistants"]}
        assert len([pid for pid in processes_of(screen.pid) if _runs(pid, "surefoot.app.serve")]) == 1
        screen.type(CTRL_C)
        assert screen.end() == 0


def test_pages_that_die_are_started_again_with_their_last_words_told(data: Path) -> None:
    with terminal(data) as screen:
        pages = screen.wait_for(ADDRESS)
        (victim,) = (pid for pid in processes_of(screen.pid) if _runs(pid, "streamlit"))
        os.kill(victim, signal.SIGKILL)
        screen.wait_for("The pages ended")
        screen.wait_for("Starting the pages again")
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                if httpx.get(f"{pages}/_stcore/health").is_success:
                    break
            time.sleep(0.1)
        assert httpx.get(pages).status_code == 200
        screen.type(CTRL_C)
        assert screen.end() == 0


def test_an_api_that_dies_again_and_again_is_started_again_with_growing_waits_and_never_given_up(data: Path) -> None:
    with terminal(data) as screen:
        screen.wait_for(ADDRESS)
        session, killed = screen.pid, set[int]()
        for deaths in range(1, 5):
            killed.add(_kill_another(session, "surefoot.app.serve", killed))
            screen.wait_for(rf"(?s)(The API ended with status -9.*){{{deaths}}}")
        screen.wait_for("Starting the API again in 4 s")
        told = [words.strip() for words in re.findall(r"Starting the API again[^.]*\.", screen.shown)]
        assert told == [f"Starting the API again{wait}." for wait in ("", " in 1 s", " in 2 s", " in 4 s")]
        screen.wait_for("The API answers again")
        api = json.loads((data / "server.json").read_text())["url"]
        assert httpx.get(f"{api}/health").json() == {"status": "ok"}
        assert "cannot be kept running" not in screen.shown
        screen.type(CTRL_C)
        assert screen.end() == 0
        assert processes_of(session) == []


def test_an_api_and_pages_that_are_stopped_are_noticed_and_started_again(data: Path) -> None:
    with terminal(data, SUREFOOT_HANG_SECONDS="4") as screen:
        pages = screen.wait_for(ADDRESS)
        session = screen.pid
        stopped = [_one(session, words) for words in ("surefoot.app.serve", "streamlit")]
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        screen.wait_for("The API has not answered for [0-9]+ s, so it is ended")
        screen.wait_for("The pages have not answered for [0-9]+ s, so they are ended")
        screen.wait_for("The API answers again")
        screen.wait_for("The pages answer again")
        assert httpx.get(pages).status_code == 200
        assert not set(stopped) & set(processes_of(session))
        screen.type(CTRL_C)
        assert screen.end() == 0


def test_an_api_and_pages_that_are_stopped_while_they_start_are_noticed_and_started_again(data: Path) -> None:
    with terminal(data, SUREFOOT_HANG_SECONDS="4") as screen:
        session = screen.pid
        stopped = [_one(session, words) for words in ("surefoot.app.serve", "streamlit")]
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        screen.wait_for("The API has begun to start and done nothing for [0-9]+ s, so it is ended")
        screen.wait_for("The pages have begun to start and done nothing for [0-9]+ s, so they are ended")
        pages = screen.wait_for(ADDRESS)
        assert httpx.get(pages).status_code == 200
        assert not set(stopped) & set(processes_of(session))
        screen.type(CTRL_C)
        assert screen.end() == 0


def test_an_api_that_cannot_start_is_told_with_its_reason_and_status_1(tmp_path: Path) -> None:
    (tmp_path / "surefoot.db").write_bytes(b"this is no database, and nobody may overwrite it" * 100)
    with terminal(tmp_path) as screen:
        session = screen.pid
        assert screen.end() == 1
        assert "The API ended" in screen.shown
        assert "api.log" in screen.shown
        assert processes_of(session) == []


def test_a_port_in_use_gives_way_to_the_next(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with terminal(data, SUREFOOT_PAGES_PORT=str(port)) as screen:
            screen.wait_for(f"Port {port} is in use")
            pages = screen.wait_for(ADDRESS)
            assert pages != f"http://127.0.0.1:{port}"
            screen.type(CTRL_C)
            assert screen.end() == 0


def _one(session: int, words: str, but: Iterable[int] = ()) -> int:
    """The process of a session that runs something, once there is one."""
    deadline = time.monotonic() + SECONDS
    while not (found := [pid for pid in processes_of(session) if pid not in but and _runs(pid, words)]):
        assert time.monotonic() < deadline, f"nothing runs {words}"
        time.sleep(0.05)
    return found[0]


def _kill_another(session: int, words: str, killed: Iterable[int]) -> int:
    """Kill the process of a session that runs something and was not killed before; gives its id."""
    pid = _one(session, words, killed)
    os.kill(pid, signal.SIGKILL)
    return pid


def _runs(pid: int, words: str) -> bool:
    with suppress(OSError):
        return words.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False
