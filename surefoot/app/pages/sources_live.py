"""Drawing in live parts of a page: what may be empty, and what stands there while the server does not answer."""

from __future__ import annotations

import streamlit as st

from surefoot.app.client.errors import ClientError
from surefoot.app.pages import connection
from surefoot.app.pages.markup import icon, said


def show(body: str) -> None:
    """Draw HTML, where there is some: Streamlit refuses an element without content."""
    if body:
        st.html(body)


def trouble(error: ClientError) -> None:
    """Say what happened, and look for the server anew the next time."""
    if error.status is None:
        connection.forget()
    st.html(f'<p class="sf-trouble" role="status">{icon("cloud_off")}<span>{said(error.message)}</span></p>')
