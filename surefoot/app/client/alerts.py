"""The part of the client that is about alerts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from urllib.parse import quote

from surefoot.app.client.alert_forms import AlertForm, AlertList, RuleList, WebhookForm
from surefoot.app.client.transport import Transport


class Alerts:
    """Alerts over HTTP. Every method raises ClientError."""

    def __init__(self, http: Transport) -> None:
        self._http = http

    def list(self, state: Literal["open", "all"] = "open", limit: int = 200) -> AlertList:
        """The open alerts, the most urgent first; or all, the newest first."""
        return AlertList.model_validate(self._http.json("GET", "/alerts", params={"state": state, "limit": limit}))

    def security(self, state: Literal["open", "all"] = "open") -> Sequence[AlertForm]:
        """Acts that somebody should know of, the newest first."""
        rows = self._http.json("GET", "/alerts/security", params={"state": state})
        return [AlertForm.model_validate(row) for row in rows]

    def acknowledge_act(self, alert_id: str, note: str) -> AlertForm:
        """Say that somebody has looked at an act."""
        path = f"/alerts/security/{quote(alert_id, safe='')}/acknowledge"
        return AlertForm.model_validate(self._http.json("POST", path, json={"note": note}))

    def rules(self) -> RuleList:
        """The rules, and how each is doing."""
        return RuleList.model_validate(self._http.json("GET", "/alerts/rules"))

    def webhook(self) -> WebhookForm:
        """How the webhook is doing."""
        return WebhookForm.model_validate(self._http.json("GET", "/alerts/webhook"))

    def acknowledge(self, alert_id: str, note: str) -> AlertForm:
        """Say that somebody takes care of an alert, and how."""
        path = f"/alerts/{quote(alert_id, safe='')}/acknowledge"
        return AlertForm.model_validate(self._http.json("POST", path, json={"note": note}))
