"""Spans of a planned day, found by solving its phases: when a speed is passed, when it stands, when an event lasts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from surefoot.ingestion.telemetry.simulator.classes import (
    ACCELERATION_LASTS_S,
    BRAKING_LASTS_S,
    CORNERING_LASTS_S,
    HIGH_SPEEDING_LASTS_S,
    LOW_SPEEDING_LASTS_S,
    STANDING_KMH,
    TRIP_ENDS_AFTER_S,
    Limits,
)
from surefoot.ingestion.telemetry.simulator.plan import Floats, Motion, Track

TOUCHING_S: Final = 1e-6
"""Spans that lie no farther apart are one."""
EMERGENCY_LASTS_S: Final = 0.3
KMH: Final = 3.6


class Span(NamedTuple):
    """From one time of a day to another, in seconds since it began."""

    begins_s: float
    ends_s: float

    @property
    def lasts_s(self) -> float:
        """Seconds."""
        return self.ends_s - self.begins_s

    def within(self, other: Span) -> float:
        """Seconds of it that lie in another span."""
        return max(min(self.ends_s, other.ends_s) - max(self.begins_s, other.begins_s), 0.0)


class Found(NamedTuple):
    """An event: its code, when, and its strongest value."""

    code: str
    span: Span
    peak: float
    """m/s²; km/h over the limit; seconds of idling."""


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in their order, those that touch made one."""
    found: list[Span] = []
    for span in spans:
        if span.lasts_s <= 0:
            continue
        if found and span.begins_s - found[-1].ends_s <= TOUCHING_S:
            found[-1] = Span(found[-1].begins_s, span.ends_s)
        else:
            found.append(span)
    return found


def engine_on(motion: Motion) -> list[Span]:
    """When the engine is on."""
    return _where(motion, motion.track.engine)


def idling(motion: Motion) -> list[Span]:
    """When the engine is on and the speed is below 3 km/h."""
    return _below(motion, np.full(len(motion.track.speed), STANDING_KMH / KMH), motion.track.engine)


def resting(motion: Motion) -> list[Span]:
    """When the vehicle stands between trips: for five minutes or more, or with the engine off."""
    off = _where(motion, ~motion.track.engine)
    stands = _where(motion, motion.track.standing())
    return [s for s in stands if s.lasts_s >= TRIP_ENDS_AFTER_S or any(s.within(other) > 0 for other in off)]


def filling(motion: Motion) -> list[Span]:
    """When something may flow into the tank or the battery."""
    return _where(motion, motion.track.supply > 0)


def harsh(motion: Motion, limits: Limits) -> list[Found]:
    """Harsh braking (HB1, HB2), acceleration (HA1) and cornering (HC1), each by value and how long it must last."""
    track = motion.track
    return [
        *_braking(motion, limits),
        *(
            Found("HA1", span, _peak(track, track.acceleration, span))
            for span in _where(motion, track.acceleration >= limits.acceleration)
            if span.lasts_s >= ACCELERATION_LASTS_S
        ),
        *_cornering(motion, limits),
    ]


def speeding(motion: Motion, limits: Limits) -> list[Found]:
    """Speeding, low (SP1) and high (SP2): a span with a high part that lasts long enough is a high one as a whole."""
    high = [span for span in _over(motion, limits.high_speeding) if span.lasts_s >= HIGH_SPEEDING_LASTS_S]
    found: list[Found] = []
    for span in _over(motion, limits.low_speeding):
        code = "SP2" if any(span.within(other) > 0 for other in high) else "SP1"
        if code == "SP2" or span.lasts_s >= LOW_SPEEDING_LASTS_S:
            found.append(Found(code, span, _highest(motion.track, _excess(motion.track), span)))
    return found


def long_idling(motion: Motion, limits: Limits) -> list[Found]:
    """Idling that lasts long enough to count (ID1)."""
    return [Found("ID1", span, span.lasts_s) for span in idling(motion) if span.lasts_s >= limits.idling_s]


