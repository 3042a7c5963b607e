"""Builds what live data goes through: the store, the intake, what derives facts, the simulated fleet."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from surefoot.app.audit.trail import Trail
from surefoot.app.database import Database
from surefoot.app.settings import Settings
from surefoot.app.telemetry import FleetFacts, TelemetryRoom, mqtt_settings, now_utc
from surefoot.app.vehicle_groups import VehicleGroups
from surefoot.ingestion.telemetry.intake import Intake
from surefoot.ingestion.telemetry.mqtt import MqttConsumer
from surefoot.ingestion.telemetry.passes import Passes
from surefoot.ingestion.telemetry.simulating import Pace, Simulation
from surefoot.ingestion.telemetry.simulator.fleet import read_fleet
from surefoot.ingestion.telemetry.simulator.simulator import Simulator
from surefoot.retrieval.records.store import RecordStore
from surefoot.retrieval.records.store_duckdb import DuckDBRecords
from surefoot.retrieval.records.store_duckdb_file import Limits
from surefoot.serving.assistants import AssistantRegistry
from surefoot.serving.errors import AssistantInvalid, UnknownAssistant

DUCKDB_MEMORY = "64MB"
"""What the embedded store may take; more work than that goes through the disk."""


def build_telemetry(settings: Settings, assistants: AssistantRegistry, database: Database) -> TelemetryRoom:
    """Live data: the store, what fills it, what derives facts, and the simulated fleet where it is on."""
    store = build_store(settings)
    groups = VehicleGroups(store, database.session, Trail(shared=assistants.is_shipped), settings.vehicle_groups)
    zone = ZoneInfo(settings.timezone)
    passes = Passes(store, FleetFacts(store, groups.place), lambda: datetime.now(zone))
    intake = Intake(store, now_utc, passes.note)
    broker = mqtt_settings(settings)
    consumer = MqttConsumer(broker, intake, now_utc) if broker else None
    simulation = build_simulation(settings, assistants, store, intake)
    return TelemetryRoom(settings, store, intake, passes, groups, consumer, simulation)


def build_store(settings: Settings) -> RecordStore:
    """A DuckDB file in the data folder, or PostgreSQL; opened."""
    if settings.records_url is None:
        store: RecordStore = DuckDBRecords(settings.data / "records.duckdb", Limits(memory=DUCKDB_MEMORY))
    else:
        from surefoot.retrieval.records.store_postgres import PostgresRecords

        store = PostgresRecords(settings.records_url.get_secret_value())
    store.prepare()
    return store


def build_simulation(
    settings: Settings, assistants: AssistantRegistry, store: RecordStore, intake: Intake
) -> Simulation | None:
    """The simulated fleet, made of the fleet assistant's list of vehicles; None where it is off, or without a list."""
    folder = folder_of(assistants, "fleet")
    listed = folder / "knowledge" / "vehicle-list.csv" if folder else None
    if settings.simulator != "on" or listed is None or not listed.is_file():
        return None
    simulator = Simulator(read_fleet(listed.read_text(encoding="utf-8"), ZoneInfo(settings.timezone)))
    pace = Pace(settings.simulator_days, settings.simulator_rate)
    return Simulation(simulator, store, intake, now_utc, pace)


def folder_of(assistants: AssistantRegistry, name: str) -> Path | None:
    """An assistant's folder; None where there is no such assistant."""
    try:
        return assistants.get(name).folder
    except (UnknownAssistant, AssistantInvalid):
        return None
