"""Audit: who did what, when, to what; whether the chain is whole; for auditors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

import streamlit as st

from surefoot.app.client.account_forms import MeForm
from surefoot.app.client.trail_forms import EntryForm, SentForm, TrailForm
from surefoot.app.pages import alerts, connection, governing, words
from surefoot.app.pages.hands import Actions
from surefoot.app.pages.markup import act, escape, icon, said
from surefoot.app.pages.places import address, asked, here

SHOWN = 100
_NAME = re.compile(r"^[a-z]+(_[a-z]+)+$")
KINDS: Mapping[str, str] = {
    "": "Everything",
    "person:": "People and sign-in",
    "question:": "Questions",
    "document:": "Documents",
    "library:": "Searches",
    "conversation:": "Conversations",
    "source:": "Sources",
    "data:": "Retention",
    "trail:": "The trail itself",
}


def page() -> None:
    """Draw it."""
    actions: Actions = {
        "kind": lambda deed: here(kind=deed.get("kind", ""), before=""),
        "older": lambda deed: here(before=deed.get("before", "")),
        "newest": lambda _: here(before="", person="", thing=""),
        "who": lambda deed: here(person=deed.get("person", ""), before=""),
        "thing": lambda deed: here(thing=deed.get("thing", ""), before=""),
        **alerts.alert_actions(),
    }
    governing.frame("audit", "trail:read", actions, _draw)


def _draw(me: MeForm) -> None:
    governing.head(
        "Audit trail",
        "Every act in the order in which it was committed, each entry sealed with the one before it. People stand "
        "under pseudonyms, contents as digests.",
    )
    alerts.acts_section(connection.client(), me)
    _seal()
    st.html(_filters())
    before = asked("before")
    found = connection.client().trail.list(
        kind=asked("kind"), person=asked("person"), thing=asked("thing"),
        before=int(before) if before.isdecimal() else None, limit=SHOWN,
    )  # fmt: skip
    st.html(table(found) if found.entries else '<p class="sf-lead">Nothing of this kind happened yet.</p>')


def _seal() -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Verify the chain", icon=":material/verified:", key="verify"):
            with st.spinner("Holding every entry against the one before it …"), connection.reporting():
                st.session_state["verdict"] = connection.client().trail.verify()
        if st.button("Put the export together", icon=":material/download:", key="export"):
            with connection.reporting():
                st.session_state["trail"] = b"".join(connection.client().trail.export())
        if data := st.session_state.get("trail"):
            st.download_button("Download", data, "audit-trail.jsonl", "application/x-ndjson", on_click="ignore")
    verdict = st.session_state.get("verdict")
    if verdict is None:
        return
    if verdict.whole:
        st.html(
            f'<p role="status"><span class="sf-good">{icon("verified")}</span> The chain is whole: {verdict.entries:,} '
            f"entries, held against {words.counted(verdict.heads, 'signed head')}. "
            f"{said('Note its end elsewhere; `surefoot audit verify --against` shows later whether it is')} "
            f'still in there: <code class="sf-code">{escape(verdict.end)}</code></p>'
        )
    else:
        faults = "".join(f"<li>{escape(fault)}</li>" for fault in verdict.faults)
        more = f"<li>and {verdict.more:,} more</li>" if verdict.more else ""
        st.html(
            f'<div class="sf-trouble" role="alert">{icon("gpp_bad")}<span>The chain is broken. The {verdict.entries:,} '
            f"entries before the first fault are whole.<ul>{faults}{more}</ul></span></div>"
        )
    if verdict.sent:
        st.html("".join(map(_sent, verdict.sent)))


def _sent(place: SentForm) -> str:
    """How sending signed heads to a place is doing."""
    when = f"last at {place.at:%Y-%m-%d %H:%M} UTC" if place.at else "not yet"
    trouble = f' <span class="sf-bad">{said(place.trouble)}</span>' if place.trouble else ""
    return f'<p class="sf-detail">Signed heads go to {escape(place.to)}: {when}.{trouble}</p>'


def _filters() -> str:
    chips = "".join(
        f'<a class="sf-filter" href="{escape(address("audit", kind=kind))}" {act("kind", kind=kind)}'
        f"{' aria-current=true' if asked('kind') == kind else ''}>{escape(label)}</a>"
        for kind, label in KINDS.items()
    )
    only = asked("person") or asked("thing")
    back = (
        f'<button type="button" class="sf-link" {act("newest")}>Show all again</button>'
        if only or asked("before")
        else ""
    )
    return f'<div class="sf-chips">{chips}{back}</div>'


def table(found: TrailForm) -> str:
    """The entries, each with its facts in words."""
    rows = "".join(map(_row, found.entries))
    older = found.entries[-1].number
    more = f'<p><button type="button" class="sf-button" {act("older", before=older)}>Older entries</button></p>'
    return (
        '<div class="sf-table-scroll"><table class="sf-table sf-stack"><thead><tr>'
        "<th>Entry</th><th>When (UTC)</th><th>Who</th>"
        f"<th>What</th><th>To</th><th>Facts</th></tr></thead><tbody>{rows}</tbody></table></div>"
        f"{more if found.more else ''}"
    )


def _row(entry: EntryForm) -> str:
    who = entry.name or entry.actor
    link = (
        f'<button type="button" class="sf-link" {act("who", person=entry.person or entry.actor)}>{escape(who)}</button>'
    )
    thing = (
        f'<button type="button" class="sf-link" {act("thing", thing=entry.thing)} title="{escape(entry.thing)}">'
        f"{escape(entry.thing[:12])}</button>"
        if entry.thing
        else ""
    )
    when = entry.at[:19].replace("T", " ")
    cells = (
        ("Entry", f"{entry.number:,}"),
        ("When (UTC)", escape(when)),
        ("Who", link),
        ("What", escape(entry.kind.replace(":", " · "))),
        ("To", thing),
        ("Facts", escape(_told(entry.facts))),
    )
    return f"<tr>{''.join(_cell(label, held) for label, held in cells)}</tr>"


def _cell(label: str, held: str) -> str:
    """A cell with its column's name, which stands before it on a phone."""
    whole = ' class="sf-whole"' if label in {"When (UTC)", "To"} else ""
    return f'<td data-label="{label}"{whole}>{held}</td>'


def _told(facts: Mapping[str, Any]) -> str:
    return "; ".join(f"{key.replace('_', ' ')}: {_fact(value)}" for key, value in facts.items())


def _fact(value: object) -> str:
    """One fact in words; the name of an outcome is read as words are."""
    if isinstance(value, list):
        return ", ".join(map(str, cast("list[object]", value))) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "none"
    return _NAME.sub(lambda found: found.group().replace("_", " "), str(value))
