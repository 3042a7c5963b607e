"""Child processes: their logs stay small, and they end with their parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from surefoot.app.client.child import LAUNCHER, TAIL_LINES, BoundedLog, start_child

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
]


def _gone(pid: int, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
            if "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text():
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.02)
    return False


def test_a_log_never_grows_past_twice_its_limit_and_keeps_the_last_lines(tmp_path: Path) -> None:
    log = BoundedLog(tmp_path / "logs" / "api.log", limit=1000)
    for number in range(1000):
        log.write(f"line {number}\n".encode())
    log.close()
    kept = sorted((tmp_path / "logs").iterdir())
    assert [path.name for path in kept] == ["api.log", "api.log.1"]
    assert sum(path.stat().st_size for path in kept) <= 2000
    assert kept[0].read_text().endswith("line 999\n")
    assert list(log.tail) == [f"line {number}" for number in range(1000 - TAIL_LINES, 1000)]


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("in the way")
    log = BoundedLog(tmp_path / "logs" / "api.log")
    log.write(b"told\n")
    assert list(log.tail) == ["told"]


def test_a_child_gets_its_settings_and_its_last_words_are_known(tmp_path: Path) -> None:
    code = "import os, sys; print(os.environ['SUREFOOT_DATA'], os.getcwd()); sys.exit(7)"
    child = start_child([sys.executable, "-c", code], {"SUREFOOT_DATA": "a b=c"}, folder=tmp_path)
    assert child.wait(10)
    assert child.exit_code == 7
    assert child.last_words() == f"a b=c {tmp_path}"


def test_a_stubborn_child_is_ended_with_its_whole_group() -> None:
    code = f"import subprocess, time; subprocess.Popen({STUBBORN!r}); time.sleep(600)"
    child = start_child([sys.executable, "-c", code], {})
    while not child.last_words():
        time.sleep(0.02)
    group = [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and _group(int(p.name)) == child.pid]
    assert len(group) == 2
    child.stop(0.2)
    assert all(_gone(pid) for pid in group)


def test_a_bound_child_ends_when_its_parent_is_killed() -> None:
    code = (
        "import signal, time; from surefoot.app.client.child import start_child;"
        f"child = start_child({SLEEP!r}, {{}}, bound=signal.SIGTERM);"
        "print(child.pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        time.sleep(0.3)
        os.kill(parent.pid, signal.SIGKILL)
    assert _gone(pid)


def test_a_launcher_whose_parent_is_gone_already_starts_nothing(tmp_path: Path) -> None:
    sign = tmp_path / "started"
    command = [sys.executable, "-c", f"open({str(sign)!r}, 'w')"]
    subprocess.run([sys.executable, "-S", LAUNCHER, "1", "15", *command], check=True, timeout=10)
    assert not sign.exists()


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0
