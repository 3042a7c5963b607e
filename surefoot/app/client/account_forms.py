"""Forms of accounts as they travel over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class AnsweredGap(BaseModel):
    """A question that the documents could not answer, and of which its owner has something to say."""

    id: str
    question: str
    conversation_id: str | None


class MeForm(BaseModel):
    """Who a request was let in as."""

    id: str
    name: str
    roles: list[str]
    groups: list[str]
    permissions: list[str]
    accounts: bool
    """Whether there are accounts; without, everybody on this machine is its owner."""
    via: str
    """'machine', 'session' or 'key'."""
    has_password: bool = False
    """Whether a password is asked for before a key is made."""
    missed: dict[str, int] = Field(default={})
    """How much people miss in the documents of each assistant, for who may see that."""
    answered: list[AnsweredGap] = Field(default=[])
    """What one missed and was answered since, until one has seen it."""
    second_factor: bool = False
    """Whether a code is asked for beside it."""

    def may(self, permission: str) -> bool:
        """Whether this is allowed."""
        return permission in self.permissions


class ApprovalForm(BaseModel):
    """What one administrator asked for, and another one has to approve."""

    id: str
    wanted: str
    """'access', 'export' or 'link'."""
    person_id: str
    person: str
    """Whom it is about."""
    asked_by_id: str
    asked_by: str
    roles: list[str] = Field(default=[])
    """Roles that the person gets beside those that they have."""
    groups: list[str] = Field(default=[])
    """Groups likewise."""
    asked_at: datetime
    ends_at: datetime
    """Until when it can be approved; of one that is approved, until when it can be used."""
    state: str
    """'waiting', 'approved', 'refused', 'withdrawn' or 'over'."""
    decided_by: str | None = None
    """Who decided; None until then, and where the machine's owner did."""
    decided_at: datetime | None = None


class ApprovalsForm(BaseModel):
    """What waits for a second administrator or waited lately, newest first."""

    approvals: list[ApprovalForm]
    in_force: bool
    """Whether anything waits."""
    rule: str
    """'auto', 'always' or 'off'."""


class NewApproval(BaseModel):
    """Something to be asked for; access is asked for by giving it."""

    wanted: Literal["export", "link"]
    person_id: str = Field(min_length=1, max_length=200)


class PersonForm(BaseModel):
    """Somebody who may sign in."""

    id: str
    name: str
    roles: list[str]
    groups: list[str]
    """Given here."""
    provider_groups: list[str] = Field(default=[])
    """Given by the identity provider."""
    provider: str | None = None
    active: bool = True
    invited: bool = False
    """Has not set a password yet."""
    created_at: datetime
    signed_in_at: datetime | None = None
    second_factor: bool = False
    """Whether a code is asked for beside the password."""
    waiting: list[ApprovalForm] = Field(default=[])
    """What of them waits for a second administrator; it does not hold yet."""


class PeopleForm(BaseModel):
    """All people, and what can be given to them."""

    people: list[PersonForm]
    roles: list[str]


class NewPerson(BaseModel):
    """Somebody to be invited."""

    name: str = Field(min_length=1, max_length=120)
    roles: list[str] = Field(default=["reader"], max_length=20)
    groups: list[str] = Field(default=[], max_length=500)


class PersonChange(BaseModel):
    """What is changed of a person; what is not sent stays."""

    roles: list[str] | None = Field(default=None, max_length=20)
    groups: list[str] | None = Field(default=None, max_length=500)
    active: bool | None = None


class InvitationForm(BaseModel):
    """A link with which somebody sets a password, once."""

    person: PersonForm | None = None
    """None for the first administrator."""
    url: str
    hours: int


class GroupsForm(BaseModel):
    """Groups that people or documents have."""

    groups: list[str]


class Password(BaseModel):
    """The password that was, and the one that shall be."""

    old: str = Field(max_length=1000)
    new: str = Field(max_length=1000)
    end_keys: bool = True
    """Whether one's API keys end too: who knew the password may have made one."""


class Proof(BaseModel):
    """What shows once more that somebody is who signed in."""

    password: str = Field(max_length=1000, repr=False)
    code: str = Field(default="", max_length=100, repr=False)
    """Of the second factor that there is."""


class EnrolmentForm(BaseModel):
    """What an authenticator app is given."""

    secret: str
    address: str
    """otpauth://…"""
    picture: str
    """The address as a QR code, an SVG element."""


class CodeForm(BaseModel):
    """A code of the new second factor, which shows that it works."""

    code: str = Field(max_length=100, repr=False)


class RecoveryCodes(BaseModel):
    """Codes that stand in for the second factor, each once; they are not shown again."""

    codes: list[str]


class SessionForm(BaseModel):
    """A signed-in browser."""

    id: str
    created_at: datetime
    seen_at: datetime
    this: bool
    """The one that asks."""


class NewKey(BaseModel):
    """A key to be made."""

    name: str = Field(min_length=1, max_length=120)
    scopes: list[str] = Field(min_length=1, max_length=50)
    days: int = Field(default=90, ge=1, le=366)
    password: str = Field(default="", max_length=1000, repr=False)
    """One's password, where one signs in with one."""


class KeyForm(BaseModel):
    """An API key without its secret."""

    id: str
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class MadeKey(KeyForm):
    """An API key at the only moment when its secret is told."""

    secret: str
