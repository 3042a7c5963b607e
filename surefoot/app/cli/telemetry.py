"""`surefoot telemetry` and `surefoot plan`: live data from the command line, and readings as tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from surefoot.app.cli.output import print_json, say, table
from surefoot.app.cli.session import server
from surefoot.app.client.errors import ClientError
from surefoot.app.client.fleet_forms import GroupsChange
from surefoot.app.client.reading_forms import ColumnForm, ReadingForm, Value

SHOWN = 20
"""Rows of a reading that are printed."""
UNSEEN = frozenset({"route", "latitude", "longitude"})
"""Columns that are for maps."""


def status(*, as_json: bool) -> None:
    """Print how samples come in."""
    with server() as client:
        found = client.telemetry.status()
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    newest = f"the newest sample is of {found.newest:%Y-%m-%d %H:%M:%S} UTC" if found.newest else "no samples yet"
    say(f"{found.vehicles:,} vehicles; {newest}. {found.waiting:,} messages and {found.deriving:,} vehicles wait.")
    if found.broker:
        say(f"Broker: {found.broker.state}. {found.broker.reason}")
    if found.simulation.on:
        done, days = found.simulation.history_done, found.simulation.history_days
        say(f"Simulated fleet: {done} of {days} days of history, {found.simulation.sent:,} messages sent.")
    if found.trouble:
        say(f"Trouble: {found.trouble}")
    if found.rules:
        rows = [(r.source, r.rule, f"{r.messages:,}", r.example) for r in found.rules]
        table(("source", "rule", "messages", "example"), rows, right=frozenset({2}))


def replay(file: Path, vehicle: str, form: str, *, as_json: bool) -> None:
    """Send a file, and print what became of it."""
    if not file.is_file():
        raise ClientError(f"There is no file {file}.", "usage")
    with server() as client:
        done = client.telemetry.replay(file, vehicle, form)
    if as_json:
        print_json(done.model_dump(mode="json"))
        return
    counts = f"{done.new:,} new, {done.repeated:,} known, {done.refused:,} refused"
    say(f"{done.samples:,} samples of {done.vehicle}: {counts}.")
    for reason in done.reasons:
        say(f"  {reason}")
    say(f"{done.events:,} events in that time. {done.seconds:.1f} s")


def events(vehicle: str, *, as_json: bool) -> None:
    """Print a vehicle's events."""
    with server() as client:
        found = client.telemetry.events(vehicle)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    if not found.events:
        say(f"{vehicle} had no events.")
        return
    rows = [
        (
            f"{e.start:%Y-%m-%d %H:%M:%S}",
            e.kind.replace("_", " "),
            e.severity or "",
            f"{e.duration_s:g} s",
            f"{e.peak:.2f} {e.unit or ''}" if e.peak is not None else "",
            f"{e.speed_kmh:.0f} km/h" if e.speed_kmh is not None else "",
            e.place or "",
        )
        for e in found.events
    ]
    table(("start (UTC)", "event", "severity", "lasted", "peak", "speed", "place"), rows, right=frozenset({3, 4, 5}))


def groups(vehicles: Sequence[str], depots: Sequence[str], given: Sequence[str], *, as_json: bool) -> None:
    """Print who may see vehicles, after it was changed where groups are given."""
    if given and not (vehicles or depots):
        raise ClientError("Name the vehicles, or a depot with --depot.", "usage")
    with server(samples=False) as client:
        found = client.fleet.groups()
        if missing := sorted(set(depots) - {one.depot for one in found}):
            raise ClientError(f"There is no depot '{missing[0]}'. Nothing was changed.", "unknown_depot", 404)
        chosen = [one.vehicle for one in found if one.depot and one.depot in depots]
        wanted = list(dict.fromkeys([*vehicles, *chosen]))
        if missing := sorted(set(wanted) - {one.vehicle for one in found}):
            raise ClientError(f"There is no vehicle '{missing[0]}'. Nothing was changed.", "unknown_vehicle", 404)
        if given:
            found = client.fleet.set_groups(GroupsChange(vehicles=wanted, groups=list(given)))
    shown = [one for one in found if not wanted or one.vehicle in wanted]
    if as_json:
        print_json({"vehicles": [one.model_dump(mode="json") for one in shown]})
        return
    table(("vehicle", "depot", "who may see it"), [(v.vehicle, v.depot, ", ".join(v.groups)) for v in shown])


def plan(question: str, assistant: str, *, as_json: bool) -> None:
    """Print the plan of a question."""
    with server() as client:
        found = client.telemetry.plan(question, assistant)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    if found.plan is not None:
        say(found.told)
        say(json.dumps(found.plan, ensure_ascii=False, indent=2))
    elif found.outcome == "documents":
        say("This asks the documents, not the records.")
    else:
        say(found.text)
        for option in found.options:
            say(f"  - {option}")


def show_reading(reading: ReadingForm) -> None:
    """Print a reading's rows as a table."""
    columns = [column for column in reading.columns if column.name not in UNSEEN]
    if len(reading.rows) < 2 or not columns:
        return
    zone = ZoneInfo(reading.zone)
    rows = [[_cell(row.get(column.name), column, zone) for column in columns] for row in reading.rows[:SHOWN]]
    right = frozenset(n for n, column in enumerate(columns) if column.decimals is not None)
    table([f"{c.title} ({c.unit})" if c.unit else c.title for c in columns], rows, right=right)
    more = reading.total - len(rows)
    say(f"and {more:,} more\n" if more > 0 else "")


def _cell(value: Value, column: ColumnForm, zone: ZoneInfo) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:,.{column.decimals or 0}f}"
    return str(value)
