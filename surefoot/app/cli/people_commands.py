"""The commands about people, their keys, the audit trail and erasure, as they are typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from surefoot.app.cli.groups import Json, group

people = group("See and invite people, and give them roles and groups.")
keys = group("See, make and end your API keys.")
audit = group("Read, verify and export the audit trail.")
erase = group("Erase a document or a person from everything that is kept.")
retention = group("See how long what is kept, and take out what is over.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The name that they sign in with.")]
Roles = Annotated[list[str] | None, typer.Option("--role", metavar="ROLE", help="A role; may be repeated.")]
Groups = Annotated[list[str] | None, typer.Option("--group", metavar="GROUP", help="A group; may be repeated.")]


@people.command("first")
def people_first(as_json: Json = False) -> None:
    """Print the link with which the first administrator is made; from then on everybody signs in."""
    from surefoot.app.cli.people import first as run

    run(as_json=as_json)


@people.command("list")
def people_list(as_json: Json = False) -> None:
    """List everybody who may sign in."""
    from surefoot.app.cli.people import list_people as run

    run(as_json=as_json)


@people.command("invite")
def people_invite(name: Name, roles: Roles = None, groups: Groups = None, as_json: Json = False) -> None:
    """Invite somebody, as a reader unless roles are named, and print the link with which they set a password."""
    from surefoot.app.cli.people import invite as run

    run(name, tuple(roles or ("reader",)), tuple(groups or ()), as_json=as_json)


@people.command("change")
def people_change(
    name: Name,
    *,
    roles: Roles = None,
    groups: Groups = None,
    no_groups: Annotated[bool, typer.Option("--no-groups", help="Take all groups away.")] = False,
    shut: Annotated[bool | None, typer.Option("--shut/--open", help="Whether they may not sign in.")] = None,
    as_json: Json = False,
) -> None:
    """Give somebody these roles and groups in place of those before; it holds from their next request on."""
    from surefoot.app.cli.people import change as run

    wanted = [] if no_groups else groups
    run(name, roles, wanted, None if shut is None else not shut, as_json=as_json)


@people.command("link")
def people_link(name: Name, as_json: Json = False) -> None:
    """Print a new link with which somebody sets a password; earlier ones do not hold any more."""
    from surefoot.app.cli.people import link as run

    run(name, as_json=as_json)


@people.command("sign-out")
def people_sign_out(name: Name, as_json: Json = False) -> None:
    """Sign somebody out everywhere."""
    from surefoot.app.cli.people import sign_out as run

    run(name, as_json=as_json)


@people.command("reset-second-factor")
def people_reset_second_factor(name: Name, as_json: Json = False) -> None:
    """Take away the second factor of somebody who has lost it, and sign them out everywhere."""
    from surefoot.app.cli.people import reset_second_factor as run

    run(name, as_json=as_json)


@people.command("approvals")
def people_approvals(as_json: Json = False) -> None:
    """List what waits for a second administrator, and what was decided within the last 30 days."""
    from surefoot.app.cli.people import approvals as run

    run(as_json=as_json)


Request = Annotated[str, typer.Argument(metavar="REQUEST", help="Its id, from `people approvals`.")]


@people.command("approve")
def people_approve(request: Request, as_json: Json = False) -> None:
    """Approve what an administrator asked for, as the owner of this machine; access that it asks for holds at once."""
    from surefoot.app.cli.people import decide as run

    run(request, approve=True, as_json=as_json)


@people.command("refuse")
def people_refuse(request: Request, as_json: Json = False) -> None:
    """Refuse what an administrator asked for."""
    from surefoot.app.cli.people import decide as run

    run(request, approve=False, as_json=as_json)


@people.command("export")
def people_export(
    name: Name,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="File to write; else it is printed.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write all that is kept about a person as one JSON document."""
    from surefoot.app.cli.people import export as run

    run(name, out, as_json=as_json)


@keys.command("list")
def keys_list(as_json: Json = False) -> None:
    """List your API keys."""
    from surefoot.app.cli.people import list_keys as run

    run(as_json=as_json)


@keys.command("add")
def keys_add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the key is for.")],
    scopes: Annotated[list[str], typer.Option("--scope", metavar="SCOPE", help="A permission; may be repeated.")],
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="Days for which it holds.")] = 90,
    as_json: Json = False,
) -> None:
    """Make an API key and print it, this once."""
    from surefoot.app.cli.people import add_key as run

    run(name, tuple(scopes), days, as_json=as_json)


@keys.command("end")
def keys_end(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The key's id, from `keys list`.")], as_json: Json = False
) -> None:
    """End an API key."""
    from surefoot.app.cli.people import end_key as run

    run(key, as_json=as_json)


@audit.command("verify")
def audit_verify(
    *,
    against: Annotated[
        str, typer.Option("--against", metavar="HASH", help="A hash that was noted earlier: is it still in the chain?")
    ] = "",
    heads: Annotated[
        Path | None,
        typer.Option("--heads", metavar="FILE", help="A file or log that signed heads were sent to: are they in it?"),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="Public key of these heads, where this server has another by now."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Verify the trail, its end and its signed heads; status 1 where something was changed, added or cut off."""
    from surefoot.app.cli.auditing import verify as run

    raise typer.Exit(run(against, heads, key, as_json=as_json))


@audit.command("list")
def audit_list(
    *,
    person: Annotated[str, typer.Option("--person", metavar="ID", help="Whose acts.")] = "",
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help="A kind, or its beginning: document:")] = "",
    thing: Annotated[str, typer.Option("--thing", metavar="ID", help="What it was done to.")] = "",
    since: Annotated[str, typer.Option("--since", metavar="TIME", help="ISO 8601 in UTC, such as 2026-11-01.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="Number of entries.")] = 50,
    as_json: Json = False,
) -> None:
    """List entries of the trail, the newest first."""
    from surefoot.app.cli.auditing import list_entries as run

    run({"person": person, "kind": kind, "thing": thing, "since": since, "limit": limit}, as_json=as_json)


@audit.command("export")
def audit_export(
    out: Annotated[Path, typer.Argument(metavar="FILE", help="File to write, one JSON object a line.")],
    as_json: Json = False,
) -> None:
    """Write the whole trail to a file."""
    from surefoot.app.cli.auditing import export as run

    run(out, as_json=as_json)


@erase.command("document")
def erase_document(
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="The document's id, from `documents list`.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Erase a document, every answer that something of it may be in, and what runs noted of it; with proof."""
    from surefoot.app.cli.auditing import erase_document as run

    raise typer.Exit(run(document, yes=yes, as_json=as_json))


@erase.command("person")
def erase_person(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Erase a person: account, conversations, thumbs, traces, private assistants, and their name in the trail."""
    from surefoot.app.cli.auditing import erase_person as run

    raise typer.Exit(run(name, yes=yes, as_json=as_json))


@retention.command("show")
def retention_show(as_json: Json = False) -> None:
    """Show how long what is kept."""
    from surefoot.app.cli.auditing import show_retention as run

    run(as_json=as_json)


@retention.command("apply")
def retention_apply(as_json: Json = False) -> None:
    """Take out now what was kept long enough; the server does it once an hour."""
    from surefoot.app.cli.auditing import apply_retention as run

    run(as_json=as_json)
