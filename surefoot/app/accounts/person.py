"""Somebody who may sign in, what can be changed of them, and whom an identity provider vouches for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from surefoot.app.accounts.tables import PersonRow, utc


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
    second_factor: bool = False
    """Whether a code is asked for beside the password."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is changed of a person; None leaves as it is."""

    roles: Collection[str] | None = None
    groups: Collection[str] | None = None
    active: bool | None = None


@dataclass(frozen=True, slots=True)
class Vouched:
    """Somebody who has signed in with an identity provider."""

    issuer: str
    subject: str
    """Their id there, which never changes."""
    name: str
    groups: frozenset[str]


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
        second_factor=row.totp_secret is not None,
    )
