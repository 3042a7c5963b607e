"""How the fleet's data comes in: messages by what happened to them, the broker, the simulator's history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from surefoot.app.client.errors import ClientError
from surefoot.app.client.telemetry_forms import LinkForm, RuleCount, SimulationForm, TelemetryStatus
from surefoot.app.pages import connection, record_words, sources_live, words
from surefoot.app.pages.markup import escape, icon, said
from surefoot.app.pages.runs_words import bar

EVERY_SECONDS = 5.0
RULES: Mapping[str, tuple[str, str]] = {
    "accepted": ("Accepted", "Kept as they came."),
    "duplicate": ("Repeated", "Vehicle and time were known already: nothing changed."),
    "out_of_order": ("Out of order", "Older than the newest of its vehicle; kept in its place."),
    "late": ("Late", "Much older than its arrival; kept in its place."),
    "skewed": ("Fast clock", "A little in the future; kept."),
    "no_position": ("Position ignored", "It cannot be true; the rest was kept."),
    "out_of_range": ("Value ignored", "It cannot be true; the rest was kept."),
    "unknown_field": ("Field ignored", "Its meaning is not known; the rest was kept."),
    "future": ("Refused: wrong clock", "Far in the future."),
    "too_old": ("Refused: too old", "Older than samples are kept."),
    "malformed": ("Refused: not readable", "It is no message of a vehicle."),
    "wrong_topic": ("Refused: wrong sender", "Sent under another vehicle's name."),
    "oversized": ("Refused: too large", "Larger than a message may be."),
}
"""What can happen to a message, in words."""
LINKS: Mapping[str, tuple[str, str, str]] = {
    "connected": ("good", "check_circle", "Connected"),
    "connecting": ("none", "sync", "Connecting"),
    "reconnecting": ("warn", "sync_problem", "Connecting again"),
    "refused": ("bad", "block", "The broker refuses"),
    "stopped": ("none", "stop_circle", "Stopped"),
}


def foot() -> None:
    """Draw it, closed until somebody wants to know."""
    with st.expander("How the data comes in", key="fleet-intake", on_change="rerun") as opened:
        if opened.open:
            st.fragment(_live, run_every=EVERY_SECONDS)()


def nothing() -> None:
    """What stands on the page before the first vehicle was heard of; looks again until one is."""
    st.fragment(_waiting, run_every=EVERY_SECONDS)()


def _waiting() -> None:
    try:
        status = connection.client().telemetry.status()
    except ClientError as error:
        sources_live.trouble(error)
        return
    if status.vehicles:
        st.rerun()
    st.html(
        '<p class="sf-lead">No vehicle was heard of yet. Vehicles send over MQTT or HTTP, files of drives can be '
        f"replayed, and a simulated fleet can drive; the guide on live data says how.</p>{history(status.simulation)}"
    )


def _live() -> None:
    try:
        status = connection.client().telemetry.status()
    except ClientError as error:
        sources_live.trouble(error)
        return
    st.html(told(status))


def told(status: TelemetryStatus) -> str:
    """All of it, as HTML."""
    trouble = f'<p class="sf-trouble">{icon("error")}<span>{said(status.trouble)}</span></p>' if status.trouble else ""
    facts = [
        ("Kept since the start", f"{status.kept:,}"),
        ("Refused since the start", f"{status.refused:,}"),
        ("On their way", f"{words.counted(status.waiting, 'message')}"),
        ("Being worked out", f"{words.counted(status.deriving, 'vehicle')}"),
        ("Broker", broker(status.broker)),
    ]
    pairs = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
    whole = f'<dl class="sf-facts-grid">{pairs}</dl>{history(status.simulation)}{_rules(status.rules)}'
    return f'<section class="sf-intake">{trouble}{whole}</section>'


def broker(link: LinkForm | None) -> str:
    """The connection to the broker, as HTML."""
    if link is None:
        return "None is set"
    tone, symbol, word = LINKS.get(link.state, ("none", "help", link.state))
    more = [said(link.reason)] if link.reason else [f"{link.messages_per_second:,.1f} messages a second"]
    more += [words.counted(link.unacknowledged, "message") + " not confirmed yet"] if link.unacknowledged else []
    state = f'<span class="sf-{tone}">{icon(symbol)} {escape(word)}</span>'
    return f'{state} <span class="sf-detail">{" · ".join(more)}</span>'


def history(simulation: SimulationForm) -> str:
    """The simulator, and how far the history is that it begins with; empty where it is off."""
    if not simulation.on:
        return ""
    if simulation.trouble:
        return f'<p class="sf-trouble">{icon("error")}<span>The simulator: {said(simulation.trouble)}</span></p>'
    if simulation.history_done < simulation.history_days:
        done, days = simulation.history_done, simulation.history_days
        return (
            f"<div><p>The simulator makes its history: {done:,} of {words.counted(days, 'day')}</p>"
            f"{bar(done, days, 'Days of history')}</div>"
        )
    return (
        f'<p class="sf-detail">{icon("science")} The simulator drives a made-up fleet: '
        f"{words.counted(simulation.sent, 'message')} since the start, all marked as simulated.</p>"
    )


def _rules(rules: Sequence[RuleCount]) -> str:
    if not rules:
        return '<p class="sf-detail">No message has come yet.</p>'
    order = list(RULES)
    known = sorted(rules, key=lambda one: (order.index(one.rule) if one.rule in order else len(order), one.source))
    heads = "".join(f'<th scope="col"{more}>{name}</th>' for name, more in _COLUMNS)
    rows = "".join(map(_rule, known))
    whole = f'<table class="sf-table"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    return f'<div class="sf-table-scroll" role="region" tabindex="0" aria-label="Messages">{whole}</div>'


_COLUMNS = (("Messages", ""), ("From", ""), ("Number", ' class="sf-right"'), ("Last", ""), ("What it means", ""))


def _rule(one: RuleCount) -> str:
    name, means = RULES.get(one.rule, (one.rule.replace("_", " ").capitalize(), ""))
    last = f"{words.local(one.last):%H:%M:%S}" if one.last else "–"
    age = f'<span title="{record_words.ago(record_words.age(one.last))}">{last}</span>' if one.last else last
    more = f'<span class="sf-detail sf-path">Last: {escape(one.example)}</span>' if one.example else ""
    return (
        f"<tr><td>{escape(name)}</td><td>{escape(one.source)}</td>"
        f'<td class="sf-right">{one.messages:,}</td><td>{age}</td><td>{escape(means)} {more}</td></tr>'
    )
