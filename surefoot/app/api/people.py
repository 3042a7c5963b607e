"""/people: who may sign in, with which roles and groups; for administrators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from fastapi import APIRouter, Request

from surefoot.app.accounts.four_eyes import Approval, State, Wanted
from surefoot.app.accounts.people import INVITATION_HOURS, Change, Person
from surefoot.app.accounts.permissions import Role
from surefoot.app.api.asker import By, Parts
from surefoot.app.api.outside import api_url
from surefoot.app.audit.watching import NOBODY
from surefoot.app.client.account_forms import (
    ApprovalForm,
    ApprovalsForm,
    GroupsForm,
    InvitationForm,
    NewApproval,
    NewPerson,
    PeopleForm,
    PersonChange,
    PersonForm,
)
from surefoot.app.errors import RequestRefused
from surefoot.app.parts import App

router = APIRouter()


@router.get("/people")
def people(parts: Parts) -> PeopleForm:
    """Everybody who may sign in."""
    waiting = _waiting(parts)
    found = [person_form(one, waiting.get(one.id, ())) for one in parts.accounts.people.list()]
    return PeopleForm(people=found, roles=[role.value for role in Role])


@router.post("/people", status_code=201)
def invite(body: NewPerson, request: Request, parts: Parts, by: By) -> InvitationForm:
    """Invite somebody: the answer holds the link with which they set their password, and what waits for approval."""
    person, token = parts.accounts.four_eyes.invite(by, body.name, body.roles, body.groups)
    return _link(request, parts, token, person)


@router.post("/people/first", status_code=201)
def first(request: Request, parts: Parts, by: By) -> InvitationForm:
    """Begin with accounts: the answer holds the link with which the first administrator is made."""
    if by.via != "machine":
        raise RequestRefused("The first administrator is invited on the machine itself.", 403, "machine_only")
    return _link(request, parts, parts.accounts.people.first_invitation(), None)


@router.get("/people/{person_id}")
def person(person_id: str, parts: Parts) -> PersonForm:
    """One person."""
    return person_form(parts.accounts.people.get(person_id), _waiting(parts).get(person_id, ()))


@router.patch("/people/{person_id}")
def change(person_id: str, body: PersonChange, parts: Parts, by: By) -> PersonForm:
    """Change roles, groups, or whether somebody may sign in; it holds from their next request on.

    New groups and the role administrator wait for a second administrator, where there is one.
    """
    wanted = Change(body.roles, body.groups, body.active)
    changed = parts.accounts.four_eyes.change(by, person_id, wanted)
    return person_form(changed, _waiting(parts).get(person_id, ()))


@router.post("/people/{person_id}/invitation", status_code=201)
def invite_again(person_id: str, request: Request, parts: Parts, by: By) -> InvitationForm:
    """A new link with which somebody sets a password; earlier ones do not hold any more.

    For somebody who has a password it waits for a second administrator, where there is one.
    """
    token = parts.accounts.four_eyes.link(by, person_id)
    return _link(request, parts, token, parts.accounts.people.get(person_id))


@router.delete("/people/{person_id}/sessions", status_code=204)
def end_sessions(person_id: str, parts: Parts) -> None:
    """Sign somebody out everywhere."""
    parts.accounts.sessions.end_all(parts.accounts.people.get(person_id).id)


@router.delete("/people/{person_id}/second-factor", status_code=204)
def reset_second_factor(person_id: str, parts: Parts) -> None:
    """Take somebody's second factor away, who has lost it, and sign them out everywhere."""
    parts.accounts.sessions.end_second_factor(person_id, own=False)


@router.get("/approvals")
def approvals(parts: Parts) -> ApprovalsForm:
    """What waits for a second administrator, and what did within the last 30 days."""
    four_eyes, names = parts.accounts.four_eyes, parts.accounts.people.names()
    found = [_approval_form(one, names) for one in four_eyes.list()]
    return ApprovalsForm(approvals=found, in_force=four_eyes.in_force(), rule=four_eyes.rule.value)


@router.post("/approvals", status_code=201)
def ask_approval(body: NewApproval, parts: Parts, by: By) -> ApprovalForm:
    """Ask for another person's export, or for a link that sets their password."""
    asked = parts.accounts.four_eyes.ask(by, body.person_id, Wanted(body.wanted))
    return _approval_form(asked, parts.accounts.people.names())


@router.post("/approvals/{approval_id}/approve")
def approve(approval_id: str, parts: Parts, by: By) -> ApprovalForm:
    """Approve what another administrator asked for; access that it asks for holds from now on."""
    return _approval_form(parts.accounts.four_eyes.approve(by, approval_id), parts.accounts.people.names())


@router.post("/approvals/{approval_id}/refuse")
def refuse(approval_id: str, parts: Parts, by: By) -> ApprovalForm:
    """Refuse it, or withdraw what one asked for oneself."""
    return _approval_form(parts.accounts.four_eyes.refuse(by, approval_id), parts.accounts.people.names())


@router.get("/groups")
def groups(parts: Parts) -> GroupsForm:
    """The groups that people, documents, vehicles or assistants have."""
    of_people = [one.groups for one in parts.accounts.people.list()]
    of_assistants = [spec.groups for spec in parts.assistants.list() if not spec.private]
    of_documents = parts.library.listing.groups()
    of_vehicles = parts.telemetry.groups.names()
    all_of_them = frozenset[str]().union(*of_people, *of_assistants, of_documents, of_vehicles)
    return GroupsForm(groups=sorted(name for name in all_of_them if not name.startswith("person:")))


def person_form(one: Person, waiting: Sequence[ApprovalForm] = ()) -> PersonForm:
    """A person as they travel."""
    return PersonForm(
        id=one.id,
        name=one.name,
        roles=list(one.roles),
        groups=sorted(one.own_groups),
        provider_groups=sorted(one.groups - one.own_groups),
        provider=one.provider,
        active=one.active,
        invited=one.invited,
        created_at=one.created_at,
        signed_in_at=one.signed_in_at,
        second_factor=one.second_factor,
        waiting=list(waiting),
    )


def _link(request: Request, parts: App, token: str, person: Person | None) -> InvitationForm:
    url = f"{api_url(request, parts.settings.public_api_url)}/invitation?{urlencode({'token': token})}"
    form = person_form(person, _waiting(parts).get(person.id, ())) if person else None
    return InvitationForm(person=form, url=url, hours=INVITATION_HOURS)


def _waiting(parts: App) -> Mapping[str, Sequence[ApprovalForm]]:
    """What waits, by whom it is about."""
    names, found = parts.accounts.people.names(), dict[str, list[ApprovalForm]]()
    for one in parts.accounts.four_eyes.list():
        if one.state is State.WAITING:
            found.setdefault(one.person_id, []).append(_approval_form(one, names))
    return found


def _approval_form(one: Approval, names: Mapping[str, str]) -> ApprovalForm:
    return ApprovalForm(
        id=one.id,
        wanted=one.wanted.value,
        person_id=one.person_id,
        person=names.get(one.person_id, NOBODY),
        asked_by_id=one.asked_by,
        asked_by=names.get(one.asked_by, NOBODY),
        roles=list(one.roles),
        groups=list(one.groups),
        asked_at=one.asked_at,
        ends_at=one.ends_at,
        state=one.state.value,
        decided_by=names.get(one.decided_by, NOBODY) if one.decided_by else None,
        decided_at=one.decided_at,
    )
