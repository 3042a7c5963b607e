"""Builds what alerts go through: the rules, their store, the loop, and the webhook where one is set."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from surefoot.app.alerting import Alerting, VehicleAccess
from surefoot.app.audit.watching import TrailWatch
from surefoot.app.database import Database
from surefoot.app.desks import RecordDesks
from surefoot.app.settings import Settings
from surefoot.app.telemetry import TelemetryRoom, now_utc
from surefoot.app.webhook import Webhook
from surefoot.eval.monitoring.alert_book import RuleBook
from surefoot.eval.monitoring.alert_engine import AlertEngine
from surefoot.eval.monitoring.alert_outbox import Outbox
from surefoot.eval.monitoring.alerts import AlertStore
from surefoot.serving.assistants import AssistantRegistry


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
    engine = AlertEngine(book, store, now_utc, telemetry.readiness)
    access, watch = VehicleAccess(telemetry.store), TrailWatch(database.session, store, now_utc)
    telemetry.groups.told.append(lambda: access(frozenset()))  # what it remembers is what holds now
    return Alerting(engine, store, access, now_utc, settings.alert_seconds, webhook, watch.look)


def _folders(assistants: AssistantRegistry) -> Mapping[str, Path]:
    return {spec.name: spec.folder for spec in assistants.list()}
