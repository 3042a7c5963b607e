"""Finds out who brings a request, and lets in what their roles allow, before anything of the body is read."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, cast

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from surefoot.app.accounts.actor import COMMANDS, Actor
from surefoot.app.accounts.errors import NotAllowed
from surefoot.app.accounts.permissions import TOLD, Permission
from surefoot.app.accounts.room import Accounts
from surefoot.app.api.failures import describe, error_response
from surefoot.app.api.needs import NEEDS, Need
from surefoot.core.journal import SYSTEM, acting_as

logger = logging.getLogger(__name__)

MACHINES = "machine"
"""Set in a request's state by the guard, where it brought the token that only the data folder's owner can read."""

NO_TRAIL = (
    "The machine's token does not read the audit trail: nobody watches over their own acts. Set SUREFOOT_API_KEY to an "
    "auditor's API key with the scope trail:read, or open the page Audit as an auditor."
)


class Admission:
    """Stands between the guard and the routes; the only place where permissions are checked."""

    def __init__(self, app: ASGIApp, accounts: Accounts, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._accounts = accounts
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or hand on with the actor in the request's state."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            actor = await self._admitted(scope)
        except Exception as error:  # noqa: BLE001  the border before the routes: described as theirs are
            message, status, code = describe(error)
            response = error_response(message, status, code)
            if status == 401:
                response.headers["WWW-Authenticate"] = "Bearer"
            await response(scope, receive, send)
            return
        scope.setdefault("state", {})["actor"] = actor
        with acting_as(actor.id if actor else SYSTEM):
            await self._app(scope, receive, send)

    async def _admitted(self, scope: Scope) -> Actor | None:
        """Who asks; None where nobody need say. Raises NotSignedIn and NotAllowed."""
        need = self._need(scope)
        if need is Need.NOTHING:
            return None
        actor = await run_in_threadpool(self._actor, scope)
        unsaid = need is Need.UNSAID and actor.via != "machine"
        if unsaid or (isinstance(need, Permission) and not actor.may(need)):
            logger.warning("Refused.", extra={"fields": {"person": actor.id, "needs": need.value}})
            if actor is COMMANDS:
                raise NotAllowed(NO_TRAIL)
            told = TOLD[need] if isinstance(need, Permission) else "do everything on this machine"
            raise NotAllowed(f"Your roles do not allow this: it is for who may {told}.")
        return actor

    def _actor(self, scope: Scope) -> Actor:
        if scope.get("state", {}).get(MACHINES) and self._accounts.on:
            return COMMANDS
        return self._accounts.actor_of(bearer(Headers(scope=scope)))

    def _need(self, scope: Scope) -> Permission | Need:
        for route in self._routes:
            match, _ = route.matches(scope)
            if match is Match.FULL:
                return need_of(scope["method"], str(getattr(route, "path", "")))
        return Need.ACCOUNT  # there is no such route: who is signed in is told so


def need_of(method: str, path: str) -> Permission | Need:
    """What a route asks for; one that nobody has thought of is open to nobody's roles but the machine's owner's."""
    return NEEDS.get(f"{'GET' if method == 'HEAD' else method} {path}", Need.UNSAID)


def bearer(headers: Mapping[str, str]) -> str:
    """A request's bearer token; empty where it has none."""
    kind, _, given = headers.get("authorization", "").partition(" ")
    return given.strip() if kind.lower() == "bearer" else ""


def actor_in(state: Any) -> Actor:
    """The actor that was admitted."""
    return cast("Actor", state.actor)
