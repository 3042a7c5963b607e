"""The window that asks before documents are deleted: what will happen, to how many; for many it asks for the name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from surefoot.app.client.forms import AssistantForm, DocumentRow
from surefoot.app.pages import connection, drop, notices, words
from surefoot.app.pages.markup import escape
from surefoot.app.pages.places import asked, go

MANY = 5
"""From so many documents on, the assistant's name has to be typed."""
LISTED = 6
_WANTED = "documents_to_delete"
TABLE = "table_round"
"""Changes when the table has to forget its marks."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    assistant: AssistantForm
    documents: tuple[DocumentRow, ...]


def ask(assistant: AssistantForm, documents: Sequence[DocumentRow]) -> None:
    """Open the window."""
    st.session_state[_WANTED] = _Wanted(assistant, tuple(documents))


def draw() -> None:
    """Draw the window if it is open."""
    wanted = st.session_state.get(_WANTED)
    if isinstance(wanted, _Wanted):
        number = len(wanted.documents)
        title = "Delete this document?" if number == 1 else f"Delete {number} documents?"
        st.dialog(title, on_dismiss=_close)(_form)(wanted)


def _form(wanted: _Wanted) -> None:
    number, name = len(wanted.documents), wanted.assistant.title
    st.html(_what(wanted))
    sure = True
    if number >= MANY:
        typed = st.text_input(f"Type “{name}” to go on", key="delete-name")
        sure = typed.strip() == name
    with st.container(horizontal=True):
        if st.button("Keep", key="keep-documents"):
            _close()
            st.rerun()
        label = "Delete it" if number == 1 else f"Delete {number}"
        if st.button(
            label, type="primary", icon=":material/delete_forever:", key="delete-documents", disabled=not sure
        ):
            _delete(wanted)


def _what(wanted: _Wanted) -> str:
    listed = "".join(f"<li>{escape(d.title or d.path)}</li>" for d in wanted.documents[:LISTED])
    left = len(wanted.documents) - LISTED
    more = f"<li>and {words.counted(left, 'more document')}</li>" if left > 0 else ""
    name = escape(wanted.assistant.title)
    happens = (
        f"It is removed from the library of {name}, with its original and its place in the search: no new answer will "
        "quote it. Answers that were given before keep their quotes. To undo this, add the file again."
    )
    if len(wanted.documents) > 1:
        happens = (
            f"They are removed from the library of {name}, with their originals and their place in the search: no new "
            "answer will quote them. Answers that were given before keep their quotes. To undo this, add the files "
            "again."
        )
    return f"<ul>{listed}{more}</ul><p>{happens}</p>"


def _delete(wanted: _Wanted) -> None:
    with st.spinner("Deleting …"), connection.reporting():
        removed = connection.client().library.remove([document.document_id for document in wanted.documents])
        drop.dismiss(wanted.assistant.name)
        kept = f" {words.counted(len(removed.refused), 'document')} stayed: they belong to somebody else."
        notices.tell(f"Deleted {words.counted(removed.deleted, 'document')}.{kept if removed.refused else ''}")
    _close()
    st.session_state[TABLE] = st.session_state.get(TABLE, 0) + 1
    if asked("document"):
        go("library", assistant=wanted.assistant.name)
    st.rerun()


def _close() -> None:
    st.session_state.pop(_WANTED, None)
