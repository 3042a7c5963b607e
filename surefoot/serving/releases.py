"""A release is one hash over everything that shapes an answer; what it stands for is kept, never changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from surefoot.serving.tables import ReleaseRow

Parts = dict[str, str]
"""Name to version or hash: prompts, model, retrieval settings, index version."""


def release_hash(parts: Parts) -> str:
    """The first 16 hexadecimal digits of sha256 over the parts in canonical JSON."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:16]


class ReleaseStore:
    """Keeps what each release stands for."""

    def __init__(self, sessions: Callable[[], Session]) -> None:
        self._sessions = sessions
        self._known: set[str] = set()

    def keep(self, parts: Parts) -> str:
        """Keep a release once, and give its hash."""
        release = release_hash(parts)
        if release not in self._known:
            with self._sessions() as session:
                if session.get(ReleaseRow, release) is None:
                    row = ReleaseRow(id=release, owner="surefoot", created_at=datetime.now(UTC), parts=dict(parts))
                    session.add(row)
                    try:
                        session.commit()
                    except IntegrityError:  # another replica kept it at once: what it stands for is the same
                        session.rollback()
            self._known.add(release)
        return release

    def parts(self, release: str) -> Parts:
        """What a release stands for; nothing where it is not known."""
        with self._sessions() as session:
            row = session.get(ReleaseRow, release)
            return {name: str(value) for name, value in row.parts.items()} if row is not None else {}
