"""One run: a bar a stage while it goes on, what became of its documents, why some failed, what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import streamlit as st

from surefoot.app.client.errors import ClientError
from surefoot.app.client.forms import AssistantForm
from surefoot.app.client.run_forms import RunForm
from surefoot.app.pages import (
    connection,
    notices,
    runs_failures,
    runs_items,
    runs_words,
    sources_live,
    sources_words,
    words,
)
from surefoot.app.pages.hands import Actions
from surefoot.app.pages.markup import act, escape, icon, said
from surefoot.app.pages.places import address, asked, go

BEAT_SECONDS = 1.0
TABLE_SECONDS = 4.0
"""The table is looked at less often than the bars: people read it."""


def found(run_id: str) -> RunForm | None:
    """The run of an id; None where there is none."""
    try:
        return connection.client().knowledge.run(run_id)
    except ClientError as error:
        if error.status == 404:
            return None
        raise


def actions(run: RunForm) -> Actions:
    """What the buttons of a run do."""
    server = connection.client().knowledge

    def again() -> None:
        go("runs", run=server.retry_run(run.id).id)
        notices.tell("Trying the failed documents again.")

    return {
        "pause": lambda _: _done(server.pause_run(run.id)),
        "resume": lambda _: _done(server.resume_run(run.id)),
        "cancel": lambda _: _done(server.cancel_run(run.id)),
        "confirm": lambda _: _done(server.confirm_run(run.id)),
        "keep": lambda _: _kept(server.cancel_run(run.id)),
        "retry-all": lambda _: again(),
        "remedy": lambda deed: runs_failures.remedy(run, deed.get("number", "")),
    }


def _done(_run: RunForm) -> None:
    """The page that follows shows it."""


def _kept(_run: RunForm) -> None:
    notices.tell("Nothing was removed. The documents stay in the library until a run finds them gone again.")


def draw(run: RunForm | None, assistant: AssistantForm | None) -> None:
    """Draw it."""
    name = assistant.name if assistant else ""
    back = f'href="{escape(address("runs", assistant=name))}" {act("back")}'
    title = f"Runs of {assistant.title}" if assistant else "Runs"
    way = f'<p><a class="sf-back" {back}>{icon("arrow_back")}<span>{escape(title)}</span></a></p>'
    if run is None:
        st.html(
            f'{way}<h1 class="sf-greeting">This run is not here</h1>'
            '<p class="sf-lead">It is over for long, or it belongs to somebody else.</p>'
        )
        return
    st.html(f'{way}<h1 class="sf-greeting">{escape(runs_words.name(run))}</h1>{_waits(run)}')
    live = run.state in {"running", "queued"}
    st.fragment(_progress, run_every=BEAT_SECONDS if live else None)(run)
    sources_live.show(_buttons(run))
    sources_live.show(_monitor(run))
    st.fragment(_documents, run_every=TABLE_SECONDS if live else None)(run.id)


def _progress(shown: RunForm) -> None:
    """How far it is; where its state becomes another, the whole page is drawn anew."""
    try:
        run = connection.client().knowledge.run(shown.id)
    except ClientError as error:
        sources_live.trouble(error)
        return
    if run.state != shown.state:
        st.rerun()
    state = runs_words.state(runs_words.verdict(run))
    st.html(
        f'<section class="sf-live"><p class="sf-facts">{state} {_facts(run)}</p>{runs_words.stage_bars(run)}'
        f'<p class="sf-detail sf-pace">{escape(_time(run))}</p></section>'
    )


def _facts(run: RunForm) -> str:
    facts = [runs_words.KINDS.get(run.kind, run.kind), f"{run.done:,} of {words.counted(run.total, 'document')}"]
    facts += [f"{run.unchanged:,} unchanged"] if run.unchanged else []
    facts += [more] if (more := runs_words.verdict(run).more) else []
    return " · ".join(["", *map(escape, facts)])


def _time(run: RunForm) -> str:
    if pace := runs_words.pace(run):
        return pace
    begun = f"Begun {sources_words.ago(run.started_at or run.created_at)} by {run.asked_by}"
    if run.finished_at and run.started_at:
        return f"{begun}, took {runs_words.duration((run.finished_at - run.started_at).total_seconds())}"
    return begun


def _buttons(run: RunForm) -> str:
    def button(name: str, label: str, symbol: str, more: str = "") -> str:
        return f'<button type="button" class="sf-button{more}" {act(name)}>{icon(symbol)}<span>{label}</span></button>'

    some: list[str] = []
    if run.state in {"running", "queued"} and run.kind != "remove":
        some.append(button("pause", "Pause", "pause"))
    if run.state == "paused":
        some.append(button("resume", "Resume", "play_arrow", " sf-main"))
    if runs_words.live(run) and run.state != "waiting" and run.kind != "remove":
        some.append(button("cancel", "Cancel", "close"))
    if not runs_words.live(run) and run.counts.get("failed"):
        some.append(button("retry-all", "Retry all failed", "refresh"))
    return f'<div class="sf-buttons">{"".join(some)}</div>' if some else ""


def _waits(run: RunForm) -> str:
    """Why it waits, failed or ended, with the two ways out where a person has to say."""
    if not run.reason:
        return ""
    mild = "" if run.state == "failed" else " sf-mild"
    symbol = "error" if run.state == "failed" else "front_hand" if run.state == "waiting" else "info"
    text = f'<p class="sf-trouble{mild}" role="status">{icon(symbol)}<span>{said(run.reason)}</span></p>'
    if run.state != "waiting":
        return text
    gone = run.counts.get("waiting", 0)
    confirm = f"Remove {words.counted(gone, 'document')}" if gone else "Confirm the removal"
    return (
        f'<div class="sf-live">{text}<p class="sf-buttons">'
        f'<button type="button" class="sf-button" {act("keep")}>{icon("lock")}<span>Keep them</span></button>'
        f'<button type="button" class="sf-button" {act("confirm")}>{icon("delete_forever")}'
        f"<span>{confirm}</span></button></p></div>"
    )


def _documents(run_id: str) -> None:
    """Why documents failed, and all of them."""
    server = connection.client().knowledge
    try:
        run, groups = server.run(run_id), server.run_failures(run_id)
        page = runs_items.asked_page(run_id)
    except ClientError as error:
        sources_live.trouble(error)
        return
    sources_live.show(runs_failures.draw(groups, ended=not runs_words.live(run)))
    st.html(runs_items.draw(run, page, asked("status")))


def _monitor(run: RunForm) -> str:
    """What the run says about the collection as a whole."""
    found = cast("dict[str, Any]", run.report.get("monitor") or {})
    alarms = cast("Sequence[dict[str, Any]]", found.get("alarms") or ())
    drift = cast("dict[str, Any]", found.get("drift") or {})
    if not alarms and not drift:
        return ""
    items = "".join(
        f'<p class="sf-trouble sf-mild" role="status">{icon("warning")}<span><b>{escape(alarm.get("message", ""))}</b> '
        f"{escape(alarm.get('remedy', ''))}</span></p>"
        for alarm in alarms
    )
    told = any(alarm.get("code") == "drift" for alarm in alarms)
    calm = "" if alarms else f'<p class="sf-good">{icon("check_circle")} Nothing stands out.</p>'
    body = f"{items}{calm}{_drift(drift, told=told)}"
    return f'<section class="sf-live"><h2>The collection after this run</h2>{body}</section>'


def _drift(drift: dict[str, Any], *, told: bool) -> str:
    """How far the collection has moved; `told`: an alarm names the words already."""
    if not drift:
        return ""
    score, chance = float(drift.get("score", 0)), float(drift.get("p_value", 1))
    came, went = (", ".join(map(str, drift.get(name) or ())) for name in ("came", "went"))
    said_ = f"Drift since the run before: {score:.0%} of the collection is new and unlike the rest (p = {chance:.3f})."
    more = f" More common now: {came}." if came and not told else ""
    more += f" Less common now: {went}." if went and not told else ""
    return f'<p class="sf-detail">{escape(said_ + more)}</p>'
