"""Keeps the versions of a document in order: the newest is searched, the older ones are marked as superseded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from surefoot.ingestion.catalogue import Catalogue, Entry
from surefoot.ingestion.versions import is_superseded
from surefoot.retrieval.editions import Editions


class Families:
    """Marks documents as superseded or current, in every edition of the index and in the catalogue."""

    def __init__(self, catalogue: Catalogue, editions: Editions) -> None:
        self._catalogue = catalogue
        self._editions = editions

    def place(self, entry: Entry) -> Entry:
        """The entry with its own mark, given the other versions that are there; nothing is written."""
        others = self._others(entry)
        return replace(entry, superseded=is_superseded(entry, others))

    def settle_around(self, entry: Entry) -> None:
        """Mark the other versions anew, now that this one has come or changed."""
        others = self._others(entry)
        self._settle(others, [*others, entry])

    def settle_without(self, entry: Entry) -> None:
        """Mark the other versions anew, now that this one goes."""
        others = self._others(entry)
        self._settle(others, others)

    def _others(self, entry: Entry) -> list[Entry]:
        if not entry.family:
            return []
        return [other for other in self._catalogue.family(entry.assistant, entry.family) if other.id != entry.id]

    def _settle(self, marked: Sequence[Entry], family: Sequence[Entry]) -> None:
        """The index is written even where the mark stands: an interrupted run may have left it behind."""
        for member in marked:
            superseded = is_superseded(member, [other for other in family if other.id != member.id])
            self._editions.set_superseded(member.id, superseded)
            if superseded != member.superseded:
                self._catalogue.save(replace(member, superseded=superseded))
