"""A line at the top of the page about something that was just done, or failed; shown once."""

from __future__ import annotations

import streamlit as st

from surefoot.app.pages.markup import icon, said

_KEY = "notice"


def tell(message: str) -> None:
    """Put a line on the page that is drawn next."""
    st.session_state[_KEY] = message


def draw() -> None:
    """Draw the line, if there is one."""
    message = st.session_state.pop(_KEY, "")
    if message:
        st.html(f'<p class="sf-notice" role="alert">{icon("info")}<span>{said(str(message))}</span></p>')
