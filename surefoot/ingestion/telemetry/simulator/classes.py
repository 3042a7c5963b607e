"""Classes of vehicles: from which value an event counts, and how such a vehicle is driven."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

Range = tuple[float, float]

BRAKING_LASTS_S, ACCELERATION_LASTS_S, CORNERING_LASTS_S = 0.6, 1.0, 0.8
LOW_SPEEDING_LASTS_S, HIGH_SPEEDING_LASTS_S = 20.0, 8.0
"""How long an event must last before it counts (section 2 of the fleet's telematics guide)."""
STANDING_KMH: Final = 3.0
"""Below this speed a vehicle stands."""
TRIP_ENDS_AFTER_S: Final = 300.0
"""A trip ends where a vehicle stands this long, or its engine is off."""


@dataclass(frozen=True, slots=True)
class Limits:
    """From which value an event counts in this class (section 2 of the fleet's telematics guide)."""

    braking: float
    emergency: float
    acceleration: float
    cornering: float
    """m/s², all four."""
    low_speeding: float
    high_speeding: float
    """km/h over the limit."""
    idling_s: float


@dataclass(frozen=True, slots=True)
class Handling:
    """How vehicles of this class are driven: m/s², each from and to; harsh ones lie clear of the thresholds."""

    acceleration: Range
    braking: Range
    cornering: float
    near_braking: Range
    near_acceleration: Range
    near_cornering: Range
    harsh_braking: Range
    emergency_braking: Range
    harsh_acceleration: Range
    harsh_cornering: Range
    near_speeding: Range
    low_speeding: Range
    high_speeding: Range
    """km/h over the limit, from and to."""
    tops: Mapping[int, float]
    """The highest speed in km/h that is driven at a limit; the limit itself where there is none."""


LIMITS: Final[Mapping[str, Limits]] = {
    "van": Limits(3.4, 6.0, 2.9, 3.8, 6, 16, 240),
    "truck": Limits(2.7, 4.8, 1.9, 2.4, 4, 11, 360),
}

HANDLING: Final[Mapping[str, Handling]] = {
    "van": Handling(
        acceleration=(1.0, 1.7),
        braking=(1.1, 1.9),
        cornering=1.8,
        near_braking=(2.5, 3.1),
        near_acceleration=(2.2, 2.6),
        near_cornering=(2.8, 3.4),
        harsh_braking=(3.7, 5.5),
        emergency_braking=(6.4, 7.4),
        harsh_acceleration=(3.2, 3.9),
        harsh_cornering=(4.2, 5.4),
        near_speeding=(1.5, 4.5),
        low_speeding=(8, 13),
        high_speeding=(18, 27),
        tops={130: 118.0},
    ),
    "truck": Handling(
        acceleration=(0.6, 1.1),
        braking=(0.8, 1.3),
        cornering=1.2,
        near_braking=(1.9, 2.4),
        near_acceleration=(1.4, 1.65),
        near_cornering=(1.7, 2.1),
        harsh_braking=(3.0, 4.4),
        emergency_braking=(5.1, 6.0),
        harsh_acceleration=(2.15, 2.6),
        harsh_cornering=(2.7, 3.4),
        near_speeding=(1.0, 2.8),
        low_speeding=(5.5, 9),
        high_speeding=(13, 17),
        tops={100: 80.0, 130: 84.0},
    ),
}
