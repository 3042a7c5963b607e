"""Keeps sources, and what each of them held when it was last listed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from surefoot.core.journal import Act, ActKind, Fact, Journal, NoJournal
from surefoot.core.nouns import Asker
from surefoot.ingestion.catalogue import Status

if TYPE_CHECKING:
    from sqlmodel import Session

    from surefoot.ingestion.tables import SourceRow


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def utc(stamp: datetime | None) -> datetime | None:
    """A time with its zone: SQLite gives times back without it."""
    if stamp is None:
        return None
    return stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A source; the fields are those of SourceRow."""

    id: str
    assistant: str
    name: str
    kind: str
    settings: Mapping[str, object]
    groups: frozenset[str]
    owner: str
    schedule: str | None = None
    watched: bool = False
    enabled: bool = True
    declared: bool = False
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)
    checked_at: datetime | None = None
    changed_at: datetime | None = None
    trouble: str | None = None

    def visible_to(self, asker: Asker) -> bool:
        """Whether the asker made it or is in one of its groups."""
        return self.owner == asker.id or not self.groups.isdisjoint(asker.groups)


_COLUMNS = tuple(f.name for f in fields(SourceEntry))
_OF_LISTINGS = {"created_at", "checked_at", "changed_at", "trouble"}
_CHANGES = ("name", "kind", "settings", "groups", "schedule", "watched", "enabled")
"""What a person can change of a source."""
_TIMES = ("created_at", "updated_at", "checked_at", "changed_at")


class SourceStore:
    """Rows of sources in a relational database; each method is one transaction."""

    def __init__(self, sessions: Callable[[], Session], journal: Journal | None = None) -> None:
        self._sessions = sessions
        self._journal = journal or NoJournal()

    def list(self, assistant: str | None = None) -> list[SourceEntry]:
        """Sources by name; of one assistant or of all."""
        from sqlmodel import col, select

        from surefoot.ingestion.tables import SourceRow

        query = select(SourceRow).order_by(col(SourceRow.name), col(SourceRow.id))
        if assistant is not None:
            query = query.where(SourceRow.assistant == assistant)
        with self._sessions() as session:
            return [_entry(row) for row in session.exec(query)]

    def get(self, source_id: str) -> SourceEntry | None:
        """One source; None where there is none."""
        from surefoot.ingestion.tables import SourceRow

        with self._sessions() as session:
            row = session.get(SourceRow, source_id)
            return _entry(row) if row else None

    def save(self, entry: SourceEntry) -> SourceEntry:
        """Insert or replace a source; as saved. What its listings brought stays as it is."""
        from surefoot.ingestion.tables import SourceRow

        entry = replace(entry, updated_at=now())
        values: dict[str, Any] = {name: getattr(entry, name) for name in _COLUMNS}
        values.update(groups=sorted(entry.groups), settings=dict(entry.settings))
        with self._sessions() as session:
            row = session.get(SourceRow, entry.id)
            changed = sorted(name for name in _CHANGES if row is not None and getattr(row, name) != values[name])
            if row is None:
                session.add(SourceRow(**values))
                self._journal.write(session, _act(ActKind.SOURCE_ADDED, entry))
            else:
                for name in values.keys() - _OF_LISTINGS:
                    setattr(row, name, values[name])
                if changed:
                    self._journal.write(session, _act(ActKind.SOURCE_CHANGED, entry, changed))
            session.commit()
        return entry

    def listed(self, source_id: str, at: datetime) -> None:
        """Remember that a source was listed to its end."""
        self._update(source_id, checked_at=at, trouble=None)

    def changed(self, source_id: str, at: datetime) -> None:
        """Remember that a source brought a change."""
        self._update(source_id, changed_at=at)

    def troubled(self, source_id: str, reason: str) -> None:
        """Remember why a source could not be listed."""
        self._update(source_id, trouble=reason)

    def delete(self, source_id: str) -> None:
        """Remove a source and what is known of it; documents that it brought stay, as if a person had fed them."""
        from sqlmodel import col, delete, update

        from surefoot.ingestion.tables import DocumentAlias, DocumentRow, SourceItem, SourceRow

        with self._sessions() as session:
            for table in (DocumentRow, DocumentAlias):
                session.exec(update(table).where(col(table.source_id) == source_id).values(source_id=None))
            session.exec(delete(SourceItem).where(col(SourceItem.source_id) == source_id))
            row = session.get(SourceRow, source_id)
            if row is not None:
                self._journal.write(session, _act(ActKind.SOURCE_DELETED, _entry(row)))
            session.exec(delete(SourceRow).where(col(SourceRow.id) == source_id))
            session.commit()

    def fingerprints(self, source_id: str) -> dict[str, str]:
        """Path and fingerprint of each document that was read of a source."""
        from sqlmodel import select

        from surefoot.ingestion.tables import SourceItem

        query = select(SourceItem.path, SourceItem.fingerprint).where(SourceItem.source_id == source_id)
        with self._sessions() as session:
            return dict(session.exec(query).all())

    def holders(self, source_id: str, paths: Sequence[str]) -> dict[str, str | None]:
        """The document that holds each of these paths' content, where the source is known to have the path."""
        from sqlmodel import col, select

        from surefoot.ingestion.tables import SourceItem

        found: dict[str, str | None] = {}
        with self._sessions() as session:
            for start in range(0, len(paths), 500):
                query = select(SourceItem.path, SourceItem.document_id).where(
                    SourceItem.source_id == source_id, col(SourceItem.path).in_(paths[start : start + 500])
                )
                found.update(session.exec(query).all())
        return found

    def counts(self, status: Status = Status.READY) -> dict[str, int]:
        """Documents of each source that can be asked about, or stand so; a source without any is left out."""
        from sqlmodel import col, func, select

        from surefoot.ingestion.tables import DocumentRow, SourceItem

        query = (
            select(SourceItem.source_id, func.count())
            .join(DocumentRow, col(DocumentRow.id) == col(SourceItem.document_id))
            .where(DocumentRow.status == status)
            .group_by(SourceItem.source_id)
        )
        with self._sessions() as session:
            return dict(session.exec(query).all())

    def _update(self, source_id: str, **values: object) -> None:
        from sqlmodel import col, update

        from surefoot.ingestion.tables import SourceRow

        with self._sessions() as session:
            session.exec(update(SourceRow).where(col(SourceRow.id) == source_id).values(**values))
            session.commit()


def mark(source_id: str) -> str:
    """What stands for a source in the audit trail: its id is made from its name, which a person gave."""
    return f"source-{hashlib.sha256(source_id.encode()).hexdigest()[:12]}"


def _act(kind: ActKind, entry: SourceEntry, changed: Sequence[str] = ()) -> Act:
    facts: dict[str, Fact] = {"kind": entry.kind, "assistant": entry.assistant, "groups": sorted(entry.groups)}
    if changed:
        facts["changed"] = list(changed)
    return Act(kind, mark(entry.id), json.dumps(dict(entry.settings), sort_keys=True, default=str), facts)


def _entry(row: SourceRow) -> SourceEntry:
    values: dict[str, Any] = {name: getattr(row, name) for name in _COLUMNS}
    values.update({name: utc(values[name]) for name in _TIMES}, groups=frozenset(row.groups))
    return SourceEntry(**values)
