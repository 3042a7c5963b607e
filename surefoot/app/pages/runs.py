"""What goes on with sources: the runs of an assistant, newest first, or one of them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from surefoot.app.client.errors import ClientError
from surefoot.app.client.forms import AssistantForm
from surefoot.app.client.run_forms import RunForm
from surefoot.app.pages import (
    connection,
    hands,
    notices,
    runs_one,
    runs_replace,
    runs_words,
    sidebar,
    sources_live,
    sources_words,
)
from surefoot.app.pages.hands import Deed
from surefoot.app.pages.markup import act, escape, icon
from surefoot.app.pages.places import address, asked, go, here

SHOWN = 50
"""Runs on the list; a person can ask for more."""
MOST = 500
BUSY_SECONDS, IDLE_SECONDS = 1.0, 10.0


def page() -> None:
    """Draw the runs of the assistant that the address names, or the run that it names."""
    assistants = connection.client().assistants()
    run = runs_one.found(asked("run")) if asked("run") else None
    assistant = sidebar.chosen(assistants, run.assistant if run else asked("assistant"))
    hands.mount(_actions(assistant, run), panel="", drop=False, largest=0, scroll="", round=0)
    sidebar.draw(assistants, assistant, "runs")
    notices.draw()
    with st.container(key="runs", gap="medium"):
        if asked("run"):
            runs_one.draw(run, assistant)
        elif assistant is not None:
            _list(assistant)
        else:
            st.html('<h1 class="sf-greeting">No runs yet</h1><p class="sf-lead">There is no assistant yet.</p>')
    runs_replace.draw()


def _actions(assistant: AssistantForm | None, run: RunForm | None) -> hands.Actions:
    name = assistant.name if assistant else ""
    return {
        **sidebar.actions("runs", name),
        **(runs_one.actions(run) if run else {}),
        "back": lambda _: go("runs", assistant=name),
        "run": lambda deed: go("runs", run=deed["run"]),
        "document": lambda deed: go("library", document=deed["document"]),
        "items": _turn_to,
        "sources": lambda _: go("sources", assistant=name),
        "source-runs": lambda deed: go("runs", assistant=name, source=deed.get("id", "")),
        "more": lambda _: here(shown=MOST),
    }


def _turn_to(deed: Deed) -> None:
    here(status=deed.get("status", ""), page=deed.get("page", ""))


def _list(assistant: AssistantForm) -> None:
    runs = _runs(assistant)
    st.html(f'<h1 class="sf-greeting">Runs of {escape(assistant.title)}</h1>')
    if not runs:
        link = f'href="{escape(address("sources", assistant=assistant.name))}" {act("sources")}'
        st.html(
            '<p class="sf-lead">No runs yet. A run looks through a source and reads what is new, changed or gone. '
            f"It begins when a source is run, when its time comes, or when a watched folder changes.</p>"
            f'<p><a class="sf-button" {link}>{icon("input")}<span>Go to the sources</span></a></p>'
        )
        return
    busy = any(map(runs_words.live, runs))
    st.fragment(_live, run_every=BUSY_SECONDS if busy else IDLE_SECONDS)(assistant, busy=busy)


def _runs(assistant: AssistantForm) -> list[RunForm]:
    limit = MOST if asked("shown") else SHOWN
    return connection.client().knowledge.runs(assistant.name, asked("source") or None, limit)


def _live(assistant: AssistantForm, *, busy: bool) -> None:
    """The list as it is now; where the first begins or the last ends, the page is drawn anew at another pace."""
    try:
        runs = _runs(assistant)
    except ClientError as error:
        sources_live.trouble(error)
        return
    if not runs or any(map(runs_words.live, runs)) is not busy:
        st.rerun()
    going = [run for run in runs if runs_words.live(run)]
    if asked("source"):
        st.html(_only(runs))
    for run in going:  # each for itself: news of one leaves the keyboard on another where it is
        st.html(f'<div class="sf-run-list">{_row(run)}</div>')
    ended = "".join(_row(run) for run in runs if not runs_words.live(run))
    sources_live.show(f'<div class="sf-run-list">{ended}</div>' if ended else "")
    if len(runs) >= SHOWN and not asked("shown"):
        st.html(f'<p><button type="button" class="sf-button" {act("more")}>Show up to {MOST} runs</button></p>')


def _only(runs: Sequence[RunForm]) -> str:
    name = runs_words.name(runs[0])
    return (
        f'<p class="sf-detail">Runs of the source “{escape(name)}”. '
        f'<button type="button" class="sf-link" {act("source-runs")}>Show all runs</button></p>'
    )


def _row(run: RunForm) -> str:
    found = runs_words.verdict(run)
    live = runs_words.live(run)
    counts = [f"{run.done:,} of {run.total:,}"] if live else [f"{run.done:,} done"]
    counts += [f"{run.unchanged:,} unchanged"] if run.unchanged else []
    pace = runs_words.pace(run) if live else found.more
    when = sources_words.ago(run.finished_at or run.started_at or run.created_at)
    bar = runs_words.bar(run.done, run.total, "Documents done") if live else ""
    said = " · ".join(filter(None, [*counts, pace]))
    return (
        f'<a class="sf-run" href="{escape(address("runs", run=run.id))}" {act("run", run=run.id)}>'
        f"{runs_words.state(found)}<span><b>{escape(runs_words.name(run))}</b>"
        f'<span class="sf-detail"> {escape(runs_words.KINDS.get(run.kind, run.kind))}</span></span>'
        f'<span class="sf-run-progress sf-detail">{escape(said)}{bar}</span>'
        f'<span class="sf-detail">{escape(when)}</span></a>'
    )
