"""Numbers the states of an assistant's library, one up with each change."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlmodel import Session

_NEXT = """
INSERT INTO libraryversion (assistant, version) VALUES (:assistant, 1)
ON CONFLICT (assistant) DO UPDATE SET version = libraryversion.version + 1
"""


def moved_on(session: Session, assistant: str) -> None:
    """Give the library its next number, in the transaction of the change itself."""
    from sqlalchemy import text

    session.connection().execute(text(_NEXT), {"assistant": assistant})
