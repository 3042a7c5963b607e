"""Builds what alerts go through: the rules, their store, the loop, and the webhook where one is set."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from surefoot.app.alerting import Alerting, VehicleAccess
from surefoot.app.database import Database
from surefoot.app.desks import RecordDesks
from surefoot.app.settings import Settings
from surefoot.app.telemetry import TelemetryRoom, now_utc
from surefoot.app.webhook import Webhook
from surefoot.eval.monitoring.alert_book import RuleBook
from surefoot.eval.monitoring.alert_engine import AlertEngine
from surefoot.eval.monitoring.alert_outbox import Outbox
from surefoot.eval.monitoring.alerts import AlertStore
from surefoot.ingestion.telemetry.simulating import SimulationState
from surefoot.serving.assistants import AssistantRegistry

LONGEST_SECONDS = 600.0
"""So long after a start it is waited, at most, for what came before it to be derived."""
DRAIN_SECONDS = 2.0


def build_alerts(
    settings: Settings, database: Database, assistants: AssistantRegistry, telemetry: TelemetryRoom, desks: RecordDesks
) -> Alerting:
    """Alerts over live data; without a webhook no messages are kept for one."""
    url, outbox, webhook = settings.alert_webhook, None, None
    if url is not None:
        outbox = Outbox(database.session)
        webhook = Webhook(url, settings.alert_webhook_key, outbox, now_utc)
    store = AlertStore(database.session, outbox)
    book = RuleBook(lambda: _folders(assistants), desks.desk)
    engine = AlertEngine(book, store, now_utc, Readiness(telemetry))
    return Alerting(engine, store, VehicleAccess(telemetry.store), now_utc, settings.alert_seconds, webhook)


class Readiness:
    """Why rules are not evaluated yet, after a start: of data that are half there, they would say what is not so."""

    def __init__(self, telemetry: TelemetryRoom) -> None:
        self._telemetry = telemetry
        self._until = time.monotonic() + LONGEST_SECONDS
        self._caught_up = False

    def __call__(self) -> str:
        """The reason; empty where they can be evaluated."""
        simulation, passes = self._telemetry.simulation, self._telemetry.passes
        if simulation and self._is_behind(simulation.state):
            done, days = simulation.state.history_done, simulation.state.history_days
            far = f": {done} of {days} days" if days else ""
            return f"The simulated fleet's history is still being kept{far}."
        if passes.state.recomputed < passes.state.to_recompute:
            known, all_of_them = passes.state.recomputed, passes.state.to_recompute
            return f"Facts are being derived anew: {known} of {all_of_them} vehicles."
        self._caught_up = self._caught_up or passes.drained(DRAIN_SECONDS) or time.monotonic() > self._until
        return "" if self._caught_up else "Facts are being derived from the samples that came before the start."

    def _is_behind(self, state: SimulationState) -> bool:
        """Whether a made-up history is not whole: what is sent as it happens comes behind it."""
        if state.trouble is not None:
            return False
        return state.history_done < state.history_days or (not state.sent and time.monotonic() < self._until)


def _folders(assistants: AssistantRegistry) -> Mapping[str, Path]:
    return {spec.name: spec.folder for spec in assistants.list()}
