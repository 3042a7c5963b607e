"""People who may sign in: invited, given roles and groups, shut out; each change stands in the audit trail."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from surefoot.app.accounts.actor import LOCAL_ID
from surefoot.app.accounts.errors import AccountRefused, InvitationRefused, UnknownPerson
from surefoot.app.accounts.passwords import hashed
from surefoot.app.accounts.permissions import Role
from surefoot.app.accounts.tables import InvitationRow, PersonRow, SessionRow, utc
from surefoot.app.accounts.tokens import INVITATION, digest, new_token
from surefoot.core.journal import Act, ActKind, Journal

INVITATION_HOURS = 72
LONGEST_NAME = 120
MOST_GROUPS = 500


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in."""

    id: str
    name: str
    roles: tuple[str, ...]
    groups: frozenset[str]
    """Given here and by the identity provider."""
    own_groups: frozenset[str]
    """Given here."""
    provider: str | None
    active: bool
    invited: bool
    """Has not set a password yet."""
    created_at: datetime
    signed_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class Change:
    """What is changed of a person; None leaves as it is."""

    roles: Collection[str] | None = None
    groups: Collection[str] | None = None
    active: bool | None = None


class People:
    """The store of people."""

    def __init__(self, sessions: Callable[[], Session], journal: Journal, clock: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._journal = journal
        self._clock = clock
        self._exist = False

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
            return person_of(_row(session, person_id))

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
        if not self.exist():
            raise AccountRefused("There is no administrator yet: `surefoot people first` makes the first one.")
        with self._sessions() as session:
            row = self._new(session, uuid.uuid4().hex, name, checked_roles(roles))
            row.groups = checked_groups(groups)
            session.add(row)
            session.flush()
            self._note(session, ActKind.PERSON_ADDED, row)
            token = self._invitation(session, row.id)
            session.commit()
            return person_of(row), token

    def reset(self, person_id: str) -> str:
        """A token with which a person sets a new password. Raises UnknownPerson and AccountRefused."""
        with self._sessions() as session:
            row = _row(session, person_id)
            if row.issuer:
                raise AccountRefused(f"{row.name} signs in with {row.issuer}, which keeps the password.")
            token = self._invitation(session, row.id)
            session.commit()
            return token

    def invited(self, token: str) -> str | None:
        """The name that an invitation is for; None for the first one. Raises InvitationRefused."""
        with self._sessions() as session:
            found = self._held(session, token)
            return _row(session, found.person_id).name if found.person_id else None

    def accept(self, token: str, name: str, password: str) -> Person:
        """Set a person's password, once, and end their sessions; with the first invitation make the administrator.

        Raises InvitationRefused, PasswordRefused and AccountRefused; then the invitation still holds.
        """
        with self._sessions() as session:
            found = self._held(session, token)
            row = session.get(PersonRow, found.person_id) if found.person_id else None
            if row is None:
                if self.exist():
                    raise InvitationRefused("There is an administrator by now, who invites further people.")
                row = self._new(session, LOCAL_ID, name, [Role.ADMINISTRATOR.value])
                self._note(session, ActKind.PERSON_ADDED, row)
            kept = hashed(password, row.name)
            taken = session.exec(delete(InvitationRow).where(col(InvitationRow.id) == found.id))
            if not taken.rowcount:
                raise InvitationRefused("This link was used in this very moment.")
            row.password_hash = kept
            session.add(row)
            session.exec(delete(SessionRow).where(col(SessionRow.person_id) == row.id))
            self._journal.write(session, Act(ActKind.PASSWORD_SET, of=row.id, who=row.id))
            session.commit()
            return person_of(row)

    def change(self, person_id: str, change: Change) -> Person:
        """Change roles, groups, or whether somebody may sign in; who may not is signed out everywhere.

        Raises UnknownPerson, and AccountRefused where nobody would be left who can administer.
        """
        with self._sessions() as session:
            row = _row(session, person_id)
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
            _check_administered(session)
            self._note(session, ActKind.ACCESS_CHANGED, row)
            session.commit()
            return person_of(row)

    def check_may_go(self, person_id: str) -> None:
        """Raise AccountRefused where nobody who can administer would be left without this person."""
        with self._sessions() as session:
            _check_administered(session, without=person_id)

    def set_password(self, person_id: str, password: str) -> None:
        """Give somebody another password and end their sessions. Raises PasswordRefused and UnknownPerson."""
        with self._sessions() as session:
            row = _row(session, person_id)
            row.password_hash = hashed(password, row.name)
            session.add(row)
            session.exec(delete(SessionRow).where(col(SessionRow.person_id) == row.id))
            self._journal.write(session, Act(ActKind.PASSWORD_SET, of=row.id))
            session.commit()

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

    def _invitation(self, session: Session, person_id: str | None) -> str:
        if person_id is not None:
            session.exec(delete(InvitationRow).where(col(InvitationRow.person_id) == person_id))
        token = new_token(INVITATION)
        ends = self._clock() + timedelta(hours=INVITATION_HOURS)
        session.add(InvitationRow(id=digest(token), person_id=person_id, expires_at=ends))
        return token

    def _held(self, session: Session, token: str) -> InvitationRow:
        row = session.get(InvitationRow, digest(token))
        if row is None or utc(row.expires_at) <= self._clock():
            raise InvitationRefused("This link was used before, or its time is over. Ask an administrator for another.")
        return row

    def _note(self, session: Session, kind: ActKind, row: PersonRow) -> None:
        facts = {"roles": list(row.roles), "groups": list(row.groups), "active": str(row.active).lower()}
        self._journal.write(session, Act(kind, of=row.id, facts=facts))


def person_of(row: PersonRow) -> Person:
    """A row as a noun."""
    return Person(
        id=row.id,
        name=row.name,
        roles=tuple(row.roles),
        groups=frozenset(row.groups) | frozenset(row.provider_groups),
        own_groups=frozenset(row.groups),
        provider=row.issuer,
        active=row.active,
        invited=row.password_hash is None and row.issuer is None,
        created_at=utc(row.created_at),
        signed_in_at=utc(row.signed_in_at) if row.signed_in_at else None,
    )


def folded(name: str) -> str:
    """A name as it is compared."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def checked_name(name: str) -> str:
    """A name that can be shown; raises AccountRefused."""
    shown = " ".join(unicodedata.normalize("NFC", name).split())
    if not shown or len(shown) > LONGEST_NAME or not shown.isprintable():
        raise AccountRefused(f"A name has 1 to {LONGEST_NAME} characters that can be printed.")
    return shown


def checked_roles(roles: Collection[str]) -> list[str]:
    """Roles that exist, in order; raises AccountRefused."""
    unknown = sorted(set(roles) - {role.value for role in Role})
    if unknown:
        known = ", ".join(role.value for role in Role)
        raise AccountRefused(f"There is no role '{unknown[0]}'. The roles are: {known}.")
    return [role.value for role in Role if role.value in roles]


def checked_groups(groups: Collection[str]) -> list[str]:
    """Groups that can be given, in order; raises AccountRefused."""
    names = sorted({group.strip() for group in groups})
    if len(names) > MOST_GROUPS:
        raise AccountRefused(f"{len(names)} groups are too many: a person is in at most {MOST_GROUPS}.")
    for name in names:
        if not name or len(name) > 200 or not name.isprintable() or name.startswith("person:"):
            raise AccountRefused("A group's name has 1 to 200 printable characters and does not begin with 'person:'.")
    return names


def _row(session: Session, person_id: str) -> PersonRow:
    row = session.get(PersonRow, person_id)
    if row is None:
        raise UnknownPerson(f"There is nobody with the id '{person_id}'.")
    return row


def _check_administered(session: Session, without: str = "") -> None:
    rows = session.exec(select(PersonRow).where(col(PersonRow.active), PersonRow.id != without))
    if not any(Role.ADMINISTRATOR.value in row.roles for row in rows):
        raise AccountRefused("Nobody would be left who can administer: make somebody else an administrator first.")
