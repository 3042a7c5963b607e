"""The part of the client that is about live data: replays, events, how samples come in; and plans."""

from __future__ import annotations

from pathlib import Path

from surefoot.app.client.reading_forms import PlanForm
from surefoot.app.client.telemetry_forms import EventList, ReplayedForm, TelemetryStatus
from surefoot.app.client.transport import Part, Transport


class Telemetry:
    """Live data over HTTP. Every method raises ClientError."""

    def __init__(self, http: Transport, seconds: float) -> None:
        """seconds: how long a replay may take."""
        self._http = http
        self._seconds = seconds

    def status(self) -> TelemetryStatus:
        """How live data comes in."""
        return TelemetryStatus.model_validate(self._http.json("GET", "/telemetry"))

    def replay(self, path: Path, vehicle: str, form: str) -> ReplayedForm:
        """Send a file of one vehicle's samples; comes back when its facts are derived."""
        with path.open("rb") as content:
            fields = {"vehicle": vehicle, "format": form}
            told = self._http.upload("/telemetry/replay", fields, [Part("file", path.name, content)], self._seconds)
        return ReplayedForm.model_validate(told)

    def events(self, vehicle: str) -> EventList:
        """A vehicle's events, oldest first."""
        return EventList.model_validate(self._http.json("GET", "/telemetry/events", params={"vehicle": vehicle}))

    def plan(self, question: str, assistant: str) -> PlanForm:
        """What a question asks of an assistant's records, without reading them."""
        body = {"question": question, "assistant": assistant}
        return PlanForm.model_validate(self._http.json("POST", "/plans", json=body))
