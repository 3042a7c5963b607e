"""The commands of editions as they are typed; each imports what it does when it is called."""

from __future__ import annotations

from typing import Annotated

import typer

from surefoot.app.cli.groups import Json, group

editions = group("Cut and encode all documents in another way, compare, and switch without downtime.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The edition's name, from `editions list`.")]


@editions.command("list")
def editions_list(as_json: Json = False) -> None:
    """List the editions, and the encoders that one may be made with."""
    from surefoot.app.cli.editions import list_editions as run

    run(as_json=as_json)


@editions.command("build")
def editions_build(
    name: Name,
    encoder: Annotated[
        str | None, typer.Option("--encoder", "-e", metavar="NAME", help="Encoder; the live edition's unless given.")
    ] = None,
    chunk_tokens: Annotated[
        int | None,
        typer.Option("--chunk-tokens", "-t", metavar="N", help="Tokens of a chunk, 48 to 230; the live one's."),
    ] = None,
    wait: Annotated[bool, typer.Option(help="Wait until it is built.")] = True,
    as_json: Json = False,
) -> None:
    """Build an edition beside the live one, or go on with one; questions go on meanwhile."""
    from surefoot.app.cli.editions import build_edition as run

    raise typer.Exit(run(name, (encoder, chunk_tokens), wait=wait, as_json=as_json))


@editions.command("compare")
def editions_compare(name: Name, as_json: Json = False) -> None:
    """Play all assistants' cases on an edition and on the live one."""
    from surefoot.app.cli.editions import compare_edition as run

    run(name, as_json=as_json)


@editions.command("switch")
def editions_switch(name: Name, as_json: Json = False) -> None:
    """Search an edition from the next question on."""
    from surefoot.app.cli.editions import switch_edition as run

    run(name, as_json=as_json)


@editions.command("rollback")
def editions_rollback(as_json: Json = False) -> None:
    """Search the edition again that was live before."""
    from surefoot.app.cli.editions import roll_back as run

    run(as_json=as_json)


@editions.command("drop")
def editions_drop(name: Name, as_json: Json = False) -> None:
    """Delete an edition with its index; not the live one."""
    from surefoot.app.cli.editions import drop_edition as run

    run(name, as_json=as_json)
