"""/telemetry: samples in, by push and by file; how they come in; what vehicles did."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, Request, UploadFile

from surefoot.app.api.asker import Parts, Who
from surefoot.app.client.telemetry_forms import (
    EventForm,
    EventList,
    LinkForm,
    PushedForm,
    ReplayedForm,
    RuleCount,
    SimulationForm,
    TelemetryStatus,
)
from surefoot.app.errors import RequestRefused
from surefoot.app.parts import App
from surefoot.app.telemetry import now_utc
from surefoot.core.nouns import Asker
from surefoot.ingestion.telemetry.errors import IntakeBusy
from surefoot.ingestion.telemetry.mqtt import MqttState
from surefoot.ingestion.telemetry.replay import replay as replay_file
from surefoot.retrieval.records.fleet import FleetReader

router = APIRouter()
KEEP_SECONDS = 30.0
"""How long a push waits until it is kept for good."""
DERIVE_SECONDS = 120.0
"""How long a replay waits until its facts are derived."""
REASONS = 5


@router.get("/telemetry")
def status(parts: Parts, who: Who) -> TelemetryStatus:
    """How live data comes in."""
    room = parts.telemetry
    intake, passes = room.intake.state(), room.passes.state
    simulated = room.simulation.state if room.simulation else None
    reader = FleetReader(room.store, who.groups)
    newest, vehicles = reader.freshness()
    link = room.mqtt.state() if room.mqtt else None
    return TelemetryStatus(
        newest=newest,
        vehicles=vehicles,
        kept=intake.kept,
        refused=intake.refused,
        waiting=intake.waiting,
        deriving=passes.waiting,
        trouble=intake.trouble or passes.trouble,
        broker=LinkForm(state=link.link.value, **_rest(link)) if link else None,
        simulation=SimulationForm(**asdict(simulated)) if simulated else SimulationForm(),
        rules=[RuleCount(**row) for row in reader.rules()],
    )


SAMPLES = {"required": True, "content": {"application/json": {"schema": {"type": ["object", "array"]}}}}
"""The body of a push, for the description of the API."""


@router.post("/telemetry/samples", openapi_extra={"requestBody": SAMPLES})
async def push(request: Request, parts: Parts) -> PushedForm:
    """Take one message, an object or a list of them; answered when it is kept for good."""
    body = await request.body()
    kept = asyncio.wrap_future(parts.telemetry.intake.submit(body, "http"))
    try:
        receipt = await asyncio.wait_for(kept, timeout=KEEP_SECONDS)
    except TimeoutError:
        raise IntakeBusy(
            f"The message could not be kept within {KEEP_SECONDS:.0f} seconds: send it again, nothing is kept twice."
        ) from None
    return PushedForm(
        kept=receipt.kept, repeated=receipt.repeated, refused=receipt.refused, reasons=list(receipt.reasons)
    )


@router.post("/telemetry/replay")
async def replay(
    file: Annotated[UploadFile, File()],
    vehicle: Annotated[str, Form(min_length=1, max_length=64)],
    parts: Parts,
    who: Who,
    format: Annotated[str, Form()] = "auto",  # noqa: A002  the option's name
) -> ReplayedForm:
    """Take a file of one vehicle's samples; answered when its facts are derived."""
    parts.scratch.mkdir(parents=True, exist_ok=True)
    path = parts.scratch / f"replay-{time.monotonic_ns()}{Path(file.filename or '').suffix[:8]}"
    try:
        with path.open("wb") as kept:
            while block := await file.read(1024 * 1024):
                await asyncio.to_thread(kept.write, block)
        return await asyncio.to_thread(_replayed, path, (vehicle, format), parts, who)
    finally:
        path.unlink(missing_ok=True)


@router.get("/telemetry/events")
def events(
    vehicle: Annotated[str, Query(max_length=64)],
    parts: Parts,
    who: Who,
    start: datetime | None = None,
    end: datetime | None = None,
) -> EventList:
    """A vehicle's events, oldest first; those that begin in [start, end) where these are given."""
    reader = FleetReader(parts.telemetry.store, who.groups)
    if not reader.knows(vehicle):
        raise RequestRefused(f"There is no vehicle '{vehicle}'.", 404, "unknown_vehicle")
    rows = reader.events(vehicle, start, end)
    return EventList(vehicle=vehicle, events=[EventForm.model_validate(row) for row in rows])


def _rest(link: MqttState) -> dict[str, Any]:
    return {name: value for name, value in asdict(link).items() if name != "link"}


def _replayed(path: Path, named: tuple[str, str], parts: App, who: Asker) -> ReplayedForm:
    vehicle, form = named
    started = time.perf_counter()
    room = parts.telemetry
    report, new = replay_file(path, room.intake, now_utc, vehicle, form)
    room.passes.drained(DERIVE_SECONDS)
    end = report.last + timedelta(microseconds=1) if report.last else None  # the last sample's own moment too
    found = FleetReader(room.store, who.groups).events(vehicle, report.first, end)
    return ReplayedForm(
        vehicle=vehicle,
        samples=report.samples,
        new=new,
        repeated=report.samples - new,
        refused=report.rows - report.samples,
        reasons=list(report.examples.values())[:REASONS],
        start=report.first,
        end=report.last,
        events=len(found),
        seconds=round(time.perf_counter() - started, 3),
    )
