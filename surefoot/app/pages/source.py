"""The panel beside the conversation: a source with its quote highlighted, where it stands, and its page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from surefoot.app.client.citation_forms import CitationForm
from surefoot.app.client.errors import ClientError
from surefoot.app.client.forms import ChunkForm, DocumentForm, PassageForm
from surefoot.app.pages import connection, versions, words
from surefoot.app.pages.evidence import superseded
from surefoot.app.pages.markup import act, data_url, escape, icon
from surefoot.app.pages.places import address
from surefoot.app.pages.quoting import chip_still
from surefoot.app.pages.quoting import passage as passage_markup
from surefoot.app.pages.turn import Shown

IMAGES = 24
"""Page images that a session keeps."""


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that was found, or the quote of a citation and the passage that it stood in."""

    turn: int
    document_id: str
    title: str
    page: int | None
    heading: list[str]
    is_superseded: bool
    chunk_id: str
    text: str
    citation: CitationForm | None = None

    @property
    def quote(self) -> str:
        """What is marked: the quote, or what the document says in its place now."""
        if self.citation is None:
            return ""
        return self.citation.now or "" if self.citation.status == "changed" else self.citation.quote


@dataclass(frozen=True, slots=True)
class Place:
    """Where a source stands in the document as it is now."""

    document: DocumentForm
    at: int
    """Position of its piece."""

    @property
    def chunk(self) -> ChunkForm:
        """Its piece."""
        return self.document.chunk_list[self.at]


def opened(name: str, turns: Sequence[Shown]) -> Source | None:
    """The source that an address names: "3.2" is citation 2 of turn 3, "3.e0" the first passage found there."""
    turn, _, which = name.partition(".")
    shown = next((t for t in turns if str(t.turn) == turn), None)
    if shown is None:
        return None
    passages = shown.passages or []
    if which.startswith("e") and which[1:].isdecimal():
        return _of_passage(passages[int(which[1:])], shown.turn) if int(which[1:]) < len(passages) else None
    cited = next((c for c in shown.citations if str(c.number) == which and not c.reading), None)
    return _of_citation(cited, passages, shown.turn) if cited else None


def _of_passage(p: PassageForm, turn: int) -> Source:
    return Source(turn, p.document_id, p.title, p.page, p.heading, p.superseded, p.chunk_id, p.text)


def _of_citation(c: CitationForm, passages: Sequence[PassageForm], turn: int) -> Source:
    text = next((p.text for p in passages if p.chunk_id == c.chunk_id), "")
    return Source(turn, c.document_id, c.title, c.page, c.heading, c.superseded, c.chunk_id, text, c)


def panel(source: Source) -> None:
    """Draw the panel."""
    with st.container(key="panel", gap=None):
        document = _document(source.document_id)
        place = _place(source, document) if document is not None else None
        st.html(_head(source, document, place))
        st.html(f'<div class="sf-panel-body">{_body(source, place)}</div>')
        image = st.empty()
        if document is not None:
            st.html(_foot(document, place))
        page = place.chunk.page if place is not None else None
        if document is not None and document.media_type == "application/pdf" and page is not None:
            _page(image, source, page)


def _document(document_id: str) -> DocumentForm | None:
    try:
        return connection.client().document(document_id)
    except ClientError as error:
        if error.status == 404:
            return None
        raise


def _place(source: Source, document: DocumentForm) -> Place | None:
    """Its piece, also where the document was cut anew since; None where the document says something else."""
    if source.citation is not None and source.citation.status == "gone":
        return None
    wanted = " ".join((source.quote if source.citation else source.text).split())
    known = [n for n, chunk in enumerate(document.chunk_list) if chunk.chunk_id == source.chunk_id]
    others = [n for n, chunk in enumerate(document.chunk_list) if wanted and wanted in " ".join(chunk.text.split())]
    at = next(iter(known or others), None)
    return Place(document, at) if at is not None else None


def _head(source: Source, document: DocumentForm | None, place: Place | None) -> str:
    number = chip_still(source.citation) if source.citation is not None else ""
    path = " › ".join(escape(h) for h in source.heading if h and h != source.title)
    page = place.chunk.page if place is not None else source.page
    facts = [f"Page {page}"] if page is not None else []
    facts += _validity(source, document, place)
    return (
        f'<div class="sf-panel-head"><h2 class="sf-panel-title" tabindex="-1">{number}{escape(source.title)}</h2>'
        f'<button type="button" class="sf-action" {act("close")} aria-label="Close the source" title="Close (Esc)">'
        f"{icon('close')}</button></div>"
        f'<p class="sf-detail">{" · ".join(facts) or "&nbsp;"}</p>'
        + (f'<p class="sf-detail sf-path">{path}</p>' if path else "")
    )


def _validity(source: Source, document: DocumentForm | None, place: Place | None) -> list[str]:
    if document is None:
        return [f'<span class="sf-bad">{icon("delete")} No longer in the library</span>']
    valid = words.dated(document.version, document.valid_from)
    facts = [escape(valid[:1].upper() + valid[1:])] if valid else []
    became = versions.fact(source.citation) if source.citation is not None else ""
    if became:
        facts.append(became)
    elif place is None:
        facts.append(f'<span class="sf-bad">{icon("published_with_changes")} The document has changed since</span>')
    elif document.superseded or source.is_superseded:
        facts.append(superseded())
    else:
        facts.append(f'<span class="sf-good">{icon("verified")} Current</span>')
    return facts


def _body(source: Source, place: Place | None) -> str:
    compared = versions.then_and_now(source.citation, source.turn) if source.citation is not None else ""
    if place is not None:
        return compared + _passage(place, source.quote)
    return compared or f'<div class="sf-passage">{passage_markup(source.text or source.quote, source.quote)}</div>'


def _passage(place: Place, quote: str) -> str:
    """The piece with the quote marked, what stands before and after it on request."""
    chunks, at = place.document.chunk_list, place.at
    shown = f'<div class="sf-passage">{passage_markup(place.chunk.text, quote)}</div>'
    return _neighbour(chunks, at - 1, "Text before it") + shown + _neighbour(chunks, at + 1, "Text after it")


def _neighbour(chunks: Sequence[ChunkForm], at: int, name: str) -> str:
    if not 0 <= at < len(chunks):
        return ""
    text = passage_markup(chunks[at].text)
    return f'<details class="sf-near"><summary>{name}</summary><div class="sf-passage">{text}</div></details>'


def _foot(document: DocumentForm, place: Place | None) -> str:
    page, piece = (place.chunk.page, place.chunk.chunk_id) if place is not None else (None, "")
    does = act("document", document=document.document_id, page=page or "", piece=piece)
    link = escape(address("library", document=document.document_id, page=page, piece=piece))
    return f'<p><a class="sf-button" href="{link}" {does}>{icon("description")}<span>Open document</span></a></p>'


def _page(slot: DeltaGenerator, source: Source, page: int) -> None:
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
    slot.image(data_url(known[key]), width="stretch", alt=f"Page {page} of {source.title}{marked}")
