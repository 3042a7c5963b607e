"""API keys: shown once, kept as digests, with scopes and an end."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from surefoot.app.accounts.actor import Actor
from surefoot.app.accounts.errors import AccountRefused
from surefoot.app.accounts.names import checked_name
from surefoot.app.accounts.people import person_of
from surefoot.app.accounts.permissions import Permission, allowed, known_scopes
from surefoot.app.accounts.tables import KeyRow, PersonRow, utc
from surefoot.app.accounts.tokens import KEY, digest, new_token
from surefoot.core.journal import Act, ActKind, Fact, Journal

LONGEST_DAYS = 366
MOST_KEYS = 50
USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


class Keys:
    """The store of API keys."""

    def __init__(self, sessions: Callable[[], Session], journal: Journal, clock: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._journal = journal
        self._clock = clock

    def add(self, actor: Actor, name: str, scopes: Collection[str], days: int) -> tuple[Key, str]:
        """A new key and its secret, which nobody can read again. Raises AccountRefused.

        scopes: what it may do, of what its person may; nobody makes a key that makes keys.
        """
        if not 1 <= days <= LONGEST_DAYS:
            raise AccountRefused(f"A key lasts 1 to {LONGEST_DAYS} days.")
        wanted = _scopes(scopes)
        beyond = sorted(wanted - actor.permissions | wanted & {Permission.OWN_ACCOUNT})
        if not wanted or beyond:
            may = ", ".join(sorted(actor.permissions - {Permission.OWN_ACCOUNT}))
            raise AccountRefused(f"A key needs scopes of what you may do: {may}.")
        now, secret = self._clock(), new_token(KEY)
        row = KeyRow(
            id=uuid.uuid4().hex,
            hash=digest(secret),
            person_id=actor.id,
            name=checked_name(name),
            scopes=sorted(wanted),
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        with self._sessions() as session:
            if len(session.exec(select(KeyRow.id).where(KeyRow.person_id == actor.id)).all()) >= MOST_KEYS:
                raise AccountRefused(f"You have {MOST_KEYS} keys: end one of them first.")
            session.add(row)
            facts: dict[str, Fact] = {"scopes": [str(one) for one in sorted(wanted)], "days": days}
            self._journal.write(session, Act(ActKind.KEY_ADDED, row.id, who=actor.id, facts=facts))
            session.commit()
            return _key(row), secret

    def find(self, secret: str) -> Actor | None:
        """Who a key acts for, with what both it and its person may do; None where it does not hold any more."""
        now = self._clock()
        with self._sessions() as session:
            found = session.exec(
                select(KeyRow, PersonRow)
                .join(PersonRow, col(PersonRow.id) == col(KeyRow.person_id))
                .where(KeyRow.hash == digest(secret))
            ).first()
            if found is None:
                return None
            row, owner = found
            if not owner.active or utc(row.expires_at) <= now:
                return None
            if row.used_at is None or now - utc(row.used_at) >= USED_EVERY:
                row.used_at = now
                session.add(row)
                session.commit()
            person = person_of(owner)
            may = allowed(person.roles) & _scopes(row.scopes)
            return Actor(person.id, person.name, person.groups, may, "key", person.roles)

    def list(self, person_id: str) -> list[Key]:
        """A person's keys, those that are over too, the newest first."""
        found = select(KeyRow).where(KeyRow.person_id == person_id).order_by(col(KeyRow.created_at).desc())
        with self._sessions() as session:
            return [_key(row) for row in session.exec(found)]

    def end(self, key_id: str, person_id: str) -> bool:
        """End a person's key; False where there is none."""
        with self._sessions() as session:
            row = session.get(KeyRow, key_id)
            if row is None or row.person_id != person_id:
                return False
            session.delete(row)
            self._journal.write(session, Act(ActKind.KEY_ENDED, key_id))
            session.commit()
            return True


def _scopes(names: Collection[str]) -> frozenset[Permission]:
    try:
        return known_scopes(names)
    except ValueError as error:
        raise AccountRefused(f"There is no such scope: {error}. Scopes are {', '.join(Permission)}.") from error


def _key(row: KeyRow) -> Key:
    used = utc(row.used_at) if row.used_at else None
    return Key(row.id, row.name, tuple(row.scopes), utc(row.created_at), utc(row.expires_at), used)
