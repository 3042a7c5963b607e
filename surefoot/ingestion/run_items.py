"""Keeps what each run does with each document, and with it what is known of the source's documents."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from surefoot.ingestion.source_store import now, utc
from surefoot.ingestion.sources.port import Listed

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlmodel import Session, SQLModel

    from surefoot.ingestion.tables import RunItem

NEW, CHANGED, GONE, AGAIN = "new", "changed", "gone", "again"
TO_FEED = frozenset({NEW, CHANGED, AGAIN})
"""Changes whose documents are fetched and read."""
TO_DO, WORKING = "waiting", "working"
INGESTED, UNCHANGED, REJECTED, REMOVED, FAILED, KEPT = (
    "ingested",
    "unchanged",
    "rejected",
    "removed",
    "failed",
    "kept",
)
UNDONE = frozenset({TO_DO, WORKING})
EXAMPLES = 5
ROWS_AT_ONCE = 500
"""Rows of one statement: SQLite bounds its variables."""


@dataclass(frozen=True, slots=True)
class ItemEntry:
    """A document of a run; the fields are those of RunItem."""

    run_id: str
    path: str
    change: str
    status: str = TO_DO
    stage: str = ""
    reason: str | None = None
    remedy: str | None = None
    fingerprint: str = ""
    locator: str = ""
    size: int | None = None
    modified_at: datetime | None = None
    document_id: str | None = None
    attempts: int = 0
    seconds: float = 0.0
    updated_at: datetime = field(default_factory=now)

    @property
    def listed(self) -> Listed:
        """What the source said of it."""
        return Listed(self.path, self.fingerprint, self.locator, self.size, self.modified_at)


@dataclass(frozen=True, slots=True)
class Reason:
    """Documents of a run that failed or were rejected for one reason."""

    reason: str
    remedy: str | None
    count: int
    examples: tuple[str, ...]


_COLUMNS = tuple(f.name for f in fields(ItemEntry))


class RunItems:
    """Rows of runs' documents in a relational database; each method is one transaction."""

    def __init__(self, sessions: Callable[[], Session]) -> None:
        self._sessions = sessions

    def clear(self, run_id: str) -> None:
        """Forget a run's documents: its listing begins anew."""
        from sqlmodel import col, delete

        from surefoot.ingestion.tables import RunItem

        with self._sessions() as session:
            session.exec(delete(RunItem).where(col(RunItem.run_id) == run_id))
            session.commit()

    def add(self, items: Sequence[ItemEntry]) -> None:
        """Insert documents; one that is there already stays as it is."""
        with self._sessions() as session:
            insert_items(session, items)
            session.commit()

    def undone(self, run_id: str, changes: Collection[str], limit: int) -> list[ItemEntry]:
        """The run's documents that are still to be worked on, by path."""
        from sqlmodel import col, select

        from surefoot.ingestion.tables import RunItem

        query = select(RunItem).where(
            RunItem.run_id == run_id,
            col(RunItem.status).in_(sorted(UNDONE)),
            col(RunItem.change).in_(sorted(changes)),
        )
        with self._sessions() as session:
            return [_entry(row) for row in session.exec(query.order_by(col(RunItem.path)).limit(limit))]

    def rest(self, run_id: str) -> None:
        """Nothing of a run is being worked on at the moment."""
        from sqlmodel import col, update

        from surefoot.ingestion.tables import RunItem

        with self._sessions() as session:
            change = update(RunItem).where(col(RunItem.run_id) == run_id, col(RunItem.status) == WORKING)
            session.exec(change.values(status=TO_DO))
            session.commit()

    def begin(self, item: ItemEntry, source_id: str) -> None:
        """Remember that a document is being worked on, once more, and that the source has it.

        Whatever happens then, a document that was written is found to be gone when its source no longer has it.
        """
        from sqlmodel import col, update

        from surefoot.ingestion.tables import RunItem, SourceItem

        with self._sessions() as session:
            change = update(RunItem).where(col(RunItem.run_id) == item.run_id, col(RunItem.path) == item.path)
            session.exec(change.values(status=WORKING, attempts=item.attempts + 1, updated_at=now()))
            unread: dict[str, object] = {"source_id": source_id, "path": item.path, "fingerprint": ""}
            _insert_missing(session, SourceItem, [unread])
            session.commit()

    def give_back(self, item: ItemEntry) -> None:
        """Have a document that was begun wait again, as if it had not been begun."""
        from sqlmodel import col, update

        from surefoot.ingestion.tables import RunItem

        with self._sessions() as session:
            change = update(RunItem).where(col(RunItem.run_id) == item.run_id, col(RunItem.path) == item.path)
            session.exec(change.values(status=TO_DO, attempts=item.attempts - 1, updated_at=now()))
            session.commit()

    def settle(self, item: ItemEntry, source_id: str | None, known_as: str | None = None) -> None:
        """Write what became of a document, and what is known from now on of this path of the source.

        known_as: the fingerprint of the content that is settled; None leaves what is known as it is. A removed
        document is forgotten.
        """
        from sqlmodel import col, delete

        from surefoot.ingestion.tables import RunItem, SourceItem

        with self._sessions() as session:
            session.merge(RunItem(**asdict(replace(item, updated_at=now()))))
            if source_id is not None and item.status == REMOVED:
                mine = (col(SourceItem.source_id) == source_id, col(SourceItem.path) == item.path)
                session.exec(delete(SourceItem).where(*mine))
            elif source_id is not None and known_as is not None:
                row = SourceItem(
                    source_id=source_id, path=item.path, fingerprint=known_as, document_id=item.document_id
                )
                session.merge(row)
            session.commit()

    def forget_contents(self, source_id: str) -> None:
        """Have all of a source's documents read again with its next run."""
        from sqlmodel import col, update

        from surefoot.ingestion.tables import SourceItem

        with self._sessions() as session:
            session.exec(update(SourceItem).where(col(SourceItem.source_id) == source_id).values(fingerprint=""))
            session.commit()

    def totals(self, run_id: str) -> list[tuple[str, str, int]]:
        """How many documents of a run stand where: status, stage, count."""
        from sqlmodel import func, select

        from surefoot.ingestion.tables import RunItem

        kinds = (RunItem.status, RunItem.stage)
        query = select(*kinds, func.count()).where(RunItem.run_id == run_id).group_by(*kinds)
        with self._sessions() as session:
            return [(status, stage, count) for status, stage, count in session.exec(query)]

    def count(self, run_id: str, change: str) -> int:
        """How many documents of a run have this change."""
        from sqlmodel import func, select

        from surefoot.ingestion.tables import RunItem

        query = select(func.count()).where(RunItem.run_id == run_id, RunItem.change == change)
        with self._sessions() as session:
            return session.exec(query).one()

    def page(self, run_id: str, status: str | None, offset: int, limit: int) -> tuple[list[ItemEntry], int]:
        """A page of a run's documents by path, of one status or all; and how many there are in all pages."""
        from sqlmodel import col, func, select

        from surefoot.ingestion.tables import RunItem

        wanted: list[ColumnElement[bool]] = [col(RunItem.run_id) == run_id]
        if status is not None:
            wanted.append(col(RunItem.status) == status)
        query = select(RunItem).where(*wanted).order_by(col(RunItem.path)).offset(offset).limit(limit)
        with self._sessions() as session:
            total = session.exec(select(func.count()).select_from(RunItem).where(*wanted)).one()
            return [_entry(row) for row in session.exec(query)], total

    def named(self, run_id: str, paths: Sequence[str]) -> list[ItemEntry]:
        """Those documents of a run that have one of these paths."""
        from sqlmodel import col, select

        from surefoot.ingestion.tables import RunItem

        found: list[ItemEntry] = []
        with self._sessions() as session:
            for start in range(0, len(paths), ROWS_AT_ONCE):
                some = col(RunItem.path).in_(paths[start : start + ROWS_AT_ONCE])
                query = select(RunItem).where(RunItem.run_id == run_id, some).order_by(col(RunItem.path))
                found += [_entry(row) for row in session.exec(query)]
        return found

    def failures(self, run_id: str) -> list[Reason]:
        """The reasons for which documents of a run failed or were rejected, the most frequent first."""
        from sqlmodel import col, func, select

        from surefoot.ingestion.tables import RunItem

        bad = (RunItem.run_id == run_id, col(RunItem.status).in_((FAILED, REJECTED)))
        groups = (col(RunItem.reason), col(RunItem.remedy))
        query = select(*groups, func.count()).where(*bad).group_by(*groups).order_by(func.count().desc(), *groups)
        with self._sessions() as session:
            return [
                Reason(reason or "", remedy, count, self._examples(session, bad, reason, remedy))
                for reason, remedy, count in session.exec(query).all()
            ]

    def _examples(
        self, session: Session, bad: tuple[object, ...], reason: str | None, remedy: str | None
    ) -> tuple[str, ...]:
        from sqlmodel import col, select

        from surefoot.ingestion.tables import RunItem

        same = (*bad, col(RunItem.reason) == reason, col(RunItem.remedy) == remedy)
        query = select(RunItem.path).where(*cast("tuple[ColumnElement[bool], ...]", same))
        return tuple(session.exec(query.order_by(col(RunItem.path)).limit(EXAMPLES)))


def insert_items(session: Session, items: Sequence[ItemEntry]) -> None:
    """Insert documents of runs; one that is there already stays as it is."""
    from surefoot.ingestion.tables import RunItem

    _insert_missing(session, RunItem, [asdict(item) for item in items])


def _insert_missing(session: Session, table: type[SQLModel], rows: Sequence[dict[str, object]]) -> None:
    from sqlalchemy.dialects import postgresql, sqlite

    if rows:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        session.exec(dialect.insert(table).on_conflict_do_nothing(), params=rows)


def _entry(row: RunItem) -> ItemEntry:
    values: dict[str, Any] = {name: getattr(row, name) for name in _COLUMNS}
    values.update(modified_at=utc(row.modified_at), updated_at=utc(row.updated_at))
    return ItemEntry(**values)
