"""What a process and a folder really take."""

from __future__ import annotations

import os
from pathlib import Path

_BLOCK = 512
"""Bytes of a block as the operating system counts them (POSIX, st_blocks)."""


def resident_bytes() -> int:
    """Resident memory of this process now."""
    return _status("VmRSS")


def peak_bytes() -> int:
    """The most resident memory that this process has had."""
    return _status("VmHWM")


def disk_bytes(folder: Path) -> int:
    """Bytes that a folder takes on the disk; holes in sparse files take none."""
    return sum(path.stat().st_blocks * _BLOCK for path in folder.rglob("*") if path.is_file())


def _status(name: str) -> int:
    """A field of /proc/self/status, which gives kibibytes (Linux)."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has taken, its threads included (Linux, proc(5): utime and stime)."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    user, system = stat.rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
