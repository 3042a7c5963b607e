"""Four eyes: what shows one administrator what is somebody else's waits until another one has approved it.

It waits when a person shall join a group or become an administrator, when another person's data shall be exported, and
when somebody who has a password shall get a link that sets another one. The machine's owner, who can read the data
folder, waits for nobody and may approve.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select, update

from surefoot.app.accounts.actor import Actor
from surefoot.app.accounts.errors import AccountRefused, ApprovalNeeded, ApprovalOver, NotAllowed, UnknownApproval
from surefoot.app.accounts.names import checked_groups, checked_roles
from surefoot.app.accounts.people import People
from surefoot.app.accounts.permissions import ROLES, Permission, allowed
from surefoot.app.accounts.person import Change, Person, person_of
from surefoot.app.accounts.tables import ApprovalRow, FourEyesRow, PersonRow, utc
from surefoot.core.journal import Act, ActKind, Fact, Journal

WAITS = timedelta(hours=72)
"""How long a request can be approved."""
HOLDS = timedelta(hours=24)
"""How long an export or a link can be had after it was approved."""
KEPT = timedelta(days=30)
"""How long requests are listed; the audit trail keeps them."""
MOST = 500
"""Requests that wait at the same time."""
TWO = 2
POWERFUL = frozenset(role.value for role, may in ROLES.items() if may & {Permission.MANAGE_PEOPLE, Permission.ERASE})
"""Roles that could approve, or see what is other people's."""


class Rule(StrEnum):
    """When a second administrator is asked for."""

    AUTO = "auto"
    """From when there were two on."""
    ALWAYS = "always"
    OFF = "off"


class Wanted(StrEnum):
    """What is asked for."""

    ACCESS = "access"
    """That a person joins groups, or gets a powerful role."""
    EXPORT = "export"
    """All that is kept about a person."""
    LINK = "link"
    """A link with which a person sets another password."""


