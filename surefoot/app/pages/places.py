"""Where a person is: what the address of the page says, and how to get elsewhere."""

from __future__ import annotations

from typing import Any, Literal

import streamlit as st

Page = Literal["chat", "library"]
_GOTO = "goto"


def asked(name: str) -> str:
    """A value from the page's address; empty where it has none."""
    return str(st.query_params.get(name, ""))


def go(page: Page, /, **query: object) -> None:
    """Go to a page once what is being handled is done."""
    st.session_state[_GOTO] = (page, {k: str(v) for k, v in query.items() if v not in ("", None)})


def here(**query: object) -> None:
    """Change the address of this page: a value that is empty goes away, the others stay."""
    for name, value in query.items():
        if value in ("", None):
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = str(value)


def address(page: Page, /, **query: object) -> str:
    """The address of a page, for a link."""
    from urllib.parse import urlencode

    path = "/" if page == "chat" else f"/{page}"
    values = {k: str(v) for k, v in query.items() if v not in ("", None)}
    return f"{path}?{urlencode(values)}" if values else path


def leave(pages: dict[Page, Any], current: Page) -> None:
    """Carry out what `go` asked for, if anything."""
    wanted = st.session_state.pop(_GOTO, None)
    if wanted is None:
        return
    page, query = wanted
    if page == current:
        st.query_params.from_dict(query)
        return
    st.switch_page(pages[page], query_params=query)
