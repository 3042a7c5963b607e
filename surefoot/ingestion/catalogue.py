"""The catalogue: what each assistant's library holds, where each document stands, and its text."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, cast

from surefoot.core.journal import Journal, NoJournal
from surefoot.core.nouns import Asker
from surefoot.ingestion.catalogue_access import save_groups, visible
from surefoot.ingestion.catalogue_acts import acts, deleted
from surefoot.ingestion.library_counter import moved_on

if TYPE_CHECKING:
    from sqlalchemy.sql.elements import ColumnElement
    from sqlmodel import Session

    from surefoot.ingestion.tables import DocumentRow

_NAMESPACE = uuid.UUID("6f0b1c52-52a4-5f0e-9a5e-6b1f6c1f6d41")


class Status(StrEnum):
    """Where a document stands."""

    INGESTING = "ingesting"
    READY = "ready"
    REJECTED = "rejected"
    DELETING = "deleting"


def id_of(assistant: str, path: str) -> str:
    """The id of the document that an assistant keeps under a path: the same on every machine, whatever the content."""
    return str(uuid.uuid5(_NAMESPACE, f"{assistant}\n{path}"))


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the catalogue; the fields are those of DocumentRow, with the groups beside them."""

    id: str
    assistant: str
    owner: str
    path: str
    groups: frozenset[str]
    title: str
    media_type: str = ""
    status: Status = Status.INGESTING
    reason: str | None = None
    content_hash: str = ""
    pending_hash: str = ""
    recipe: str = ""
    size: int = 0
    pages: int | None = None
    chunks: int = 0
    version: str = "1"
    stated_version: str | None = None
    valid_from: date | None = None
    superseded: bool = False
    family: str = ""
    revision: int = 1
    source_id: str | None = None
    language: str = ""
    modified_at: datetime | None = None
    properties: Mapping[str, str] | None = None
    accepted: bool = False
    regrouped: bool = False
    retitled: bool = False
    masked: int = 0
    interrupted: int = 0
    text_hash: str = ""
    created_at: datetime = field(default_factory=_now)
    updated_at: datetime = field(default_factory=_now)

    def visible_to(self, asker: Asker) -> bool:
        """Whether the asker fed it or is in one of its groups."""
        return self.owner == asker.id or not self.groups.isdisjoint(asker.groups)


_COLUMNS = tuple(f.name for f in fields(Entry) if f.name != "groups")


class Beside(Protocol):
    """Keeps lines once more outside the database, so that a lost one can be rebuilt."""

    def write(self, entry: Entry) -> None:
        """Keep a line as it is now."""
        ...

    def drop(self, document_id: str) -> None:
        """Forget a line; nothing happens where there is none."""
        ...

    def keep_away(self, document_id: str) -> None:
        """Remember that somebody deleted this document."""
        ...


