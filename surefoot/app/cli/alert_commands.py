"""The commands about alerts, as they are typed."""

from __future__ import annotations

from typing import Annotated

import typer

from surefoot.app.cli.groups import Json, group

alerts = group("See what rules over live data found, and take care of it.")


@alerts.command("list")
def alerts_list(
    every: Annotated[bool, typer.Option("--all", help="Resolved alerts too, the newest first.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="Number of alerts.")] = 50,
    as_json: Json = False,
) -> None:
    """List the open alerts, the most urgent first."""
    from surefoot.app.cli.alerting import list_alerts as run

    run(every=every, limit=limit, as_json=as_json)


@alerts.command("security")
def alerts_security(
    every: Annotated[bool, typer.Option("--all", help="Acknowledged ones too, the newest first.")] = False,
    as_json: Json = False,
) -> None:
    """List acts that somebody should know of: changed roles, folder sources, exports."""
    from surefoot.app.cli.alerting import list_acts as run

    run(every=every, as_json=as_json)


@alerts.command("acknowledge")
def alerts_acknowledge(
    alert: Annotated[str, typer.Argument(metavar="ALERT", help="The alert's id, from `alerts list`.")],
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="What is done about it.")],
    as_json: Json = False,
) -> None:
    """Say that somebody takes care of an alert."""
    from surefoot.app.cli.alerting import acknowledge as run

    run(alert, note, as_json=as_json)


@alerts.command("rules")
def alerts_rules(as_json: Json = False) -> None:
    """List the rules, how each is doing, and how the webhook is doing."""
    from surefoot.app.cli.alerting import rules as run

    run(as_json=as_json)
