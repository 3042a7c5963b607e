"""A query of a database as a source: each row is a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from surefoot.ingestion.errors import DocumentGone, SourceInvalid, Unreadable, UnsafePath
from surefoot.ingestion.results import SourceFile
from surefoot.ingestion.sources.naming import VARIABLE
from surefoot.ingestion.sources.network import Surroundings
from surefoot.ingestion.sources.port import Doubtful, Listed, Source
from surefoot.ingestion.sources.query_rows import Row, Shape
from surefoot.ingestion.sources.query_statement import LONGEST_STATEMENT, checked_statement

if TYPE_CHECKING:
    from surefoot.ingestion.sources.query_database import QueryDatabase

Column = Annotated[str, Field(min_length=1, max_length=128)]


class QuerySettings(BaseModel):
    """A database, a query in it, and what its columns mean."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="Database query")

    kind: Literal["query"] = "query"
    url_secret: str = Field(
        title="Variable of the database's address",
        description="Name of the environment variable that holds postgresql://user:password@host/name or "
        "sqlite:////folder/file.db. Use an account that may only read.",
        pattern=VARIABLE,
    )
    statement: Annotated[str, AfterValidator(checked_statement)] = Field(
        title="Query",
        description="One SELECT; each of its rows becomes a document.",
        max_length=LONGEST_STATEMENT,
        json_schema_extra={"format": "textarea"},
    )
    key: tuple[Column, ...] = Field(
        title="Key columns", description="Columns that name each row, such as id.", min_length=1, max_length=3
    )
    title: str = Field(
        default="", title="Title column", description="Empty: a document is called by its key.", max_length=128
    )
    text: tuple[Column, ...] = Field(
        default=(), title="Text columns", description="What a document says. Empty: all columns.", max_length=200
    )
    layout: Literal["list", "table"] = Field(
        default="list",
        title="Layout",
        description="Several columns as a list of 'column: value', or as a table. One text column stands alone.",
    )
    modified: str = Field(
        default="", title="Date column", description="When a row was last changed. Empty: unknown.", max_length=128
    )
    rows: int = Field(default=10_000, title="Most rows", description="A query that yields more fails.", ge=1, le=10**6)
    seconds: int = Field(
        default=60, title="Time limit", description="Seconds after which the query is given up.", ge=1, le=3600
    )


class QuerySource(Source):
    """The rows of a query; each is fetched again by its key."""

    def __init__(self, settings: QuerySettings, surroundings: Surroundings) -> None:
        self._settings, self._around = settings, surroundings
        self._shape = Shape(settings.key, settings.title, settings.text, settings.layout, settings.modified)
        self._address = surroundings.secrets(settings.url_secret)
        self._opened: QueryDatabase | None = None

    def listing(self) -> Iterator[Listed | Doubtful]:
        """Every row; raises SourceInvalid for keys that are empty or name two rows. See Source."""
        shape = self._shape
        seen: set[str] = set()
        for row in self._database.rows(shape):
            path = shape.path(row)
            if path in seen:
                raise self._twice(row)
            seen.add(path)
            yield Listed(path, shape.fingerprint(row), shape.locator(row), None, shape.changed(row))

    def fetch(self, listed: Listed) -> SourceFile:
        """The row as it is now; see Source."""
        rows = self._database.row(self._shape.values(listed.locator))
        if not rows:
            raise DocumentGone(f"The query no longer yields the row {listed.path.removesuffix('.md')}.")
        if len(rows) > 1:
            raise self._twice(rows[0])
        data = self._shape.document(rows[0])
        if len(data) > self._around.largest_file:
            raise Unreadable(f"The row has more than {self._around.largest_file:,} bytes, which are the limit.")
        try:
            return SourceFile(listed.path, data, self._shape.changed(rows[0]), self._shape.properties(rows[0]))
        except UnsafePath as error:
            raise Unreadable(str(error)) from error

    def check(self) -> str:
        """Asks the database for the query's columns; see Source."""
        columns = self._database.columns()
        self._shape.check(columns)
        return f"The database answers; the query yields the columns {', '.join(columns)}."

    def close(self) -> None:
        """Give the connections back."""
        if self._opened is not None:
            self._opened.close()
        self._opened = None

    @property
    def _database(self) -> QueryDatabase:
        if self._opened is None:
            from surefoot.ingestion.sources.query_database import Limits, QueryDatabase

            settings = self._settings
            limits = Limits(settings.rows, settings.seconds, self._around.largest_file)
            self._opened = QueryDatabase(self._address, settings.statement, limits, self._around)
        return self._opened

    def _twice(self, row: Row) -> SourceInvalid:
        names = " and ".join(repr(column) for column in self._settings.key)
        key = ", ".join(self._shape.properties(row).values())
        return SourceInvalid(f"Two rows have the key {key!r} in {names}. Choose columns that name each row.")
