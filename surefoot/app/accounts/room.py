"""Accounts as one part of the application: tells who brings a request."""

from __future__ import annotations

from dataclasses import dataclass

from surefoot.app.accounts.actor import MACHINE, Actor
from surefoot.app.accounts.errors import NotSignedIn
from surefoot.app.accounts.four_eyes import FourEyes
from surefoot.app.accounts.keys import Keys
from surefoot.app.accounts.oidc import Provider
from surefoot.app.accounts.people import People
from surefoot.app.accounts.sessions import Sessions
from surefoot.app.accounts.starts import Starts
from surefoot.app.accounts.tokens import KEY, SESSION

SIGN_IN = "Sign in first."


@dataclass(frozen=True, slots=True)
class SignOn:
    """Signing in with an identity provider."""

    provider: Provider
    starts: Starts


@dataclass(frozen=True, slots=True)
class Accounts:
    """People, their sessions and their keys."""

    people: People
    sessions: Sessions
    keys: Keys
    four_eyes: FourEyes
    sign_on: SignOn | None = None
    """With one, there are accounts before the first person has come."""

    @property
    def provider_title(self) -> str:
        """What the identity provider is called; empty where there is none."""
        return self.sign_on.provider.registration.title if self.sign_on else ""

    @property
    def on(self) -> bool:
        """Whether there are accounts; without, everybody on this machine is its owner."""
        return bool(self.provider_title) or self.people.exist()

    def actor_of(self, credential: str) -> Actor:
        """Who a bearer token belongs to; empty where a request brings none. Raises NotSignedIn."""
        if not self.on:
            return MACHINE
        found = None
        if credential.startswith(SESSION):
            found = self.sessions.find(credential)
        elif credential.startswith(KEY):
            found = self.keys.find(credential)
        if found is None:
            over = "Your session is over: sign in again." if credential.startswith(SESSION) else SIGN_IN
            raise NotSignedIn("This key does not hold any more." if credential.startswith(KEY) else over)
        return found
