"""One document: its pages and pieces, what is known of it, who may see it, its quality, the answers that cite it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import streamlit as st

from surefoot.app.client.errors import ClientError
from surefoot.app.client.forms import AssistantForm, DocumentForm
from surefoot.app.client.library_forms import DocumentCard
from surefoot.app.pages import (
    connection,
    document_about,
    document_answers,
    document_pages,
    document_quality,
    document_versions,
    hands,
    notices,
    removal_window,
    sidebar,
    words,
)
from surefoot.app.pages.evidence import superseded
from surefoot.app.pages.hands import Deed
from surefoot.app.pages.markup import act, escape, icon
from surefoot.app.pages.places import address, asked, go, here

SECTIONS: Mapping[str, str] = {
    "": "Pages",
    "about": "Title and access",
    "versions": "Versions",
    "quality": "Quality",
    "answers": "Cited by",
}
"""By the word in the address."""


def page(assistants: Sequence[AssistantForm], document_id: str) -> None:
    """Draw the document that the address names."""
    found = _found(document_id)
    name = found[0].assistant if found else asked("assistant")
    assistant = next((a for a in assistants if a.name == name), None)
    piece = asked("piece")
    scroll = f'.sf-piece[data-piece="{piece}"]' if re.fullmatch(r"[\w-]+", piece) else ""
    hands.mount(_actions(assistant), panel="", drop=False, largest=0, scroll=scroll if found else "", round=0)
    sidebar.draw(assistants, assistant, "library")
    notices.draw()
    with st.container(key="document", gap="medium"):
        if found is None:
            st.html(
                f'{_back(assistant)}<h1 class="sf-greeting">This document is not here</h1>'
                '<p class="sf-lead">It was deleted, or it belongs to somebody else.</p>'
            )
            return
        document, card = found
        st.html(_back(assistant) + _head(document, card))
        _buttons(document, card, assistant)
        _section(document, card, piece)
    removal_window.draw()


def _found(document_id: str) -> tuple[DocumentForm, DocumentCard] | None:
    server = connection.client()
    try:
        return server.document(document_id), server.library.card(document_id)
    except ClientError as error:
        if error.status == 404:
            return None
        raise


def _actions(assistant: AssistantForm | None) -> hands.Actions:
    name = assistant.name if assistant else ""
    return {
        **sidebar.actions("library", name),
        "back": lambda _: go("library", assistant=name),
        "section": lambda deed: here(section=deed.get("section", ""), piece=""),
        "document": lambda deed: go("library", document=deed["document"]),
        "conversation": lambda deed: go("chat", conversation=deed["conversation"]),
        "accept": _accept,
    }


def _accept(deed: Deed) -> None:
    taken = connection.client().library.accept(deed["document"])
    said = (
        f"It cannot be taken in: {taken.reason}" if taken.status == "rejected" else "It is taken in and answered from."
    )
    notices.tell(said)


def _back(assistant: AssistantForm | None) -> str:
    name = assistant.name if assistant else ""
    title = f"Library of {assistant.title}" if assistant else "Library"
    link = f'href="{escape(address("library", assistant=name))}" {act("back")}'
    return f'<p><a class="sf-back" {link}>{icon("arrow_back")}<span>{escape(title)}</span></a></p>'


def _head(document: DocumentForm, card: DocumentCard) -> str:
    facts: list[str] = []
    if document.status == "rejected":
        facts.append(f'<span class="sf-bad">{icon("error")} Not read</span> {escape(document.reason or "")}')
    elif document.superseded:
        facts.append(superseded())
    else:
        facts.append(f'<span class="sf-good">{icon("verified")} Current</span>')
    facts += ["accepted by a person"] if card.document.accepted else []
    facts += [words.counted(document.pages, "page")] if document.pages else []
    facts += [words.counted(len(document.chunk_list), "passage")]
    facts += [escape(dated)] if (dated := words.dated(document.version, document.valid_from)) else []
    facts += [words.size(document.size)] if document.size else []
    facts += [f"added {words.on_day(document.created_at)}"] if document.created_at else []
    return (
        f'<h1 class="sf-greeting">{escape(document.title or document.path)}</h1>'
        f'<p class="sf-facts">{" · ".join(facts)}</p>'
        f'<p class="sf-detail">{escape(document.path)}</p>{_masked(card)}'
    )


def _masked(card: DocumentCard) -> str:
    if not card.document.masked:
        return ""
    number = words.counted(card.document.masked, "value")
    return (
        f'<p class="sf-trouble sf-mild">{icon("visibility_off")}<span>Personal data is masked in it ({number}): the '
        "text is shown with marks in its place, the original and the images of its pages to nobody.</span></p>"
    )


def _buttons(document: DocumentForm, card: DocumentCard, assistant: AssistantForm | None) -> None:
    client = connection.client()
    with st.container(horizontal=True):
        if not card.document.masked:
            name, kind = document.path.rpartition("/")[2] or document.title, "application/octet-stream"
            st.download_button(
                "Original",
                data=connection.when_wanted(lambda: client.original(document.document_id).data, kind, name),
                file_name=name,
                mime=kind,
                icon=":material/download:",
                on_click="ignore",
                key="original",
            )
        if card.document.acceptable and st.button("Accept", icon=":material/task_alt:", key="accept-document"):
            with connection.reporting():
                _accept({"document": document.document_id})
            st.rerun()
        if assistant is not None and st.button("Delete …", icon=":material/delete:", key="delete-document"):
            removal_window.ask(assistant, [document])
            st.rerun()


def _section(document: DocumentForm, card: DocumentCard, piece: str) -> None:
    chosen = asked("section") if asked("section") in SECTIONS else ""
    st.html(_tabs(document, card, chosen))
    if chosen == "about":
        document_about.draw(card)
    elif chosen == "versions":
        st.html(document_versions.draw(card))
    elif chosen == "quality":
        st.html(document_quality.draw(card))
    elif chosen == "answers":
        st.html(document_answers.draw(document.document_id))
    else:
        document_pages.draw(document, piece, masked=bool(card.document.masked))


def _tabs(document: DocumentForm, card: DocumentCard, chosen: str) -> str:
    def tab(name: str, label: str) -> str:
        current = ' aria-current="true"' if name == chosen else ""
        link = escape(address("library", document=document.document_id, section=name))
        return f'<a class="sf-tab" href="{link}" {act("section", section=name)}{current}>{label}</a>'

    counts = {"versions": 1 + len(card.versions)} if card.versions else {}
    some = [tab(name, f"{label} ({counts[name]})" if name in counts else label) for name, label in SECTIONS.items()]
    return f'<nav class="sf-tabs" aria-label="About this document">{"".join(some)}</nav>'
