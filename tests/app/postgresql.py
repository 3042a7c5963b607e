"""A real PostgreSQL for tests, where its programs are installed; it refuses root, so it runs as its own user."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, create_engine

USER = "postgres"


@dataclass(frozen=True)
class Server:
    """A running server with an empty superuser password."""

    port: int

    def new_database(self) -> URL:
        """The URL of a fresh, empty database, with the driver left to the product."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        admin = create_engine(self._url("postgres").set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        admin.dispose()
        return self._url(name)

    def _url(self, database: str) -> URL:
        return URL.create("postgresql", username=USER, host="127.0.0.1", port=self.port, database=database)


def programs() -> Path | None:
    """The newest installed server's folder of programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).parent if initdb else None


@contextmanager
def running(bin_folder: Path) -> Generator[Server]:
    """A server on a free port with its own scratch folder."""
    folder = Path(tempfile.mkdtemp(prefix="surefoot-postgresql-"))
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, USER, USER)
        as_user = ["runuser", "-u", USER, "--"]
    data, log, port = folder / "data", folder / "log", _free_port()
    control = [*as_user, str(bin_folder / "pg_ctl"), "-D", str(data), "-w"]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    try:
        _run([*as_user, str(bin_folder / "initdb"), "-D", str(data), "-U", USER, "-A", "trust", "-E", "UTF8"], folder)
        _run([*control, "-l", str(log), "-o", options, "start"], folder)
        yield Server(port)
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], cwd=folder, check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str], folder: Path) -> None:
    # pg_ctl's server keeps the pipes open: output goes to a file
    with (folder.parent / f"{folder.name}.out").open("w+") as output:
        done = subprocess.run(command, cwd=folder, check=False, stdout=output, stderr=output, timeout=120)
        Path(output.name).unlink()
        if done.returncode:
            output.seek(0)
            raise RuntimeError(f"{command} failed: {output.read()}")


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
