"""The library of an assistant: what it knows, what could not be read, what people asked for in vain."""

from __future__ import annotations

from typing import Any

import streamlit as st

from surefoot.app.client.forms import AssistantForm
from surefoot.app.client.library_forms import LibraryPage
from surefoot.app.pages import (
    connection,
    document,
    drop,
    follow,
    gap,
    hands,
    library_asked,
    library_table,
    notices,
    removal_window,
    sidebar,
    status_line,
    words,
)
from surefoot.app.pages.hands import Deed
from surefoot.app.pages.markup import act, escape, icon
from surefoot.app.pages.places import address, asked, go, here


def page() -> None:
    """Draw the library of the assistant that the address names, or one of its documents."""
    assistants = connection.client().assistants()
    if wanted := asked("document"):
        document.page(assistants, wanted)
        return
    assistant = sidebar.chosen(assistants, asked("assistant"))
    taking = {"drop": assistant is not None, "largest": connection.largest_upload(), "round": drop.rounds()}
    hands.mount(_actions(assistant), panel="", scroll="", **taking)
    sidebar.draw(assistants, assistant, "library")
    if assistant is None:
        st.html(
            '<h1 class="sf-greeting">No library yet</h1>'
            '<p class="sf-lead">Drop files on the chat page: that makes one.</p>'
        )
        return
    _take_files(assistant)
    notices.draw()
    status_line.draw(model=False)
    slot = _known(assistant)
    removal_window.draw()
    follow.reading(drop.reading(assistant.name), slot)


def _known(assistant: AssistantForm) -> Any:
    """What the assistant knows; gives the place where the reading of files is shown."""
    with st.container(key="library", gap="small"):
        head, slot = st.empty(), st.empty()
        found = library_asked.find(assistant.name)
        head.html(_head(assistant, found))
        if sum(found.counts.get("status", {}).values()):
            library_table.draw(assistant, found)
        if connection.me().may("gaps:read"):
            gap.listed(assistant)
        if assistant.private:
            _end(assistant, sum(found.counts.get("status", {}).values()))
    return slot


def _actions(assistant: AssistantForm | None) -> hands.Actions:
    name = assistant.name if assistant else ""
    return {
        **sidebar.actions("library", name),
        **library_table.actions(name),
        **gap.actions(),
        "ask": lambda _: go("chat", assistant=name),
        "dismiss": lambda deed: drop.dismiss(deed["assistant"]),
        "cancel": lambda deed: drop.cancel(deed["assistant"]),
        "sources": lambda _: go("sources", assistant=name),
        "large": _too_large,
        "nothing": _too_large,
    }


def _too_large(deed: Deed) -> None:
    drop.too_large(deed)


def _take_files(assistant: AssistantForm) -> None:
    if files := drop.take():
        with connection.reporting():
            drop.read(files, assistant.name)
        st.rerun()


def _head(assistant: AssistantForm, found: LibraryPage) -> str:
    summary = f'<p class="sf-lead">{escape(assistant.summary)}</p>'
    known = found.counts.get("status", {})
    if not sum(known.values()):
        link = f'href="{escape(address("sources", assistant=assistant.name))}" {act("sources")}'
        return (
            f'<h1 class="sf-greeting">{escape(assistant.title)}</h1>{summary}'
            f'<div class="sf-dropzone">{icon("upload_file")}<p><b>No documents yet.</b> Drop files or a folder here, '
            f"and {escape(assistant.title)} answers from them.</p><p>{_choose()}</p>"
            f'<p class="sf-detail">{escape(connection.formats())}. '
            f'Or let <a class="sf-link" {link}>a source</a> bring them, and keep them as they are there.</p></div>'
        )
    facts = [words.counted(sum(known.values()), "document")]
    if refused := known.get("rejected", 0):
        facts.append(f'<span class="sf-bad">{icon("error")} {refused:,} could not be read</span>')
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
