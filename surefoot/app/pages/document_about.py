"""What is known of a document and who may see it, changed in place."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from pydantic import ValidationError

from surefoot.app.client.errors import ClientError
from surefoot.app.client.library_forms import DocumentCard, DocumentChange
from surefoot.app.pages import connection, notices
from surefoot.app.pages.markup import escape, icon
from surefoot.app.pages.source_form_fields import FieldInvalid, wrong


def draw(card: DocumentCard) -> None:
    """Draw the form."""
    row = card.document
    key = row.document_id
    slots: dict[str, str] = st.session_state.pop(f"about-errors-{key}", {})
    with st.form(f"about-{key}", border=False):
        title = st.text_input("Title", row.title, key=f"title-{key}", max_chars=300, autocomplete="off")
        _below(slots, "title")
        groups = st.text_area(
            "Who may see it (one group per line)", "\n".join(row.groups), key=f"groups-{key}", height=100
        )
        _below(slots, "groups")
        properties = st.text_area(
            "Properties (one per line, name: value)", _as_text(row.properties), key=f"properties-{key}", height=130
        )
        _below(slots, "properties")
        st.html(_where(card))
        if st.form_submit_button("Save", type="primary", key=f"save-about-{key}"):
            _save(card, (title, groups, properties))


def _below(errors: Mapping[str, str], name: str) -> None:
    if name in errors:
        st.html(wrong(errors[name]))


def _where(card: DocumentCard) -> str:
    note = '<p class="sf-detail">Who may see it holds from the next question on; nothing is read anew.'
    if card.document.regrouped:
        note += (
            f" {icon('info')} It was said here, for this document: whatever groups its source gets, these stay. Write "
            "those of its source to have it follow them again."
        )
    return f"{note}</p>"


def _as_text(properties: Mapping[str, str]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in properties.items())


def parsed(text: str) -> dict[str, str]:
    """Properties from lines of "name: value". Raises FieldInvalid, which names the line."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or not name or not value:
            raise FieldInvalid(f"Line {number}: write it as name: value, such as author: Workshop.")
        if name in found:
            raise FieldInvalid(f"Line {number}: {name} stands there twice. Keep one of them.")
        found[name] = value
    return found


def _save(card: DocumentCard, typed: tuple[str, str, str]) -> None:
    title, groups, properties = typed
    names = [line.strip() for line in groups.splitlines() if line.strip()]
    errors: dict[str, str] = {}
    if not title.strip():
        errors["title"] = "Give it a title."
    if not names:
        errors["groups"] = "Name at least one group: nobody else would find it."
    try:
        change = DocumentChange(title=title.strip() or None, groups=names, properties=parsed(properties))
    except FieldInvalid as error:
        errors["properties"] = str(error)
    except ValidationError as error:
        errors |= {str(fault["loc"][0]): f"{fault['msg']}." for fault in error.errors()}
    else:
        errors = errors or _sent(card, change)
    if errors:
        st.session_state[f"about-errors-{card.document.document_id}"] = errors
    else:
        notices.tell(f"“{escape(title.strip())}” is saved.")
    st.rerun()


def _sent(card: DocumentCard, change: DocumentChange) -> dict[str, str]:
    """Send it; gives what the server has against it."""
    try:
        connection.client().library.change(card.document.document_id, change)
    except ClientError as error:
        return {"properties": error.message}
    return {}
