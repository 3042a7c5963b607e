"""The forms of live data: what came in, what is derived, what vehicles do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from surefoot.app.client.citation_forms import Form


class EventForm(Form):
    """Something that a vehicle did, between two moments."""

    kind: str
    """harsh_braking, harsh_acceleration, harsh_cornering, speeding, idling, entered, left, gap or jump."""
    start: datetime
    end: datetime
    duration_s: float
    severity: str | None = None
    axis: str | None = None
    """longitudinal or lateral, of a harsh event."""
    peak: float | None = None
    """In `unit`; with its sign: braking, and to the left, are negative."""
    unit: str | None = None
    threshold: float | None = None
    speed_kmh: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    place: str | None = None
    driver: str | None = None
    trip: str | None = None
    event: str = ""


class EventList(Form):
    """A vehicle's events, oldest first."""

    vehicle: str
    events: list[EventForm]


class ReplayedForm(Form):
    """What became of a file of samples."""

    vehicle: str
    samples: int
    """Rows that were read."""
    new: int
    repeated: int
    refused: int
    reasons: list[str] = Field(default=[])
    """Why rows were refused, the first few."""
    start: datetime | None = None
    end: datetime | None = None
    events: int = 0
    """Events of the vehicle in that time."""
    seconds: float = 0


class RuleCount(Form):
    """Messages by what happened to them."""

    source: str
    rule: str
    messages: int
    last: datetime | None = None
    example: str = ""


class LinkForm(Form):
    """The connection to the broker."""

    state: str
    reason: str = ""
    messages_per_second: float = 0
    last_message: datetime | None = None
    unacknowledged: int = 0


class SimulationForm(Form):
    """The made-up fleet."""

    on: bool = False
    history_days: int = 0
    history_done: int = 0
    sent: int = 0
    trouble: str | None = None


class TelemetryStatus(Form):
    """How live data comes in."""

    newest: datetime | None = None
    """The newest sample's moment."""
    vehicles: int = 0
    kept: int = 0
    """Samples since the start."""
    refused: int = 0
    waiting: int = 0
    """Messages that are not kept yet."""
    deriving: int = 0
    """Vehicles whose newest samples are not derived yet."""
    trouble: str | None = None
    broker: LinkForm | None = None
    simulation: SimulationForm = SimulationForm()
    rules: list[RuleCount] = Field(default=[])


class PushedForm(Form):
    """What became of pushed messages."""

    kept: int
    repeated: int
    refused: int
    reasons: list[str] = Field(default=[])


Message = dict[str, Any]
