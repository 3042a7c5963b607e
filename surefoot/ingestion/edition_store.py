"""Keeps what editions there are, which of them is live, and how far each is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from surefoot.ingestion.catalogue import Status
from surefoot.ingestion.source_store import now, utc

if TYPE_CHECKING:
    from sqlmodel import Session

    from surefoot.ingestion.tables import EditionRow


class State(StrEnum):
    """Where an edition stands."""

    BUILDING = "building"
    READY = "ready"
    LIVE = "live"
    PREVIOUS = "previous"
    """It was live before the one that is, and is what a rollback goes back to."""


COMPLETE = frozenset({State.READY, State.PREVIOUS})
"""States of an edition that holds all documents, and is not searched."""


@dataclass(frozen=True, slots=True)
class EditionEntry:
    """An edition; the fields are those of EditionRow."""

    name: str
    encoder: str
    chunk_tokens: int
    state: State
    built: int = 0
    """Documents that it is known to hold."""
    total: int = 0
    """Documents that it must hold."""
    comparison: Mapping[str, object] = field(default_factory=dict[str, object])
    """How it fared beside the live one; under 'trouble' why it cannot be completed."""
    created_at: datetime = field(default_factory=now)
    switched_at: datetime | None = None

    @property
    def trouble(self) -> str | None:
        """Why it cannot be completed, and what to do."""
        return str(self.comparison["trouble"]) if "trouble" in self.comparison else None


class EditionStore:
    """Rows of editions in a relational database; each method is one transaction."""

    def __init__(self, sessions: Callable[[], Session]) -> None:
        self._sessions = sessions

    def list(self) -> list[EditionEntry]:
        """All editions, the live one first, then by name."""
        from sqlmodel import select

        from surefoot.ingestion.tables import EditionRow

        with self._sessions() as session:
            found = [_entry(row) for row in session.exec(select(EditionRow))]
        return sorted(found, key=lambda entry: (entry.state is not State.LIVE, entry.name))

    def get(self, name: str) -> EditionEntry | None:
        """One edition; None where there is none of this name."""
        return next((entry for entry in self.list() if entry.name == name), None)

    def add(self, entry: EditionEntry) -> None:
        """Insert an edition; its name must be new."""
        from surefoot.ingestion.tables import EditionRow

        with self._sessions() as session:
            session.add(
                EditionRow(
                    name=entry.name,
                    encoder=entry.encoder,
                    chunk_tokens=entry.chunk_tokens,
                    state=entry.state.value,
                    comparison=dict(entry.comparison),
                    created_at=entry.created_at,
                )
            )
            session.commit()

    def delete(self, name: str) -> None:
        """Forget an edition."""
        from sqlmodel import col, delete

        from surefoot.ingestion.tables import EditionRow

        with self._sessions() as session:
            session.exec(delete(EditionRow).where(col(EditionRow.name) == name))
            session.commit()

    def progress(self, name: str, built: int, total: int) -> None:
        """Remember how far an edition is built."""
        self._update(name, built=built, total=total)

    def built(self, name: str, documents: int) -> None:
        """Remember that an edition holds all documents."""
        self._update(name, state=State.READY.value, built=documents, total=documents, comparison={})

    def begin_again(self, name: str, trouble: str | None = None) -> None:
        """Have an edition built once more; trouble: why it has to be, or why it cannot be."""
        comparison = {"trouble": trouble} if trouble else {}
        self._update(name, state=State.BUILDING.value, comparison=comparison)

    def compared(self, name: str, comparison: Mapping[str, object]) -> None:
        """Keep how an edition fared beside the live one."""
        self._update(name, comparison=dict(comparison))

    def switch(self, name: str, recipes: tuple[str, str], chunks: Mapping[str, int]) -> None:
        """Make an edition the live one, and say of every document what it is cut and encoded with, all at once.

        recipes: the one of the edition that was live, and the one that is. chunks: number of each document's chunks.
        """
        from sqlmodel import col, select, update

        from surefoot.ingestion.tables import DocumentRow, EditionRow

        before, after = recipes
        with self._sessions() as session:
            for row in session.exec(select(EditionRow)).all():
                row.state = _after_switch(row, name)
                row.switched_at = now() if row.name == name else row.switched_at
            session.exec(update(DocumentRow).where(col(DocumentRow.recipe) == before).values(recipe=after))
            ready = session.exec(select(DocumentRow).where(col(DocumentRow.status) == Status.READY))
            for row in ready.all():
                row.chunks = chunks.get(row.id, row.chunks)
            session.commit()

    def _update(self, name: str, **values: object) -> None:
        from sqlmodel import col, update

        from surefoot.ingestion.tables import EditionRow

        with self._sessions() as session:
            session.exec(update(EditionRow).where(col(EditionRow.name) == name).values(**values))
            session.commit()


def _after_switch(row: EditionRow, name: str) -> str:
    if row.name == name:
        return State.LIVE
    if row.state == State.LIVE:
        return State.PREVIOUS
    return State.READY if row.state == State.PREVIOUS else row.state


def _entry(row: EditionRow) -> EditionEntry:
    created = utc(row.created_at) or now()
    return EditionEntry(
        row.name,
        row.encoder,
        row.chunk_tokens,
        State(row.state),
        row.built,
        row.total,
        dict(row.comparison),
        created,
        utc(row.switched_at),
    )
