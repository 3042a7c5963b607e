"""What an alert is, as it is kept, shown and sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

from surefoot.core.nouns import Asker
from surefoot.eval.monitoring.alert_rules import EVERYONE
from surefoot.eval.tables import AlertRow

OF_ACTS = ":acts"
"""What stands in the place of the assistant where an act is told of; no assistant can have that name."""

THINGS = "things"
"""Of what an alert that is about no single thing stands on: the vehicles whose rows were read, which nobody is told."""


class Resolution(StrEnum):
    """Why an alert is over."""

    CLEARED = "cleared"
    """Its conditions hold no longer."""
    RULE_CHANGED = "rule_changed"
    RULE_REMOVED = "rule_removed"


class Event(StrEnum):
    """What is told of an alert."""

    OPENED = "opened"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Alert:
    """A row of records that a rule speaks up about; times are in UTC."""

    id: str
    assistant: str
    rule: str
    title: str
    severity: str
    text: str
    key: str
    """JSON of the values that tell the row apart."""
    thing: str | None
    """Such as a vehicle: whose groups may see it."""
    reading: dict[str, Any]
    """What it stands on: value, unit, start, end, as_of, told, cells; see alert_rows."""
    opened_at: datetime
    seen_at: datetime
    """When the conditions were last seen to hold."""
    unheld_at: datetime | None = None
    """Since when they do not hold, while it is open."""
    resolved_at: datetime | None = None
    resolution: str = ""
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    note: str = ""

    @property
    def state(self) -> str:
        """'open' or 'resolved'."""
        return "open" if self.resolved_at is None else "resolved"

    def plain(self) -> dict[str, Any]:
        """As JSON knows it."""
        form = {name: v.isoformat() if isinstance(v, datetime) else v for name, v in asdict(self).items()}
        return {**form, "state": self.state}


@dataclass(frozen=True, slots=True)
class Notice:
    """An act that is told of until somebody has acknowledged it."""

    rule: str
    key: str
    """JSON, the same for the same act."""
    title: str
    severity: str
    text: str
    told: str
    """Where the act stands."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What of alerts an asker may see."""

    asker: Asker
    things: frozenset[str]
    """Such as the vehicles that the asker may see."""

    def sees(self, row: AlertRow) -> bool:
        """Whether the rule is for the asker, and what the alert is about may be seen."""
        mine = EVERYONE in row.groups or not self.asker.groups.isdisjoint(row.groups)
        whose = cast("Iterable[str]", row.reading.get(THINGS, ())) if row.thing is None else (row.thing,)
        return mine and self.things.issuperset(whose)


@dataclass(frozen=True, slots=True)
class SightOfActs(Sight):
    """What they may see who watch over acts: notices, and nothing of live data."""

    def sees(self, row: AlertRow) -> bool:
        """Whether it is a notice."""
        return row.assistant == OF_ACTS


def alert_of(row: AlertRow) -> Alert:
    """The alert of a row."""
    return Alert(
        id=row.id,
        assistant=row.assistant,
        rule=row.rule,
        title=row.title,
        severity=row.severity,
        text=row.text,
        key=row.key,
        thing=row.thing,
        reading={name: value for name, value in row.reading.items() if name != THINGS},
        opened_at=utc(row.opened_at),
        seen_at=utc(row.seen_at),
        unheld_at=utc(row.unheld_at) if row.unheld_at else None,
        resolved_at=utc(row.resolved_at) if row.resolved_at else None,
        resolution=row.resolution,
        acknowledged_at=utc(row.acknowledged_at) if row.acknowledged_at else None,
        acknowledged_by=row.acknowledged_by,
        note=row.note,
    )


def utc(moment: datetime) -> datetime:
    """A moment of the database; SQLite forgets that it is UTC."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
