"""The table of a library: a hundred documents a page, each a link, marks at the left for doing something to several."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from surefoot.app.client.forms import AssistantForm
from surefoot.app.client.library_forms import LibraryPage, LibraryRow
from surefoot.app.pages import connection, library_asked, notices, removal_window, runs_pager, sources_live, words
from surefoot.app.pages.hands import Actions, Deed
from surefoot.app.pages.library_asked import FORMATS, ROWS, STATES
from surefoot.app.pages.markup import act, escape, icon, said
from surefoot.app.pages.places import address, asked, go, here, number
from surefoot.app.pages.removal_window import TABLE

_MARKED = "marked_documents"
_SYMBOLS = {"ready": ("good", "check_circle"), "rejected": ("bad", "error")}


def actions(assistant: str) -> Actions:
    """What clicks in the table do."""
    return {
        "document": lambda deed: go("library", document=deed["document"]),
        "status": lambda deed: _turn(status=deed.get("status", ""), page=""),
        "sort": lambda deed: _turn(sort=deed.get("sort", ""), page=""),
        "rows": lambda deed: _turn(page=deed.get("page", "")),
        "clear": lambda _: library_asked.reset(),
        "accept": _accept,
        "marked": lambda deed: _mark(assistant, deed),
    }


def _turn(**query: str) -> None:
    here(**query)
    st.session_state.pop(_MARKED, None)


def _accept(deed: Deed) -> None:
    taken = connection.client().library.accept(deed["document"])
    bad = taken.status == "rejected"
    notices.tell(f"It cannot be taken in: {taken.reason}" if bad else f"“{taken.title or taken.path}” is taken in.")


def _mark(assistant: str, deed: Deed) -> None:
    st.session_state[_MARKED] = (assistant, frozenset(deed.get("marked", "").split()))


def draw(assistant: AssistantForm, found: LibraryPage) -> None:
    """Draw it."""
    library_asked.draw(assistant.name, found)
    if not found.documents:
        st.html('<p class="sf-detail">No document has these words in its name, and these properties.</p>')
        return
    _selected(assistant, found.documents)
    round_ = st.session_state.get(TABLE, 0)
    st.html(f'<div class="sf-table-scroll" data-marks="{round_}">{_table(assistant, found.documents)}</div>')
    query = {"assistant": assistant.name, **library_asked.filters(), "sort": asked("sort")}
    sources_live.show(runs_pager.draw("library", "rows", (number("page"), found.total, ROWS), **query))


def _selected(assistant: AssistantForm, rows: Sequence[LibraryRow]) -> None:
    """The line above the table; it takes the same room whether documents are marked or not."""
    owner, marked = st.session_state.get(_MARKED, ("", frozenset[str]()))
    chosen = [row for row in rows if owner == assistant.name and row.document_id in marked]
    with st.container(horizontal=True, vertical_alignment="center", key="library-marked", height=44, border=False):
        if not chosen:
            st.html('<p class="sf-detail">Click a document to open it; mark some at the left to delete them.</p>')
            return
        st.html(f'<p role="status">{words.counted(len(chosen), "document")} marked</p>', width="content")
        if st.button("Delete …", icon=":material/delete:", key="delete-marked"):
            removal_window.ask(assistant, chosen)
            st.rerun()


def _table(assistant: AssistantForm, rows: Sequence[LibraryRow]) -> str:
    every = '<input type="checkbox" data-mark-all aria-label="Mark all documents on this page">'
    heads = [
        _sorting("Title", "title", "sf-col-title"),
        _sorting("Status", "status", "sf-col-status"),
        '<th scope="col" class="sf-wide">Format</th>',
        _sorting("Passages", "chunks", "sf-right sf-wide"),
        _sorting("Size", "size", "sf-right sf-wide"),
        _sorting("Changed", "updated", "sf-right sf-wide"),
    ]
    body = "".join(map(_row, rows))
    name = escape(f"Documents of {assistant.title}")
    return (
        f'<table class="sf-table" aria-label="{name}"><thead><tr><th scope="col">{every}</th>{"".join(heads)}</tr>'
        f"</thead><tbody>{body}</tbody></table>"
    )


def _sorting(label: str, name: str, column: str) -> str:
    """A head that sorts by its column, and the other way at the second click."""
    now = library_asked.sort()
    down, up = f"-{name}", name
    to = down if now == up or (now != down and name in {"size", "chunks", "updated"}) else up
    said = {up: "ascending", down: "descending"}.get(now, "none")
    mark = {up: icon("arrow_upward"), down: icon("arrow_downward")}.get(now, "")
    known = (
        f'type="button" class="sf-sort" id="sf-sort-{name}"'  # by its id it keeps the keyboard: what it does changes
    )
    button = f"<button {known} {act('sort', sort=to)}>{label} {mark}</button>"
    return f'<th scope="col" aria-sort="{said}" class="{column}">{button}</th>'


def _row(row: LibraryRow) -> str:
    title = escape(row.title or row.path)
    link = f'href="{escape(address("library", document=row.document_id))}" {act("document", document=row.document_id)}'
    box = f'<input type="checkbox" data-mark="{escape(row.document_id)}" aria-label="Mark “{title}”">'
    facts = [escape(row.path)] if row.path and row.path != row.title else []
    facts += [dated] if (dated := escape(words.dated(row.version, row.valid_from))) else []
    format_ = FORMATS.get(row.media_type, row.media_type.rpartition("/")[2])
    figures = (f"{row.chunks:,}", words.size(row.size) if row.size else "", words.day(row.updated_at))
    cells = "".join(f'<td class="sf-right sf-wide">{figure}</td>' for figure in figures)
    return (
        f"<tr data-opens><td>{box}</td><td><a {link}>{title}</a>"
        f'<span class="sf-detail sf-path">{" · ".join(facts)}</span></td>'
        f'<td>{_state(row)}</td><td class="sf-hold sf-wide">{escape(format_)}</td>{cells}</tr>'
    )


def _state(row: LibraryRow) -> str:
    tone, symbol = _SYMBOLS.get(row.status, ("none", "hourglass_top"))
    word = STATES.get(row.status, row.status.capitalize())
    if row.superseded and row.status == "ready":
        tone, symbol, word = "warn", "history", "Superseded"
    more = f'<span class="sf-detail sf-path">{said(row.reason)}</span>' if row.reason else ""
    if row.accepted:
        more += '<span class="sf-detail sf-path">Accepted by a person</span>'
    if row.masked:
        more += f'<span class="sf-detail sf-path">{icon("visibility_off")} {row.masked:,} values masked</span>'
    button = ""
    if row.acceptable:
        button = (
            f'<button type="button" class="sf-button sf-small" {act("accept", document=row.document_id)} '
            f'aria-label="Accept “{escape(row.title or row.path)}”">{icon("task_alt")}<span>Accept</span></button>'
        )
    return f'<span class="sf-state sf-{tone}">{icon(symbol)} {escape(word)}</span>{more}{button}'
