"""Keeps alerts: opened where a rule's conditions hold, renewed while they do, resolved when they no longer do."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select

from surefoot.eval.errors import AlertAcknowledged, UnknownAlert
from surefoot.eval.monitoring.alert_nouns import OF_ACTS, Alert, Event, Notice, Resolution, Sight, alert_of, utc
from surefoot.eval.monitoring.alert_outbox import Outbox
from surefoot.eval.monitoring.alert_rows import Found, Row
from surefoot.eval.monitoring.alert_rules import Rule
from surefoot.eval.tables import AlertRow

MOST_OPEN = 500
"""Open alerts of one rule; what is beyond is counted and not opened."""
KEPT = timedelta(days=396)
"""How long a resolved alert is kept: 13 months, as the fleet's telematics guide keeps driver events (section 8)."""
BLOCK = 500
"""Rows that are read at once where some of them may not be seen."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a rule's rows."""

    opened: int = 0
    resolved: int = 0
    open: int = 0
    held_back: int = 0
    """Rows that fulfil the conditions, and whose alert ended so shortly ago that no new one opens yet."""
    beyond: int = 0
    """Rows without an alert, because the rule has too many."""


class AlertStore:
    """The alerts of all rules; with an outbox, each opening and each end is told through it."""

    def __init__(self, sessions: Callable[[], Session], outbox: Outbox | None = None) -> None:
        self._sessions = sessions
        self._outbox = outbox

    def apply(self, rule: Rule, found: Found, now: datetime) -> Applied:
        """Bring a rule's alerts in step with what it found, in one transaction."""
        try:
            return self._apply(rule, found, now)
        except IntegrityError:  # another server did the same at once: its alerts are there now
            return self._apply(rule, found, now)

    def tell(self, notice: Notice, now: datetime) -> bool:
        """Open an alert about an act, for nobody's groups; False where that was told of before.

        It ends when somebody acknowledges it, and no webhook is told.
        """
        with self._sessions() as session:
            same = (AlertRow.assistant == OF_ACTS, AlertRow.rule == notice.rule, AlertRow.key == notice.key)
            if session.exec(select(AlertRow.id).where(*same).limit(1)).first() is not None:
                return False
            reading: dict[str, object] = {
                "metric": notice.rule,
                "title": notice.title,
                "value": None,
                "told": notice.told,
            }
            row = AlertRow(
                id=uuid.uuid4().hex,
                assistant=OF_ACTS,
                rule=notice.rule,
                rule_version="",
                key=notice.key,
                open_key=hashlib.sha256(f"{OF_ACTS}\n{notice.rule}\n{notice.key}".encode()).hexdigest(),
                title=notice.title,
                severity=notice.severity,
                text=notice.text,
                groups=[],
                thing=None,
                auto_resolve=False,
                reading=reading,
                opened_at=now,
                seen_at=now,
                unheld_at=now,
                resolved_at=None,
                resolution="",
                acknowledged_at=None,
                acknowledged_by="",
                note="",
            )
            session.add(row)
            try:
                session.commit()
            except IntegrityError:  # another server told of it in the same moment
                return False
            return True

    def retire(self, declared: Mapping[str, Collection[str]], unsure: Iterable[str], now: datetime) -> int:
        """Close the alerts of rules that are not declared any more; how many.

        declared: names of rules by assistant. unsure: assistants whose rules cannot be read now; their alerts stay.
        """
        keep, closed = set(unsure), 0
        with self._sessions() as session:
            for row in session.exec(select(AlertRow).where(col(AlertRow.open_key).is_not(None))):
                if row.assistant not in {*keep, OF_ACTS} and row.rule not in declared.get(row.assistant, ()):
                    self._close(session, row, Resolution.RULE_REMOVED, now)
                    closed += 1
            session.commit()
        return closed

    def list(self, sight: Sight, *, every: bool = False, limit: int = 200) -> Sequence[Alert]:
        """The alerts that may be seen: the open ones, the most severe first; or all, the newest first."""
        found = select(AlertRow).order_by(col(AlertRow.opened_at).desc(), col(AlertRow.id))
        found = found if every else found.where(col(AlertRow.open_key).is_not(None))
        seen: list[Alert] = []
        with self._sessions() as session:
            for offset in range(0, 1_000_000_000, BLOCK):
                rows = session.exec(found.offset(offset).limit(BLOCK)).all()
                seen += [alert_of(row) for row in rows if sight.sees(row)]
                if len(rows) < BLOCK or (every and len(seen) >= limit):
                    break
        return (seen if every else sorted(seen, key=_urgency))[:limit]

    def count(self, sight: Sight) -> Mapping[tuple[str, str], int]:
        """Open alerts that may be seen, by assistant and rule."""
        counts: dict[tuple[str, str], int] = {}
        with self._sessions() as session:
            for row in session.exec(select(AlertRow).where(col(AlertRow.open_key).is_not(None))):
                if sight.sees(row):
                    counts[row.assistant, row.rule] = counts.get((row.assistant, row.rule), 0) + 1
        return counts

    def acknowledge(self, alert_id: str, sight: Sight, note: str, now: datetime) -> Alert:
        """Keep who took care of an alert, and what they say. Raises UnknownAlert, AlertAcknowledged."""
        with self._sessions() as session:
            row = session.get(AlertRow, alert_id)
            if row is None or not sight.sees(row):
                raise UnknownAlert("There is no such alert.")
            if row.acknowledged_at is not None:
                at = f"{utc(row.acknowledged_at):%Y-%m-%d %H:%M} UTC"
                raise AlertAcknowledged(f"{row.acknowledged_by} acknowledged this alert at {at}: “{row.note}”")
            row.acknowledged_at, row.acknowledged_by, row.note = now, sight.asker.id, note
            if not row.auto_resolve and row.open_key is not None and row.unheld_at is not None:
                self._close(session, row, Resolution.CLEARED, now)
            session.add(row)
            session.commit()
            return alert_of(row)

    def forget(self, now: datetime) -> int:
        """Remove alerts that were resolved long ago; how many."""
        with self._sessions() as session:
            gone = session.exec(delete(AlertRow).where(col(AlertRow.resolved_at) < now - KEPT))
            session.commit()
            return gone.rowcount

    def _apply(self, rule: Rule, found: Found, now: datetime) -> Applied:
        holding = {row.key: row for row in found.rows}
        with self._sessions() as session:
            standing, changed = self._standing(session, rule, now)
            for key, row in standing.items():
                if key in holding:
                    _renew(row, holding[key], now)
            gone = [row for key, row in standing.items() if key not in holding and found.complete]
            ended = self._end(session, rule, gone, now)
            new = [row for key, row in holding.items() if key not in standing]
            cool = self._cooling(session, rule, now) if new else frozenset[str]()
            fresh = [row for row in new if row.key not in cool]
            opened = fresh[: max(0, MOST_OPEN - len(standing) + ended)]
            for row in opened:
                self._open(session, rule, row, now)
            session.commit()
        return Applied(
            opened=len(opened),
            resolved=ended + changed,
            open=len(standing) - ended + len(opened),
            held_back=len(new) - len(fresh),
            beyond=len(fresh) - len(opened),
        )

    def _standing(self, session: Session, rule: Rule, now: datetime) -> tuple[dict[str, AlertRow], int]:
        """The rule's open alerts by key, and how many of another version of it were closed."""
        of_rule = (AlertRow.assistant == rule.assistant, AlertRow.rule == rule.name)
        rows = session.exec(select(AlertRow).where(*of_rule, col(AlertRow.open_key).is_not(None))).all()
        changed = [row for row in rows if row.rule_version != rule.version]
        for row in changed:
            self._close(session, row, Resolution.RULE_CHANGED, now)
        session.flush()  # before new ones take the places of the old ones
        return {row.key: row for row in rows if row.rule_version == rule.version}, len(changed)

    def _open(self, session: Session, rule: Rule, found: Row, now: datetime) -> None:
        row = AlertRow(
            id=uuid.uuid4().hex,
            assistant=rule.assistant,
            rule=rule.name,
            rule_version=rule.version,
            key=found.key,
            open_key=hashlib.sha256(f"{rule.assistant}\n{rule.name}\n{found.key}".encode()).hexdigest(),
            title=rule.decl.title,
            severity=rule.decl.severity,
            text=found.text,
            groups=sorted(rule.groups),
            thing=found.thing,
            auto_resolve=rule.decl.auto_resolve,
            reading=found.reading,
            opened_at=now,
            seen_at=now,
            unheld_at=None,
            resolved_at=None,
            resolution="",
            acknowledged_at=None,
            acknowledged_by="",
            note="",
        )
        session.add(row)
        if self._outbox is not None:
            self._outbox.put(session, row, Event.OPENED, now)

    def _end(self, session: Session, rule: Rule, rows: Iterable[AlertRow], now: datetime) -> int:
        """Close those of the rows whose conditions have not held for long enough; how many."""
        ended = 0
        for row in rows:
            row.unheld_at = utc(row.unheld_at) if row.unheld_at else now
            over = now - row.unheld_at >= timedelta(minutes=rule.decl.clear_minutes)
            if over and (row.auto_resolve or row.acknowledged_at is not None):
                self._close(session, row, Resolution.CLEARED, now)
                ended += 1
            session.add(row)
        return ended

    def _close(self, session: Session, row: AlertRow, why: Resolution, now: datetime) -> None:
        row.open_key, row.resolved_at, row.resolution = None, now, why.value
        session.add(row)
        if self._outbox is not None and row.assistant != OF_ACTS:
            self._outbox.put(session, row, Event.RESOLVED, now)

    def _cooling(self, session: Session, rule: Rule, now: datetime) -> frozenset[str]:
        """Keys whose alert ended so shortly ago that no new one opens."""
        if not rule.decl.cooldown_minutes:
            return frozenset()
        since = now - timedelta(minutes=rule.decl.cooldown_minutes)
        found = select(AlertRow.key).where(
            AlertRow.assistant == rule.assistant,
            AlertRow.rule == rule.name,
            AlertRow.rule_version == rule.version,
            col(AlertRow.resolved_at) > since,
        )
        return frozenset(session.exec(found))


def _renew(row: AlertRow, found: Row, now: datetime) -> None:
    row.text, row.reading, row.thing = found.text, found.reading, found.thing
    row.seen_at, row.unheld_at = now, None


def _urgency(alert: Alert) -> tuple[bool, int, float]:
    """Those that nobody took care of first, then by severity, then the newest."""
    severity = {"critical": 0, "warning": 1, "info": 2}.get(alert.severity, 3)
    return alert.acknowledged_at is not None, severity, -alert.opened_at.timestamp()
