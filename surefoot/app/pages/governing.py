"""What the pages of accounts share: their frame, and what stands where something is not allowed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from surefoot.app.client.account_forms import InvitationForm, MeForm
from surefoot.app.client.errors import ClientError
from surefoot.app.pages import connection, hands, notices, sidebar
from surefoot.app.pages.hands import Actions
from surefoot.app.pages.markup import act, escape, icon, said
from surefoot.app.pages.places import Page, address

_FIRST = "first_administrator"


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


def begin() -> None:
    """Where there are no accounts: what they bring, and on the machine itself the button that begins with them."""
    head(
        "No accounts yet",
        "Everybody on this machine is its owner. With accounts everybody signs in and sees what their groups may see.",
    )
    if not connection.on_this_machine():
        st.html(
            f"<p>{said('Run `surefoot people first` on the machine itself: it prints the link to begin with.')}</p>"
        )
        return
    if st.button("Make the first administrator", icon=":material/person_add:", key="first-person", type="primary"):
        with connection.reporting():
            st.session_state[_FIRST] = connection.client().accounts.first()
    made = st.session_state.get(_FIRST)
    if isinstance(made, InvitationForm):
        st.html(
            f'<p class="sf-trouble sf-mild" role="status">{icon("key")}<span>Choose your name and password there. The '
            f"link holds once, for {made.hours} hours; from then on everybody signs in, and what was asked and fed on "
            "this machine so far is yours.</span></p>"
            f'<p class="sf-next-step"><a class="sf-button" href="{escape(made.url)}" target="_self">'
            f"{icon('arrow_forward')}<span>Set name and password</span></a></p>"
        )


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
