"""Says in which state an assistant's library is, so that what was made of one is not taken for another."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from surefoot.ingestion.catalogue import Status

if TYPE_CHECKING:
    from sqlmodel import Session


class LibraryStates:
    """Says in which state an assistant's library is."""

    def __init__(self, sessions: Callable[[], Session]) -> None:
        self._sessions = sessions

    def now(self, assistant: str) -> int | None:
        """The number of the present state, higher after each change; None while a document is read or removed.

        The index is written between the first and the last line of a change; a process that is killed there leaves the
        line unfinished, and the state unnumbered until that is mended.
        """
        from sqlmodel import col, or_, select

        from surefoot.ingestion.tables import DocumentRow, LibraryVersion

        unfinished = or_(
            col(DocumentRow.status).in_((Status.INGESTING, Status.DELETING)), col(DocumentRow.pending_hash) != ""
        )
        query = select(DocumentRow.id).where(DocumentRow.assistant == assistant, unfinished).limit(1)
        with self._sessions() as session:
            row = session.get(LibraryVersion, assistant)
            return None if session.exec(query).first() else row.version if row else 0
