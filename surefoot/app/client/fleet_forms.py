"""The forms of the fleet's page: vehicles and their states, a vehicle's day, its track, the named places."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from surefoot.app.client.citation_forms import Form
from surefoot.app.client.library_forms import Line
from surefoot.app.client.telemetry_forms import EventForm

Facet = Literal["state", "depot", "vehicle_class"]


class VehicleForm(Form):
    """A vehicle with its newest state; None for what was never heard."""

    vehicle: str
    registration: str | None = None
    model: str | None = None
    vehicle_class: str | None = None
    body: str | None = None
    depot: str | None = None
    energy: str | None = None
    status: str | None = None
    simulated: bool | None = False
    driver: str | None = None
    state: str | None = None
    """driving, idling, parked or silent."""
    place: str | None = None
    time: datetime | None = None
    """The moment of the newest sample."""
    since: datetime | None = None
    """Since when it is in this state."""
    latitude: float | None = None
    longitude: float | None = None
    speed_kmh: float | None = None
    heading_deg: float | None = None
    odometer_km: float | None = None
    level_percent: float | None = None


class FleetForm(Form):
    """The vehicles that the asker may see, as many as fit."""

    vehicles: list[VehicleForm]
    """Of those that were asked for, the first by name."""
    found: int
    """How many were asked for."""
    total: int
    """How many there are."""
    counts: dict[Facet, dict[str, int]] = Field(default={})
    """By facet and value, the vehicles that the other facets leave."""
    newest: datetime | None = None
    simulated: bool = False
    """Whether one of all the vehicles is made up."""
    missing: str = ""
    """Why the states are older than what happens; empty where they are not."""
    history_days: int = 0
    """Of the made-up vehicles' history, which is kept before they move as one watches."""
    history_done: int = 0
    """Of these, the days that are kept already."""
    zone: str = "UTC"


class PlaceForm(Form):
    """A named zone: a circle, or an outline where there is one."""

    place: str
    kind: str | None = None
    outline: str | None = None
    """An encoded polyline of precision 5."""
    latitude: float | None = None
    longitude: float | None = None
    radius_m: float | None = None


class PlaceList(Form):
    """All named zones."""

    places: list[PlaceForm]


class GroupedVehicleForm(Form):
    """A vehicle and who may see it."""

    vehicle: str
    depot: str = ""
    groups: list[str]


class GroupedVehicleList(Form):
    """Vehicles and who may see them, by name."""

    vehicles: list[GroupedVehicleForm]


class GroupsChange(Form):
    """Vehicles that shall be seen by these groups and no others."""

    vehicles: list[Line] = Field(min_length=1, max_length=1_000)
    groups: list[Line] = Field(min_length=1, max_length=200)


class TripForm(Form):
    """From moving off to standing for good."""

    trip: str
    start: datetime
    end: datetime
    driver: str | None = None
    from_place: str | None = None
    to_place: str | None = None
    distance_km: float | None = None
    duration_s: float | None = None
    driving_s: float | None = None
    idling_s: float | None = None
    top_speed_kmh: float | None = None
    fuel_l: float | None = None
    energy_kwh: float | None = None
    route: str | None = None
    """An encoded polyline of precision 5."""
    open: bool | None = False
    """Whether it still goes on."""


class StopForm(Form):
    """Between two trips."""

    stop: str
    start: datetime
    end: datetime
    place: str | None = None
    duration_s: float | None = None
    idling_s: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    open: bool | None = False


class DueForm(Form):
    """What is due for a vehicle: at an odometer reading, on a day, or at whichever comes first."""

    item: str
    due_on: date | None = None
    days_left: int | None = None
    due_km: float | None = None
    km_left: float | None = None
    overdue: bool | None = False


class DayForm(Form):
    """What a vehicle did on one day of its fleet's time zone."""

    vehicle: VehicleForm
    day: date
    start: datetime
    end: datetime
    """Half-open."""
    trips: list[TripForm]
    """Those that touch the day, as do stops and events."""
    stops: list[StopForm]
    events: list[EventForm]
    due: list[DueForm]
    zone: str = "UTC"
    more: bool = False
    """Whether there was more than is given."""
    incomplete: str = ""
    """Why some of it is missing that will be there, in a sentence."""


class TrackForm(Form):
    """Where a vehicle was from moment to moment, as columns of one length."""

    vehicle: str
    start: datetime | None
    """The first point's moment."""
    seconds: list[float]
    """Since the start."""
    latitude: list[float]
    longitude: list[float]
    speed_kmh: list[float | None]
    heading_deg: list[float | None]
    samples: int
    """Positions that there are; more than points where only some are given."""
