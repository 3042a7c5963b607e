"""The access rule of documents, as a condition of queries over the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surefoot.core.nouns import Asker

if TYPE_CHECKING:
    from sqlalchemy.sql.elements import ColumnElement
    from sqlmodel import Session


def visible(asker: Asker) -> ColumnElement[bool]:
    """The access rule as a condition of the query itself."""
    from sqlmodel import col, exists, or_, select

    from surefoot.ingestion.tables import DocumentGroup, DocumentRow

    in_group = exists(
        select(DocumentGroup.name).where(
            col(DocumentGroup.document_id) == col(DocumentRow.id), col(DocumentGroup.name).in_(sorted(asker.groups))
        )
    )
    return or_(col(DocumentRow.owner) == asker.id, in_group)


def save_groups(session: Session, document_id: str, groups: frozenset[str]) -> None:
    """Write who may see a document; the caller commits."""
    from sqlmodel import col, delete

    from surefoot.ingestion.tables import DocumentGroup

    session.exec(delete(DocumentGroup).where(col(DocumentGroup.document_id) == document_id))
    session.add_all([DocumentGroup(document_id=document_id, name=name) for name in sorted(groups)])
