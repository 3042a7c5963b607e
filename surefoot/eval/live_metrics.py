"""Metrics of a fleet worked out of true facts, and how far an answer may be off each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from surefoot.eval.live_facts import LiveFacts
from surefoot.ingestion.telemetry.simulator.true_facts import TrueEvent, TrueState

HARSH: Final = ("HB1", "HB2", "HA1", "HC1")
POINTS: Final[Mapping[str, int]] = {"HB1": 4, "HB2": 0, "HA1": 2, "HC1": 3, "SP1": 2, "SP2": 8, "ID1": 1}
"""By code: telematics guide, section 2; emergency braking is reviewed and carries no points."""
PER_KM, LEAST_KM = 500.0, 150.0
"""Section 5: points are deducted per 500 km; below 150 km there is no score."""
Reading = Callable[[LiveFacts], float]
Slack = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Part:
    """A quantity of facts, and how far it may be off."""

    of: Reading
    slack: Slack


@dataclass(frozen=True, slots=True)
class Metric:
    """A part, or a part over another one, times a factor."""

    unit: str
    top: Part
    bottom: Part | None = None
    factor: float = 1.0

    def value(self, facts: LiveFacts) -> float | None:
        """None where it would be over nothing."""
        top = self.top.of(facts)
        if self.bottom is None:
            return top * self.factor
        bottom = self.bottom.of(facts)
        return top / bottom * self.factor if bottom > 0 else None

    def tolerance(self, facts: LiveFacts) -> float:
        """How far an answer may be off; of a ratio, what both parts may be off at once."""
        top = self.top.of(facts)
        slack = self.top.slack(top)
        if self.bottom is None:
            return slack * self.factor
        bottom = self.bottom.of(facts)
        return (slack + top / bottom * self.bottom.slack(bottom)) / bottom * self.factor if bottom > 0 else 0.0


def _exact(_: float) -> float:
    return 0.0


def _or_least(share: float, least: float, value: float) -> float:
    return max(share * value, least)


def _counted(name: str, keep: Callable[[TrueEvent], bool]) -> Part:
    return Part(lambda facts: float(sum(keep(one) for one in getattr(facts, name))), _exact)


def _time(of: Reading) -> Part:
    return Part(of, partial(_or_least, 0.01, 90.0))


def _used(of: Reading) -> Part:
    return Part(of, partial(_or_least, 0.015, 0.05))


def _way(of: Reading) -> Part:
    return Part(of, partial(_or_least, 0.005, 0.3))


def _events(*codes: str) -> Part:
    return _counted("events", lambda event: event.code in codes)


def _longest(facts: LiveFacts) -> float:
    return max((trip.distance_km for trip in facts.trips), default=0.0)


def _stood_s(facts: LiveFacts) -> float:
    return sum((stop.end - stop.start).total_seconds() for stop in facts.stops if stop.end)


def _speeding_s(facts: LiveFacts) -> float:
    return sum((event.end - event.start).total_seconds() for event in facts.events if event.code in {"SP1", "SP2"})


KM, DRIVING, IDLING = _way(lambda f: f.km), _time(lambda f: f.driving_s), _time(lambda f: f.idling_s)
ENGINE = _time(lambda f: f.driving_s + f.idling_s)
HEARD = _time(lambda f: f.heard_s)
TRIPS = Part(lambda f: float(len(f.trips)), _exact)
STOPS = Part(lambda f: float(len(f.stops)), _exact)
FUEL, POWER, CO2 = _used(lambda f: f.fuel_l), _used(lambda f: f.energy_kwh), _used(lambda f: f.co2_kg)
BRAKING, CORNERING, ACCELERATING = _events("HB1", "HB2"), _events("HC1"), _events("HA1")

METRICS: Final[Mapping[str, Metric]] = {
    "distance": Metric("km", KM),
    "driving_time": Metric("h", DRIVING, factor=1 / 3600),
    "idling_time": Metric("min", IDLING, factor=1 / 60),
    "idling_hours": Metric("h", IDLING, factor=1 / 3600),
    "engine_time": Metric("h", ENGINE, factor=1 / 3600),
    "standing_hours": Metric("h", _time(lambda f: f.heard_s - f.driving_s - f.idling_s), factor=1 / 3600),
    "idling_share": Metric("%", IDLING, ENGINE, 100),
    "utilisation": Metric("%", ENGINE, HEARD, 100),
    "top_speed": Metric("km/h", Part(lambda f: f.top_kmh, partial(_or_least, 0.0, 3.0))),
    "average_speed": Metric("km/h", KM, DRIVING, 3600),
    "harsh_braking": Metric("events", BRAKING),
    "harsh_acceleration": Metric("events", ACCELERATING),
    "harsh_cornering": Metric("events", CORNERING),
    "harsh_events": Metric("events", _events(*HARSH)),
    "harsh_events_per_1000_km": Metric("per 1,000 km", _events(*HARSH), KM, 1000),
    "harsh_braking_per_100_km": Metric("per 100 km", BRAKING, KM, 100),
    "speeding_events": Metric("events", _events("SP1", "SP2")),
    "high_speeding_events": Metric("events", _events("SP2")),
    "low_speeding_events": Metric("events", _events("SP1")),
    "speeding_time": Metric("min", _time(_speeding_s), factor=1 / 60),
    "idling_events": Metric("events", _events("ID1")),
    "trips": Metric("trips", TRIPS),
    "longest_trip": Metric("km", _way(_longest)),
    "average_trip": Metric("km", _way(lambda f: sum(trip.distance_km for trip in f.trips)), TRIPS),
    "stops": Metric("stops", STOPS),
    "average_stop": Metric("min", _time(_stood_s), STOPS, 1 / 60),
    "fuel": Metric("l", FUEL),
    "fuel_per_100_km": Metric("l/100 km", FUEL, KM, 100),
    "electricity": Metric("kWh", POWER),
    "co2": Metric("kg", CO2),
    "vehicles_active": Metric("vehicles", Part(lambda f: float(len({trip.vehicle for trip in f.trips})), _exact)),
    "vehicles_known": Metric("vehicles", Part(lambda f: float(len(f.vehicles)), _exact)),
}


CURRENT: Final[Mapping[str, tuple[str, float, Callable[[TrueState], float]]]] = {
    "odometer": ("km", 0.5, lambda state: state.odometer_km),
    "level": ("%", 1.0, lambda state: state.level_percent),
    "current_speed": ("km/h", 1.0, lambda state: state.speed_kmh),
}
"""Of the newest moment: unit, how far an answer may be off, and the value."""


def driver_score(facts: LiveFacts) -> tuple[float, float] | None:
    """The score of one driver's facts and how far it may be off; None below 150 km. Telematics guide, section 5."""
    if facts.km < LEAST_KM:
        return None
    lost = points(facts.events) * PER_KM / facts.km
    return max(0.0, 100.0 - lost), lost * 0.005


def points(events: Sequence[TrueEvent]) -> int:
    """Points of events, by the guide."""
    return sum(POINTS[event.code] for event in events)
