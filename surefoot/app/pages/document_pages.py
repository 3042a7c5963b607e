"""The pages of a document: images with the pieces outlined beside their text, or the text alone, piece by piece."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from surefoot.app.client.errors import ClientError
from surefoot.app.client.forms import ChunkForm, DocumentForm
from surefoot.app.pages import connection
from surefoot.app.pages.markup import data_url, escape, said
from surefoot.app.pages.places import asked, here
from surefoot.app.pages.quoting import passage

PIECES = 25
"""Pieces on one screen of a document without pages."""
OUTLINES = 2
"""Colours that the outlines on a page's image take in turn."""


def draw(document: DocumentForm, piece: str, *, masked: bool) -> None:
    """Draw them; images only where nothing in them is masked."""
    if document.media_type == "application/pdf" and document.pages and not masked:
        _paged(document, piece)
    else:
        _flowing(document, piece)


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
        st.html(_pieces(some, piece, numbered=True) or '<p class="sf-detail">This page holds no text.</p>')
    _image(slot, document, number)


def _turn_pages(number: int, pages: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="pager"):
        if st.button("Previous page", icon=":material/chevron_left:", key="page-before", disabled=number <= 1):
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
        image = connection.client().library.outlined_page(document.document_id, number)
    except ClientError as error:
        slot.html(f'<p class="sf-detail">Page {number} cannot be drawn: {said(error.message)}</p>')
        return
    slot.image(data_url(image), width="stretch", alt=f"Page {number} of {document.title}")


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


def _pieces(chunks: Sequence[ChunkForm], chosen: str, *, numbered: bool = False) -> str:
    """Pieces as HTML; numbered as their outlines on the page's image are."""
    return "".join(
        _piece(chunk, number if numbered else 0, here=bool(chosen) and chunk.chunk_id == chosen)
        for number, chunk in enumerate(chunks, start=1)
    )


def _piece(chunk: ChunkForm, number: int, *, here: bool) -> str:
    marks = [f'<span class="sf-outline sf-outline-{(number - 1) % OUTLINES}">{number}</span>'] if number else []
    path = " ".join([*marks, " › ".join(escape(h) for h in chunk.heading)]).strip()
    kind = "sf-piece sf-here" if here else "sf-piece"
    head = f'<p class="sf-detail sf-path">{path}</p>' if path else ""
    body = f'<div class="sf-passage">{passage(chunk.text)}</div>'
    return f'<section class="{kind}" data-piece="{escape(chunk.chunk_id)}">{head}{body}</section>'