def _braking(motion: Motion, limits: Limits) -> list[Found]:
    track = motion.track
    emergencies = [s for s in _where(motion, track.acceleration <= -limits.emergency) if s.lasts_s >= EMERGENCY_LASTS_S]
    found: list[Found] = []
    for span in _where(motion, track.acceleration <= -limits.braking):
        emergency = any(span.within(other) > 0 for other in emergencies)
        if emergency or span.lasts_s >= BRAKING_LASTS_S:
            found.append(Found("HB2" if emergency else "HB1", span, -_peak(track, track.acceleration, span)))
    return found


def _cornering(motion: Motion, limits: Limits) -> list[Found]:
    """Speed squared times curvature reaches the threshold where the speed passes a value of its own for each arc."""
    track = motion.track
    bend = np.abs(track.curvature)
    passed = np.sqrt(limits.cornering / np.maximum(bend, 1e-12))
    spans = _above(motion, np.where(bend > 0, passed, np.inf))
    sharpest = _fastest(motion) ** 2 * bend
    return [Found("HC1", s, _peak(track, sharpest, s)) for s in spans if s.lasts_s >= CORNERING_LASTS_S]


def _excess(track: Track) -> Floats:
    """km/h over the limit at the beginning of each phase."""
    return track.speed * KMH - track.limit_kmh


def _over(motion: Motion, tolerance_kmh: float) -> list[Span]:
    return _above(motion, (motion.track.limit_kmh + tolerance_kmh) / KMH)


def _peak(track: Track, values: Floats, span: Span) -> float:
    """The value, farthest from 0, of the phases that a span touches."""
    touched = _touched(track, values, span)
    return float(touched[np.argmax(np.abs(touched))])


def _highest(track: Track, values: Floats, span: Span) -> float:
    """The highest value of the phases that a span touches."""
    return float(np.max(_touched(track, values, span)))


def _touched(track: Track, values: Floats, span: Span) -> Floats:
    first, last = track.at(np.array([span.begins_s + TOUCHING_S, span.ends_s - TOUCHING_S])).tolist()
    return values[first : last + 1]


def _ends(motion: Motion) -> Floats:
    return np.append(motion.track.begins_s[1:], motion.length_s)


def _fastest(motion: Motion) -> Floats:
    """The highest speed of each phase, m/s."""
    track = motion.track
    return np.maximum(track.speed, track.speed + track.acceleration * (_ends(motion) - track.begins_s))


def _where(motion: Motion, chosen: NDArray[np.bool_]) -> list[Span]:
    """The spans of these phases."""
    return merged(_spans(motion.track.begins_s[chosen], _ends(motion)[chosen]))


def _crossing(motion: Motion, speeds: Floats) -> Floats:
    """When each phase passes its speed (m/s), held to the phase; its beginning where it does not change its speed."""
    track = motion.track
    changes = track.acceleration != 0
    rate = np.where(changes, track.acceleration, 1.0)
    at = track.begins_s + np.where(changes, (np.where(np.isfinite(speeds), speeds, 1e9) - track.speed) / rate, 0.0)
    return np.clip(at, track.begins_s, _ends(motion))


def _below(motion: Motion, speeds: Floats, chosen: NDArray[np.bool_]) -> list[Span]:
    """When the vehicle is slower than these speeds, one for each phase, in the chosen phases."""
    track, ends, at = motion.track, _ends(motion), _crossing(motion, speeds)
    rises, falls = track.acceleration > 0, track.acceleration < 0
    steady = ~rises & ~falls
    begins = np.where(falls, at, track.begins_s)
    until = np.where(rises, at, np.where(steady & (track.speed >= speeds), track.begins_s, ends))
    return merged(_spans(begins[chosen], until[chosen]))


def _above(motion: Motion, speeds: Floats) -> list[Span]:
    """When the vehicle is at least as fast as these speeds, one for each phase."""
    track, ends, at = motion.track, _ends(motion), _crossing(motion, speeds)
    rises, falls = track.acceleration > 0, track.acceleration < 0
    steady = ~rises & ~falls
    begins = np.where(rises, at, track.begins_s)
    until = np.where(falls, at, np.where(steady & (track.speed < speeds), track.begins_s, ends))
    return merged(_spans(begins, until))


def _spans(begins: Floats, ends: Floats) -> Sequence[Span]:
    return [Span(*pair) for pair in zip(begins.tolist(), ends.tolist(), strict=True)]
