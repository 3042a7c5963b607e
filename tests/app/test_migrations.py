"""The schema grows by migrations alone, whole or not at all, on SQLite and on PostgreSQL."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, inspect, text
from sqlmodel import SQLModel

from surefoot.app.database import Database, database_url, import_tables, sqlite_url
from surefoot.app.errors import DatabaseUnusable
from surefoot.app.migrations.runner import FOLDER, current, head, migrate
from surefoot.app.settings import Settings


def opened(url: URL) -> Database:
    return Database(database_url(Settings(database_url=url.render_as_string(hide_password=False))))  # pyright: ignore[reportArgumentType]


def test_the_migrated_schema_equals_the_declared_tables(new_database_url: URL) -> None:
    database = opened(new_database_url)
    assert migrate(database)
    import_tables()
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    database.close()


def test_a_second_migration_changes_nothing(new_database_url: URL) -> None:
    database = opened(new_database_url)
    assert migrate(database)
    assert not migrate(database)
    assert current(database.engine) == head()
    database.close()


def test_many_servers_that_start_at_once_migrate_once(new_database_url: URL) -> None:
    databases = [opened(new_database_url) for _ in range(4)]
    migrated: list[bool] = []

    def start(database: Database) -> None:
        migrated.append(migrate(database))

    threads = [threading.Thread(target=start, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(migrated) == 4
    assert {current(database.engine) for database in databases} == {head()}


def test_a_new_file_opens_for_all_that_open_it_at_once(tmp_path: Path) -> None:
    for attempt in range(40):
        databases = [Database(sqlite_url(tmp_path / f"{attempt}.db")) for _ in range(8)]
        together = threading.Barrier(len(databases))

        def open_it(database: Database, together: threading.Barrier = together) -> str:
            together.wait()
            with database.engine.connect() as connection:
                return str(connection.exec_driver_sql("PRAGMA journal_mode").scalar())

        with ThreadPoolExecutor(len(databases)) as pool:
            assert list(pool.map(open_it, databases)) == ["wal"] * len(databases)
        for database in databases:
            database.close()


def test_the_number_in_the_file_names_is_alembics_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    assert ScriptDirectory.from_config(config).get_heads() == [head()]


KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from surefoot.app.database import Database, sqlite_url
from surefoot.app.migrations.runner import migrate

database = Database(sqlite_url(Path(sys.argv[1])))
seen = 0

@event.listens_for(database.engine, "after_cursor_execute")
def count(_connection, _cursor, statement, *_rest):
    global seen
    seen += statement.lstrip().startswith("CREATE TABLE")
    if seen == 4:
        os.kill(os.getpid(), signal.SIGKILL)

migrate(database)
"""


def test_a_migration_that_is_killed_in_the_middle_leaves_the_old_schema_whole(tmp_path: Path) -> None:
    path = tmp_path / "surefoot.db"
    killed = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    database = Database(sqlite_url(path))
    assert inspect(database.engine).get_table_names() == []
    assert migrate(database)


def test_a_database_of_a_newer_version_is_refused_with_the_remedy(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnusable, match="newer Surefoot"):
        migrate(database)


def test_a_file_that_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "surefoot.db"
    path.write_bytes(b"not a database, but long enough to look like one" * 50)
    with pytest.raises(DatabaseUnusable, match=r"surefoot\.db"):
        migrate(Database(sqlite_url(path)))


def test_a_server_that_is_not_there_is_named_without_its_password(free_port: int) -> None:
    url = f"postgresql://ann:hush@127.0.0.1:{free_port}/x"
    with pytest.raises(DatabaseUnusable) as refused:
        migrate(Database(database_url(Settings(database_url=url))))  # pyright: ignore[reportArgumentType]
    assert "127.0.0.1" in str(refused.value)
    assert "hush" not in str(refused.value)


def test_every_row_has_its_owner() -> None:
    import_tables()
    parts_of_a_document = {"documentgroup", "documenttext", "documentband", "documentmask", "documentreport"}
    parts_of_a_source = {"sourceitem", "runrow", "runitem", "editionrow", "corpusrow", "libraryversion"}
    of_groups = {"alertrow", "alertdelivery", "conversationgroup", "vehiclerow"}
    of_a_person = {"personrow", "sessionrow", "keyrow", "invitationrow", "personkey"}
    of_a_person |= {"knownaddressrow", "recoverycoderow", "secondsteprow", "approvalrow"}
    of_nobody_known = {"attemptrow", "startrow"}
    of_the_trail = {"auditentry", "auditend", "installationrow", "foureyesrow"}
    without = {name for name, table in SQLModel.metadata.tables.items() if "owner" not in table.columns}
    of_accounts = of_a_person | of_nobody_known | of_the_trail
    assert without == parts_of_a_document | parts_of_a_source | of_groups | of_accounts
