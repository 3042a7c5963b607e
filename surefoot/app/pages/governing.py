"""What the pages of accounts share: their frame, and what stands where something is not allowed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from surefoot.app.client.account_forms import MeForm
from surefoot.app.client.errors import ClientError
from surefoot.app.pages import connection, hands, notices, sidebar
from surefoot.app.pages.hands import Actions
from surefoot.app.pages.markup import act, escape, icon
from surefoot.app.pages.places import Page, address


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
            st.html(refused(me))


def refused(me: MeForm) -> str:
    """What stands in the place of a page that one's roles do not show; who gives roles is told how, not whom to ask."""
    roles = escape(", ".join(me.roles) or "without a role")
    title = f'<h1 class="sf-greeting">{icon("lock")} Not for your roles</h1>'
    if not me.may("people:manage"):
        return f'{title}<p class="sf-lead">You are {roles}. Ask an administrator for a role that may see this.</p>'
    link = f'<a class="sf-button" href="{escape(address("people"))}" {act("page", page="people")}>{icon("group")}'
    return (
        f'{title}<p class="sf-lead">You are {roles}: who acts does not watch over the acts. Give the role “auditor” to '
        f"the person who shall read this.</p><p>{link}<span>Open People</span></a></p>"
    )


def head(title: str, lead: str) -> None:
    """A page's first words."""
    st.html(f'<h1 class="sf-greeting">{escape(title)}</h1><p class="sf-lead">{escape(lead)}</p>')
