"""Verifies the trail: every entry, its end and what lies beyond, signed heads, and whose the pseudonyms are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Row, String
from sqlalchemy import cast as cast_to
from sqlalchemy.exc import DatabaseError
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, select

from surefoot.app.audit.tables import AuditEnd, AuditEntry, PersonKey
from surefoot.app.audit.trail import FIRST, ONLY, Link, pseudonym
from surefoot.core.journal import SYSTEM, ActKind

BATCH = 1_000
MOST_FAULTS = 100
"""Faults that are told; the others are counted."""
OF_PEOPLE = "person:"
"""Entries of these kinds may name a person as what it was done to."""


_COLUMNS: tuple[Any, ...] = (
    AuditEntry.number, AuditEntry.at, AuditEntry.actor, AuditEntry.kind, AuditEntry.thing, AuditEntry.digest,
    cast_to(col(AuditEntry.facts), String), AuditEntry.previous, AuditEntry.hash,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry with the hash that it was given."""

    link: Link
    hash: str


@dataclass(frozen=True, slots=True)
class Noted:
    """An entry's hash as it was noted somewhere else."""

    number: int
    hash: str
    at: str = ""
    """When it was noted."""
    where: str = "A head"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the chain is whole."""

    whole: bool
    entries: int
    """How many there are before the first fault; all of them where there is none."""
    end: str
    """The hash of the last of these: who kept an earlier one can see that it is still in the chain."""
    fault: str = ""
    """What is wrong first, and at which entry."""
    known: bool | None = None
    """Whether the hash that was asked for is in the chain; None where none was."""
    faults: tuple[str, ...] = ()
    """Everything that is wrong, as far as it is told."""
    more: int = 0
    """Further faults."""
    heads: int = 0
    """Signed heads that the chain was held against."""


@dataclass(slots=True)
class _Walk:
    """How far the chain has been walked, and what was found."""

    before: str = FIRST
    number: int = 0
    good: int = 0
    good_end: str = FIRST
    faults: list[str] = field(default_factory=list[str])
    count: int = 0
    known: set[str] = field(default_factory=set[str])
    """Hashes that were asked for and are there, at their numbers."""
    people: dict[str, int] = field(default_factory=dict[str, int])
    """The last entry of each pseudonym."""
    first: dict[str, int] = field(default_factory=dict[str, int])
    """The first entry of each pseudonym."""
    erased: dict[str, int] = field(default_factory=dict[str, int])
    """The entry that tells of a person's erasure, by pseudonym."""

    def fault(self, words: str) -> None:
        self.count += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(words)

    def step(self, row: Sealed) -> None:
        """Hold an entry against the one before."""
        link = row.link
        self._note(link)
        if link.number < 1:
            self.fault(f"Entry {link.number} was put before the first one.")
            return
        self._follow(link)
        if link.hash != row.hash:
            self.fault(f"Entry {link.number} was changed after it was written.")
        if link.kind == ActKind.TRAIL_BROKEN:
            self._not_those_after(link)
            self.fault(_break(link, there=link.number - 1 == self.number))
        self.before, self.number = row.hash, link.number
        if not self.count:
            self.good, self.good_end = link.number, row.hash

    def _not_those_after(self, link: Link) -> None:
        """What was put there after the end is none of the good ones."""
        end = str(link.facts.get("end", ""))
        if not self.count and end.isdecimal() and int(end) < self.good:
            self.good, self.good_end = int(end), str(link.facts.get("end_hash", ""))

    def _follow(self, link: Link) -> None:
        """A missing entry is told once, and not again as one that does not fit."""
        missing = range(self.number + 1, link.number)
        if missing:
            self.fault(f"{_entries(missing)} {'is' if len(missing) == 1 else 'are'} missing.")
        elif link.previous != self.before:
            self.fault(f"Entry {link.number} does not follow on the one before it.")

    def _note(self, link: Link) -> None:
        named = [link.actor]
        if link.kind.startswith(OF_PEOPLE) and _is_pseudonym(link.thing):
            named.append(link.thing)
        for one in named:
            self.first.setdefault(one, link.number)
            self.people[one] = link.number
        if link.kind == ActKind.PERSON_ERASED:
            self.erased[link.thing] = link.number


