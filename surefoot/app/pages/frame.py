"""What all pages share: the look, the way between them, and what stands there when the server is away."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from surefoot.app.client.errors import ClientError
from surefoot.app.pages import account, chat, connection, fleet, library, people, runs, sources, trail
from surefoot.app.pages.look import EARLY, STYLE
from surefoot.app.pages.markup import escape, icon, said
from surefoot.app.pages.places import Page, current

logger = logging.getLogger(__name__)

AGAIN_SECONDS = 3.0
_PAGES: Mapping[Page, Callable[[], None]] = {
    "chat": chat.page,
    "fleet": fleet.page,
    "library": library.page,
    "sources": sources.page,
    "runs": runs.page,
    "account": account.page,
    "people": people.page,
    "audit": trail.page,
}


def run() -> None:
    """Draw the page that the address names."""
    st.set_page_config(page_title="Surefoot", page_icon=str(Path(__file__).with_name("icon.png")), layout="wide")
    st.html(f"<style>{STYLE}</style>")
    with st.container(key="early"):
        st.html(f"<script>{EARLY}</script>", unsafe_allow_javascript=True)
    try:
        _PAGES[current()]()
    except ClientError as error:
        if error.code == "not_signed_in":
            _sign_in()
        else:
            _away(error)
    except Exception:  # the border of the pages: people get words, the log gets the rest
        logger.exception("A page failed.")
        _away(ClientError("This page failed. Its log says why; the rest of Surefoot still works.", "page_failed"))


def _sign_in() -> None:
    """Send the person to the API's form, which brings them back to this very address."""
    connection.forget()
    query = urlencode(st.query_params.to_dict())
    back = urlencode({"next": f"?{query}" if query else ""})
    link = connection.entrance(f"/sign-in?{back}")
    st.html(
        f'<section class="sf-away"><h1 class="sf-greeting">{icon("lock")} Sign in to go on</h1>'
        "<p>Surefoot answers from documents that are not for everybody, so it has to know who asks.</p>"
        f'<p><a class="sf-button sf-main" href="{escape(link)}" target="_self">{icon("login")}<span>Sign in</span></a>'
        "</p></section>"
    )


def _away(error: ClientError) -> None:
    """Say what happened and what to do; where the server is away, look for it again and again."""
    gone = error.code in {"unreachable", "timeout", "wrong_server", "not_surefoot", "interrupted"}
    head = f"{icon('cloud_off')} Surefoot cannot be reached" if gone else f"{icon('error')} This did not work"
    more = '<p class="sf-detail">This page looks again every few seconds.</p>' if gone else ""
    st.html(
        f'<section class="sf-away" role="alert"><h1 class="sf-greeting">{head}</h1><p>{said(error.message)}</p>{more}'
        "</section>"
    )
    if st.button("Try again", type="primary", key="again"):
        st.rerun()
    if gone:
        connection.forget()
        st.fragment(_look_again, run_every=AGAIN_SECONDS)()


def _look_again() -> None:
    try:
        back = connection.client().alive()
    except ClientError:
        back = False
    if back:
        st.rerun()
    connection.forget()
