"""The part of the client that is about accounts and the audit trail."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any
from urllib.parse import quote

from surefoot.app.client.account_forms import (
    ApprovalForm,
    ApprovalsForm,
    EnrolmentForm,
    GroupsForm,
    InvitationForm,
    KeyForm,
    MadeKey,
    MeForm,
    NewApproval,
    NewKey,
    NewPerson,
    PeopleForm,
    PersonChange,
    PersonForm,
    Proof,
    RecoveryCodes,
    SessionForm,
)
from surefoot.app.client.trail_forms import SentHeads, TrailForm, VerdictForm
from surefoot.app.client.transport import Transport


class Accounts:
    """Accounts over HTTP. Every method raises ClientError."""

    def __init__(self, http: Transport) -> None:
        self._http = http

    def me(self) -> MeForm:
        """Who this client is."""
        return MeForm.model_validate(self._http.json("GET", "/me"))

    def set_password(self, old: str, new: str, *, end_keys: bool = True) -> None:
        """Set another password of one's own; all sessions end, and API keys unless they shall stay."""
        self._http.send("PUT", "/me/password", json={"old": old, "new": new, "end_keys": end_keys})

    def enrol(self, proof: Proof) -> EnrolmentForm:
        """Begin with a second factor, or with another one; it holds once `confirm` was given a code of it."""
        return EnrolmentForm.model_validate(self._http.json("POST", "/me/second-factor", json=proof.model_dump()))

    def confirm(self, code: str) -> list[str]:
        """Take the second factor that was begun with; gives the recovery codes, this once."""
        return RecoveryCodes.model_validate(self._http.json("PUT", "/me/second-factor", json={"code": code})).codes

    def end_second_factor(self, proof: Proof) -> None:
        """Sign in with the password alone from now on."""
        self._http.send("POST", "/me/second-factor/end", json=proof.model_dump())

    def reset_second_factor(self, person_id: str) -> None:
        """Take somebody's second factor away, and sign them out everywhere."""
        self._http.send("DELETE", f"/people/{_path(person_id)}/second-factor")

    def sessions(self) -> list[SessionForm]:
        """Where one is signed in."""
        return [SessionForm.model_validate(row) for row in self._http.json("GET", "/me/sessions")]

    def end_session(self, session_id: str) -> None:
        """Sign one of one's browsers out."""
        self._http.send("DELETE", f"/me/sessions/{_path(session_id)}")

    def sign_out_everywhere(self) -> None:
        """End all of one's sessions."""
        self._http.send("DELETE", "/me/sessions")

    def list_keys(self) -> list[KeyForm]:
        """One's API keys."""
        return [KeyForm.model_validate(row) for row in self._http.json("GET", "/me/keys")]

    def add_key(self, wanted: NewKey) -> MadeKey:
        """Make an API key."""
        return MadeKey.model_validate(self._http.json("POST", "/me/keys", json=wanted.model_dump()))

    def end_key(self, key_id: str) -> None:
        """End an API key."""
        self._http.send("DELETE", f"/me/keys/{_path(key_id)}")

    def people(self) -> PeopleForm:
        """Everybody who may sign in."""
        return PeopleForm.model_validate(self._http.json("GET", "/people"))

    def first(self) -> InvitationForm:
        """The link with which the first administrator is made."""
        return InvitationForm.model_validate(self._http.json("POST", "/people/first"))

    def invite(self, wanted: NewPerson) -> InvitationForm:
        """Invite somebody."""
        return InvitationForm.model_validate(self._http.json("POST", "/people", json=wanted.model_dump()))

    def invite_again(self, person_id: str) -> InvitationForm:
        """A new link with which somebody sets a password."""
        return InvitationForm.model_validate(self._http.json("POST", f"/people/{_path(person_id)}/invitation"))

    def change(self, person_id: str, wanted: PersonChange) -> PersonForm:
        """Change roles, groups, or whether somebody may sign in."""
        body = wanted.model_dump(exclude_unset=True)
        return PersonForm.model_validate(self._http.json("PATCH", f"/people/{_path(person_id)}", json=body))

    def approvals(self) -> ApprovalsForm:
        """What waits for a second administrator, or waited lately."""
        return ApprovalsForm.model_validate(self._http.json("GET", "/approvals"))

    def ask_approval(self, wanted: NewApproval) -> ApprovalForm:
        """Ask for something that a second administrator has to approve."""
        return ApprovalForm.model_validate(self._http.json("POST", "/approvals", json=wanted.model_dump()))

    def decide(self, approval_id: str, *, approve: bool) -> ApprovalForm:
        """Approve a request, or refuse it; one's own is withdrawn."""
        path = f"/approvals/{_path(approval_id)}/{'approve' if approve else 'refuse'}"
        return ApprovalForm.model_validate(self._http.json("POST", path))

    def sign_out(self, person_id: str) -> None:
        """Sign somebody out everywhere."""
        self._http.send("DELETE", f"/people/{_path(person_id)}/sessions")

    def groups(self) -> list[str]:
        """The groups that there are."""
        return GroupsForm.model_validate(self._http.json("GET", "/groups")).groups


class TrailClient:
    """The audit trail over HTTP. Every method raises ClientError."""

    def __init__(self, http: Transport) -> None:
        self._http = http

    def list(self, **wanted: Any) -> TrailForm:
        """The newest entries first; wanted: person, kind, thing, since, until, before, limit."""
        named = {name: value for name, value in wanted.items() if value not in ("", None)}
        return TrailForm.model_validate(self._http.json("GET", "/trail", params=named))

    def verify(self, against: str = "") -> VerdictForm:
        """Whether the chain is whole."""
        params = {"against": against} if against else {}
        return VerdictForm.model_validate(self._http.json("GET", "/trail/verification", params=params))

    def verify_heads(self, lines: Sequence[str], key: str = "") -> VerdictForm:
        """The same, held against signed heads that were sent elsewhere; key: PEM, where it is not the server's own."""
        body = SentHeads(lines=list(lines), key=key).model_dump(mode="json")
        return VerdictForm.model_validate(self._http.json("POST", "/trail/verification", json=body))

    def export(self) -> Generator[bytes]:
        """All entries, as bytes of JSON lines."""
        yield self._http.send("GET", "/trail/export").content


def _path(name: str) -> str:
    return quote(name, safe="")
