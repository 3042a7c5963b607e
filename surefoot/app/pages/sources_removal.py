"""The window that asks before a source is deleted: what happens to its documents, and to how many."""

from __future__ import annotations

import streamlit as st

from surefoot.app.client.source_forms import SourceForm
from surefoot.app.pages import connection, notices, words

MANY = 5
"""From so many documents on that would go too, the source's name has to be typed."""
KEEP, REMOVE = "Keep its documents in the library", "Delete its documents too"
_WANTED = "source_to_delete"


def ask(source: SourceForm) -> None:
    """Open the window."""
    st.session_state[_WANTED] = source


def draw() -> None:
    """Draw the window if it is open."""
    source = st.session_state.get(_WANTED)
    if isinstance(source, SourceForm):
        st.dialog(f"Delete the source “{source.name}”?", on_dismiss=_close)(_form)(source)


def _form(source: SourceForm) -> None:
    number = words.counted(source.documents, "document")
    keep = True
    if source.documents:
        st.html(f"<p>{number} came from it.</p>")
        keep = st.radio("What happens to them", [KEEP, REMOVE], key="source-documents") == KEEP
    st.html(f"<p>{_what(source, keep=keep)}</p>")
    sure = True
    if not keep and source.documents >= MANY:
        sure = st.text_input(f"Type “{source.name}” to go on", key="source-name").strip() == source.name
    with st.container(horizontal=True):
        if st.button("Keep the source", key="keep-source"):
            _close()
            st.rerun()
        label = "Delete the source" if keep else f"Delete it and {number}"
        if st.button(label, type="primary", icon=":material/delete_forever:", key="delete-source", disabled=not sure):
            _delete(source, keep=keep)


def _what(source: SourceForm, *, keep: bool) -> str:
    if not source.documents:
        return "No document came from it, so the library stays as it is."
    if keep:
        return "They stay as they are and are answered from. Changes at their source are not seen any more."
    return (
        "They are removed from the library with their originals and their place in the search: no new answer will "
        "quote them. This cannot be undone; adding the source again reads them anew."
    )


def _delete(source: SourceForm, *, keep: bool) -> None:
    with st.spinner("Deleting …"), connection.reporting():
        gone = connection.client().knowledge.delete_source(source.id, keep=keep)
        going = "" if gone.run.finished_at else " Its documents are being removed."
        kept = (
            f" {words.counted(source.documents, 'document')} stayed in the library."
            if keep and source.documents
            else ""
        )
        notices.tell(f"Deleted the source “{source.name}”.{kept or going}")
    _close()
    st.rerun()


def _close() -> None:
    st.session_state.pop(_WANTED, None)
