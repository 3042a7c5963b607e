"""Open alerts: how urgent, what is the matter, which rule says so on which reading, and who takes care of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from surefoot.app.client.account_forms import MeForm
from surefoot.app.client.alert_forms import AlertForm, AlertList, AlertReading, EvaluationForm
from surefoot.app.client.errors import ClientError
from surefoot.app.client.http import Client
from surefoot.app.pages import connection, notices, runs_words, sources_live, sources_words, words
from surefoot.app.pages.hands import Actions
from surefoot.app.pages.markup import act, escape, icon, said
from surefoot.app.pages.places import asked, here
from surefoot.app.pages.record_card import vehicle_link
from surefoot.app.pages.words import Verdict

BEAT_SECONDS = 10.0
SHOWN = 50
LONGEST = 1000
"""Characters of a note."""
ACT, OPEN = "alert-acknowledge", "alerts-open"
NAMED = 3
"""Vehicles that are named of alerts that are not shown."""
SEVERITIES = {
    "critical": Verdict("bad", "error", "Critical"),
    "warning": Verdict("warn", "warning", "Warning"),
    "info": Verdict("none", "info", "Info"),
}
_OPEN = "alert_to_acknowledge"


def alerts_section(client: Client, vehicle: str | None = None) -> None:
    """Draw the open alerts, those of one vehicle where it is named; they are looked at again every few seconds.

    The page that calls it mounts `alert_actions()` among its own.
    """
    st.fragment(_live, run_every=BEAT_SECONDS)(client, vehicle)
    _window(client)


def alert_actions() -> Actions:
    """What the buttons of alerts do."""
    return {
        ACT: lambda deed: _ask(deed.get("id", "")),
        OPEN: lambda deed: here(alerts=deed.get("rule", "")),
    }


def _live(client: Client, vehicle: str | None) -> None:
    try:
        found = client.alerts.list(limit=1000)
    except ClientError as error:
        sources_live.trouble(error)
        return
    st.html(draw(found, vehicle, opened=asked("alerts")))


def draw(found: AlertList, vehicle: str | None = None, now: datetime | None = None, opened: str = "") -> str:
    """The section as HTML; of the alerts of a rule the first stands for all, until the rule is opened."""
    some = [alert for alert in found.alerts if vehicle is None or alert.thing == vehicle]
    sure = found.evaluation.evaluated_at and not found.evaluation.trouble
    nothing = "No open alerts" if sure else "Alerts"
    head = f"<h2>{words.counted(len(some), 'open alert') if some else nothing}</h2>"
    of = f" of {escape(vehicle)}" if vehicle else ""
    calm = "" if some or not sure else f'<p class="sf-detail">No rule speaks up{of}.</p>'
    groups: dict[str, list[AlertForm]] = {}
    for alert in some:
        groups.setdefault(f"{alert.assistant}/{alert.rule}", []).append(alert)
    body = "".join(_group(name, alerts, vehicle, now, is_open=name == opened) for name, alerts in groups.items())
    return f'<section class="sf-failures">{head}{evaluation(found.evaluation, now)}{calm}{body}</section>'


def _group(name: str, alerts: Sequence[AlertForm], vehicle: str | None, now: datetime | None, *, is_open: bool) -> str:
    """The alerts of one rule: the most urgent, and how many more like it there are, of which vehicles."""
    on_page = vehicle is not None
    if len(alerts) == 1:
        return card(alerts[0], now, linked=not on_page)
    shown = alerts[:SHOWN] if is_open else alerts[:1]
    cards = "".join(card(alert, now, linked=not on_page) for alert in shown)
    if not is_open:
        things = sorted({alert.thing for alert in alerts[1:] if alert.thing})
        of = f" of {', '.join(things[:NAMED])}{' …' if len(things) > NAMED else ''}" if things and not on_page else ""
        label, rule = f"{words.counted(len(alerts) - 1, 'more alert')} of this rule{of}", name
    else:
        left = len(alerts) - len(shown)
        label, rule = (f"Show one; {words.counted(left, 'more alert')} not shown" if left else "Show one"), ""
    expanded = str(is_open).lower()
    more = (
        f'<button type="button" class="sf-button sf-small" {act(OPEN, rule=rule)} aria-expanded="{expanded}">'
        f"{icon('expand_less' if is_open else 'expand_more')}<span>{escape(label)}</span></button>"
    )
    return f"{cards}<p>{more}</p>"


def evaluation(state: EvaluationForm, now: datetime | None = None) -> str:
    """When rules were looked at last, and what is in the way, as HTML."""
    lines: list[str] = []
    if state.trouble:
        last = f"Last looked at {sources_words.ago(state.evaluated_at, now)}." if state.evaluated_at else ""
        since = f" (first {sources_words.ago(state.since, now)})" if state.since else ""
        lines.append(f"Not all rules can be looked at{escape(since)}: {said(state.trouble)} {escape(last)}".strip())
    for problem in state.problems:
        named = f"The rule “{problem.rule}”" if problem.rule else "The rules"
        lines.append(f"{escape(named)} of {escape(problem.assistant)} cannot be used: {said(problem.text)}")
    told = "".join(
        f'<p class="sf-trouble sf-mild" role="status">{icon("warning")}<span>{line}</span></p>' for line in lines
    )
    if state.trouble:
        return told
    when = sources_words.ago(state.evaluated_at, now) if state.evaluated_at else "not yet"
    return f'{told}<p class="sf-detail">Rules looked at {escape(when)}</p>'


def card(alert: AlertForm, now: datetime | None = None, *, linked: bool = True) -> str:
    """One alert as HTML; linked: with the way to its vehicle."""
    label = runs_words.state(SEVERITIES[alert.severity])
    name = f"sf-alert-{escape(alert.id)}"
    simulated = ' <span class="sf-detail">Simulated data</span>' if alert.reading.simulated else ""
    return (
        f'<div class="sf-failure-group"><p id="{name}">{label} {_text(alert, linked=linked)}{simulated}</p>'
        f"{_button(alert, name)}"
        f'<p class="sf-detail">Rule “{escape(alert.title)}”{_from(alert.reading)} · opened '
        f"{escape(sources_words.ago(alert.opened_at, now))}{_over(alert, now)}</p>"
        f'<p class="sf-detail">{escape(stands_on(alert.reading))}</p>{_taken(alert, now)}</div>'
    )


def _text(alert: AlertForm, *, linked: bool) -> str:
    """What it says; its vehicle's name leads to the vehicle."""
    if not linked or not alert.thing:
        return f"<b>{escape(alert.text)}</b>"
    before, named, after = alert.text.partition(alert.thing)
    if not named:
        return f"<b>{escape(alert.text)}</b> {vehicle_link(alert.thing)}"
    return f"<b>{escape(before)}{vehicle_link(alert.thing)}{escape(after)}</b>"


