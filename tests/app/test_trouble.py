"""A database that is held and a disk that is full are told as what they are; nothing is lost, nobody else waits."""

from __future__ import annotations

import errno
import sqlite3
import subprocess
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from surefoot.app.database import Database
from surefoot.app.errors import StoreBusy, StoreFull, StoreReadOnly
from surefoot.app.parts import App
from surefoot.app.trouble import known_trouble
from tests.app import postgresql

PADS = "When are the pads of the van replaced?"
HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute(f"PRAGMA locking_mode={sys.argv[2]}")
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""


@contextmanager
def held_by_another_process(path: Path, mode: str = "NORMAL") -> Generator[None]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), mode], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield
        holder.stdin.write("enough\n")
        holder.stdin.flush()


def test_a_database_that_another_process_holds_is_a_503_and_nobody_else_waits(client: httpx.Client, app: App) -> None:
    body = {"model": "garage", "messages": [{"role": "user", "content": PADS}], "conversation_id": "new"}
    leave = [("files", ("leave.md", b"# Leave\n\nEverybody has 28 days of leave.\n", "text/plain"))]
    with held_by_another_process(app.settings.data / "surefoot.db"), ThreadPoolExecutor(3) as pool:
        waiting = [
            pool.submit(client.post, "/v1/chat/completions", json=body),
            pool.submit(client.post, "/v1/chat/completions", json={**body, "conversation_id": None, "fresh": True}),
            pool.submit(client.post, "/documents", data={"assistant": "garage"}, files=leave),
        ]
        for _ in range(20):
            assert client.get("/health").status_code == 200
            assert client.get("/conversations").json() == []
        assert not any(one.done() for one in waiting)
        for one in waiting:
            response = one.result(120)
            assert response.status_code == 503, response.text
            assert int(response.headers["retry-after"]) > 0
            assert response.json()["error"]["code"] == "store_busy"
            assert "Try again" in response.json()["error"]["message"]
    assert client.get("/conversations").json() == []
    assert client.post("/v1/chat/completions", json=body).status_code == 200
    fed = client.post("/documents", data={"assistant": "garage"}, files=leave).json()["documents"]
    assert [row["status"] for row in fed] == ["ingested"]


def failed(database_url: str, *statements: str) -> SQLAlchemyError:
    """The error at which these statements end."""
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
            connection.commit()
    except SQLAlchemyError as error:
        return error
    finally:
        engine.dispose()
    raise AssertionError("nothing failed")


def test_what_sqlite_cannot_do_is_told_by_its_kind(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE t (a)")
    made.close()
    full = failed(f"sqlite:///{path}", "PRAGMA max_page_count = 2", "INSERT INTO t VALUES (randomblob(100000))")
    assert isinstance(known_trouble(full), StoreFull)
    closed = failed(f"sqlite:///file:{path}?mode=ro&uri=true", "INSERT INTO t VALUES (1)")
    assert isinstance(known_trouble(closed), StoreReadOnly)
    away = failed(f"sqlite:///file:{tmp_path}/none/a.db?mode=ro&uri=true", "SELECT 1")
    assert isinstance(known_trouble(away), StoreReadOnly)
    with held_by_another_process(path):
        busy = failed(f"sqlite:///{path}?timeout=0.01", "INSERT INTO t VALUES (1)")
    assert isinstance(known_trouble(busy), StoreBusy)
    assert known_trouble(failed(f"sqlite:///{path}", "SELECT nonsense FROM nowhere")) is None


def test_what_postgresql_cannot_do_is_told_by_its_kind(postgresql_server: postgresql.Server) -> None:
    url = postgresql_server.new_database()
    database = Database(url)
    shown = url.render_as_string(hide_password=False)
    with database.engine.begin() as holder:
        holder.execute(text("CREATE TABLE t (a int)"))
    with database.engine.begin() as holder:
        holder.execute(text("LOCK TABLE t"))
        busy = failed(shown, "SET lock_timeout = '50ms'", "SELECT * FROM t")
    closed = failed(shown, "SET default_transaction_read_only = on", "COMMIT", "INSERT INTO t VALUES (1)")
    away = failed(shown, "SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1")
    database.close()
    assert isinstance(known_trouble(busy), StoreBusy)
    assert isinstance(known_trouble(closed), StoreReadOnly)
    assert isinstance(known_trouble(away), StoreBusy)


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, StoreFull), (errno.EDQUOT, StoreFull), (errno.EFBIG, StoreFull), (errno.EROFS, StoreReadOnly)],
)
def test_what_the_disk_cannot_do_is_told_by_its_kind(number: int, kind: type[Exception]) -> None:
    assert isinstance(known_trouble(OSError(number, "no")), kind)
    assert known_trouble(OSError(errno.ECONNRESET, "no")) is None
