"""Breaks in steady driving: harsh braking and acceleration, what is nearly harsh, and red lights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate
from random import Random
from typing import Final

from surefoot.ingestion.telemetry.simulator.classes import Handling, Range
from surefoot.ingestion.telemetry.simulator.motion import Mark, Phase

APART_S: Final = 90.0
"""Between two harsh events or near misses of a vehicle: more than three intervals between samples."""
SLOWEST: Final = 3.0
"""m/s that an incident leaves a moving vehicle: clearly more than standing."""
STEADY_S: Final = 4.0
"""Steady driving before and after an incident."""


class Incident(Enum):
    """What may happen on a leg."""

    BRAKING = "braking"
    NEAR_BRAKING = "near braking"
    EMERGENCY = "emergency braking"
    ACCELERATION = "acceleration"
    NEAR_ACCELERATION = "near acceleration"
    CORNERING = "cornering"
    NEAR_CORNERING = "near cornering"
    LOW_SPEEDING = "low speeding"
    HIGH_SPEEDING = "high speeding"
    NEAR_SPEEDING = "near speeding"
    RED_LIGHT = "red light"


@dataclass(slots=True)
class Ride:
    """One leg that is about to be driven."""

    handling: Handling
    random: Random
    manner: float
    """What part of the limits is driven."""

    def drawn(self, low_high: Range) -> float:
        """A value of this range."""
        return self.random.uniform(*low_high)


BRAKING_S: Final = {
    Incident.BRAKING: (0.9, 1.7),
    Incident.NEAR_BRAKING: (0.9, 1.7),
    Incident.EMERGENCY: (0.7, 1.2),
}
ACCELERATING_S: Final = (1.3, 2.0)
"""How long they last: clearly longer than they must to count."""
RED_S: Final = (25.0, 80.0)
RED_LIGHTS_UP_TO_KMH: Final = 70
Part = tuple[float, float, float]
"""Seconds, m/s at their beginning, m/s²."""


def with_breaks(phases: Sequence[Phase], going: Ride, counts: Mapping[Incident, int], rates: Range) -> list[Phase]:
    """The phases with as many breaks of each kind as fit, each in a steady phase of its own.

    Harsh ones and near misses lie apart from each other; what does not fit is left out.
    """
    begins = list(accumulate((phase.duration_s for phase in phases), initial=0.0))
    taken = [begins[number] for number, phase in enumerate(phases) if phase.mark is Mark.CORNER]
    steady = [n for n, p in enumerate(phases) if not (p.acceleration or p.curvature) and p.mark is Mark.NONE]
    changed: dict[int, list[Phase]] = {}
    kinds = [kind for kind in (*BRAKING_S, *ACCELERATIONS, Incident.RED_LIGHT) for _ in range(counts[kind])]
    for kind in kinds:
        number = going.random.choice(steady)
        parts = _broken(phases[number], kind, going, rates)
        if not parts or number in changed:
            continue
        at = begins[number] + parts[0].duration_s
        if kind is Incident.RED_LIGHT:
            changed[number] = parts
        elif all(abs(at - other) > APART_S for other in taken):
            changed[number] = parts
            taken.append(at)
    return [part for number, phase in enumerate(phases) for part in changed.get(number, [phase])]


def _broken(phase: Phase, kind: Incident, going: Ride, rates: Range) -> list[Phase]:
    """The steady phase with the break in it; nothing where it is too short, too slow or no place for it."""
    if kind is Incident.RED_LIGHT:
        shape = _red_light(phase, going, rates)
    elif kind in BRAKING_S:
        shape = _braking(phase.speed, kind, going, rates)
    else:
        shape = _acceleration(phase.speed, kind, going, rates)
    parts = [phase.cut(*part) for part in shape]
    rest_s = phase.duration_s - sum(part.length_m for part in parts) / phase.speed
    if not parts or rest_s < 2 * STEADY_S:
        return []
    before = going.random.uniform(STEADY_S, rest_s - STEADY_S)
    return [phase.cut(before, phase.speed), *parts, phase.cut(rest_s - before, phase.speed)]


def _red_light(phase: Phase, going: Ride, rates: Range) -> list[Part]:
    if phase.limit_kmh > RED_LIGHTS_UP_TO_KMH:
        return []
    speed, (faster, slower) = phase.speed, rates
    return [(speed / slower, speed, -slower), (going.drawn(RED_S), 0.0, 0.0), (speed / faster, 0.0, faster)]


def _braking(speed: float, kind: Incident, going: Ride, rates: Range) -> list[Part]:
    peak = {
        Incident.BRAKING: going.handling.harsh_braking,
        Incident.NEAR_BRAKING: going.handling.near_braking,
        Incident.EMERGENCY: going.handling.emergency_braking,
    }[kind]
    rate, lasts = going.drawn(peak), going.drawn(BRAKING_S[kind])
    lasts = min(lasts, (speed - SLOWEST) / rate)
    if lasts < BRAKING_S[kind][0]:
        return []
    slow = speed - rate * lasts
    return [(lasts, speed, -rate), (going.random.uniform(2, 5), slow, 0.0), ((speed - slow) / rates[0], slow, rates[0])]


ACCELERATIONS: Final = (Incident.ACCELERATION, Incident.NEAR_ACCELERATION)


def _acceleration(speed: float, kind: Incident, going: Ride, rates: Range) -> list[Part]:
    harsh = kind is Incident.ACCELERATION
    rate = going.drawn(going.handling.harsh_acceleration if harsh else going.handling.near_acceleration)
    lasts = min(going.drawn(ACCELERATING_S), (speed - SLOWEST) / rate)
    if lasts < ACCELERATING_S[0]:
        return []
    slow = speed - rate * lasts
    return [((speed - slow) / rates[1], speed, -rates[1]), (going.random.uniform(1, 3), slow, 0.0), (lasts, slow, rate)]
