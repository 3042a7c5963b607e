"""Reads the values of dimensions that an asker may see, so that questions can name them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any

from surefoot.retrieval.records.asking.vocabulary import Vocabulary
from surefoot.retrieval.records.compiling import Scope
from surefoot.retrieval.records.place import Place
from surefoot.retrieval.records.semantic import Semantics

MOST_VALUES = 20_000
"""Values of one dimension that are known by name."""
FRESH_SECONDS = 30.0
"""How long they are taken as they were read."""
MOST_KEPT = 100
"""Vocabularies that are kept; the one read longest ago goes first."""


@dataclass(frozen=True, slots=True)
class _Kept:
    read_at: float
    """Seconds of the monotonic clock."""
    vocabulary: Vocabulary
    queries: Mapping[str, list[Any]]
    """Of each dimension, what its values are read with: to build and compile that takes longer than to read them."""


class Values:
    """Vocabularies by those groups of the askers that open anything, each read anew after a while."""

    def __init__(self, semantics: Semantics, place: Place) -> None:
        self._semantics = semantics
        self._place = place
        self._lock = threading.Lock()
        self._kept: dict[frozenset[str], _Kept] = {}
        self._opening: tuple[float, frozenset[str]] | None = None
        """When they were read (seconds of the monotonic clock), and the groups that may see anything."""
        self._forgotten = 0
        """How often; what was begun to be read before is not kept."""

    def forget(self) -> None:
        """Read all anew when it is next asked for: who may see what has changed."""
        with self._lock:
            self._forgotten += 1
            self._opening = None
            self._kept = {groups: replace(kept, read_at=-inf) for groups, kept in self._kept.items()}

    def vocabulary(self, groups: frozenset[str], seconds: float | None = None) -> Vocabulary:
        """The words that askers of these groups may use; values that they may not see are none of them.

        seconds: how long ago they may have been read; None for as long as usual. Unchanged ones are the same object.
        """
        groups = groups & self._groups()
        with self._lock:
            kept, forgotten = self._kept.get(groups), self._forgotten
        if kept and _fresh(kept.read_at, seconds):
            return kept.vocabulary
        queries = kept.queries if kept else self._queries(Scope(self._semantics, self._place.table, groups))
        values = {dimension: self._read(some) for dimension, some in queries.items()}
        same = kept is not None and kept.vocabulary.values == values
        vocabulary = kept.vocabulary if kept and same else Vocabulary(self._semantics, values)
        with self._lock:
            self._kept.pop(groups, None)
            read_at = time.monotonic() if forgotten == self._forgotten else -inf
            self._kept[groups] = _Kept(read_at, vocabulary, queries)
            while len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        return vocabulary

    def _groups(self) -> frozenset[str]:
        """The groups that may see anything: people have many more, and share what they know by these."""
        with self._lock:
            known, forgotten = self._opening, self._forgotten
        if known and _fresh(known[0]):
            return known[1]
        tables = self._semantics.declared.tables.values()
        groups = {group for table in tables if table.access is None for group in table.groups}
        if any(table.access is not None for table in tables):
            query = self._place.table("vehicle_groups").select("grp").distinct()
            groups |= {row["grp"] for row in self._place.rows(query)}
        with self._lock:
            if forgotten == self._forgotten:
                self._opening = time.monotonic(), frozenset(groups)
        return frozenset(groups)

    def _queries(self, scope: Scope) -> dict[str, list[Any]]:
        return {name: list(self._of(name, scope)) for name in self._semantics.declared.dimensions}

    def _of(self, dimension: str, scope: Scope) -> Iterator[Any]:
        """Queries of a dimension's values: each value, and its other names after it."""
        declared = self._semantics.dimension(dimension)
        home, _, column = declared.column.rpartition(".")
        for table in declared.known_from or ([home] if home else self._tables_with(column)):
            names = [name for name in declared.names if name in self._semantics.columns(table)]
            yield scope.visible(table).select(column, *names).distinct().limit(MOST_VALUES)

    def _read(self, queries: Sequence[Any]) -> dict[str, str]:
        found: dict[str, str] = {}
        for query in queries:
            value, *names = query.columns
            for row in self._place.rows(query):
                found |= {str(row[name]): str(row[value]) for name in (value, *names) if row[name] not in (None, "")}
        return found

    def _tables_with(self, column: str) -> list[str]:
        """The tables that have a column: the one where it is the key, or else all."""
        tables = self._semantics.declared.tables
        keyed = [name for name, table in tables.items() if table.key == column]
        return keyed or [name for name in tables if column in self._semantics.columns(name)]


def _fresh(read_at: float, seconds: float | None = None) -> bool:
    """Whether what was read then (seconds of the monotonic clock) is still taken as it is."""
    return time.monotonic() - read_at < (FRESH_SECONDS if seconds is None else seconds)
