"""Migrates under a lock and in one transaction, so that a killed migration leaves the old schema whole."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from surefoot.app.database import Database
from surefoot.app.errors import DatabaseUnusable, StoreFull
from surefoot.app.locks import held
from surefoot.app.trouble import known_trouble

FOLDER = Path(__file__).parent
LOCK_SECONDS = 60
"""How long one server waits while another one migrates."""
ADVISORY_KEY = 0x5EF007
TABLE_LOCK = "4s"
"""A step that cannot lock a table in this time gives up rather than stop every reader behind it."""
STATEMENT = "60s"


def head() -> str:
    """The newest revision; revisions are the numbers that begin the file names."""
    return max(path.stem.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def current(engine: Engine) -> str | None:
    """The database's revision, or None for a new one; raises DatabaseUnusable where it cannot be opened."""
    try:
        with engine.connect() as connection:
            if not engine.dialect.has_table(connection, "alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except SQLAlchemyError as error:
        if isinstance(trouble := known_trouble(error), StoreFull):
            raise trouble from error
        address = engine.url.render_as_string(hide_password=True)
        reason = str(error.__cause__ or error).strip()
        raise DatabaseUnusable(
            f"The database {address} cannot be opened: {reason}. Check SUREFOOT_DATABASE_URL, or that the file is "
            "a readable SQLite database."
        ) from error


def migrate(database: Database) -> bool:
    """Bring the database to the newest revision; False where it is there already. Raises DatabaseUnusable."""
    before = current(database.engine)
    if before == head():
        return False
    if before is not None and before > head():
        raise DatabaseUnusable(
            f"The database was written by a newer Surefoot (schema {before}, this version knows {head()}). "
            "Install that version again, or use another data folder."
        )
    try:
        with _file_lock(database), _locked_transaction(database) as connection:
            _upgrade(connection)
    except TimeoutError as error:
        raise DatabaseUnusable(f"{error} It seems to migrate the database; try again when it is done.") from error
    except SQLAlchemyError as error:
        raise DatabaseUnusable(
            f"The database could not be brought from schema {before or 'none'} to {head()}; nothing was changed. "
            f"The reason: {str(error.__cause__ or error).strip()}"
        ) from error
    return True


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _file_lock(database: Database) -> AbstractContextManager[None]:
    file = database.engine.url.database
    if not database.is_sqlite or file in {None, "", ":memory:"}:
        return nullcontext()
    return held(Path(f"{file}.migrate.lock"), LOCK_SECONDS)


@contextmanager
def _locked_transaction(database: Database) -> Generator[Connection]:
    with database.engine.connect() as connection:
        if database.is_sqlite:
            connection.detach()  # its foreign keys are off: it must not go back to the pool
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_KEY})")
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{TABLE_LOCK}'")
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{STATEMENT}'")
        yield connection
        if database.is_sqlite:
            _check_references(connection)
        connection.commit()


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise DatabaseUnusable(f"A migration would leave {len(broken)} rows that point nowhere; nothing was changed.")
