"""Deleting a conversation: it goes at once, and for some seconds it can be brought back."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

import streamlit as st

from surefoot.app.client.errors import ClientError
from surefoot.app.client.http import Client
from surefoot.app.pages import connection
from surefoot.app.pages.markup import act, escape

SECONDS = 8.0
_KEY = "removals"


@dataclass(slots=True)
class Removal:
    """A conversation that will be deleted unless it is brought back in time."""

    conversation_id: str
    title: str
    timer: threading.Timer
    ends: float = field(default_factory=lambda: time.monotonic() + SECONDS)


def remove(conversation_id: str, title: str) -> None:
    """Hide a conversation now and delete it in some seconds."""
    timer = threading.Timer(SECONDS, _delete, (connection.client(), conversation_id))
    timer.daemon = True
    _all()[conversation_id] = Removal(conversation_id, title, timer)
    timer.start()


def bring_back(conversation_id: str) -> None:
    """Undo a removal."""
    removal = _all().pop(conversation_id, None)
    if removal is not None:
        removal.timer.cancel()


def pending() -> frozenset[str]:
    """The conversations that are on their way out."""
    return frozenset(_all())


def undo_line() -> None:
    """Say what was deleted, with a button that brings it back, for as long as it can be."""
    if _open():
        st.fragment(_line, run_every=1.0)()


def _line() -> None:
    waiting = _open()
    if not waiting:
        st.rerun()
    last = waiting[-1]
    st.html(
        f'<p class="sf-undo" role="status"><span>Deleted “{escape(last.title)}”.</span> '
        f'<button type="button" class="sf-link" {act("undo", conversation=last.conversation_id)}>Undo</button></p>'
    )


def _open() -> list[Removal]:
    return [r for r in _all().values() if r.ends > time.monotonic()]


def _all() -> dict[str, Removal]:
    return st.session_state.setdefault(_KEY, {})


def _delete(client: Client, conversation_id: str) -> None:
    with suppress(ClientError):  # it is gone already, or stays until it is deleted again
        client.delete_conversation(conversation_id)
