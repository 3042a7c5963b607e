"""How a leg is driven: phases of constant acceleration, so that place and speed at any time are exact."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import NamedTuple


class Mark(Enum):
    """What is special about a stretch."""

    NONE = ""
    CORNER = "corner"
    SPEEDING = "speeding"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a leg with one highest speed."""

    length_m: float
    cap: float
    """m/s."""
    limit_kmh: int
    curvature: float
    mark: Mark = Mark.NONE


class Phase(NamedTuple):
    """Seconds of constant acceleration."""

    duration_s: float
    speed: float
    """m/s at its beginning."""
    acceleration: float
    """m/s²."""
    curvature: float
    limit_kmh: int
    mark: Mark = Mark.NONE

    @property
    def length_m(self) -> float:
        """Metres driven in it."""
        return (self.speed + self.acceleration * self.duration_s / 2) * self.duration_s

    @property
    def end_speed(self) -> float:
        """m/s at its end."""
        return self.speed + self.acceleration * self.duration_s

    def cut(self, duration_s: float, speed: float, acceleration: float = 0.0) -> Phase:
        """Another phase on the same stretch."""
        return self._replace(duration_s=duration_s, speed=speed, acceleration=acceleration)


def driven(stretches: Sequence[Stretch], acceleration: float, braking: float) -> list[Phase]:
    """From standing to standing over the stretches, as fast as their caps and the two rates (m/s²) allow."""
    edges = _edges(stretches, acceleration, braking)
    return [
        phase
        for stretch, begins, ends in zip(stretches, edges, edges[1:], strict=False)
        for phase in _over(stretch, (begins, ends), acceleration, braking)
    ]


def _edges(stretches: Sequence[Stretch], acceleration: float, braking: float) -> list[float]:
    """Speeds at the edges of the stretches: none above a cap, each reachable from the one before it."""
    caps = [stretch.cap for stretch in stretches]
    speeds = [0.0, *(min(pair) for pair in pairwise(caps)), 0.0]
    for number in range(len(stretches) - 1, -1, -1):
        reach = math.sqrt(speeds[number + 1] ** 2 + 2 * braking * stretches[number].length_m)
        speeds[number] = min(speeds[number], reach)
    for number, stretch in enumerate(stretches):
        reach = math.sqrt(speeds[number] ** 2 + 2 * acceleration * stretch.length_m)
        speeds[number + 1] = min(speeds[number + 1], reach)
    return speeds


def _over(stretch: Stretch, speeds: tuple[float, float], acceleration: float, braking: float) -> Iterator[Phase]:
    """Faster, steady, slower: a trapezium, or a triangle where the stretch is too short for its cap."""
    begins, ends = speeds
    highest = (2 * acceleration * braking * stretch.length_m + braking * begins**2 + acceleration * ends**2) / (
        acceleration + braking
    )
    top = min(stretch.cap, math.sqrt(highest))
    rest = stretch.length_m - (top**2 - begins**2) / (2 * acceleration) - (top**2 - ends**2) / (2 * braking)
    parts = (
        ((top - begins) / acceleration, begins, acceleration),
        (rest / top, top, 0.0),
        ((top - ends) / braking, top, -braking),
    )
    for duration, speed, rate in parts:
        if duration > 1e-9:
            yield Phase(duration, speed, rate, stretch.curvature, stretch.limit_kmh, stretch.mark)
