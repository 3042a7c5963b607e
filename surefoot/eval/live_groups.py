"""Values of a metric that the simulator's truth gives: of all vehicles that a recipe means, by group, and by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from surefoot.eval.errors import CasesInvalid
from surefoot.eval.live_facts import FleetTruth, LiveFacts, added
from surefoot.eval.live_metrics import CURRENT, METRICS, driver_score
from surefoot.eval.live_recipes import ATTRIBUTES, Period, Recipe, Where
from surefoot.ingestion.telemetry.simulator.fleet import SimulatedVehicle
from surefoot.ingestion.telemetry.simulator.local_days import ZONE
from surefoot.ingestion.telemetry.simulator.true_facts import TrueTrip

Valued = tuple[float, float]
"""A value, and how far an answer may be off."""
OF_STOPS = frozenset({"stops", "average_stop"})
OF_TRIPS = frozenset({"distance", "trips", "longest_trip", "average_trip", "vehicles_active"})
OF_EVENTS = frozenset(name for name in METRICS if "harsh" in name or "events" in name or name == "speeding_time")
HOUR = timedelta(hours=1)


class Groups:
    """The metrics of a fleet's truth. Raises CasesInvalid for a recipe that the truth cannot carry out."""

    def __init__(self, truth: FleetTruth) -> None:
        self.truth = truth
        self.fleet = {one.vehicle: one for one in truth.simulator.fleet}

    def vehicles(self, where: Where) -> list[str]:
        """The vehicles that a narrowing leaves, in the fleet's order."""
        unknown = [name for name in (*where.vehicle, *where.but) if name not in self.fleet]
        if unknown:
            raise CasesInvalid(f"The fleet has no vehicle {unknown[0]}: mend the recipe.")
        return [name for name, one in self.fleet.items() if _fits(one, where)]

    def valued(self, recipe: Recipe, period: Period | None) -> Valued | None:
        """The metric's value over all that the recipe is narrowed to; None where there is none."""
        names, metric = self.vehicles(recipe.where), recipe.metric
        if metric in CURRENT:
            [vehicle] = names
            _, slack, value = CURRENT[metric]
            return value(self.truth.state(vehicle)), slack
        if metric == "vehicles_known":
            return float(len(names)), 0.0
        if metric == "visits":
            [place] = recipe.where.place
            return float(sum(self.truth.visits(name, place, *_needed(period)) for name in names)), 0.0
        return measured(metric, added(self._facts(name, recipe, _needed(period)) for name in names))

    def groups(self, recipe: Recipe, period: Period) -> dict[str, Valued]:
        """The metric's value of each group that has one, by the group's key."""
        grouped: dict[str, LiveFacts] = {}
        for name in self.vehicles(recipe.where):
            for key, facts in self._parted(name, recipe, period):
                grouped[key] = grouped.get(key, LiveFacts()) + facts
        found = {key: measured(recipe.metric, facts) for key, facts in sorted(grouped.items()) if key}
        return {key: value for key, value in found.items() if value is not None}

    def steps(self, recipe: Recipe) -> dict[str, Valued]:
        """The metric's value in each local day, week or hour of the period, by the date (hour: moment) it begins at."""
        start, end = _needed(recipe.period)
        found: dict[str, Valued] = {}
        for begins, ends in _stepped(start, min(end, self.truth.now), recipe.by or ""):
            value = self.valued(recipe, (begins, ends))
            if value is not None:
                found[_key(begins, recipe.by or "")] = value
        return found

    def trips(self, recipe: Recipe) -> list[TrueTrip]:
        """The trips that begin in the period."""
        names = self.vehicles(recipe.where)
        return [trip for name in names for trip in self._facts(name, recipe, _needed(recipe.period)).trips]

    def facts(self, recipe: Recipe) -> LiveFacts:
        """All facts of the period."""
        return added(self._facts(name, recipe, _needed(recipe.period)) for name in self.vehicles(recipe.where))

    def _facts(self, vehicle: str, recipe: Recipe, period: Period) -> LiveFacts:
        facts, where = self.truth.facts(vehicle, *period), recipe.where
        if where.place and recipe.metric in OF_STOPS:
            facts = replace(facts, stops=tuple(stop for stop in facts.stops if stop.place in where.place))
        return of_drivers(facts, where.driver, recipe.metric) if where.driver else facts

    def _parted(self, vehicle: str, recipe: Recipe, period: Period) -> list[tuple[str, LiveFacts]]:
        """A vehicle's facts by the keys of the groups that they belong to."""
        facts = self._facts(vehicle, recipe, period)
        if recipe.by == "driver":
            names = sorted({trip.driver for trip in facts.trips})
            return [(name, of_drivers(facts, (name,), recipe.metric)) for name in names]
        if recipe.by == "place":
            if recipe.metric not in OF_STOPS:
                raise CasesInvalid(f"A recipe cannot part {recipe.metric} by place.")
            places = sorted({stop.place for stop in facts.stops})
            return [(name, LiveFacts(stops=tuple(s for s in facts.stops if s.place == name))) for name in places]
        one = self.fleet[vehicle]
        return [(vehicle if recipe.by == "vehicle" else str(getattr(one, ATTRIBUTES[recipe.by or ""])), facts)]


def measured(metric: str, facts: LiveFacts) -> Valued | None:
    """The value of a metric and how far an answer may be off; None where there is none."""
    if metric == "driver_score":
        return driver_score(facts)
    if metric not in METRICS:
        raise CasesInvalid(f"There is no metric {metric}: mend the recipe.")
    value = METRICS[metric].value(facts)
    return None if value is None else (value, METRICS[metric].tolerance(facts))


def of_drivers(facts: LiveFacts, drivers: Sequence[str], metric: str) -> LiveFacts:
    """What drivers did: their trips, the way of these, and their events; times are not known of drivers."""
    if metric not in OF_TRIPS | OF_EVENTS | {"driver_score"}:
        raise CasesInvalid(f"The truth does not tell {metric} of drivers.")
    trips = tuple(trip for trip in facts.trips if trip.driver in drivers)
    return LiveFacts(
        vehicles=frozenset(trip.vehicle for trip in trips),
        km=sum(trip.distance_km for trip in trips),
        trips=trips,
        events=tuple(event for event in facts.events if event.driver in drivers),
    )


def _fits(one: SimulatedVehicle, where: Where) -> bool:
    named = one.vehicle not in where.but and (not where.vehicle or one.vehicle in where.vehicle)
    wanted = ((getattr(where, column), getattr(one, column)) for column in ATTRIBUTES.values())
    return named and all(not values or value in values for values, value in wanted)


def _needed(period: Period | None) -> Period:
    if period is None:
        raise CasesInvalid("A recipe of this metric needs a period.")
    return period


def _stepped(start: datetime, end: datetime, step: str) -> list[Period]:
    """The local days, weeks from Monday on, or hours that have a part in a period, cut to it."""
    following: Callable[[datetime], datetime] = {"hour": _next_hour, "day": _next_day, "week": _next_week}[step]
    found: list[Period] = []
    while start < end:
        upto = min(following(start), end)
        found.append((start, upto))
        start = upto
    return found


def _next_hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + HOUR


def _next_day(moment: datetime) -> datetime:
    return _midnight(moment.astimezone(ZONE).date() + timedelta(days=1))


def _next_week(moment: datetime) -> datetime:
    day = moment.astimezone(ZONE).date()
    return _midnight(day + timedelta(days=7 - day.weekday()))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def _key(moment: datetime, step: str) -> str:
    local = moment.astimezone(ZONE)
    return local.isoformat(timespec="minutes") if step == "hour" else local.date().isoformat()
