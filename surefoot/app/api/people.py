"""/people: who may sign in, with which roles and groups; for administrators."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request

from surefoot.app.accounts.people import INVITATION_HOURS, Change, Person
from surefoot.app.accounts.permissions import Role
from surefoot.app.api.asker import By, Parts
from surefoot.app.api.outside import api_url
from surefoot.app.client.account_forms import (
    GroupsForm,
    InvitationForm,
    NewPerson,
    PeopleForm,
    PersonChange,
    PersonForm,
)
from surefoot.app.errors import RequestRefused

router = APIRouter()


@router.get("/people")
def people(parts: Parts) -> PeopleForm:
    """Everybody who may sign in."""
    found = [person_form(one) for one in parts.accounts.people.list()]
    return PeopleForm(people=found, roles=[role.value for role in Role])


@router.post("/people", status_code=201)
def invite(body: NewPerson, request: Request, parts: Parts) -> InvitationForm:
    """Invite somebody: the answer holds the link with which they set their password."""
    person, token = parts.accounts.people.invite(body.name, body.roles, body.groups)
    return _link(request, parts.settings.public_api_url, token, person)


@router.post("/people/first", status_code=201)
def first(request: Request, parts: Parts, by: By) -> InvitationForm:
    """Begin with accounts: the answer holds the link with which the first administrator is made."""
    if by.via != "machine":
        raise RequestRefused("The first administrator is invited on the machine itself.", 403, "machine_only")
    return _link(request, parts.settings.public_api_url, parts.accounts.people.first_invitation(), None)


@router.get("/people/{person_id}")
def person(person_id: str, parts: Parts) -> PersonForm:
    """One person."""
    return person_form(parts.accounts.people.get(person_id))


@router.patch("/people/{person_id}")
def change(person_id: str, body: PersonChange, parts: Parts) -> PersonForm:
    """Change roles, groups, or whether somebody may sign in; it holds from their next request on."""
    wanted = Change(body.roles, body.groups, body.active)
    return person_form(parts.accounts.people.change(person_id, wanted))


@router.post("/people/{person_id}/invitation", status_code=201)
def invite_again(person_id: str, request: Request, parts: Parts) -> InvitationForm:
    """A new link with which somebody sets a password; earlier ones do not hold any more."""
    token = parts.accounts.people.reset(person_id)
    return _link(request, parts.settings.public_api_url, token, parts.accounts.people.get(person_id))


@router.delete("/people/{person_id}/sessions", status_code=204)
def end_sessions(person_id: str, parts: Parts) -> None:
    """Sign somebody out everywhere."""
    parts.accounts.sessions.end_all(parts.accounts.people.get(person_id).id)


@router.delete("/people/{person_id}/second-factor", status_code=204)
def reset_second_factor(person_id: str, parts: Parts) -> None:
    """Take somebody's second factor away, who has lost it, and sign them out everywhere."""
    parts.accounts.sessions.end_second_factor(person_id, own=False)


@router.get("/groups")
def groups(parts: Parts) -> GroupsForm:
    """The groups that people, documents, sources or assistants have."""
    of_people = [one.groups for one in parts.accounts.people.list()]
    of_assistants = [spec.groups for spec in parts.assistants.list() if not spec.private]
    of_documents = parts.library.listing.groups()
    all_of_them = frozenset[str]().union(*of_people, *of_assistants, of_documents)
    return GroupsForm(groups=sorted(name for name in all_of_them if not name.startswith("person:")))


def person_form(one: Person) -> PersonForm:
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
    )


def _link(request: Request, public: str | None, token: str, person: Person | None) -> InvitationForm:
    url = f"{api_url(request, public)}/invitation?{urlencode({'token': token})}"
    return InvitationForm(person=person_form(person) if person else None, url=url, hours=INVITATION_HOURS)
