"""Finds the server of this process's data folder, once a browser session."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from surefoot.app.client.errors import ClientError
from surefoot.app.client.http import Client
from surefoot.app.client.server import find, places
from surefoot.app.pages import notices

FOLDER = "data_folder"
_CLIENT = "client"


def client() -> Client:
    """The session's client. Raises ClientError where no server runs."""
    known = st.session_state.get(_CLIENT)
    if isinstance(known, Client):
        return known
    server = find(_folder())
    if server is None:
        message = "Surefoot is not answering. It may still be starting; if it was stopped, start it with `surefoot up`."
        raise ClientError(message, "unreachable")
    st.session_state[_CLIENT] = server.client()
    return st.session_state[_CLIENT]


def forget() -> None:
    """Look for the server anew the next time: it may have come back at another address."""
    st.session_state.pop(_CLIENT, None)


def largest_upload() -> int:
    """Bytes that one file may have."""
    return places().upload_limit_mb * 1024 * 1024


def _folder() -> Path:
    """The data folder; a session that was given another one uses that."""
    return Path(st.session_state.get(FOLDER) or places().data)


@contextmanager
def reporting() -> Generator[None]:
    """Turn a failure of something that a person did into a notice on the page."""
    try:
        yield
    except ClientError as error:
        if error.code in {"unreachable", "wrong_server"}:
            forget()
        notices.tell(error.message)
