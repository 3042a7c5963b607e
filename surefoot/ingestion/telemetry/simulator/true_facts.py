"""Facts about a simulated fleet that are true by construction, to measure derived ones against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TrueTotals:
    """What adds up over a window."""

    distance_km: float
    engine_s: float
    driving_s: float
    """Engine on, at 3 km/h or more."""
    idling_s: float
    """Engine on, below 3 km/h."""
    trips_started: int
    fuel_l: float
    energy_kwh: float
    co2_kg: float


@dataclass(frozen=True, slots=True)
class TrueTrip:
    """From moving off to standing for good."""

    vehicle: str
    driver: str
    start: datetime
    end: datetime
    from_place: str
    to_place: str
    distance_km: float


@dataclass(frozen=True, slots=True)
class TrueStop:
    """Between two trips."""

    vehicle: str
    place: str
    start: datetime
    end: datetime | None
    """None where no trip follows within 60 days."""


@dataclass(frozen=True, slots=True)
class TrueEvent:
    """An event that counts."""

    vehicle: str
    driver: str
    kind: str
    code: str
    severity: str
    start: datetime
    end: datetime
    peak: float
    """m/s² without sign; km/h over the limit; seconds of idling."""


@dataclass(frozen=True, slots=True)
class TrueFilling:
    """Something flowing into the tank or the battery."""

    vehicle: str
    place: str
    start: datetime
    end: datetime
    amount: float
    """Litres or kWh."""


@dataclass(frozen=True, slots=True)
class TrueState:
    """A vehicle at a moment."""

    latitude: float
    longitude: float
    heading_deg: float
    speed_kmh: float
    odometer_km: float
    level_percent: float
    engine_on: bool
    state: str
    """driving, idling or parked."""
    driver: str
    place: str
    """The place in whose zone the vehicle is, '' outside."""
