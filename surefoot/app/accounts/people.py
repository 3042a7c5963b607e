"""People who may sign in: invited, given roles and groups, shut out; each change stands in the audit trail."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain, count

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select

from surefoot.app.accounts.actor import LOCAL_ID
from surefoot.app.accounts.errors import (
    PROVIDER_ALONE,
    AccountRefused,
    InvitationRefused,
    NotAllowed,
    SignInRefused,
    UnknownPerson,
)
from surefoot.app.accounts.names import checked_groups, checked_name, checked_roles, folded, usable_groups, usable_name
from surefoot.app.accounts.passwords import hashed
from surefoot.app.accounts.permissions import Role
from surefoot.app.accounts.person import Change, Person, Vouched, person_of
from surefoot.app.accounts.policy import Policy
from surefoot.app.accounts.tables import InvitationRow, KeyRow, PersonRow, SessionRow, utc
from surefoot.app.accounts.tokens import INVITATION, digest, new_token
from surefoot.core.journal import Act, ActKind, Fact, Journal, acting_as

INVITATION_HOURS = 72
NOBODY_LEFT = "Nobody would be left who can administer: make somebody else an administrator first."


class People:
    """The store of people."""

    def __init__(
        self,
        sessions: Callable[[], Session],
        journal: Journal,
        clock: Callable[[], datetime],
        policy: Policy,
    ) -> None:
        self._policy = policy
        self._sessions = sessions
        self._journal = journal
        self._clock = clock
        self._exist = False
        self._one = threading.Lock()

    def exist(self) -> bool:
        """Whether anybody has an account: from then on everything asks for one."""
        if not self._exist:
            with self._sessions() as session:
                usable = (col(PersonRow.password_hash).is_not(None)) | (col(PersonRow.issuer).is_not(None))
                self._exist = session.exec(select(PersonRow.id).where(usable).limit(1)).first() is not None
        return self._exist

    def list(self) -> Sequence[Person]:
        """All people, by name."""
        with self._sessions() as session:
            return [person_of(row) for row in session.exec(select(PersonRow).order_by(col(PersonRow.folded)))]

    def names(self) -> dict[str, str]:
        """Everybody's name by id."""
        with self._sessions() as session:
            return {row[0]: row[1] for row in session.exec(select(PersonRow.id, PersonRow.name))}

    def get(self, person_id: str) -> Person:
        """One person; raises UnknownPerson."""
        with self._sessions() as session:
            return person_of(self.row(session, person_id))

    def first_invitation(self) -> str:
        """A token with which the first administrator is made; earlier ones do not hold any more.

        Raises AccountRefused where there are accounts already.
        """
        if self.exist():
            raise AccountRefused("There are accounts already: an administrator invites further people.")
        with self._sessions() as session:
            session.exec(delete(InvitationRow).where(col(InvitationRow.person_id).is_(None)))
            token = self._invitation(session, None)
            session.commit()
        return token

    def invite(self, name: str, roles: Collection[str], groups: Collection[str]) -> tuple[Person, str]:
        """Make an account, and the token with which its person sets a password. Raises AccountRefused."""
        with self._sessions() as session:
            row, token = self.add(session, name, roles, groups)
            session.commit()
            return person_of(row), token

    def add(
        self, session: Session, name: str, roles: Collection[str], groups: Collection[str]
    ) -> tuple[PersonRow, str]:
        """The same in an open transaction."""
        if not self.exist():
            raise AccountRefused("There is no administrator yet: `surefoot people first` makes the first one.")
        row = self._new(session, uuid.uuid4().hex, name, checked_roles(roles))
        row.groups = checked_groups(groups)
        session.add(row)
        session.flush()
        self._note(session, ActKind.PERSON_ADDED, row)
        return row, self._invitation(session, row.id)

    def reset(self, person_id: str) -> str:
        """A token with which a person sets a new password. Raises UnknownPerson and AccountRefused."""
        with self._sessions() as session:
            row = self.row(session, person_id)
            if row.issuer:
                raise AccountRefused(f"{row.name} signs in with {row.issuer}, which keeps the password.")
            token = self._invitation(session, row.id)
            session.commit()
            return token

    def invited(self, token: str) -> str | None:
        """The name that an invitation is for; None for the first one. Raises InvitationRefused."""
        with self._sessions() as session:
            found = self._held(session, token)
            return self.row(session, found.person_id).name if found.person_id else None

    def accept(self, token: str, name: str, password: str) -> Person:
        """Set a person's password, once, and end their sessions and keys; with the first link make the administrator.

        Raises InvitationRefused, PasswordRefused and AccountRefused; then the invitation still holds.
        """
        with self._sessions() as session:
            found = self._held(session, token)
            row = session.get(PersonRow, found.person_id) if found.person_id else None
            if row is None:
                if self.exist():
                    raise InvitationRefused("There is an administrator by now, who invites further people.")
                row = self._new(session, LOCAL_ID, name, [Role.ADMINISTRATOR.value])
                self._note(session, ActKind.PERSON_ADDED, row, who=row.id)
            kept = hashed(password, row.name, *self._policy.known_words)
            taken = session.exec(delete(InvitationRow).where(col(InvitationRow.id) == found.id))
            if not taken.rowcount:
                raise InvitationRefused("This link was used in this very moment.")
            row.password_hash = kept
            session.add(row)
            self._password_is_new(session, row.id, end_keys=True)
            session.commit()
            return person_of(row)

    def from_provider(self, who: Vouched, roles: Collection[str]) -> Person:
        """The person whom an identity provider vouches for, made or brought to what it says now.

        Raises NotAllowed where the account was shut or the roles are none, and SignInRefused.
        """
        with self._one, self._sessions() as session:  # one browser may come back twice at once
            known = (PersonRow.issuer == who.issuer, PersonRow.subject == who.subject)
            row = session.exec(select(PersonRow).where(*known)).first()
            try:
                if row is None and roles:
                    row = self._arrived(session, who, checked_roles(roles))
                elif row is not None and row.active:
                    self._told_anew(session, row, who, checked_roles(roles))
                if row is None or not row.active or not row.roles:
                    self._journal.write(session, Act(ActKind.SIGN_IN_FAILED, of=row.id if row else ""))
                session.commit()
            except IntegrityError:
                raise SignInRefused("Somebody else signed in in this very moment. Sign in again.") from None
        if row is not None and not row.active:
            raise NotAllowed("This account was shut. Ask an administrator.")
        if row is None or not row.roles:
            raise NotAllowed(
                "You have proved who you are, but none of your groups has a role here. Ask an administrator to put you "
                "into a group that has one, or to give one of your groups a role (SUREFOOT_OIDC_ROLES)."
            )
        return person_of(row)

    def change(self, person_id: str, change: Change) -> Person:
        """Change roles, groups, or whether somebody may sign in; who may not is signed out everywhere.

        Raises UnknownPerson, and AccountRefused where nobody would be left who can administer.
        """
        with self._sessions() as session:
            row = self.alter(session, person_id, change)
            session.commit()
            return person_of(row)

    def alter(self, session: Session, person_id: str, change: Change) -> PersonRow:
        """The same in an open transaction."""
        row, administered = self.row(session, person_id), _administered(session)
        if change.roles is not None:
            row.roles = checked_roles(change.roles)
        if change.groups is not None:
            row.groups = checked_groups(change.groups)
        if change.active is not None:
            row.active = change.active
        if not row.active:
            session.exec(delete(SessionRow).where(col(SessionRow.person_id) == row.id))
        session.add(row)
        session.flush()
        if administered and not _administered(session):
            raise AccountRefused(NOBODY_LEFT)
        self._note(session, ActKind.ACCESS_CHANGED, row)
        return row

    def row(self, session: Session, person_id: str) -> PersonRow:
        """One person in an open transaction; raises UnknownPerson."""
        row = session.get(PersonRow, person_id)
        if row is None:
            raise UnknownPerson(f"There is nobody with the id '{person_id}'.")
        return row

    def check_may_go(self, person_id: str) -> None:
        """Raise AccountRefused where nobody who can administer would be left without this person."""
        with self._sessions() as session:
            if _administered(session) and not _administered(session, without=person_id):
                raise AccountRefused(NOBODY_LEFT)

    def set_password(self, person_id: str, password: str, *, end_keys: bool = True) -> None:
        """Give somebody another password and end their sessions, and their API keys unless they shall stay.

        Raises PasswordRefused, UnknownPerson, and AccountRefused where no passwords are taken.
        """
        if not self._policy.passwords:
            raise AccountRefused(PROVIDER_ALONE)
        with self._sessions() as session:
            row = self.row(session, person_id)
            row.password_hash = hashed(password, row.name, *self._policy.known_words)
            session.add(row)
            self._password_is_new(session, row.id, end_keys=end_keys)
            session.commit()

    def _password_is_new(self, session: Session, person_id: str, *, end_keys: bool) -> None:
        """What was got with the password before ends."""
        session.exec(delete(SessionRow).where(col(SessionRow.person_id) == person_id))
        keys = session.exec(delete(KeyRow).where(col(KeyRow.person_id) == person_id)).rowcount if end_keys else 0
        facts: dict[str, Fact] = {"keys_ended": keys} if keys else {}
        self._journal.write(session, Act(ActKind.PASSWORD_SET, of=person_id, who=person_id, facts=facts))

    def _new(self, session: Session, person_id: str, name: str, roles: list[str]) -> PersonRow:
        shown = checked_name(name)
        if session.exec(select(PersonRow.id).where(PersonRow.folded == folded(shown))).first() is not None:
            raise AccountRefused(f"There is somebody with the name '{shown}' already.")
        return PersonRow(
            id=person_id,
            name=shown,
            folded=folded(shown),
            roles=roles,
            groups=[],
            provider_groups=[],
            created_at=self._clock(),
        )

    def _arrived(self, session: Session, who: Vouched, roles: list[str]) -> PersonRow:
        """Somebody new; an administrator who is the first of all takes over what belongs to the machine's owner."""
        owner = Role.ADMINISTRATOR.value in roles and not self.exist()
        person_id = LOCAL_ID if owner else uuid.uuid4().hex
        row = self._new(session, person_id, _free_name(session, who.name, person_id), roles)
        row.issuer, row.subject, row.provider_groups = who.issuer, who.subject, usable_groups(who.groups)
        session.add(row)
        session.flush()
        with acting_as(row.id):
            self._note(session, ActKind.PERSON_ADDED, row, who=row.id)
        return row

    def _told_anew(self, session: Session, row: PersonRow, who: Vouched, roles: list[str]) -> None:
        name, groups = _free_name(session, who.name, row.id), usable_groups(who.groups)
        with acting_as(row.id):
            if name != row.name:
                row.name, row.folded = name, folded(name)
                self._note(session, ActKind.PERSON_CHANGED, row)
            if (roles, groups) != (row.roles, row.provider_groups):
                row.roles, row.provider_groups = roles, groups
                self._note(session, ActKind.ACCESS_CHANGED, row)
        session.add(row)

    def _invitation(self, session: Session, person_id: str | None) -> str:
        if not self._policy.passwords:
            raise AccountRefused(f"{PROVIDER_ALONE} Whoever it gives a role needs no invitation.")
        if person_id is not None:
            session.exec(delete(InvitationRow).where(col(InvitationRow.person_id) == person_id))
        token = new_token(INVITATION)
        ends = self._clock() + timedelta(hours=INVITATION_HOURS)
        session.add(InvitationRow(id=digest(token), person_id=person_id, expires_at=ends))
        return token

    def _held(self, session: Session, token: str) -> InvitationRow:
        if not self._policy.passwords:
            raise InvitationRefused(PROVIDER_ALONE)
        row = session.get(InvitationRow, digest(token))
        if row is None or utc(row.expires_at) <= self._clock():
            raise InvitationRefused("This link was used before, or its time is over. Ask an administrator for another.")
        return row

    def _note(self, session: Session, kind: ActKind, row: PersonRow, who: str = "") -> None:
        groups = sorted({*row.groups, *row.provider_groups})
        facts: dict[str, Fact] = {"roles": list(row.roles), "groups": groups, "active": str(row.active).lower()}
        act = Act(kind, of=row.id, facts=facts)
        self._journal.write(session, replace(act, who=who) if who else act)


def _free_name(session: Session, name: str, person_id: str) -> str:
    """The name, with a number behind it where somebody else has it."""

    def is_free(tried: str) -> bool:
        taken = select(PersonRow.id).where(PersonRow.folded == folded(tried), PersonRow.id != person_id)
        return session.exec(taken).first() is None

    shown = usable_name(name) or "somebody"
    return next(filter(is_free, chain([shown], (f"{shown} ({number})" for number in count(2)))))


def _administered(session: Session, without: str = "") -> bool:
    """Whether there is anybody who can administer."""
    rows = session.exec(select(PersonRow).where(col(PersonRow.active), PersonRow.id != without))
    return any(Role.ADMINISTRATOR.value in row.roles for row in rows)