class State(StrEnum):
    """What became of a request."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OVER = "over"
    """Nobody decided in time, or what was approved was not had in time."""


@dataclass(frozen=True, slots=True)
class Approval:
    """A request and what became of it."""

    id: str
    wanted: Wanted
    person_id: str
    asked_by: str
    roles: tuple[str, ...]
    groups: tuple[str, ...]
    asked_at: datetime
    ends_at: datetime
    state: State
    decided_by: str | None
    """None until it is decided, and where the machine's owner decided."""
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked for of a person; roles and groups are those that they get beside their own."""

    wanted: Wanted
    roles: list[str] = field(default_factory=list[str])
    groups: list[str] = field(default_factory=list[str])


class FourEyes:
    """What administrators do to people, where one of them alone may not."""

    def __init__(
        self,
        sessions: Callable[[], Session],
        journal: Journal,
        clock: Callable[[], datetime],
        people: People,
        rule: Rule = Rule.AUTO,
    ) -> None:
        self._sessions = sessions
        self._journal = journal
        self._clock = clock
        self._people = people
        self.rule = rule

    def in_force(self) -> bool:
        """Whether anything waits for a second administrator."""
        with self._sessions() as session:
            holds = self._holds(session)
            session.commit()
            return holds

    def invite(self, by: Actor, name: str, roles: Collection[str], groups: Collection[str]) -> tuple[Person, str]:
        """Invite somebody; groups and powerful roles wait. Raises AccountRefused."""
        with self._sessions() as session:
            now, waits = self._split(session, by, Change(roles=roles, groups=groups))
            row, token = self._people.add(session, name, now.roles or (), now.groups or ())
            self._ask_access(session, by, row, waits)
            session.commit()
            return person_of(row), token

    def change(self, by: Actor, person_id: str, change: Change) -> Person:
        """Change somebody; groups and powerful roles that are new wait. Raises UnknownPerson and AccountRefused."""
        with self._sessions() as session:
            row = self._people.row(session, person_id)
            now, waits = self._split(session, by, change, row)
            self._ask_access(session, by, row, waits)
            row = self._people.alter(session, person_id, now)
            session.commit()
            return person_of(row)

    def link(self, by: Actor, person_id: str) -> str:
        """A token with which somebody sets a password. Raises UnknownPerson, AccountRefused and ApprovalNeeded."""
        with self._sessions() as session:
            row = self._people.row(session, person_id)
            own = row.password_hash is None or row.id == by.id  # nothing to take over
            if not own and not self._approved(session, by, row.id, Wanted.LINK):
                raise ApprovalNeeded(
                    f"{row.name} has a password, and a link would let its holder sign in as {row.name}: a second "
                    "administrator must approve it. Ask for that (page People, or POST /approvals)."
                )
            session.commit()
        return self._people.reset(person_id)

    def check_export(self, by: Actor, person_id: str) -> None:
        """Raise ApprovalNeeded where a person's data may not be exported yet."""
        with self._sessions() as session:
            if by.id != person_id and not self._approved(session, by, person_id, Wanted.EXPORT):
                raise ApprovalNeeded(
                    "An export shows what somebody else asked and was told: a second administrator must approve it. "
                    "Ask for that (page People, or POST /approvals)."
                )
            session.commit()

    def check_may_go(self, person_id: str) -> None:
        """Raise AccountRefused where nobody who can administer would be left without this person."""
        self.in_force()  # written down before one of two is gone
        self._people.check_may_go(person_id)

    def ask(self, by: Actor, person_id: str, wanted: Wanted) -> Approval:
        """Ask for an export or a link, unless one has already. Raises UnknownPerson and AccountRefused."""
        with self._sessions() as session:
            person = self._people.row(session, person_id)
            if by.via == "machine" or not self._holds(session):
                raise AccountRefused("No second administrator is asked for here: it can be done at once.")
            if wanted is Wanted.LINK and person.issuer:
                raise AccountRefused(f"{person.name} signs in with {person.issuer}, which keeps the password.")
            row = self._asked(session, by, person, _Wish(wanted))
            session.commit()
            return _approval(row, self._clock())

    def list(self) -> Sequence[Approval]:
        """Requests of the last 30 days, newest first."""
        with self._sessions() as session:
            rows = session.exec(select(ApprovalRow).order_by(col(ApprovalRow.asked_at).desc(), col(ApprovalRow.id)))
            now = self._clock()
            return [_approval(row, now) for row in rows]

    def approve(self, by: Actor, approval_id: str) -> Approval:
        """Approve a request of somebody else's, and give the access that it asks for.

        Raises UnknownApproval, NotAllowed, ApprovalOver and AccountRefused.
        """
        with self._sessions() as session:
            row = self._open(session, approval_id)
            if by.via == "key":
                raise NotAllowed("A person approves, not a program: sign in and approve it on the page People.")
            if by.via != "machine" and by.id == row.asked_by:
                raise NotAllowed("You asked for this yourself: another administrator must approve it.")
            asker = session.get(PersonRow, row.asked_by)
            if asker is None or not asker.active or Permission.MANAGE_PEOPLE not in allowed(asker.roles):
                raise ApprovalOver("Who asked for this is no administrator any more. Refuse it.")
            self._decide(session, by, row, State.APPROVED)
            if row.kind == Wanted.ACCESS:
                person = self._people.row(session, row.person_id)
                more = Change(roles={*person.roles, *row.roles}, groups={*person.groups, *row.groups})
                self._people.alter(session, person.id, more)
            session.commit()
            return _approval(row, self._clock())

    def refuse(self, by: Actor, approval_id: str) -> Approval:
        """Refuse a request, or withdraw one's own. Raises UnknownApproval and ApprovalOver."""
        with self._sessions() as session:
            row = self._open(session, approval_id)
            own = by.via != "machine" and by.id == row.asked_by
            self._decide(session, by, row, State.WITHDRAWN if own else State.REFUSED)
            session.commit()
            return _approval(row, self._clock())

    def sweep(self) -> None:
        """Take out old requests, and write down whether there are two administrators."""
        with self._sessions() as session:
            session.exec(delete(ApprovalRow).where(col(ApprovalRow.ends_at) < self._clock() - KEPT))
            self._holds(session)
            session.commit()

    def _holds(self, session: Session) -> bool:
        """Whether it is in force; once there were two it stays so, or one could shut the other out first."""
        if self.rule is not Rule.AUTO:
            return self.rule is Rule.ALWAYS
        if session.get(FourEyesRow, 1) is not None:
            return True
        enters = (col(PersonRow.password_hash).is_not(None)) | (col(PersonRow.issuer).is_not(None))
        rows = session.exec(select(PersonRow).where(col(PersonRow.active), enters))
        if sum(not POWERFUL.isdisjoint(row.roles) for row in rows) < TWO:
            return False
        with contextlib.suppress(IntegrityError), session.begin_nested():  # written by two at once
            session.add(FourEyesRow(number=1, since=self._clock()))
        return True

    def _split(
        self, session: Session, by: Actor, change: Change, row: PersonRow | None = None
    ) -> tuple[Change, Change]:
        """What of a change is done now, and what waits; `row`: of whom it is changed, where they are there already."""
        if by.via == "machine" or not self._holds(session):
            return change, Change()
        roles = None if change.roles is None else set(checked_roles(change.roles))
        groups = None if change.groups is None else set(checked_groups(change.groups))
        later_roles = (roles or set()) & POWERFUL
        later_groups = groups or set()
        if row is not None:
            later_roles = later_roles - {*row.roles}
            later_groups = later_groups - {*row.groups, *row.provider_groups}
        now = replace(
            change,
            roles=None if roles is None else roles - later_roles,
            groups=None if groups is None else groups - later_groups,
        )
        return now, Change(roles=later_roles, groups=later_groups)

    def _ask_access(self, session: Session, by: Actor, row: PersonRow, waits: Change) -> None:
        if waits.roles or waits.groups:
            roles, groups = checked_roles(waits.roles or ()), checked_groups(waits.groups or ())
            self._asked(session, by, row, _Wish(Wanted.ACCESS, roles, groups))

    def _asked(self, session: Session, by: Actor, person: PersonRow, wish: _Wish) -> ApprovalRow:
        """The request, made unless the same one waits already."""
        now = self._clock()
        waiting = (col(ApprovalRow.state) == State.WAITING.value, col(ApprovalRow.ends_at) > now)
        same = (
            ApprovalRow.person_id == person.id,
            ApprovalRow.asked_by == by.id,
            ApprovalRow.kind == wish.wanted.value,
        )
        for row in session.exec(select(ApprovalRow).where(*waiting, *same)):
            if (row.roles, row.groups) == (wish.roles, wish.groups):
                return row
        if session.exec(select(func.count()).select_from(ApprovalRow).where(*waiting)).one() >= MOST:
            raise AccountRefused(f"{MOST} requests wait for a second administrator: have some decided first.")
        row = ApprovalRow(
            id=uuid.uuid4().hex[:12],
            kind=wish.wanted.value,
            person_id=person.id,
            asked_by=by.id,
            roles=wish.roles,
            groups=wish.groups,
            asked_at=now,
            ends_at=now + WAITS,
            state=State.WAITING.value,
        )
        session.add(row)
        session.flush()
        self._note(session, ActKind.APPROVAL_ASKED, row)
        return row

    def _approved(self, session: Session, by: Actor, person_id: str, wanted: Wanted) -> bool:
        """Whether somebody may have this now."""
        if by.via == "machine" or not self._holds(session):
            return True
        rows = session.exec(
            select(ApprovalRow.id).where(
                ApprovalRow.person_id == person_id,
                ApprovalRow.asked_by == by.id,
                ApprovalRow.kind == wanted.value,
                ApprovalRow.state == State.APPROVED.value,
                col(ApprovalRow.ends_at) > self._clock(),
            )
        )
        return rows.first() is not None

    def _open(self, session: Session, approval_id: str) -> ApprovalRow:
        row = session.get(ApprovalRow, approval_id)
        if row is None:
            raise UnknownApproval(f"There is no request '{approval_id}'.")
        state = _state(row, self._clock())
        if state is State.OVER:
            raise ApprovalOver("This request waited too long, and is over. Let it be asked for again.")
        if state is not State.WAITING:
            raise ApprovalOver(f"This request is decided already: it was {state.value}.")
        return row

    def _decide(self, session: Session, by: Actor, row: ApprovalRow, state: State) -> None:
        """Take the request out of those that wait; raises ApprovalOver where somebody else has, at this moment."""
        now = self._clock()
        taken = session.exec(
            update(ApprovalRow)
            .where(col(ApprovalRow.id) == row.id, col(ApprovalRow.state) == State.WAITING.value)
            .values(
                state=state.value,
                decided_by=None if by.via == "machine" else by.id,
                decided_at=now,
                ends_at=now + HOLDS if state is State.APPROVED else row.ends_at,
            )
        )
        if not taken.rowcount:
            raise ApprovalOver("Somebody else decided this request at this very moment.")
        session.refresh(row)
        self._note(session, ActKind.APPROVAL_GIVEN if state is State.APPROVED else ActKind.APPROVAL_REFUSED, row)

    def _note(self, session: Session, kind: ActKind, row: ApprovalRow) -> None:
        facts: dict[str, Fact] = {"request": row.id, "wanted": row.kind, "roles": row.roles, "groups": row.groups}
        self._journal.write(session, Act(kind, of=row.person_id, facts=facts))


def _state(row: ApprovalRow, now: datetime) -> State:
    state = State(row.state)
    held = state is State.WAITING or (state is State.APPROVED and row.kind != Wanted.ACCESS)
    return State.OVER if held and utc(row.ends_at) <= now else state


def _approval(row: ApprovalRow, now: datetime) -> Approval:
    return Approval(
        id=row.id,
        wanted=Wanted(row.kind),
        person_id=row.person_id,
        asked_by=row.asked_by,
        roles=tuple(row.roles),
        groups=tuple(row.groups),
        asked_at=utc(row.asked_at),
        ends_at=utc(row.ends_at),
        state=_state(row, now),
        decided_by=row.decided_by,
        decided_at=utc(row.decided_at) if row.decided_at else None,
    )
