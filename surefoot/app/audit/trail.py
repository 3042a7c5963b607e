"""Writes acts into the hash chain, within the transaction of what they tell of."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from sqlalchemy import exists, func, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select, update

from surefoot.app.audit.tables import AuditEnd, AuditEntry, PersonKey
from surefoot.core.journal import SYSTEM, Act, ActKind, Fact, Journal

FIRST = "0" * 64
"""What stands before the first entry."""
PSEUDONYM = 20
"""Hexadecimal digits of a pseudonym."""
ONLY = 1
"""The id of the end's one row."""
AFAR = 1_000_000
"""An end that says so many entries more than there are is no writer's."""
HIGHEST = 2**31 - 2
"""The highest number that every database's column holds, with one to spare."""
_LOCK = (
    update(AuditEnd)
    .where(col(AuditEnd.id) == ONLY)
    .values(number=col(AuditEnd.number))
    .returning(col(AuditEnd.number), col(AuditEnd.hash))
)
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next entry goes."""

    number: int
    before: str
    broken: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    """What the end said, where that does not fit the entries: somebody else wrote there."""


class Trail(Journal):
    """The chain's writer. Writers wait for each other on the end's row, so the order of entries is that of commits.

    Where somebody else wrote entries, cut some off, or changed the end, an entry says so and writing goes on after it.
    """

    def __init__(
        self, clock: Callable[[], datetime] = now, shared: Callable[[str], bool] = lambda _assistant: True
    ) -> None:
        """shared: whether an assistant is everybody's; of others, which persons name, a digest stands in the trail."""
        self._clock = clock
        self._shared = shared

    def write(self, transaction: object, act: Act) -> None:
        """Append an act; the caller commits. Raises TypeError where `transaction` is no session."""
        if not isinstance(transaction, Session):
            raise TypeError("The trail is written in a database session.")
        transaction.flush()
        place = _place(transaction)
        if place.broken:
            self._append(transaction, place, Act(ActKind.TRAIL_BROKEN, facts=place.broken, who=SYSTEM))
            place = _place(transaction)
        self._append(transaction, place, act)

    def _append(self, transaction: Session, place: Place, act: Act) -> None:
        key = self._key(transaction, act.who)
        named = {name: self._nameless(fact, key) if name == "assistant" else fact for name, fact in act.facts.items()}
        thing = self._nameless(act.thing, key) if act.kind is ActKind.SEARCHED else act.thing
        link = Link(
            number=place.number,
            at=self._clock().astimezone(UTC).isoformat(timespec="microseconds"),
            actor=pseudonym(act.who, key),
            kind=act.kind.value,
            thing=pseudonym(act.of, self._key(transaction, act.of)) if act.of else str(thing),
            digest=digest(act.content, key) if act.content else "",
            facts={name: _impersonal(fact) for name, fact in named.items()},
            previous=place.before,
        )
        connection = transaction.connection()
        connection.execute(insert(AuditEntry), asdict(link) | {"hash": link.hash})
        connection.execute(_END.values(number=link.number, hash=link.hash))

    def _nameless(self, assistant: Fact, key: bytes) -> Fact:
        """An assistant's name, or what stands for one that a person gave: it goes with the person's key."""
        if not isinstance(assistant, str) or not assistant or self._shared(assistant):
            return assistant
        return f"private-{digest(assistant, key)[:12]}" if key else "private"

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


def _place(session: Session) -> Place:
    """Where the next entry goes; this takes the lock of the end's row. What does not fit together is told."""
    said = _locked(session)
    numbers = [number for number in (said[0], said[0] + 1) if number <= HIGHEST]
    wanted = select(AuditEntry.number, AuditEntry.hash).where(col(AuditEntry.number).in_(numbers))
    near = {row[0]: row[1] for row in session.connection().execute(wanted)}
    empty = said == (0, FIRST)
    if near == ({} if empty else {said[0]: said[1]}):
        return Place(said[0] + 1, said[1])
    return _after_a_break(session, *said)


def _locked(session: Session) -> tuple[int, str]:
    """What the end's row says, locked; where somebody took it out, one that says nothing is put there."""
    for _ in range(2):
        found = session.connection().execute(_LOCK).one_or_none()
        if found is not None:
            return found[0], found[1]
        with suppress(IntegrityError), session.begin_nested():  # another writer may put it there in the same moment
            session.connection().execute(insert(AuditEnd), {"id": ONLY, "number": 0, "hash": ""})
    raise RuntimeError("The row of the trail's end cannot be written.")


def _after_a_break(session: Session, end: int, said: str) -> Place:
    """Where it goes on: after whatever stands there, and never on the number of an entry that was cut off."""
    numbers, connection = col(AuditEntry.number), session.connection()
    most = min(connection.execute(select(func.count()).select_from(AuditEntry)).scalar_one() + AFAR, HIGHEST)
    last = max(0, connection.execute(select(func.max(numbers)).where(numbers <= most)).scalar_one() or 0)
    number = _free(session, (end if 0 <= end <= last + AFAR else last) + 1)
    hashes = select(AuditEntry.hash).where(numbers == number - 1)
    before = connection.execute(hashes).scalar_one_or_none()
    facts: dict[str, Fact] = {"end": str(end), "end_hash": said[:64], "goes_on_as": number}
    return Place(number, before if before is not None else said[:64], facts)


def _free(session: Session, number: int) -> int:
    """The first number from this one on that no entry has."""
    taken, following = aliased(AuditEntry), aliased(AuditEntry)
    there = session.connection().execute(select(AuditEntry.number).where(AuditEntry.number == number)).first()
    if there is None:
        return number
    gap = ~exists().where(col(following.number) == col(taken.number) + 1)
    ends = select(func.min(col(taken.number))).where(col(taken.number) >= number, gap)
    return session.connection().execute(ends).scalar_one() + 1


def _impersonal(fact: Fact) -> Fact:
    """Without the groups that a single person is in, whose names hold an id."""
    return ["one person" if one.startswith("person:") else one for one in fact] if isinstance(fact, list) else fact
