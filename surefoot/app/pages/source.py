"""The panel beside the conversation: a source with its quote highlighted, where it stands, and its page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from surefoot.app.client.errors import ClientError
from surefoot.app.client.forms import ChunkForm, CitationForm, DocumentForm, PassageForm
from surefoot.app.pages import connection, words
from surefoot.app.pages.evidence import superseded
from surefoot.app.pages.markup import act, escape, icon
from surefoot.app.pages.places import address
from surefoot.app.pages.quoting import passage as passage_markup
from surefoot.app.pages.turn import Shown

IMAGES = 24
"""Page images that a session keeps."""


@dataclass(frozen=True, slots=True)
class Source:
    """A quote and the passage that it stands in."""

    document_id: str
    title: str
    page: int | None
    heading: list[str]
    version: str
    is_superseded: bool
    chunk_id: str
    text: str
    quote: str
    number: int | None = None


def opened(name: str, turns: Sequence[Shown]) -> Source | None:
    """The source that an address names: "3.2" is citation 2 of turn 3, "3.e0" the first passage found there."""
    turn, _, which = name.partition(".")
    shown = next((t for t in turns if str(t.turn) == turn), None)
    if shown is None:
        return None
    if which.startswith("e") and which[1:].isdecimal():
        passages = shown.passages or []
        return _of_passage(passages[int(which[1:])]) if int(which[1:]) < len(passages) else None
    cited = next((c for c in shown.citations if str(c.number) == which), None)
    return _of_citation(cited, shown.passages or []) if cited else None


def _of_passage(p: PassageForm) -> Source:
    return Source(p.document_id, p.title, p.page, p.heading, p.version, p.superseded, p.chunk_id, p.text, "")


def _of_citation(c: CitationForm, passages: Sequence[PassageForm]) -> Source:
    text = next((p.text for p in passages if p.chunk_id == c.chunk_id), "")
    return Source(
        c.document_id, c.title, c.page, c.heading, c.version, c.superseded, c.chunk_id, text, c.quote, c.number
    )


def panel(source: Source) -> None:
    """Draw the panel."""
    with st.container(key="panel", gap=None):
        document = _document(source.document_id)
        st.html(_head(source, document))
        st.html(f'<div class="sf-panel-body">{_passage(source, document)}</div>')
        image = st.empty()
        st.html(_foot(source, document))
        if document is not None and document.media_type == "application/pdf" and source.page is not None:
            _page(image, source)


def _document(document_id: str) -> DocumentForm | None:
    try:
        return connection.client().document(document_id)
    except ClientError as error:
        if error.status == 404:
            return None
        raise


def _head(source: Source, document: DocumentForm | None) -> str:
    number = f'<span class="sf-chip sf-still">{source.number}</span> ' if source.number is not None else ""
    path = " › ".join(escape(h) for h in source.heading if h and h != source.title)
    facts = [f"Page {source.page}"] if source.page is not None else []
    facts += _validity(source, document)
    return (
        f'<div class="sf-panel-head"><h2 class="sf-panel-title" tabindex="-1">{number}{escape(source.title)}</h2>'
        f'<button type="button" class="sf-action" {act("close")} aria-label="Close the source" title="Close (Esc)">'
        f"{icon('close')}</button></div>"
        f'<p class="sf-detail">{" · ".join(facts) or "&nbsp;"}</p>'
        + (f'<p class="sf-detail sf-path">{path}</p>' if path else "")
    )


def _validity(source: Source, document: DocumentForm | None) -> list[str]:
    if document is None:
        return [f'<span class="sf-bad">{icon("delete")} No longer in the library</span>']
    valid = words.dated(document.version, document.valid_from)
    facts = [escape(valid[:1].upper() + valid[1:])] if valid else []
    old = document.superseded or source.is_superseded
    facts.append(superseded() if old else f'<span class="sf-good">{icon("verified")} Current</span>')
    return facts


def _passage(source: Source, document: DocumentForm | None) -> str:
    chunks = document.chunk_list if document is not None else []
    at = next((n for n, chunk in enumerate(chunks) if chunk.chunk_id == source.chunk_id), None)
    text = chunks[at].text if at is not None else source.text or source.quote
    shown = f'<div class="sf-passage">{passage_markup(text, source.quote)}</div>'
    if at is None:
        return shown
    return _neighbour(chunks, at - 1, "Text before it") + shown + _neighbour(chunks, at + 1, "Text after it")


def _neighbour(chunks: Sequence[ChunkForm], at: int, name: str) -> str:
    if not 0 <= at < len(chunks):
        return ""
    text = passage_markup(chunks[at].text)
    return f'<details class="sf-near"><summary>{name}</summary><div class="sf-passage">{text}</div></details>'


def _foot(source: Source, document: DocumentForm | None) -> str:
    if document is None:
        return ""
    query = {"document": source.document_id, "page": source.page, "piece": source.chunk_id}
    does = act("document", document=source.document_id, page=source.page or "", piece=source.chunk_id)
    link = escape(address("library", **query))
    return f'<p><a class="sf-button" href="{link}" {does}>{icon("description")}<span>Open document</span></a></p>'


def _page(slot: DeltaGenerator, source: Source) -> None:
    page = source.page or 1
    known: OrderedDict[tuple[str, int, str], bytes] = st.session_state.setdefault("page_images", OrderedDict())
    key = (source.document_id, page, source.quote)
    if key not in known:
        slot.html(f'<p class="sf-verdict sf-busy sf-sheet"><span class="sf-pulse"></span>Drawing page {page} …</p>')
        try:
            known[key] = connection.client().page_image(source.document_id, page, source.quote)
        except ClientError:
            slot.html(f'<p class="sf-detail">Page {page} cannot be drawn; its text stands above.</p>')
            return
        while len(known) > IMAGES:
            known.popitem(last=False)
    marked = ", the quote marked" if source.quote else ""
    slot.image(known[key], width="stretch", alt=f"Page {page} of {source.title}{marked}")