def stands_on(reading: AlertReading) -> str:
    """The reading that an alert stands on, in words: the value with its limit, the plan, and as of when."""
    value = f"{reading.value:,.{reading.decimals}f} {reading.unit}".strip() if reading.value is not None else ""
    limit = f"limit: {reading.limit}" if reading.limit else ""
    parts = [f"Reading: {value}" if value else "", limit, reading.told]
    parts += [f"as of {_moment(reading.as_of, reading.zone)}"] if reading.as_of else []
    return " · ".join(filter(None, parts))


def _moment(at: datetime, zone: str) -> str:
    """A moment on the clock of the records' zone."""
    try:
        there = at.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return f"{at:%d %B %Y, %H:%M:%S} UTC"
    return f"{there.day} {there:%B %Y, %H:%M:%S}"


def _from(reading: AlertReading) -> str:
    return f" ({escape(reading.source)})" if reading.source else ""


def _over(alert: AlertForm, now: datetime | None) -> str:
    """That its conditions hold no longer, where it waits for a person or for time to pass."""
    if alert.unheld_at is None:
        return ""
    return f" · no longer so, first seen {escape(sources_words.ago(alert.unheld_at, now))}"


def _button(alert: AlertForm, name: str) -> str:
    if alert.acknowledged_at is not None:
        return "<span></span>"
    return (
        f'<button type="button" class="sf-button sf-small" {act(ACT, id=alert.id)} aria-describedby="{name}">'
        f"{icon('task_alt')}<span>Acknowledge …</span></button>"
    )


