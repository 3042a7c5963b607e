"""Remembers under which other paths a document's content was fed, so that it stays while one of them is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from surefoot.core.nouns import Asker
from surefoot.ingestion.catalogue import Entry
from surefoot.ingestion.describing import Order
from surefoot.ingestion.results import SourceFile

if TYPE_CHECKING:
    from sqlmodel import Session

    from surefoot.ingestion.tables import DocumentAlias


@dataclass(frozen=True, slots=True)
class Alias:
    """A path whose content is kept under another document's path."""

    id: str
    """The id that a document of this path has."""
    path: str
    document_id: str
    owner: str
    groups: frozenset[str]
    source_id: str | None
    regrouped: bool
    """A person said who may see it."""

    def visible_to(self, asker: Asker) -> bool:
        """Whether the asker fed it or is in one of its groups."""
        return self.owner == asker.id or not self.groups.isdisjoint(asker.groups)


class Aliases:
    """Rows beside the catalogue's; they go with the document that holds the content."""

    def __init__(self, sessions: Callable[[], Session]) -> None:
        self._sessions = sessions

    def add(self, order: Order, document_id: str) -> None:
        """Remember that a file's content is kept by a document; repeating it changes nothing."""
        from surefoot.ingestion.tables import DocumentAlias

        row = DocumentAlias(
            id=order.id,
            assistant=order.assistant,
            path=order.file.path,
            document_id=document_id,
            owner=order.owner.id,
            groups=sorted(order.groups),
            source_id=order.source_id,
            regrouped=order.regrouped,
        )
        with self._sessions() as session:
            session.merge(row)
            session.commit()

    def get(self, alias_id: str) -> Alias | None:
        """The alias of a path, or None."""
        from surefoot.ingestion.tables import DocumentAlias

        with self._sessions() as session:
            row = session.get(DocumentAlias, alias_id)
            return _alias(row) if row else None

    def of(self, document_id: str) -> list[Alias]:
        """Under which other paths a document's content was fed, by path."""
        from sqlmodel import col, select

        from surefoot.ingestion.tables import DocumentAlias

        query = select(DocumentAlias).where(DocumentAlias.document_id == document_id).order_by(col(DocumentAlias.path))
        with self._sessions() as session:
            return [_alias(row) for row in session.exec(query).all()]

    def regroup(self, document_id: str, groups: frozenset[str], regrouped: bool) -> None:
        """Change for whom a document's content is under its other paths."""
        from sqlmodel import col, update

        from surefoot.ingestion.tables import DocumentAlias

        change = update(DocumentAlias).where(col(DocumentAlias.document_id) == document_id)
        with self._sessions() as session:
            session.exec(change.values(groups=sorted(groups), regrouped=regrouped))
            session.commit()

    def drop(self, alias_id: str) -> bool:
        """Forget an alias; False where there is none."""
        from surefoot.ingestion.tables import DocumentAlias

        with self._sessions() as session:
            row = session.get(DocumentAlias, alias_id)
            if row is None:
                return False
            session.delete(row)
            session.commit()
            return True


def heir(alias: Alias, entry: Entry, data: bytes) -> Order:
    """The order that reads a document's content under one of its other paths."""
    file = SourceFile(alias.path, data, entry.modified_at)
    owner = Asker(alias.owner, frozenset())
    return Order(
        file,
        entry.assistant,
        owner,
        alias.groups,
        alias.source_id,
        entry.accepted,
        alias.regrouped,
        entry.content_hash,
    )


def _alias(row: DocumentAlias) -> Alias:
    return Alias(row.id, row.path, row.document_id, row.owner, frozenset(row.groups), row.source_id, row.regrouped)
