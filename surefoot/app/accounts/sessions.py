"""Signs people in and out, and finds who a token belongs to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, delete, or_, select

from surefoot.app.accounts.actor import Actor
from surefoot.app.accounts.attempts import Attempts
from surefoot.app.accounts.errors import PROVIDER_ALONE, SignInRefused
from surefoot.app.accounts.names import folded
from surefoot.app.accounts.passwords import hash_of, matches, outdated
from surefoot.app.accounts.people import Person, person_of
from surefoot.app.accounts.permissions import allowed
from surefoot.app.accounts.policy import Policy
from surefoot.app.accounts.tables import PersonRow, SessionRow, utc
from surefoot.app.accounts.tokens import SESSION, digest, new_token
from surefoot.core.journal import Act, ActKind, Fact, Journal

SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is known when a session was last used: one write a minute at most."""
SWEPT_EVERY = timedelta(minutes=1)
WRONG = "Name or password is wrong."


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session lasts."""

    longest: timedelta
    idle: timedelta
    """Without any request."""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A signed-in browser."""

    id: str
    created_at: datetime
    seen_at: datetime


class Sessions:
    """The store of sessions."""

    def __init__(
        self,
        sessions: Callable[[], Session],
        journal: Journal,
        clock: Callable[[], datetime],
        lifetime: Lifetime,
        policy: Policy,
    ) -> None:
        self._policy = policy
        self._sessions = sessions
        self._journal = journal
        self._clock = clock
        self._lifetime = lifetime
        self._attempts = Attempts(policy.key)
        self._swept: datetime | None = None
        self._one = threading.Lock()

    def sign_in(self, name: str, password: str, address: str) -> str:
        """A new session's token. Raises SignInRefused, with the same words whatever was wrong."""
        if not self._policy.passwords:
            raise SignInRefused(PROVIDER_ALONE)
        with self._one, self._sessions() as session:  # many tries at once would all be counted too late
            row = session.exec(select(PersonRow).where(PersonRow.folded == folded(name))).first()
            self._attempts.check(session, folded(name), address, self._clock(), row.id if row else "")
            session.commit()
            right = matches(password, row.password_hash if row else None)
            if row is None or not right or not row.active:
                self._attempts.failed(session, folded(name), address, self._clock())
                known = row.id if row else ""
                self._journal.write(session, Act(ActKind.SIGN_IN_FAILED, of=known))
                session.commit()
                raise SignInRefused(WRONG)
            if outdated(row.password_hash or ""):
                row.password_hash = hash_of(password)
            self._attempts.succeeded(session, folded(name), address, self._clock(), row.id)
            token = self._begun(session, row)
            session.commit()
            return token

    def prove(self, person_id: str, password: str) -> None:
        """Raise SignInRefused where this is not the person's password; tries count as those to sign in do."""
        with self._one, self._sessions() as session:
            row = session.get(PersonRow, person_id)
            name = row.folded if row else ""
            self._attempts.check(session, name, person_id, self._clock())
            right = matches(password, row.password_hash if row else None)
            if not right:
                self._attempts.failed(session, name, person_id, self._clock())
            session.commit()
            if not right:
                raise SignInRefused("This is not your password.")

    def begin(self, person_id: str) -> str:
        """A session for somebody who has proved who they are elsewhere. Raises SignInRefused."""
        with self._sessions() as session:
            row = session.get(PersonRow, person_id)
            if row is None or not row.active:
                raise SignInRefused("This account was shut. Ask an administrator.")
            token = self._begun(session, row)
            session.commit()
            return token

    def find(self, token: str) -> Actor | None:
        """Who a session's token belongs to; None where it does not hold any more."""
        now = self._clock()
        with self._sessions() as session:
            self._sweep(session, now)
            found = session.exec(
                select(SessionRow, PersonRow)
                .join(PersonRow, col(PersonRow.id) == col(SessionRow.person_id))
                .where(SessionRow.id == digest(token))
            ).first()
            if found is None:
                return None
            row, person = found
            seen, ends = utc(row.seen_at), utc(row.expires_at)
            if ends <= now or seen + self._lifetime.idle <= now:
                session.delete(row)  # a clock that goes back does not bring it to life again
                session.commit()
                return None
            if not person.active:
                return None
            if now - seen >= SEEN_EVERY or seen > now:
                row.seen_at = now
                row.expires_at = min(ends, now + self._lifetime.longest)  # it may have begun under a clock ahead
                session.add(row)
                session.commit()
            return _actor(
                person_of(person), row.id, has_password=self._policy.passwords and person.password_hash is not None
            )

    def list(self, person_id: str) -> list[OpenSession]:
        """A person's open sessions, the last used first."""
        now = self._clock()
        found = (
            select(SessionRow)
            .where(
                SessionRow.person_id == person_id,
                col(SessionRow.expires_at) > now,
                col(SessionRow.seen_at) > now - self._lifetime.idle,
            )
            .order_by(col(SessionRow.seen_at).desc())
        )
        with self._sessions() as session:
            return [OpenSession(row.id, utc(row.created_at), utc(row.seen_at)) for row in session.exec(found)]

    def sweep(self) -> None:
        """Take out sessions that are over, so that none of them holds again under a clock that goes back."""
        with self._sessions() as session:
            self._sweep(session, self._clock())

    def _sweep(self, session: Session, now: datetime) -> None:
        if self._swept is not None and self._swept <= now < self._swept + SWEPT_EVERY:
            return
        self._swept = now
        over = or_(col(SessionRow.expires_at) <= now, col(SessionRow.seen_at) <= now - self._lifetime.idle)
        session.exec(delete(SessionRow).where(over))
        session.commit()

    def end(self, session_id: str, person_id: str) -> None:
        """Sign one browser out; nothing happens where the session is not this person's."""
        self._end(person_id, col(SessionRow.id) == session_id)

    def end_all(self, person_id: str) -> None:
        """Sign a person out everywhere."""
        self._end(person_id, col(SessionRow.person_id) == person_id)

    def _end(self, person_id: str, which: ColumnElement[bool]) -> None:
        with self._sessions() as session:
            ended = session.exec(delete(SessionRow).where(which, col(SessionRow.person_id) == person_id))
            count = ended.rowcount
            if count:
                self._journal.write(session, Act(ActKind.SIGNED_OUT, of=person_id, facts={"sessions": count}))
            session.commit()

    def _begun(self, session: Session, person: PersonRow) -> str:
        now = self._clock()
        session.exec(delete(SessionRow).where(col(SessionRow.expires_at) <= now))
        token = new_token(SESSION)
        ends = now + self._lifetime.longest
        session.add(SessionRow(id=digest(token), person_id=person.id, created_at=now, seen_at=now, expires_at=ends))
        person.signed_in_at = now
        session.add(person)
        how: dict[str, Fact] = {"by": "identity provider" if person.issuer else "password"}
        self._journal.write(session, Act(ActKind.SIGNED_IN, of=person.id, who=person.id, facts=how))
        return token


def _actor(person: Person, session_id: str, *, has_password: bool) -> Actor:
    return Actor(
        id=person.id,
        name=person.name,
        groups=person.groups,
        permissions=allowed(person.roles),
        via="session",
        roles=person.roles,
        session=session_id,
        has_password=has_password,
    )
