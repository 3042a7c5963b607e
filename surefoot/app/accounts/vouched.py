"""Whom an identity provider vouches for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vouched:
    """Somebody who has signed in with an identity provider."""

    issuer: str
    subject: str
    """Their id there, which never changes."""
    name: str
    groups: frozenset[str]
