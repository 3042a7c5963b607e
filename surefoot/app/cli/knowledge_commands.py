"""The commands of sources and runs as they are typed; each imports what it does when it is called."""

from __future__ import annotations

from typing import Annotated

import typer

from surefoot.app.cli.groups import Assistant, Json, group

sources = group("See, add, try, run and delete the places that documents come from.")
runs = group("See what goes on with sources, and halt it or try it again.")

OneAssistant = Annotated[
    str | None, typer.Option("--assistant", "-a", help="Name of the assistant; all unless it is given.")
]
SourceName = Annotated[str, typer.Argument(metavar="SOURCE", help="The source's id or name, from `sources list`.")]
RunId = Annotated[str, typer.Argument(metavar="ID", help="The run's id, from `runs list`.")]
Kind = Annotated[
    str, typer.Argument(metavar="KIND", help="folder, web, bucket, query, git or hub; or a source to be tried.")
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", "-s", metavar="KEY=VALUE", help="A setting of the kind; lists and numbers as JSON."),
]


@sources.command("list")
def sources_list(assistant: OneAssistant = None, as_json: Json = False) -> None:
    """List the sources and how they are doing."""
    from surefoot.app.cli.sources import list_sources as run

    run(assistant, as_json=as_json)


@sources.command("add")
def sources_add(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="folder, web, bucket, query, git or hub.")],
    *,
    name: Annotated[str, typer.Option("--name", "-n", help="Its name for people.")],
    assistant: Assistant,
    settings: Set = None,
    schedule: Annotated[
        str | None, typer.Option(metavar="CRON", help="Five fields in UTC, such as '0 6 * * *'.")
    ] = None,
    groups: Annotated[
        list[str] | None,
        typer.Option("--group", metavar="NAME", help="Who may see its documents; the assistant's unless given."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Add a source; run it with `sources run`."""
    from surefoot.app.cli.sources import Wanted
    from surefoot.app.cli.sources import add_source as run

    run(Wanted(kind, name, assistant, tuple(settings or ()), schedule, tuple(groups or ())), as_json=as_json)


@sources.command("test")
def sources_test(kind: Kind, settings: Set = None, as_json: Json = False) -> None:
    """Try a connection: of settings that are not saved, or of a source that is there."""
    from surefoot.app.cli.sources import test_source as run

    raise typer.Exit(run(kind, settings or [], as_json=as_json))


@sources.command("run")
def sources_run(
    source: SourceName,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Follow the run to its end.")] = True,
    as_json: Json = False,
) -> None:
    """Read what is new or changed at a source, and take out what is gone.

    Ctrl-C stops following; the run goes on while a server runs.
    """
    from surefoot.app.cli.sources import run_source as run

    raise typer.Exit(run(source, wait=wait, as_json=as_json))


@sources.command("delete")
def sources_delete(
    source: SourceName,
    keep: Annotated[
        bool, typer.Option("--keep/--with-documents", help="Keep its documents in the library, or delete them too.")
    ],
    as_json: Json = False,
) -> None:
    """Delete a source."""
    from surefoot.app.cli.sources import delete_source as run

    raise typer.Exit(run(source, keep=keep, as_json=as_json))


@runs.command("list")
def runs_list(
    assistant: OneAssistant = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="How many, the newest first.")] = 20,
    as_json: Json = False,
) -> None:
    """List runs, the newest first."""
    from surefoot.app.cli.runs import list_runs as run

    run(assistant, limit, as_json=as_json)


@runs.command("show")
def runs_show(run_id: RunId, as_json: Json = False) -> None:
    """Show a run, and why documents failed."""
    from surefoot.app.cli.runs import show_run as run

    run(run_id, as_json=as_json)


@runs.command("cancel")
def runs_cancel(run_id: RunId, as_json: Json = False) -> None:
    """End a run after the document at hand; what it has read stays."""
    from surefoot.app.cli.runs import act as run

    run("cancel", run_id, as_json=as_json)


@runs.command("pause")
def runs_pause(run_id: RunId, as_json: Json = False) -> None:
    """Halt a run after the document at hand."""
    from surefoot.app.cli.runs import act as run

    run("pause", run_id, as_json=as_json)


@runs.command("resume")
def runs_resume(run_id: RunId, as_json: Json = False) -> None:
    """Go on with a paused run."""
    from surefoot.app.cli.runs import act as run

    run("resume", run_id, as_json=as_json)


@runs.command("confirm")
def runs_confirm(run_id: RunId, as_json: Json = False) -> None:
    """Let a waiting run remove the many documents that its source no longer has."""
    from surefoot.app.cli.runs import act as run

    run("confirm", run_id, as_json=as_json)


@runs.command("retry")
def runs_retry(
    run_id: RunId,
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH", help="Documents; all that failed unless given.")
    ] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Follow the run to its end.")] = True,
    as_json: Json = False,
) -> None:
    """Try documents of a run again."""
    from surefoot.app.cli.runs import retry_run as run

    raise typer.Exit(run(run_id, paths or [], wait=wait, as_json=as_json))