class TrailVerifier:
    """Reads the whole trail, in batches, while it goes on being written."""

    def __init__(self, sessions: Callable[[], Session]) -> None:
        self._sessions = sessions

    def verify(self, against: str = "", heads: Sequence[Noted] = (), bad: Sequence[str] = ()) -> Verdict:
        """Look at everything. heads: what the chain was at some time, each of them checked to be ours.

        bad: what is wrong with further heads.
        """
        walk, wanted, at = _Walk(), {against} if against else set[str](), {0: FIRST}
        named = {head.number for head in heads}
        with self._sessions() as session:
            try:
                for row in self._rows(session, walk):
                    walk.step(row)
                    if row.hash in wanted:
                        walk.known.add(row.hash)
                    if row.link.number in named:
                        at[row.link.number] = row.hash
                self._whose(session, walk)
            except DatabaseError:
                walk.fault(f"What stands after entry {walk.number} cannot be read: it was not written by Surefoot.")
        for head in heads:
            if fault := _unlike(head, at.get(head.number), walk.number):
                walk.fault(fault)
        for fault in bad:
            walk.fault(fault)
        return Verdict(
            whole=not walk.count,
            entries=walk.good,
            end=walk.good_end,
            fault=walk.faults[0] if walk.faults else "",
            known=(against == FIRST or against in walk.known) if against else None,
            faults=tuple(walk.faults),
            more=walk.count - len(walk.faults),
            heads=len(heads),
        )

    def _rows(self, session: Session, walk: _Walk) -> Iterator[Sealed]:
        """The entries up to the end; what lies beyond it is a fault."""
        after: int | None = None
        while True:
            end, hash_ = _end(session)
            for row in rows_of(session, after, end):
                after = row.link.number
                yield row
            beyond = sealed([col(AuditEntry.number) > end], session, limit=MOST_FAULTS)
            if not beyond or _end(session) == (end, hash_):
                break  # an entry is committed with its end: one beyond an end that stands still is nobody's
        self._hold_end(walk, end, hash_)
        for row in beyond:
            words = "was put there" if end >= 0 else "nothing tells whose it is"
            walk.fault(f"Entry {row.link.number} stands after the end that writers keep ({end}): it {words}.")

    def _hold_end(self, walk: _Walk, end: int, hash_: str) -> None:
        if end < 0:
            walk.fault("The row that holds the trail's end is missing.")
        elif walk.number < end:
            walk.fault(f"The trail ends at entry {walk.number}, and its writers know of {end}: entries were cut off.")
        elif walk.before != hash_:
            walk.fault(f"The end that writers keep has another hash than entry {walk.number}: one was changed.")

    def _whose(self, session: Session, walk: _Walk) -> None:
        """Hold pseudonyms against the keys: each is one person's, or of a person whose erasure the trail tells of."""
        given: dict[str, str] = {}
        for key in session.exec(select(PersonKey)):
            name = _made(key)
            if name in given:
                walk.fault(f"The pseudonym {name} is given by the keys of two people.")
            given[name] = key.person_id
        for one, last in sorted(walk.people.items(), key=lambda item: walk.first[item[0]]):
            erased = walk.erased.get(one)
            if one == SYSTEM or one in given:
                if erased is not None and one != SYSTEM:
                    walk.fault(f"Entry {erased} tells that {one} was erased, and the key is still there.")
            elif erased is None:
                walk.fault(
                    f"No key gives the pseudonym {one}, of entry {walk.first[one]} first, and no erasure explains it."
                )
            elif last > erased:
                walk.fault(f"Entry {last} is of {one}, whose key was destroyed with entry {erased}.")


def sealed(
    query_filter: Sequence[ColumnElement[bool]], session: Session, *, newest: bool = False, limit: int
) -> list[Sealed]:
    """Entries by number; what somebody else wrote into a column is taken as it is."""
    order = col(AuditEntry.number).desc() if newest else col(AuditEntry.number)
    query = select(*_COLUMNS).where(*query_filter).order_by(order).limit(limit)
    return [_sealed(row) for row in session.connection().execute(query)]


def rows_of(session: Session, after: int | None, last: int | None) -> Iterator[Sealed]:
    """Entries after a number up to another, oldest first, read in batches."""
    number = col(AuditEntry.number)
    while True:
        bounds = [number > after] if after is not None else []
        rows = sealed([*bounds, number <= last] if last is not None else bounds, session, limit=BATCH)
        yield from rows
        if len(rows) < BATCH:
            return
        after = rows[-1].link.number


def _sealed(row: Row[Any]) -> Sealed:
    values = tuple(row)
    number, facts, hash_ = values[0], _facts(values[6]), str(values[8])
    at, actor, kind, thing, digest, previous = (str(values[place]) for place in (1, 2, 3, 4, 5, 7))
    return Sealed(Link(int(number), at, actor, kind, thing, digest, facts, previous), hash_)


def _facts(kept: object) -> dict[str, object]:
    try:
        facts = json.loads(str(kept))
    except ValueError:
        return {"unreadable": str(kept)[:200]}
    return cast("dict[str, object]", facts) if isinstance(facts, dict) else {"unreadable": str(kept)[:200]}


def _end(session: Session) -> tuple[int, str]:
    """What the end's row says; -1 where it is missing."""
    found = session.connection().execute(select(AuditEnd.number, AuditEnd.hash).where(AuditEnd.id == ONLY)).first()
    return (found[0], found[1]) if found else (-1, "")


def _unlike(head: Noted, there: str | None, last: int) -> str:
    when = f" of {head.at[:19].replace('T', ' ')}" if head.at else ""
    if there == head.hash:
        return ""
    if there is None:
        return f"{head.where}{when} names entry {head.number}, which is not there: the trail ends at entry {last}."
    return (
        f"Entry {head.number} is another one than {head.where[0].lower()}{head.where[1:]}{when} says: it was replaced."
    )


def _break(link: Link, *, there: bool) -> str:
    """What an entry tells of the break that it goes on after; `there`: whether the one before it is."""
    end, number = str(link.facts.get("end", "")), link.number
    if not end.isdecimal() or not link.facts.get("end_hash") or int(end) >= number:
        return f"The row that holds the end was missing or changed when entry {number} was written."
    if int(end) + 1 < number:
        strange = range(int(end) + 1, number)
        how = "put there, or the end was set back"
        return f"{_entries(strange)} stood after the end ({end}) when entry {number} was written: {how}."
    if there:
        return f"Entry {end} was not as the end said when entry {number} was written: one of the two was changed."
    return f"Entries were cut off before entry {number} was written."


def _entries(numbers: range) -> str:
    return f"Entry {numbers[0]}" if len(numbers) == 1 else f"Entries {numbers[0]} to {numbers[-1]}"


def _made(key: PersonKey) -> str:
    try:
        return pseudonym(key.person_id, bytes.fromhex(key.key))
    except ValueError:
        return ""


def _is_pseudonym(thing: str) -> bool:
    return len(thing) == 20 and all(c in "0123456789abcdef" for c in thing)
