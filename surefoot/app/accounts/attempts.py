"""Limits how often it can be tried to sign in, by name and by address."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from datetime import datetime, timedelta

from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, delete, func, select

from surefoot.app.accounts.errors import SignInRefused
from surefoot.app.accounts.tables import AttemptRow

logger = logging.getLogger(__name__)

WINDOW = timedelta(minutes=15)
OF_BOTH, OF_NAME, OF_ADDRESS = 5, 30, 60
"""Failures within the window: of one name from one address, of one name from anywhere, of one address with any name.

The first stops a guesser without locking out the person, who comes from elsewhere; the others stop many guessers of one
name, and one guesser of many names."""


class Attempts:
    """Failed sign-ins of the last minutes; names and addresses are kept as digests under a key of this process."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def check(self, session: Session, name: str, address: str, now: datetime) -> None:
        """Raise SignInRefused where too many have failed."""
        session.exec(delete(AttemptRow).where(col(AttemptRow.at) < now - WINDOW))
        by_name, by_address = col(AttemptRow.name) == self._of(name), col(AttemptRow.address) == self._of(address)
        limits: tuple[tuple[tuple[ColumnElement[bool], ...], int], ...] = (
            ((by_name, by_address), OF_BOTH),
            ((by_name,), OF_NAME),
            ((by_address,), OF_ADDRESS),
        )
        for which, most in limits:
            failed = session.exec(select(func.count()).select_from(AttemptRow).where(*which)).one()
            if failed >= most:
                logger.warning("A try to sign in was refused unread: too many have failed.")
                raise SignInRefused(
                    "Too many tries to sign in have failed. Wait a quarter of an hour, or ask an administrator for a "
                    "link that sets a new password.",
                    int(WINDOW.total_seconds()),
                )

    def failed(self, session: Session, name: str, address: str, now: datetime) -> None:
        """Note a failure."""
        session.add(AttemptRow(name=self._of(name), address=self._of(address), at=now))

    def forget(self, session: Session, name: str, address: str) -> None:
        """Forget the failures of one name from one address: somebody has signed in."""
        both = (col(AttemptRow.name) == self._of(name), col(AttemptRow.address) == self._of(address))
        session.exec(delete(AttemptRow).where(*both))

    def _of(self, value: str) -> str:
        return hmac.new(self._key, value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
