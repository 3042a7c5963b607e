"""Destroys a person's key: what the trail says of them stays, and nobody can tell any more of whom."""

from __future__ import annotations

from sqlmodel import Session, col, delete

from surefoot.app.audit.tables import PersonKey
from surefoot.core.journal import Act, ActKind, Journal


def destroy_key(session: Session, journal: Journal, person_id: str, who: str) -> None:
    """Remove the key, and tell of it in the trail, which explains the pseudonym that no key gives from then on.

    The caller commits. `who` is another person: an entry of the person's own would make them a new key.
    """
    journal.write(session, Act(ActKind.PERSON_ERASED, of=person_id, who=who))
    session.exec(delete(PersonKey).where(col(PersonKey.person_id) == person_id))
