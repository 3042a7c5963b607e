"""The room of alerts: the loop that evaluates rules, who may see what, and the webhook that is told."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from surefoot.app.webhook import Webhook
from surefoot.core.nouns import Asker
from surefoot.eval.monitoring.alert_engine import AlertEngine
from surefoot.eval.monitoring.alert_nouns import Sight
from surefoot.eval.monitoring.alerts import AlertStore
from surefoot.ingestion.telemetry.stored import rows_of
from surefoot.retrieval.records.errors import RecordsError
from surefoot.retrieval.records.store import RecordStore
from surefoot.retrieval.records.telemetry_tables import VEHICLE_GROUPS

logger = logging.getLogger(__name__)
Access = Callable[[frozenset[str]], frozenset[str]]
"""The vehicles that members of groups may see."""


class VehicleAccess:
    """Who may see which vehicle, as the store says now; while it cannot be read, as it said last."""

    def __init__(self, store: RecordStore) -> None:
        self._store = store
        self._last: list[tuple[str, str]] = []

    def __call__(self, groups: frozenset[str]) -> frozenset[str]:
        """The vehicles that members of these groups may see."""
        try:
            rows = rows_of(self._store, VEHICLE_GROUPS)
            self._last = list(zip(rows["vehicle"], rows["grp"], strict=True))
        except RecordsError as error:
            logger.warning("Who may see a vehicle's alerts is taken from before: %s", error)
        return frozenset(vehicle for vehicle, group in self._last if group in groups)


@dataclass(slots=True)
class Alerting:
    """Alerts over live data."""

    engine: AlertEngine
    store: AlertStore
    access: Access
    clock: Callable[[], datetime]
    seconds: float
    """Between evaluations."""
    webhook: Webhook | None = None
    watch: Callable[[], object] = lambda: None
    """Tells of acts in the trail that somebody should know of."""
    stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        if self.webhook is not None:
            self.webhook.start()
        self._thread = threading.Thread(target=self._run, name="alerting", daemon=True)
        self._thread.start()

    def stop(self, seconds: float) -> bool:
        """Stop within this time; False where a reading has not ended."""
        deadline = time.monotonic() + seconds
        self.stopping.set()
        idle = self.webhook is None or self.webhook.stop(deadline - time.monotonic())
        if self._thread is not None:
            self._thread.join(max(0.0, deadline - time.monotonic()))
            idle = idle and not self._thread.is_alive()
        return idle

    def run_once(self) -> None:
        """Look at acts, and evaluate all rules; whatever fails is told in the state."""
        try:
            self.watch()
        except Exception:
            logger.exception("Acts in the audit trail cannot be watched now; it is tried again.")
        try:
            self.engine.round(self.stopping.is_set)
        except Exception:
            logger.exception("Alerts cannot be evaluated.")
            self.engine.troubled("Alerts cannot be kept just now; the server's log says why.")
        if self.webhook is not None:
            self.webhook.wake()

    def sight(self, asker: Asker) -> Sight:
        """What of alerts an asker may see."""
        return Sight(asker, self.access(asker.groups))

    def _run(self) -> None:
        while not self.stopping.wait(self.seconds):
            self.run_once()
