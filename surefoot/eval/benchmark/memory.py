"""What a process and a folder really take."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_MAPPING = re.compile(r"[0-9a-f]+-[0-9a-f]+ \S+ [0-9a-f]+ (?P<device>\S+) (?P<file>\d+)")
"""The first line of a mapping in /proc/…/smaps (proc(5))."""
_BLOCK = 512
"""Bytes of a block as the operating system counts them (POSIX, st_blocks)."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """Where the resident memory of a process lies."""

    own: int
    """Bytes that no file holds."""
    files: Counter[str]
    """Bytes of each file's pages, by the file's device and number."""

    @property
    def all(self) -> int:
        """Bytes of resident memory."""
        return self.own + self.files.total()


def footprint(process: int) -> Footprint:
    """The resident memory of a process now (Linux)."""
    own, files, file = 0, Counter[str](), ""
    for line in Path(f"/proc/{process}/smaps").read_text(encoding="utf-8", errors="replace").splitlines():
        if found := _MAPPING.match(line):
            file = f"{found['device']} {found['file']}" if found["file"] != "0" else ""
        elif line.startswith("Rss:"):
            own, files[file] = own + (0 if file else _bytes(line)), files[file] + (_bytes(line) if file else 0)
        elif line.startswith("Anonymous:") and file:  # pages of a file that the process has written to
            own, files[file] = own + _bytes(line), files[file] - _bytes(line)
    return Footprint(own, files)


def together(footprints: Iterable[Footprint]) -> int:
    """Bytes that some processes take, the pages of a file that several of them have counted once.

    Which pages they share is not looked at: of each file, as many count as the one that has most of it has.
    """
    found = list(footprints)
    files = Counter[str]()
    for one in found:
        files |= one.files
    return sum(one.own for one in found) + files.total()


def children(process: int) -> Iterator[int]:
    """The processes that a process has started and that run still."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and _parent(folder) == process:
            yield int(folder.name)


def resident_bytes() -> int:
    """Resident memory of this process now."""
    return _status("VmRSS")


def peak_bytes(process: int | None = None) -> int:
    """Bytes of the most resident memory that a process has had; this one where none is named.

    The kernel notes it when memory is given back, from counts that it keeps by processor and adds up now and then: it
    may lie below what :func:`footprint` read before, by 60 to 320 KiB in 100 tries on two cores (Linux 6.18).
    """
    return _status("VmHWM", process)


def disk_bytes(folder: Path) -> int:
    """Bytes that a folder takes on the disk; holes in sparse files take none."""
    return sum(path.stat().st_blocks * _BLOCK for path in folder.rglob("*") if path.is_file())


def _parent(folder: Path) -> int | None:
    try:
        return int((folder / "stat").read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()[1])
    except (OSError, IndexError):
        return None  # it has ended


def _status(name: str, process: int | None = None) -> int:
    """A field of /proc/…/status (Linux)."""
    for line in Path(f"/proc/{process or 'self'}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name}:"):
            return _bytes(line)
    return 0


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has taken, its threads included (Linux, proc(5): utime and stime)."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    user, system = stat.rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _bytes(line: str) -> int:
    """A line's kibibytes."""
    return int(line.split()[1]) * 1024
