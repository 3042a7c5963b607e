"""Where a person is: what the address of the page says, and how to get elsewhere.

All pages share one path and differ in their query: Streamlit looks for its server below each path, so that a path of
its own for a page would begin with errors in the browser's console.
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlencode

import streamlit as st

Page = Literal["chat", "library", "sources", "runs"]
PAGES: dict[str, Page] = {"library": "library", "sources": "sources", "runs": "runs"}
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
