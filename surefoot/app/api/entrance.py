"""/sign-in, /sign-out, /invitation: how a browser comes by a session. The cookie is read here and by the pages alone.

The other routes read no cookie, so a page of another site cannot make a browser do anything with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, RedirectResponse, Response

from surefoot.app.accounts.errors import AccountError, CodeNeeded, InvitationRefused, SignInRefused
from surefoot.app.api import entrance_pages as shown
from surefoot.app.api.asker import Parts
from surefoot.app.api.outside import address_of, api_url, is_secure, pages_url
from surefoot.app.client import cookies
from surefoot.app.hosts import origin_of
from surefoot.app.parts import App

router = APIRouter(include_in_schema=False)
Short = Annotated[str, Form(max_length=1000)]
Next = Annotated[str, Query(max_length=2000)]


class Accepted(BaseModel):
    """What is typed to accept an invitation."""

    token: str = Field(max_length=200)
    password: str = Field(max_length=1000)
    again: str = Field(max_length=1000)
    name: str = Field("", max_length=1000)


class SecondStep(BaseModel):
    """What is typed after the password."""

    step: str = Field(max_length=200)
    code: str = Field(max_length=200)
    next: str = Field("", max_length=2000)
    enrols: str = Field("", max_length=10)
    """Whether the form showed a QR code."""


@router.get("/sign-in")
def form(request: Request, parts: Parts, next: Next = "") -> Response:  # noqa: A002  the parameter's name in addresses
    """The form, or the pages where there are no accounts."""
    if not parts.accounts.on:
        return RedirectResponse(pages_url(request, parts.settings, next), 303)
    return sign_in_page(request, parts, next)


@router.post("/sign-in")
def sign_in(request: Request, parts: Parts, name: Short, password: Short, next: Short = "") -> Response:  # noqa: A002
    """Begin a session, or show the form again with the reason."""
    try:
        token = parts.accounts.sessions.sign_in(name, password, address_of(request, parts.settings))
    except SignInRefused as error:
        response = sign_in_page(request, parts, next, str(error), 429 if error.wait_seconds else 401)
        if error.wait_seconds:
            response.headers["Retry-After"] = str(error.wait_seconds)
        return response
    except CodeNeeded as needed:
        return _code_page(request, parts, _begun(needed, next))
    return let_in(request, parts, token, next)


@router.post("/sign-in/code")
def second_step(request: Request, parts: Parts, typed: Annotated[SecondStep, Form()]) -> Response:
    """Begin a session for who shows the code of their second factor, or sets one up, after the password."""
    sessions, address = parts.accounts.sessions, address_of(request, parts.settings)
    try:
        token, codes = sessions.second_step(typed.step, typed.code, address)
    except AccountError as error:
        wait = error.wait_seconds if isinstance(error, SignInRefused) else 0
        if not sessions.is_stepping(typed.step):
            return sign_in_page(request, parts, typed.next, str(error), 401)
        response = _code_page(request, parts, typed, str(error), 429 if wait else 401)
        if wait:
            response.headers["Retry-After"] = str(wait)
        return response
    response = let_in(request, parts, token, typed.next)
    return _recovery_page(request, parts, codes, response) if codes else response


@router.get("/sign-out")
def leave(request: Request, parts: Parts) -> Response:
    """Ask before signing out, so that no link of another site does it."""
    form = shown.Form("Sign out?", "/sign-out", "Sign out", other=(pages_url(request, parts.settings), "Stay"))
    return shown.page(form, _pages_origin(request, parts))


@router.post("/sign-out")
def sign_out(request: Request, parts: Parts) -> Response:
    """End the browser's session."""
    _end_session(request, parts)
    response = RedirectResponse(f"{api_url(request, parts.settings.public_api_url)}/sign-in", 303)
    secure = is_secure(parts.settings)
    response.delete_cookie(_cookie(parts), path="/", secure=secure, httponly=True, samesite="lax")
    return response


@router.get("/invitation")
def invitation(request: Request, parts: Parts, token: Next = "") -> Response:
    """The form in which an invited person sets a password."""
    try:
        name = parts.accounts.people.invited(token)
    except InvitationRefused as error:
        return _over(request, parts, str(error))
    return _welcome(request, parts, (token, name, ""))


@router.post("/invitation")
def accept(request: Request, parts: Parts, typed: Annotated[Accepted, Form()]) -> Response:
    """Set the password and begin a session."""
    people, token, name = parts.accounts.people, typed.token, typed.name
    known: str | None = None
    try:
        known = people.invited(token)
        if typed.password != typed.again:
            return _welcome(request, parts, (token, known, name), "The two passwords differ.")
        first = not people.exist()
        person = people.accept(token, name, typed.password)
    except InvitationRefused as error:
        return _over(request, parts, str(error))
    except AccountError as error:
        return _welcome(request, parts, (token, known, name), str(error))
    if first:
        parts.keep_private_what_was()
    try:
        return let_in(request, parts, parts.accounts.sessions.begin_with_password(person.id), "")
    except CodeNeeded as needed:
        return _code_page(request, parts, _begun(needed, ""))


