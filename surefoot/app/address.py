"""The file in the data folder that says where its server listens, and the lock that its server holds."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from surefoot import __version__
from surefoot.app.errors import DataFolderBusy, DataFolderUnusable
from surefoot.app.hosts import is_loopback
from surefoot.app.locks import FileLock

LOCK_FILE = "server.lock"
ADDRESS_FILE = "server.json"
RESTORING = "restoring.json"
"""Lies in a folder that is being made of a backup, for as long as it is not whole."""
TOKEN_PREFIX = "sft_"  # noqa: S105  how tokens begin, not a token


@dataclass(frozen=True, slots=True)
class Address:
    """Where a data folder's server listens."""

    url: str
    pid: int
    token: str
    """Clients of this folder send it, so that a server of another folder on the same port sends them away."""
    version: str
    started_at: str

    @classmethod
    def of(cls, host: str, port: int) -> Address:
        """This process's address with a new token: the one on loopback, from where alone the token is taken."""
        near = near_host(host).strip("[]")
        name = f"[{near}]" if ":" in near else near
        token = TOKEN_PREFIX + secrets.token_urlsafe(32)
        return cls(f"http://{name}:{port}", os.getpid(), token, __version__, datetime.now(UTC).isoformat())


def near_host(host: str) -> str:
    """The loopback address at which a server that binds to a host is reached on this machine."""
    if is_loopback(host):
        return host
    return "::1" if ":" in host else "127.0.0.1"


def take_folder(data: Path) -> FileLock:
    """Take the data folder's lock and close the folder to other users; raises DataFolderBusy or DataFolderUnusable."""
    lock = FileLock(data / LOCK_FILE)
    try:
        data.mkdir(parents=True, exist_ok=True)
        taken = lock.acquire()
        if taken and data.stat().st_uid == os.geteuid():
            data.chmod(0o700)  # questions, answers and documents are their owner's
    except OSError as error:
        raise DataFolderUnusable(
            f"The data folder {data} cannot be used: {error.strerror}. Set SUREFOOT_DATA to one that you may write."
        ) from error
    if taken and (data / RESTORING).exists():
        lock.release()
        raise DataFolderUnusable(
            f"A restore into the data folder {data} was not finished, so it is not whole. Run `surefoot restore FILE` "
            "again, with the same backup or another one."
        )
    if not taken:
        raise DataFolderBusy(f"The data folder {data} is in use {_holder(data)}. Stop it, or set SUREFOOT_DATA.")
    return lock


def write_address(data: Path, address: Address) -> None:
    """Write the file in one step, readable for its owner alone."""
    handle, part = tempfile.mkstemp(dir=data, prefix=ADDRESS_FILE, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as file:  # mkstemp makes it with mode 600
        json.dump(asdict(address), file)
    Path(part).replace(data / ADDRESS_FILE)


def remove_address(data: Path) -> None:
    """Remove the file; nothing happens where there is none."""
    (data / ADDRESS_FILE).unlink(missing_ok=True)


def _holder(data: Path) -> str:
    try:
        row = json.loads((data / ADDRESS_FILE).read_text(encoding="utf-8"))
        return f"by process {int(row['pid'])}, which serves {row['url']} since {row['started_at']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "by another server that is starting or stopping"
