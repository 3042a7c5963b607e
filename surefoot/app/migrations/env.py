"""Alembic's entry: runs the steps on the connection and in the transaction that the caller holds.

Called by alembic's own command (to write a new step, see docs/guides/configuration.md) it opens the database of the
settings instead.
"""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from surefoot.app.database import Database, database_url, import_tables
from surefoot.app.settings import load_settings


def render_item(kind: str, value: object, _context: AutogenContext) -> str | Literal[False]:
    """SQLModel's text type is a plain string in a step that is written."""
    return "sa.String()" if kind == "type" and isinstance(value, AutoString) else False


def run(connection: Connection) -> None:
    """Run what alembic was asked for."""
    import_tables()
    context.configure(
        connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True, render_item=render_item
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if isinstance(given, Connection):
    run(given)
else:
    with Database(database_url(load_settings())).engine.connect() as opened:
        run(opened)
