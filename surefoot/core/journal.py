"""The audit trail as a port: an act is written in the transaction of what it tells of, or neither is.

An act names who did it and what it was done to by ids alone. Content is given to be hashed, never kept.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum

SYSTEM = "system"
"""Who acts where nobody asked for it: a schedule, the reading of the shipped documents."""
Fact = str | int | list[str]
_acting: ContextVar[str] = ContextVar("acting", default=SYSTEM)


class ActKind(StrEnum):
    """What can be done: thing, part, deed."""

    SIGNED_IN = "person:session:begun"
    SIGN_IN_FAILED = "person:session:refused"
    SIGNED_OUT = "person:session:ended"
    PERSON_ADDED = "person:account:added"
    PERSON_CHANGED = "person:account:changed"
    PERSON_ERASED = "person:account:erased"
    PERSON_EXPORTED = "person:data:exported"
    PASSWORD_SET = "person:password:set"  # noqa: S105  the name of an act
    SECOND_FACTOR_SET = "person:second-factor:set"
    SECOND_FACTOR_ENDED = "person:second-factor:ended"
    KEY_ADDED = "person:key:added"
    KEY_ENDED = "person:key:ended"
    ACCESS_CHANGED = "person:access:changed"
    APPROVAL_ASKED = "person:approval:asked"
    APPROVAL_GIVEN = "person:approval:given"
    APPROVAL_REFUSED = "person:approval:refused"
    ASKED = "question:text:asked"
    SEARCHED = "library:passages:searched"
    CONVERSATION_SHARED = "conversation:access:changed"
    CONVERSATION_DELETED = "conversation:text:deleted"
    DOCUMENT_ADDED = "document:content:added"
    DOCUMENT_CHANGED = "document:content:changed"
    DOCUMENT_DESCRIBED = "document:description:changed"
    DOCUMENT_READ = "document:content:read"
    DOCUMENT_ACCESS_CHANGED = "document:access:changed"
    DOCUMENT_DELETED = "document:content:deleted"
    VEHICLE_ACCESS_CHANGED = "vehicle:access:changed"
    SOURCE_ADDED = "source:settings:added"
    SOURCE_CHANGED = "source:settings:changed"
    SOURCE_DELETED = "source:settings:deleted"
    ERASURE_ASKED = "document:erasure:asked"
    ERASURE_PROVED = "document:erasure:proved"
    RETENTION_APPLIED = "data:retention:applied"
    BACKUP_MADE = "data:backup:made"
    BACKUP_RESTORED = "data:backup:restored"
    TRAIL_EXPORTED = "trail:entries:exported"
    TRAIL_BROKEN = "trail:chain:broken"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody did."""

    kind: ActKind
    thing: str = ""
    """Id of what it was done to."""
    content: str = ""
    """What it was done with, such as a question's text; the trail holds its digest under the person's key."""
    facts: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    """Counts, roles, names of groups: nothing that a person wrote."""
    of: str = field(default="", kw_only=True)
    """Id of the person it was done to; the trail holds their pseudonym, in the place of the thing."""
    who: str = field(default_factory=_acting.get, kw_only=True)
    """Id of who did it; unless given, of whoever `acting_as` says."""


class Journal(ABC):
    """Where acts are written."""

    @abstractmethod
    def write(self, transaction: object, act: Act) -> None:
        """Add an act to the open transaction (a database session), which the caller commits."""


class NoJournal(Journal):
    """Keeps nothing: for parts that are used alone, such as in a measurement."""

    def write(self, transaction: object, act: Act) -> None:
        """Do nothing."""


@contextmanager
def acting_as(who: str) -> Generator[None]:
    """Within the block, acts are this person's; also in threads that are given a copy of the context."""
    token = _acting.set(who)
    try:
        yield
    finally:
        _acting.reset(token)
