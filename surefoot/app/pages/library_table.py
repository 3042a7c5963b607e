"""The table of a library: found by words, opened by a click, thinned out by marks; fast at ten thousand rows."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import streamlit as st

from surefoot.app.client.forms import AssistantForm, DocumentRow
from surefoot.app.pages import removal_window, words
from surefoot.app.pages.places import go
from surefoot.app.pages.removal_window import TABLE

STATES = {
    "ready": "✓ Ready",
    "ingesting": "… Being read",
    "rejected": "✕ Not read",
    "deleting": "… Being deleted",
}
TALLEST = 560
"""Pixels; a longer table scrolls."""


def draw(assistant: AssistantForm, rows: Sequence[DocumentRow]) -> None:
    """Draw it."""
    query = st.text_input(
        "Find a document", key=f"find-{assistant.name}", placeholder="Find a document", icon=":material/search:",
        label_visibility="collapsed",
    )  # fmt: skip
    wanted = query.lower().split()
    found = [r for r in rows if all(w in f"{r.title} {r.path} {r.status} {r.reason or ''}".lower() for w in wanted)]
    if not found:
        st.html('<p class="sf-detail">No document has these words in its name.</p>')
        return
    key = f"documents-{assistant.name}-{query}-{st.session_state.get(TABLE, 0)}"
    slot = st.empty()
    if "pandas" not in sys.modules:  # the first table of all waits for its library
        slot.html(f'<p class="sf-verdict sf-busy"><span class="sf-pulse"></span>Listing {len(found):,} documents …</p>')
    event: Any = slot.dataframe(
        [_row(r) for r in found],
        key=key,
        height=min(38 + 35 * len(found), TALLEST),
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
    old = "↺ Superseded" if row.superseded and row.status == "ready" else ""
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
        st.session_state[TABLE] = st.session_state.get(TABLE, 0) + 1
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
