"""The reading process: what it may not do, and what happens when a file breaks it."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

import pytest

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.sandbox import Sandbox
from tests.conftest import missing

SLOW = b"name,value\n" + b"".join(b"row %d,%d\n" % (n, n * n) for n in range(900_000))
"""A table that takes seconds to read."""


@pytest.fixture
def limited() -> Generator[Callable[..., Sandbox]]:
    made: list[Sandbox] = []

    def make(**limits: int | float) -> Sandbox:
        made.append(Sandbox(replace(ReadLimits(), **limits)))
        return made[-1]

    yield make
    for sandbox in made:
        sandbox.close()


def idle_pid(sandbox: Sandbox) -> int:
    return sandbox._idle[0].pid


def busy_pid(own: Sandbox) -> int:
    """The process that works for this sandbox, once it does."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                command = (status.parent / "cmdline").read_bytes()
                parent = status.read_text().split("PPid:")[1].split()[0]
            except OSError:
                continue
            pid = int(status.parent.name)
            if b"sandbox_child" in command and parent == str(os.getpid()) and pid not in {w.pid for w in own._idle}:
                return pid
        time.sleep(0.02)
    raise AssertionError("no reading process came")


def gone(pid: int, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def test_many_small_files_share_one_process(limited: Callable[..., Sandbox]) -> None:
    sandbox = limited()
    sandbox.read(b"one", "a.txt")
    first = idle_pid(sandbox)
    sandbox.read(b"two", "b.txt")
    assert idle_pid(sandbox) == first


def test_the_process_inherits_no_secrets_and_writes_no_files(limited: Callable[..., Sandbox]) -> None:
    sandbox = limited()
    sandbox.read(b"one", "a.txt")
    process = Path(f"/proc/{idle_pid(sandbox)}")
    names = {pair.split(b"=")[0] for pair in (process / "environ").read_bytes().split(b"\0") if pair}
    assert names <= {b"PATH", b"HOME", b"LANG"}
    limits = (process / "limits").read_text()
    assert "Max file size             0 " in limits
    assert f"Max address space         {ReadLimits().memory_bytes}" in limits
    open_files = [str(link.readlink()) for link in (process / "fd").iterdir()]
    assert all(name.startswith(("pipe:", "/dev/null", "/dev/urandom")) for name in open_files)


CONFINED = """
import os, socket, sys
from pathlib import Path
from surefoot.ingestion.sandbox_child import _confine
_confine(os.getppid(), 2**30)
for act in (
    lambda: socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", int(sys.argv[1]))),
    lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
    lambda: Path(sys.argv[2]).write_bytes(b"x"),
):
    try:
        act()
        print("done", end=" ")
    except OSError as error:
        print("refused", end=" ")
"""


def test_the_process_reaches_no_network_writes_nothing_and_does_not_see_its_parents_secrets(
    tmp_path: Path,
) -> None:
    if subprocess.run(["unshare", "-Urn", "true"], check=False, capture_output=True).returncode:
        missing("a system that lets a process have a network of its own (unshare -Urn)")
    with socket.create_server(("127.0.0.1", 0)) as somewhere:
        run = subprocess.run(
            [sys.executable, "-c", CONFINED, str(somewhere.getsockname()[1]), tmp_path / "written"],
            capture_output=True,
            text=True,
            check=True,
        )
    assert run.stdout.split() == ["refused"] * 4


def test_a_file_that_takes_too_long_is_refused_and_the_next_is_read(limited: Callable[..., Sandbox]) -> None:
    sandbox = limited(seconds=0.6)
    with pytest.raises(Unreadable, match=r"longer than 0\.6 seconds"):
        sandbox.read(SLOW, "slow.csv")
    assert sandbox.read(b"next", "a.txt").sections[0].text == "next"


def test_a_file_that_needs_too_much_memory_is_refused_and_the_next_is_read(limited: Callable[..., Sandbox]) -> None:
    sandbox = limited(memory_bytes=200 * 2**20)
    with pytest.raises(Unreadable, match="more than 200 MB"):
        sandbox.read(SLOW * 3, "large.csv")
    assert sandbox.read(b"next", "a.txt").sections[0].text == "next"


def test_a_bomb_in_a_pdf_takes_only_its_own_process(limited: Callable[..., Sandbox]) -> None:
    sandbox = limited(memory_bytes=300 * 2**20, seconds=20)
    once = zlib.compress(b"\0" * (600 * 2**20), 9)
    stream = zlib.compress(once, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R>>",
        b"<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n%s\nendstream" % (len(stream), stream),
    ]
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%s\nendobj\n" % (n, o) for n, o in enumerate(objects, 1))
    with pytest.raises(Unreadable):
        sandbox.read(body + b"trailer<</Root 1 0 R>>\n%%EOF", "bomb.pdf")
    assert sandbox.read(b"next", "a.txt").sections[0].text == "next"


def test_an_archive_that_lies_about_its_size_is_refused(limited: Callable[..., Sandbox]) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<x>" + b" " * (150 * 2**20) + b"</x>")
    data = out.getvalue().replace((150 * 2**20 + 7).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    with pytest.raises(Unreadable):
        limited(memory_bytes=260 * 2**20).read(data, "liar.docx")


def test_a_process_that_is_killed_rejects_its_file_alone(limited: Callable[..., Sandbox]) -> None:
    sandbox = limited()
    reasons: list[str] = []

    def read() -> None:
        try:
            sandbox.read(SLOW * 3, "slow.csv")
        except Unreadable as error:
            reasons.append(str(error))

    reader = threading.Thread(target=read)
    reader.start()
    pid = busy_pid(sandbox)
    time.sleep(0.6)  # until it has said that it is ready
    os.kill(pid, signal.SIGKILL)
    reader.join(20)
    assert len(reasons) == 1
    assert "broke the reader" in reasons[0]
    assert sandbox.read(b"next", "a.txt").sections[0].text == "next"


def test_a_process_that_died_while_it_waited_costs_no_file(limited: Callable[..., Sandbox]) -> None:
    sandbox = limited()
    sandbox.read(b"one", "a.txt")
    os.kill(idle_pid(sandbox), signal.SIGKILL)
    assert sandbox.read(b"two", "b.txt").sections[0].text == "two"


def test_a_process_that_is_killed_after_other_files_is_replaced_and_the_file_read(
    limited: Callable[..., Sandbox],
) -> None:
    sandbox = limited(characters=100_000_000)
    sandbox.read(b"one", "a.txt")
    pid = idle_pid(sandbox)
    killer = threading.Timer(0.3, os.kill, (pid, signal.SIGKILL))
    killer.start()
    assert len(sandbox.read(SLOW, "slow.csv").sections) == 1
    assert gone(pid)


def test_a_process_survives_the_thread_that_asked_for_it(limited: Callable[..., Sandbox]) -> None:
    sandbox = limited()
    asking = threading.Thread(target=sandbox.read, args=(b"one", "a.txt"))
    asking.start()
    asking.join()
    first = idle_pid(sandbox)
    time.sleep(0.3)
    sandbox.read(b"two", "b.txt")
    assert idle_pid(sandbox) == first


def test_several_threads_read_at_once(limited: Callable[..., Sandbox]) -> None:
    sandbox = limited()
    found: list[str] = []

    def read(data: bytes) -> None:
        found.append(sandbox.read(data, "a.txt").sections[0].text)

    threads = [threading.Thread(target=read, args=(b"text %d" % n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(found) == [f"text {n}" for n in range(8)]
    assert 1 <= len(sandbox._idle) <= 4


PARENT = """
import sys, threading, time
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.sandbox import Sandbox
from tests.conftest import missing
sandbox = Sandbox(ReadLimits())
sandbox.read(b"one", "a.txt")
print(sandbox._idle[0].pid, flush=True)
if sys.argv[1] == "busy":
    data = b"name,value\\n" + b"row,1\\n" * 3_000_000
    sandbox.read(data, "slow.csv")
time.sleep(60)
"""


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_the_process_dies_with_its_parent(state: str) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT, state], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        time.sleep(0.5)
        parent.kill()
        parent.wait()
        assert gone(worker)
