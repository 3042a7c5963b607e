"""A small disk of its own for a server: mounted in a namespace that goes when its process ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.app.running import PATIENCE, ServerProcess, environment
from tests.conftest import missing

MOUNT = 'mount -t tmpfs -o size="$1" tmpfs "$2" && mkdir "$2/data" && shift 2 && eval "$1" && shift && exec "$@"'
BLOCK = bytes(64 * 1024)


@dataclass(frozen=True)
class OwnDisk:
    """A server whose data folder lies on a disk that it alone sees."""

    server: ServerProcess
    mount: Path
    """The disk as this process sees it."""

    def fill(self) -> None:
        """Take all room that is left."""
        with suppress(OSError), (self.mount / "fill").open("wb", buffering=0) as file:
            while file.write(BLOCK):
                pass

    def free(self) -> None:
        """Give the room back."""
        (self.mount / "fill").unlink()


@contextmanager
def server_on_own_disk(folder: Path, weights: Path, megabytes: int, then: str = "true") -> Generator[OwnDisk]:
    """The real server with its data on a disk of so many megabytes; `then` is done to the disk ($mount) before."""
    folder.mkdir(exist_ok=True)
    own = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*own, "mount", "-t", "tmpfs", "tmpfs", folder], check=False, capture_output=True).returncode:
        missing("a system that lets a process mount a disk of its own (unshare --user --map-root-user --mount)")
    serve = [sys.executable, "-m", "surefoot.app.serve", "--port", "0"]
    process = subprocess.Popen(
        [*own, "sh", "-c", MOUNT, "sh", f"{megabytes}m", str(folder), then, *serve],
        env={**environment(folder / "data", weights, SUREFOOT_SIMULATOR="off"), "mount": str(folder)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    mount = Path(f"/proc/{process.pid}/root{folder}")
    try:
        yield OwnDisk(ServerProcess(process, mount / "data"), mount)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)
        if process.stderr:
            process.stderr.close()
