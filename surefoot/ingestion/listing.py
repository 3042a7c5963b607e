"""Finds documents in the catalogue for a person who looks: search, filters, pages, counts; quick at any size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from surefoot.core.nouns import Asker
from surefoot.ingestion.catalogue import Entry, Status, entries_of, utc
from surefoot.ingestion.catalogue_access import visible

if TYPE_CHECKING:
    from sqlalchemy.sql.elements import ColumnElement
    from sqlmodel import Session

Order = Literal["title", "-title", "updated", "-updated", "size", "-size", "chunks", "-chunks", "status", "-status"]
MOST = 500
"""Documents of a page, at most."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which documents are looked for; what is None or empty matches all."""

    assistant: str
    words: str = ""
    """Each must stand in title or path, whatever the case."""
    status: str | None = None
    source_id: str | None = None
    """Empty string: what no source brought."""
    language: str | None = None
    media_type: str | None = None
    superseded: bool | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """A page of documents, and counts over all that match."""

    entries: list[Entry]
    total: int
    """Documents that match."""
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, Mapping[str, int]])
    """Of all the assistant's documents that the asker may see: by 'status', 'language', 'media_type', 'source_id'."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of an assistant's documents stand where."""

    assistant: str
    status: Status
    documents: int
    newest: datetime
    """When the last of them was changed."""


class Listing:
    """Queries over the catalogue's rows."""

    def __init__(self, sessions: Callable[[], Session]) -> None:
        self._sessions = sessions

    def find(self, wanted: Wanted, asker: Asker, order: Order = "title", page: tuple[int, int] = (0, 100)) -> Slice:
        """Documents that the asker may see, sorted; page: how many to leave out, how many to give (at most 500)."""
        from sqlmodel import col, func, select

        from surefoot.ingestion.tables import DocumentRow

        conditions = [*_reach(wanted.assistant, asker), *_conditions(wanted)]
        offset, limit = max(0, page[0]), min(max(0, page[1]), MOST)
        query = select(DocumentRow).where(*conditions).order_by(*_sorted(order)).offset(offset).limit(limit)
        with self._sessions() as session:
            total = session.exec(select(func.count(col(DocumentRow.id))).where(*conditions)).one()
            entries = entries_of(session, session.exec(query).all())
            return Slice(entries, total, _counts(session, wanted.assistant, asker))

    def groups(self, assistant: str | None = None) -> frozenset[str]:
        """The groups that any document is for, of one assistant or of all."""
        from sqlmodel import col, select

        from surefoot.ingestion.tables import DocumentGroup, DocumentRow

        query = select(DocumentGroup.name).distinct()
        if assistant is not None:
            query = query.join(DocumentRow, col(DocumentRow.id) == col(DocumentGroup.document_id))
            query = query.where(DocumentRow.assistant == assistant)
        with self._sessions() as session:
            return frozenset(session.exec(query))

    def tally(self, asker: Asker | None = None) -> list[Tally]:
        """How many documents stand where, those in deletion left out; of those the asker may see, or of all."""
        from sqlmodel import col, func, select

        from surefoot.ingestion.tables import DocumentRow

        kinds = (col(DocumentRow.assistant), col(DocumentRow.status))
        query = select(*kinds, func.count(), func.max(DocumentRow.updated_at)).group_by(*kinds).order_by(*kinds)
        query = query.where(col(DocumentRow.status) != Status.DELETING)
        if asker is not None:
            query = query.where(visible(asker))
        with self._sessions() as session:
            return [Tally(name, Status(status), n, utc(newest)) for name, status, n, newest in session.exec(query)]


def _reach(assistant: str, asker: Asker) -> list[ColumnElement[bool] | bool]:
    from sqlmodel import col

    from surefoot.ingestion.tables import DocumentRow

    return [DocumentRow.assistant == assistant, col(DocumentRow.status) != Status.DELETING, visible(asker)]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool] | bool]:
    from sqlmodel import col, or_

    from surefoot.ingestion.tables import DocumentRow

    found: list[ColumnElement[bool] | bool] = [
        or_(
            *(
                column.icontains(form, autoescape=True)
                for column in (col(DocumentRow.title), col(DocumentRow.path))
                for form in _forms(word)
            )
        )
        for word in wanted.words.replace("\0", " ").split()[:10]
    ]
    if wanted.source_id == "":
        found.append(col(DocumentRow.source_id).is_(None))
    exact = {
        "status": wanted.status,
        "source_id": wanted.source_id or None,
        "language": wanted.language,
        "media_type": wanted.media_type,
        "superseded": wanted.superseded,
    }
    return [*found, *(getattr(DocumentRow, name) == value for name, value in exact.items() if value is not None)]


def _forms(word: str) -> set[str]:
    """The word as it may be written: SQLite knows no other case than that of ASCII letters."""
    return {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}


def _sorted(order: Order) -> list[Any]:
    from sqlmodel import col, func

    from surefoot.ingestion.tables import DocumentRow

    columns: dict[str, Any] = {
        "title": func.lower(DocumentRow.title),
        "updated": col(DocumentRow.updated_at),
        "size": col(DocumentRow.size),
        "chunks": col(DocumentRow.chunks),
        "status": col(DocumentRow.status),
    }
    column = columns[order.removeprefix("-")]
    return [column.desc() if order.startswith("-") else column.asc(), col(DocumentRow.path), col(DocumentRow.id)]


def _counts(session: Session, assistant: str, asker: Asker) -> dict[str, dict[str, int]]:
    from sqlmodel import col, func, select

    from surefoot.ingestion.tables import DocumentRow

    counted: dict[str, dict[str, int]] = {}
    for name in ("status", "language", "media_type", "source_id"):
        column = getattr(DocumentRow, name)
        query = select(column, func.count(col(DocumentRow.id))).where(*_reach(assistant, asker)).group_by(column)
        counted[name] = {str(value or ""): number for value, number in session.exec(query).all()}
    return counted
