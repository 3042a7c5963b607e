"""One document: what is known of it, its pages, and the pieces that answers quote from."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from surefoot.app.client.errors import ClientError
from surefoot.app.client.forms import AssistantForm, ChunkForm, DocumentForm
from surefoot.app.pages import connection, hands, notices, removal_window, sidebar, words
from surefoot.app.pages.evidence import superseded
from surefoot.app.pages.markup import act, escape, icon
from surefoot.app.pages.places import address, asked, go, here
from surefoot.app.pages.quoting import passage

PIECES = 25
"""Pieces on one screen of a document without pages."""


def page(assistants: Sequence[AssistantForm], document_id: str) -> None:
    """Draw the document that the address names."""
    document = _document(document_id)
    name = document.assistant if document is not None else asked("assistant")
    assistant = next((a for a in assistants if a.name == name), None)
    piece = asked("piece")
    scroll = f'.sf-piece[data-piece="{piece}"]' if re.fullmatch(r"[\w-]+", piece) else ""
    hands.mount(_actions(assistant), panel="", drop=False, largest=0, scroll=scroll if document else "", round=0)
    sidebar.draw(assistants, assistant, "library")
    notices.draw()
    with st.container(key="document", gap="medium"):
        if document is None:
            st.html(
                f'{_back(assistant)}<h1 class="sf-greeting">This document is not here</h1>'
                '<p class="sf-lead">It was deleted, or it belongs to somebody else.</p>'
            )
            return
        st.html(_back(assistant) + _head(document))
        _buttons(document, assistant)
        if document.media_type == "application/pdf" and document.pages:
            _paged(document, piece)
        else:
            _flowing(document, piece)
    removal_window.draw()


def _document(document_id: str) -> DocumentForm | None:
    try:
        return connection.client().document(document_id)
    except ClientError as error:
        if error.status == 404:
            return None
        raise


def _actions(assistant: AssistantForm | None) -> hands.Actions:
    name = assistant.name if assistant else ""
    return {
        "page": lambda deed: go("library" if deed.get("page") == "library" else "chat", assistant=name),
        "assistant": lambda deed: go("library", assistant=deed["assistant"]),
        "back": lambda _: go("library", assistant=name),
    }


def _back(assistant: AssistantForm | None) -> str:
    name = assistant.name if assistant else ""
    title = f"Library of {assistant.title}" if assistant else "Library"
    link = f'href="{escape(address("library", assistant=name))}" {act("back")}'
    return f'<p><a class="sf-back" {link}>{icon("arrow_back")}<span>{escape(title)}</span></a></p>'


def _head(document: DocumentForm) -> str:
    facts: list[str] = []
    if document.status == "rejected":
        facts.append(f'<span class="sf-bad">{icon("error")} Not read</span> {escape(document.reason or "")}')
    elif document.superseded:
        facts.append(superseded())
    else:
        facts.append(f'<span class="sf-good">{icon("verified")} Current</span>')
    facts += [words.counted(document.pages, "page")] if document.pages else []
    facts += [words.counted(len(document.chunk_list), "piece")]
    facts += [escape(dated)] if (dated := words.dated(document.version, document.valid_from)) else []
    facts += [words.size(document.size)] if document.size else []
    facts += [f"added {words.on_day(document.created_at)}"] if document.created_at else []
    return (
        f'<h1 class="sf-greeting">{escape(document.title or document.path)}</h1>'
        f'<p class="sf-facts">{" · ".join(facts)}</p>'
        f'<p class="sf-detail">{escape(document.path)}</p>'
    )


def _buttons(document: DocumentForm, assistant: AssistantForm | None) -> None:
    with st.container(horizontal=True):
        st.download_button(
            "Original",
            data=lambda: connection.client().original(document.document_id).data,
            file_name=document.path.rpartition("/")[2] or document.title,
            mime="application/octet-stream",
            icon=":material/download:",
            on_click="ignore",
            key="original",
        )
        if assistant is not None and st.button("Delete …", icon=":material/delete:", key="delete-document"):
            removal_window.ask(assistant, [document])
            st.rerun()


def _paged(document: DocumentForm, piece: str) -> None:
    pages = document.pages or 1
    at = next((c.page for c in document.chunk_list if piece and c.chunk_id == piece), None)
    wanted = asked("page")
    number = min(max(int(wanted) if wanted.isdecimal() else at or 1, 1), pages)
    _turn_pages(number, pages)
    left, right = st.columns([1, 1], gap="medium")
    with left:
        slot = st.empty()
    with right:
        some = [c for c in document.chunk_list if c.page == number]
        st.html(_pieces(some, piece) or '<p class="sf-detail">This page holds no text.</p>')
    _image(slot, document, number)


def _turn_pages(number: int, pages: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="pager"):
        if st.button("Page before", icon=":material/chevron_left:", key="page-before", disabled=number <= 1):
            _turn_to(number - 1)
        st.html(f"<p>Page {number} of {pages}</p>", width="content")
        if st.button("Next page", icon=":material/chevron_right:", key="page-next", disabled=number >= pages):
            _turn_to(number + 1)


def _turn_to(number: int) -> None:
    here(page=number, piece="")
    st.rerun()


def _image(slot: DeltaGenerator, document: DocumentForm, number: int) -> None:
    slot.html(f'<p class="sf-verdict sf-busy sf-sheet"><span class="sf-pulse"></span>Drawing page {number} …</p>')
    try:
        image = connection.client().page_image(document.document_id, number)
    except ClientError as error:
        slot.html(f'<p class="sf-detail">Page {number} cannot be drawn: {escape(error.message)}</p>')
        return
    slot.image(image, width="stretch", alt=f"Page {number} of {document.title}")


def _flowing(document: DocumentForm, piece: str) -> None:
    chunks = document.chunk_list
    if not chunks:
        text = f'<div class="sf-passage">{passage(document.text)}</div>' if document.text.strip() else ""
        st.html(text or '<p class="sf-lead">No text could be read from this file.</p>')
        return
    screens = (len(chunks) + PIECES - 1) // PIECES
    at = next((n for n, c in enumerate(chunks) if piece and c.chunk_id == piece), 0)
    screen = at // PIECES + 1
    if screens > 1:
        screen = st.pagination(screens, default=screen, key=f"screen-{document.document_id}-{piece}")
    first = (screen - 1) * PIECES
    st.html(_pieces(chunks[first : first + PIECES], piece))


def _pieces(chunks: Sequence[ChunkForm], chosen: str) -> str:
    return "".join(_piece(chunk, here=bool(chosen) and chunk.chunk_id == chosen) for chunk in chunks)


def _piece(chunk: ChunkForm, *, here: bool) -> str:
    path = " › ".join(escape(h) for h in chunk.heading)
    kind = "sf-piece sf-here" if here else "sf-piece"
    head = f'<p class="sf-detail sf-path">{path}</p>' if path else ""
    body = f'<div class="sf-passage">{passage(chunk.text)}</div>'
    return f'<section class="{kind}" data-piece="{escape(chunk.chunk_id)}">{head}{body}</section>'
