"""/sign-in/provider: sends a browser to the identity provider, and lets in who comes back from there."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from surefoot.app.accounts.errors import AccountError, NotAllowed, SignInRefused
from surefoot.app.accounts.person import Vouched
from surefoot.app.accounts.room import SignOn
from surefoot.app.accounts.starts import HOLDS
from surefoot.app.api.asker import Parts
from surefoot.app.api.entrance import Next, let_in, sign_in_page
from surefoot.app.api.failures import describe
from surefoot.app.api.outside import api_url, is_secure, own_query
from surefoot.app.client import cookies
from surefoot.app.parts import App

router = APIRouter(include_in_schema=False)
PATH = "/sign-in/provider"


class Told(BaseModel):
    """What the provider sends back with the browser."""

    state: str = Field("", max_length=200)
    code: str = Field("", max_length=4000)
    error: str = Field("", max_length=200)
    iss: str = Field("", max_length=1000)


@router.get(PATH)
async def start(request: Request, parts: Parts, next: Next = "") -> Response:  # noqa: A002  its name in addresses
    """Send the browser to the identity provider."""
    sign_on = parts.accounts.sign_on
    if sign_on is None:
        return RedirectResponse("/sign-in", 303)
    begun = await run_in_threadpool(sign_on.starts.begin, own_query(next))
    try:
        address = await sign_on.provider.address(begun, _back(request, parts))
    except AccountError as error:
        return _refused(request, parts, error, next)
    response = RedirectResponse(address, 303)
    response.set_cookie(
        _cookie(begun.state, parts), begun.token, max_age=int(HOLDS.total_seconds()), path="/",
        secure=is_secure(parts.settings), httponly=True, samesite="lax",
    )  # fmt: skip
    return response


@router.get(f"{PATH}/back")
async def back(request: Request, parts: Parts, told: Annotated[Told, Query()]) -> Response:
    """Begin a session for whom the identity provider vouches."""
    sign_on, query, cookie = parts.accounts.sign_on, "", _cookie(told.state, parts)
    if sign_on is None:
        return RedirectResponse("/sign-in", 303)
    try:
        begun, query = await run_in_threadpool(sign_on.starts.take, request.cookies.get(cookie, ""), told.state)
        await sign_on.provider.check_sender(told.iss)
        _check_answer(told)
        vouched = await sign_on.provider.vouched(begun, told.code, _back(request, parts))
        token = await run_in_threadpool(_session, parts, sign_on, vouched)
        response = await run_in_threadpool(let_in, request, parts, token, query)
    except AccountError as error:
        response = _refused(request, parts, error, query)
    response.delete_cookie(cookie, path="/", secure=is_secure(parts.settings), httponly=True, samesite="lax")
    return response


def _check_answer(told: Told) -> None:
    """Raise NotAllowed or SignInRefused for an answer without a code."""
    if told.error == "access_denied":
        raise NotAllowed("The identity provider did not let you in, or you broke off. Sign in again.")
    if told.error or not told.code:
        raise SignInRefused("The identity provider could not sign you in. Try again in a moment.")


def _session(parts: App, sign_on: SignOn, vouched: Vouched) -> str:
    """A session's token. Raises NotAllowed and SignInRefused."""
    people = parts.accounts.people
    first = not people.exist()
    person = people.from_provider(vouched, sign_on.provider.registration.roles_of(vouched.groups))
    if first:
        parts.keep_private_what_was()
    return parts.accounts.sessions.begin(person.id)


def _refused(request: Request, parts: App, error: AccountError, query: str) -> Response:
    message, status, _ = describe(error)
    return sign_in_page(request, parts, query, message, status)


def _back(request: Request, parts: App) -> str:
    """Where the provider sends browsers back to; it is registered there."""
    return f"{api_url(request, parts.settings.public_api_url)}{PATH}/back"


def _cookie(state: str, parts: App) -> str:
    """A name of its own for each start, so that two tabs can sign in at once."""
    own = "".join(one for one in state[:12] if one.isascii() and one.isalnum())
    return cookies.bound(f"surefoot_start_{own}", parts.settings.public_url)
