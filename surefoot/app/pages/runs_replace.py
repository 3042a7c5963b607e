"""The window for documents that cannot be read as they are: repair them at their source, or upload a readable copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from surefoot.app.client.run_forms import RunForm
from surefoot.app.pages import connection, notices, words
from surefoot.app.pages.markup import escape, said
from surefoot.app.pages.places import go

LISTED = 6
_WANTED = "documents_to_replace"


@dataclass(frozen=True, slots=True)
class _Wanted:
    run: RunForm
    reason: str
    paths: tuple[str, ...]


def ask(run: RunForm, reason: str, paths: Sequence[str]) -> None:
    """Open the window."""
    st.session_state[_WANTED] = _Wanted(run, reason, tuple(paths))


def draw() -> None:
    """Draw the window if it is open."""
    wanted = st.session_state.get(_WANTED)
    if isinstance(wanted, _Wanted):
        title = f"Replace {words.counted(len(wanted.paths), 'document')}"
        st.dialog(title, on_dismiss=_close)(_form)(wanted)


def _form(wanted: _Wanted) -> None:
    listed = "".join(f"<li>{escape(path)}</li>" for path in wanted.paths[:LISTED])
    left = len(wanted.paths) - LISTED
    more = f"<li>and {words.counted(left, 'more document')}</li>" if left > 0 else ""
    st.html(
        f"<p>{said(wanted.reason)}</p><ul>{listed}{more}</ul>"
        "<p><b>Repair them where they come from</b>, then read them again. That is what lasts.</p>"
    )
    if st.button("They are repaired: read again", type="primary", icon=":material/refresh:", key="read-again"):
        with connection.reporting():
            go("runs", run=connection.client().knowledge.retry_run(wanted.run.id, wanted.paths).id)
            notices.tell(f"Reading {words.counted(len(wanted.paths), 'document')} again.")
        _close()
        st.rerun()
    st.html("<p><b>Or upload readable copies</b>, which are added to the library beside what the source brings.</p>")
    files = st.file_uploader("Readable copies", accept_multiple_files=True, key="replacements")
    if files and st.button(f"Add {words.counted(len(files), 'file')}", key="add-replacements"):
        _add(wanted, [(file.name, file.getvalue()) for file in files])


def _add(wanted: _Wanted, files: Sequence[tuple[str, bytes]]) -> None:
    with st.spinner("Reading …"), connection.reporting():
        results = connection.client().ingest(files, wanted.run.assistant).documents
        refused = [f"“{one.path}”: {one.reason}" for one in results if one.status == "rejected"]
        added = words.counted(len(results) - len(refused), "copy", "copies")
        notices.tell(f"Added {added}. {' '.join(refused)}".strip())
    _close()
    st.rerun()


def _close() -> None:
    st.session_state.pop(_WANTED, None)
