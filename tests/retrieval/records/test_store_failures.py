"""Nothing that was acknowledged is lost, and nothing is half there: killed processes, full disks, a server that goes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from surefoot.retrieval.records.errors import (
    RecordsFull,
    RecordsInUse,
    RecordsUnavailable,
    RecordsUnreadable,
)
from surefoot.retrieval.records.store_duckdb import DuckDBRecords
from surefoot.retrieval.records.store_postgres import PostgresRecords
from tests.app import postgresql
from tests.conftest import missing
from tests.retrieval.records.telling import NINE, at, some
from tests.retrieval.records.writing import BATCH

TINY = 3_000_000
"""Bytes that no file may exceed, in the test of a full disk."""


def writing(path: Path, limit: int, batches: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.retrieval.records.writing", str(path), str(limit), str(batches)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def speeds(store: DuckDBRecords) -> list[float]:
    return store.samples_since({"van 1": 0}).speed_kmh.tolist()


@pytest.mark.parametrize("before", [1, 7, 40])
def test_all_that_was_acknowledged_is_there_after_a_kill(tmp_path: Path, before: int) -> None:
    with writing(tmp_path / "records.duckdb", 0, 10_000) as process:
        assert process.stdout is not None
        acknowledged = 0
        for line in process.stdout:
            acknowledged = int(line.split()[1])
            if acknowledged == before:
                process.kill()
        assert process.wait() == -9
    store = DuckDBRecords(tmp_path / "records.duckdb")
    store.prepare()
    found = speeds(store)
    assert len(found) >= acknowledged * BATCH
    assert len(found) % BATCH == 0, "no batch is half there"
    assert found == list(range(len(found)))
    store.add_samples(some(3, first=len(found)), "mqtt", NINE)
    store.close()


def test_a_full_disk_refuses_a_batch_as_a_whole_and_takes_it_once_there_is_room(tmp_path: Path) -> None:
    with writing(tmp_path / "records.duckdb", TINY, 150) as process:
        output, _ = process.communicate(timeout=120)
    lines = output.splitlines()
    refused = [line for line in lines if line.startswith("refused")]
    assert refused, "else the test would prove nothing"
    assert all(line.split()[1] == RecordsFull.__name__ for line in refused)
    assert "no room" in refused[0]
    assert all(int(line.split()[3]) == int(line.split()[2]) * BATCH for line in refused), "kept = acknowledged"
    assert lines[-1] == "kept 150"
    store = DuckDBRecords(tmp_path / "records.duckdb")
    store.prepare()
    assert speeds(store) == list(range(150 * BATCH))
    store.close()


def test_one_object_owns_the_file(tmp_path: Path) -> None:
    owner, other = DuckDBRecords(tmp_path / "records.duckdb"), DuckDBRecords(tmp_path / "records.duckdb")
    owner.prepare()
    with pytest.raises(RecordsInUse, match="stop it first"):
        other.prepare()
    owner.close()
    other.prepare()
    other.close()


def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "records.duckdb"
    path.write_text("no database" * 1000, encoding="utf-8")
    store = DuckDBRecords(path)
    with pytest.raises(RecordsUnreadable, match=r"records\.duckdb cannot be opened"):
        store.prepare()
    assert path.read_text(encoding="utf-8").startswith("no database")
    path.unlink()
    store.prepare()
    store.close()


def test_a_rewrite_that_broke_off_leaves_the_old_file(tmp_path: Path) -> None:
    store = DuckDBRecords(tmp_path / "records.duckdb")
    store.prepare()
    store.add_samples(some(5), "mqtt", NINE)
    store.close()
    shutil.copy(tmp_path / "records.duckdb", tmp_path / "records.duckdb.new")  # as a kill would leave it
    (tmp_path / "records.duckdb.tmp").mkdir(exist_ok=True)
    (tmp_path / "records.duckdb.tmp" / "duckdb_temp_storage_0.tmp").write_text("names", encoding="utf-8")
    store.prepare()
    assert not (tmp_path / "records.duckdb.tmp" / "duckdb_temp_storage_0.tmp").exists()
    assert len(speeds(store)) == 5
    assert not (tmp_path / "records.duckdb.new").exists()
    store.close()


def test_a_server_that_goes_and_comes_back_is_said_and_used_again() -> None:
    folder = postgresql.programs()
    if folder is None:
        missing("PostgreSQL's programs (Debian: postgresql)")
    with postgresql.running(folder) as server:
        url = server.new_database().render_as_string(hide_password=False)
        store = PostgresRecords(url)
        store.prepare()
        store.add_samples(some(5), "mqtt", NINE)
        ended = PostgresRecords(url)
        ended.prepare()
        with ended._connection() as connection:  # every other connection ends, as when a server restarts
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        with pytest.raises(RecordsUnavailable, match="does not answer"):
            store.samples_between("van 1", at(0), at(9))
        assert len(store.samples_between("van 1", at(0), at(9))) == 5
        ended.close()
    with pytest.raises(RecordsUnavailable, match="Check that it runs"):
        store.add_samples(some(9), "mqtt", NINE)
    store.close()
