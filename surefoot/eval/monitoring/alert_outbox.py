"""Keeps messages about alerts until the webhook has taken them: in order for each alert, bounded, and over restarts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, select, update

from surefoot.eval.monitoring.alert_nouns import Event, alert_of, utc
from surefoot.eval.tables import AlertDelivery, AlertRow

MOST_WAITING = 10_000
"""Messages that wait at most; beyond that the oldest are given up."""
LONGEST_WAIT = timedelta(days=3)
KEPT = timedelta(days=7)
"""How long it is remembered what was delivered or given up."""
FIRST_REST = timedelta(seconds=5)
LONGEST_REST = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Message:
    """A message that is due."""

    id: str
    event: str
    body: str
    """JSON; the same bytes however often it is sent."""
    tries: int
    """With the one that begins now."""


@dataclass(frozen=True, slots=True)
class OutboxState:
    """How far messages are."""

    waiting: int
    oldest: datetime | None
    """Since when the oldest of them waits."""
    delivered_at: datetime | None
    """When the last one was taken."""
    given_up: int
    """Of the last days."""
    trouble: str
    """Why the last try of one that waits, or was given up, failed."""


class Outbox:
    """Messages on their way."""

    def __init__(self, sessions: Callable[[], Session], most: int = MOST_WAITING) -> None:
        self._sessions = sessions
        self._most = most

    def put(self, session: Session, row: AlertRow, event: Event, now: datetime) -> None:
        """Add a message to what the session commits, so that it is kept exactly if what it tells of is."""
        number = f"{row.id}-{event.value}"
        told: dict[str, Any] = {"id": number, "event": event.value, "at": now.isoformat()}
        told["alert"] = alert_of(row).plain()
        session.add(
            AlertDelivery(
                id=number,
                alert_id=row.id,
                event=event.value,
                body=json.dumps(told, ensure_ascii=False),
                created_at=now,
                tries=0,
                next_at=now,
                delivered_at=None,
                given_up_at=None,
                trouble="",
            )
        )

    def take(self, now: datetime) -> Message | None:
        """The message that is due first, which is then due again after a rest; None where nothing is due.

        One whose alert has an earlier message that still waits is not due. Another server does not get it too.
        """
        earlier = aliased(AlertDelivery)
        before = exists().where(
            col(earlier.alert_id) == col(AlertDelivery.alert_id),
            col(earlier.created_at) < col(AlertDelivery.created_at),
            *_waits(earlier),
        )
        found = (
            select(AlertDelivery)
            .where(*_waits(AlertDelivery), col(AlertDelivery.next_at) <= now, ~before)
            .order_by(col(AlertDelivery.created_at), col(AlertDelivery.id))
            .limit(1)
        )
        with self._sessions() as session:
            row = session.exec(found).first()
            if row is None:
                return None
            tries = row.tries
            claim = update(AlertDelivery).where(col(AlertDelivery.id) == row.id, col(AlertDelivery.tries) == tries)
            taken = session.exec(claim.values(tries=tries + 1, next_at=now + rest(tries)))
            session.commit()
            return Message(row.id, row.event, row.body, tries + 1) if taken.rowcount else None

    def delivered(self, message_id: str, now: datetime) -> None:
        """The webhook took it."""
        self._set(message_id, delivered_at=now, trouble="")

    def failed(self, message_id: str, trouble: str) -> None:
        """It was not taken; it waits for its next try."""
        self._set(message_id, trouble=trouble[:500])

    def next_at(self) -> datetime | None:
        """When the next message is due; None where none waits."""
        with self._sessions() as session:
            found = session.exec(select(func.min(col(AlertDelivery.next_at))).where(*_waits(AlertDelivery))).one()
            return utc(found) if found else None

    def tidy(self, now: datetime) -> int:
        """Give up what has waited too long, or is too much, and forget what is over; how many were given up."""
        old = select(AlertDelivery.id).where(*_waits(AlertDelivery), col(AlertDelivery.created_at) < now - LONGEST_WAIT)
        beyond = (
            select(AlertDelivery.id)
            .where(*_waits(AlertDelivery))
            .order_by(col(AlertDelivery.created_at).desc(), col(AlertDelivery.id).desc())
            .offset(self._most)
        )
        with self._sessions() as session:
            gone = {*session.exec(old), *session.exec(beyond)}
            for number in gone:
                session.exec(update(AlertDelivery).where(col(AlertDelivery.id) == number).values(given_up_at=now))
            for over in (AlertDelivery.delivered_at, AlertDelivery.given_up_at):
                session.exec(delete(AlertDelivery).where(col(over) < now - KEPT))
            session.commit()
            return len(gone)

    def state(self) -> OutboxState:
        """How far messages are."""
        with self._sessions() as session:
            waiting, oldest = session.exec(
                select(func.count(), func.min(col(AlertDelivery.created_at))).where(*_waits(AlertDelivery))
            ).one()
            last = session.exec(select(func.max(col(AlertDelivery.delivered_at)))).one()
            lost = session.exec(
                select(func.count()).select_from(AlertDelivery).where(col(AlertDelivery.given_up_at).is_not(None))
            ).one()
            failing = (
                select(AlertDelivery.trouble)
                .where(col(AlertDelivery.delivered_at).is_(None), AlertDelivery.trouble != "")
                .order_by(col(AlertDelivery.next_at).desc())
            )
            trouble = session.exec(failing).first() or ""
        return OutboxState(waiting, utc(oldest) if oldest else None, utc(last) if last else None, lost, trouble)

    def _set(self, message_id: str, **values: Any) -> None:
        with self._sessions() as session:
            session.exec(update(AlertDelivery).where(col(AlertDelivery.id) == message_id).values(**values))
            session.commit()


def rest(tries: int) -> timedelta:
    """How long a message waits after so many tries before it: 5 s, doubled each time, 10 minutes at most."""
    return min(FIRST_REST * 2 ** min(tries, 10), LONGEST_REST)


def _waits(of: Any) -> tuple[Any, Any]:
    return col(of.delivered_at).is_(None), col(of.given_up_at).is_(None)
