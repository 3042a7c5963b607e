"""/me: one's own account: who one is, sessions, keys, password."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from surefoot.app.accounts.actor import Actor
from surefoot.app.accounts.keys import Key
from surefoot.app.accounts.permissions import Permission
from surefoot.app.api.asker import By, Parts
from surefoot.app.client.account_forms import (
    AnsweredGap,
    CodeForm,
    EnrolmentForm,
    KeyForm,
    MadeKey,
    MeForm,
    NewKey,
    Password,
    Proof,
    RecoveryCodes,
    SessionForm,
)
from surefoot.app.errors import RequestRefused
from surefoot.app.parts import App

router = APIRouter()


@router.get("/me")
def me(parts: Parts, by: By) -> MeForm:
    """Who the request was let in as, and what that allows."""
    return MeForm(
        id=by.id,
        name=by.name,
        roles=list(by.roles),
        groups=sorted(by.asker.groups),
        permissions=sorted(by.permissions),
        accounts=parts.accounts.on,
        via=by.via,
        has_password=by.has_password,
        missed=_missed(parts, by),
        answered=_answered(parts, by),
        second_factor=by.second_factor,
    )


def _missed(parts: App, by: Actor) -> dict[str, int]:
    if not by.may(Permission.READ_GAPS):
        return {}
    return parts.records.gaps.count([spec.name for spec in parts.assistants.list(by.asker)])


def _answered(parts: App, by: Actor) -> list[AnsweredGap]:
    gaps = parts.records.gaps.answered(by.asker) if by.may(Permission.ASK) else []
    kept = {k.answer.id: k.answer for k in parts.records.answers.some({gap.answer_id for gap in gaps}, by.asker)}
    return [
        AnsweredGap(id=gap.id, question=gap.question, conversation_id=kept[gap.answer_id].conversation_id)
        for gap in gaps
        if gap.answer_id in kept
    ]


@router.put("/me/password", status_code=204)
def password(body: Password, parts: Parts, by: By) -> None:
    """Set another password; all sessions end, this one too, and API keys unless they shall stay."""
    parts.accounts.sessions.prove(by.id, body.old)
    parts.accounts.people.set_password(by.id, body.new, end_keys=body.end_keys)


@router.post("/me/second-factor", status_code=201)
def enrol(body: Proof, parts: Parts, by: By) -> EnrolmentForm:
    """Begin with a second factor, or with another one; it holds once a code of it was shown."""
    _prove(body, parts, by)
    made = parts.accounts.sessions.enrol(by.id)
    return EnrolmentForm(secret=made.secret, address=made.address, picture=made.picture)


@router.put("/me/second-factor")
def confirm(body: CodeForm, parts: Parts, by: By) -> RecoveryCodes:
    """Take the second factor that was begun with; the answer holds the recovery codes, this once."""
    return RecoveryCodes(codes=parts.accounts.sessions.confirm(by.id, body.code))


@router.post("/me/second-factor/end", status_code=204)
def end_second_factor(body: Proof, parts: Parts, by: By) -> None:
    """Sign in with the password alone from now on."""
    _prove(body, parts, by)
    parts.accounts.sessions.end_second_factor(by.id, own=True)


def _prove(body: Proof, parts: App, by: Actor) -> None:
    """Raise SignInRefused where password or code is wrong, and RequestRefused for who has no password here."""
    if not by.has_password:
        raise RequestRefused(
            "A second factor goes with a password that is kept here; your identity provider asks for its own.",
            409,
            "no_password",
        )
    parts.accounts.sessions.prove(by.id, body.password)
    parts.accounts.sessions.prove_code(by.id, body.code)


@router.get("/me/sessions")
def sessions(parts: Parts, by: By) -> list[SessionForm]:
    """Where one is signed in."""
    found = parts.accounts.sessions.list(by.id)
    return [
        SessionForm(id=one.id, created_at=one.created_at, seen_at=one.seen_at, this=one.id == by.session)
        for one in found
    ]


@router.delete("/me/sessions", status_code=204)
def end_all(parts: Parts, by: By) -> None:
    """Sign out everywhere."""
    parts.accounts.sessions.end_all(by.id)


@router.delete("/me/sessions/{session_id}", status_code=204)
def end(session_id: str, parts: Parts, by: By) -> None:
    """Sign one browser out."""
    parts.accounts.sessions.end(session_id, by.id)


@router.get("/me/keys")
def keys(parts: Parts, by: By) -> list[KeyForm]:
    """One's keys, without their secrets."""
    return [KeyForm(**_key(one)) for one in parts.accounts.keys.list(by.id)]


@router.post("/me/keys", status_code=201)
def add_key(body: NewKey, parts: Parts, by: By) -> MadeKey:
    """Make a key; its secret is told this once. Who signs in with a password gives it again."""
    if by.has_password:
        parts.accounts.sessions.prove(by.id, body.password)
    key, secret = parts.accounts.keys.add(_account(by, parts.accounts.on), body.name, body.scopes, body.days)
    return MadeKey(**_key(key), secret=secret)


@router.delete("/me/keys/{key_id}", status_code=204)
def end_key(key_id: str, parts: Parts, by: By) -> None:
    """End a key."""
    if not parts.accounts.keys.end(key_id, by.id):
        raise RequestRefused(f"There is no key '{key_id}', or it is not yours.", 404, "unknown_key")


def _account(by: Actor, on: bool) -> Actor:
    if not on:
        raise RequestRefused(
            "There are no accounts yet, so nobody needs a key: `surefoot people first` makes the first one.",
            409,
            "no_accounts",
        )
    return by


def _key(key: Key) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": list(key.scopes),
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "used_at": key.used_at,
    }
