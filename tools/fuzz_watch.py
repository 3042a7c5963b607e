"""Watches the reading processes of a campaign: how much memory they take, and whether anything was written outside."""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
from pathlib import Path
from types import TracebackType

from tools.fuzz_hostile import ESCAPE

_EVERY_S = 0.1


class Watch:
    """Looks at this process's reading processes several times a second, while it is entered."""

    def __init__(self) -> None:
        self.peak: dict[str, int] = {}
        """Most bytes of address space that a program took, by its name."""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look_again, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _look_again(self) -> None:
        while not self._ended.wait(_EVERY_S):
            for pid in _readers(os.getpid()):
                with contextlib.suppress(OSError, ValueError, IndexError):
                    self._note(Path(f"/proc/{pid}/status").read_text())

    def _note(self, status: str) -> None:
        fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        name = fields["Name"].strip()
        size = int(fields.get("VmPeak", "0 kB").split()[0]) * 1024
        self.peak[name] = max(self.peak.get(name, 0), size)


def escaped() -> list[str]:
    """Files that hostile archives wrote, in the places where they would arrive."""
    places = {Path("/"), Path.home(), Path.cwd(), Path.cwd().parent, Path(tempfile.gettempdir())}
    return sorted(str(place / ESCAPE) for place in places if (place / ESCAPE).exists())


def own_memory() -> int:
    """Bytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _readers(parent: int) -> list[int]:
    """A process's reading processes, and the programs that they started."""
    found = [pid for pid in _children(parent) if _is_reader(pid)]
    return [*found, *(child for pid in found for child in _below(pid))]


def _is_reader(pid: int) -> bool:
    try:
        return b"surefoot.ingestion.sandbox_child" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found.extend(map(int, task.read_text().split()))
    return found


def _below(pid: int) -> list[int]:
    """Processes that a process started, and those that they started."""
    return [pid for child in _children(pid) for pid in (child, *_below(child))]
