"""What carries over from day to day, odometers and fills: any day has its plan without driving all before it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, Generic, TypeVar

from surefoot.ingestion.telemetry.simulator.chance import share
from surefoot.ingestion.telemetry.simulator.consumption import CONSUMPTION
from surefoot.ingestion.telemetry.simulator.driving import drive
from surefoot.ingestion.telemetry.simulator.fleet import SimulatedVehicle
from surefoot.ingestion.telemetry.simulator.itinerary import Itinerary, fills_up, goes_out, itinerary
from surefoot.ingestion.telemetry.simulator.local_days import DAY
from surefoot.ingestion.telemetry.simulator.plan import DayPlan, Motion, amounts
from surefoot.ingestion.telemetry.simulator.routes import World

Value = TypeVar("Value")
KEPT_DAYS: Final = 4
"""Days of the whole fleet that are kept in memory."""
LOOKED_BACK_DAYS: Final = 400
"""How far the last filling is looked for; a vehicle that did not drive for so long is full."""


class Ledger:
    """The plans of a fleet's days, kept for a while; one thread at a time."""

    def __init__(self, seed: int, world: World, fleet: Sequence[SimulatedVehicle]) -> None:
        self.seed, self.world, self.fleet = seed, world, tuple(fleet)
        kept = KEPT_DAYS * max(len(self.fleet), 1)
        self._motions = _Kept[Motion](kept)
        self._plans = _Kept[DayPlan](kept)
        self._after: list[list[float]] = [[0.0] for _ in self.fleet]
        self._before: list[list[float]] = [[0.0] for _ in self.fleet]
        self._left: dict[tuple[int, date], float] = {}

    def plan(self, number: int, day: date) -> DayPlan:
        """The plan of the vehicle of this number in the fleet for a local day."""
        return self._plans.get((number, day), lambda: self._planned(number, day))

    def itinerary(self, number: int, day: date) -> Itinerary:
        """What this vehicle is to do on a local day."""
        return itinerary(self.seed, self.world, self.fleet[number], day)

    def odometer_km(self, number: int, day: date) -> float:
        """The odometer at the beginning of a local day: what the list says, and all days between that and this one."""
        vehicle = self.fleet[number]
        away = (day - vehicle.odometer_on).days
        sums, step = (self._after[number], DAY) if away >= 0 else (self._before[number], -DAY)
        while len(sums) <= abs(away):
            # Forward the day that ends there is added, backward the day that begins there is taken away.
            passed = vehicle.odometer_on + (len(sums) - (1 if away >= 0 else 0)) * step
            sums.append(sums[-1] + self.itinerary(number, passed).distance_m(self.world))
        return vehicle.odometer_km + sums[abs(away)] / 1000 * (1 if away >= 0 else -1)

    def full(self, number: int) -> float:
        """Litres or kWh at which filling ends."""
        vehicle = self.fleet[number]
        return CONSUMPTION[vehicle.model].capacity * (0.93 + 0.06 * share(self.seed, "full", vehicle.vehicle))

    def _planned(self, number: int, day: date) -> DayPlan:
        motion, full = self._motion(number, day), self.full(number)
        uses, begins_with = CONSUMPTION[self.fleet[number].model], self._begins_with(number, day)
        levels = amounts(motion, uses, begins_with, full)
        self._left[number, day] = float(levels[-1])
        return DayPlan(motion, self.odometer_km(number, day), uses, full, levels[:-1])

    def _motion(self, number: int, day: date) -> Motion:
        return self._motions.get(
            (number, day), lambda: drive(self.world, self.seed, self.fleet[number], self.itinerary(number, day))
        )

    def _begins_with(self, number: int, day: date) -> float:
        """What is in the tank or battery when a local day begins."""
        vehicle, full = self.fleet[number], self.full(number)
        if vehicle.off_road:
            return full * (0.35 + 0.6 * share(self.seed, "left in", vehicle.vehicle))
        if vehicle.energy == "electric":
            # The nights are long enough: each departure is with a full battery.
            return self._left_after(number, day - DAY, full)
        driven: list[date] = []
        for back in range(1, LOOKED_BACK_DAYS):
            earlier = day - back * DAY
            if goes_out(self.seed, vehicle, earlier):
                driven.append(earlier)
                if fills_up(self.seed, vehicle, earlier):
                    break
        amount = full
        for earlier in reversed(driven):
            amount = self._left_after(number, earlier, amount)
        return amount

    def _left_after(self, number: int, day: date, begins_with: float) -> float:
        """What is left at the end of a day; a day on which it is filled up ends the same with any beginning."""
        if (number, day) not in self._left:
            levels = amounts(
                self._motion(number, day), CONSUMPTION[self.fleet[number].model], begins_with, self.full(number)
            )
            self._left[number, day] = float(levels[-1])
        return self._left[number, day]


class _Kept(Generic[Value]):
    """The values that were asked for last, up to a number."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[tuple[int, date], Value] = OrderedDict()

    def get(self, key: tuple[int, date], made: Callable[[], Value]) -> Value:
        """The value of this key; made where it is not there."""
        if key in self._values:
            self._values.move_to_end(key)
            return self._values[key]
        value = self._values[key] = made()
        if len(self._values) > self._most:
            self._values.popitem(last=False)
        return value
