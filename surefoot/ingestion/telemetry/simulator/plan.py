"""One vehicle's day as functions of time: where it is, how fast, with how much in its tank, and who drives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surefoot.ingestion.telemetry.simulator.consumption import Consumption

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Track:
    """Phases of constant acceleration without a gap, as columns; the first one begins at 0."""

    begins_s: Floats
    """Seconds since the local day began."""
    driven_m: Floats
    """Metres driven on that day when the phase begins."""
    speed: Floats
    """m/s when it begins."""
    acceleration: Floats
    """m/s²."""
    curvature: Floats
    """1/m, positive to the right."""
    limit_kmh: Floats
    engine: NDArray[np.bool_]
    supply: Floats
    """Litres or kWh a second that flow in, until it is full."""
    driver: NDArray[np.object_]
    """The driver's code, '' where nobody is."""

    def at(self, seconds: Floats) -> Numbers:
        """The phases in which these times lie."""
        return np.maximum(np.searchsorted(self.begins_s, seconds, "right") - 1, 0)

    def speeds(self, seconds: Floats, phases: Numbers) -> Floats:
        """m/s at these times."""
        return np.maximum(self.speed[phases] + self.acceleration[phases] * (seconds - self.begins_s[phases]), 0.0)

    def metres(self, seconds: Floats, phases: Numbers) -> Floats:
        """Metres driven on the day until these times."""
        since = seconds - self.begins_s[phases]
        return self.driven_m[phases] + (self.speed[phases] + self.acceleration[phases] * since / 2) * since

    def standing(self) -> NDArray[np.bool_]:
        """In which phases the vehicle does not move."""
        return (self.speed <= 0) & (self.acceleration <= 0)


@dataclass(frozen=True, slots=True)
class Path:
    """The line on which a vehicle moves in a day."""

    at_m: Floats
    """Metres along the line of its points; two in one place may have the same."""
    latitude: Floats
    longitude: Floats
    heading: Floats
    """Degrees clockwise from north, one for each part between two points."""

    def positions(self, metres: Floats) -> tuple[Floats, Floats, Floats]:
        """Latitude, longitude and heading after these metres."""
        part = np.clip(np.searchsorted(self.at_m, metres, "left") - 1, 0, len(self.heading) - 1)
        return (
            np.interp(metres, self.at_m, self.latitude),
            np.interp(metres, self.at_m, self.longitude),
            self.heading[part],
        )


@dataclass(frozen=True, slots=True)
class Stay:
    """The time at a place, from standing there to moving off."""

    place: str
    purpose: str
    begins_s: float
    ends_s: float


@dataclass(frozen=True, slots=True)
class Motion:
    """How a vehicle moves in a day; it needs no history."""

    day: date
    start: int
    """When the local day begins: microseconds since 1970 in UTC."""
    length_s: float
    track: Track
    path: Path
    stays: tuple[Stay, ...]
    """In their order; the first one has the day's first moment, the last one its last."""

    def seconds(self, times: NDArray[Any]) -> Floats:
        """Microseconds since 1970 as seconds of the day."""
        return (times - self.start) / 1e6

    @property
    def distance_m(self) -> float:
        """Metres of the whole day."""
        return float(self.path.at_m[-1])


@dataclass(frozen=True, slots=True)
class DayPlan:
    """How a vehicle moves in a day, and what its odometer and its gauge show."""

    motion: Motion
    odometer_km: float
    """At the beginning of the day."""
    uses: Consumption
    full: float
    """Litres or kWh at which nothing more flows in."""
    amounts: Floats
    """Litres or kWh at the beginning of each phase."""

    def amount(self, seconds: Floats, phases: Numbers) -> Floats:
        """Litres or kWh in the tank or the battery at these times."""
        track = self.motion.track
        since = seconds - track.begins_s[phases]
        driven = track.metres(seconds, phases) - track.driven_m[phases]
        idle = (track.engine & track.standing())[phases] * (self.uses.idle_per_hour / 3600)
        gained = (track.supply[phases] - idle) * since - driven * (self.uses.per_100_km / 1e5)
        return np.minimum(self.amounts[phases] + gained, np.maximum(self.full, self.amounts[phases]))


def amounts(motion: Motion, uses: Consumption, begins_with: float, full: float) -> Floats:
    """Litres or kWh at the beginning of each phase, and one more at the end of the day."""
    track = motion.track
    lasts = np.diff(track.begins_s, append=motion.length_s)
    driven = np.diff(track.driven_m, append=motion.distance_m)
    idle = (track.engine & track.standing()) * (uses.idle_per_hour / 3600)
    gains = (track.supply - idle) * lasts - driven * (uses.per_100_km / 1e5)
    found = [begins_with]
    for gained in gains.tolist():
        found.append(min(found[-1] + gained, max(full, found[-1])))
    return np.array(found)
