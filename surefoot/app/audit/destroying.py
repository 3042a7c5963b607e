"""Destroys a person's key: what the trail says of them stays, and nobody can tell any more of whom."""

from __future__ import annotations

from sqlmodel import Session, col, delete

from surefoot.app.audit.tables import PersonKey


def destroy_key(session: Session, person_id: str) -> None:
    """Remove the key; the caller commits. Nothing happens where there is none."""
    session.exec(delete(PersonKey).where(col(PersonKey.person_id) == person_id))
