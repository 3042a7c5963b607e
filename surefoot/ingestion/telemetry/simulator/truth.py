"""What truly happened to the fleet, solved from its plan: no sample is read, and nothing is shared with derivations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

import numpy as np

from surefoot.ingestion.telemetry.simulator.classes import LIMITS, STANDING_KMH
from surefoot.ingestion.telemetry.simulator.consumption import CO2_KG_PER_LITRE, CONSUMPTION
from surefoot.ingestion.telemetry.simulator.local_days import DAY
from surefoot.ingestion.telemetry.simulator.places import Place
from surefoot.ingestion.telemetry.simulator.plan import DayPlan
from surefoot.ingestion.telemetry.simulator.roads import metres
from surefoot.ingestion.telemetry.simulator.simulator import Simulator
from surefoot.ingestion.telemetry.simulator.spans import (
    Found,
    Span,
    engine_on,
    filling,
    harsh,
    idling,
    long_idling,
    resting,
    speeding,
)
from surefoot.ingestion.telemetry.simulator.true_facts import (
    TrueEvent,
    TrueFilling,
    TrueState,
    TrueStop,
    TrueTotals,
    TrueTrip,
)
from surefoot.retrieval.records.samples import microseconds, moment_of

KINDS: Final = {
    "HB1": ("harsh_braking", "low"),
    "HB2": ("harsh_braking", "high"),
    "HA1": ("harsh_acceleration", "low"),
    "HC1": ("harsh_cornering", "low"),
    "SP1": ("speeding", "low"),
    "SP2": ("speeding", "high"),
    "ID1": ("idling", "low"),
}
"""Kind and severity of each code of the telematics guide."""
LOOKED_AHEAD_DAYS: Final = 60
SECOND: Final = timedelta(seconds=1)


class Truth:
    """The truth about a simulated fleet; windows are [start, end), both aware."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._vehicles = {vehicle.vehicle: vehicle for vehicle in simulator.fleet}

    def totals(self, vehicle: str, start: datetime, end: datetime) -> TrueTotals:
        """Distance, times and what was used in a window. Raises KeyError for an unknown vehicle."""
        metres_driven = engine = standing = 0.0
        for plan, window in self._days(vehicle, start, end):
            track = plan.motion.track
            edges = np.array(window)
            first, last = track.metres(edges, track.at(edges)).tolist()
            metres_driven += last - first
            engine += sum(span.within(window) for span in engine_on(plan.motion))
            standing += sum(span.within(window) for span in idling(plan.motion))
        uses = CONSUMPTION[self._vehicles[vehicle].model]
        used = metres_driven / 1e5 * uses.per_100_km + standing / 3600 * uses.idle_per_hour
        diesel = uses.energy == "diesel"
        return TrueTotals(
            distance_km=metres_driven / 1000,
            engine_s=engine,
            driving_s=engine - standing,
            idling_s=standing,
            trips_started=len(self.trips(vehicle, start, end)),
            fuel_l=used if diesel else 0.0,
            energy_kwh=0.0 if diesel else used,
            co2_kg=used * CO2_KG_PER_LITRE[uses.energy],
        )

    def trips(self, vehicle: str, start: datetime, end: datetime) -> list[TrueTrip]:
        """The trips that start in a window."""
        return [
            trip
            for plan, window in self._days(vehicle, start, end)
            for begun, trip in _trips(vehicle, plan)
            if window.begins_s <= begun < window.ends_s
        ]

    def stops(self, vehicle: str, start: datetime, end: datetime) -> list[TrueStop]:
        """The stops that begin in a window, where a trip ends."""
        ended = [
            trip
            for plan in self._plans(vehicle, start, end)
            for _, trip in _trips(vehicle, plan)
            if start <= trip.end < end
        ]
        return [TrueStop(vehicle, trip.to_place, trip.end, self._next_start(vehicle, trip.end)) for trip in ended]

    def events(self, vehicle: str, start: datetime, end: datetime) -> list[TrueEvent]:
        """Harsh events, speeding and long idling that start in a window, by time."""
        limits = LIMITS[self._vehicles[vehicle].vehicle_class]
        return [
            _event(vehicle, plan, found)
            for plan, window in self._days(vehicle, start, end)
            for found in sorted(
                [*harsh(plan.motion, limits), *speeding(plan.motion, limits), *long_idling(plan.motion, limits)],
                key=lambda found: found.span,
            )
            if window.begins_s <= found.span.begins_s < window.ends_s
        ]

    def fillings(self, vehicle: str, start: datetime, end: datetime) -> list[TrueFilling]:
        """Fuelling and charging that starts in a window; charging may go on into the next day."""
        return [
            filling
            for plan, window in self._days(vehicle, start, end)
            for begun, filling in self._filled(vehicle, plan)
            if window.begins_s <= begun < window.ends_s
        ]

    def at(self, vehicle: str, moment: datetime) -> TrueState:
        """Where a vehicle is, and what it does, at a moment."""
        plan = next(self._plans(vehicle, moment, moment + SECOND))
        seconds = plan.motion.seconds(np.array([microseconds(moment)]))
        track = plan.motion.track
        phase = track.at(seconds)
        driven, speed = track.metres(seconds, phase), float(track.speeds(seconds, phase)[0]) * 3.6
        latitude, longitude, heading = (float(column[0]) for column in plan.motion.path.positions(driven))
        on = bool(track.engine[phase[0]])
        return TrueState(
            latitude=latitude,
            longitude=longitude,
            heading_deg=heading,
            speed_kmh=speed,
            odometer_km=plan.odometer_km + float(driven[0]) / 1000,
            level_percent=float(plan.amount(seconds, phase)[0]) / plan.uses.capacity * 100,
            engine_on=on,
            state="parked" if not on else "driving" if speed >= STANDING_KMH else "idling",
            driver=str(track.driver[phase[0]]),
            place=zone(self._simulator.world.places.values(), latitude, longitude),
        )

    def _plans(self, vehicle: str, start: datetime, end: datetime) -> Iterator[DayPlan]:
        days = self._vehicles[vehicle].days.days(microseconds(start), microseconds(end))
        return (self._simulator.plan(vehicle, day) for day in days)

    def _days(self, vehicle: str, start: datetime, end: datetime) -> Iterator[tuple[DayPlan, Span]]:
        """The plans of the days that a window touches, and what part of each day lies in it."""
        for plan in self._plans(vehicle, start, end):
            edges = plan.motion.seconds(np.array([microseconds(start), microseconds(end)]))
            yield plan, Span(*np.clip(edges, 0.0, plan.motion.length_s).tolist())

    def _next_start(self, vehicle: str, ended: datetime) -> datetime | None:
        day = self._vehicles[vehicle].days.day_of(microseconds(ended))
        for ahead in range(LOOKED_AHEAD_DAYS):
            for _, trip in _trips(vehicle, self._simulator.plan(vehicle, day + ahead * DAY)):
                if trip.start > ended:
                    return trip.start
        return None

    def _filled(self, vehicle: str, plan: DayPlan) -> Iterator[tuple[float, TrueFilling]]:
        """What began to flow in on a day, and when; what has flowed since midnight began the day before."""
        for span in filling(plan.motion):
            if span.begins_s <= 0:
                continue
            gained = _amount(plan, span.ends_s) - _amount(plan, span.begins_s)
            if span.ends_s >= plan.motion.length_s:
                after = self._simulator.plan(vehicle, plan.motion.day + DAY)
                gained += _amount(after, filling(after.motion)[0].ends_s) - _amount(after, 0.0)
            if gained > 0:
                track = plan.motion.track
                rate = float(track.supply[track.at(np.array([span.begins_s]))[0]])
                start, end = _moment(plan, span.begins_s), _moment(plan, span.begins_s + gained / rate)
                yield span.begins_s, TrueFilling(vehicle, _stay(plan, span.begins_s), start, end, gained)