def _taken(alert: AlertForm, now: datetime | None) -> str:
    if alert.acknowledged_at is None:
        return ""
    when = sources_words.ago(alert.acknowledged_at, now)
    told = f"{alert.acknowledged_by} takes care of it, {when}: “{alert.note}”"
    return f'<p class="sf-detail"><span class="sf-good">{icon("task_alt")}</span> {escape(told)}</p>'


def _ask(alert_id: str) -> None:
    st.session_state[_OPEN] = alert_id


def _window(client: Client) -> None:
    """The window that asks for a note, if it is open."""
    wanted = st.session_state.get(_OPEN)
    if not wanted:
        return
    _asked_for(next((a for a in client.alerts.list(limit=1000).alerts if a.id == wanted), None), _of_live_data(client))


def acts_section(client: Client, me: MeForm) -> None:
    """Draw the acts that somebody should know of, for who watches over them; nothing where there are none."""
    if not me.may("alerts:security"):
        return
    with connection.reporting():
        found = client.alerts.security()
        if found:
            st.html(acts(found))
        if wanted := st.session_state.get(_OPEN):
            _asked_for(
                next((a for a in found if a.id == wanted), None), Taking(client.alerts.acknowledge_act, "Noted.")
            )


def acts(found: Sequence[AlertForm], now: datetime | None = None) -> str:
    """The section of acts as HTML."""
    left = len(found) - SHOWN
    more = f'<p class="sf-detail">and {words.counted(left, "more")}</p>' if left > 0 else ""
    cards = "".join(_act(alert, now) for alert in found[:SHOWN])
    return f'<section class="sf-failures"><h2>Acts to look at</h2>{cards}{more}</section>'


def _act(alert: AlertForm, now: datetime | None) -> str:
    name = f"sf-alert-{escape(alert.id)}"
    when = f"{alert.title} · {sources_words.ago(alert.opened_at, now)} · {alert.reading.told}"
    return (
        f'<div class="sf-failure-group"><p id="{name}">{runs_words.state(SEVERITIES[alert.severity])} '
        f"<b>{escape(alert.text)}</b></p>{_button(alert, name)}"
        f'<p class="sf-detail">{escape(when)}</p></div>'
    )


@dataclass(frozen=True, slots=True)
class Taking:
    """How an alert is acknowledged, and what is said then."""

    deed: Callable[[str, str], object]
    told: str


def _of_live_data(client: Client) -> Taking:
    told = "Acknowledged. It stays on the list until its conditions hold no longer."
    return Taking(client.alerts.acknowledge, told)


def _asked_for(alert: AlertForm | None, taking: Taking) -> None:
    if alert is None:
        _close()
        notices.tell("This alert is over.")
        return
    st.dialog("Acknowledge the alert", on_dismiss=_close)(_form)(taking, alert)


def _form(taking: Taking, alert: AlertForm) -> None:
    st.html(f"<p>{escape(alert.text)}</p>")
    with st.form(f"acknowledge-{alert.id}", border=False):
        note = st.text_area("What is done about it", max_chars=LONGEST, key=f"note-{alert.id}", height=100).strip()
        sent = st.form_submit_button("Acknowledge", type="primary")
    if sent and not note:
        st.html('<p class="sf-field-error" role="alert">Say in a few words what is done about it.</p>')
    elif sent:
        with connection.reporting():
            taking.deed(alert.id, note)
            notices.tell(taking.told)
        _close()
        st.rerun()


def _close() -> None:
    st.session_state.pop(_OPEN, None)
