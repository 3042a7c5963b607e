"""/fleet: what the fleet's page shows of vehicles, their days and their tracks; only of those that may be seen."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Annotated, Any, get_args
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from surefoot.app.api.asker import Parts, Who
from surefoot.app.api.sources import checked_groups
from surefoot.app.client.fleet_forms import (
    DayForm,
    DueForm,
    Facet,
    FleetForm,
    GroupedVehicleForm,
    GroupedVehicleList,
    GroupsChange,
    PlaceForm,
    PlaceList,
    StopForm,
    TrackForm,
    TripForm,
    VehicleForm,
)
from surefoot.app.client.forms import LiveForm
from surefoot.app.client.telemetry_forms import EventForm
from surefoot.app.errors import RequestRefused
from surefoot.app.parts import App
from surefoot.app.telemetry import now_utc
from surefoot.app.vehicle_groups import GroupedVehicle
from surefoot.core.nouns import Asker
from surefoot.ingestion.telemetry.simulating import SimulationState
from surefoot.retrieval.records.desk import RecordDesk
from surefoot.retrieval.records.errors import RecordsError
from surefoot.retrieval.records.fleet import FleetReader
from surefoot.retrieval.records.samples import Floats, Samples, moment_of

logger = logging.getLogger(__name__)
router = APIRouter()
VEHICLES = 500
"""Vehicles of one answer; a page with more is not read."""
POINTS, MOST_POINTS = 2_000, 10_000
LONGEST = timedelta(hours=49)
"""Of one track: a day, and what hangs over its ends."""
MOST_EVENTS = 2_000
"""Events of one day."""
BEFORE = timedelta(days=2)
STOOD = timedelta(days=30)
"""How far back trips and events, and stops, are looked for that still touch a day."""
FACETS: tuple[Facet, ...] = get_args(Facet)
SEARCHED = ("vehicle", "registration", "model", "driver", "place", "depot")


class Narrowed(BaseModel):
    """Which vehicles are asked for: those with all words of `q`, and of these facets; all where nothing is said."""

    q: str = Field("", max_length=100)
    state: str = Field("", max_length=100)
    depot: str = Field("", max_length=100)
    vehicle_class: str = Field("", max_length=100)

    @property
    def facets(self) -> dict[Facet, str]:
        """The value of each facet; empty where it is left open."""
        return {"state": self.state, "depot": self.depot, "vehicle_class": self.vehicle_class}


class Span(BaseModel):
    """A track's begin and end, half-open, and how many points suffice."""

    start: datetime
    end: datetime
    points: int = Field(POINTS, ge=2, le=MOST_POINTS)


@router.get("/fleet")
def fleet(asked: Annotated[Narrowed, Query()], parts: Parts, who: Who) -> FleetForm:
    """Vehicles with their newest states."""
    rows = _reader(parts, who).vehicles()
    simulated = any(row["simulated"] for row in rows)
    missing = parts.telemetry.readiness.missing() if rows else None
    made_up = parts.telemetry.simulation.state if simulated and parts.telemetry.simulation else SimulationState()
    named = [row for row in rows if _has(row, asked.q)]
    chosen = [row for row in named if all(_of(row, facet, value) for facet, value in asked.facets.items())]
    return FleetForm(
        vehicles=[VehicleForm.model_validate(row) for row in chosen[:VEHICLES]],
        found=len(chosen),
        total=len(rows),
        counts={facet: _counts(named, facet, asked.facets) for facet in FACETS},
        newest=max((row["time"] for row in rows if row["time"]), default=None),
        simulated=simulated,
        missing=missing.words if missing else "",
        history_days=0 if made_up.trouble else made_up.history_days,
        history_done=0 if made_up.trouble else made_up.history_done,
        zone=zone_name(parts),
    )


@router.get("/fleet/places")
def places(parts: Parts, who: Who) -> PlaceList:
    """The named zones, but for depots whose vehicles may all not be seen."""
    return PlaceList(places=[PlaceForm.model_validate(row) for row in _reader(parts, who).places()])


@router.get("/fleet/groups")
def groups(parts: Parts) -> GroupedVehicleList:
    """All vehicles with who may see them, and nothing of what they do; also those that the asker may not see."""
    return _grouped(parts.telemetry.groups.list())


@router.put("/fleet/groups")
def set_groups(body: GroupsChange, parts: Parts) -> GroupedVehicleList:
    """Let vehicles be seen by these groups and no others, from the next request on; all of them or none."""
    known = {one.vehicle for one in parts.telemetry.groups.list()}
    if unknown := [vehicle for vehicle in dict.fromkeys(body.vehicles) if vehicle not in known]:
        others = f" and {len(unknown) - 1:,} others" if len(unknown) > 1 else ""
        words = f"There is no vehicle '{unknown[0]}'{others}: nothing was changed."
        raise RequestRefused(words, 404, "unknown_vehicle")
    try:
        return _grouped(parts.telemetry.groups.give(body.vehicles, checked_groups(frozenset(body.groups))))
    except RecordsError as error:
        said = f"Who may see them is noted, and holds as soon as live data can be written again: {error}"
        raise RequestRefused(f"{said} Send it again then, to be sure.", 503, "not_yet") from error


