"""Reads the trail: lists entries with the names of people who are still known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, select

from surefoot.app.audit.heads import HeadRefused, Heads
from surefoot.app.audit.tables import AuditEntry, PersonKey
from surefoot.app.audit.trail import Link, digest, key_of, pseudonym
from surefoot.app.audit.verifying import Sealed, TrailVerifier, Verdict, rows_of, sealed

Names = Callable[[], Mapping[str, str]]
"""People's names by id."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry, and whose it is where that can still be told."""

    link: Link
    hash: str
    person: str | None
    """Id of who did it; None for the system, and where the person's key was destroyed."""
    name: str
    """Of the person; empty where nobody can tell."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are looked for; what is empty says nothing."""

    person: str = ""
    kind: str = ""
    """A kind, or the beginning of one, such as 'document:'."""
    thing: str = ""
    since: str = ""
    """ISO 8601."""
    until: str = ""


class TrailReader:
    """Queries over the trail."""

    def __init__(self, sessions: Callable[[], Session], names: Names, heads: Heads | None = None) -> None:
        """heads: what signs the trail's end now and then."""
        self._sessions = sessions
        self._names = names
        self.heads = heads

    def list(self, wanted: Wanted, before: int | None, limit: int) -> list[Entry]:
        """The newest entries first; `before`: a number that they are below."""
        conditions = list(self._conditions(wanted))
        if before is not None:
            conditions.append(col(AuditEntry.number) < before)
        with self._sessions() as session:
            people = self._people(session)
            return [_entry(row, people) for row in sealed(conditions, session, newest=True, limit=limit)]

    def every(self) -> Iterator[Entry]:
        """All entries, oldest first."""
        with self._sessions() as session:
            people = self._people(session)
            for row in rows_of(session, None, None):
                yield _entry(row, people)

    def verify(self, against: str = "", lines: Sequence[str] = (), key: str = "") -> Verdict:
        """Hold every entry against the one before, the last one against the end, and all against signed heads.

        lines: of a file or log that heads were sent to, which are looked at beside those that are kept here.
        key: the public key that signed them, where that is not this installation's. Raises HeadRefused.
        """
        if self.heads is None:
            return TrailVerifier(self._sessions).verify(against)
        held, sent = self.heads.held(), self.heads.key.check(lines, key)
        if lines and not (sent.heads or sent.bad):
            raise HeadRefused("There is no signed head in these lines: give the file that heads were sent to.")
        heads = [*held.heads, *(one for one in sent.heads if one not in held.heads)]
        bad = [f"{fault} It is of the heads that are kept here." for fault in held.bad]
        return TrailVerifier(self._sessions).verify(against, heads, [*bad, *sent.bad])

    def people(self) -> Mapping[str, str]:
        """Names by pseudonym, of everybody whose key is there."""
        with self._sessions() as session:
            return {pseudonym: name for pseudonym, (_, name) in self._people(session).items()}

    def fits(self, number: int, content: str, person_id: str) -> bool:
        """Whether an entry's digest is of this content, under this person's key."""
        with self._sessions() as session:
            row, key = session.get(AuditEntry, number), key_of(session, person_id)
            return row is not None and key is not None and row.digest == digest(content, key)

    def _people(self, session: Session) -> Mapping[str, tuple[str, str]]:
        """Id and name by pseudonym, of everybody whose key is there."""
        names = self._names()
        keys = session.exec(select(PersonKey)).all()
        return {
            pseudonym(k.person_id, bytes.fromhex(k.key)): (k.person_id, names.get(k.person_id, k.person_id))
            for k in keys
        }

    def _conditions(self, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
        if wanted.person:
            with self._sessions() as session:
                key = key_of(session, wanted.person)
            yield col(AuditEntry.actor) == (pseudonym(wanted.person, key) if key else wanted.person)
        if wanted.kind:
            yield col(AuditEntry.kind).startswith(wanted.kind, autoescape=True)
        if wanted.thing:
            with self._sessions() as session:
                key = key_of(session, wanted.thing)
            yield col(AuditEntry.thing) == (pseudonym(wanted.thing, key) if key else wanted.thing)
        if wanted.since:
            yield col(AuditEntry.at) >= wanted.since
        if wanted.until:
            yield col(AuditEntry.at) < wanted.until


def _entry(row: Sealed, people: Mapping[str, tuple[str, str]]) -> Entry:
    person, name = people.get(row.link.actor, (None, ""))
    return Entry(row.link, row.hash, person, name)
