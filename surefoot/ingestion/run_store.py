"""Keeps runs: where each stands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from surefoot.ingestion.run_items import ItemEntry, insert_items
from surefoot.ingestion.source_store import now, utc

if TYPE_CHECKING:
    from sqlmodel import Session

    from surefoot.ingestion.tables import RunRow

QUEUED, RUNNING, PAUSED, WAITING = "queued", "running", "paused", "waiting"
CANCELLED, FINISHED, FAILED = "cancelled", "finished", "failed"
GOING = frozenset({QUEUED, RUNNING})
"""States of a run that goes on by itself."""
OPEN = GOING | {PAUSED, WAITING}
"""States of a run that has not ended."""
KEEP_RUNS = 100
"""Runs of one source that are kept; all of the last KEEP_DAYS are."""
KEEP_DAYS = 90


@dataclass(frozen=True, slots=True)
class RunEntry:
    """A run; the fields are those of RunRow."""

    id: str
    assistant: str
    source_id: str | None
    kind: str
    state: str
    asked_by: str
    reason: str | None = None
    unchanged: int = 0
    counts: dict[str, int] = field(default_factory=dict[str, int])
    report: dict[str, object] = field(default_factory=dict[str, object])
    created_at: datetime = field(default_factory=now)
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def lane(self) -> str:
        """Runs of one lane go one after the other."""
        return self.source_id or f"assistant:{self.assistant}"


_COLUMNS = tuple(f.name for f in fields(RunEntry))
_TIMES = ("created_at", "started_at", "finished_at")


class RunStore:
    """Rows of runs in a relational database; each method is one transaction."""

    def __init__(self, sessions: Callable[[], Session]) -> None:
        self._sessions = sessions

    def add(self, run: RunEntry, items: Sequence[ItemEntry] = ()) -> RunEntry:
        """Insert a run, with its documents where they are known."""
        from surefoot.ingestion.tables import RunRow

        with self._sessions() as session:
            session.add(RunRow(**{name: getattr(run, name) for name in _COLUMNS}))
            session.flush()
            insert_items(session, items)
            session.commit()
        return run

    def get(self, run_id: str) -> RunEntry | None:
        """One run; None where there is none."""
        from surefoot.ingestion.tables import RunRow

        with self._sessions() as session:
            row = session.get(RunRow, run_id)
            return _entry(row) if row else None

    def state(self, run_id: str) -> str | None:
        """Where a run stands; None where there is none. Asked between any two documents."""
        from sqlmodel import select

        from surefoot.ingestion.tables import RunRow

        with self._sessions() as session:
            return session.exec(select(RunRow.state).where(RunRow.id == run_id)).first()

    def list(self, assistant: str | None = None, source_id: str | None = None, limit: int = 50) -> list[RunEntry]:
        """The newest runs first; of one assistant, of one source, or all."""
        from sqlmodel import col, select

        from surefoot.ingestion.tables import RunRow

        query = select(RunRow).order_by(col(RunRow.created_at).desc(), col(RunRow.id)).limit(limit)
        if assistant is not None:
            query = query.where(RunRow.assistant == assistant)
        if source_id is not None:
            query = query.where(RunRow.source_id == source_id)
        with self._sessions() as session:
            return [_entry(row) for row in session.exec(query)]

    def in_state(self, states: Collection[str], source_id: str | None = None) -> list[RunEntry]:
        """The oldest runs first that stand in one of these states; of one source, or of all."""
        from sqlmodel import col, select

        from surefoot.ingestion.tables import RunRow

        query = select(RunRow).where(col(RunRow.state).in_(sorted(states)))
        if source_id is not None:
            query = query.where(RunRow.source_id == source_id)
        with self._sessions() as session:
            return [_entry(row) for row in session.exec(query.order_by(col(RunRow.created_at), col(RunRow.id)))]

    def latest(self) -> dict[str, RunEntry]:
        """The newest run of each source."""
        from sqlmodel import col, func, select

        from surefoot.ingestion.tables import RunRow

        newest = (
            select(RunRow.source_id, func.max(RunRow.created_at).label("at")).group_by(col(RunRow.source_id)).subquery()
        )
        query = select(RunRow).join(
            newest, (col(RunRow.source_id) == newest.c.source_id) & (col(RunRow.created_at) == newest.c.at)
        )
        with self._sessions() as session:
            return {row.source_id: _entry(row) for row in session.exec(query) if row.source_id}

    def move(self, run_id: str, states: Collection[str], state: str, **values: object) -> bool:
        """Put a run into another state where it stands in one of `states`; whether it did."""
        from sqlmodel import col, update

        from surefoot.ingestion.tables import RunRow

        ends = {} if state in OPEN else {"finished_at": now()}
        change = update(RunRow).where(col(RunRow.id) == run_id, col(RunRow.state).in_(sorted(states)))
        with self._sessions() as session:
            moved = session.exec(change.values(state=state, **ends, **values)).rowcount
            session.commit()
        return moved == 1

    def note(self, run_id: str, **values: object) -> None:
        """Write something of a run beside its state: counts, unchanged, started_at."""
        from sqlmodel import col, update

        from surefoot.ingestion.tables import RunRow

        with self._sessions() as session:
            session.exec(update(RunRow).where(col(RunRow.id) == run_id).values(**values))
            session.commit()

    def report(self, run_id: str, **entries: object) -> None:
        """Add entries to a run's report."""
        from surefoot.ingestion.tables import RunRow

        with self._sessions() as session:
            row = session.get(RunRow, run_id, with_for_update=True)
            if row is not None:
                row.report = {**row.report, **entries}
                session.commit()

    def prune(self, source_id: str | None) -> int:
        """Remove a source's ended runs that are neither among its newest nor young; how many there were."""
        from sqlmodel import col, delete, select

        from surefoot.ingestion.tables import RunItem, RunRow

        young = now() - timedelta(days=KEEP_DAYS)
        query = (
            select(RunRow.id, RunRow.created_at, RunRow.state)
            .where(col(RunRow.source_id) == source_id)
            .order_by(col(RunRow.created_at).desc())
            .offset(KEEP_RUNS)
        )
        with self._sessions() as session:
            rows: Sequence[tuple[str, datetime, str]] = session.exec(query).all()
            old = [run_id for run_id, at, state in rows if state not in OPEN and _before(at, young)]
            for run_id in old:
                session.exec(delete(RunItem).where(col(RunItem.run_id) == run_id))
                session.exec(delete(RunRow).where(col(RunRow.id) == run_id))
            session.commit()
        return len(old)


def _before(stamp: datetime, limit: datetime) -> bool:
    at = utc(stamp)
    return at is not None and at < limit


def _entry(row: RunRow) -> RunEntry:
    values: dict[str, Any] = {name: getattr(row, name) for name in _COLUMNS}
    values.update({name: utc(values[name]) for name in _TIMES})
    return RunEntry(**values)
