"""What the pages of accounts share: their frame, and what stands where something is not allowed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from surefoot.app.client.account_forms import MeForm
from surefoot.app.client.errors import ClientError
from surefoot.app.pages import connection, hands, notices, sidebar
from surefoot.app.pages.hands import Actions
from surefoot.app.pages.markup import escape, icon
from surefoot.app.pages.places import Page


def frame(page: Page, needs: str, actions: Actions, draw: Callable[[MeForm], None]) -> None:
    """Draw a page for who may see it."""
    me = connection.me()
    try:
        assistants = connection.client().assistants() if me.may("ask") else []
    except ClientError:
        assistants = []
    hands.mount({**sidebar.actions(page, ""), **actions}, panel="", drop=False, largest=0, scroll="", round=0)
    sidebar.draw(assistants, None, page)
    notices.draw()
    with st.container(key=f"governing-{page}", gap="medium"):
        if me.may(needs):
            draw(me)
        else:
            st.html(
                f'<h1 class="sf-greeting">{icon("lock")} Not for your roles</h1><p class="sf-lead">You are '
                f"{escape(', '.join(me.roles) or 'without a role')}. Ask an administrator for a role that may see "
                "this.</p>"
            )


def head(title: str, lead: str) -> None:
    """A page's first words."""
    st.html(f'<h1 class="sf-greeting">{escape(title)}</h1><p class="sf-lead">{escape(lead)}</p>')
