"""Where a person is: what the address of the page says, and how to get elsewhere.

All pages share one path and differ in their query: Streamlit looks for its server below each path, so that a path of
its own for a page would begin with errors in the browser's console.
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlencode

import streamlit as st

Page = Literal["chat", "library"]


def current() -> Page:
    """The page that the address names."""
    return "library" if asked("view") == "library" else "chat"


def asked(name: str) -> str:
    """A value from the page's address; empty where it has none."""
    return str(st.query_params.get(name, ""))


def go(page: Page, /, **query: object) -> None:
    """Go to a page; it is drawn in the next run."""
    st.query_params.from_dict(_query(page, query))


def here(**query: object) -> None:
    """Change the address of this page: a value that is empty goes away, the others stay."""
    for name, value in query.items():
        if value in ("", None):
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = str(value)


def address(page: Page, /, **query: object) -> str:
    """The address of a page, for a link."""
    values = _query(page, query)
    return f"/?{urlencode(values)}" if values else "/"


def _query(page: Page, query: dict[str, object]) -> dict[str, str]:
    view = {"view": page} if page != "chat" else {}
    return view | {name: str(value) for name, value in query.items() if value not in ("", None)}
