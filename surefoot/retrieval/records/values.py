"""Reads the values of dimensions that an asker may see, so that questions can name them."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

from surefoot.retrieval.records.asking.vocabulary import Vocabulary
from surefoot.retrieval.records.compiling import Scope
from surefoot.retrieval.records.place import Place
from surefoot.retrieval.records.semantic import Semantics

MOST_VALUES = 20_000
"""Values of one dimension that are known by name."""
FRESH_SECONDS = 30.0
"""How long they are taken as they were read."""


class Values:
    """Vocabularies by the groups of those who ask, each read anew after a while."""

    def __init__(self, semantics: Semantics, place: Place) -> None:
        self._semantics = semantics
        self._place = place
        self._lock = threading.Lock()
        self._kept: dict[frozenset[str], tuple[float, Vocabulary]] = {}

    def vocabulary(self, groups: frozenset[str]) -> Vocabulary:
        """The words that askers of these groups may use; values that they may not see are none of them."""
        with self._lock:
            read_at, known = self._kept.get(groups, (0.0, None))
        if known is not None and time.monotonic() - read_at < FRESH_SECONDS:
            return known
        scope = Scope(self._semantics, self._place.table, groups)
        values = {name: self._of(name, scope) for name in self._semantics.declared.dimensions}
        if known is None or known.values != values:
            known = Vocabulary(self._semantics, values)
        with self._lock:
            self._kept[groups] = (time.monotonic(), known)
        return known

    def _of(self, dimension: str, scope: Scope) -> Mapping[str, str]:
        declared = self._semantics.dimension(dimension)
        home, _, column = declared.column.rpartition(".")
        found: dict[str, str] = {}
        for table in declared.known_from or ([home] if home else self._tables_with(column)):
            rows = scope.visible(table)
            names = [name for name in declared.names if name in self._semantics.columns(table)]
            query = rows.select(column, *names).distinct().limit(MOST_VALUES)
            for row in self._place.rows(query):
                found |= {str(row[name]): str(row[column]) for name in (column, *names) if row[name] not in (None, "")}
        return found

    def _tables_with(self, column: str) -> list[str]:
        """The tables that have a column: the one where it is the key, or else all."""
        tables = self._semantics.declared.tables
        keyed = [name for name, table in tables.items() if table.key == column]
        return keyed or [name for name in tables if column in self._semantics.columns(name)]
