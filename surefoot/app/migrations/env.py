"""Alembic's entry: runs the steps on the connection and in the transaction that the caller holds.

Called by alembic's own command (to write a new step, see docs/guides/configuration.md) it opens the database of the
settings instead.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

from surefoot.app.database import Database, database_url, import_tables
from surefoot.app.settings import load_settings


def run(connection: Connection) -> None:
    """Run what alembic was asked for."""
    import_tables()
    context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if isinstance(given, Connection):
    run(given)
else:
    with Database(database_url(load_settings())).engine.connect() as opened:
        run(opened)
