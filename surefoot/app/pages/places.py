"""Where a person is: what the address of the page says, and how to get elsewhere.

All pages share one path and differ in their query: Streamlit looks for its server below each path, so that a path of
its own for a page would begin with errors in the browser's console.

Each run of the page gets the address that the browser had when it asked for it. While an address of ours is on its way
to the browser, what is clicked still brings the one from before. But an open page only ever gets an address from here,
or from its person going back or forward, and the browser says so then; so the address is kept here, and one that
differs without that is one from before.
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

_PLACE = "place"
"""The query of the address that this open page has, or gets as soon as the browser hears of it."""

Page = Literal["chat", "fleet", "library", "sources", "runs", "account", "people", "audit"]
PAGES: dict[str, Page] = {
    "fleet": "fleet",
    "library": "library",
    "sources": "sources",
    "runs": "runs",
    "account": "account",
    "people": "people",
    "audit": "audit",
}
"""By the word in the address; every other one is the chat."""


def current() -> Page:
    """The page that the address names."""
    return named(asked("view"))


def named(word: str) -> Page:
    """The page that a word in an address, or on a link, stands for."""
    return PAGES.get(word, "chat")


def number(name: str, least: int = 1) -> int:
    """A whole number from the page's address; the least one where it has none."""
    wanted = asked(name)
    return max(int(wanted), least) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 10 else least


def asked(name: str) -> str:
    """A value from the page's address; empty where it has none."""
    return _place().get(name, "")


def go(page: Page, /, **query: object) -> None:
    """Go to a page; it is drawn in the next run."""
    _move(_query(page, query))


def here(**query: object) -> None:
    """Change the address of this page: a value that is empty goes away, the others stay."""
    _move(_changed(query))


def keep(**query: object) -> None:
    """Change the address of this page as `here` does, from the next run on.

    A click may end a run wherever it reads or writes the session, but not between this call and the line after it.
    """
    st.session_state[_PLACE] = _changed(query)


def address(page: Page, /, **query: object) -> str:
    """The address of a page, for a link."""
    values = _query(page, query)
    return f"/?{urlencode(values)}" if values else "/"


def _query(page: Page, query: dict[str, object]) -> dict[str, str]:
    view = {"view": page} if page != "chat" else {}
    return view | _said(query)


def _changed(query: dict[str, object]) -> dict[str, str]:
    return {k: v for k, v in _place().items() if k not in query} | _said(query)


def _said(query: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in query.items() if value not in ("", None)}


def _place() -> dict[str, str]:
    """The query of the page's address; the browser is told it again where it asks with one from before."""
    came = st.query_params.to_dict()
    place: dict[str, str] | None = st.session_state.get(_PLACE)
    if place is None or (came != place and _went_back()):
        st.session_state[_PLACE] = came
        return came
    if came != place:
        st.query_params.from_dict(place)
    return place


def _move(place: dict[str, str]) -> None:
    st.session_state[_PLACE] = place  # first: a click may end this run in the next line
    if st.query_params.to_dict() != place:
        st.query_params.from_dict(place)


def _went_back() -> bool:
    """Whether this run was asked for by the browser's Back or Forward."""
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", True))
