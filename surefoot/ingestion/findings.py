"""Keeps what the quality stages and the privacy screen found in each document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from surefoot.ingestion.inspection import Inspection

if TYPE_CHECKING:
    from sqlmodel import Session


class Findings:
    """Rows beside the catalogue's; they go with their document. Each method is one transaction."""

    def __init__(self, sessions: Callable[[], Session]) -> None:
        self._sessions = sessions

    def save(self, document_id: str, found: Inspection, *, to_be_found: bool = True) -> None:
        """Replace what is kept of a document; its line must be in the catalogue.

        to_be_found: whether other documents may turn out to be near duplicates of it.
        """
        from surefoot.ingestion.quality.duplicates import bands
        from surefoot.ingestion.tables import DocumentBand, DocumentMask, DocumentReport

        with self._sessions() as session:
            _clear(session, document_id)
            if found.report and found.signature and found.sketch:
                session.add(
                    DocumentReport(
                        document_id=document_id,
                        report=found.report.to_json(),
                        sketch=found.sketch.to_bytes(),
                        signature=found.signature.to_bytes(),
                    )
                )
                keys = bands(found.signature) if to_be_found else ()
                session.add_all(DocumentBand(document_id=document_id, band=n, value=key) for n, key in enumerate(keys))
            session.add_all(
                DocumentMask(document_id=document_id, token=mask.token, kind=mask.kind.value, value=mask.value)
                for mask in found.masks
            )
            session.commit()

    def clear(self, document_id: str) -> None:
        """Forget all of a document; nothing happens where there is nothing."""
        with self._sessions() as session:
            _clear(session, document_id)
            session.commit()

    def report(self, document_id: str) -> dict[str, object] | None:
        """The quality report of a document, or None where it was not looked at."""
        from surefoot.ingestion.tables import DocumentReport

        with self._sessions() as session:
            row = session.get(DocumentReport, document_id)
            return row.report if row else None

    def sharing_a_band(self, assistant: str, bands: Sequence[str], apart_from: str) -> dict[str, bytes]:
        """Signatures of the assistant's documents that share a part of a MinHash, at most 100, by document."""
        from sqlmodel import col, select

        from surefoot.ingestion.tables import DocumentBand, DocumentReport, DocumentRow

        if not bands:
            return {}
        sharing = select(DocumentBand.document_id).where(col(DocumentBand.value).in_(list(bands))).distinct().limit(500)
        with self._sessions() as session:
            found = set(session.exec(sharing).all()) - {apart_from}  # alone, or SQLite begins with all ready documents
            query = (
                select(DocumentReport.document_id, DocumentReport.signature)
                .join(DocumentRow, col(DocumentRow.id) == col(DocumentReport.document_id))
                .where(col(DocumentReport.document_id).in_(sorted(found)))
                .where(DocumentRow.assistant == assistant, DocumentRow.status == "ready")
                .limit(100)
            )
            return dict(session.exec(query).all()) if found else {}

    def sketches(self, assistant: str, limit: int = 2_000) -> dict[str, bytes]:
        """What the monitor compares, of the assistant's ready documents in the order of their ids, by document."""
        from sqlmodel import col, select

        from surefoot.ingestion.tables import DocumentReport, DocumentRow

        query = (
            select(DocumentReport.document_id, DocumentReport.sketch)
            .join(DocumentRow, col(DocumentRow.id) == col(DocumentReport.document_id))
            .where(DocumentRow.assistant == assistant, DocumentRow.status == "ready")
            .order_by(col(DocumentReport.document_id))
            .limit(limit)
        )
        with self._sessions() as session:
            return dict(session.exec(query).all())


def _clear(session: Session, document_id: str) -> None:
    from sqlmodel import col, delete

    from surefoot.ingestion.tables import DocumentBand, DocumentMask, DocumentReport

    session.exec(delete(DocumentMask).where(col(DocumentMask.document_id) == document_id))
    session.exec(delete(DocumentBand).where(col(DocumentBand.document_id) == document_id))
    session.exec(delete(DocumentReport).where(col(DocumentReport.document_id) == document_id))
