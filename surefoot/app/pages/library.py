"""The library of an assistant: what it knows, what could not be read, what people asked for in vain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from surefoot.app.client.forms import AssistantForm, DocumentRow, OpenGap
from surefoot.app.pages import connection, document, drop, follow, hands, notices, removal_window, sidebar, words
from surefoot.app.pages.hands import Deed
from surefoot.app.pages.markup import act, escape, icon
from surefoot.app.pages.places import asked, go, here

_TABLE = "table_round"
STATES = {"ready": "✓ Ready", "ingested": "✓ Ready", "rejected": "✕ Not read", "deleting": "… Being deleted"}


def page() -> None:
    """Draw the library of the assistant that the address names, or one of its documents."""
    server = connection.client()
    assistants = server.assistants()
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
            '<h1 class="sf-greeting">No library yet</h1><p class="sf-lead">Drop files on the chat page: that makes one.</p>'
        )
        return
    _take_files(assistant)
    notices.draw()
    rows = sorted(server.documents(assistant.name).documents, key=lambda d: (d.title.lower(), d.version))
    with st.container(key="library", gap="medium"):
        st.html(_head(assistant, rows))
        slot = st.empty()
        if rows:
            _table(assistant, rows)
        _gaps(server.gaps(assistant.name), assistant)
        if assistant.private:
            _end(assistant, len(rows))
    removal_window.draw()
    follow.reading(drop.reading(assistant.name), slot)


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
        f'<button type="button" class="sf-button" {act("folder")}>{icon("create_new_folder")}<span>Add a folder</span></button>'
    )


def _table(assistant: AssistantForm, rows: Sequence[DocumentRow]) -> None:
    query = st.text_input(
        "Find a document", key=f"find-{assistant.name}", placeholder="Find a document", icon=":material/search:",
        label_visibility="collapsed",
    )  # fmt: skip
    wanted = query.lower().split()
    found = [r for r in rows if all(w in f"{r.title} {r.path} {r.status} {r.reason or ''}".lower() for w in wanted)]
    if not found:
        st.html('<p class="sf-detail">No document has these words in its name.</p>')
        return
    key = f"documents-{assistant.name}-{query}-{st.session_state.get(_TABLE, 0)}"
    event: Any = st.dataframe(
        [_row(r) for r in found],
        key=key,
        height=min(38 + 35 * len(found), 560),
        hide_index=True,
        column_config=_columns(),
        placeholder="",
        selection_mode=["multi-row", "single-cell"],
        on_select=lambda: _opened(key, found),
        alt=f"Documents of {assistant.title}",
    )
    chosen = [found[n] for n in event.selection.rows if n < len(found)]
    _selected(assistant, chosen)


def _row(row: DocumentRow) -> dict[str, object]:
    old = "↺ Superseded" if row.superseded and row.status in {"ready", "ingested"} else ""
    return {
        "Title": row.title or row.path,
        "Status": old or STATES.get(row.status, row.status.capitalize()),
        "Pages": row.pages,
        "Version": row.version,
        "Added": words.local(row.created_at) if row.created_at else None,
        "Size": words.size(row.size) if row.size else "",
        "Note": row.reason or (f"File: {row.path}" if row.path else ""),
    }


def _columns() -> dict[str, Any]:
    config = st.column_config
    return {
        "Title": config.TextColumn(width=330),
        "Status": config.TextColumn(width=130),
        "Pages": config.NumberColumn(width=70),
        "Version": config.TextColumn(width=80),
        "Added": config.DatetimeColumn(format="D MMM YYYY", width=110),
        "Size": config.TextColumn(width=80),
        "Note": config.TextColumn(width="large"),
    }


def _opened(key: str, found: Sequence[DocumentRow]) -> None:
    """A click on a cell opens its document; marks at the left are for deleting several."""
    cells = st.session_state[key].selection.cells
    if cells and cells[0][0] < len(found):
        st.session_state[_TABLE] = st.session_state.get(_TABLE, 0) + 1
        go("library", document=found[cells[0][0]].document_id)


def _selected(assistant: AssistantForm, chosen: Sequence[DocumentRow]) -> None:
    if not chosen:
        st.html('<p class="sf-detail">Click on a document to open it; mark rows at the left to delete them.</p>')
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f"<p>{words.counted(len(chosen), 'document')} marked</p>", width="content")
        if len(chosen) == 1 and st.button("Open", key="open-marked"):
            go("library", document=chosen[0].document_id)
            st.rerun()
        if st.button("Delete …", icon=":material/delete:", key="delete-marked"):
            removal_window.ask(assistant, chosen)
            st.rerun()


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
        f'<section class="sf-gaps"><h2 class="sf-side">People asked for</h2><p class="sf-detail">Questions that the documents '
        f"of {escape(assistant.title)} could not answer. Add a document that does.</p>"
        f'<ul class="sf-list">{items}</ul></section>'
    )


def _end(assistant: AssistantForm, documents: int) -> None:
    with st.expander("Delete this assistant"):
        st.html(
            f"<p>{escape(assistant.title)} and its {words.counted(documents, 'document')} are removed from this machine. "
            "This cannot be undone. Conversations with it stay in your list.</p>"
        )
        if st.button(f"Delete {assistant.title}", icon=":material/delete_forever:", key="delete-assistant"):
            with connection.reporting():
                connection.client().delete_assistant(assistant.name)
                drop.dismiss(assistant.name)
                here(assistant="")
            st.rerun()
