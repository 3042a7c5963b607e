"""Watches whether the sources of what is open still say what they said, and draws the page anew when they do not."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from surefoot.app.client.errors import ClientError
from surefoot.app.pages import connection
from surefoot.app.pages.turn import Shown

EVERY_SECONDS = 4.0
MOST = 50
"""Answers that the server says it of in one request; of a longer conversation the latest are watched."""


def sources(shown: Sequence[Shown]) -> None:
    """Ask again and again, while the page stays as it is; nothing is drawn."""
    watched = [s.answer for s in shown if s.answer is not None and s.answer.citations and s.answer.state][-MOST:]
    if watched:
        with st.container(key="watch"):
            st.fragment(_look, run_every=EVERY_SECONDS)({answer.id: answer.state for answer in watched})


def _look(known: dict[str, str]) -> None:
    try:
        states = connection.client().answer_states(list(known))
    except ClientError:
        return  # the page says so when somebody does something
    if any(known.get(now.id) != now.state for now in states):
        st.rerun()
