"""Finds the server of this process's data folder, once a browser session."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from streamlit.runtime import get_instance
from streamlit.runtime.memory_media_file_storage import _calculate_file_id as calculate_file_id
from streamlit.runtime.scriptrunner import get_script_run_ctx

from surefoot.app.client import cookies
from surefoot.app.client.account_forms import MeForm
from surefoot.app.client.errors import ClientError
from surefoot.app.client.http import Client
from surefoot.app.client.server import find, places
from surefoot.app.pages import notices

FOLDER = "data_folder"
ME_SECONDS = 30.0
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_CLIENT, _ME, _FORMATS = "client", "me", "formats"
MOST_HOLDERS = 10_000


@dataclass(frozen=True, slots=True)
class Holder:
    """Who sits before a page: the session that the browser brought, and what it allowed at the last look."""

    token: str | None
    may: frozenset[str]
    """The person, the groups, the roles."""

    @classmethod
    def of(cls, token: str | None, person: MeForm) -> Holder:
        """The holder of a session, as the API knows the person now."""
        roles = (f"role {role}" for role in person.roles)
        return cls(token, frozenset((f"person {person.id}", *person.groups, *roles)))


HOLDERS: OrderedDict[str, Holder] = OrderedDict()
"""By Streamlit's session; the files that were made in it are for them alone."""
MADE: OrderedDict[tuple[str, Holder], None] = OrderedDict()
"""Files that were made at a click, which Streamlit does not count among a session's, and who may have them."""


def client() -> Client:
    """The session's client. Raises ClientError where no server runs."""
    known = st.session_state.get(_CLIENT)
    if isinstance(known, Client):
        return known
    server = find(_folder())
    if server is None:
        message = "Surefoot is not answering. It may still be starting; if it was stopped, start it with `surefoot up`."
        raise ClientError(message, "unreachable")
    st.session_state[_CLIENT] = server.client_of(st.context.cookies.get(session_cookie()))
    return st.session_state[_CLIENT]


def me() -> MeForm:
    """Who this browser is signed in as, and what that allows; asked again after a while. Raises ClientError."""
    known = st.session_state.get(_ME)
    if isinstance(known, tuple) and known[0] > time.monotonic():
        return known[1]
    found = client().accounts.me()
    _remember(found)
    st.session_state[_ME] = (time.monotonic() + ME_SECONDS, found)
    return found


def session_cookie() -> str:
    """The name of the cookie that holds a browser's session."""
    return cookies.bound(cookies.SESSION, places().public_url)


def when_wanted(make: Callable[[], bytes | str], mimetype: str, name: str) -> Callable[[], bytes]:
    """What makes a file when somebody clicks, for the download button: it is then for who the page was made for."""
    context = get_script_run_ctx()
    holder = HOLDERS.get(context.session_id) if context else None

    def made() -> bytes:
        data = make()
        data = data.encode() if isinstance(data, str) else data
        if holder is not None:
            MADE[calculate_file_id(data, mimetype, name), holder] = None
            while len(MADE) > MOST_HOLDERS:
                MADE.popitem(last=False)
        return data

    return made


def may_have(file_id: str, token: str | None) -> bool:
    """Whether a file that a page made is for who brings a session: made in it, and it holds with the same rights."""
    files: Mapping[str, Mapping[str, str]] = vars(get_instance().media_file_mgr)["_files_by_session_and_coord"]
    makers = [HOLDERS.get(one) for one, made in list(files.items()) if file_id in list(made.values())]
    makers += [holder for made, holder in list(MADE) if made == file_id]
    theirs = [one for one in makers if one is not None and one.token == token]
    server = find(places().data) if theirs else None
    if server is None:
        return False
    try:
        with server.client_of(token) as now:
            return Holder.of(token, now.accounts.me()) in theirs
    except ClientError:
        return False


def _remember(person: MeForm) -> None:
    context = get_script_run_ctx()
    if context is not None:
        HOLDERS[context.session_id] = Holder.of(st.context.cookies.get(session_cookie()), person)
        while len(HOLDERS) > MOST_HOLDERS:
            HOLDERS.popitem(last=False)


def entrance(path: str) -> str:
    """The address of one of the API's own pages, as this browser reaches it."""
    where = places()
    if where.public_api_url:
        return where.public_api_url + path
    port = urlsplit(client().url).port
    here = urlsplit(where.public_url or st.context.url or "")
    host = here.hostname or "127.0.0.1"
    return f"{here.scheme or 'http'}://{f'[{host}]' if ':' in host else host}:{port}{path}"


def forget() -> None:
    """Look for the server anew the next time: it may have come back at another address."""
    st.session_state.pop(_CLIENT, None)
    st.session_state.pop(_ME, None)
    st.session_state.pop(_FORMATS, None)


def largest_upload() -> int:
    """Bytes that one file may have."""
    return places().upload_limit_mb * 1024 * 1024


def on_this_machine() -> bool:
    """Whether the browser reaches the pages on loopback, with nothing before them: its person is at this machine."""
    headers = st.context.headers
    forwarded = any(name in headers for name in ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip"))
    host = urlsplit(st.context.url or "").hostname or ""
    return host in _LOOPBACK and not forwarded and not places().public_url


def forget_me() -> None:
    """Ask anew who this is and what is new for them, the next time."""
    st.session_state.pop(_ME, None)


def formats() -> str:
    """The kinds of file that are read here, in words; asked once a session."""
    known = st.session_state.get(_FORMATS)
    if not isinstance(known, str):
        known = st.session_state[_FORMATS] = ", ".join(client().status().formats)
    return known


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
