"""`surefoot people` and `surefoot keys`: accounts, from the command line of the machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from surefoot.app.cli.output import print_json, say, table
from surefoot.app.cli.session import running, server
from surefoot.app.client.account_forms import ApprovalForm, InvitationForm, NewKey, NewPerson, PersonChange, PersonForm
from surefoot.app.client.errors import ClientError
from surefoot.app.client.http import Client


def first(*, as_json: bool) -> None:
    """Print the first administrator's link."""
    with running() as client:
        made = client.accounts.first()
    _link(made, "Open this link on this machine, and choose a name and a password:", as_json)


def list_people(*, as_json: bool) -> None:
    """Print everybody."""
    with server(samples=False) as client:
        found = client.accounts.people()
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    if not found.people:
        say("There are no accounts: everybody on this machine is its owner. `surefoot people first` begins with them.")
        return
    rows = [
        (p.name, ", ".join(p.roles), ", ".join([*p.groups, *p.provider_groups]), _state(p), p.id) for p in found.people
    ]
    table(("name", "roles", "groups", "state", "id"), rows)


def invite(name: str, roles: Sequence[str], groups: Sequence[str], *, as_json: bool) -> None:
    """Invite somebody and print the link."""
    with running() as client:
        made = client.accounts.invite(NewPerson(name=name, roles=list(roles), groups=list(groups)))
    _link(made, f"Give {name} this link; it holds once, for {made.hours} hours:", as_json)


def change(name: str, roles: list[str] | None, groups: list[str] | None, active: bool | None, *, as_json: bool) -> None:
    """Change somebody, and print them as they are now."""
    given = {"roles": roles, "groups": groups, "active": active}
    wanted = PersonChange.model_validate({key: value for key, value in given.items() if value is not None})
    with server(samples=False) as client:
        changed = client.accounts.change(known(client, name).id, wanted)
    if as_json:
        print_json(changed.model_dump(mode="json"))
        return
    say(f"{changed.name}: roles {', '.join(changed.roles) or 'none'}; groups {', '.join(changed.groups) or 'none'}.")
    _waits(changed)


def link(name: str, *, as_json: bool) -> None:
    """Print a new link for somebody."""
    with running() as client:
        made = client.accounts.invite_again(known(client, name).id)
    _link(made, f"Give {name} this link; it holds once, for {made.hours} hours:", as_json)


def sign_out(name: str, *, as_json: bool) -> None:
    """Sign somebody out everywhere."""
    with server(samples=False) as client:
        person = known(client, name)
        client.accounts.sign_out(person.id)
    if as_json:
        print_json({"id": person.id})
        return
    say(f"{person.name} is signed out everywhere.")


def reset_second_factor(name: str, *, as_json: bool) -> None:
    """Take somebody's second factor away."""
    with server(samples=False) as client:
        person = known(client, name)
        client.accounts.reset_second_factor(person.id)
    if as_json:
        print_json({"id": person.id})
        return
    say(f"{person.name} has no second factor any more, and is signed out everywhere.")


def approvals(*, as_json: bool) -> None:
    """Print what waits for a second administrator, or waited lately."""
    with server(samples=False) as client:
        found = client.accounts.approvals()
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    if not found.approvals:
        waits = "Nothing waits" if found.in_force else "Nothing has to be approved here"
        say(f"{waits}. From the second administrator on, one approves what the other does to people.")
        return
    rows = [
        (one.state, one.asked_by, _request(one), f"{one.ends_at:%Y-%m-%d %H:%M}", one.id) for one in found.approvals
    ]
    table(("state", "asked by", "for", "until (UTC)", "id"), rows)


def decide(request: str, *, approve: bool, as_json: bool) -> None:
    """Approve or refuse a request."""
    with server(samples=False) as client:
        done = client.accounts.decide(request, approve=approve)
    if as_json:
        print_json(done.model_dump(mode="json"))
        return
    say(f"{done.state.capitalize()}: {_request(done)}, asked for by {done.asked_by}.")


def export(name: str, out: Path | None, *, as_json: bool) -> None:
    """Write all that is kept about somebody."""
    with server(samples=False) as client:
        found = client.erasures.export(known(client, name).id).model_dump(mode="json")
    if out is None:
        print_json(found)
        return
    out.write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
    counts = {"answers": len(found["answers"]), "documents": len(found["documents"])}
    if as_json:
        print_json({"file": str(out), **counts})
        return
    say(f"Written to {out}: {counts['answers']} answers, {counts['documents']} documents.")


def list_keys(*, as_json: bool) -> None:
    """Print the keys of who owns this machine's installation."""
    with server(samples=False) as client:
        found = client.accounts.list_keys()
    if as_json:
        print_json({"keys": [key.model_dump(mode="json") for key in found]})
        return
    rows = [(k.name, ", ".join(k.scopes), f"{k.expires_at:%Y-%m-%d}", k.id) for k in found]
    table(("name", "scopes", "until", "id"), rows)


def add_key(name: str, scopes: Sequence[str], days: int, *, as_json: bool) -> None:
    """Make a key and print it."""
    with server(samples=False) as client:
        made = client.accounts.add_key(NewKey(name=name, scopes=list(scopes), days=days))
    if as_json:
        print_json(made.model_dump(mode="json"))
        return
    say(f"It holds until {made.expires_at:%Y-%m-%d} and is not shown again:\n{made.secret}")


def end_key(key: str, *, as_json: bool) -> None:
    """End a key."""
    with server(samples=False) as client:
        client.accounts.end_key(key)
    if as_json:
        print_json({"id": key})
        return
    say("Ended.")


def known(client: Client, name: str) -> PersonForm:
    """The person of a name or id. Raises ClientError."""
    for person in client.accounts.people().people:
        if name in {person.id, person.name} or name.casefold() == person.name.casefold():
            return person
    raise ClientError(f"There is nobody named '{name}'. `surefoot people list` shows everybody.", "unknown_person")


def _link(made: InvitationForm, words: str, as_json: bool) -> None:
    if as_json:
        print_json(made.model_dump(mode="json"))
        return
    say(f"{words}\n{made.url}")
    if made.person is not None:
        _waits(made.person)


def _waits(person: PersonForm) -> None:
    for one in person.waiting:
        say(f"Waits for a second administrator ({one.id}): {_request(one)}.")


def _request(one: ApprovalForm) -> str:
    if one.wanted == "access":
        return f"{', '.join([*one.roles, *one.groups])} for {one.person}"
    return f"{'export of' if one.wanted == 'export' else 'password link for'} {one.person}"


def _state(person: PersonForm) -> str:
    if not person.active:
        return "shut out"
    if person.invited:
        return "invited"
    told = f"signed in {person.signed_in_at:%Y-%m-%d}" if person.signed_in_at else "never signed in"
    return f"{told}, second factor" if person.second_factor else told
