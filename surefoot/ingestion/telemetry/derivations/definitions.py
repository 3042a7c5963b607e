"""Every threshold of the derivations in one frozen place, with a version that changes when one of them does."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field

RECIPE = 2
"""Counts changes of the code that change its results though all thresholds stay as they are."""

G = 9.80665
"""Standard gravity in m/s² (CGPM 1901, resolution 2)."""


@dataclass(frozen=True, slots=True)
class ClassLimits:
    """What counts as an event for vehicles of one class, and what an hour of idling costs them."""

    braking_ms2: float
    emergency_ms2: float
    """Braking from this on is of severity high."""
    acceleration_ms2: float
    cornering_ms2: float
    speeding_low_kmh: float
    """Over the limit, for SP1."""
    speeding_high_kmh: float
    """Over the limit, for SP2."""
    idling_s: float
    """From this on an idling phase is an event."""
    idling_l_per_h: float


VAN = ClassLimits(3.4, 6.0, 2.9, 3.8, 6.0, 16.0, 240.0, 1.1)
"""Telematics guide, sections 2 (vans) and 2.1."""
TRUCK = ClassLimits(2.7, 4.8, 1.9, 2.4, 4.0, 11.0, 360.0, 2.3)
"""Telematics guide, sections 2 (rigid trucks) and 2.1."""
CAR = ClassLimits(0.35 * G, 0.60 * G, 0.35 * G, 0.35 * G, 6.0, 16.0, 300.0, 1.1)
"""0.35 g on each axis, as the labels of the naturalistic driving recordings; else as vans, idling from 5 minutes."""


@dataclass(frozen=True, slots=True)
class Definitions:
    """All thresholds. Two that are equal derive equal facts; `version` tells them apart."""

    van: ClassLimits = VAN
    truck: ClassLimits = TRUCK
    car: ClassLimits = CAR
    """Also of vehicles whose class is not known."""
    moving_kmh: float = 3.0
    """From this speed on a vehicle drives."""
    gap_driving_s: float = 300.0
    """Longest silence after a sample with the engine on, or before or after one in motion."""
    gap_parked_s: float = 2400.0
    """Longest silence of a parked vehicle: two heartbeats of 15 minutes may be lost."""
    gap_counted_s: float = 7 * 86_400.0
    """Of a longer gap only so much, up to its end, is counted as unknown time."""
    odometer_kmh: float = 1.3 * 160.0
    """An odometer that runs faster than this is not believed."""
    odometer_slack_km: float = 1.05
    """What an odometer may step besides, so that one of whole kilometres is summed up rightly."""
    jump_kmh: float = 250.0
    """Positions further apart than this speed allows are a jump."""
    jump_slack_km: float = 0.05
    """Scatter of positions that is none."""
    island_s: float = 60.0
    """Positions between two jumps that are no further apart in time are ignored."""
    rest_s: float = 300.0
    """Standing for so long ends a trip."""
    engine_off_s: float = 60.0
    """Standing with the engine off for so long ends a trip; shorter ones are those of a start-stop system."""
    drift_km: float = 0.2
    drift_s: float = 60.0
    """What is shorter than both is no trip."""
    moved_km: float = 0.5
    """A vehicle that is found further away after a gap did not stand during it."""
    route_tolerance_m: float = 15.0
    together_s: float = 30.0
    """Samples further apart do not belong to one harsh event or one stretch of speeding."""
    medium: float = 0.45 / 0.35
    high: float = 0.60 / 0.35
    """Severity by the ratio of the peak to the threshold: 0.45 g and 0.60 g where the threshold is 0.35 g."""
    estimate_step_s: float = 2.0
    """Without an accelerometer, accelerations are estimated from samples no further apart than this."""
    estimate_share: float = 0.23 / 0.35
    """An estimate, a mean over seconds, counts as harsh from this share of the class's threshold: of those tried on
    labelled drives the best one (docs/results, harsh-events)."""
    speeding_low_s: float = 20.0
    speeding_high_s: float = 8.0
    silent_s: float = 2400.0
    current_s: float = 7200.0
    """What the newest sample leaves out is taken from samples no older than this before it."""
    electric_idling_kw: float = 0.8
    """Assumed draw of a van that stands switched on: heating or cooling and electronics."""
    diesel_co2_kg_per_l: float = 2.64
    petrol_co2_kg_per_l: float = 2.31
    """IPCC 2006 Guidelines, volume 2, tables 1.2 and 1.4: 74.1 and 69.3 kg/GJ, 43.0 and 44.3 MJ/kg, at the densities
    of EN 590 and EN 228 fuel (about 0.83 and 0.75 kg/l); from the tailpipe alone."""
    version: int = field(init=False)
    """48 bits of the SHA-256 of all of the above and of RECIPE."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "version", 0)
        said = json.dumps([RECIPE, asdict(self)], sort_keys=True)
        object.__setattr__(self, "version", int.from_bytes(hashlib.sha256(said.encode()).digest()[:6], "big"))

    def of_class(self, name: str) -> ClassLimits:
        """The limits of a class of vehicle: van, truck, else car."""
        return {"van": self.van, "truck": self.truck}.get(name, self.car)
