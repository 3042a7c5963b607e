"""The small window that renames, shares or deletes a conversation."""

from __future__ import annotations

import streamlit as st

from surefoot.app.client.forms import ConversationRow
from surefoot.app.pages import connection, notices, removal
from surefoot.app.pages.places import asked, go

_OPEN = "managed_conversation"
LONGEST = 70
"""Characters of a title."""


def manage(conversation_id: str) -> None:
    """Open the window for a conversation."""
    st.session_state[_OPEN] = conversation_id


def window() -> None:
    """Draw the window if it is open."""
    wanted = st.session_state.get(_OPEN)
    if not wanted:
        return
    row = next((c for c in connection.client().conversations() if c.id == wanted), None)
    if row is None:
        _close()
        return
    st.dialog("Conversation", on_dismiss=_close)(_form)(row)


def _form(row: ConversationRow) -> None:
    title = st.text_input("Name", value=row.title, max_chars=LONGEST, key=f"name-{row.id}")
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        if st.button("Save name", type="primary", key="save-name", disabled=not title.strip()):
            with connection.reporting():
                connection.client().rename_conversation(row.id, title.strip())
            _close()
            st.rerun()
        if st.button("Delete conversation", icon=":material/delete:", key="delete-conversation"):
            removal.remove(row.id, row.title)
            if asked("conversation") == row.id:
                go("chat", assistant=row.assistant)
            _close()
            st.rerun()
    _sharing(row)


def _sharing(row: ConversationRow) -> None:
    """Who may read it; of one's own groups, since nobody shares with a group that they are not in."""
    me = connection.me()
    if not me.accounts:
        return
    known = [group for group in me.groups if not group.startswith("person:")]
    chosen = st.multiselect(
        "Who else may read it", [*known, *(g for g in row.groups if g not in known)], row.groups,
        key=f"groups-{row.id}", placeholder="Nobody",
        help="Who may not see what an answer stands on reads everything but that answer.",
    )  # fmt: skip
    if st.button("Share", icon=":material/group_add:", key="share", disabled=sorted(chosen) == sorted(row.groups)):
        with connection.reporting():
            connection.client().share_conversation(row.id, chosen)
            notices.tell("Its address can be opened by them." if chosen else "Nobody else can read it any more.")
        _close()
        st.rerun()


def _close() -> None:
    st.session_state.pop(_OPEN, None)
