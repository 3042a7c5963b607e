"""A small fleet in a real store, rules over it, and the engine that evaluates them, at a clock that a test sets."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import URL

from surefoot.app.alerting import VehicleAccess
from surefoot.app.database import Database, sqlite_url
from surefoot.app.desks import RecordDesks
from surefoot.app.migrations.runner import migrate
from surefoot.app.wiring import SHIPPED_ASSISTANTS
from surefoot.core.nouns import Asker
from surefoot.eval.monitoring.alert_book import RuleBook
from surefoot.eval.monitoring.alert_engine import AlertEngine
from surefoot.eval.monitoring.alert_nouns import Alert, Sight
from surefoot.eval.monitoring.alert_outbox import Outbox
from surefoot.eval.monitoring.alerts import AlertStore
from surefoot.ingestion.telemetry.stored import still_due
from surefoot.retrieval.records.store import RecordStore
from surefoot.retrieval.records.store_duckdb import DuckDBRecords
from surefoot.retrieval.records.telemetry_tables import EVENTS, MAINTENANCE, MINUTES, STATES, VEHICLE_GROUPS, VEHICLES
from tests.retrieval.records.telling import rows_of

BERLIN = ZoneInfo("Europe/Berlin")
FLEET = SHIPPED_ASSISTANTS / "fleet"
NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
"""A Wednesday, 12:00 in Berlin."""
ANN = Asker("ann", frozenset({"everyone"}))
SPEEDING = """
rules:
  far_over:
    title: Far over the limit
    text: "{vehicle} was far over the limit {value} times {period}."
    severity: critical
    metric: high_speeding_events
    by: [vehicle]
    period: today
    conditions: [{op: ">=", value: 3}]
"""


@dataclass
class Stage:
    """All parts; `now` is what their clock says."""

    folder: Path
    records: RecordStore
    database: Database
    waits: str = ""
    now: datetime = NOON
    seconds: float = 20.0
    number: int = 0
    outbox: Outbox = field(init=False)
    alerts: AlertStore = field(init=False)
    engine: AlertEngine = field(init=False)

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.database.session)
        self.alerts = AlertStore(self.database.session, self.outbox)
        self.engine = self.another()

    def another(self) -> AlertEngine:
        """An engine that begins now, as after a restart."""
        desks = RecordDesks(
            self.records, lambda name: self.folder if name == "fleet" else None, lambda _: None, "Europe/Berlin"
        )
        book = RuleBook(lambda: {"fleet": self.folder}, desks.desk)
        return AlertEngine(book, self.alerts, lambda: self.now, lambda: self.waits, self.seconds)

    def rules(self, text: str) -> None:
        """What alerts.yaml says from now on."""
        (self.folder / "alerts.yaml").write_text(text, encoding="utf-8")

    def vehicles(self, *names: str, group: str = "everyone", **said: Any) -> None:
        rows = [{"vehicle": name, "vehicle_class": "van", "energy": "electric", **said} for name in names]
        self.records.put(VEHICLES, rows_of(VEHICLES, *rows))
        self.records.put(VEHICLE_GROUPS, rows_of(VEHICLE_GROUPS, *({"vehicle": n, "grp": group} for n in names)))

    def minutes(self, vehicle: str, *, driver: str = "", ago: float = 60, **said: float) -> None:
        at = self.now - timedelta(minutes=ago)
        row = {"vehicle": vehicle, "driver": driver, "minute": at, **said}
        self.records.put(MINUTES, rows_of(MINUTES, row))

    def speeding(self, vehicle: str, times: int, *, ago: float = 60, driver: str = "") -> None:
        """So many high speeding events."""
        at = self.now - timedelta(minutes=ago)
        said = {"vehicle": vehicle, "driver": driver, "kind": "speeding", "severity": "high", "start": at, "end": at}
        self.records.put(EVENTS, rows_of(EVENTS, *({**said, "event": f"e{self.next()}"} for _ in range(times))))

    def harsh(self, vehicle: str, times: int) -> None:
        """So many harsh brakings an hour ago."""
        at = self.now - timedelta(minutes=60)
        said = {"vehicle": vehicle, "kind": "harsh_braking", "severity": "low", "start": at, "end": at}
        self.records.put(EVENTS, rows_of(EVENTS, *({**said, "event": f"e{self.next()}"} for _ in range(times))))

    def cornering(self, vehicle: str, times: int) -> None:
        """So many harsh cornerings half an hour ago."""
        at = self.now - timedelta(minutes=30)
        said = {"vehicle": vehicle, "kind": "harsh_cornering", "severity": "low", "start": at, "end": at}
        self.records.put(EVENTS, rows_of(EVENTS, *({**said, "event": f"e{self.next()}"} for _ in range(times))))

    def maintenance(self, vehicle: str, item: str, *, overdue: bool) -> None:
        due = (self.now - timedelta(days=3)).date()
        row = {"vehicle": vehicle, "item": item, "due_on": due, "days_left": -3, "due_km": 1000.0, "km_left": 5.0}
        self.records.put(MAINTENANCE, rows_of(MAINTENANCE, {**row, "overdue": overdue}))

    def due(
        self, vehicle: str, item: str, *, in_days: int | None, due_km: float | None, odometer: float | None
    ) -> None:
        """An item that is due in these days, or at a reading; what is left is reckoned as the product does."""
        on = None if in_days is None else self.now.astimezone(BERLIN).date() + timedelta(days=in_days)
        self.records.put(
            MAINTENANCE, rows_of(MAINTENANCE, {"vehicle": vehicle, "item": item, "due_on": on, "due_km": due_km})
        )
        self.state(vehicle, "parked", odometer_km=odometer)
        still_due(self.records, self.now.astimezone(BERLIN))

    def state(self, vehicle: str, state: str, *, since: float = 0, heard: float = 0, **said: Any) -> None:
        """The newest of a vehicle: so since these minutes, heard of these minutes ago."""
        since_at, at = self.now - timedelta(minutes=since), self.now - timedelta(minutes=heard)
        row = {"vehicle": vehicle, "state": state, "since": since_at, "time": at, **said}
        self.records.put(STATES, rows_of(STATES, row))

    def next(self) -> int:
        self.number += 1
        return self.number

    def later(self, minutes: float) -> None:
        """Time goes by, and the rules are evaluated."""
        self.now += timedelta(minutes=minutes)
        self.engine.round()

    def sight(self, asker: Asker = ANN) -> Sight:
        return Sight(asker, VehicleAccess(self.records)(asker.groups))

    def seen(self, asker: Asker = ANN, *, every: bool = False) -> Sequence[Alert]:
        """The alerts that an asker sees."""
        return self.alerts.list(self.sight(asker), every=every)

    def told(self, asker: Asker = ANN) -> list[str]:
        return [alert.text for alert in self.seen(asker)]


@contextmanager
def staged(folder: Path, url: URL | None = None) -> Generator[Stage]:
    """The stage in a folder: a DuckDB file, and SQLite or the database of a URL."""
    assistant = folder / "fleet"
    assistant.mkdir()
    shutil.copy(FLEET / "records.yaml", assistant / "records.yaml")
    records, database = DuckDBRecords(folder / "records.duckdb"), Database(url or sqlite_url(folder / "alerts.db"))
    records.prepare()
    migrate(database)
    try:
        yield Stage(assistant, records, database)
    finally:
        records.close()
        database.close()
