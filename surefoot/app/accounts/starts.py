"""Keeps which sign-ins with the identity provider have begun, in which browser; each is taken up once."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete

from surefoot.app.accounts.errors import SignInRefused
from surefoot.app.accounts.tables import StartRow, utc
from surefoot.app.accounts.tokens import START, digest, new_token

HOLDS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Start:
    """A sign-in that has begun: all of it follows from one random token, which its browser alone has."""

    token: str

    @property
    def state(self) -> str:
        """What comes back with the browser: the answer to another start has another one (RFC 6749, 10.12)."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """What stands in the ID token that is made for this start (OpenID Connect Core, 3.1.2.1)."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """What proves that whoever redeems the code is who asked for it (PKCE, RFC 7636)."""
        return self._derived("verifier")

    def _derived(self, what: str) -> str:
        made = hmac.new(self.token.encode("utf-8", "surrogatepass"), what.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


class Starts:
    """The store of what has begun; it keeps a digest of the token alone."""

    def __init__(self, sessions: Callable[[], Session], clock: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._clock = clock

    def begin(self, query: str) -> Start:
        """A start; `query` is where to go afterwards."""
        now, start = self._clock(), Start(new_token(START))
        with self._sessions() as session:
            session.exec(delete(StartRow).where(col(StartRow.expires_at) <= now))
            session.add(StartRow(id=digest(start.token), query=query, expires_at=now + HOLDS))
            session.commit()
        return start

    def take(self, token: str, state: str) -> tuple[Start, str]:
        """The start whose answer this is, and where to go afterwards. Raises SignInRefused, always the second time."""
        start = Start(token)
        with self._sessions() as session:
            row = session.get(StartRow, digest(token))
            taken = row is not None and session.exec(delete(StartRow).where(col(StartRow.id) == row.id)).rowcount
            session.commit()
        same = hmac.compare_digest(state.encode("utf-8", "surrogatepass"), start.state.encode())
        if row is None or not taken or not same or utc(row.expires_at) <= self._clock():
            raise SignInRefused(
                "This sign-in was not begun in this browser, was used before, or took more than ten minutes. "
                "Sign in again."
            )
        return start, row.query
