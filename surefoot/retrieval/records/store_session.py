"""What a database gives the store of records: a transaction, in which statements run and rows go in and out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from surefoot.retrieval.records.columns import ArrowSchema, ArrowTable


class Session(Protocol):
    """One transaction. Statements mark parameters with `?`."""

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        """Run a statement; how many rows it touched."""
        ...

    def values(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        ...

    def table(self, statement: str, parameters: Sequence[Any], schema: ArrowSchema) -> ArrowTable:
        """The rows of a query as columns of these types."""
        ...

    def append(self, table: str, rows: ArrowTable) -> None:
        """Add rows to a table, by the names of its columns."""
        ...

    def stage(self, name: str, rows: ArrowTable) -> None:
        """Make rows readable as a table of this name until the transaction ends; a name is for one layout."""
        ...
