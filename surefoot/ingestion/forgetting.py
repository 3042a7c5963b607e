"""Takes what runs and sources remember of a document out for good, and a person's name off what they fed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlmodel import Session, col, delete, select, update

from surefoot.ingestion.sidecars import Sidecars
from surefoot.ingestion.tables import (
    CorpusRow,
    DocumentAlias,
    DocumentKeptAway,
    DocumentRow,
    DocumentText,
    LibraryVersion,
    RunItem,
    RunRow,
    SourceItem,
    SourceRow,
)

NOBODY = "erased"
"""Whose a document, source or run is after its person was erased."""


class Forgetting:
    """Changes over ingestion's tables; each call is one transaction and may be repeated."""

    def __init__(self, sessions: Callable[[], Session], sidecars: Sidecars | None = None) -> None:
        self._sessions = sessions
        self._sidecars = sidecars

    def of_document(self, document_id: str, paths: Sequence[str]) -> None:
        """Remove what runs and sources noted of a document that had these paths."""
        with self._sessions() as session:
            for table in (RunItem, SourceItem):
                session.exec(delete(table).where(col(table.document_id) == document_id))
                session.exec(delete(table).where(col(table.path).in_(paths)))
            session.commit()

    def of_owner(self, owner: str) -> None:
        """Let what a person fed, and the runs that they asked for, be nobody's."""
        with self._sessions() as session:
            for table in (DocumentRow, DocumentAlias, DocumentKeptAway, SourceRow):
                session.exec(update(table).where(col(table.owner) == owner).values(owner=NOBODY))
            session.exec(update(RunRow).where(col(RunRow.asked_by) == owner).values(asked_by=NOBODY))
            session.commit()
        if self._sidecars:
            self._sidecars.rename(owner, NOBODY)

    def of_assistant(self, name: str) -> None:
        """Remove the sources and runs of an assistant that is gone, and what is counted of its documents."""
        with self._sessions() as session:
            sources = session.exec(select(SourceRow.id).where(SourceRow.assistant == name)).all()
            runs = session.exec(select(RunRow.id).where(RunRow.assistant == name)).all()
            for table, key, ids in (
                (SourceItem, SourceItem.source_id, sources),
                (RunItem, RunItem.run_id, runs),
                (SourceRow, SourceRow.id, sources),
                (RunRow, RunRow.id, runs),
            ):
                for one in ids:
                    session.exec(delete(table).where(col(key) == one))
            for table in (LibraryVersion, CorpusRow):
                session.exec(delete(table).where(col(table.assistant) == name))
            session.commit()

    def said_elsewhere(self, snippet: str, document_id: str) -> bool:
        """Whether another document's text holds a snippet too."""
        holds = col(DocumentText.text).contains(snippet, autoescape=True)
        query = select(DocumentText.document_id).where(holds, DocumentText.document_id != document_id).limit(1)
        with self._sessions() as session:
            return session.exec(query).first() is not None

    def fed_by(self, owner: str) -> list[tuple[str, str, str]]:
        """Id, assistant and path of what a person fed."""
        query = select(DocumentRow.id, DocumentRow.assistant, DocumentRow.path).where(DocumentRow.owner == owner)
        with self._sessions() as session:
            return [(row[0], row[1], row[2]) for row in session.exec(query)]