@router.get("/fleet/{vehicle}/day")
def day(vehicle: str, parts: Parts, who: Who, day: date | None = None, at: datetime | None = None) -> DayForm:
    """What a vehicle did on a day, on that of a moment, or else today."""
    reader = _reader(parts, who)
    row = _known(reader, vehicle)
    zone = ZoneInfo(zone_name(parts))
    asked = day or _aware(at or now_utc()).astimezone(zone).date()
    start, end = _bounds(asked, zone)
    missing = parts.telemetry.readiness.missing()  # before the rows are read: what is derived meanwhile is in them
    events, more = _touching(reader.events, vehicle, start, end)
    return DayForm(
        vehicle=VehicleForm.model_validate(row),
        day=asked,
        start=start,
        end=end,
        trips=[TripForm.model_validate(one) for one in _touching(reader.trips, vehicle, start, end)[0]],
        stops=[StopForm.model_validate(one) for one in _touching(reader.stops, vehicle, start, end, STOOD)[0]],
        events=[EventForm.model_validate(one) for one in events],
        due=[DueForm.model_validate(one) for one in reader.maintenance(vehicle)],
        zone=zone_name(parts),
        more=more,
        incomplete=missing.words if missing and (missing.since is None or missing.since < end) else "",
    )


@router.get("/fleet/{vehicle}/track")
def track(vehicle: str, asked: Annotated[Span, Query()], parts: Parts, who: Who) -> TrackForm:
    """A vehicle's positions in [start, end), thinned out."""
    start, end = _aware(asked.start), _aware(asked.end)
    if not start < end or end - start > LONGEST:
        hours = LONGEST // timedelta(hours=1)
        raise RequestRefused(f"A track begins before it ends, and is at most {hours} hours long.", 422, "bad_period")
    reader = _reader(parts, who)
    _known(reader, vehicle)
    return _track(vehicle, reader.track(vehicle, start, end).in_order(), asked.points)


def zone_name(parts: App) -> str:
    """The time zone in which the fleet's days begin: that of the assistant that answers from its telemetry."""
    for spec in parts.assistants.list():
        desk = parts.desks.desk(spec.name)
        if desk is not None and desk.semantics.declared.store == "telemetry":
            return str(desk.semantics.declared.zone)
    return "UTC"


def live_form(parts: App, who: Asker, desk: RecordDesk) -> LiveForm | None:
    """How fresh the live data of a desk is; None where it has none, nothing was heard yet, or it cannot be read."""
    if desk.semantics.declared.store != "telemetry":
        return None
    try:
        newest, _ = _reader(parts, who).freshness()
    except RecordsError as error:
        logger.warning("How fresh the live data is cannot be read: %s", error)
        return None
    return LiveForm(newest=newest, zone=desk.semantics.declared.zone) if newest else None


def _reader(parts: App, who: Asker) -> FleetReader:
    return FleetReader(parts.telemetry.store, who.groups)


def _grouped(vehicles: Sequence[GroupedVehicle]) -> GroupedVehicleList:
    forms = [GroupedVehicleForm(vehicle=v.vehicle, depot=v.depot, groups=sorted(v.groups)) for v in vehicles]
    return GroupedVehicleList(vehicles=forms)


def _known(reader: FleetReader, vehicle: str) -> Mapping[str, Any]:
    """The vehicle's row; one that may not be seen is not there."""
    row = next((row for row in reader.vehicles() if row["vehicle"] == vehicle), None)
    if row is None:
        raise RequestRefused(f"There is no vehicle '{vehicle}'.", 404, "unknown_vehicle")
    return row


def _has(row: Mapping[str, Any], words: str) -> bool:
    held = " ".join(str(row[name] or "") for name in SEARCHED).casefold()
    return all(word in held for word in words.casefold().split())


def _of(row: Mapping[str, Any], facet: str, value: str) -> bool:
    return not value or (row[facet] or "") == value


def _counts(rows: Sequence[Mapping[str, Any]], facet: Facet, wanted: Mapping[Facet, str]) -> dict[str, int]:
    others = {name: value for name, value in wanted.items() if name != facet}
    left = [row for row in rows if all(_of(row, name, value) for name, value in others.items())]
    return dict(sorted(Counter(row[facet] or "" for row in left).items()))


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """A day's begin and end; 23 or 25 hours where the clocks are changed."""
    if not date(1970, 1, 2) <= day <= date(2999, 12, 31):
        raise RequestRefused(f"There is no day {day.isoformat()} in the records.", 422, "bad_day")
    start, end = (datetime.combine(day + timedelta(days=n), datetime.min.time(), zone) for n in (0, 1))
    return start.astimezone(UTC), end.astimezone(UTC)


def _touching(
    read: Callable[[str, datetime | None, datetime | None], Sequence[Mapping[str, Any]]],
    vehicle: str,
    start: datetime,
    end: datetime,
    before: timedelta = BEFORE,
) -> tuple[list[Mapping[str, Any]], bool]:
    """What begins before a day ends and ends after it begins, and whether there is more."""
    found = [row for row in read(vehicle, start - before, end) if row["end"] > start or row["start"] >= start]
    return found[:MOST_EVENTS], len(found) > MOST_EVENTS


def _track(vehicle: str, samples: Samples, points: int) -> TrackForm:
    """Every so many samples with a position, and the last one."""
    import numpy as np

    there = np.flatnonzero(np.isfinite(samples.latitude) & np.isfinite(samples.longitude))
    every = max(-(-len(there) // max(points - 1, 1)), 1)
    kept = np.unique(np.append(there[::every], there[-1:]))
    some = samples.taken(kept)
    first = int(some.time[0]) if len(some) else 0
    return TrackForm(
        vehicle=vehicle,
        start=moment_of(first) if len(some) else None,
        seconds=[round((int(t) - first) / 1e6, 3) for t in some.time],
        latitude=some.latitude.round(6).tolist(),
        longitude=some.longitude.round(6).tolist(),
        speed_kmh=_said(some.speed_kmh),
        heading_deg=_said(some.heading_deg),
        samples=len(there),
    )


def _said(values: Floats) -> list[float | None]:
    return [None if value != value else round(value, 1) for value in values.tolist()]  # noqa: PLR0124  NaN
