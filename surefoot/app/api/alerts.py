"""/alerts: what rules over live data found, who takes care of it, and how rules and the webhook are doing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from surefoot.app.alerting import Alerting
from surefoot.app.api.asker import Parts, Who
from surefoot.app.audit.watching import Names
from surefoot.app.client.alert_forms import (
    Acknowledgement,
    AlertForm,
    AlertList,
    EvaluationForm,
    ProblemForm,
    RuleForm,
    RuleList,
    WebhookForm,
)
from surefoot.app.parts import App
from surefoot.app.webhook import WebhookState
from surefoot.core.nouns import Asker
from surefoot.eval.monitoring.alert_engine import RuleState
from surefoot.eval.monitoring.alert_nouns import Alert, SightOfActs
from surefoot.eval.monitoring.alert_rules import EVERYONE
from surefoot.ingestion.source_store import mark

router = APIRouter()


@router.get("/alerts")
def alerts(
    parts: Parts,
    who: Who,
    state: Literal["open", "all"] = "open",
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> AlertList:
    """The open alerts, the most urgent first; or all, the newest first."""
    sight, store = parts.alerts.sight(who), parts.alerts.store
    found = store.list(sight, every=state == "all", limit=limit)
    count = sum(store.count(sight).values())
    names = parts.accounts.people.names()
    return AlertList(alerts=[_form(alert, names) for alert in found], open=count, evaluation=_evaluation(parts.alerts))


@router.post("/alerts/{alert_id}/acknowledge")
def acknowledge(alert_id: str, body: Acknowledgement, parts: Parts, who: Who) -> AlertForm:
    """Say that somebody takes care of an alert; a second one is told who did before."""
    room = parts.alerts
    kept = room.store.acknowledge(alert_id, room.sight(who), body.note, room.clock())
    if room.webhook is not None:
        room.webhook.wake()
    return _form(kept, parts.accounts.people.names())


@router.get("/alerts/rules")
def rules(parts: Parts, who: Who) -> RuleList:
    """The rules that are for the asker, and how each is doing."""
    room = parts.alerts
    counts, states = room.store.count(room.sight(who)), room.engine.state.rules
    mine = [state for state in states.values() if _is_for(state, who)]
    told = [_rule(state, counts.get((state.rule.assistant, state.rule.name), 0)) for state in mine]
    return RuleList(rules=told, evaluation=_evaluation(room))


@router.get("/alerts/security")
def security(
    parts: Parts,
    who: Who,
    state: Literal["open", "all"] = "open",
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> list[AlertForm]:
    """Acts that nobody has acknowledged yet: changed roles, folder sources, exports; or all, the newest first."""
    found = parts.alerts.store.list(_watching(who), every=state == "all", limit=limit)
    return [_act_form(alert, parts) for alert in found]


@router.post("/alerts/security/{alert_id}/acknowledge")
def acknowledge_act(alert_id: str, body: Acknowledgement, parts: Parts, who: Who) -> AlertForm:
    """Say that somebody has looked at an act."""
    kept = parts.alerts.store.acknowledge(alert_id, _watching(who), body.note, parts.alerts.clock())
    return _act_form(kept, parts)


@router.get("/alerts/webhook")
def webhook(parts: Parts) -> WebhookForm:
    """How the webhook is doing."""
    room = parts.alerts
    if room.webhook is None:
        return WebhookForm(set=False, told="No webhook is set: alerts are shown on the page alone.")
    state = room.webhook.state()
    outbox = state.outbox
    return WebhookForm(
        set=True,
        host=state.host,
        signed=state.signed,
        waiting=outbox.waiting,
        oldest=outbox.oldest,
        delivered_at=outbox.delivered_at,
        given_up=outbox.given_up,
        trouble=outbox.trouble,
        resting_seconds=round(state.resting, 1),
        told=_told(state),
    )


def _told(state: WebhookState) -> str:
    outbox = state.outbox
    last = f"{outbox.delivered_at:%Y-%m-%d %H:%M} UTC" if outbox.delivered_at else None
    parts = [f"{state.host} took the last message at {last}." if last else f"{state.host} has taken no message yet."]
    if outbox.waiting and outbox.oldest:
        messages = "1 message waits" if outbox.waiting == 1 else f"{outbox.waiting:,} messages wait"
        parts.append(f"{messages}, the oldest since {outbox.oldest:%Y-%m-%d %H:%M} UTC.")
    parts += [outbox.trouble] if outbox.trouble else []
    if outbox.given_up:
        parts.append(f"{outbox.given_up:,} were given up in the last 7 days.")
    parts += [] if state.signed else ["Messages are not signed: set SUREFOOT_ALERT_WEBHOOK_KEY."]
    return " ".join(parts)


def _watching(who: Asker) -> SightOfActs:
    return SightOfActs(who, frozenset())


def _act_form(alert: Alert, parts: App) -> AlertForm:
    """An act's alert with the names of who it is about, as they are now."""
    sources = {mark(one.id): one.name for one in parts.jobs.parts.sources.list()}
    text = Names(parts.trail.people(), sources).filled(alert)
    return _form(alert, parts.accounts.people.names()).model_copy(update={"text": text})


def _form(alert: Alert, names: Mapping[str, str]) -> AlertForm:
    form = AlertForm.model_validate(alert.plain())
    return form.model_copy(update={"acknowledged_by": names.get(form.acknowledged_by, form.acknowledged_by)})


def _evaluation(room: Alerting) -> EvaluationForm:
    state = room.engine.state
    return EvaluationForm(
        every_seconds=room.seconds,
        evaluated_at=state.evaluated_at,
        begun_at=state.begun_at,
        trouble=state.trouble,
        since=state.since,
        problems=[ProblemForm(assistant=p.assistant, rule=p.rule, text=p.text) for p in state.problems],
    )


def _is_for(state: RuleState, who: Asker) -> bool:
    return EVERYONE in state.rule.groups or not who.groups.isdisjoint(state.rule.groups)


def _rule(state: RuleState, count: int) -> RuleForm:
    rule, decl = state.rule, state.rule.decl
    return RuleForm(
        assistant=rule.assistant,
        name=rule.name,
        title=decl.title,
        severity=decl.severity,
        text=decl.text,
        told=state.told,
        limit=state.limit,
        period=decl.period or "",
        groups=sorted(rule.groups),
        source=decl.source,
        open=count,
        held_back=state.applied.held_back,
        evaluated_at=state.evaluated_at,
        trouble=state.trouble,
        since=state.since,
    )
