"""Forms of the audit trail as they travel over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class EntryForm(BaseModel):
    """One act."""

    number: int
    at: str
    actor: str
    """A pseudonym."""
    person: str | None
    """Id of who did it, where that can still be told."""
    name: str
    """Of that person; empty where nobody can tell."""
    kind: str
    thing: str
    digest: str
    facts: dict[str, Any]
    previous: str
    hash: str


class TrailForm(BaseModel):
    """A page of the trail, the newest entries first."""

    entries: list[EntryForm]
    kinds: list[str]
    """All kinds that there are."""
    more: bool


class SentForm(BaseModel):
    """How sending signed heads to one place is doing."""

    to: str
    at: datetime | None
    """When it last worked."""
    trouble: str


class SentHeads(BaseModel):
    """Heads that were sent elsewhere, to be held against the trail."""

    lines: list[str] = Field(max_length=2_000)
    """Lines of the file or log; what else stands there is let pass."""
    key: str = Field("", max_length=2_000)
    """Public key (PEM) that signed them, where that is not this installation's."""


class VerdictForm(BaseModel):
    """Whether the chain is whole."""

    whole: bool
    entries: int
    """How many there are before the first fault."""
    end: str
    fault: str
    """The first fault."""
    known: bool | None
    """Whether the hash that was asked for is in the chain."""
    faults: list[str] = []
    """Everything that is wrong, as far as it is told."""
    more: int = 0
    """Further faults."""
    heads: int = 0
    """Signed heads that the trail was held against."""
    key: str = ""
    """Public key (PEM) that this installation signs with."""
    sent: list[SentForm] = []
    """Where signed heads go, and how that is doing."""
