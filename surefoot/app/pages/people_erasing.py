"""The window that asks before a person is erased: what will happen, and their name, since nothing brings them back."""

from __future__ import annotations

import streamlit as st

from surefoot.app.client.account_forms import PersonForm
from surefoot.app.client.errors import ClientError
from surefoot.app.pages import connection, notices
from surefoot.app.pages.markup import escape, said
from surefoot.app.pages.places import go

_WANTED = "person_to_erase"


def ask(person: PersonForm) -> None:
    """Open the window."""
    st.session_state[_WANTED] = person


def draw() -> None:
    """Draw the window if it is open."""
    wanted = st.session_state.get(_WANTED)
    if isinstance(wanted, PersonForm):
        st.dialog("Erase this person?", on_dismiss=_close)(_form)(wanted)


def _form(person: PersonForm) -> None:
    st.html(
        f"<p><b>{escape(person.name)}</b> can no longer sign in. Their conversations, thumbs, traces, keys and private "
        "assistants are erased, and the audit trail stays whole but can no longer tell which acts were theirs. "
        "Documents that they fed for others stay, as nobody's. Nothing brings this back.</p>"
    )
    typed = st.text_input(f"Type “{person.name}” to go on", key="erase-name", autocomplete="off")
    with st.container(horizontal=True):
        if st.button("Keep", key="keep-person"):
            _close()
            st.rerun()
        sure = typed.strip() == person.name
        if st.button("Erase", type="primary", icon=":material/delete_forever:", key="erase-person", disabled=not sure):
            _erase(person)


def _erase(person: PersonForm) -> None:
    try:
        with st.spinner("Erasing, then searching every file for what must be gone …"):
            done = connection.client().erasures.person(person.id, person.name)
    except ClientError as error:
        st.html(f'<p class="sf-field-error" role="alert">{said(error.message)}</p>')
        return
    proof = f"{done.proof.files:,} files were searched" if done.proof.holds else "traces are left: see the audit trail"
    notices.tell(f"Erased {person.name}: {done.answers:,} answers, {done.documents:,} documents; {proof}.")
    _close()
    go("people")
    st.rerun()


def _close() -> None:
    st.session_state.pop(_WANTED, None)
