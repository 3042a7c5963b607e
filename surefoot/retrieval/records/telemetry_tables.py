"""The tables of a fleet: samples as they came, the facts that are derived from them, and what is known of the vehicles.

Types are those of the semantic layer: text, number, whole, yes_no, time (a moment in UTC), date.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole"
    YES_NO = "yes_no"
    TIME = "time"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Table:
    """A table and the kinds of its columns."""

    name: str
    columns: dict[str, Kind] = field(repr=False)
    key: tuple[str, ...]
    """Columns that name a row."""


def _columns(**kinds: str) -> dict[str, Kind]:
    """Columns by kind, as `text="vehicle driver", number="distance_km"`, in that order."""
    return {name: Kind(kind) for kind, names in kinds.items() for name in names.split()}


SAMPLES = Table(
    "samples",
    _columns(
        text="vehicle driver source",
        time="time received",
        number="latitude longitude speed_kmh heading_deg odometer_km accel_long_ms2 accel_lat_ms2 yaw_rate_dps"
        " speed_limit_kmh level_percent",
        yes_no="engine_on",
    ),
    ("vehicle", "time"),
)
"""As they came, after validation; `received` is when, `source` is from where (mqtt, http, replay, simulator)."""

MINUTES = Table(
    "minutes",
    _columns(
        text="vehicle driver",
        time="minute",
        number="distance_km driving_s idling_s standing_s unknown_s speeding_s top_speed_kmh energy_kwh fuel_l co2_kg",
        whole="version",
    ),
    ("vehicle", "driver", "minute"),
)
"""What each vehicle did in each minute in which it was heard of: all that adds up over time."""

TRIPS = Table(
    "trips",
    _columns(
        text="vehicle driver trip from_place to_place route",
        time="start end",
        number="distance_km duration_s driving_s idling_s top_speed_kmh fuel_l energy_kwh co2_kg"
        " start_latitude start_longitude end_latitude end_longitude",
        yes_no="open",
        whole="version",
    ),
    ("trip",),
)
"""From moving off to standing for good; `route` is an encoded polyline (precision 5), `open` one that still goes on."""

STOPS = Table(
    "stops",
    _columns(
        text="vehicle driver stop place",
        time="start end",
        number="duration_s idling_s latitude longitude",
        yes_no="open",
        whole="version",
    ),
    ("stop",),
)
"""Between two trips; the open one has its end at the newest sample."""

EVENTS = Table(
    "events",
    _columns(
        text="vehicle driver event trip kind severity axis place unit",
        time="start end",
        number="duration_s peak threshold speed_kmh latitude longitude",
        whole="version",
    ),
    ("event",),
)
"""Kinds: harsh_braking, harsh_acceleration, harsh_cornering, speeding, idling, entered, left, gap, jump."""

STATES = Table(
    "states",
    _columns(
        text="vehicle driver state place",
        time="time since",
        number="latitude longitude speed_kmh heading_deg odometer_km level_percent",
        whole="version",
    ),
    ("vehicle",),
)
"""The newest of each vehicle; states: driving, idling, parked, silent."""

VEHICLES = Table(
    "vehicles",
    _columns(
        text="vehicle registration model vehicle_class body depot energy status source",
        date="first_registered next_test",
        yes_no="simulated",
    ),
    ("vehicle",),
)
"""One row a vehicle; classes van and truck (and car where nothing is known), energy diesel, petrol or electric."""

VEHICLE_GROUPS = Table("vehicle_groups", _columns(text="vehicle grp"), ("vehicle", "grp"))
"""Who may see a vehicle's rows: an asker in one of its groups."""

PLACES = Table("places", _columns(text="place kind outline", number="latitude longitude radius_m"), ("place",))
"""Named zones: a circle, or an outline (an encoded polyline) where there is one."""

MAINTENANCE = Table(
    "maintenance",
    _columns(
        text="vehicle item",
        number="interval_km last_km due_km km_left",
        date="last_on due_on",
        whole="days_left",
        yes_no="overdue",
    ),
    ("vehicle", "item"),
)
"""What is due for each vehicle: at an odometer reading, on a day, or at whichever comes first; and what is left."""

INTAKE = Table(
    "intake",
    _columns(text="vehicle source rule example", time="hour last", whole="messages"),
    ("vehicle", "source", "rule", "hour"),
)
"""What happened to messages, by vehicle, source, rule and hour of arrival; `example` is the last of its kind."""

UNDERIVED = Table("underived", _columns(text="vehicle mark", time="since"), ("vehicle", "mark"))
"""Samples that are kept and not derived yet: one row a vehicle and batch, with the earliest moment of the batch."""

DERIVED = (MINUTES, TRIPS, STOPS, EVENTS, STATES)
REFERENCE = (VEHICLES, VEHICLE_GROUPS, PLACES, MAINTENANCE)
TABLES = (SAMPLES, UNDERIVED, *DERIVED, *REFERENCE, INTAKE)
