"""Keeps count of what cleaning takes away, with examples."""

from __future__ import annotations

from collections import Counter

from surefoot.ingestion.quality.report import MOST_EXAMPLES, Cleaned, Removed

_EXAMPLES_A_KIND = 5
"""So that one kind leaves room for the others."""
_LONGEST = 120


class Ledger:
    """Counts by kind; used by one thread."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._examples: list[Removed] = []
        self._shown: Counter[str] = Counter()

    def add(self, kind: str, text: str, page: int | None = None, times: int = 1) -> None:
        """Note a removal, and its text where there is still room."""
        self._counts[kind] += times
        if self._shown[kind] < _EXAMPLES_A_KIND and len(self._examples) < MOST_EXAMPLES:
            self._shown[kind] += 1
            self._examples.append(Removed(kind, text[:_LONGEST], page))

    def take(self, other: Ledger) -> None:
        """Add what another ledger holds."""
        for removed in other._examples:
            self.add(removed.kind, removed.text, removed.page, 0)
        self._counts.update(other._counts)

    def closed(self) -> Cleaned:
        """The account so far."""
        return Cleaned(dict(self._counts), tuple(self._examples))
