"""The parts of the client by what they are about."""

from __future__ import annotations

from surefoot.app.client.accounts import Accounts, TrailClient
from surefoot.app.client.alerts import Alerts
from surefoot.app.client.editions import EditionsClient
from surefoot.app.client.erasures import Erasures
from surefoot.app.client.fleet import Fleet
from surefoot.app.client.knowledge import Knowledge
from surefoot.app.client.shelves import Shelves
from surefoot.app.client.telemetry import Telemetry
from surefoot.app.client.transport import Transport

LONG_SECONDS = 4 * 3600.0
"""Reading and encoding a large library takes as long as it takes; a dead server closes the connection."""


class Areas:
    """What the client is about, beside asking."""

    _http: Transport

    @property
    def accounts(self) -> Accounts:
        """One's own account, and everybody's."""
        return Accounts(self._http)

    @property
    def trail(self) -> TrailClient:
        """The audit trail."""
        return TrailClient(self._http)

    @property
    def erasures(self) -> Erasures:
        """Erasure, retention, and all that is kept about a person."""
        return Erasures(self._http, LONG_SECONDS)

    @property
    def alerts(self) -> Alerts:
        """Alerts over live data."""
        return Alerts(self._http)

    @property
    def knowledge(self) -> Knowledge:
        """Sources and runs."""
        return Knowledge(self._http)

    @property
    def library(self) -> Shelves:
        """The library, for administrators."""
        return Shelves(self._http)

    @property
    def editions(self) -> EditionsClient:
        """Editions of the index, for administrators."""
        return EditionsClient(self._http)

    @property
    def fleet(self) -> Fleet:
        """Vehicles, their days and tracks."""
        return Fleet(self._http)

    @property
    def telemetry(self) -> Telemetry:
        """Live data, and plans."""
        return Telemetry(self._http, LONG_SECONDS)
