"""`surefoot alerts`: what rules over live data found, from the command line."""

from __future__ import annotations

from surefoot.app.cli.output import print_json, say, table
from surefoot.app.cli.session import server
from surefoot.app.client.alert_forms import AlertForm, EvaluationForm


def list_alerts(*, every: bool, limit: int, as_json: bool) -> None:
    """Print alerts."""
    with server(samples=False) as client:
        found = client.alerts.list("all" if every else "open", limit)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    _evaluation(found.evaluation)
    if not found.alerts:
        nothing = "No alerts yet." if every else "No open alerts."
        say(nothing if found.evaluation.evaluated_at else "Rules have not been evaluated since the start.")
        return
    rows = [(a.id, f"{a.opened_at:%Y-%m-%d %H:%M}", a.severity, _state(a), a.text) for a in found.alerts]
    table(("alert", "opened (UTC)", "severity", "state", "what"), rows)
    for alert in found.alerts:
        say(f"\n{alert.text}\n  {alert.title}: {alert.reading.told}{_as_of(alert)}")
    more = found.open - len(found.alerts)
    if more > 0 and not every:
        say(f"\nand {more:,} more; ask for them with --limit.")


def list_acts(*, every: bool, as_json: bool) -> None:
    """Print acts that somebody should know of."""
    with server(samples=False) as client:
        found = client.alerts.security("all" if every else "open")
    if as_json:
        print_json([alert.model_dump(mode="json") for alert in found])
        return
    if not found:
        say("Nothing that somebody should know of.")
        return
    rows = [(a.id, f"{a.opened_at:%Y-%m-%d %H:%M}", a.severity, _state(a), a.text) for a in found]
    table(("alert", "opened (UTC)", "severity", "state", "what"), rows)


def acknowledge(alert: str, note: str, *, as_json: bool) -> None:
    """Acknowledge an alert, and print what became of it."""
    with server(samples=False) as client:
        kept = client.alerts.acknowledge(alert, note)
    if as_json:
        print_json(kept.model_dump(mode="json"))
        return
    say(f"Acknowledged: {kept.text}")


def rules(*, as_json: bool) -> None:
    """Print the rules and the webhook's state."""
    with server(samples=False) as client:
        found, webhook = client.alerts.rules(), client.alerts.webhook()
    if as_json:
        print_json({**found.model_dump(mode="json"), "webhook": webhook.model_dump(mode="json")})
        return
    _evaluation(found.evaluation)
    rows = [
        (r.assistant, r.name, r.severity, f"{r.open:,}", f"{r.held_back:,}", r.trouble or r.told or "not evaluated yet")
        for r in found.rules
    ]
    table(("assistant", "rule", "severity", "open", "held back", "reads"), rows, right=frozenset({3, 4}))
    say(webhook.told)


def _evaluation(state: EvaluationForm) -> None:
    if state.trouble:
        last = f"{state.evaluated_at:%Y-%m-%d %H:%M:%S} UTC" if state.evaluated_at else "never since the start"
        say(f"Rules are not evaluated just now: {state.trouble} Last: {last}.")
    for problem in state.problems:
        named = f"Rule {problem.rule}" if problem.rule else "The rules"
        say(f"{named} of {problem.assistant} cannot be used: {problem.text}")


def _state(alert: AlertForm) -> str:
    if alert.state == "resolved":
        return alert.resolution.replace("_", " ")
    return f"taken by {alert.acknowledged_by}" if alert.acknowledged_at else "open"


def _as_of(alert: AlertForm) -> str:
    made_up = " Simulated data." if alert.reading.simulated else ""
    return f"; as of {alert.reading.as_of:%Y-%m-%d %H:%M:%S} UTC.{made_up}" if alert.reading.as_of else made_up
