"""The commands about live data, as they are typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from surefoot.app.cli.groups import Json, group

telemetry = group("Send files of samples, and see what vehicles did.")
Vehicle = Annotated[str, typer.Option("--vehicle", metavar="NAME", help="Name of the vehicle.")]
Format = Literal["auto", "csv", "jsonl", "gpx"]


@telemetry.command("status")
def telemetry_status(as_json: Json = False) -> None:
    """Show how samples come in, and what became of messages."""
    from surefoot.app.cli.telemetry import status as run

    run(as_json=as_json)


@telemetry.command("replay")
def telemetry_replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Samples as CSV, JSON lines or GPX.")],
    vehicle: Vehicle,
    form: Annotated[Format, typer.Option("--format", help="The file's format.")] = "auto",
    as_json: Json = False,
) -> None:
    """Send a file of one vehicle's samples; sent again, nothing is counted twice."""
    from surefoot.app.cli.telemetry import replay as run

    run(file, vehicle, form, as_json=as_json)


@telemetry.command("events")
def telemetry_events(vehicle: Vehicle, as_json: Json = False) -> None:
    """List a vehicle's events: harsh ones, speeding, idling, places, gaps; oldest first."""
    from surefoot.app.cli.telemetry import events as run

    run(vehicle, as_json=as_json)


@telemetry.command("groups")
def telemetry_groups(
    vehicles: Annotated[list[str] | None, typer.Argument(metavar="VEHICLE", help="Vehicles; none: all.")] = None,
    *,
    depots: Annotated[list[str] | None, typer.Option("--depot", metavar="DEPOT", help="Those of a depot.")] = None,
    groups: Annotated[
        list[str] | None, typer.Option("--group", metavar="GROUP", help="Who may see them now; may be repeated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List who may see which vehicles, or let the named ones be seen by these groups and no others."""
    from surefoot.app.cli.telemetry import groups as run

    run(vehicles or (), depots or (), groups or (), as_json=as_json)
