"""The card of a source: what it reads, when, how it is doing, and the buttons for it."""

from __future__ import annotations

import hashlib

import streamlit as st

from surefoot.app.client.run_forms import RunForm
from surefoot.app.client.source_forms import SourceForm
from surefoot.app.pages import runs_words, sources_words, words
from surefoot.app.pages.markup import act, escape, icon, said
from surefoot.app.pages.places import address


def draw(source: SourceForm, symbol: str) -> None:
    """Draw it; what changes while something runs is apart from the buttons, which keep the keyboard."""
    number = hashlib.sha256(source.id.encode()).hexdigest()[:12]
    with st.container(key=f"source-card-{number}"):
        st.html(facts(source, symbol, number))
        st.html(buttons(source, number))


def where_declared(source: SourceForm) -> str:
    """Where a declared source is changed, as HTML."""
    return (
        f'Declared with the assistant “{escape(source.assistant)}” itself, under <code class="sf-code">sources:</code> '
        "in its declaration. Change it there, then start Surefoot again."
    )


def facts(source: SourceForm, symbol: str, number: str) -> str:
    """What is known of a source, as HTML."""
    found = sources_words.HEALTH[source.health]
    kind = icon(symbol.removeprefix(":material/").removesuffix(":") or "input")
    head = (
        f'<div class="sf-source-head"><h2 id="sf-source-{number}">{kind}<span>{escape(source.name)}</span></h2>'
        f'<span class="sf-detail">{escape(source.title)}</span>{runs_words.state(found)}</div>'
        f'<p class="sf-source-reads">{escape(sources_words.reads(source))}</p>'
    )
    return f'<section class="sf-source">{head}{_trouble(source)}{_grid(source)}{_last(source.last_run)}</section>'


def _trouble(source: SourceForm) -> str:
    if source.health == "trouble" and source.trouble:
        return f'<p class="sf-trouble" role="status">{icon("error")}<span>{said(source.trouble)}</span></p>'
    if source.health == "partial":
        return _partly(source)
    more = sources_words.HEALTH[source.health].more
    mild = icon(sources_words.HEALTH[source.health].icon)
    return f'<p class="sf-trouble sf-mild">{mild}<span>{escape(more)}</span></p>' if more else ""


def _partly(source: SourceForm) -> str:
    """How many documents could not be read, and where each says why."""
    where = escape(address("library", assistant=source.assistant, source=source.id, status="rejected"))
    see = f'<a class="sf-link" href="{where}" {act("rejected", id=source.id)}>See why</a>'
    told = f"{words.counted(source.unread, 'document')} could not be read, so nothing in {_them(source)} is found."
    return f'<p class="sf-trouble sf-mild">{icon("rule")}<span>{told} {see}</span></p>'


def _them(source: SourceForm) -> str:
    return "it" if source.unread == 1 else "them"


def _grid(source: SourceForm) -> str:
    when = sources_words.schedule(source.schedule)
    if source.watched:
        when = f"at each change{f', and {when}' if source.schedule else ''}"
    link = (
        f'<a class="sf-link" href="{escape(address("library", assistant=source.assistant, source=source.id))}" '
        f"{act('documents', id=source.id)}>{words.counted(source.documents, 'document')}</a>"
    )
    rows = (
        ("Is read", escape(_capital(when))),
        ("Last checked", escape(_capital(sources_words.ago(source.checked_at)))),
        ("Last change seen", escape(_capital(sources_words.ago(source.changed_at)))),
        ("Next run", escape(_capital(sources_words.soon(source.next_run)))),
        ("In the library", link),
    )
    cells = "".join(f"<div><dt>{label}</dt><dd>{value}</dd></div>" for label, value in rows)
    return f'<dl class="sf-facts-grid">{cells}</dl>'


def _capital(words_: str) -> str:
    return words_[:1].upper() + words_[1:]


def _last(run: RunForm | None) -> str:
    """The last run in one line; it takes the same room while it goes on and after it has ended."""
    if run is None:
        return '<div class="sf-live-row"><span class="sf-none">It has not run yet.</span></div>'
    found = runs_words.verdict(run)
    known = runs_words.live(run)
    said_ = f"{run.done:,} of {run.total:,}" if known else sources_words.ago(run.finished_at or run.created_at)
    more = runs_words.pace(run) if known else found.more
    link = f'<a class="sf-link" href="{escape(address("runs", run=run.id))}" {act("run", run=run.id)}>Open the run</a>'
    bar = runs_words.bar(run.done, run.total, "Documents done") if known else '<span class="sf-meter sf-idle"></span>'
    return (
        f'<div class="sf-live-row"><span>{runs_words.state(found)} {escape(" · ".join(filter(None, (said_, more))))}'
        f"</span>{link}{bar}</div>"
    )


def buttons(source: SourceForm, number: str) -> str:
    """What can be done with it, as HTML."""
    described = f'aria-describedby="sf-source-{number}"'

    def button(name: str, label: str, symbol: str) -> str:
        return (
            f'<button type="button" class="sf-button sf-small" {described} {act(name, id=source.id)}>'
            f"{icon(symbol)}<span>{label}</span></button>"
        )

    run = [button("run-now", "Run now", "play_arrow")] if source.enabled else []
    if source.declared:
        note = f'<p class="sf-detail">{where_declared(source)}</p>'
        return f'<div class="sf-buttons">{"".join(run)}</div>{note}'
    scheduled = source.schedule or source.watched
    pause = button("pause", "Pause schedule" if scheduled else "Switch off", "pause")
    rest = [button("edit", "Edit", "edit"), pause if source.enabled else button("resume", "Resume", "play_arrow")]
    return f'<div class="sf-buttons">{"".join([*run, *rest, button("delete", "Delete …", "delete")])}</div>'
