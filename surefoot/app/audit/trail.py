"""Writes acts into the hash chain, within the transaction of what they tell of."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import insert
from sqlmodel import Session, col, select, update

from surefoot.app.audit.tables import AuditEnd, AuditEntry, PersonKey
from surefoot.core.journal import SYSTEM, Act, Fact, Journal

FIRST = "0" * 64
"""What stands before the first entry."""
PSEUDONYM = 20
"""Hexadecimal digits of a pseudonym."""
ONLY = 1
"""The id of the end's one row."""
_END = update(AuditEnd).where(col(AuditEnd.id) == ONLY)


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Link:
    """What an entry's hash is over, in the order in which it is hashed."""

    number: int
    at: str
    actor: str
    kind: str
    thing: str
    digest: str
    facts: Mapping[str, object]
    previous: str

    @property
    def hash(self) -> str:
        """SHA-256, hexadecimal, of the fields as canonical JSON."""
        fields = [
            self.number, self.at, self.actor, self.kind, self.thing, self.digest, dict(self.facts), self.previous,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


class Trail(Journal):
    """The chain's writer. Writers wait for each other on the end's row, so the order of entries is that of commits."""

    def __init__(self, clock: Callable[[], datetime] = now) -> None:
        self._clock = clock

    def write(self, transaction: object, act: Act) -> None:
        """Append an act; the caller commits. Raises TypeError where `transaction` is no session."""
        if not isinstance(transaction, Session):
            raise TypeError("The trail is written in a database session.")
        transaction.flush()
        number, before = _moved_on(transaction)
        key = self._key(transaction, act.who)
        link = Link(
            number=number,
            at=self._clock().astimezone(UTC).isoformat(timespec="microseconds"),
            actor=pseudonym(act.who, key),
            kind=act.kind.value,
            thing=pseudonym(act.of, self._key(transaction, act.of)) if act.of else act.thing,
            digest=digest(act.content, key) if act.content else "",
            facts={name: _impersonal(fact) for name, fact in act.facts.items()},
            previous=before,
        )
        connection = transaction.connection()
        connection.execute(insert(AuditEntry), asdict(link) | {"hash": link.hash})
        connection.execute(_END.values(hash=link.hash))

    def _key(self, session: Session, person_id: str) -> bytes:
        if person_id == SYSTEM:
            return b""
        known = key_of(session, person_id)
        if known is not None:
            return known
        made = secrets.token_bytes(32)
        row = {"person_id": person_id, "key": made.hex(), "created_at": self._clock()}
        session.connection().execute(insert(PersonKey), row)
        return made


def pseudonym(who: str, key: bytes) -> str:
    """A person's name in the trail: it can be made again with the key alone."""
    return SYSTEM if who == SYSTEM else hmac.new(key, who.encode(), hashlib.sha256).hexdigest()[:PSEUDONYM]


def digest(content: str, key: bytes) -> str:
    """What stands for a content: who has the key can check a text against it, nobody else can guess it."""
    return hmac.new(key, content.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def key_of(session: Session, person_id: str) -> bytes | None:
    """A person's key; None where it was destroyed, or where the person never acted."""
    wanted = select(PersonKey.key).where(PersonKey.person_id == person_id)
    key = session.connection().execute(wanted).scalar_one_or_none()
    return bytes.fromhex(key) if key else None


def _moved_on(session: Session) -> tuple[int, str]:
    """The number that the new entry has, and the hash before it. The write takes the row's lock."""
    moved = _END.values(number=col(AuditEnd.number) + 1).returning(col(AuditEnd.number), col(AuditEnd.hash))
    number, before = session.connection().execute(moved).one()
    return number, before


def _impersonal(fact: Fact) -> Fact:
    """Without the groups that a single person is in, whose names hold an id."""
    return ["one person" if one.startswith("person:") else one for one in fact] if isinstance(fact, list) else fact
