"""Disturbs messages as radio, power and clocks do, and counts what it did, to be checked against what intake counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from surefoot.ingestion.telemetry.simulator.chance import stream

DUPLICATE, BACKLOG, OVERTAKEN, DELAYED, LOST = "duplicate", "backlog", "overtaken", "delayed", "lost"
SKEWED, JUMPED, MALFORMED = "skewed", "jumped", "malformed"
KINDS: Final = (DUPLICATE, BACKLOG, OVERTAKEN, DELAYED, LOST, SKEWED, JUMPED, MALFORMED)
"""What is counted, message by message; each message is disturbed in one way at most.

duplicate   sent once more, right away
backlog     held back in a dead zone, sent later in the order of time, after newer ones
overtaken   those newer ones: sent before the backlog that is older
delayed     held back until the end, sent in order (`flushed`)
lost        never sent, the unit had no power
skewed      its clock is ahead
jumped      its position is far away
malformed   not to be read: a value out of its range or of a wrong kind, a field missing, or no object at all
"""


@dataclass(frozen=True, slots=True)
class Rates:
    """How likely each disturbance begins with a message of a moving or waiting vehicle; mild by default."""

    duplicate: float = 0.002
    dead_zone: float = 0.0005
    power_cut: float = 0.0002
    clock_skew: float = 0.0001
    jump: float = 0.0003
    malformed: float = 0.0003
    dead_zone_messages: tuple[int, int] = (5, 60)
    """How many are held back, from and to."""
    power_cut_messages: tuple[int, int] = (40, 120)
    skewed_messages: tuple[int, int] = (3, 20)
    overtaking: int = 2
    """How many newer messages go before a backlog."""
    skew_minutes: tuple[float, float] = (30, 180)
    jump_degrees: tuple[float, float] = (0.5, 2.0)


@dataclass(slots=True)
class _Unit:
    """What one vehicle's unit is going through."""

    trouble: str = ""
    left: int = 0
    """Messages until the trouble ends."""
    held: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    skew: timedelta = timedelta()


class Disturbance:
    """Passes messages on, some of them disturbed; the same for the same seed and messages.

    Messages are those of `simulator.messages`. What comes out is what a transport would deliver, in order of arrival:
    mostly objects, a few of them malformed, some no objects. `counts` says what was done so far.
    """

    def __init__(self, seed: int, rates: Rates | None = None) -> None:
        self._rates = rates or Rates()
        self._random: Random = stream(seed, "disturbance")
        self._units: dict[str, _Unit] = {}
        self.counts: Counter[str] = Counter()

    def passed(self, messages: Iterable[Mapping[str, Any]]) -> list[Any]:
        """What arrives of these messages by now; a backlog comes with later ones."""
        arrived: list[Any] = []
        for message in messages:
            arrived.extend(self._one(dict(message)))
        return arrived

    def flushed(self) -> list[Any]:
        """What is still held back, as when all vehicles leave their dead zones."""
        arrived: list[Any] = []
        for unit in self._units.values():
            if unit.held:
                self.counts[DELAYED] += len(unit.held)
                arrived.extend(unit.held)
                unit.held, unit.trouble = [], ""
        return arrived

    def _one(self, message: dict[str, Any]) -> list[Any]:
        unit = self._units.setdefault(message["vehicle"], _Unit())
        if not unit.trouble:
            self._begin(unit)
        return self._continued(unit, message) if unit.trouble else self._single(message)

    def _begin(self, unit: _Unit) -> None:
        """Draws whether a longer trouble begins."""
        rates, dice = self._rates, self._random.random()
        for trouble, likely, lasts in (
            (BACKLOG, rates.dead_zone, rates.dead_zone_messages),
            (LOST, rates.power_cut, rates.power_cut_messages),
            (SKEWED, rates.clock_skew, rates.skewed_messages),
        ):
            if dice < likely:
                unit.trouble, unit.left = trouble, self._random.randint(*lasts)
                unit.skew = timedelta(minutes=self._random.uniform(*rates.skew_minutes))
                return
            dice -= likely

    def _continued(self, unit: _Unit, message: dict[str, Any]) -> list[Any]:
        """The message of a unit in trouble."""
        trouble = unit.trouble
        unit.left -= 1
        if trouble in {LOST, SKEWED}:
            unit.trouble = trouble if unit.left > 0 else ""
            self.counts[trouble] += 1
            return [] if trouble == LOST else [_skewed(message, unit.skew)]
        if unit.left >= 0:
            unit.held.append(message)
            return []
        self.counts[OVERTAKEN] += 1
        if unit.left > -self._rates.overtaking:
            return [message]
        self.counts[BACKLOG] += len(unit.held)
        held, unit.held, unit.trouble = unit.held, [], ""
        return [message, *held]

    def _single(self, message: dict[str, Any]) -> list[Any]:
        """A message on its own: mostly as it is."""
        rates, dice = self._rates, self._random.random()
        if dice < rates.duplicate:
            self.counts[DUPLICATE] += 1
            return [message, dict(message)]
        if dice < rates.duplicate + rates.jump:
            self.counts[JUMPED] += 1
            return [self._jumped(message)]
        if dice < rates.duplicate + rates.jump + rates.malformed:
            self.counts[MALFORMED] += 1
            return [self._malformed(message)]
        return [message]

    def _jumped(self, message: dict[str, Any]) -> dict[str, Any]:
        away = self._random.choice((-1, 1)) * self._random.uniform(*self._rates.jump_degrees)
        return message | {"latitude": round(message["latitude"] + away, 6)}

    def _malformed(self, message: dict[str, Any]) -> Any:
        broken = (
            lambda: message | {"latitude": 912.5},
            lambda: message | {"speed_kmh": "fast"},
            lambda: message | {"time": "yesterday"},
            lambda: {key: value for key, value in message.items() if key != "time"},
            lambda: {key: value for key, value in message.items() if key != "vehicle"},
            lambda: "\x02" + str(message["vehicle"]),
        )
        return self._random.choice(broken)()


def disturbed(
    messages: Iterable[Mapping[str, Any]], seed: int, rates: Rates | None = None
) -> tuple[list[Any], Counter[str]]:
    """All that arrives of these messages, backlogs included, and how many were disturbed in which way."""
    disturbance = Disturbance(seed, rates)
    arrived = [*disturbance.passed(messages), *disturbance.flushed()]
    return arrived, disturbance.counts


def _skewed(message: dict[str, Any], ahead: timedelta) -> dict[str, Any]:
    time = datetime.fromisoformat(message["time"]) + ahead
    return message | {"time": time.isoformat(timespec="microseconds").replace("+00:00", "Z")}
