"""Shows what arrives until it is complete; what is clicked meanwhile starts the page anew, and it goes on."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import streamlit as st

from surefoot.app.client.errors import ClientError
from surefoot.app.pages import connection, drop, turn
from surefoot.app.pages.asking import Asking
from surefoot.app.pages.chat_actions import OPENED, Scene
from surefoot.app.pages.places import keep
from surefoot.app.pages.reading import Reading
from surefoot.app.pages.turn import Shown, Slots

BEAT_SECONDS = 0.1
"""How often it is looked for news."""


def reading(now: Reading | None, slot: Any) -> None:
    """Draw the results in a slot, again and again until the last file has one."""
    if now is None:
        return
    was_live = now.live
    slot.html(drop.results(now))
    while now.live:
        time.sleep(BEAT_SECONDS)
        slot.html(drop.results(now))
    if was_live:
        st.rerun()


def conversation(
    scene: Scene, shown: Sequence[Shown], slots: Slots | None, reading_slot: Any, *, was_reading: bool
) -> None:
    """Draw the answer on its way and the files on theirs until both are complete.

    was_reading: whether files were on their way before the page was drawn; they may have arrived while it was.
    """
    asking, files = scene.asking, drop.reading(scene.assistant)
    if not was_reading and not (asking and shown[-1].live):
        _settle(scene)
        return
    while (asking and asking.progress.live) or (files and files.live):
        time.sleep(BEAT_SECONDS)
        if asking and slots:
            slots.fill(turn.coming(asking), scene.knows)
        if files and reading_slot:
            reading_slot.html(drop.results(files))
    _settle(scene)
    st.rerun()


def _settle(scene: Scene) -> None:
    """Give the page the address of the conversation that a question has begun."""
    asking = scene.asking
    if asking is None or asking.progress.live or scene.conversation_id is not None:
        return
    answer = asking.progress.answer
    begun = answer.conversation_id if answer is not None else _begun(asking)
    if begun:
        st.session_state[OPENED] = begun
        keep(conversation=begun, assistant="")
        asking.conversation_id = begun  # with no line between: else a click may part the answer from its address
        st.rerun()


def _begun(asking: Asking) -> str | None:
    """The conversation that was begun for a question whose answer never became complete."""
    try:
        rows = connection.client().conversations()
    except ClientError:
        return None
    newest = next((c for c in rows if c.assistant == asking.assistant), None)
    started = " ".join(asking.question.split())
    return newest.id if newest is not None and started.startswith(newest.title.rstrip("…").rstrip()) else None
