"""Readings, the fleet and a vehicle's day as CSV (RFC 4180), harmless for spreadsheets."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from surefoot.app.client.fleet_forms import DayForm, FleetForm, StopForm, TripForm
from surefoot.app.client.reading_forms import ColumnForm, ReadingForm, Value
from surefoot.app.client.telemetry_forms import EventForm
from surefoot.app.pages.record_words import aware, zone_of

_FORMULA = re.compile(r"^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
"""Beginnings that spreadsheets take for a formula (OWASP, CSV injection)."""
FINEST = 6
TYPE = "text/csv"
MARK = "\ufeff"
"""The byte order mark that tells spreadsheets that it is UTF-8."""


def written(reading: ReadingForm) -> str:
    """All rows that the answer keeps, each with its period; moments in the reading's zone, numbers as shown."""
    columns = [column for column in reading.columns if column.name != "route"]
    zone, span = zone_of(reading.zone), reading.period
    shared: dict[str, Value] = {"period from": span.start, "period to": span.end} if span.start and span.end else {}
    shared |= {"simulated": True} if reading.simulated else {}
    rows = [[*(_rounded(row.get(column.name), column) for column in columns), *shared.values()] for row in reading.rows]
    return _file([*map(_head, columns), *shared], rows, zone)


def fleet(found: FleetForm) -> str:
    """The vehicles that the page of the fleet shows, as they are now."""
    heads = ["vehicle", "registration", "model", "class", "depot", "energy", "status", "state", "since", "place"]
    heads += ["driver", "speed (km/h)", "tank or battery (%)", "odometer (km)", "latitude", "longitude", "as of"]
    rows: list[list[Value]] = [
        [
            *(one.vehicle, one.registration, one.model, one.vehicle_class, one.depot, one.energy, one.status),
            *(one.state, one.since, one.place, one.driver, _to(one.speed_kmh, 0), _to(one.level_percent, 0)),
            *(_to(one.odometer_km, 1), _to(one.latitude, 5), _to(one.longitude, 5), one.time, bool(one.simulated)),
        ]
        for one in found.vehicles
    ]
    return _file([*heads, "simulated"], rows, zone_of(found.zone))


def day(shown: DayForm) -> str:
    """A vehicle's trips, stops and events of a day, by time."""
    heads = ["vehicle", "what", "start", "end", "duration (min)", "from", "to or at", "driver", "distance (km)"]
    heads += ["top speed (km/h)", "strongest", "counts from", "unit", "severity", "simulated"]
    name, made_up = shown.vehicle.vehicle, bool(shown.vehicle.simulated)
    rows: list[tuple[datetime, list[Value]]] = []
    for trip in shown.trips:
        about = [trip.from_place, trip.to_place, trip.driver, _to(trip.distance_km, 1), _to(trip.top_speed_kmh, 0)]
        rows.append((trip.start, ["trip", trip.start, trip.end, _minutes(trip), *about, None, None, None, None]))
    for stop in shown.stops:
        at = [None, stop.place, None, None, None, None, None, None, None]
        rows.append((stop.start, ["stop", stop.start, stop.end, _minutes(stop), *at]))
    for event in shown.events:
        unit = f"{event.unit} over the speed limit" if event.kind == "speeding" else event.unit
        strong = [_to(event.peak, 1), _to(event.threshold, 1), unit, event.severity]
        about = [None, event.place, event.driver, None, None, *strong]
        rows.append((event.start, [event.kind.replace("_", " "), event.start, event.end, _minutes(event), *about]))
    rows.sort(key=lambda row: row[0])
    return _file(heads, [[name, *row, made_up] for _, row in rows], zone_of(shown.zone))


def _file(heads: Sequence[str], rows: Iterable[Sequence[Value]], zone: tzinfo) -> str:
    out = io.StringIO(newline="")
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(map(harmless, heads))
    for row in rows:
        lines.writerow([_cell(v.astimezone(zone) if isinstance(v := _aware(w), datetime) else v) for w in row])
    return MARK + out.getvalue()


def _minutes(one: TripForm | StopForm | EventForm) -> float:
    return round((one.end - one.start).total_seconds() / 60, 1)


def _to(value: float | None, decimals: int) -> float | int | None:
    return value if value is None else round(value, decimals or None)


def _rounded(value: Value, column: ColumnForm) -> Value:
    """A number as it is shown; one without decimals of its own, such as a latitude, to a tenth of a metre."""
    if not isinstance(value, float):
        return value
    return _to(value, FINEST if column.decimals is None else column.decimals)


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe stands before what looks like one."""
    return f"'{text}" if _FORMULA.match(text) else text


def file_name(reading: ReadingForm) -> str:
    """A name for the file: what it holds and of when."""
    name = re.sub(r"[^a-z0-9]+", "-", (reading.title or reading.metric).lower()).strip("-") or "reading"
    when = reading.as_of.astimezone(zone_of(reading.zone)).strftime("-%Y-%m-%d-%H%M") if reading.as_of else ""
    return f"{name}{when}.csv"


def _head(column: ColumnForm) -> str:
    title = column.title or column.name
    return f"{title} ({column.unit})" if column.unit else title


def _aware(value: Value) -> Value:
    return aware(value) if isinstance(value, datetime) else value


def _cell(value: Value) -> str | int | float:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.isoformat(timespec="seconds")
        case int() | float():
            return value
        case _:
            return harmless(str(value))