def let_in(request: Request, parts: App, token: str, query: str) -> Response:
    """Send the browser to the pages, with its session; the one that it had before ends."""
    _end_session(request, parts)
    response = RedirectResponse(pages_url(request, parts.settings, query), 303)
    seconds = int(parts.settings.session_hours * 3600)
    secure = is_secure(parts.settings)
    response.set_cookie(_cookie(parts), token, max_age=seconds, path="/", secure=secure, httponly=True, samesite="lax")
    return response


def sign_in_page(request: Request, parts: App, query: str, trouble: str = "", status: int = 200) -> HTMLResponse:
    """The form, with what went wrong."""
    fields = (
        shown.Field("name", "Name", autocomplete="username"),
        shown.Field("password", "Password", "password", autocomplete="current-password"),
    )
    provider = parts.accounts.provider_title
    other = (f"/sign-in/provider?{urlencode({'next': query})}", f"Sign in with {provider}") if provider else None
    form = shown.Form("Sign in", "/sign-in", "Sign in", fields, hidden=(("next", query),), other=other)
    if parts.settings.oidc_alone:
        form = shown.Form("Sign in", "/sign-in", "", other=other)
    return shown.page(form, _pages_origin(request, parts), trouble, status)


def _code_page(request: Request, parts: App, begun: SecondStep, trouble: str = "", status: int = 200) -> HTMLResponse:
    """The form for the code; with the QR code where the person has no second factor yet. Raises SignInRefused."""
    hidden = (("step", begun.step), ("next", begun.next), ("enrols", begun.enrols))
    lead = "Type the code that your authenticator app shows, or one of your recovery codes."
    drawn = ""
    if begun.enrols:
        made = parts.accounts.sessions.enrolment(begun.step)
        lead = (
            "Your account needs a second factor. Scan this with an authenticator app, or type the key into it; then "
            "type the code that it shows."
        )
        drawn = shown.enrolment(made.picture, made.secret)
    fields = (shown.Field("code", "Code", autocomplete="one-time-code"),)
    over = ("/sign-in", "Start over")
    form = shown.Form("Second step", "/sign-in/code", "Sign in", fields, lead, hidden, over, drawn)
    response = shown.page(form, _pages_origin(request, parts), trouble, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _begun(needed: CodeNeeded, query: str) -> SecondStep:
    return SecondStep(step=needed.token, code="", next=query, enrols="yes" if needed.enrols else "")


def _recovery_page(request: Request, parts: App, codes: Sequence[str], let_in: Response) -> HTMLResponse:
    """The recovery codes, once, with the session's cookie."""
    lead = (
        "Each of these signs you in once without your app. Keep them where you keep passwords; they are not shown "
        "again."
    )
    on = (let_in.headers["location"], "I have kept them, go on")
    form = shown.Form("Your recovery codes", "", "", (), lead, other=on, drawn=shown.codes(codes))
    response = shown.page(form, _pages_origin(request, parts))
    response.raw_headers.extend(pair for pair in let_in.raw_headers if pair[0] == b"set-cookie")
    response.headers["Cache-Control"] = "no-store"
    return response


def _end_session(request: Request, parts: App) -> None:
    """End the session whose cookie a browser brings; nothing happens where it brings none."""
    actor = parts.accounts.sessions.find(request.cookies.get(_cookie(parts), ""))
    if actor is not None:
        parts.accounts.sessions.end(actor.session, actor.id)


def _cookie(parts: App) -> str:
    return cookies.bound(cookies.SESSION, parts.settings.public_url)


def _welcome(request: Request, parts: App, told: tuple[str, str | None, str], trouble: str = "") -> HTMLResponse:
    token, invited, typed = told
    first = invited is None
    lead = (
        "You become the first administrator. From then on everybody signs in."
        if first
        else f"Welcome, {invited}. Choose the password that you will sign in with."
    )
    fields = (
        *((shown.Field("name", "Your name", value=typed, autocomplete="username"),) if first else ()),
        shown.Field(
            "password", "Password", "password", autocomplete="new-password",
            hint="At least 12 characters; a few words that do not belong together are good.",
        ),
        shown.Field("again", "The same once more", "password", autocomplete="new-password"),
    )  # fmt: skip
    form = shown.Form("Set your password", "/invitation", "Set and sign in", fields, lead, (("token", token),))
    return shown.page(form, _pages_origin(request, parts), trouble, 422 if trouble else 200)


def _over(request: Request, parts: App, trouble: str) -> HTMLResponse:
    form = shown.Form("This link is over", "", "", other=("/sign-in", "Sign in"))
    return shown.page(form, _pages_origin(request, parts), trouble, 410)


def _pages_origin(request: Request, parts: App) -> str:
    return origin_of(pages_url(request, parts.settings))
