"""Reads the trail: lists entries with the names of people who are still known, verifies the chain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, select

from surefoot.app.audit.tables import AuditEnd, AuditEntry, PersonKey
from surefoot.app.audit.trail import FIRST, ONLY, Link, digest, key_of, pseudonym

BATCH = 1_000
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


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the chain is whole."""

    whole: bool
    entries: int
    end: str
    """The last entry's hash: who kept an earlier one can see that it is still in the chain."""
    fault: str = ""
    """What is wrong, and at which entry."""
    known: bool | None = None
    """Whether the hash that was asked for is in the chain; None where none was."""


class TrailReader:
    """Queries over the trail."""

    def __init__(self, sessions: Callable[[], Session], names: Names) -> None:
        self._sessions = sessions
        self._names = names

    def list(self, wanted: Wanted, before: int | None, limit: int) -> list[Entry]:
        """The newest entries first; `before`: a number that they are below."""
        query = select(AuditEntry)
        for condition in self._conditions(wanted):
            query = query.where(condition)
        if before is not None:
            query = query.where(AuditEntry.number < before)
        query = query.order_by(col(AuditEntry.number).desc()).limit(limit)
        with self._sessions() as session:
            people = self._people(session)
            return [_entry(row, people) for row in session.exec(query)]

    def every(self) -> Iterator[Entry]:
        """All entries, oldest first."""
        with self._sessions() as session:
            people = self._people(session)
            for row in _rows(session):
                yield _entry(row, people)

    def verify(self, against: str = "") -> Verdict:
        """Hold every entry against the one before, and the last one against the end that writers keep."""
        before, number, known = FIRST, 0, not against or against == FIRST
        with self._sessions() as session:
            end = session.exec(select(AuditEnd).where(AuditEnd.id == ONLY)).one()
            last, said = end.number, end.hash
            for row in _rows(session, last):
                number += 1
                if fault := _fault(row, number, before):
                    return Verdict(False, number - 1, before, fault, known if against else None)
                before = row.hash
                known = known or row.hash == against
        if number != last or before != said:
            fault = f"The trail ends at entry {number}, and its writers know of {last}: entries were cut off."
            return Verdict(False, number, before, fault, known if against else None)
        return Verdict(True, number, before, "", known if against else None)

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

    def _conditions(self, wanted: Wanted) -> Iterator[ColumnElement[bool] | bool]:
        if wanted.person:
            with self._sessions() as session:
                key = key_of(session, wanted.person)
            yield AuditEntry.actor == (pseudonym(wanted.person, key) if key else wanted.person)
        if wanted.kind:
            yield col(AuditEntry.kind).startswith(wanted.kind, autoescape=True)
        if wanted.thing:
            with self._sessions() as session:
                key = key_of(session, wanted.thing)
            yield AuditEntry.thing == (pseudonym(wanted.thing, key) if key else wanted.thing)
        if wanted.since:
            yield col(AuditEntry.at) >= wanted.since
        if wanted.until:
            yield col(AuditEntry.at) < wanted.until


def _rows(session: Session, last: int | None = None) -> Iterator[AuditEntry]:
    """The entries up to a number, oldest first, read in batches."""
    after = 0
    while True:
        query = select(AuditEntry).where(AuditEntry.number > after)
        query = query.where(AuditEntry.number <= last) if last is not None else query
        rows = session.exec(query.order_by(col(AuditEntry.number)).limit(BATCH)).all()
        if not rows:
            return
        yield from rows
        after = rows[-1].number
        session.expunge_all()


def _fault(row: AuditEntry, number: int, before: str) -> str:
    if row.number != number:
        return f"Entry {number} is missing."
    if row.previous != before:
        return f"Entry {number} does not follow on the one before it."
    if _link(row).hash != row.hash:
        return f"Entry {number} was changed after it was written."
    return ""


def _link(row: AuditEntry) -> Link:
    return Link(row.number, row.at, row.actor, row.kind, row.thing, row.digest, row.facts, row.previous)


def _entry(row: AuditEntry, people: Mapping[str, tuple[str, str]]) -> Entry:
    person, name = people.get(row.actor, (None, ""))
    return Entry(_link(row), row.hash, person, name)
