"""After a start rules wait until what came before it is whole: of half of the data they would say what is not so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from surefoot.app.database import Database
from surefoot.app.settings import Settings
from surefoot.app.telemetry import Readiness, TelemetryRoom, now_utc
from surefoot.app.wiring.live import build_telemetry
from surefoot.ingestion.telemetry.simulating import Simulation
from surefoot.ingestion.telemetry.simulator.fleet import read_fleet
from surefoot.ingestion.telemetry.simulator.simulator import Simulator
from surefoot.serving.assistants import AssistantRegistry
from tests.eval.alert_stage import FLEET


@pytest.fixture
def room(tmp_path: Path, database: Database) -> Iterator[TelemetryRoom]:
    """Live data, built and not started."""
    settings = Settings(data=tmp_path, simulator="off")
    room = build_telemetry(settings, AssistantRegistry(tmp_path / "shipped", tmp_path / "own"), database)
    yield room
    room.store.close()


def test_rules_wait_until_older_samples_are_derived_and_not_for_newer_ones(room: TelemetryRoom) -> None:
    ready = Readiness(room.passes, room.simulation)
    room.passes.note({"V-1": 0})
    assert "being derived" in ready()
    room.passes.run_once()
    assert ready() == ""
    room.passes.note({"V-1": 0})  # they come all the time
    assert ready() == ""


def test_rules_wait_for_the_history_of_the_made_up_fleet_unless_it_has_failed(room: TelemetryRoom) -> None:
    fleet = read_fleet((FLEET / "knowledge" / "vehicle-list.csv").read_text(encoding="utf-8"))
    simulation = room.simulation = Simulation(Simulator(fleet), room.store, room.intake, now_utc)
    ready = Readiness(room.passes, room.simulation)
    simulation.state = replace(simulation.state, history_days=3, history_done=1)
    assert "1 of 3 days" in ready()
    simulation.state = replace(simulation.state, history_done=3)
    assert "history" in ready()  # the last part of a day may be missing
    simulation.state = replace(simulation.state, sent=1)
    assert ready() == ""
    simulation.state = replace(simulation.state, sent=0, history_done=1, trouble="The disk is full.")
    assert ready() == ""
