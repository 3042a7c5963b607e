"""The library of an assistant: what it knows, what could not be read, what people asked for in vain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from surefoot.app.client.forms import AssistantForm, DocumentRow, OpenGap
from surefoot.app.pages import (
    connection,
    document,
    drop,
    follow,
    hands,
    library_table,
    notices,
    removal_window,
    sidebar,
    words,
)
from surefoot.app.pages.hands import Deed
from surefoot.app.pages.markup import act, escape, icon
from surefoot.app.pages.places import asked, go, here


def page() -> None:
    """Draw the library of the assistant that the address names, or one of its documents."""
    assistants = connection.client().assistants()
    if wanted := asked("document"):
        document.page(assistants, wanted)
        return
    assistant = next((a for a in assistants if a.name == asked("assistant")), None) or next(iter(assistants), None)
    hands.mount(
        _actions(assistant),
        panel="",
        drop=assistant is not None,
        largest=connection.largest_upload(),
        scroll="",
        round=drop.rounds(),
    )
    sidebar.draw(assistants, assistant, "library")
    if assistant is None:
        st.html(
            '<h1 class="sf-greeting">No library yet</h1>'
            '<p class="sf-lead">Drop files on the chat page: that makes one.</p>'
        )
        return
    _take_files(assistant)
    notices.draw()
    slot = _known(assistant)
    removal_window.draw()
    follow.reading(drop.reading(assistant.name), slot)


def _known(assistant: AssistantForm) -> Any:
    """What the assistant knows; gives the place where the reading of files is shown."""
    server = connection.client()
    rows = sorted(server.documents(assistant.name).documents, key=lambda d: (d.title.lower(), d.version))
    with st.container(key="library", gap="medium"):
        st.html(_head(assistant, rows))
        slot = st.empty()
        if rows:
            library_table.draw(assistant, rows)
        _gaps(server.gaps(assistant.name), assistant)
        if assistant.private:
            _end(assistant, len(rows))
    return slot


def _actions(assistant: AssistantForm | None) -> hands.Actions:
    name = assistant.name if assistant else ""

    def to_page(deed: Deed) -> None:
        go("library" if deed.get("page") == "library" else "chat", assistant=name)

    return {
        "page": to_page,
        "assistant": lambda deed: go("library", assistant=deed["assistant"]),
        "ask": lambda _: go("chat", assistant=name),
        "dismiss": lambda deed: drop.dismiss(deed["assistant"]),
        "large": drop.too_large,
        "nothing": drop.too_large,
    }


def _take_files(assistant: AssistantForm) -> None:
    if files := drop.take():
        with connection.reporting():
            drop.read(files, assistant.name)
        st.rerun()


def _head(assistant: AssistantForm, rows: Sequence[DocumentRow]) -> str:
    summary = f'<p class="sf-lead">{escape(assistant.summary)}</p>'
    if not rows:
        return (
            f'<h1 class="sf-greeting">{escape(assistant.title)}</h1>{summary}'
            f'<div class="sf-dropzone">{icon("upload_file")}<p><b>No documents yet.</b> Drop files or a folder here, '
            f"and {escape(assistant.title)} answers from them.</p><p>{_choose()}</p>"
            '<p class="sf-detail">PDF, Word, Excel, HTML, Markdown, text, CSV</p></div>'
        )
    refused = sum(r.status == "rejected" for r in rows)
    old = sum(r.superseded for r in rows)
    facts = [words.counted(len(rows), "document")]
    facts += [f'<span class="sf-bad">{icon("error")} {refused} could not be read</span>'] if refused else []
    facts += [f'<span class="sf-warn">{icon("history")} {old} superseded</span>'] if old else []
    return (
        f'<h1 class="sf-greeting">{escape(assistant.title)}</h1>{summary}'
        f'<div class="sf-library-row"><p>{" · ".join(facts)}</p>'
        f"<p>{_choose()}</p></div>"
        '<p class="sf-detail">Drop files or a folder anywhere on this page to add them.</p>'
    )


def _choose() -> str:
    return (
        f'<button type="button" class="sf-button" {act("files")}>{icon("add")}<span>Add files</span></button> '
        f'<button type="button" class="sf-button" {act("folder")}>{icon("create_new_folder")}'
        "<span>Add a folder</span></button>"
    )


def _gaps(gaps: Sequence[OpenGap], assistant: AssistantForm) -> None:
    if not gaps:
        return
    items = "".join(
        f'<li><span class="sf-name">{escape(g.question)}</span>'
        f'<span class="sf-summary">Would make it sure: {escape(g.missing)}</span>'
        f'<span class="sf-fresh">{words.day(g.created_at)}</span></li>'
        for g in gaps
    )
    st.html(
        '<section class="sf-gaps"><h2 class="sf-side">People asked for</h2><p class="sf-detail">Questions that the '
        f"documents of {escape(assistant.title)} could not answer. Add a document that does.</p>"
        f'<ul class="sf-list">{items}</ul></section>'
    )


def _end(assistant: AssistantForm, documents: int) -> None:
    with st.expander("Delete this assistant"):
        st.html(
            f"<p>{escape(assistant.title)} and its {words.counted(documents, 'document')} are removed from this "
            "machine. This cannot be undone. Conversations with it stay in your list.</p>"
        )
        if st.button(f"Delete {assistant.title}", icon=":material/delete_forever:", key="delete-assistant"):
            with connection.reporting():
                connection.client().delete_assistant(assistant.name)
                drop.dismiss(assistant.name)
                here(assistant="")
            st.rerun()
