"""What goes wrong on a leg, or nearly does: harsh events, speeding, red lights, each clear of its threshold."""

from __future__ import annotations

from random import Random
from typing import Final

from surefoot.ingestion.telemetry.simulator.breaks import Incident, Ride, with_breaks
from surefoot.ingestion.telemetry.simulator.chance import happenings
from surefoot.ingestion.telemetry.simulator.classes import HANDLING
from surefoot.ingestion.telemetry.simulator.drivers import Temper
from surefoot.ingestion.telemetry.simulator.motion import Mark, Phase, Stretch, driven
from surefoot.ingestion.telemetry.simulator.routes import KMH, Piece, Route

PER_1000_KM: Final = {
    Incident.BRAKING: 3.0,
    Incident.NEAR_BRAKING: 4.0,
    Incident.EMERGENCY: 0.12,
    Incident.ACCELERATION: 1.6,
    Incident.NEAR_ACCELERATION: 2.0,
    Incident.CORNERING: 1.8,
    Incident.NEAR_CORNERING: 2.5,
    Incident.LOW_SPEEDING: 4.0,
    Incident.HIGH_SPEEDING: 0.5,
    Incident.NEAR_SPEEDING: 6.0,
    Incident.RED_LIGHT: 30.0,
}
"""How often, for a driver of haste 1; trucks have two thirds of it. Red lights do not ask for haste."""
SPEEDING_S: Final = {
    Incident.LOW_SPEEDING: (85.0, 180.0),
    Incident.HIGH_SPEEDING: (60.0, 100.0),
    Incident.NEAR_SPEEDING: (60.0, 150.0),
}
"""How long it goes on, its beginning and end included."""


def ride(route: Route, vehicle_class: str, temper: Temper, random: Random) -> list[Phase]:
    """The phases of a leg, from standing to standing.

    Incidents that do not fit are left out: an incident is either clearly there or it is not.
    """
    calm = 0.82 + 0.04 * min(temper.haste, 3.0)
    going = Ride(HANDLING[vehicle_class], random, calm + random.uniform(-0.04, 0.04))
    rough = 1.0 if vehicle_class == "van" else 0.67
    counts = {
        kind: happenings(
            random, rate * route.length_m / 1e6 * (1.0 if kind is Incident.RED_LIGHT else rough * temper.haste)
        )
        for kind, rate in PER_1000_KM.items()
    }
    rates = going.drawn(going.handling.acceleration), going.drawn(going.handling.braking)
    plain = [_stretch(piece, going) for piece in route.pieces]
    special = _with_corner(_with_speeding(plain, going, counts), going, counts)
    phases = driven(special, *rates)
    if any(phase.mark is Mark.CORNER and phase.acceleration for phase in phases):
        phases = driven(plain, *rates)
    return with_breaks(phases, going, counts, rates)


def _stretch(piece: Piece, going: Ride) -> Stretch:
    top = min(piece.limit_kmh * going.manner, going.handling.tops.get(piece.limit_kmh, 999.0)) / KMH
    if piece.curvature:
        top = min(top, (going.handling.cornering / abs(piece.curvature)) ** 0.5)
    return Stretch(piece.end_m - piece.begin_m, top, piece.limit_kmh, piece.curvature)


def _with_corner(stretches: list[Stretch], going: Ride, counts: dict[Incident, int]) -> list[Stretch]:
    """At most one turn of the leg taken too fast."""
    ranges = {
        Incident.CORNERING: going.handling.harsh_cornering,
        Incident.NEAR_CORNERING: going.handling.near_cornering,
    }
    wanted = next((kind for kind in ranges if counts[kind]), None)
    turns = [number for number, stretch in enumerate(stretches) if stretch.curvature and stretch.length_m > 12]
    if wanted is None or not turns:
        return stretches
    number = going.random.choice(turns)
    turn = stretches[number]
    speed = (going.drawn(ranges[wanted]) / abs(turn.curvature)) ** 0.5
    if speed * KMH > turn.limit_kmh * 0.98:
        return stretches
    changed = list(stretches)
    changed[number] = Stretch(turn.length_m, speed, turn.limit_kmh, turn.curvature, Mark.CORNER)
    return changed


def _with_speeding(stretches: list[Stretch], going: Ride, counts: dict[Incident, int]) -> list[Stretch]:
    """At most one stretch of the leg driven too fast, where the limit holds for long enough."""
    over = {
        Incident.HIGH_SPEEDING: going.handling.high_speeding,
        Incident.LOW_SPEEDING: going.handling.low_speeding,
        Incident.NEAR_SPEEDING: going.handling.near_speeding,
    }
    wanted = next((kind for kind in over if counts[kind]), None)
    if wanted is None:
        return stretches
    excess, lasts = going.drawn(over[wanted]), going.drawn(SPEEDING_S[wanted])
    fitting = [
        number
        for number, stretch in enumerate(stretches)
        if not stretch.curvature
        and going.handling.tops.get(stretch.limit_kmh) is None
        and stretch.length_m > (stretch.limit_kmh + excess) / KMH * (lasts + 20)
    ]
    if not fitting:
        return stretches
    number = going.random.choice(fitting)
    return [*stretches[:number], *_sped(stretches[number], excess, lasts, going), *stretches[number + 1 :]]


def _sped(stretch: Stretch, excess: float, lasts_s: float, going: Ride) -> list[Stretch]:
    speed = (stretch.limit_kmh + excess) / KMH
    length = speed * lasts_s
    before = going.random.uniform(0.3, 0.7) * (stretch.length_m - length)
    rest = stretch.length_m - before - length
    return [
        Stretch(before, stretch.cap, stretch.limit_kmh, 0.0),
        Stretch(length, speed, stretch.limit_kmh, 0.0, Mark.SPEEDING),
        Stretch(rest, stretch.cap, stretch.limit_kmh, 0.0),
    ]
