"""The port to a store of records: the only way to write or read the tables of telemetry and of declared records."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from surefoot.retrieval.records.columns import ArrowTable, Columns
from surefoot.retrieval.records.samples import Samples
from surefoot.retrieval.records.telemetry_tables import Kind, Table

if TYPE_CHECKING:
    import ibis

SECONDS = 10.0
"""How long a reading may take, unless said otherwise."""
ROWS = 100_000
"""How many rows a reading gives at most, unless said otherwise."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a batch of samples."""

    new: int
    repeated: int
    fresh: NDArray[np.bool_] = field(repr=False, compare=False)
    """For each sample of the batch, in its order, whether it was new."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """Derived rows of one table that take the place of older ones."""

    table: Table
    """One of DERIVED."""
    since: Mapping[str, int]
    """Vehicle → microseconds since 1970: its rows that begin there or later go (all its rows, in `states`)."""
    rows: Columns


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows that a reading gave."""

    rows: ArrowTable
    """A pyarrow.Table; moments are in UTC."""
    complete: bool
    """False where there are more rows than were asked for."""


class RecordStore(ABC):
    """Tables of records; writing is serialised, reading works from many threads at once.

    A write is atomic, and durable when its method returns. Every method may raise RecordsUnavailable, RecordsFull or
    RecordsClosed (see errors); the store stays usable, and a later call succeeds once the cause is gone.
    """

    dialect: str
    """The name of the SQL dialect, as ibis and sqlglot call it."""

    @abstractmethod
    def prepare(self) -> None:
        """Open the store and make its tables where they are missing.

        Raises RecordsNewer, RecordsInUse or RecordsUnreadable.
        """

    @abstractmethod
    def close(self) -> None:
        """Close the store; closing twice is fine."""

    @abstractmethod
    def add_samples(self, samples: Samples, source: str, received: datetime) -> Added:
        """Keep the samples that are not there yet, by vehicle and time; of equal ones in a batch the first is kept.

        In the same transaction they are noted in UNDERIVED, until `replace_derived` is told their marks.
        """

    @abstractmethod
    def samples_since(self, cuts: Mapping[str, int]) -> Samples:
        """Of each vehicle the samples from its cut (microseconds since 1970) on, in order."""

    @abstractmethod
    def samples_between(self, vehicle: str, start: datetime, end: datetime) -> Samples:
        """A vehicle's samples from `start` to before `end`, in order."""

    @abstractmethod
    def newest(self, vehicles: Iterable[str] | None = None) -> Samples:
        """The newest sample of each of these vehicles, or of all; those that have none are left out."""

    @abstractmethod
    def vehicles(self) -> list[str]:
        """All vehicles that samples are kept of, in order."""

    @abstractmethod
    def replace_derived(self, replacements: Sequence[Replacement], marks: Sequence[str] = ()) -> None:
        """Put derived rows in the place of older ones, all in one transaction; `marks` of UNDERIVED are done then."""

    @abstractmethod
    def put(self, table: Table, rows: Columns) -> None:
        """Add rows or replace those of the same key; of equal keys in `rows` the last counts."""

    @abstractmethod
    def set_groups(self, groups: Mapping[str, Collection[str]]) -> None:
        """Let vehicles be seen by these groups and no others, all in one transaction."""

    @abstractmethod
    def count_intake(self, rows: Columns) -> None:
        """Add the messages in rows of INTAKE to what is counted; the newer `last` brings its `example`."""

    @abstractmethod
    def forget(self, vehicle: str, *, groups: bool = True) -> int:
        """Erase all of a vehicle from all tables; how many rows went. In a file, its bytes go too.

        groups: False leaves who may see it, for a vehicle that comes anew.
        """

    @abstractmethod
    def expire(self, before: datetime) -> int:
        """Erase samples older than this; how many went. What was derived from them stays."""

    @abstractmethod
    def load_table(self, name: str, columns: Mapping[str, Kind], rows: Columns) -> None:
        """Make or replace a whole table of declared records, at once for every reader."""

    @abstractmethod
    def drop_table(self, name: str) -> None:
        """Remove a table of declared records; one that is not there is no error."""

    @abstractmethod
    def columns_of(self, name: str) -> dict[str, Kind]:
        """The columns of a table and their kinds, in order; TableUnknown where there is none."""

    @abstractmethod
    def ibis_table(self, name: str) -> ibis.Table:
        """The table for building expressions; bound to no connection, so expressions are for any thread."""

    @abstractmethod
    def sql(self, expression: ibis.Table) -> str:
        """The statement that `read` runs for an expression."""

    @abstractmethod
    def read(self, expression: ibis.Table, *, seconds: float = SECONDS, rows: int = ROWS) -> Reading:
        """Carry out an expression over tables of `ibis_table`, in a read-only transaction.

        Raises RecordsTimeout after `seconds`, and ReadingRefused where the database cannot carry it out.
        """
