"""Forms of the audit trail as they travel over HTTP."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


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


class VerdictForm(BaseModel):
    """Whether the chain is whole."""

    whole: bool
    entries: int
    end: str
    fault: str
    known: bool | None
    """Whether the hash that was asked for is in the chain."""