def zone(places: Iterable[Place], latitude: float, longitude: float) -> str:
    """The place in whose zone a position lies, '' where there is none."""
    for place in places:
        near = metres((place.latitude, place.longitude), (latitude, longitude)) <= place.radius_m
        if near and (not place.outline or _inside(place, latitude, longitude)):
            return place.place
    return ""


def _inside(place: Place, latitude: float, longitude: float) -> bool:
    """Whether a ray to the east crosses the outline an odd number of times."""
    crossed = False
    for (south, west), (north, east) in pairwise([*place.outline, place.outline[0]]):
        if (south > latitude) != (north > latitude):
            crossed ^= longitude < west + (latitude - south) / (north - south) * (east - west)
    return crossed


def _trips(vehicle: str, plan: DayPlan) -> Iterator[tuple[float, TrueTrip]]:
    """The trips of a day and when they start, in seconds of the day."""
    motion = plan.motion
    for before, after in pairwise(resting(motion)):
        edges = np.array([before.ends_s, after.begins_s])
        first, last = motion.track.metres(edges, motion.track.at(edges)).tolist()
        yield (
            before.ends_s,
            TrueTrip(
                vehicle=vehicle,
                driver=_driver(plan, before.ends_s),
                start=_moment(plan, before.ends_s),
                end=_moment(plan, after.begins_s),
                from_place=_stay(plan, before.begins_s),
                to_place=_stay(plan, after.begins_s),
                distance_km=(last - first) / 1000,
            ),
        )


def _event(vehicle: str, plan: DayPlan, found: Found) -> TrueEvent:
    kind, severity = KINDS[found.code]
    start, end = (_moment(plan, edge) for edge in found.span)
    driver = _driver(plan, found.span.begins_s)
    return TrueEvent(vehicle, driver, kind, found.code, severity, start, end, found.peak)


def _moment(plan: DayPlan, seconds: float) -> datetime:
    return moment_of(plan.motion.start + round(seconds * 1e6))


def _driver(plan: DayPlan, seconds: float) -> str:
    track = plan.motion.track
    return str(track.driver[track.at(np.array([seconds + 1e-6]))[0]])


def _stay(plan: DayPlan, seconds: float) -> str:
    """The place of the stay in which a time lies."""
    within = (stay.place for stay in plan.motion.stays if stay.begins_s - 1e-6 <= seconds <= stay.ends_s + 1e-6)
    return next(within, "")


def _amount(plan: DayPlan, seconds: float) -> float:
    at = np.array([max(seconds - 1e-6, 0.0)])
    return float(plan.amount(at, plan.motion.track.at(at))[0])
