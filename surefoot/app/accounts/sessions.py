"""Signs people in and out, and finds who a token belongs to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, delete, or_, select

from surefoot.app.accounts.actor import Actor
from surefoot.app.accounts.attempts import Attempts
from surefoot.app.accounts.errors import PROVIDER_ALONE, AccountRefused, CodeNeeded, SignInRefused, UnknownPerson
from surefoot.app.accounts.names import folded
from surefoot.app.accounts.passwords import hash_of, matches, outdated
from surefoot.app.accounts.people import Person, person_of
from surefoot.app.accounts.permissions import allowed
from surefoot.app.accounts.policy import Policy
from surefoot.app.accounts.second_factor import Enrolment, SecondFactors
from surefoot.app.accounts.tables import PersonRow, SecondStepRow, SessionRow, utc
from surefoot.app.accounts.tokens import SECOND_STEP, SESSION, digest, new_token
from surefoot.core.journal import Act, ActKind, Fact, Journal

SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is known when a session was last used: one write a minute at most."""
SWEPT_EVERY = timedelta(minutes=1)
SECOND_STEP_HOLDS = timedelta(minutes=10)
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
        self._attempts = Attempts(policy)
        self._factors = SecondFactors(policy)
        self._swept: datetime | None = None
        self._one = threading.Lock()

    def sign_in(self, name: str, password: str, address: str) -> str:
        """A new session's token. Raises SignInRefused, with the same words whatever was wrong, and CodeNeeded."""
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
            self._check_second_factor(session, row)
            self._attempts.succeeded(session, folded(name), address, self._clock(), row.id)
            token = self._begun(session, row)
            session.commit()
            return token

    def begin_with_password(self, person_id: str) -> str:
        """A session for somebody who has just set a password. Raises SignInRefused and CodeNeeded."""
        with self._sessions() as session:
            row = _active(session, person_id)
            self._check_second_factor(session, row)
            token = self._begun(session, row)
            session.commit()
            return token

    def is_stepping(self, step: str) -> bool:
        """Whether a code may still be given for this sign-in."""
        with self._sessions() as session:
            try:
                return bool(self._stepping(session, step))
            except SignInRefused:
                return False

    def enrolment(self, step: str) -> Enrolment:
        """What somebody who signs in, and must have a second factor, sets it up with. Raises SignInRefused."""
        with self._sessions() as session:
            found = self._factors.begun(session, self._stepping(session, step))
            session.commit()
            return found

    def second_step(self, step: str, code: str, address: str) -> tuple[str, list[str]]:
        """A new session's token for who shows a code after the password, and recovery codes where they enrol with it.

        Raises SignInRefused.
        """
        with self._one, self._sessions() as session:
            row = self._stepping(session, step)
            self._attempts.check(session, row.folded, address, self._clock(), row.id)
            by, codes = self._shown(session, row, code, (row.folded, address))
            session.exec(delete(SecondStepRow).where(col(SecondStepRow.person_id) == row.id))
            self._attempts.succeeded(session, row.folded, address, self._clock(), row.id)
            token = self._begun(session, row, f"password and {by}")
            session.commit()
            return token, codes

    def prove_code(self, person_id: str, code: str) -> None:
        """Raise SignInRefused where this is no code of the person's second factor; nothing where they have none."""
        with self._one, self._sessions() as session:
            row = _active(session, person_id)
            if row.totp_secret is not None:
                self._shown(session, row, code, (row.folded, person_id))
                session.commit()

    def enrol(self, person_id: str) -> Enrolment:
        """Begin with a second factor, or with another one. Raises SignInRefused."""
        with self._sessions() as session:
            found = self._factors.begin(session, _active(session, person_id))
            session.commit()
            return found

    def confirm(self, person_id: str, code: str) -> list[str]:
        """Take the second factor that was begun with, and give its recovery codes. Raises SignInRefused."""
        with self._one, self._sessions() as session:
            row = _active(session, person_id)
            codes = self._enrolled(session, row, code, (row.folded, person_id))
            session.commit()
            return codes

    def end_second_factor(self, person_id: str, *, own: bool) -> None:
        """Take a second factor away: by who has it, or by an administrator, who signs its person out everywhere too.

        Raises AccountRefused where its person must have one, and UnknownPerson.
        """
        with self._sessions() as session:
            row = session.get(PersonRow, person_id)
            if row is None:
                raise UnknownPerson(f"There is nobody with the id '{person_id}'.")
            if own and self._factors.is_required(row):
                raise AccountRefused(
                    "Your roles need a second factor: set up another one in its place (SUREFOOT_SECOND_FACTOR_FOR)."
                )
            if row.totp_secret is not None or row.totp_pending is not None:
                self._factors.end(session, row)
                facts: dict[str, Fact] = {"by": "its person" if own else "an administrator"}
                self._journal.write(session, Act(ActKind.SECOND_FACTOR_ENDED, of=row.id, facts=facts))
            if not own:
                session.exec(delete(SessionRow).where(col(SessionRow.person_id) == row.id))
                session.exec(delete(SecondStepRow).where(col(SecondStepRow.person_id) == row.id))
            session.commit()

    def _check_second_factor(self, session: Session, row: PersonRow) -> None:
        """Raise CodeNeeded where the password is not enough."""
        enrols = row.totp_secret is None
        if enrols and not self._factors.is_required(row):
            return
        now, token = self._clock(), new_token(SECOND_STEP)
        session.exec(delete(SecondStepRow).where(col(SecondStepRow.expires_at) <= now))
        session.add(SecondStepRow(id=digest(token), person_id=row.id, expires_at=now + SECOND_STEP_HOLDS))
        session.commit()
        raise CodeNeeded(token, enrols=enrols)

    def _stepping(self, session: Session, step: str) -> PersonRow:
        """Whose password was right lately. Raises SignInRefused."""
        found = session.get(SecondStepRow, digest(step))
        now = self._clock()
        # One that would last longer than any began under a clock that was ahead.
        if found is None or not now < utc(found.expires_at) <= now + SECOND_STEP_HOLDS or not self._policy.passwords:
            raise SignInRefused("This took too long, or was done before. Sign in again.")
        return _active(session, found.person_id)

    def _shown(self, session: Session, row: PersonRow, code: str, tried: tuple[str, str]) -> tuple[str, list[str]]:
        """What the code was, and recovery codes where it sets the second factor up. Raises SignInRefused."""
        if row.totp_secret is None:
            return "code", self._enrolled(session, row, code, tried)
        self._check_codes(session, row)
        by = self._factors.check(session, row, code, self._clock())
        if not by:
            self._code_failed(session, row, tried)
        return by, []

    def _enrolled(self, session: Session, row: PersonRow, code: str, tried: tuple[str, str]) -> list[str]:
        self._check_codes(session, row)
        codes = self._factors.confirm(session, row, code, self._clock())
        if codes is None:
            self._code_failed(session, row, tried)
        self._journal.write(session, Act(ActKind.SECOND_FACTOR_SET, of=row.id, who=row.id))
        return codes or []

    def _check_codes(self, session: Session, row: PersonRow) -> None:
        """Raise SignInRefused where too many codes were wrong, wherever they came from: the password is known there."""
        self._attempts.check(session, f"code of {row.id}", row.id, self._clock())

    def _code_failed(self, session: Session, row: PersonRow, tried: tuple[str, str]) -> NoReturn:
        for name, address in (tried, (f"code of {row.id}", row.id)):
            self._attempts.failed(session, name, address, self._clock())
        self._journal.write(session, Act(ActKind.SIGN_IN_FAILED, of=row.id, facts={"by": "code"}))
        session.commit()
        raise SignInRefused("This code is wrong, or was used before. Wait for the next one.")

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
            token = self._begun(session, _active(session, person_id))
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
            if not person.active or (person.totp_secret is None and self._factors.is_required(person)):
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

    def _begun(self, session: Session, person: PersonRow, by: str = "password") -> str:
        now = self._clock()
        session.exec(delete(SessionRow).where(col(SessionRow.expires_at) <= now))
        token = new_token(SESSION)
        ends = now + self._lifetime.longest
        session.add(SessionRow(id=digest(token), person_id=person.id, created_at=now, seen_at=now, expires_at=ends))
        person.signed_in_at = now
        session.add(person)
        how: dict[str, Fact] = {"by": "identity provider" if person.issuer else by}
        self._journal.write(session, Act(ActKind.SIGNED_IN, of=person.id, who=person.id, facts=how))
        return token


def _active(session: Session, person_id: str) -> PersonRow:
    """Somebody who may sign in. Raises SignInRefused."""
    row = session.get(PersonRow, person_id)
    if row is None or not row.active:
        raise SignInRefused("This account was shut. Ask an administrator.")
    return row


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
        second_factor=person.second_factor,
    )
