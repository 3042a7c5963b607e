"""Where an assistant's documents come from: a card a source with how it is doing, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from surefoot.app.client.errors import ClientError
from surefoot.app.client.forms import AssistantForm
from surefoot.app.client.source_forms import KindForm, SourceChange, SourceForm
from surefoot.app.pages import (
    connection,
    hands,
    notices,
    runs_words,
    sidebar,
    source_form,
    sources_card,
    sources_live,
    sources_removal,
    status_line,
    words,
)
from surefoot.app.pages.hands import Deed
from surefoot.app.pages.markup import act, escape, icon
from surefoot.app.pages.places import address, asked, go

CHOOSE = "choose"
BUSY_SECONDS, IDLE_SECONDS = 1.5, 10.0
"""How often the cards look for news: while something runs, and else."""


def page() -> None:
    """Draw the sources of the assistant that the address names, or the form of one."""
    assistants = connection.client().assistants()
    assistant = sidebar.chosen(assistants, asked("assistant"))
    hands.mount(_actions(assistant), panel="", drop=False, largest=0, scroll="", round=0)
    sidebar.draw(assistants, assistant, "sources")
    notices.draw()
    status_line.draw(model=False)
    if assistant is None:
        st.html(
            '<h1 class="sf-greeting">No assistant yet</h1>'
            '<p class="sf-lead">Drop files on the chat page: that makes one, and sources can feed it.</p>'
        )
    elif asked("source") or asked("add"):
        _form(assistant)
    else:
        _cards(assistant)
        sources_removal.draw()


def _actions(assistant: AssistantForm | None) -> hands.Actions:
    name = assistant.name if assistant else ""
    return {
        **sidebar.actions("sources", name),
        "back": lambda _: go("sources", assistant=name),
        "add": lambda deed: go("sources", assistant=name, add=deed.get("kind") or CHOOSE),
        "edit": lambda deed: go("sources", assistant=name, source=deed["id"]),
        "documents": lambda deed: go("library", assistant=name, source=deed["id"]),
        "rejected": lambda deed: go("library", assistant=name, source=deed["id"], status="rejected"),
        "run": lambda deed: go("runs", assistant=name, run=deed["run"]),
        "run-now": _run_now,
        "pause": lambda deed: _enable(deed, on=False),
        "resume": lambda deed: _enable(deed, on=True),
        "delete": lambda deed: sources_removal.ask(connection.client().knowledge.source(deed["id"])),
    }


def _run_now(deed: Deed) -> None:
    connection.client().knowledge.run_source(deed["id"])


def _enable(deed: Deed, *, on: bool) -> None:
    connection.client().knowledge.change_source(deed["id"], SourceChange(enabled=on))


def _form(assistant: AssistantForm) -> None:
    """The form that the address asks for; the choice of a kind where it names none that there is."""
    server = connection.client().knowledge
    kinds = {kind.kind: kind for kind in server.kinds()}
    if wanted := asked("source"):
        source = next((one for one in server.sources(assistant.name) if one.id == wanted), None)
        if source is None or source.declared or source.kind not in kinds:
            st.html(_lost(assistant, source))
            return
        source_form.draw(assistant, kinds[source.kind], source)
    elif asked("add") in kinds:
        source_form.draw(assistant, kinds[asked("add")])
    else:
        with st.container(key="sources", gap="medium"):
            st.html(
                f'{_back(assistant)}<h1 class="sf-greeting">Where do the documents come from?</h1>'
                f"{_choice(list(kinds.values()), assistant)}"
            )


def _back(assistant: AssistantForm) -> str:
    link = f'href="{escape(address("sources", assistant=assistant.name))}" {act("back")}'
    title = f"Sources of {escape(assistant.title)}"
    return f'<p><a class="sf-back" {link}>{icon("arrow_back")}<span>{title}</span></a></p>'


def _lost(assistant: AssistantForm, source: SourceForm | None) -> str:
    if source is None:
        said = "It was deleted, or it belongs to another assistant."
        return f'{_back(assistant)}<h1 class="sf-greeting">This source is not here</h1><p class="sf-lead">{said}</p>'
    return (
        f'{_back(assistant)}<h1 class="sf-greeting">{escape(source.name)}</h1>'
        f'<p class="sf-lead">{sources_card.where_declared(source)}</p>'
    )


def _choice(kinds: Sequence[KindForm], assistant: AssistantForm) -> str:
    items = "".join(
        f'<li><a class="sf-kind" href="{escape(address("sources", assistant=assistant.name, add=kind.kind))}" '
        f"{act('add', kind=kind.kind)}>{icon(kind.icon.removeprefix(':material/').removesuffix(':'))}"
        f'<span class="sf-name">{escape(kind.title)}</span>'
        f'<span class="sf-summary">{escape(kind.description)}</span></a></li>'
        for kind in kinds
    )
    return f'<ul class="sf-kinds">{items}</ul>'


def _cards(assistant: AssistantForm) -> None:
    server = connection.client().knowledge
    sources = server.sources(assistant.name)
    kinds = server.kinds()
    with st.container(key="sources", gap="medium"):
        st.html(_head(assistant, sources))
        if not sources:
            st.html(
                '<p class="sf-lead">No sources yet. A source brings documents in, and keeps them as they are where '
                "they come from: what changes there changes here, what is deleted there is deleted here. "
                f"Where do the documents of {escape(assistant.title)} lie?</p>{_choice(kinds, assistant)}"
            )
            return
        busy = _busy(sources)
        icons = {kind.kind: kind.icon for kind in kinds}
        st.fragment(_live, run_every=BUSY_SECONDS if busy else IDLE_SECONDS)(assistant.name, icons, busy=busy)


def _busy(sources: Sequence[SourceForm]) -> bool:
    return any(one.last_run is not None and runs_words.live(one.last_run) for one in sources)


def _live(assistant: str, icons: dict[str, str], *, busy: bool) -> None:
    """The cards as they are now; where one begins or ends to run, the page is drawn anew at another pace."""
    try:
        sources = connection.client().knowledge.sources(assistant)
    except ClientError as error:
        sources_live.trouble(error)
        return
    if not sources or _busy(sources) is not busy:
        st.rerun()
    for source in sources:
        sources_card.draw(source, icons.get(source.kind, ""))


def _head(assistant: AssistantForm, sources: Sequence[SourceForm]) -> str:
    add = (
        f'<a class="sf-button" href="{escape(address("sources", assistant=assistant.name, add=CHOOSE))}" '
        f"{act('add')}>{icon('add')}<span>Add a source</span></a>"
    )
    facts = [words.counted(len(sources), "source")]
    bad = sum(one.health == "trouble" for one in sources)
    facts += [f'<span class="sf-bad">{icon("error")} {bad} cannot be read</span>'] if bad else []
    late = sum(one.health == "stale" for one in sources)
    facts += [f'<span class="sf-warn">{icon("history")} {late} overdue</span>'] if late else []
    row = f'<div class="sf-library-row"><p>{" · ".join(facts)}</p><p>{add}</p></div>' if sources else ""
    return f'<h1 class="sf-greeting">Sources of {escape(assistant.title)}</h1>{row}'