class Catalogue:
    """Rows of documents in a relational database; each method is one transaction."""

    def __init__(
        self, sessions: Callable[[], Session], journal: Journal | None = None, beside: Beside | None = None
    ) -> None:
        self.sessions = sessions
        self._journal = journal or NoJournal()
        self._beside = beside

    def list(self, assistant: str | None = None, asker: Asker | None = None) -> list[Entry]:
        """Documents by path, those in deletion left out; of one assistant or of all, those the asker may see or all."""
        from sqlmodel import col, select

        from surefoot.ingestion.tables import DocumentRow

        query = select(DocumentRow).where(col(DocumentRow.status) != Status.DELETING)
        if assistant is not None:
            query = query.where(DocumentRow.assistant == assistant)
        if asker is not None:
            query = query.where(visible(asker))
        with self.sessions() as session:
            return entries_of(session, session.exec(query.order_by(col(DocumentRow.path), col(DocumentRow.id))).all())

    def get(self, document_id: str, asker: Asker | None = None) -> Entry | None:
        """One document, also while it is being deleted; None where there is none or the asker may not see it."""
        from surefoot.ingestion.tables import DocumentRow

        with self.sessions() as session:
            row = session.get(DocumentRow, document_id)
            found = entries_of(session, [row] if row else [])
        return found[0] if found and (asker is None or found[0].visible_to(asker)) else None

    def sight(self, document_ids: Collection[str], asker: Asker) -> tuple[frozenset[str], frozenset[str]]:
        """Of some documents those that the asker may see, and those that are there and may not be seen."""
        from sqlmodel import col, select

        from surefoot.ingestion.tables import DocumentRow

        wanted, there, seen = sorted(document_ids), set[str](), set[str]()
        with self.sessions() as session:
            for start in range(0, len(wanted), 500):
                query = select(DocumentRow.id).where(col(DocumentRow.id).in_(wanted[start : start + 500]))
                there |= set(session.exec(query))
                seen |= set(session.exec(query.where(visible(asker))))
        return frozenset(seen), frozenset(there - seen)

    def find_by_path(self, assistant: str, path: str) -> Entry | None:
        """The document that an assistant keeps under a path."""
        return self.get(id_of(assistant, path))

    def find_by_content(self, assistant: str, content_hash: str) -> list[Entry]:
        """The assistant's ready documents whose original has these bytes, by path."""
        from surefoot.ingestion.tables import DocumentRow

        return self._where(
            DocumentRow.assistant == assistant,
            DocumentRow.content_hash == content_hash,
            DocumentRow.status == Status.READY,
        )

    def family(self, assistant: str, family: str) -> list[Entry]:
        """The assistant's ready documents whose titles differ in version words alone."""
        from surefoot.ingestion.tables import DocumentRow

        return self._where(
            DocumentRow.assistant == assistant, DocumentRow.family == family, DocumentRow.status == Status.READY
        )

    def unfinished(self) -> list[Entry]:
        """Documents whose reading or deletion was begun and not ended, oldest first."""
        from sqlmodel import col, or_

        from surefoot.ingestion.tables import DocumentRow

        found = self._where(
            or_(
                col(DocumentRow.status).in_((Status.INGESTING, Status.DELETING)),
                col(DocumentRow.pending_hash) != "",
            )
        )
        return sorted(found, key=lambda entry: (entry.updated_at, entry.id))

    def blob_in_use(self, content_hash: str, apart_from: str) -> bool:
        """Whether another document than the one named has this original."""
        from sqlmodel import col, or_

        from surefoot.ingestion.tables import DocumentRow

        same = or_(DocumentRow.content_hash == content_hash, DocumentRow.pending_hash == content_hash)
        return bool(self._where(same, col(DocumentRow.id) != apart_from))

    def originals(self) -> set[str]:
        """The hashes of all originals that documents name."""
        from sqlmodel import select

        from surefoot.ingestion.tables import DocumentRow

        with self.sessions() as session:
            pairs = session.exec(select(DocumentRow.content_hash, DocumentRow.pending_hash)).all()
        return {content_hash for pair in pairs for content_hash in pair if content_hash}

    def text(self, document_id: str) -> str:
        """A document's text as Markdown; empty where there is none. Chunks' spans point into it."""
        from surefoot.ingestion.tables import DocumentText

        with self.sessions() as session:
            row = session.get(DocumentText, document_id)
            return row.text if row else ""

    def save(self, entry: Entry, text: str | None = None) -> Entry:
        """Insert or replace a document's line, and its text where one is given; the line as saved."""
        from surefoot.ingestion.tables import DocumentRow, DocumentText

        entry = replace(entry, updated_at=_now())
        with self.sessions() as session:
            moved_on(session, entry.assistant)
            before = next(iter(entries_of(session, [row] if (row := session.get(DocumentRow, entry.id)) else [])), None)
            session.merge(DocumentRow(**{name: getattr(entry, name) for name in _COLUMNS}))
            session.flush()
            save_groups(session, entry.id, entry.groups)
            if text is not None:
                session.merge(DocumentText(document_id=entry.id, text=text))
            for act in acts(before, entry):
                self._journal.write(session, act)
            session.commit()
        if self._beside:
            self._beside.write(entry)
        return entry

    def delete(self, document_id: str) -> None:
        """Remove a document's line with all that hangs on it; nothing happens where there is none."""
        from sqlmodel import col, delete

        from surefoot.ingestion import tables

        with self.sessions() as session:
            if row := session.get(tables.DocumentRow, document_id):
                moved_on(session, row.assistant)
                if act := deleted(entries_of(session, [row])[0]):
                    self._journal.write(session, act)
            for table in tables.PARTS_OF_A_DOCUMENT:
                session.exec(delete(table).where(col(table.document_id) == document_id))
            session.exec(delete(tables.DocumentRow).where(col(tables.DocumentRow.id) == document_id))
            session.commit()
        if self._beside:
            self._beside.drop(document_id)

    def erase_deleted(self) -> None:
        """Take deleted text out of the database's log, too; PostgreSQL recycles its own."""
        from sqlalchemy import text

        with self.sessions() as session:
            if session.get_bind().dialect.name == "sqlite":
                session.connection().execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    def keep_away(self, document_id: str, owner: str) -> None:
        """Remember that somebody deleted a document of an assistant's own folder; repeating it changes nothing."""
        from surefoot.ingestion.tables import DocumentKeptAway

        with self.sessions() as session:
            session.merge(DocumentKeptAway(document_id=document_id, owner=owner, created_at=_now()))
            session.commit()
        if self._beside:
            self._beside.keep_away(document_id)

    def kept_away(self, document_id: str) -> bool:
        """Whether somebody deleted this document of an assistant's own folder."""
        from surefoot.ingestion.tables import DocumentKeptAway

        with self.sessions() as session:
            return session.get(DocumentKeptAway, document_id) is not None

    def _where(self, *conditions: ColumnElement[bool] | bool) -> list[Entry]:
        from sqlmodel import col, select

        from surefoot.ingestion.tables import DocumentRow

        query = select(DocumentRow).where(*conditions).order_by(col(DocumentRow.path), col(DocumentRow.id))
        with self.sessions() as session:
            return entries_of(session, session.exec(query).all())


def entries_of(session: Session, rows: Sequence[DocumentRow]) -> list[Entry]:
    """The lines of rows, with their groups."""
    groups = _groups(session, [row.id for row in rows])
    return [_entry(row, groups.get(row.id, frozenset())) for row in rows]


def _groups(session: Session, ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """The groups of documents, 500 ids a query (SQLite bounds the variables of one statement)."""
    from sqlmodel import col, select

    from surefoot.ingestion.tables import DocumentGroup

    found: dict[str, set[str]] = {}
    wanted = list(ids)
    for start in range(0, len(wanted), 500):
        query = select(DocumentGroup).where(col(DocumentGroup.document_id).in_(wanted[start : start + 500]))
        for row in session.exec(query).all():
            found.setdefault(row.document_id, set()).add(row.name)
    return {id_: frozenset(names) for id_, names in found.items()}


def _entry(row: DocumentRow, groups: frozenset[str]) -> Entry:
    values = {name: getattr(row, name) for name in _COLUMNS}
    values["status"] = Status(row.status)
    for name in ("created_at", "updated_at", "modified_at"):
        if values[name] is not None:
            values[name] = utc(cast("datetime", values[name]))
    return Entry(groups=groups, **values)


def utc(stamp: datetime) -> datetime:
    """The time with its zone: SQLite gives times back without their zone."""
    return stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)
